//! The training features as splits read them.
//!
//! Most columns of an encoding have two values: a byte for each row then tells the side of the only split, and a split
//! is one masked sum. Columns of more values are put in order once for the whole fit; a node keeps its part of that order
//! by stable partition, so that nothing is ever sorted again.

use archcast_sdk::dataset::Features;

/// Values that differ by at most this part of the larger one are the same: the resolution of 32-bit floats, to which
/// scikit-learn rounds features.
const SAME: f64 = 1e-7;
/// The rank of a missing value.
pub(crate) const MISSING: u32 = u32::MAX;
/// The cut that has every value on its left and missing ones on its right.
pub(crate) const PRESENT: u32 = u32::MAX - 1;

/// One column.
#[derive(Debug)]
pub(crate) enum Column {
    /// One value in every row, or none in any: nothing to split.
    Constant,
    /// Two values, or one and missing ones.
    Two {
        /// For each row 0 (the lower value), 1 (the upper) or 2 (missing).
        codes: Vec<u8>,
        /// Whether any row is missing.
        holes: bool,
        /// Between the two values.
        threshold: f64,
    },
    /// More than two values.
    Ordered {
        /// For each row the rank of its value among the different values, or [`MISSING`].
        ranks: Vec<u32>,
        /// For each rank the lowest and highest value.
        spans: Vec<(f64, f64)>,
        /// Rows by ascending value, then the missing ones.
        order: Vec<u32>,
        /// Its number among the ordered columns.
        place: usize,
    },
}

/// All columns of the training rows.
#[derive(Debug)]
pub(crate) struct Columns {
    /// One for each feature.
    pub(crate) columns: Vec<Column>,
    /// How many of them are ordered.
    pub(crate) ordered: usize,
    /// Number of training rows.
    pub(crate) rows: usize,
}

impl Columns {
    /// The columns of a feature matrix. NaN counts as missing.
    pub(crate) fn of(features: &Features<'_>) -> Self {
        let values = features.values();
        let mut ordered = 0;
        let columns = (0..values.ncols())
            .map(|feature| {
                let cells: Vec<f64> =
                    (0..values.nrows())
                        .map(|row| {
                            if features.is_present(row, feature) { values[[row, feature]] } else { f64::NAN }
                        })
                        .collect();
                let column = Column::of(&cells, ordered);
                ordered += usize::from(matches!(column, Column::Ordered { .. }));
                column
            })
            .collect();
        Self { columns, ordered, rows: values.nrows() }
    }
}

impl Column {
    /// A column of these cells, NaN where they are missing.
    fn of(cells: &[f64], place: usize) -> Self {
        let mut order: Vec<u32> = (0..cells.len() as u32).collect();
        let cell = |row: &u32| cells[*row as usize];
        // Missing ones last, equal ones in the order of their rows.
        order.sort_by(|a, b| cell(a).is_nan().cmp(&cell(b).is_nan()).then(cell(a).total_cmp(&cell(b))));
        let mut ranks = vec![MISSING; cells.len()];
        let mut spans: Vec<(f64, f64)> = Vec::new();
        for row in order.iter().filter(|row| !cell(row).is_nan()) {
            let value = cell(row);
            match spans.last_mut() {
                Some(last) if value - last.1 <= SAME * value.abs().max(last.1.abs()) => last.1 = value,
                _ => spans.push((value, value)),
            }
            ranks[*row as usize] = spans.len() as u32 - 1;
        }
        let holes = ranks.contains(&MISSING);
        match (spans.len(), holes) {
            (0, _) | (1, false) => Self::Constant,
            (1 | 2, _) => Self::Two {
                codes: ranks.iter().map(|&rank| rank.min(2) as u8).collect(),
                holes,
                threshold: if let [lower, upper] = spans[..] { midpoint(lower, upper) } else { f64::MAX },
            },
            _ => Self::Ordered { ranks, spans, order, place },
        }
    }

    /// Whether a row goes left where ranks up to the cut do. Missing rows go as told.
    pub(crate) fn goes_left(&self, row: u32, cut: u32, missing_right: bool) -> bool {
        let rank = match self {
            Self::Constant => return true,
            Self::Two { codes, .. } => match codes[row as usize] {
                2 => MISSING,
                code => u32::from(code),
            },
            Self::Ordered { ranks, .. } => ranks[row as usize],
        };
        if rank == MISSING { !missing_right } else { rank <= cut }
    }

    /// The threshold of a cut whose next rank that is there is `above`: values up to it go left.
    pub(crate) fn threshold(&self, cut: u32, above: u32) -> f64 {
        match self {
            _ if cut == PRESENT => f64::MAX,
            Self::Constant => f64::MAX,
            Self::Two { threshold, .. } => *threshold,
            Self::Ordered { spans, .. } => midpoint(spans[cut as usize], spans[above as usize]),
        }
    }
}

/// Half way between two ranks; the upper end of the lower one where rounding leaves nothing between.
fn midpoint(lower: (f64, f64), upper: (f64, f64)) -> f64 {
    let middle = lower.1 / 2.0 + upper.0 / 2.0;
    if middle >= upper.0 { lower.1 } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_apart_by_their_different_values() {
        assert!(matches!(Column::of(&[3.0, 3.0, 3.0 + 1e-8], 0), Column::Constant));
        assert!(matches!(Column::of(&[f64::NAN, f64::NAN], 0), Column::Constant));
        let Column::Two { codes, holes: false, threshold } = Column::of(&[1.0, 0.0, 1.0], 0) else {
            panic!()
        };
        assert_eq!((codes, threshold), (vec![1, 0, 1], 0.5));
        let Column::Two { codes, holes: true, .. } = Column::of(&[7.0, f64::NAN, 7.0], 0) else { panic!() };
        assert_eq!(codes, [0, 2, 0]);
        let Column::Ordered { ranks, spans, order, place: 4 } =
            Column::of(&[5.0, f64::NAN, 1.0, 5.0, 2.0], 4)
        else {
            panic!()
        };
        assert_eq!(ranks, [2, MISSING, 0, 2, 1]);
        assert_eq!(order, [2, 4, 0, 3, 1]);
        assert_eq!(spans, [(1.0, 1.0), (2.0, 2.0), (5.0, 5.0)]);
    }

    #[test]
    fn small_scales_and_large_ones_are_kept_apart() {
        for scale in [1e-300, 1e-12, 1.0, 1e60] {
            let column = Column::of(&[scale, 2.0 * scale, 3.0 * scale], 0);
            assert!(matches!(column, Column::Ordered { .. }), "{scale}");
            assert_eq!(column.threshold(0, 2), scale / 2.0 + 3.0 * scale / 2.0);
        }
    }

    #[test]
    fn a_threshold_that_rounding_moves_to_the_upper_value_is_the_lower_one() {
        let lower = 1.0_f64;
        assert_eq!(midpoint((0.0, lower), (lower.next_up(), 2.0)), lower);
        assert!(midpoint((0.0, 1.7e308), (1.75e308, 2.0)).is_finite());
    }
}
