//! Trainable parameters of the live parts: those that the output depends on and that the input reaches.
//!
//! A network whose input does not reach its output has none. On NAS-Bench-201 this orders cells better than parameters
//! and than most scores that run a network.

use crate::sized::{Params, Sized, example};
use archcast_sdk::prelude::*;

/// The number of live parameters.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LiveParameters(Sized);

impl Predictor for LiveParameters {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("live-params", Family::ZeroCost)
        .summary("Trainable parameters of the parts that the output depends on and the input reaches.")
        .cite("White, Khodak, Tu, Shah, Bubeck and Dey, A Deeper Look at Zero-Cost Proxies for Lightweight NAS, ICLR Blog Track 2022")
        .complexity("predict O(layers) a row")
        .needs(&[Input::Genotypes])
        .minimum_rows(0)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Sized::fit(params, train).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx, |builder, genotype| Ok(builder.live_count(genotype)?.parameters))
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        Some(example(n, seed))
    }
}
