//! Folds: which training rows a model does not see when its score for them is asked.
//!
//! A member that learns from targets and feeds another member is cross-fitted: its scores for training rows come from
//! models that did not see these rows, or the other member would learn to trust what is only remembered. In chains,
//! **nested** folds (the default) fit every earlier member anew for each fold of each later one: nothing leaks, and a chain
//! of depth d costs about 5^d fits. **Shared** folds cut the training rows once for all members: a chain costs 5 fits for
//! each member, and a little leaks, since the scores that a later member's fold learns from come from models that saw the
//! targets of the rows held out there. Rows that are the same network are held out together.

/// Fewest training rows for which a member can be cross-fitted.
pub const FEWEST_ROWS: usize = 4;

/// How folds of different members relate.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Folds {
    /// Each member is fitted anew within the folds of those that it feeds.
    #[default]
    Nested,
    /// The training rows are cut once for all members.
    Shared,
    /// Scores of training rows come from the model that saw them: a leak, which no file can ask for, to show what
    /// cross-fitting is for.
    #[serde(skip)]
    None,
}

/// Number of folds for so many rows: five, and one for each row under ten rows.
pub fn count(rows: usize) -> usize {
    if rows < 10 { rows } else { 5 }
}

/// The places held out in each of `count` folds of `rows` places.
pub fn cut(rows: usize, count: usize) -> Vec<Vec<usize>> {
    (0..count.min(rows)).map(|fold| (fold..rows).step_by(count.max(1)).collect()).collect()
}

/// The places held out in each of at most `count` folds, where places of one group are held out together: rows that are the
/// same network would tell each other's targets. Groups go around the folds in the order in which they come; where all are
/// different this is [`cut`], and where there is only one group, too.
pub fn cut_groups<G: std::hash::Hash + Eq>(groups: &[G], count: usize) -> Vec<Vec<usize>> {
    let mut numbers: std::collections::HashMap<&G, usize> = std::collections::HashMap::new();
    let of_place: Vec<usize> = groups
        .iter()
        .map(|group| {
            let next = numbers.len();
            *numbers.entry(group).or_insert(next)
        })
        .collect();
    let different = numbers.len();
    if different < 2 {
        return cut(groups.len(), count);
    }
    let count = count.clamp(2, different);
    let mut folds = vec![Vec::new(); count];
    for (place, group) in of_place.into_iter().enumerate() {
        folds[group % count].push(place);
    }
    folds
}

/// The places of `rows` that are not among `held`, which is sorted.
pub fn rest(rows: usize, held: &[usize]) -> Vec<usize> {
    (0..rows).filter(|place| held.binary_search(place).is_err()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn under_ten_rows_each_is_a_fold_of_its_own() {
        assert_eq!([4, 9, 10, 500].map(count), [4, 9, 5, 5]);
    }

    #[test]
    fn one_network_is_held_out_at_once() {
        assert_eq!(cut_groups(&["a", "b", "a", "c", "b"], 5), [vec![0, 2], vec![1, 4], vec![3]]);
        assert_eq!(cut_groups(&["a", "b", "c", "d"], 2), cut(4, 2));
        assert_eq!(cut_groups(&["a"; 4], 2), cut(4, 2));
    }

    proptest! {
        #[test]
        fn groups_are_never_split_and_every_row_is_held_out_once(
            groups in prop::collection::vec(0u8..6, 2..40),
            folds in 2usize..6,
        ) {
            let cut = cut_groups(&groups, folds);
            let mut all: Vec<usize> = cut.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..groups.len()).collect::<Vec<_>>());
            if groups.iter().any(|group| *group != groups[0]) {
                for (fold, held) in cut.iter().enumerate() {
                    let elsewhere = cut.iter().enumerate().filter(|(other, _)| *other != fold);
                    for place in elsewhere.flat_map(|(_, held)| held) {
                        prop_assert!(held.iter().all(|here| groups[*here] != groups[*place]));
                    }
                    prop_assert!(!held.is_empty());
                }
            }
        }

        #[test]
        fn every_row_is_held_out_once(rows in 0usize..40, folds in 1usize..10) {
            let cut = cut(rows, folds);
            let mut all: Vec<usize> = cut.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..rows).collect::<Vec<_>>());
            for held in cut {
                prop_assert_eq!(rest(rows, &held).len() + held.len(), rows);
            }
        }
    }
}
