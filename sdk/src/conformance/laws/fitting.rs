//! Laws of a fit: it works, and the same fit is the same model.

use crate::conformance::{
    bench::{Bench, QUERIES, SEED, ask, same},
    law::{Law, Verdict, fail, quoted},
    services::Host,
};

pub const FIT_AND_PREDICT: Law = Law {
    id: "fit-and-predict",
    sentence: "A fit on plain data works; every row is finite in each output or missing with a reason, not all missing.",
    after: &["defaults-valid"],
    check: fit_and_predict,
};

pub const SAME_SEED_SAME_BITS: Law = Law {
    id: "same-seed-same-bits",
    sentence: "Two fits on the same data with the same parameters and seed predict the same bits.",
    after: &["fit-and-predict", "inputs-not-written"],
    check: same_seed_same_bits,
};

pub const THREAD_COUNT_INVARIANCE: Law = Law {
    id: "thread-count-invariance",
    sentence: "One thread and three threads fit and predict the same bits.",
    after: &["same-seed-same-bits"],
    check: thread_count_invariance,
};

fn fit_and_predict(bench: &Bench<'_>) -> Verdict {
    let predictions = &bench.fitted()?.predictions;
    if predictions.missing_rows().len() == predictions.rows() {
        let reason = predictions.reason(0).unwrap_or_default();
        return fail(format!("all {QUERIES} rows are missing; the first: {reason}"));
    }
    Ok(())
}

fn same_seed_same_bits(bench: &Bench<'_>) -> Verdict {
    bench.needs_determinism()?;
    let fitted = bench.fitted()?;
    let queries = fitted.split.queries()?;
    same(
        &fitted.predictions,
        &bench.predict(&*fitted.model, &queries)?,
        "predicting once more with one model",
    )?;
    let again = bench
        .fit(&fitted.split.train()?)
        .or_else(|error| fail(format!("the second fit on the same data gave {}", quoted(&error))))?;
    same(&fitted.predictions, &bench.predict(&*again, &queries)?, "fitting once more on the same data")
}

fn thread_count_invariance(bench: &Bench<'_>) -> Verdict {
    bench.needs_determinism()?;
    let fitted = bench.fitted()?;
    let services = Host::new(SEED).threads(3);
    let wide = bench
        .fit_with(&fitted.split.train()?, &services)
        .or_else(|error| fail(format!("a fit on three threads gave {}", quoted(&error))))?;
    let queries = fitted.split.queries()?;
    same(&fitted.predictions, &bench.predict(&*wide, &queries)?, "a fit on three threads")?;
    let predicted = ask(&*fitted.model, &queries, &services)
        .or_else(|error| fail(format!("predicting on three threads gave {}", quoted(&error))))?;
    same(&fitted.predictions, &predicted, "predicting on three threads")
}
