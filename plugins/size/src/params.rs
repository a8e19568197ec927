//! Trainable parameters by closed form: weights, biases, scale and shift of batch normalisations.
//!
//! Dead parts of a cell count as they do in the benchmark's own tables: an edge of NAS-Bench-201 that leads nowhere is
//! counted, a vertex of NAS-Bench-101 on no path is not.

use crate::sized::{Params, Sized, example};
use archcast_sdk::prelude::*;

/// The number of parameters.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(Sized);

impl Predictor for Parameters {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("params", Family::ZeroCost)
        .summary("Trainable parameters of the network, as the benchmarks publish them.")
        .cite("White, Khodak, Tu, Shah, Bubeck and Dey, A Deeper Look at Zero-Cost Proxies for Lightweight NAS, ICLR Blog Track 2022")
        .complexity("predict O(layers) a row")
        .needs(&[Input::Genotypes])
        .minimum_rows(0)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Sized::fit(params, train).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx, |builder, genotype| Ok(builder.count(genotype)?.parameters))
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        Some(example(n, seed))
    }
}
