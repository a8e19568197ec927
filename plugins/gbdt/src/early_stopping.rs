//! The number of rounds by early stopping: boost on most of the rows, watch the error on the others, and stop when it
//! has not fallen for some rounds. The model is then fitted on all rows with the best number of rounds, so that no
//! label is lost.

use archcast_sdk::{prelude::*, rand::RngExt};

/// Rows that learn and rows that are held out, both in ascending order.
pub(crate) struct HoldOut {
    pub learn: Vec<usize>,
    pub held: Vec<usize>,
}

impl HoldOut {
    /// Holds out this share of so many rows, at least one, by the context's seed.
    ///
    /// # Errors
    /// `bad_parameter` when fewer than `least` rows would be left to learn from.
    pub fn draw(rows: usize, share: f64, least: usize, cx: &Context<'_>) -> Result<Self> {
        let count = ((rows as f64 * share).round() as usize).clamp(1, rows);
        if rows - count < least {
            return Err(Error::bad_parameter(
                "early_stopping_rounds",
                format!(
                    "holds out {count} of {rows} rows; at least {least} must be left to learn from, so leave it out or label more rows"
                ),
            ));
        }
        let mut order: Vec<usize> = (0..rows).collect();
        let mut rng = cx.rng();
        for place in 0..count {
            let other = rng.random_range(place..rows);
            order.swap(place, other);
        }
        let mut learn = order.split_off(count);
        order.sort_unstable();
        learn.sort_unstable();
        Ok(Self { learn, held: order })
    }
}

/// Errors on the held-out rows, round after round.
pub(crate) struct Watch {
    patience: u32,
    best: f64,
    best_rounds: u32,
    seen: u32,
}

impl Watch {
    /// Gives up after so many rounds without a smaller error.
    pub fn new(patience: u32) -> Self {
        Self { patience, best: f64::INFINITY, best_rounds: 1, seen: 0 }
    }

    /// Takes the predictions after one more round; whether to go on.
    pub fn go_on(&mut self, predictions: impl Iterator<Item = f64>, targets: &[f32]) -> bool {
        self.seen += 1;
        let error: f64 = predictions.zip(targets).map(|(p, &t)| (p - f64::from(t)).powi(2)).sum();
        if error < self.best {
            (self.best, self.best_rounds) = (error, self.seen);
        }
        self.seen - self.best_rounds < self.patience
    }

    /// The number of rounds with the smallest error; at least 1.
    pub fn best_rounds(&self) -> u32 {
        self.best_rounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn every_row_is_in_one_part_and_the_seed_decides() {
        let draw = |seed| {
            let services = LocalServices::new(seed);
            HoldOut::draw(20, 0.2, 2, &Context::new(&services, &|_| None)).unwrap()
        };
        let first = draw(1);
        assert_eq!((first.held.len(), first.learn.len()), (4, 16));
        let mut all = [&first.held[..], &first.learn[..]].concat();
        all.sort_unstable();
        assert_eq!(all, (0..20).collect::<Vec<_>>());
        assert_eq!(first.held, draw(1).held);
        assert_ne!(first.held, draw(2).held);
    }

    #[test]
    fn too_few_rows_to_hold_one_out_name_the_parameter() {
        let services = LocalServices::new(0);
        let error = HoldOut::draw(2, 0.2, 2, &Context::new(&services, &|_| None)).err().unwrap();
        assert_eq!(error.details().parameter.as_deref(), Some("early_stopping_rounds"));
    }

    #[test]
    fn it_stops_after_rounds_without_a_smaller_error() {
        let mut watch = Watch::new(2);
        let goes: Vec<bool> =
            [3.0, 1.0, 2.0, 1.0].iter().map(|&p| watch.go_on([p].into_iter(), &[0.0])).collect();
        assert_eq!(goes, [true, true, true, false]);
        assert_eq!(watch.best_rounds(), 2);
    }
}
