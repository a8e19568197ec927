//! Trainable parameters by closed form: weights, biases, scale and shift of batch normalisations.
//!
//! Dead parts of a cell count as they do in the benchmark's own tables: an edge of NAS-Bench-201 that leads nowhere is
//! counted, a vertex of NAS-Bench-101 on no path is not.

use crate::sized::{BySize, Size};
use archcast_architectures::{ArchitectureError, Builder};

/// As a predictor.
pub type Parameters = BySize<Formula>;

/// The number of parameters.
#[derive(Debug)]
pub struct Formula;

impl Size for Formula {
    const NAME: &'static str = "params";
    const SUMMARY: &'static str = "Trainable parameters of the network, as the benchmarks publish them.";

    fn of(builder: &Builder, genotype: &[u16]) -> Result<u64, ArchitectureError> {
        Ok(builder.count(genotype)?.parameters)
    }
}
