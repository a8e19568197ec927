//! Multiply-accumulates by closed form, of convolutions and linear layers for one image: what the tables of NAS-Bench-201
//! and NAS-Bench-Macro call FLOPs.
//!
//! Normalisations, rectifications, pools and sums are not counted. Other tools count them, or count an accumulate as two
//! operations; the order hardly changes.

use crate::sized::{BySize, Size};
use archcast_architectures::{ArchitectureError, Builder};

/// As a predictor.
pub type Flops = BySize<Formula>;

/// The number of multiply-accumulates.
#[derive(Debug)]
pub struct Formula;

impl Size for Formula {
    const NAME: &'static str = "flops";
    const SUMMARY: &'static str =
        "Multiply-accumulates of the network for one image, as the benchmarks publish them.";

    fn of(builder: &Builder, genotype: &[u16]) -> Result<u64, ArchitectureError> {
        Ok(builder.count(genotype)?.multiply_adds)
    }
}
