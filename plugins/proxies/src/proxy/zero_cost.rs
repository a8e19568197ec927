//! Several scores from shared passes.

use archcast_sdk::prelude::*;

use super::{Score, alone::descriptor};
use crate::{example, params::Params as Common, scoring::Scoring};

/// Several scores of each network, as named outputs: what passes share is computed once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ZeroCost(Scoring);

/// Parameters of [`ZeroCost`].
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// The scores; each is an output under its name.
    #[schemars(length(min = 1, max = 17))]
    pub scores: Vec<Score>,
    /// What every proxy can be told.
    pub options: Common,
}

impl Default for Params {
    fn default() -> Self {
        let scores = vec![Score::Meco, Score::Naswot, Score::Logsynflow, Score::JacobianCovariance];
        Self { scores, options: Common::default() }
    }
}

impl Predictor for ZeroCost {
    type Params = Params;
    const DESCRIPTOR: Descriptor = descriptor("zero-cost")
        .summary("Several zero-cost scores of each network from shared passes.")
        .cite("Abdelfattah, Mehrotra, Dudziak and Lane, Zero-Cost Proxies for Lightweight NAS, ICLR 2021")
        .cite("Krishnakumar, White, Zela, Tu, Safari and Hutter, NAS-Bench-Suite-Zero, NeurIPS 2022")
        .gives(Gives::Named(&["meco", "naswot", "logsynflow", "jacobian-covariance"]));

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        Self::outputs(params)?;
        Scoring::fit(&params.options, &params.scores, train, cx).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx, Score::name)
    }

    fn outputs(params: &Params) -> Result<Vec<String>> {
        for (place, score) in params.scores.iter().enumerate() {
            if params.scores[..place].contains(score) {
                let sentence = format!("names `{}` twice; each score is given once", score.name());
                return Err(Error::bad_parameter("scores", sentence));
            }
        }
        Ok(params.scores.iter().map(|score| score.name().to_owned()).collect())
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        let scores = vec![Score::Snip, Score::Naswot, Score::LiveParams];
        Some(Example { data: example::cells(n, seed), params: Params { scores, options: example::params() } })
    }
}
