//! Laws of inputs: they are only read, and what is not finite is not swallowed.

use crate::{
    Dataset, ErrorKind,
    conformance::{
        bench::{Bench, QUERIES, SEED, ask},
        edit::{bytes_of, first_present, numbers, with_numbers},
        law::{Law, Verdict, fail, quoted},
        services::Host,
    },
    dataset::names,
};

pub const INPUTS_NOT_WRITTEN: Law = Law {
    id: "inputs-not-written",
    sentence: "Fitting and predicting leave every byte of every column as it was.",
    after: &["fit-and-predict"],
    check: inputs_not_written,
};

pub const NON_FINITE_REFUSED: Law = Law {
    id: "non-finite-refused",
    sentence: "NaN and infinity are refused as bad data by a fit; at prediction, where the host promises finite \
               features, they give a clear error, a missing row or a finite value, never a NaN or a panic.",
    after: &["fit-and-predict"],
    check: non_finite_refused,
};

fn inputs_not_written(bench: &Bench<'_>) -> Verdict {
    // Data of its own: what the subject writes must not reach other laws.
    let split = bench.split(bench.enough(), QUERIES)?;
    let (train, queries) = (split.train()?, split.queries()?);
    let (train_before, queries_before) = (bytes_of(&train), bytes_of(&queries));
    let model = bench.fit(&train).or_else(|error| fail(format!("the fit gave {}", quoted(&error))))?;
    untouched(&train_before, &train, "the fit wrote to")?;
    bench.predict(&*model, &queries)?;
    untouched(&train_before, &train, "predicting wrote to training rows in")?;
    untouched(&queries_before, &queries, "predicting wrote to")
}

fn untouched(before: &[(String, Vec<u8>)], data: &Dataset<'_>, what: &str) -> Verdict {
    match before.iter().zip(bytes_of(data)).find(|(before, after)| **before != *after) {
        Some(((name, _), _)) => fail(format!("{what} column `{name}`")),
        None => Ok(()),
    }
}

const NOT_FINITE: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];

fn non_finite_refused(bench: &Bench<'_>) -> Verdict {
    let fitted = bench.fitted()?;
    let (train, queries) = (fitted.split.train()?, fitted.split.queries()?);
    for bad in NOT_FINITE {
        for name in [names::FEATURES, names::TARGET] {
            let Some((cell, values)) = spoilt(&train, name, bad) else { continue };
            let Ok(data) = with_numbers(&train, name, &values) else { continue };
            match bench.fit(&data) {
                Err(error) if error.kind() == ErrorKind::BadData => {}
                Err(error) => {
                    return fail(format!(
                        "a fit with {bad} in `{name}` gave {}, which is not bad data",
                        quoted(&error)
                    ));
                }
                Ok(_) => return fail(format!("a fit with {bad} in element {cell} of `{name}` went through")),
            }
        }
        if let Some((_, values)) = spoilt(&queries, names::FEATURES, bad)
            && let Ok(data) = with_numbers(&queries, names::FEATURES, &values)
        {
            answered(bench, &data, &format!("with {bad} in the features"))?;
        }
        curves(bench, &train, &queries, bad)?;
    }
    Ok(())
}

/// A diverged curve is data: anything goes but a panic and a silent NaN.
fn curves(bench: &Bench<'_>, train: &Dataset<'_>, queries: &Dataset<'_>, bad: f64) -> Verdict {
    for column in queries.columns().iter().filter(|column| column.name().starts_with(names::CURVE_PREFIX)) {
        let name = column.name();
        for all in [false, true] {
            let how = if all { "all of" } else { "the last epoch of" };
            let spoil = |data: &Dataset<'_>| {
                let mut values = numbers(data, name)?;
                let (&from, &to) =
                    (data.column(name)?.offsets().first()?, data.column(name)?.offsets().get(1)?);
                let from = if all { from as usize } else { (to as usize).checked_sub(1)? };
                values.get_mut(from..to as usize)?.fill(bad);
                Some(values)
            };
            if let Some(values) = spoil(queries)
                && let Ok(data) = with_numbers(queries, name, &values)
            {
                answered(bench, &data, &format!("with {bad} in {how} `{name}` of row 0"))?;
            }
            if let Some(values) = spoil(train)
                && let Ok(data) = with_numbers(train, name, &values)
                && let Err(error) = bench.fit(&data)
                && error.kind() == ErrorKind::Internal
            {
                return fail(format!("a fit with {bad} in {how} `{name}` of row 0 gave {}", quoted(&error)));
            }
        }
    }
    Ok(())
}

/// A clear error or a sound answer.
fn answered(bench: &Bench<'_>, queries: &Dataset<'_>, what: &str) -> Verdict {
    match ask(&*bench.fitted()?.model, queries, &Host::new(SEED)) {
        Err(error) if error.kind() == ErrorKind::Internal => {
            fail(format!("predicting {what} gave {}", quoted(&error)))
        }
        Err(_) => Ok(()),
        Ok(predictions) => bench.sound(&predictions, queries.rows()),
    }
}

/// A column's numbers with one that is not marked missing replaced, and where.
fn spoilt(data: &Dataset<'_>, name: &str, bad: f64) -> Option<(usize, Vec<f64>)> {
    let cell = first_present(data, name)?;
    let mut values = numbers(data, name)?;
    values[cell] = bad;
    Some((cell, values))
}
