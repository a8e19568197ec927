//! Laws of few rows: the least number is enough, and less is explained.

use crate::{
    ErrorKind,
    conformance::{
        bench::{Bench, QUERIES, SEED, ask},
        law::{Law, Verdict, fail, quoted, skip},
        services::Host,
    },
};

pub const TOO_FEW_ROWS_EXPLAINED: Law = Law {
    id: "too-few-rows-explained",
    sentence: "One labelled row less than `minimum_rows` is refused as too few rows, with both numbers.",
    after: &["fit-and-predict"],
    check: too_few_rows_explained,
};

pub const MINIMUM_ROWS_SUFFICE: Law = Law {
    id: "minimum-rows-suffice",
    sentence: "A fit on exactly `minimum_rows` labelled rows works or explains itself; with a minimum of 0 it works.",
    after: &["fit-and-predict"],
    check: minimum_rows_suffice,
};

fn too_few_rows_explained(bench: &Bench<'_>) -> Verdict {
    let need = bench.info.minimum_rows as usize;
    let Some(have) = need.checked_sub(1) else { return skip("its `minimum_rows` is 0") };
    let split = bench.split(have, 1)?;
    let Err(error) = bench.fit(&split.train()?) else {
        return fail(format!(
            "a fit on {have} labelled rows went through, though it declares a minimum of {need}"
        ));
    };
    if error.kind() != ErrorKind::TooFewRows {
        return fail(format!(
            "a fit on {have} labelled rows gave {}, which is not too few rows",
            quoted(&error)
        ));
    }
    let numbers: Vec<&str> = error.message().split(|c: char| !c.is_ascii_digit()).collect();
    match [have, need].into_iter().find(|number| !numbers.contains(&&number.to_string()[..])) {
        Some(number) => fail(format!("{} does not say the number {number}", quoted(&error))),
        None => Ok(()),
    }
}

fn minimum_rows_suffice(bench: &Bench<'_>) -> Verdict {
    let minimum = bench.info.minimum_rows as usize;
    let split = bench.split(minimum, QUERIES)?;
    let queries = split.queries()?;
    let what = format!("on {minimum} labelled rows");
    let outcome = bench.fit(&split.train()?).and_then(|model| ask(&*model, &queries, &Host::new(SEED)));
    match outcome {
        Ok(predictions) => bench.sound(&predictions, QUERIES),
        Err(error) if minimum == 0 => fail(format!("a model fitted on no rows gave {}", quoted(&error))),
        Err(error) if error.kind() == ErrorKind::Internal || error.message().trim().is_empty() => {
            fail(format!("a model fitted {what} gave {}", quoted(&error)))
        }
        Err(_) => Ok(()),
    }
}
