//! Each member against each other one at the largest budget.

use super::{
    chart::Chart,
    csv::Csv,
    drawing::{Anchor, Drawing, WIDTH},
    escape::short,
    legend,
    numbers::Numbers,
};
use crate::study::{BudgetComparison, Outcome, Pair};

/// Least width and usual height of a cell.
const CELL: f64 = 16.0;
/// Most characters of a name at the left.
const NAME: usize = 18;

/// The pairs. `None` where there are fewer than two members to compare.
pub fn chart(numbers: &Numbers<'_>) -> Option<Chart> {
    let (labels, fidelity) = numbers.largest();
    let compared = numbers.results.compare(labels, fidelity, numbers.metric).ok()?;
    let pairs = numbers.results.pairs(&compared);
    if pairs.is_empty() {
        return None;
    }
    let order: Vec<usize> = std::iter::once(compared.comparison.best.place)
        .chain(compared.comparison.others.iter().map(|other| other.standing.place))
        .collect();
    let mut words = format!(
        "Members at the largest budget, the best first, over the same {} trials. A row's sign tells how it does against a column: + better, − worse, = statistically tied, ? undecided. Differences are paired, and their intervals hold together for all {} pairs; p-values are of Wilcoxon's signed-rank test with Holm's correction.",
        compared.comparison.trials,
        pairs.len()
    );
    let left_out: Vec<String> =
        compared.left_out.iter().map(|(member, why)| format!("{member} ({why})")).collect();
    if !left_out.is_empty() {
        words.push_str(&format!(" Not compared: {}.", left_out.join("; ")));
    }
    Some(Chart {
        name: "pairwise",
        title: "Pairwise comparison".to_owned(),
        words,
        svg: draw(&compared, &pairs, &order),
        csv: table(&compared, &pairs),
        folded: false,
    })
}

fn table(compared: &BudgetComparison, pairs: &[Pair]) -> Csv {
    let mut csv = Csv::new(&[
        "first",
        "first_budget",
        "second",
        "second_budget",
        "difference",
        "lower",
        "upper",
        "p",
        "holm_p",
        "outcome",
    ]);
    for pair in pairs {
        for place in [pair.first, pair.second] {
            let setting = &compared.settings[place];
            csv.word(&setting.member);
            csv.word(&setting.budget().join(", "));
        }
        csv.number(Some(pair.difference));
        csv.number(pair.interval.map(|interval| interval.lower));
        csv.number(pair.interval.map(|interval| interval.upper));
        csv.number(Some(pair.p));
        csv.number(Some(pair.holm_p));
        csv.word(match pair.outcome {
            Outcome::First => "first",
            Outcome::Second => "second",
            Outcome::Tied => "tied",
            Outcome::Undecided => "undecided",
        });
        csv.row();
    }
    csv
}

/// What a row says of a column: the sign and the class of the cell.
fn said(pair: &Pair, row_is_first: bool) -> (&'static str, &'static str) {
    match (pair.outcome, row_is_first) {
        (Outcome::First, true) | (Outcome::Second, false) => ("+", "better"),
        (Outcome::First, false) | (Outcome::Second, true) => ("−", "worse"),
        (Outcome::Tied, _) => ("=", "equal"),
        (Outcome::Undecided, _) => ("?", "blank"),
    }
}

fn draw(compared: &BudgetComparison, pairs: &[Pair], order: &[usize]) -> String {
    let name = |place: usize| &compared.settings[place].member;
    let longest = order.iter().map(|&place| name(place).chars().count()).max().unwrap_or(0).min(NAME);
    let (left, top) = (longest as f64 * 7.0 + 34.0, 28.0);
    let count = order.len() as f64;
    let cell = ((WIDTH - left - 8.0) / count).clamp(CELL, 34.0);
    let height = cell.min(24.0);
    let width = (left + cell * count + 8.0).max(WIDTH);
    let mut drawing = Drawing::new(width, top + height * count + 10.0);
    for (row, &one) in order.iter().enumerate() {
        let y = top + height * row as f64;
        let middle = y + height / 2.0 + 4.0;
        drawing.text((24.0, middle), Anchor::End, "t", &(row + 1).to_string());
        drawing.text((30.0, middle), Anchor::Start, "t", &short(name(one), NAME));
        let x = |column: usize| left + cell * column as f64;
        drawing.text((x(row) + cell / 2.0, top - 6.0), Anchor::Middle, "t small", &(row + 1).to_string());
        for (column, &other) in order.iter().enumerate() {
            let found = pairs.iter().find(|pair| {
                (pair.first, pair.second) == (one, other) || (pair.first, pair.second) == (other, one)
            });
            let Some(pair) = found else { continue };
            let is_first = pair.first == one;
            let (sign, class) = said(pair, is_first);
            let turn = if is_first { 1.0 } else { -1.0 };
            let title = format!(
                "{} − {}: {:+.3}, p = {:.3} (corrected)",
                name(one),
                name(other),
                turn * pair.difference,
                pair.holm_p
            );
            drawing.rect((x(column) + 0.5, y + 0.5), (cell - 1.0, height - 1.0), class, &title);
            drawing.text((x(column) + cell / 2.0, middle), Anchor::Middle, "on", sign);
        }
    }
    let patch = |class: &str, sign: &str, words: &str| (class.to_owned(), sign.to_owned(), words.to_owned());
    let patches = [
        patch("better", "+", "better"),
        patch("worse", "−", "worse"),
        patch("equal", "=", "tied"),
        patch("blank", "?", "undecided"),
    ];
    legend::patches(&mut drawing, &patches);
    drawing.finish("Each member against each other one")
}
