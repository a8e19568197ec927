//! The best split of a node.

use crate::columns::{MISSING, PRESENT};

/// Rows of one side: how many, and the sum of their targets.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    count: usize,
    sum: f64,
}

impl std::ops::Add for Side {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { count: self.count + other.count, sum: self.sum + other.sum }
    }
}

impl std::ops::Sub for Side {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { count: self.count - other.count, sum: self.sum - other.sum }
    }
}

/// The best split seen so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best {
    /// `n_L n_R (mean_L − mean_R)²`.
    pub(crate) score: f64,
    pub(crate) feature: u32,
    /// The last rank that goes left.
    pub(crate) cut: u32,
    /// The first rank that goes right.
    pub(crate) above: u32,
    pub(crate) missing_right: bool,
}

impl Best {
    /// No split yet.
    pub(crate) fn none() -> Self {
        Self { score: f64::NEG_INFINITY, feature: 0, cut: 0, above: 0, missing_right: false }
    }

    /// Whether there is a split.
    pub(crate) fn found(&self) -> bool {
        self.score > f64::NEG_INFINITY
    }
}

/// The rows of a node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) rows: &'a [u32],
    /// Their targets.
    pub(crate) targets: &'a [f64],
    /// The sum of these.
    pub(crate) total: f64,
    pub(crate) min_samples_leaf: usize,
}

impl Part<'_> {
    /// Takes a split where it is better than the best. `left` and `right` are without the missing rows, which go to the
    /// better side.
    fn offer(
        &self,
        feature: u32,
        (cut, above): (u32, u32),
        (left, right, missing): (Side, Side, Side),
        best: &mut Best,
    ) {
        let mut take = |left: Side, right: Side, missing_right: bool| {
            if left.count.min(right.count) < self.min_samples_leaf.max(1) {
                return;
            }
            let (n_left, n_right) = (left.count as f64, right.count as f64);
            let difference = n_right * left.sum - n_left * right.sum;
            let score = difference * difference / (n_left * n_right);
            if score > best.score {
                *best = Best { score, feature, cut, above, missing_right };
            }
        };
        take(left + missing, right, false);
        if missing.count > 0 {
            take(left, right + missing, true);
        }
    }

    /// Looks at a column of two values; whether it varies on these rows.
    pub(crate) fn two(&self, feature: u32, codes: &[u8], holes: bool, best: &mut Best) -> bool {
        let mut sides = [Side::default(); 3];
        if holes {
            for (&row, &target) in self.rows.iter().zip(self.targets) {
                let side = &mut sides[usize::from(codes[row as usize].min(2))];
                side.count += 1;
                side.sum += target;
            }
        } else {
            let (mut count, mut sum) = (0, 0.0);
            for (&row, &target) in self.rows.iter().zip(self.targets) {
                let code = codes[row as usize];
                count += usize::from(code);
                sum += f64::from(code) * target;
            }
            sides = [
                Side { count: self.rows.len() - count, sum: self.total - sum },
                Side { count, sum },
                Side::default(),
            ];
        }
        let [lower, upper, missing] = sides;
        if sides.iter().filter(|side| side.count > 0).count() < 2 {
            return false;
        }
        if lower.count > 0 && upper.count > 0 {
            self.offer(feature, (0, 1), (lower, upper, missing), best);
        }
        if missing.count > 0 {
            self.offer_presence(feature, lower + upper, missing, best);
        }
        true
    }

    /// Looks at an ordered column: `order` has the node's rows by rank, the missing ones last. Whether it varies.
    pub(crate) fn ordered(
        &self,
        feature: u32,
        ranks: &[u32],
        order: &[u32],
        target: impl Fn(u32) -> f64,
        best: &mut Best,
    ) -> bool {
        let rank = |place: usize| ranks[order[place] as usize];
        let n = order.len();
        if n == 0 || rank(0) == rank(n - 1) {
            return false;
        }
        let there = match rank(n - 1) == MISSING {
            true => order.partition_point(|&row| ranks[row as usize] != MISSING),
            false => n,
        };
        let side = |rows: &[u32]| Side { count: rows.len(), sum: rows.iter().map(|&row| target(row)).sum() };
        let missing = side(&order[there..]);
        let all = match missing.count {
            0 => Side { count: there, sum: self.total },
            _ => side(&order[..there]),
        };
        let mut left = Side::default();
        for place in 1..there {
            left = left + Side { count: 1, sum: target(order[place - 1]) };
            let (cut, above) = (rank(place - 1), rank(place));
            if cut != above {
                self.offer(feature, (cut, above), (left, all - left, missing), best);
            }
        }
        if missing.count > 0 {
            self.offer_presence(feature, all, missing, best);
        }
        true
    }

    /// The split of what has a value from what has none.
    fn offer_presence(&self, feature: u32, present: Side, missing: Side, best: &mut Best) {
        // The missing ones stand on the right as a side of their own.
        let mut own = *best;
        self.offer(feature, (PRESENT, MISSING), (present, missing, Side::default()), &mut own);
        if own.score > best.score {
            *best = Best { missing_right: true, ..own };
        }
    }
}
