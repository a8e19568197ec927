//! Encodings: from genotypes to named columns of numbers.

mod adjacency;
mod counts;
mod feature;
mod path;
mod sequence;

pub use feature::{FeatureKind, FeatureSpec};
pub use sequence::{PADDING, length, sequence, vocabulary};

use std::borrow::Cow;

use ndarray::{Array2, ArrayView2};
use path::Columns;

use crate::space::Space;
use crate::space::nearest::{clip, suggest};

/// A way to write genotypes as rows of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// For each decision one indicator for each choice: for linear models, kernels and trees.
    AdjacencyOneHot,
    /// The genotype as it is, one categorical column for each decision: for distances between choices made, embeddings
    /// and trees that know categories, never for linear models or kernels.
    AdjacencyCategorical,
    /// One indicator for each sequence of operations from the input to the output: for neural predictors.
    Path,
    /// The path encoding without long paths. Different architectures can become equal.
    TruncatedPath {
        /// Most operations on a path; left out, half of the longest path, rounded up.
        length: Option<u8>,
    },
    /// How often each operation stands where the output depends on it, and the number of edges: few columns, for kernels
    /// and trees with few rows. Different architectures can become equal.
    OperationCounts,
}

/// No encoding has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding `{name}`; {suggestion}")]
pub struct UnknownEncoding {
    /// The name asked for.
    pub name: String,
    /// The nearest name, or all names.
    pub suggestion: String,
}

impl Encoding {
    /// Every encoding there is, with its defaults.
    pub const ALL: [Encoding; 5] = [
        Encoding::AdjacencyOneHot,
        Encoding::AdjacencyCategorical,
        Encoding::Path,
        Encoding::TruncatedPath { length: None },
        Encoding::OperationCounts,
    ];

    /// The encoding of that name; `truncated-path(2)` goes up to paths of two operations.
    ///
    /// # Errors
    /// [`UnknownEncoding`] with the nearest name.
    pub fn named(name: &str) -> Result<Encoding, UnknownEncoding> {
        let length =
            name.strip_prefix("truncated-path(").and_then(|rest| rest.strip_suffix(')')?.parse().ok());
        if length.is_some() {
            return Ok(Encoding::TruncatedPath { length });
        }
        let found = Encoding::ALL.into_iter().find(|encoding| encoding.name() == name);
        found.ok_or_else(|| {
            let all = Encoding::names();
            UnknownEncoding { name: clip(name), suggestion: suggest(name, all.iter().map(|name| &name[..])) }
        })
    }

    /// Its name, as compositions and descriptors write it.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Encoding::AdjacencyOneHot => "adjacency-one-hot".into(),
            Encoding::AdjacencyCategorical => "adjacency-categorical".into(),
            Encoding::Path => "path".into(),
            Encoding::TruncatedPath { length: None } => "truncated-path".into(),
            Encoding::TruncatedPath { length: Some(length) } => format!("truncated-path({length})").into(),
            Encoding::OperationCounts => "operation-counts".into(),
        }
    }

    /// Names of all encodings.
    pub fn names() -> Vec<Cow<'static, str>> {
        Encoding::ALL.into_iter().map(Encoding::name).collect()
    }

    /// Whether architectures of this space can be written so.
    ///
    /// # Errors
    /// [`NoEncoding`] where the space has no paths to count, or more of them than a matrix can hold, or no graph.
    pub fn require(self, space: &Space) -> Result<(), NoEncoding> {
        let because = |reason| {
            Err(NoEncoding { encoding: self.name().into_owned(), space: space.name().to_owned(), reason })
        };
        match self {
            Encoding::AdjacencyOneHot | Encoding::AdjacencyCategorical => Ok(()),
            Encoding::Path | Encoding::TruncatedPath { .. } => match self.columns(space) {
                Some(_) => Ok(()),
                None => because("it has no paths to count, or too many"),
            },
            Encoding::OperationCounts if space.most_nodes() == 0 => {
                because("its architectures are no graphs")
            }
            Encoding::OperationCounts => Ok(()),
        }
    }

    /// Whether most columns are zero for most architectures, so that many are zero in all training rows.
    pub fn is_sparse(self) -> bool {
        matches!(self, Encoding::Path | Encoding::TruncatedPath { .. } | Encoding::OperationCounts)
    }

    /// The columns that it makes of a space, in order; none where the space has no such encoding
    /// ([`require`](Self::require)).
    pub fn features(self, space: &Space) -> Vec<FeatureSpec> {
        match self {
            Encoding::AdjacencyOneHot => space.one_hot_features(),
            Encoding::AdjacencyCategorical => space.categorical_features(),
            Encoding::Path | Encoding::TruncatedPath { .. } => {
                self.columns(space).map(|columns| columns.features()).unwrap_or_default()
            }
            Encoding::OperationCounts => counts::features(space),
        }
    }

    /// Encodes a pool (n × g): n × d numbers in row-major order, d the length of [`features`](Self::features). NaN stands
    /// where a column does not apply to an architecture, as a choice that depends on another.
    ///
    /// # Panics
    /// If a row is not of the space ([`Space::contains`]).
    pub fn encode(self, space: &Space, pool: ArrayView2<'_, u16>) -> Array2<f64> {
        match self {
            Encoding::AdjacencyOneHot => adjacency::one_hot(space, pool),
            Encoding::AdjacencyCategorical => adjacency::categorical(space, pool),
            Encoding::Path | Encoding::TruncatedPath { .. } => match self.columns(space) {
                Some(columns) => columns.encode(space, pool),
                None => Array2::zeros((pool.nrows(), 0)),
            },
            Encoding::OperationCounts => counts::encode(space, pool),
        }
    }

    fn columns(self, space: &Space) -> Option<Columns> {
        match self {
            Encoding::TruncatedPath { length: Some(length) } => Columns::of(space, Some(usize::from(length))),
            Encoding::TruncatedPath { length: None } => Columns::of(space, Columns::half(space)),
            _ => Columns::of(space, None),
        }
    }
}

/// One row of numbers for each genotype of a pool, written into zeros.
fn by_row(pool: ArrayView2<'_, u16>, width: usize, write: impl Fn(&[u16], &mut [f64])) -> Array2<f64> {
    let mut encoded = Array2::zeros((pool.nrows(), width));
    let mut genotype = Vec::with_capacity(pool.ncols());
    for (row, mut cells) in pool.rows().into_iter().zip(encoded.rows_mut()) {
        genotype.clear();
        genotype.extend(row);
        if let Some(cells) = cells.as_slice_mut() {
            write(&genotype, cells);
        }
    }
    encoded
}

/// The space has no such encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the space {space} has no encoding `{encoding}`: {reason}; use `adjacency-one-hot`")]
pub struct NoEncoding {
    /// The encoding.
    pub encoding: String,
    /// The space.
    pub space: String,
    /// What it lacks.
    reason: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_name() {
        for name in Encoding::names() {
            assert_eq!(Encoding::named(&name).unwrap().name(), name);
        }
        let two = Encoding::named("truncated-path(2)").unwrap();
        assert_eq!(
            (two, &two.name()[..]),
            (Encoding::TruncatedPath { length: Some(2) }, "truncated-path(2)")
        );
        assert!(Encoding::named("truncated-path(x)").is_err());
    }

    #[test]
    fn an_unknown_encoding_brings_the_nearest_name() {
        assert_eq!(
            Encoding::named("adjacency-onehot").unwrap_err().to_string(),
            "unknown encoding `adjacency-onehot`; did you mean `adjacency-one-hot`?"
        );
    }
}
