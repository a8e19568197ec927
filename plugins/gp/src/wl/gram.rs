//! Kernels of graphs from their Weisfeiler-Lehman histograms.

use super::refinement::Histogram;
use archcast_sdk::prelude::*;
use faer::Mat;

/// How two histograms are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Sum of the products of counts: the subtree kernel (Shervashidze et al., JMLR 2011).
    Subtree,
    /// Sum of the smaller counts: the optimal assignment kernel (Kriege et al., NeurIPS 2016).
    Assignment,
}

impl Kind {
    /// What one label adds.
    pub(crate) fn term(self, one: u32, other: u32) -> f64 {
        match self {
            Self::Subtree => f64::from(one) * f64::from(other),
            Self::Assignment => f64::from(one.min(other)),
        }
    }

    /// The kernel of a histogram with itself.
    pub(crate) fn own(self, histogram: &Histogram) -> f64 {
        histogram.iter().map(|&(_, count)| self.term(count, count)).sum()
    }

    /// The kernel of two histograms.
    pub(crate) fn between(self, one: &Histogram, other: &Histogram) -> f64 {
        let mut other = other.iter().peekable();
        let mut sum = 0.0;
        for &(label, count) in one {
            while other.next_if(|(have, _)| *have < label).is_some() {}
            if let Some((_, theirs)) = other.next_if(|(have, _)| *have == label) {
                sum += self.term(count, *theirs);
            }
        }
        sum
    }
}

/// Kernel of a part by the kernels of the part with itself; parts that both have no nodes are alike.
pub(crate) fn normalised(between: f64, own: f64, other: f64) -> f64 {
    match (own > 0.0, other > 0.0) {
        (true, true) => between / (own * other).sqrt(),
        (false, false) => 1.0,
        _ => 0.0,
    }
}

/// The kernel matrix of n graphs, level by level: each call adds one level's histograms.
pub(crate) struct Gram {
    kind: Kind,
    normalise: bool,
    /// For each part the raw kernel, lower triangle.
    raw: Vec<Mat<f64>>,
}

impl Gram {
    /// Of no level yet.
    pub(crate) fn new(kind: Kind, normalise: bool, rows: usize, parts: usize) -> Self {
        Self { kind, normalise, raw: vec![Mat::zeros(rows, rows); parts] }
    }

    /// Adds a level: `histogram` gives that of a row and part.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) fn add<'h>(
        &mut self,
        histogram: impl Fn(usize, usize) -> &'h Histogram,
        cx: &Context<'_>,
    ) -> Result<()> {
        for (part, raw) in self.raw.iter_mut().enumerate() {
            for column in 0..raw.nrows() {
                cx.check()?;
                let one = histogram(column, part);
                for row in column..raw.nrows() {
                    raw[(row, column)] += self.kind.between(one, histogram(row, part));
                }
            }
        }
        Ok(())
    }

    /// The mean over the parts, lower triangle.
    pub(crate) fn matrix(&self) -> Mat<f64> {
        let (rows, parts) = (self.raw.first().map_or(0, Mat::nrows), self.raw.len() as f64);
        let mut mean = Mat::zeros(rows, rows);
        for raw in &self.raw {
            for column in 0..rows {
                for row in column..rows {
                    let between = raw[(row, column)];
                    let value = match self.normalise {
                        true => normalised(between, raw[(row, row)], raw[(column, column)]),
                        false => between,
                    };
                    mean[(row, column)] += value / parts;
                }
            }
        }
        mean
    }
}

/// Where each label occurs among n graphs, to compare many others with them.
pub(crate) struct Postings {
    kind: Kind,
    normalise: bool,
    /// For each part and label the rows that have it, with their counts.
    rows: Vec<Vec<Vec<(u32, u32)>>>,
    /// For each part and row the kernel with itself.
    own: Vec<Vec<f64>>,
}

impl Postings {
    /// Of the merged histograms of n graphs (row, then part) with `labels` labels.
    pub(crate) fn new(
        kind: Kind,
        normalise: bool,
        graphs: &[Vec<Histogram>],
        parts: usize,
        labels: usize,
    ) -> Self {
        let mut rows = vec![vec![Vec::new(); labels]; parts];
        let mut own = vec![Vec::with_capacity(graphs.len()); parts];
        for (row, graph) in (0_u32..).zip(graphs) {
            for (part, histogram) in graph.iter().enumerate().take(parts) {
                own[part].push(kind.own(histogram));
                for &(label, count) in histogram {
                    if let Some(list) = rows[part].get_mut(label as usize) {
                        list.push((row, count));
                    }
                }
            }
        }
        Self { kind, normalise, rows, own }
    }

    /// Fills in the kernels of a graph with each of the n, and gives that with itself.
    pub(crate) fn compare(&self, graph: &[Histogram], kernels: &mut [f64]) -> f64 {
        let parts = self.rows.len() as f64;
        let mut with_itself = 0.0;
        let mut raw = vec![0.0; kernels.len()];
        kernels.fill(0.0);
        for ((histogram, lists), owns) in graph.iter().zip(&self.rows).zip(&self.own) {
            raw.fill(0.0);
            for &(label, count) in histogram {
                for &(row, theirs) in lists.get(label as usize).into_iter().flatten() {
                    raw[row as usize] += self.kind.term(count, theirs);
                }
            }
            let own = self.kind.own(histogram);
            for ((kernel, raw), other) in kernels.iter_mut().zip(&raw).zip(owns) {
                *kernel += if self.normalise { normalised(*raw, own, *other) } else { *raw } / parts;
            }
            with_itself += if self.normalise { 1.0 } else { own } / parts;
        }
        with_itself
    }
}
