//! Rows whose targets are hidden.

use super::{Drawing, Shuffle, Split, Tables, group_of};
use crate::study::seeds;
use std::collections::HashSet;

/// Draws the unlabelled rows of a trial from the rows of the training table that neither train nor are of a network that is
/// tested, with a target or without, as many as there are up to the number that is wanted.
pub fn draw(drawing: &Drawing, tables: Tables<'_>, split: &mut Split) {
    if drawing.unlabelled == 0 {
        return;
    }
    let rows = tables.train;
    let taken: HashSet<u128> =
        split.test.iter().map(|&row| group_of(tables.tested(), row, drawing.group)).collect();
    let trains: HashSet<usize> = split.train.iter().copied().collect();
    let mut all: Vec<usize> = (0..rows.len()).filter(|row| !trains.contains(row)).collect();
    all.sort_by(|&a, &b| (rows.identities()[a], rows.id(a)).cmp(&(rows.identities()[b], rows.id(b))));
    let mut rng = seeds::of_trial(drawing.seed, "unlabelled", split.trial);
    let mut shuffle = Shuffle::new(all);
    while split.unlabelled.len() < drawing.unlabelled {
        let Some(row) = shuffle.next(&mut rng) else { break };
        if !taken.contains(&group_of(rows, row, drawing.group)) {
            split.unlabelled.push(row);
        }
    }
}
