//! Paths from input to output: what the path encoding counts.

/// What paths a space can have: for each block every sequence of operations from the shortest length to the longest.
/// White et al., BANANAS, AAAI 2021, section 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSpace {
    /// Names of what tells paths apart beside their operations, such as the cell and the input where they begin; one
    /// empty name where nothing does.
    pub blocks: Vec<String>,
    /// Names of the operations.
    pub operations: Vec<String>,
    /// Fewest operations on a path.
    pub shortest: usize,
    /// Most operations on a path.
    pub longest: usize,
}

/// One path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// The block, an index into [`PathSpace::blocks`].
    pub block: usize,
    /// The operations from the input to the output, indices into [`PathSpace::operations`].
    pub operations: Vec<u16>,
}
