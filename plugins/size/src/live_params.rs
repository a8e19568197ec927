//! Trainable parameters of the live parts: those that the output depends on and that the input reaches.
//!
//! A network whose input does not reach its output has none. On NAS-Bench-201 this orders cells better than parameters
//! and than most scores that run a network.

use crate::sized::{BySize, Size};
use archcast_architectures::{ArchitectureError, Builder};

/// As a predictor.
pub type LiveParameters = BySize<Formula>;

/// The number of live parameters.
#[derive(Debug)]
pub struct Formula;

impl Size for Formula {
    const NAME: &'static str = "live-params";
    const SUMMARY: &'static str =
        "Trainable parameters of the parts that the output depends on and the input reaches.";

    fn of(builder: &Builder, genotype: &[u16]) -> Result<u64, ArchitectureError> {
        Ok(builder.live_count(genotype)?.parameters)
    }
}
