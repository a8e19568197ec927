//! Multiply-accumulates by closed form, of convolutions and linear layers for one image: what the tables of NAS-Bench-201
//! and NAS-Bench-Macro call FLOPs.
//!
//! Normalisations, rectifications, pools and sums are not counted. Other tools count them, or count an accumulate as two
//! operations; the order hardly changes.

use crate::sized::{Params, Sized, example};
use archcast_sdk::prelude::*;

/// The number of multiply-accumulates.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Flops(Sized);

impl Predictor for Flops {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("flops", Family::ZeroCost)
        .summary("Multiply-accumulates of the network for one image, as the benchmarks publish them.")
        .cite("White, Khodak, Tu, Shah, Bubeck and Dey, A Deeper Look at Zero-Cost Proxies for Lightweight NAS, ICLR Blog Track 2022")
        .complexity("predict O(layers) a row")
        .needs(&[Input::Genotypes])
        .minimum_rows(0)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Sized::fit(params, train).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx, |builder, genotype| Ok(builder.count(genotype)?.multiply_adds))
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        Some(example(n, seed))
    }
}
