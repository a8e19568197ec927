//! The grids of a study where it names none: numbers of labelled rows and of epochs, evenly in the logarithm.
//!
//! White, Zela, Ru, Liu, Hutter, How Powerful are Performance Predictors in NAS?, NeurIPS 2021, as its library NASLib
//! makes them.

/// Points of the axis of labelled rows.
const LABEL_POINTS: usize = 11;
/// Points of the axis of epochs.
const EPOCH_POINTS: usize = 15;
/// Most labelled rows, where the table has more.
const MOST_LABELS: usize = 1000;
/// The first number of labelled rows, before it is cut to a whole number.
const FIRST_LABELS: f64 = 5.1;
/// Binary logarithm of the first number of epochs, before it is cut to a whole number.
const FIRST_EPOCHS: f64 = 0.9;

/// How many rows are tested where the study does not say: 200, or 100 of a small table.
pub fn default_test(rows: usize) -> usize {
    match rows {
        500.. => 200,
        200.. => 100,
        _ => rows / 3,
    }
}

/// Numbers of labelled rows for a table with so many rows that have a target, of which so many are tested: up to
/// min(1000, 0.8 (rows - test)).
pub fn default_labels(rows: usize, test: usize) -> Vec<usize> {
    let most = (rows.saturating_sub(test) * 4 / 5).min(MOST_LABELS);
    let mut labels = geometric(FIRST_LABELS.log2(), most, LABEL_POINTS);
    labels.dedup();
    labels
}

/// Numbers of epochs seen of curves of this length: up to all but one. What comes twice gives way to the smallest number
/// that is not there.
pub fn default_epochs(longest: u32) -> Vec<u32> {
    let most = longest.saturating_sub(1).max(1) as usize;
    let mut epochs = geometric(FIRST_EPOCHS, most, EPOCH_POINTS);
    epochs.dedup();
    let wanted = EPOCH_POINTS.min(most);
    while epochs.len() < wanted {
        let Some(free) = (1..=most).find(|epoch| epochs.binary_search(epoch).is_err()) else { break };
        epochs.push(free);
        epochs.sort_unstable();
    }
    epochs.into_iter().filter_map(|epoch| u32::try_from(epoch).ok()).collect()
}

/// Whole numbers from 2^first to `most`, evenly in the logarithm. The end is set: computed, it may come out one below.
fn geometric(first: f64, most: usize, points: usize) -> Vec<usize> {
    let last = (most.max(1) as f64).log2();
    if first >= last {
        return vec![most.max(1)];
    }
    let step = (last - first) / (points - 1) as f64;
    let inner = (0..points - 1).map(|place| (first + place as f64 * step).exp2() as usize);
    inner.chain([most]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_grids_come_out() {
        let thousand = [5, 8, 14, 24, 42, 71, 121, 205, 347, 589, 1000];
        assert_eq!(default_labels(15_625, 200), thousand);
        // Of the space darts: 500 labels, and 96 epochs without the last.
        assert_eq!(geometric(FIRST_LABELS.log2(), 500, 11), [5, 8, 12, 20, 31, 50, 79, 126, 199, 316, 500]);
        assert_eq!(default_epochs(108), [1, 2, 3, 4, 5, 7, 10, 14, 18, 25, 33, 44, 60, 80, 107]);
        assert_eq!(default_epochs(200), [1, 2, 3, 5, 7, 9, 13, 19, 26, 37, 52, 73, 102, 142, 199]);
        assert_eq!(default_epochs(96), [1, 2, 3, 4, 5, 7, 10, 13, 17, 23, 30, 40, 54, 71, 95]);
        assert_eq!(default_epochs(50), [1, 2, 3, 4, 5, 6, 7, 9, 12, 15, 19, 24, 30, 38, 49]);
    }

    #[test]
    fn a_small_table_has_a_small_grid() {
        assert_eq!(default_test(248), 100);
        assert_eq!(default_labels(248, 100).last(), Some(&118));
        assert_eq!(default_labels(10, 3), [5]);
        assert_eq!(default_epochs(4), [1, 2, 3]);
        assert_eq!(default_epochs(1), [1]);
    }
}
