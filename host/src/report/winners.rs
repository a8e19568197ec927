//! The map of the best member for each budget of labelled rows and epochs, as in the paper's summary figure.

use super::{
    chart::Chart,
    csv::Csv,
    drawing::{Anchor, Drawing, WIDTH},
    escape::short,
    legend,
    look::Look,
    numbers::Numbers,
};
use crate::study::{
    BudgetComparison, Setting,
    pareto::{self, BudgetMap, ChosenOn},
    statistics::Verdict,
};
use rayon::prelude::*;

/// Height of a cell.
const HEIGHT: f64 = 36.0;

/// A budget of both axes and who is best for it.
struct Cell {
    labels: f64,
    epochs: f64,
    compared: Option<BudgetComparison>,
}

/// The map. `None` where no member has an axis.
pub fn chart(numbers: &Numbers<'_>) -> Option<Chart> {
    let header = numbers.results.header();
    let along = |budget: &dyn Fn(&Setting) -> Option<f64>| {
        let mut all: Vec<f64> = numbers.points.iter().filter_map(|point| budget(&point.setting)).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        all
    };
    let labels = along(&|setting| setting.labels.map(|labels| labels as f64));
    let epochs = along(&|setting| setting.fidelity.map(f64::from));
    if labels.is_empty() && epochs.is_empty() {
        return None;
    }
    let (by_labels, by_epochs) = (!labels.is_empty(), !epochs.is_empty());
    let (labels, epochs) = (or_none(labels), or_none(epochs));
    let cells = cells(numbers, &labels, &epochs);
    let mut words = format!(
        "For each pair of budgets the member with the best {}, each at the best of its settings that need no more (chosen on the same trials that are reported); {}. Hatched: others are statistically tied with it. Crossed: there are too few trials to tell.",
        numbers.metric.in_words(),
        numbers.better()
    );
    words.push_str(&format!(" {} cells are compared, each with Holm's correction within it.", cells.len()));
    if header.table.space.is_some() && !by_epochs {
        words.push_str(" No member sees epochs, so there is one row.");
    }
    Some(Chart {
        name: "best-member",
        title: "Best member for each budget".to_owned(),
        words,
        svg: draw(numbers, (&labels, by_labels), (&epochs, by_epochs), &cells),
        csv: table(numbers, &cells, by_labels, by_epochs),
        folded: false,
    })
}

/// An axis that no member has is a single budget of nothing.
fn or_none(axis: Vec<f64>) -> Vec<f64> {
    if axis.is_empty() { vec![0.0] } else { axis }
}

/// The cells, by labels and then by epochs.
fn cells(numbers: &Numbers<'_>, labels: &[f64], epochs: &[f64]) -> Vec<Cell> {
    let turned = |point: &super::numbers::Point| -> Vec<f64> {
        let values = numbers.results.values(&point.setting, numbers.metric);
        let values = values.map_or_else(|_| Vec::new(), |values| values.values);
        values.into_iter().map(|value| numbers.metric.turned(value)).collect()
    };
    let values: Vec<Vec<f64>> = numbers.points.iter().map(turned).collect();
    let settings: Vec<pareto::Setting<'_>> = numbers
        .points
        .iter()
        .zip(&values)
        .map(|(point, values)| pareto::Setting {
            predictor: &point.setting.member,
            initialization: point.setting.labels.unwrap_or(0) as f64,
            query: f64::from(point.setting.fidelity.unwrap_or(0)),
            values,
        })
        .collect();
    let map = BudgetMap::new(&settings, labels, epochs, ChosenOn::SameTrials);
    let pairs: Vec<(usize, usize)> =
        (0..labels.len()).flat_map(|one| (0..epochs.len()).map(move |other| (one, other))).collect();
    let cell = |(one, other): (usize, usize)| {
        let affordable = (0..map.predictors().len()).filter_map(|member| map.affordable(member, one, other));
        let chosen = affordable.map(|reached| numbers.points[reached.setting].setting.clone()).collect();
        let compared = numbers.results.compare_settings(chosen, numbers.metric).ok();
        Cell { labels: labels[one], epochs: epochs[other], compared }
    };
    pairs.into_par_iter().map(cell).collect()
}

/// The names of those with a verdict.
fn named(compared: &BudgetComparison, verdict: Verdict) -> String {
    let others = compared.comparison.others.iter().filter(|other| other.verdict == verdict);
    others.map(|other| &other.standing.name[..]).collect::<Vec<_>>().join("; ")
}

/// The mean of the best as the metric has it.
fn mean_of_best(numbers: &Numbers<'_>, compared: &BudgetComparison) -> Option<f64> {
    let setting = compared.settings.get(compared.comparison.best.place)?;
    let point = numbers.points.iter().find(|point| point.setting == *setting)?;
    Some(point.summary.mean)
}

fn table(numbers: &Numbers<'_>, cells: &[Cell], by_labels: bool, by_epochs: bool) -> Csv {
    let mut csv = Csv::new(&[
        "labels",
        "fidelity",
        "best",
        "best_labels",
        "best_fidelity",
        "trials",
        "mean",
        "tied",
        "undecided",
    ]);
    for cell in cells {
        csv.count(by_labels.then_some(cell.labels as u64));
        csv.count(by_epochs.then_some(cell.epochs as u64));
        let compared = cell.compared.as_ref();
        let setting = compared.and_then(|compared| compared.settings.get(compared.comparison.best.place));
        csv.word(setting.map_or("", |setting| &setting.member));
        csv.count(setting.and_then(|setting| setting.labels).map(|labels| labels as u64));
        csv.count(setting.and_then(|setting| setting.fidelity).map(u64::from));
        csv.count(compared.map(|compared| compared.comparison.trials as u64));
        csv.number(compared.and_then(|compared| mean_of_best(numbers, compared)));
        csv.word(&compared.map_or(String::new(), |compared| named(compared, Verdict::Tied)));
        csv.word(&compared.map_or(String::new(), |compared| named(compared, Verdict::Undecided)));
        csv.row();
    }
    csv
}

fn draw(
    numbers: &Numbers<'_>,
    (labels, by_labels): (&[f64], bool),
    (epochs, by_epochs): (&[f64], bool),
    cells: &[Cell],
) -> String {
    let (left, top) = (46.0, 28.0);
    let bottom = top + HEIGHT * epochs.len() as f64;
    let mut drawing = Drawing::new(WIDTH, bottom + 40.0);
    let width = (WIDTH - left - 8.0) / labels.len() as f64;
    // Letters in the order in which the winners appear.
    let mut winners: Vec<(Look, &str)> = Vec::new();
    for cell in cells {
        let Some(compared) = &cell.compared else { continue };
        let name = &compared.comparison.best.name;
        let place = numbers.results.members().iter().position(|member| member.name == *name);
        if let Some((place, member)) = place.and_then(|place| Some((place, numbers.member(place)?)))
            && !winners.iter().any(|(look, _)| look.0 == place)
        {
            winners.push((Look(place), &member.name));
        }
    }
    for (number, cell) in cells.iter().enumerate() {
        let (column, row) = (number / epochs.len(), number % epochs.len());
        let (x, y) = (left + width * column as f64, bottom - HEIGHT * (row + 1) as f64);
        let corner = (x + 1.0, y + 1.0);
        let size = (width - 2.0, HEIGHT - 2.0);
        let Some(compared) = &cell.compared else {
            drawing.rect(corner, size, "blank", "no member can be had for these budgets");
            continue;
        };
        let best = &compared.comparison.best;
        let letter_of = winners.iter().position(|(_, name)| *name == best.name);
        let Some(place) = letter_of else { continue };
        let mean = mean_of_best(numbers, compared).unwrap_or(f64::NAN);
        let (tied, undecided) = (named(compared, Verdict::Tied), named(compared, Verdict::Undecided));
        let mut title = format!("{}: {mean:.3}", best.name);
        for (word, names) in [("tied", &tied), ("undecided", &undecided)] {
            if !names.is_empty() {
                title.push_str(&format!("; {word}: {names}"));
            }
        }
        drawing.rect(corner, size, &format!("cell {}", winners[place].0.colour()), &title);
        for (names, class) in [(&tied, "tied"), (&undecided, "undecided")] {
            if !names.is_empty() {
                drawing.rect(corner, size, class, &title);
            }
        }
        let (middle, name) = (x + width / 2.0, letter(place));
        // A narrow cell has room for the letter alone.
        let value = format!("{mean:.2}");
        if width >= 27.0 {
            drawing.text((middle, y + 15.0), Anchor::Middle, "on strong", &name);
            drawing.text((middle, y + 29.0), Anchor::Middle, "on small", &short(&value, 6));
        } else {
            drawing.text((middle, y + 22.0), Anchor::Middle, "on strong", &name);
        }
    }
    let counted = |value: f64, known: bool| if known { format!("{value}") } else { "any".to_owned() };
    let mut free = f64::NEG_INFINITY;
    for (column, &value) in labels.iter().enumerate() {
        let (x, words) = (left + width * (column as f64 + 0.5), counted(value, by_labels));
        let half = words.len() as f64 * 3.6;
        if x - half >= free {
            drawing.text((x, bottom + 15.0), Anchor::Middle, "t", &words);
            free = x + half + 3.0;
        }
    }
    for (row, &value) in epochs.iter().enumerate() {
        let y = bottom - HEIGHT * (row as f64 + 0.5) + 4.0;
        drawing.text((left - 5.0, y), Anchor::End, "t", &counted(value, by_epochs));
    }
    drawing.text((8.0, top - 9.0), Anchor::Start, "t strong", "epochs seen, at most");
    drawing.text(((left + WIDTH) / 2.0, bottom + 32.0), Anchor::Middle, "t strong", "labelled rows, at most");
    let names = winners.iter().enumerate();
    let mut patches: Vec<(String, String, String)> = names
        .map(|(place, (look, name))| (format!("cell {}", look.colour()), letter(place), (*name).to_owned()))
        .collect();
    let plain = |class: &str, words: &str| (format!("frame|{class}"), String::new(), words.to_owned());
    patches.extend([plain("tied", "others are tied"), plain("undecided", "undecided")]);
    legend::patches(&mut drawing, &patches);
    drawing.finish("The best member for each budget of labelled rows and epochs seen")
}

/// A, B, … Z, A1, B1 and so on.
fn letter(place: usize) -> String {
    let letter = char::from(b'A' + (place % 26) as u8);
    if place < 26 { letter.to_string() } else { format!("{letter}{}", place / 26) }
}
