//! Laws of rows: a row's prediction does not depend on its place or its company.

use crate::conformance::{
    bench::{Bench, Fitted, QUERIES, difference, unfit},
    edit::without_targets,
    law::{Law, Verdict, fail},
};

pub const ROW_ORDER: Law = Law {
    id: "row-order",
    sentence: "Queries in another order give the same predictions in that order, bit for bit.",
    after: &["same-seed-same-bits"],
    check: row_order,
};

pub const ROW_SUBSET: Law = Law {
    id: "row-subset",
    sentence: "A row alone and a row among three get the same bits as among all.",
    // What depends on a row's place changes in a subset too.
    after: &["row-order"],
    check: row_subset,
};

fn row_order(bench: &Bench<'_>) -> Verdict {
    bench.needs_row_independence()?;
    let fitted = bench.fitted()?;
    let reversed: Vec<usize> = (0..QUERIES).rev().collect();
    // 5 and the number of rows have no common divisor, so this visits each row once.
    let mixed: Vec<usize> = (0..QUERIES).map(|place| (5 * place + 3) % QUERIES).collect();
    picked(bench, fitted, &reversed, "in reversed order")?;
    picked(bench, fitted, &mixed, "in another order")
}

fn row_subset(bench: &Bench<'_>) -> Verdict {
    bench.needs_row_independence()?;
    let fitted = bench.fitted()?;
    for row in [0, QUERIES / 2, QUERIES - 1] {
        picked(bench, fitted, &[row], "alone")?;
    }
    picked(bench, fitted, &[1, QUERIES / 2, QUERIES - 2], "among three")
}

fn picked(bench: &Bench<'_>, fitted: &Fitted, rows: &[usize], how: &str) -> Verdict {
    let chosen = fitted.split.queries()?.select(rows).map_err(unfit)?;
    let queries = without_targets(&chosen.view().map_err(unfit)?);
    let had = bench.predict(&*fitted.model, &queries)?;
    match difference(&fitted.predictions, &had, rows.iter().copied()) {
        Some(difference) => fail(format!("rows {rows:?} {how}: {difference}")),
        None => Ok(()),
    }
}
