//! Sets as a local search would see them: test rows near the best of a small pool, training rows near test rows.
//!
//! White et al., How Powerful are Performance Predictors in NAS?, NeurIPS 2021, section on mutation-based sets.

use super::{Drawing, Shuffle, Split, group_of, target_of};
use crate::{
    compose::split::below,
    study::{StudyError, seeds},
    table::Rows,
};
use std::collections::{HashMap, HashSet};

/// Random architectures of which the best are kept.
const POOL: usize = 10;
/// How many of them are kept: the first test rows, and parents of the others.
const PARENTS: usize = 5;
/// Most mutations in a row.
const MOST_STEPS: usize = 3;
/// Attempts for each row that is wanted, before the neighbourhood counts as used up.
const ATTEMPTS: usize = 2000;

/// Draws the sets of a trial.
///
/// # Errors
/// A table without a space; a neighbourhood with too few rows.
pub fn draw(drawing: &Drawing, rows: &Rows, labelled: &[usize], trial: usize) -> Result<Split, StudyError> {
    let (Some(space), Some(genotypes)) = (rows.space(), rows.genotypes()) else {
        return Err(StudyError::NoMutation { origin: rows.table().origin().to_owned() });
    };
    let target = target_of(rows)?;
    // The first of rows that share an architecture stands for it.
    let mut by_identity: HashMap<u128, usize> = HashMap::new();
    by_identity.extend(labelled.iter().rev().map(|&row| (rows.identities()[row], row)));
    let mut rng = seeds::of_trial(drawing.seed, "sets", trial);
    let mut shuffle = Shuffle::new(labelled.to_vec());
    let mut seen: HashSet<u128> = HashSet::new();
    let mut pool: Vec<usize> = Vec::new();
    while pool.len() < POOL {
        let Some(row) = shuffle.next(&mut rng) else { break };
        if seen.insert(rows.identities()[row]) {
            pool.push(row);
        }
    }
    let value = |row: usize| target.values[row].map_or(f64::NEG_INFINITY, |value| target.goal.turn(value));
    pool.sort_by(|&a, &b| value(b).total_cmp(&value(a)));
    pool.truncate(PARENTS.min(drawing.test));
    let parents = pool.clone();
    let mut test = pool;
    let mut tested: HashSet<u128> = test.iter().map(|&row| rows.identities()[row]).collect();
    let mut redrawn = 0;
    let short = |what: &'static str, have: usize, wanted: usize| StudyError::SmallNeighbourhood {
        what,
        have,
        wanted,
    };
    let mut left = ATTEMPTS.saturating_mul(drawing.test);
    while test.len() < drawing.test {
        left = left.checked_sub(1).ok_or_else(|| short("test", test.len(), drawing.test))?;
        let parent = parents[below(&mut rng, parents.len())];
        let mut genotype = genotypes.row(parent).to_vec();
        for _ in 0..=below(&mut rng, MOST_STEPS) {
            genotype = space.mutate(&genotype, &mut rng);
        }
        let identity = space.identity(genotype.iter());
        match by_identity.get(&identity) {
            Some(&row) if tested.insert(identity) => test.push(row),
            _ => redrawn += 1,
        }
    }
    let groups: HashSet<u128> = test.iter().map(|&row| group_of(rows, row, drawing.group)).collect();
    let mut trained: HashSet<u128> = HashSet::new();
    let mut train = Vec::new();
    let mut left = ATTEMPTS.saturating_mul(drawing.labels);
    while train.len() < drawing.labels {
        left = left.checked_sub(1).ok_or_else(|| short("training", train.len(), drawing.labels))?;
        let parent = test[below(&mut rng, test.len())];
        let genotype = space.mutate(&genotypes.row(parent).to_vec(), &mut rng);
        let identity = space.identity(genotype.iter());
        match by_identity.get(&identity) {
            Some(&row)
                if !groups.contains(&group_of(rows, row, drawing.group)) && trained.insert(identity) =>
            {
                train.push(row);
            }
            _ => redrawn += 1,
        }
    }
    Ok(Split { trial, test, train, redrawn, ..Split::default() })
}
