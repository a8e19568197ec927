//! Predicted against true values of one trial.

use super::{
    chart::Chart,
    csv::Csv,
    drawing::{Anchor, Drawing, WIDTH},
    escape::short,
    frame::{Axis, Frame},
    look::Look,
    numbers::Numbers,
    scale::Scale,
};
use crate::study::{CellResult, Split};

/// Panels that are shown at once; the others are folded.
const SHOWN: usize = 6;
/// Height of a panel.
const PANEL: f64 = 210.0;

/// A member's panel.
struct Panel<'a> {
    look: Look,
    name: &'a str,
    result: &'a CellResult,
    split: &'a Split,
    /// Whether predictions are in the target's unit.
    is_value: bool,
}

/// The panels of the first trial at the largest budget, the best members first; those beyond the first six are a chart of
/// their own.
pub fn charts(numbers: &Numbers<'_>) -> Vec<Chart> {
    let (labels, fidelity) = numbers.largest();
    let Ok(compared) = numbers.results.compare(labels, fidelity, numbers.metric) else { return Vec::new() };
    let comparison = &compared.comparison;
    let others = comparison.others.iter().map(|other| &other.standing);
    let panels: Vec<Panel<'_>> = std::iter::once(&comparison.best)
        .chain(others)
        .filter_map(|standing| {
            let setting = compared.settings.get(standing.place)?;
            let place = numbers.results.members().iter().position(|member| member.name == setting.member)?;
            let member = numbers.member(place)?;
            let (result, _) = numbers.results.cells(setting).next()?;
            let split = numbers.results.split(result.cell.trial)?;
            Some(Panel {
                look: Look(place),
                name: &member.name,
                result,
                split,
                is_value: member.gives.is_value(),
            })
        })
        .collect();
    let named = ["predicted", "predicted-others"];
    let (first, rest) = panels.split_at(panels.len().min(SHOWN));
    let parts = named.into_iter().zip([first, rest]).filter(|(_, panels)| !panels.is_empty());
    parts.map(|(name, panels)| chart(numbers, name, panels)).collect()
}

fn chart(numbers: &Numbers<'_>, name: &'static str, panels: &[Panel<'_>]) -> Chart {
    let table = &numbers.results.header().table;
    let unit = table.unit.as_ref().map_or(String::new(), |unit| format!(" ({})", unit.name()));
    let folded = name != "predicted";
    let which = if folded { "The other members" } else { "The best members" };
    let words = format!(
        "{which} at the largest budget, on the tested rows of one trial; `{}`{unit} to the right, what was predicted upwards. On the dashed line both are the same; bars are one predicted standard deviation to either side. A score has a scale of its own, and only its order counts.",
        table.target
    );
    Chart {
        name,
        title: format!("Predicted against true{}", if folded { ": the other members" } else { "" }),
        words,
        svg: draw(panels),
        csv: self::table(panels),
        folded,
    }
}

/// The rows that have a prediction: true value, prediction, deviation.
fn rows<'a>(panel: &'a Panel<'_>) -> impl Iterator<Item = (f64, f64, Option<f64>)> + 'a {
    let told = panel.split.test_targets.iter().zip(&panel.result.predictions).enumerate();
    told.filter_map(|(row, (&target, &prediction))| {
        let deviation = panel.result.deviations.as_ref().and_then(|all| *all.get(row)?);
        Some((target, prediction?, deviation))
    })
}

fn table(panels: &[Panel<'_>]) -> Csv {
    let mut csv = Csv::new(&["member", "budget", "trial", "row", "target", "prediction", "deviation"]);
    for panel in panels {
        for (row, (&target, &prediction)) in
            panel.split.test_targets.iter().zip(&panel.result.predictions).enumerate()
        {
            csv.word(panel.name);
            csv.word(&panel.result.cell.setting.budget().join(", "));
            csv.count(Some(panel.result.cell.trial as u64));
            csv.count(panel.split.test.get(row).map(|&row| row as u64));
            csv.number(Some(target));
            csv.number(prediction);
            csv.number(panel.result.deviations.as_ref().and_then(|all| *all.get(row)?));
            csv.row();
        }
    }
    csv
}

fn draw(panels: &[Panel<'_>]) -> String {
    let mut drawing = Drawing::new(WIDTH, PANEL * panels.len().div_ceil(2) as f64);
    let width = WIDTH / 2.0;
    for (number, panel) in panels.iter().enumerate() {
        let (x, y) = (width * (number % 2) as f64, PANEL * (number / 2) as f64);
        let (from, to) = ((x + 44.0, y + 26.0), (x + width - 10.0, y + PANEL - 26.0));
        let true_values = rows(panel).map(|(target, _, _)| target);
        let predicted = rows(panel).map(|(_, prediction, _)| prediction);
        // Both axes have the same scale where both have the same unit.
        let (x_scale, y_scale) = match panel.is_value {
            true => {
                let both: Vec<f64> = true_values.chain(predicted).collect();
                (Scale::linear(both.clone(), from.0, to.0), Scale::linear(both, to.1, from.1))
            }
            false => (Scale::linear(true_values, from.0, to.0), Scale::linear(predicted, to.1, from.1)),
        };
        let frame = Frame { x: x_scale, y: y_scale, from, to };
        let (across, up) = (Axis::plain("", &frame.x, 5), Axis::plain("", &frame.y, 5));
        frame.draw(&mut drawing, &across, &up);
        let kind = if panel.is_value { "" } else { " (score)" };
        drawing.text(
            (x + 8.0, y + 16.0),
            Anchor::Start,
            "t strong",
            &(short(panel.name, if panel.is_value { 22 } else { 15 }) + kind),
        );
        drawing.open(&panel.look.colour(), None);
        if panel.is_value {
            // Both axes run over the same values, so the line goes from corner to corner.
            drawing.line((from.0, to.1), (to.0, from.1), "same");
        }
        for (target, prediction, deviation) in rows(panel) {
            let at = frame.at((target, prediction));
            if let Some(deviation) = deviation {
                let clip = |value: f64| frame.y.at(value).clamp(from.1, to.1);
                drawing.line(
                    (at.0, clip(prediction - deviation)),
                    (at.0, clip(prediction + deviation)),
                    "bar thin",
                );
            }
            drawing.rect((at.0 - 1.6, at.1 - 1.6), (3.2, 3.2), "dot", "");
        }
        drawing.close();
    }
    drawing.finish("Predicted against true values")
}
