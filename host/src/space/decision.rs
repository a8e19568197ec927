//! What a space lets one choose, and a row of choices.

use ndarray::Array2;

/// One architecture: for each decision of its space the index of the choice made, in published order and with
/// published numbering.
pub type Genotype = Vec<u16>;

/// Many architectures: one genotype a row (n × g).
pub type Pool = Array2<u16>;

/// One thing that a space leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Name, such as `0-1` for the operation on the edge from node 0 to node 1.
    pub name: String,
    /// Names of the choices; a genotype holds an index into them.
    pub choices: Vec<String>,
}

impl Decision {
    /// Whether `value` is the index of a choice.
    pub(super) fn holds(&self, value: u16) -> bool {
        usize::from(value) < self.choices.len()
    }
}
