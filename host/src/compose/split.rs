//! Which rows train.

use crate::{
    space::nearest::clip,
    table::{Mistakes, Rows},
};
use rand::{Rng as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{collections::HashMap, fs, path::Path};

/// Why no training rows could be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// No target is named.
    #[error(
        "no target is named, so there is nothing to learn; write `target = {{ column = \"…\", goal = \"maximize\" }}` in [data]"
    )]
    NoTarget,
    /// Fewer labelled rows than asked for.
    #[error(
        "{asked} labelled rows were asked for, but only {have} rows of {origin} have the target `{column}`; give `labels = {have}` or less"
    )]
    TooFew {
        /// The table.
        origin: String,
        /// Rows asked for.
        asked: usize,
        /// Rows with a target.
        have: usize,
        /// The target's column.
        column: String,
    },
    /// The file of row ids cannot be read.
    #[error("the file of row ids {path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Ids that the table lacks or that have no target.
    #[error("{path} names rows that cannot train:{mistakes}")]
    BadIds {
        /// The file.
        path: String,
        /// Line by line.
        mistakes: Mistakes,
    },
}

/// The rows that train, in the order in which they were drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Training {
    /// Rows of the table.
    pub rows: Vec<usize>,
    /// Rows that no member sees before they are asked for, not even without their targets.
    pub withheld: Vec<usize>,
}

impl From<Vec<usize>> for Training {
    /// These rows, and none is withheld.
    fn from(rows: Vec<usize>) -> Self {
        Self { rows, withheld: Vec::new() }
    }
}

/// A number below `count`, each equally likely: Lemire's bounded draw without the rejection step, whose bias is below 2⁻⁴⁰
/// for tables of any size that fits memory.
pub(crate) fn below(rng: &mut ChaCha8Rng, count: usize) -> usize {
    ((u128::from(rng.next_u64()) * count as u128) >> 64) as usize
}

/// Draws `labels` of the rows with a target (all, where it is `None`). A smaller number under the same seed gives a prefix of
/// a larger one.
///
/// # Errors
/// [`SplitError::NoTarget`], [`SplitError::TooFew`].
pub fn draw(rows: &Rows, labels: Option<usize>, seed: u64) -> Result<Training, SplitError> {
    let asked = count(rows, labels)?;
    let values = rows.target().map(|target| &target.values[..]).unwrap_or_default();
    let mut labelled: Vec<usize> =
        values.iter().enumerate().filter_map(|(row, value)| value.map(|_| row)).collect();
    draw_some(rows, &mut labelled, asked, &mut ChaCha8Rng::seed_from_u64(seed));
    Ok(labelled.into())
}

/// How many rows [`draw`] draws.
///
/// # Errors
/// [`SplitError::NoTarget`], [`SplitError::TooFew`].
pub fn count(rows: &Rows, labels: Option<usize>) -> Result<usize, SplitError> {
    let target = rows.target().ok_or(SplitError::NoTarget)?;
    let have = target.values.iter().flatten().count();
    let asked = labels.unwrap_or(have);
    if asked > have || have == 0 {
        let (origin, column) = (rows.table().origin().to_owned(), target.column.clone());
        return Err(SplitError::TooFew { origin, asked, have, column });
    }
    Ok(asked)
}

/// Leaves so many of these rows, drawn without replacement: fewer under the same seed are a prefix of more.
pub fn draw_some(rows: &Rows, among: &mut Vec<usize>, count: usize, rng: &mut ChaCha8Rng) {
    // By identity, so that the same architectures are drawn whatever the order of the file.
    among.sort_by_key(|&row| rows.identities()[row]);
    let count = count.min(among.len());
    for place in 0..count {
        let chosen = place + below(rng, among.len() - place);
        among.swap(place, chosen);
    }
    among.truncate(count);
}

/// The rows whose ids stand in a file, one on each line.
///
/// # Errors
/// All ids that the table lacks, that repeat, or that have no target.
pub fn rows_of_file(rows: &Rows, path: &Path) -> Result<Training, SplitError> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| SplitError::Unreadable { path: name.clone(), reason: error.to_string() })?;
    let target = rows.target().ok_or(SplitError::NoTarget)?;
    // Rows that the description keeps although they repeat share an id, and are chosen together.
    let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
    (0..rows.len()).for_each(|row| by_id.entry(rows.id(row)).or_default().push(row));
    let mut seen = HashMap::new();
    let mut chosen = Vec::new();
    let mut mistakes = Mistakes::default();
    for (index, id) in text.lines().map(str::trim).enumerate().filter(|(_, id)| !id.is_empty()) {
        let line = index as u64 + 1;
        match by_id.get(id) {
            None => mistakes.push(line, || format!("`{}` is no row of the table", clip(id))),
            Some(same) => {
                let labelled = same.iter().copied().filter(|&row| target.values[row].is_some());
                let labelled: Vec<usize> = labelled.collect();
                match labelled.first() {
                    None => mistakes.push(line, || format!("`{}` has no target", clip(id))),
                    Some(&first) => match seen.insert(first, line) {
                        Some(earlier) => mistakes.push(line, || format!("the same row as in line {earlier}")),
                        None => chosen.extend(labelled),
                    },
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(chosen.into()) } else { Err(SplitError::BadIds { path: name, mistakes }) }
}
