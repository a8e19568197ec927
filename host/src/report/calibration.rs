//! Whether predicted deviations are as wide as the errors are large.

use super::{
    chart::Chart,
    csv::Csv,
    drawing::{Drawing, WIDTH},
    frame::{Axis, Frame},
    legend,
    look::Look,
    numbers::Numbers,
    scale::Scale,
};
use crate::study::{Setting, metrics::Metric};
use rayon::prelude::*;

/// Widths of central intervals, in percent.
const PERCENTS: [u8; 19] = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95];

/// A member at its largest budget: by percent the mean share of targets within.
struct Series<'a> {
    look: Look,
    name: &'a str,
    setting: &'a Setting,
    shares: Vec<(u8, f64)>,
}

/// Shares of targets within central intervals. `None` where no member gives deviations.
pub fn chart(numbers: &Numbers<'_>) -> Option<Chart> {
    let mut series = Vec::new();
    for (look, name, points) in numbers.by_member() {
        let Some(member) = numbers.member(look.0) else { continue };
        if !Metric::Coverage(50).applies_to(&member.gives) {
            continue;
        }
        let largest = points.iter().max_by_key(|point| (point.setting.labels, point.setting.fidelity));
        let Some(setting) = largest.map(|point| &point.setting) else { continue };
        let share = |&percent: &u8| Some((percent, numbers.mean(setting, Metric::Coverage(percent))?));
        let shares: Vec<(u8, f64)> = PERCENTS.par_iter().filter_map(share).collect();
        if !shares.is_empty() {
            series.push(Series { look, name, setting, shares });
        }
    }
    if series.is_empty() {
        return None;
    }
    let mut csv = Csv::new(&["member", "budget", "interval_percent", "share_within"]);
    for one in &series {
        for (percent, share) in &one.shares {
            csv.word(one.name);
            csv.word(&one.setting.budget().join(", "));
            csv.count(Some(u64::from(*percent)));
            csv.number(Some(*share));
            csv.row();
        }
    }
    Some(Chart {
        name: "calibration",
        title: "Calibration of deviations".to_owned(),
        words: "Share of the true values within the central interval of each width, mean over trials at the largest budget. On the dashed line deviations are as wide as errors are large; below it they are too narrow, above it too wide.".to_owned(),
        svg: draw(&series),
        csv,
        folded: false,
    })
}

fn draw(series: &[Series<'_>]) -> String {
    let mut drawing = Drawing::new(WIDTH, 290.0);
    let (from, to) = ((44.0, 32.0), (WIDTH - 12.0, 248.0));
    let frame = Frame {
        x: Scale::between(0.0, 100.0, from.0, to.0),
        y: Scale::between(0.0, 100.0, to.1, from.1),
        from,
        to,
    };
    let across = Axis::plain("width of the interval, %", &frame.x, 6);
    let up = Axis::plain("true values within, %", &frame.y, 6);
    frame.draw(&mut drawing, &across, &up);
    drawing.line(frame.at((0.0, 0.0)), frame.at((100.0, 100.0)), "same");
    for one in series {
        drawing.open(&one.look.colour(), Some(one.look.0));
        let at = |&(percent, share): &(u8, f64)| frame.at((f64::from(percent), 100.0 * share));
        let line: Vec<(f64, f64)> = one.shares.iter().map(at).collect();
        drawing.path(&line, false, &one.look.line());
        for (at, (percent, share)) in line.iter().zip(&one.shares) {
            let title = format!("{}: {:.1} % within the {percent} % interval", one.name, 100.0 * share);
            one.look.mark(&mut drawing, *at, "mark", &title);
        }
        drawing.close();
    }
    let names: Vec<(Look, &str)> = series.iter().map(|one| (one.look, one.name)).collect();
    legend::members(&mut drawing, &names);
    drawing.finish("Shares of true values within predicted intervals")
}
