//! `repeats`: what becomes of rows with the same architecture.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What becomes of rows with the same architecture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Repeats {
    /// They are a mistake.
    #[default]
    Error,
    /// They become one row, where the first stands: the target, curves, seconds and columns of numbers are means of
    /// what is known, a curve up to the end of the shortest; other columns are those of the first.
    Mean,
    /// They stay rows of their own, of the same identity.
    Keep,
}

/// Rows with the same key together, groups and rows in the order of the table.
pub(super) fn groups(keys: &[u128]) -> Vec<Vec<usize>> {
    let mut place = HashMap::with_capacity(keys.len());
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (row, &key) in keys.iter().enumerate() {
        let group = *place.entry(key).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(rows) => rows.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// The picked values, in this order.
pub(super) fn pick<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().filter_map(|&row| values.get(row)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stand_where_their_first_row_stands() {
        assert_eq!(groups(&[7, 3, 7, 5, 3]), [vec![0, 2], vec![1, 4], vec![3]]);
        assert_eq!(pick(&['a', 'b', 'c'], &[2, 0]), ['c', 'a']);
    }
}
