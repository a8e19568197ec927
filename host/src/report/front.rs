//! Time against quality with the Pareto front: what is worth its cost.

use super::{
    chart::Chart,
    cost::{Clock, Cost},
    csv::Csv,
    drawing::{Drawing, WIDTH},
    frame::{Axis, Frame},
    legend,
    look::Look,
    numbers::{Numbers, Point},
    quality::{ceiling, quality_scale},
    scale::Scale,
};
use crate::study::pareto::pareto_front;

/// Every member at each of its budgets, with the front. `None` where no cost is known.
pub fn chart(numbers: &Numbers<'_>) -> Option<Chart> {
    let cost = Cost::of(Clock::Whole, numbers);
    let points: Vec<(f64, &Point)> =
        numbers.points.iter().filter_map(|point| Some((cost.value(point)?, point))).collect();
    if points.is_empty() {
        return None;
    }
    let turned = |point: &Point| numbers.metric.turned(point.summary.mean);
    let front = pareto_front(&points.iter().map(|(cost, point)| (*cost, turned(point))).collect::<Vec<_>>());
    let mut csv = Csv::new(&[&Point::COLUMNS[..], &[cost.column(), "front"]].concat());
    for (place, (value, point)) in points.iter().enumerate() {
        point.write(&mut csv);
        csv.number(Some(*value));
        csv.word(if front.contains(&place) { "yes" } else { "no" });
        csv.row();
    }
    let on_front: Vec<String> = front
        .iter()
        .map(|&place| {
            let point = points[place].1;
            let at = point.budget();
            let at = if at.is_empty() { at } else { format!(" ({at})") };
            format!("{}{at}", point.setting.member)
        })
        .collect();
    let left_out = numbers.points.len() - points.len();
    let unknown = match left_out {
        0 => String::new(),
        1 => " One budget is not drawn, for its time is not known.".to_owned(),
        more => format!(" {more} budgets are not drawn, for their time is not known."),
    };
    let words = format!(
        "Each mark is a member at one budget; on the line are those that no other beats at the same cost or less, from the cheapest to the dearest: {}. {}{unknown}",
        on_front.join("; "),
        cost.words()
    );
    let svg = draw(numbers, &points, &front, cost);
    Some(Chart {
        name: "pareto-front",
        title: "Cost against quality".to_owned(),
        words,
        svg,
        csv,
        folded: false,
    })
}

fn draw(numbers: &Numbers<'_>, points: &[(f64, &Point)], front: &[usize], cost: Cost) -> String {
    let mut drawing = Drawing::new(WIDTH, 290.0);
    let (from, to) = ((44.0, 32.0), (WIDTH - 12.0, 248.0));
    let frame = Frame {
        x: Scale::logarithmic(points.iter().map(|(value, _)| *value), from.0, to.0),
        y: quality_scale(numbers, points.iter().map(|(_, point)| point.summary.mean), (to.1, from.1)),
        from,
        to,
    };
    frame.draw(&mut drawing, &cost.axis(&frame.x), &Axis::plain(numbers.metric.in_words(), &frame.y, 6));
    drawing.path(&steps(&frame, points, front), false, "front");
    let mut names: Vec<(Look, &str)> = Vec::new();
    for (look, name, _) in numbers.by_member() {
        let own = points.iter().enumerate().filter(|(_, (_, point))| point.member == look.0);
        drawing.open(&look.colour(), Some(look.0));
        let mut any = false;
        for (place, (value, point)) in own {
            let class = if front.contains(&place) { "mark" } else { "mark pale" };
            let at = frame.at((*value, point.summary.mean));
            look.mark(&mut drawing, at, class, &format!("{}; {}", point.title(), cost.told(*value)));
            any = true;
        }
        drawing.close();
        names.extend(any.then_some((look, name)));
    }
    ceiling(numbers, &frame, &mut drawing);
    legend::members(&mut drawing, &names);
    drawing.finish(&format!("{} against {}, with the Pareto front", numbers.metric.in_words(), cost.title()))
}

/// The front as steps: what a budget reaches stays until the next member is paid.
fn steps(frame: &Frame, points: &[(f64, &Point)], front: &[usize]) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for &place in front {
        let at = frame.at((points[place].0, points[place].1.summary.mean));
        steps.extend(steps.last().map(|before| (at.0, before.1)));
        steps.push(at);
    }
    steps.extend(steps.last().map(|last| (frame.to.0, last.1)));
    steps
}
