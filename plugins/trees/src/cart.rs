//! Growing one regression tree (Breiman, Friedman, Olshen and Stone, Classification and Regression Trees, 1984), as
//! scikit-learn's depth-first builder does it with `splitter = "best"`.
//!
//! A node of n rows is split where `n_L n_R (mean_L − mean_R)²` is largest. In one node this orders splits both as the
//! reduction of the variance and as Friedman's score do. Of equal splits the one seen first stays, and features are seen
//! in a random order: on indicator columns, where equal splits are the rule, chance decides.
//!
//! A row with a missing value goes to the side where the split is better, left where both are equal; having a value or
//! not is a split of its own.
//!
//! Cost: O(k n) a node of n rows that looks at k features.

mod draw;
mod split;

use crate::{
    columns::{Column, Columns},
    moments::mean,
    tree::Tree,
};
use archcast_sdk::{Rng, prelude::*};
use draw::Draw;
use split::{Best, Part};

/// The impurity up to which a node is a leaf, as a part of the variance that the targets have in their unit.
pub(crate) const PURE: f64 = f64::EPSILON;
/// Rows from which on a node looks whether to end.
const LARGE: usize = 256;

/// When a node is a leaf, and what it looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Splits between the root and a leaf at most.
    pub(crate) max_depth: u32,
    /// Rows that a node must have to be split.
    pub(crate) min_samples_split: usize,
    /// Rows that each side of a split must have.
    pub(crate) min_samples_leaf: usize,
    /// The part of the features that a node looks at: of p features `max(1, ⌊part p⌋)`.
    pub(crate) max_features: f64,
    /// Variance up to which a node is a leaf.
    pub(crate) pure: f64,
}

/// A tree and what became of its rows.
#[derive(Debug)]
pub(crate) struct Grown {
    pub(crate) tree: Tree,
    /// Variance of the targets of each node's rows.
    pub(crate) variances: Vec<f64>,
    /// The part of the reduction of squares that each feature brought, 1 together; `None` for a single leaf.
    pub(crate) importance: Option<Vec<f64>>,
}

/// A node that is still to be looked at.
struct Open {
    node: u32,
    start: usize,
    end: usize,
    depth: u32,
    /// Features that are known to be constant on its rows.
    constant: usize,
}

/// A tree under way.
struct Grower<'a> {
    columns: &'a Columns,
    /// One for each training row; only those of the rows below are read.
    targets: &'a [f64],
    limits: &'a Limits,
    /// The rows of the tree; a node holds a range of them.
    rows: Vec<u32>,
    /// For each ordered column its rows in order, as many as `rows`; a node holds the same range of each.
    orders: Vec<Vec<u32>>,
    /// Where partitions put what goes right.
    aside: Vec<u32>,
    /// For each training row whether it goes left at the node under way.
    left: Vec<bool>,
    /// Targets of the node's rows.
    seen: Vec<f64>,
}

/// Grows a tree on these rows, of which one may be there more than once.
///
/// # Errors
/// `cancelled`.
pub(crate) fn grow(
    columns: &Columns,
    targets: &[f64],
    rows: Vec<u32>,
    limits: &Limits,
    rng: &mut Rng,
    cx: &Context<'_>,
) -> Result<Grown> {
    let mut draw = Draw::new(&columns.columns, limits.max_features);
    let mut grower = Grower {
        columns,
        targets,
        limits,
        orders: orders(columns, &rows),
        aside: Vec::with_capacity(rows.len()),
        left: vec![false; columns.rows],
        seen: Vec::with_capacity(rows.len()),
        rows,
    };
    let mut grown = Grown { tree: Tree::new(), variances: Vec::new(), importance: None };
    let mut gains = vec![0.0; columns.columns.len()];
    let mut open = vec![Open { node: 0, start: 0, end: grower.rows.len(), depth: 0, constant: draw.known() }];
    while let Some(at) = open.pop() {
        let n = at.end - at.start;
        if n >= LARGE {
            cx.check()?;
        }
        let (value, variance) = grower.look(&at);
        grown.variances.resize(grown.tree.len(), 0.0);
        grown.variances[at.node as usize] = variance;
        let best = match grower.is_leaf(n, at.depth) || variance <= limits.pure {
            true => None,
            false => grower.best(&at, &mut draw, rng),
        };
        let Some((best, constant)) = best else {
            grown.tree.set_value(at.node, value);
            continue;
        };
        gains[best.feature as usize] += best.score / n as f64;
        let column = &columns.columns[best.feature as usize];
        let threshold = column.threshold(best.cut, best.above);
        let left = grown.tree.split(at.node, best.feature, threshold, best.missing_right);
        let middle = grower.partition(&at, &best);
        let child = |node, start, end| Open { node, start, end, depth: at.depth + 1, constant };
        open.push(child(left + 1, middle, at.end));
        open.push(child(left, at.start, middle));
    }
    grown.variances.resize(grown.tree.len(), 0.0);
    let total: f64 = gains.iter().sum();
    if total > 0.0 {
        grown.importance = Some(gains.into_iter().map(|gain| gain / total).collect());
    }
    Ok(grown)
}

/// For each ordered column the rows of the tree in its order.
fn orders(columns: &Columns, rows: &[u32]) -> Vec<Vec<u32>> {
    if columns.ordered == 0 {
        return Vec::new();
    }
    let mut times = vec![0_usize; columns.rows];
    rows.iter().for_each(|&row| times[row as usize] += 1);
    let part = |column: &Column| match column {
        Column::Ordered { order, .. } => {
            Some(order.iter().flat_map(|&row| std::iter::repeat_n(row, times[row as usize])).collect())
        }
        _ => None,
    };
    columns.columns.iter().filter_map(part).collect()
}

impl Grower<'_> {
    /// Mean and variance of a node's targets.
    fn look(&mut self, at: &Open) -> (f64, f64) {
        self.seen.clear();
        self.seen.extend(self.rows[at.start..at.end].iter().map(|&row| self.targets[row as usize]));
        let mean = mean(self.seen.iter().copied());
        let squares: f64 = self.seen.iter().map(|target| (target - mean) * (target - mean)).sum();
        (mean, squares / self.seen.len().max(1) as f64)
    }

    /// Whether a node of n rows at this depth cannot be split, whatever its rows are.
    fn is_leaf(&self, n: usize, depth: u32) -> bool {
        depth >= self.limits.max_depth
            || n < self.limits.min_samples_split.max(2)
            || n < 2 * self.limits.min_samples_leaf
    }

    /// The best split of a node and the number of features known to be constant on it; `None` where there is none.
    fn best(&self, at: &Open, draw: &mut Draw, rng: &mut Rng) -> Option<(Best, usize)> {
        let rows = &self.rows[at.start..at.end];
        let part = Part {
            rows,
            targets: &self.seen,
            total: self.seen.iter().sum(),
            min_samples_leaf: self.limits.min_samples_leaf,
        };
        let target = |row: u32| self.targets[row as usize];
        let mut best = Best::none();
        let constant =
            draw.visit(at.constant, rng, |feature| match &self.columns.columns[feature as usize] {
                Column::Constant => false,
                Column::Two { codes, holes, .. } => part.two(feature, codes, *holes, &mut best),
                Column::Ordered { ranks, place, .. } => {
                    let order = &self.orders[*place][at.start..at.end];
                    part.ordered(feature, ranks, order, target, &mut best)
                }
            });
        best.found().then_some((best, constant))
    }

    /// Brings the rows that go left before those that go right, each in the order that they had; where the right ones
    /// begin.
    fn partition(&mut self, at: &Open, best: &Best) -> usize {
        let column = &self.columns.columns[best.feature as usize];
        for &row in &self.rows[at.start..at.end] {
            self.left[row as usize] = column.goes_left(row, best.cut, best.missing_right);
        }
        let (left, aside) = (&self.left, &mut self.aside);
        let middle = at.start + stable(&mut self.rows[at.start..at.end], left, aside);
        let (below, above) = (middle - at.start, at.end - middle);
        if !self.is_leaf(below, at.depth + 1) || !self.is_leaf(above, at.depth + 1) {
            let (left, aside) = (&self.left, &mut self.aside);
            for order in &mut self.orders {
                stable(&mut order[at.start..at.end], left, aside);
            }
        }
        middle
    }
}

/// Brings the rows that go left before the others, each in the order that they had; how many go left.
fn stable(rows: &mut [u32], left: &[bool], aside: &mut Vec<u32>) -> usize {
    aside.clear();
    let mut kept = 0;
    for place in 0..rows.len() {
        let row = rows[place];
        if left[row as usize] {
            rows[kept] = row;
            kept += 1;
        } else {
            aside.push(row);
        }
    }
    rows[kept..].copy_from_slice(aside);
    kept
}

#[cfg(test)]
pub(crate) mod tests;
