//! Which columns name architectures, and of which space.

use std::collections::HashSet;

use super::{ColumnKind, FoundArchitecture, InspectedColumn};
use crate::space::Space;
use crate::table::{Architecture, Table};

/// Rows that are tried before all are.
const SAMPLE: usize = 24;
/// Texts that stand between two columns of one architecture in the text forms that there are.
const BETWEEN: [&str; 6] = [",", " | ", "|", " ", ";", ""];

/// All readings that hold for more than half of the rows, the likeliest first, and how many rows repeat one above by
/// the first of them.
pub(super) fn find(table: &Table, columns: &[InspectedColumn]) -> (Vec<FoundArchitecture>, usize) {
    let spread = (table.len() / SAMPLE).max(1);
    let sample: Vec<usize> = (0..table.len()).step_by(spread).take(SAMPLE).collect();
    let sample = table.select(&sample);
    let spaces: Vec<Space> = Space::builtin_names().filter_map(Space::builtin).collect();
    let texts = texts(columns);
    let mut found = Vec::new();
    for space in &spaces {
        let decisions = decisions(columns, space.decisions().len());
        for architecture in texts.iter().chain(&decisions).cloned() {
            if 2 * parsed(&architecture, &sample, space).0 <= sample.len() {
                continue;
            }
            let (count, repeats) = parsed(&architecture, table, space);
            if 2 * count > table.len() {
                found.push((architecture, space, count, repeats));
            }
        }
    }
    found.sort_by(|(one, a, count, _), (other, b, others, _)| {
        let named = |space: &Space| !squeezed(table.origin()).contains(&squeezed(space.name()));
        let columns = |architecture: &Architecture| architecture.columns().len();
        // Fewer architectures that a text could name are stronger evidence that it names one of them.
        (others.cmp(count))
            .then(named(a).cmp(&named(b)))
            .then(size(a).total_cmp(&size(b)))
            .then(columns(one).cmp(&columns(other)))
    });
    let repeats = found.first().map_or(0, |(.., repeats)| *repeats);
    // Of patterns that differ in the text between the columns, one is enough.
    let mut seen = HashSet::new();
    found.retain(|(architecture, space, ..)| {
        let columns = architecture.columns().into_iter().map(str::to_owned);
        seen.insert((space.name().to_owned(), columns.collect::<Vec<_>>()))
    });
    let found = found.into_iter().map(|(architecture, space, parsed, _)| FoundArchitecture {
        architecture,
        space: space.name().to_owned(),
        parsed,
    });
    (found.collect(), repeats)
}

/// Single columns, and two or three that stand side by side.
fn texts(columns: &[InspectedColumn]) -> Vec<Architecture> {
    let can = |column: &&InspectedColumn| match &column.kind {
        ColumnKind::Text { .. } | ColumnKind::Json => true,
        // A few digits can be one architecture, or a part of one.
        ColumnKind::Number { lowest, highest, .. } => {
            lowest.fract() == 0.0 && highest.fract() == 0.0 && *lowest >= 0.0
        }
        _ => false,
    };
    let able: Vec<&str> = columns.iter().filter(can).map(|column| column.name.as_str()).collect();
    let mut texts: Vec<Architecture> = able.iter().map(|name| Architecture::from(*name)).collect();
    let braced = |name: &&str| !name.contains(['{', '}']);
    for names in able.windows(2).chain(able.windows(3)).filter(|names| names.iter().all(braced)) {
        let columns: Vec<String> = names.iter().map(|name| format!("{{{name}}}")).collect();
        texts.extend(BETWEEN.iter().filter_map(|between| columns.join(between).parse().ok()));
    }
    texts
}

/// Columns side by side, one for each decision.
fn decisions(columns: &[InspectedColumn], count: usize) -> Vec<Architecture> {
    if count < 2 {
        return Vec::new();
    }
    let list = |columns: &[InspectedColumn]| {
        let names = columns.iter().map(|column| column.name.clone());
        let whole = columns.iter().all(|column| column.missing == 0);
        whole.then(|| Architecture::Decisions(names.collect()))
    };
    columns.windows(count).filter_map(list).collect()
}

/// How many rows are architectures of the space, and how many of them one of a row above.
fn parsed(architecture: &Architecture, table: &Table, space: &Space) -> (usize, usize) {
    let mut seen = HashSet::new();
    let genotypes = architecture.genotypes(table, space).into_iter().flatten().flatten();
    let (parsed, repeats) = genotypes.fold((0, 0), |(parsed, repeats), genotype| {
        (parsed + 1, repeats + usize::from(!seen.insert(space.identity(genotype.iter()))))
    });
    (parsed, repeats)
}

/// Logarithm of the number of rows of choices.
fn size(space: &Space) -> f64 {
    space.decisions().iter().map(|decision| (decision.choices.len().max(1) as f64).ln()).sum()
}

fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
}
