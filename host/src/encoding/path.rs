//! One indicator for each sequence of operations that can lead from the input to the output. White, Neiswanger and
//! Savani, BANANAS, AAAI 2021, section 3.

use ndarray::{Array2, ArrayView2};

use super::{FeatureKind, FeatureSpec, by_row};
use crate::space::{PathSpace, Space};

/// The columns of paths of at most `longest` operations: block by block, short paths first, and among those of one length
/// by the operation next to the input last: for `K` operations the column of `o_1 … o_L` stands at
/// `(number of shorter paths) + Σ o_t K^(t-1)` of its block.
pub(super) struct Columns {
    space: PathSpace,
    longest: usize,
    /// For each length from 0 on the first column of its paths within a block.
    bases: Vec<usize>,
    /// Columns of a block.
    block: usize,
}

/// More columns than this are no encoding to work with.
const MOST_COLUMNS: usize = 1 << 20;

impl Columns {
    /// The columns in a space, all or those of paths up to a length; `None` where the space has no paths, or too many.
    pub(super) fn of(space: &Space, longest: Option<usize>) -> Option<Columns> {
        let space = space.path_space()?;
        let longest = longest.unwrap_or(space.longest).min(space.longest);
        let count = space.operations.len();
        let (mut bases, mut block) = (vec![0; longest + 1], 0_usize);
        for (length, base) in bases.iter_mut().enumerate().skip(space.shortest) {
            *base = block;
            block = block.checked_add(count.checked_pow(u32::try_from(length).ok()?)?)?;
        }
        (block.checked_mul(space.blocks.len())? <= MOST_COLUMNS).then_some(Columns {
            space,
            longest,
            bases,
            block,
        })
    }

    /// The length at which the truncated encoding stops by default: half of the longest, rounded up.
    pub(super) fn half(space: &Space) -> Option<usize> {
        space.path_space().map(|paths| paths.longest.div_ceil(2))
    }

    fn width(&self) -> usize {
        self.block * self.space.blocks.len()
    }

    /// The column of a path; `None` where it is longer than the encoding goes.
    fn index(&self, block: usize, operations: &[u16]) -> Option<usize> {
        let length = operations.len();
        if length > self.longest || length < self.space.shortest {
            return None;
        }
        let count = self.space.operations.len();
        let within = operations.iter().rev().fold(0, |sum, &operation| sum * count + usize::from(operation));
        Some(block * self.block + self.bases[length] + within)
    }

    /// Names such as `path:conv3x3>maxpool`.
    pub(super) fn features(&self) -> Vec<FeatureSpec> {
        let count = self.space.operations.len();
        let mut features = Vec::with_capacity(self.width());
        for block in &self.space.blocks {
            for length in self.space.shortest..=self.longest {
                for number in 0..count.pow(length as u32) {
                    let mut rest = number;
                    let operations = (0..length).map(|_| {
                        let operation = rest % count;
                        rest /= count;
                        &self.space.operations[operation][..]
                    });
                    let steps: Vec<&str> = Some(&block[..])
                        .filter(|block| !block.is_empty())
                        .into_iter()
                        .chain(operations)
                        .collect();
                    let name = format!("path:{}", steps.join(">"));
                    features.push(FeatureSpec { name, kind: FeatureKind::Number });
                }
            }
        }
        features
    }

    /// One row for each genotype of the pool.
    pub(super) fn encode(&self, space: &Space, pool: ArrayView2<'_, u16>) -> Array2<f64> {
        by_row(pool, self.width(), |genotype, row| {
            space.visit_paths(genotype, &mut |block, operations| {
                if let Some(column) = self.index(block, operations) {
                    row[column] = 1.0;
                }
            });
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::encoding::Encoding;

    fn ones(encoding: Encoding, space: &Space, genotype: &[u16]) -> Vec<usize> {
        let pool = ArrayView2::from_shape((1, genotype.len()), genotype).unwrap();
        let encoded = encoding.encode(space, pool);
        assert_eq!(encoded.ncols(), encoding.features(space).len());
        encoded.iter().enumerate().filter(|(_, value)| **value == 1.0).map(|(index, _)| index).collect()
    }

    // Published digits and the right topology; the path of the zero operation is left out where there is one.
    #[test]
    fn cells_0_and_6111_of_nas_bench_201_have_the_known_paths() {
        let space = Space::builtin("nas-bench-201").unwrap();
        assert_eq!(Encoding::Path.features(&space).len(), 155);
        assert_eq!(ones(Encoding::Path, &space, &[4, 2, 1, 2, 1, 1]), [2, 12, 14, 64]);
        assert_eq!(ones(Encoding::Path, &space, &[3, 3, 3, 1, 3, 2]), [1, 18, 23, 98]);
        assert_eq!(ones(Encoding::Path, &space, &[3, 3, 3, 1, 3, 0]), [1, 23]);
    }

    #[test]
    fn truncation_drops_long_paths() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let half = Encoding::TruncatedPath { length: None };
        assert_eq!(half.features(&space).len(), 30);
        assert_eq!(ones(half, &space, &[4, 2, 1, 2, 1, 1]), [2, 12, 14]);
        let one = Encoding::TruncatedPath { length: Some(1) };
        assert_eq!(one.features(&space).len(), 5);
        assert_eq!(ones(one, &space, &[4, 2, 1, 2, 1, 1]), [2]);
    }

    // Row 1 of the benchmark's table, and DARTS-V2: White et al.'s columns by the published digits.
    #[test]
    fn a_cell_of_nas_bench_101_and_darts_v2_have_the_known_paths() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let cell = space.parse("7,100110100001001010101,02001").unwrap();
        assert_eq!(Encoding::Path.features(&space).len(), 364);
        assert_eq!(ones(Encoding::Path, &space, &cell), [2, 7, 10, 73]);
        assert_eq!(Encoding::TruncatedPath { length: None }.features(&space).len(), 40);
        let space = Space::builtin("darts").unwrap();
        let text = "0:3 1:3 0:3 1:3 1:3 0:2 0:2 2:5 | 0:0 1:0 2:2 1:0 0:0 2:2 2:2 1:0";
        let cell = space.parse(text).unwrap();
        assert_eq!(Encoding::Path.features(&space).len(), 11_204);
        assert_eq!(ones(Encoding::Path, &space, &cell), [3, 4, 46, 2805, 2847, 5603, 5624, 8404, 8425]);
        assert_eq!(Encoding::TruncatedPath { length: None }.features(&space).len(), 228);
    }

    #[test]
    fn columns_are_named_by_their_operations() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let features = Encoding::Path.features(&space);
        assert_eq!(features[12].name, "path:nor_conv_1x1>skip_connect");
        assert_eq!(features[64].name, "path:avg_pool_3x3>skip_connect>skip_connect");
    }

    #[test]
    fn a_pool_is_encoded_row_by_row() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let pool = array![[4_u16, 2, 1, 2, 1, 1], [3, 3, 3, 1, 3, 2]];
        let encoded = Encoding::Path.encode(&space, pool.view());
        assert_eq!(encoded.sum(), 8.0);
    }
}
