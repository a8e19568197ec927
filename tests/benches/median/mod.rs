//! The median of a few measurements, with an interval by order statistics.

/// A median and an interval that holds the true one with at least 95 % probability.
#[derive(Debug, Clone, Copy)]
pub struct Median {
    pub low: f64,
    pub middle: f64,
    pub high: f64,
}

impl Median {
    /// The median of independent measurements, of which at least 6 make an interval.
    ///
    /// How many of n lie below the true median is binomial with probability 1/2, whatever they are distributed like:
    /// the interval runs from the k-th smallest to the k-th largest, with the highest k for which fewer than k below
    /// has a probability of at most 2.5 %. For n = 30 that is the 10th to the 21st.
    pub fn of(mut measured: Vec<f64>) -> Self {
        measured.sort_unstable_by(f64::total_cmp);
        let n = measured.len();
        let (mut skip, mut ways, mut below) = (0, 1.0, 0.0);
        loop {
            below += ways / 2f64.powi(n as i32);
            if below > 0.025 {
                break;
            }
            skip += 1;
            ways *= (n - skip + 1) as f64 / skip as f64;
        }
        let skip = skip.saturating_sub(1);
        Self {
            low: measured[skip],
            middle: (measured[(n - 1) / 2] + measured[n / 2]) / 2.0,
            high: measured[n - 1 - skip],
        }
    }
}

impl std::fmt::Display for Median {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { low, middle, high } = self;
        write!(f, "{middle:.3} [{low:.3}, {high:.3}]")
    }
}
