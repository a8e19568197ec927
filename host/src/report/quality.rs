//! Quality against initialization time and against query time.

use super::{
    chart::Chart,
    cost::{Clock, Cost},
    csv::Csv,
    drawing::{Anchor, Drawing, WIDTH},
    frame::{Axis, Frame},
    legend,
    look::Look,
    numbers::{Numbers, Point},
    scale::Scale,
};

/// A member: its look, its name, and its points with their cost.
type Series<'a> = (Look, &'a str, Vec<(f64, &'a Point)>);

/// From more members on their bands are fainter, so that what lies behind is seen.
const MANY: usize = 8;

/// Quality against a clock: each member over the budgets along this axis, at its largest budget along the other one.
/// `None` where there is nothing to draw.
pub fn chart(numbers: &Numbers<'_>, clock: Clock) -> Option<Chart> {
    let cost = Cost::of(clock, numbers);
    let mut unknown = Vec::new();
    let mut series: Vec<Series<'_>> = Vec::new();
    for (look, name, points) in numbers.by_member() {
        let (labels, fidelity) = (
            points.iter().filter_map(|point| point.setting.labels).max(),
            points.iter().filter_map(|point| point.setting.fidelity).max(),
        );
        let shown = points.into_iter().filter(|point| match clock {
            Clock::Initialization => point.setting.fidelity == fidelity,
            _ => point.setting.labels == labels,
        });
        let told: Vec<(f64, &Point)> = shown.filter_map(|point| Some((cost.value(point)?, point))).collect();
        match told.is_empty() {
            true => unknown.push(name),
            false => series.push((look, name, told)),
        }
    }
    if series.is_empty() {
        return None;
    }
    let (other, along) = match clock {
        Clock::Initialization => ("the most epochs seen", "initialization"),
        _ => ("the most labelled rows", "query"),
    };
    let mut words = format!(
        "{} of each member at {other} it was measured with; {}. Bands are 95 % intervals of the mean over trials. {}",
        numbers.metric.in_words(),
        numbers.better(),
        cost.words()
    );
    if let Some(ceiling) = numbers.ceiling() {
        words.push_str(&format!(
            " The dashed line at {ceiling:.3} is the noise ceiling: how well repeated runs of the same training agree."
        ));
    }
    if !unknown.is_empty() {
        words.push_str(&format!(
            " Their {along} time is not known, so these are not drawn: {}.",
            unknown.join(", ")
        ));
    }
    Some(Chart {
        name: if clock == Clock::Initialization { "quality-initialization" } else { "quality-query" },
        title: format!("{} against {along} time", numbers.metric.in_words()),
        words,
        csv: table(&series, cost),
        svg: draw(numbers, &series, cost),
        folded: false,
    })
}

fn table(series: &[Series<'_>], cost: Cost) -> Csv {
    let mut csv = Csv::new(&[&Point::COLUMNS[..], &[cost.column()]].concat());
    for (value, point) in series.iter().flat_map(|(_, _, points)| points) {
        point.write(&mut csv);
        csv.number(Some(*value));
        csv.row();
    }
    csv
}

fn draw(numbers: &Numbers<'_>, series: &[Series<'_>], cost: Cost) -> String {
    let mut drawing = Drawing::new(WIDTH, 290.0);
    let all = || series.iter().flat_map(|(_, _, points)| points);
    let (from, to) = ((44.0, 32.0), (WIDTH - 12.0, 248.0));
    let frame = Frame {
        x: Scale::logarithmic(all().map(|(value, _)| *value), from.0, to.0),
        y: quality_scale(numbers, all().flat_map(|(_, point)| ends(point)), (to.1, from.1)),
        from,
        to,
    };
    frame.draw(&mut drawing, &cost.axis(&frame.x), &Axis::plain(numbers.metric.in_words(), &frame.y, 6));
    for (look, _, points) in series {
        drawing.open(&look.colour(), Some(look.0));
        band(&mut drawing, &frame, points, if series.len() > MANY { "band many" } else { "band" });
        let line: Vec<(f64, f64)> =
            points.iter().map(|(x, point)| frame.at((*x, point.summary.mean))).collect();
        drawing.path(&line, false, &look.line());
        for ((x, point), at) in points.iter().zip(&line) {
            let cost = cost.told(*x);
            look.mark(&mut drawing, *at, "mark", &format!("{}; {cost}", point.title()));
        }
        drawing.close();
    }
    ceiling(numbers, &frame, &mut drawing);
    let names: Vec<(Look, &str)> = series.iter().map(|(look, name, _)| (*look, *name)).collect();
    legend::members(&mut drawing, &names);
    drawing.finish(&format!("{} against {}", numbers.metric.in_words(), cost.title()))
}

/// A scale of quality over these values and the noise ceiling.
pub fn quality_scale(
    numbers: &Numbers<'_>,
    values: impl Iterator<Item = f64>,
    (from, to): (f64, f64),
) -> Scale {
    let (least, most) = if numbers.metric.is_correlation() { (-1.0, 1.0) } else { (f64::MIN, f64::MAX) };
    let values = values.map(|value| value.clamp(least, most));
    Scale::linear(values.chain(numbers.ceiling()), from, to)
}

/// The mean of a point and the ends of its interval.
fn ends(point: &Point) -> impl Iterator<Item = f64> + use<> {
    let interval = point.summary.interval;
    let ends = [Some(point.summary.mean), interval.map(|one| one.lower), interval.map(|one| one.upper)];
    ends.into_iter().flatten()
}

/// The noise ceiling across a chart, where there is one.
pub fn ceiling(numbers: &Numbers<'_>, frame: &Frame, drawing: &mut Drawing) {
    if let Some(value) = numbers.ceiling() {
        let y = frame.y.at(value);
        // Above the line where there is room.
        let words = if y - 16.0 > frame.from.1 { y - 5.0 } else { y + 14.0 };
        drawing.line((frame.from.0, y), (frame.to.0, y), "ceiling");
        drawing.text((frame.to.0 - 4.0, words), Anchor::End, "t on", &format!("noise ceiling {value:.3}"));
    }
}

/// The intervals: an area along a line, or a bar at a single point.
fn band(drawing: &mut Drawing, frame: &Frame, points: &[(f64, &Point)], class: &str) {
    let ends = |(x, point): &(f64, &Point)| {
        point.summary.interval.map(|interval| (*x, interval.lower, interval.upper))
    };
    let ends: Vec<(f64, f64, f64)> = points.iter().filter_map(ends).collect();
    // The interval of few trials can pass what a metric can be.
    let (top, bottom) = (frame.from.1, frame.to.1);
    let at = |x: f64, value: f64| (frame.x.at(x), frame.y.at(value).clamp(top, bottom));
    if let [(x, lower, upper)] = ends[..] {
        drawing.line(at(x, lower), at(x, upper), "bar");
        return;
    }
    let lower = ends.iter().map(|&(x, lower, _)| at(x, lower));
    let upper = ends.iter().rev().map(|&(x, _, upper)| at(x, upper));
    drawing.path(&lower.chain(upper).collect::<Vec<_>>(), true, class);
}
