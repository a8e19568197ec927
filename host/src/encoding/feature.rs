//! What a column of features is.

pub use archcast_sdk::header::FeatureKind;

/// A column of features.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureSpec {
    /// Name made from the decision and the choice, such as `0-1=nor_conv_3x3`.
    pub name: String,
    /// How its numbers are to be read.
    pub kind: FeatureKind,
}
