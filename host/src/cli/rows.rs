//! How far a member is with its rows, on a terminal; quiet elsewhere.

use crate::duration;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// One line on standard error: the member, rows done, rate, time left.
#[derive(Debug)]
pub struct Line {
    bar: ProgressBar,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Which rows are predicted, where they are part of a table.
    part: Option<Part>,
    call: Option<Call>,
}

/// Rows of a table that are predicted together.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Rows of the table before these.
    pub before: usize,
    /// These.
    pub rows: usize,
    /// Rows of the whole table.
    pub total: usize,
}

/// What is known of a call since it told of itself first.
#[derive(Debug)]
struct Call {
    member: String,
    rows: usize,
    first: usize,
    started: Instant,
}

impl Default for Line {
    fn default() -> Self {
        // Not a terminal: nothing is drawn.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(4));
        if let Ok(style) = ProgressStyle::with_template("{msg}") {
            bar.set_style(style);
        }
        Self { bar, state: Mutex::default() }
    }
}

impl Line {
    /// The calls that follow are for these rows of a table.
    pub fn within(&self, part: Option<Part>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).part = part;
    }

    /// Shows how far a call is.
    pub fn show(&self, member: &str, done: usize, of: usize) {
        if self.bar.is_hidden() {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |call: &&Call| call.member == member && call.rows == of && done > call.first;
        match state.call.as_ref().filter(is_same) {
            Some(call) => {
                let rate = (done - call.first) as f64 / call.started.elapsed().as_secs_f64();
                self.bar.set_message(text(member, (done, of), state.part, rate));
                self.bar.tick();
            }
            None => {
                let started = Instant::now();
                state.call = Some(Call { member: member.to_owned(), rows: of, first: done, started });
            }
        }
        if done >= of {
            state.call = None;
            self.bar.set_message("");
            self.bar.tick();
        }
    }

    /// Prints something while the line is away.
    pub fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

/// The line. Rows of a call that are part of a table are told among all of it; those that the call leaves out are known.
fn text(member: &str, (done, of): (usize, usize), part: Option<Part>, rate: f64) -> String {
    let (done, of) = match part {
        Some(part) if of <= part.rows => (part.before + part.rows - of + done, part.total),
        _ => (done, of),
    };
    let left = duration::text(of.saturating_sub(done) as f64 / rate);
    format!("{member}: {done} of {of} rows, {rate:.1} a second, {left} left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_rate_and_time_left() {
        assert_eq!(
            text("proxies", (7031, 10_000), None, 2.0),
            "proxies: 7031 of 10000 rows, 2.0 a second, 25 min left"
        );
    }

    #[test]
    fn rows_of_a_batch_are_told_among_those_of_the_table() {
        let part = Part { before: 8192, rows: 1800, total: 10_000 };
        // Eight of the batch are known already.
        let told = text("proxies", (100, 1792), Some(part), 4.0);
        assert_eq!(told, "proxies: 8300 of 10000 rows, 4.0 a second, 7 min left");
    }
}
