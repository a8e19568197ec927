//! The progress of a study on a terminal; quiet elsewhere.

use super::summary::duration;
use crate::study::{Progress, metrics::Metric};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One line on standard error: cells done, rate, time left, the best so far.
pub struct Bar {
    bar: ProgressBar,
    metric: Metric,
}

impl Bar {
    /// Nothing is done yet.
    pub fn new(metric: Metric) -> Self {
        // Not a terminal: nothing is drawn.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos} of {len} cells{msg}") {
            bar.set_style(style);
        }
        Self { bar, metric }
    }

    /// Shows how far the study is.
    pub fn show(&self, progress: &Progress) {
        if self.bar.is_hidden() {
            return;
        }
        self.bar.set_length(progress.total as u64);
        self.bar.set_position(progress.done as u64);
        let mut text = String::new();
        if progress.here > 0 && progress.seconds > 0.0 {
            let rate = progress.here as f64 / progress.seconds;
            let left = (progress.total - progress.done) as f64 / rate;
            text = format!(", {rate:.1} a second, {} left", duration(left));
        }
        if let Some((cell, mean)) = &progress.best {
            let labels = cell.setting.labels.map_or(String::new(), |labels| format!(" at {labels} labels"));
            text.push_str(&format!(
                "; best so far: {}{labels}, {} {mean:.3}",
                cell.setting.member, self.metric
            ));
        }
        self.bar.set_message(text);
    }

    /// Takes the line away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
