//! One score as a predictor of its own.

use archcast_sdk::prelude::*;
use std::marker::PhantomData;

use super::Score;
use crate::{example, params::Params, scoring::Scoring};

/// A score that is a predictor of its own.
pub trait Proxy: Send + Sync + 'static {
    /// The score.
    const SCORE: Score;
    /// What it is, in one sentence.
    const SUMMARY: &'static str;
    /// Papers, the best first; four at most.
    const CITES: &'static [&'static str];
}

/// The predictor that gives one score.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Alone<P> {
    scoring: Scoring,
    #[serde(skip)]
    proxy: PhantomData<fn() -> P>,
}

impl<P: Proxy> Predictor for Alone<P> {
    type Params = Params;
    const DESCRIPTOR: Descriptor = {
        let mut descriptor = descriptor(P::SCORE.name()).summary(P::SUMMARY).gives(Gives::Score);
        let mut cite = 0;
        while cite < P::CITES.len() {
            descriptor = descriptor.cite(P::CITES[cite]);
            cite += 1;
        }
        descriptor
    };

    fn fit(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        Ok(Self { scoring: Scoring::fit(params, &[P::SCORE], train, cx)?, proxy: PhantomData })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.scoring.predict(queries, cx, |_| "score")
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        Some(Example { data: example::cells(n, seed), params: example::params() })
    }
}

/// What all predictors of this plugin say of themselves.
pub const fn descriptor(name: &'static str) -> Descriptor {
    Descriptor::new(name, Family::ZeroCost)
        .complexity("predict: a few passes of one batch through the row's network")
        .needs(&[Input::AnyOf(&[Input::Networks, Input::Genotypes])])
        .minimum_rows(0)
        .cost(Cost::Seconds)
        .threads(Threads::Many)
        .devices(&["cpu", "cuda"])
        .native_libraries(&["libtorch 2.11.0 (`cargo xtask torch` in the checkout of archcast installs it)"])
}
