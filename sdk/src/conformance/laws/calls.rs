//! Laws of calls: several at once, and one that is asked to end.

use crate::{
    ErrorKind, Result,
    conformance::{
        bench::{Bench, SEED, ask, same},
        law::{Law, Verdict, fail, quoted},
        services::Host,
    },
};
use std::{sync::Barrier, time::Duration};

pub const CONCURRENT_PREDICT: Law = Law {
    id: "concurrent-predict",
    sentence: "Four threads that ask one model at once get the same bits as one that asks alone.",
    after: &["same-seed-same-bits"],
    check: concurrent_predict,
};

pub const CANCELLATION: Law = Law {
    id: "cancellation",
    sentence: "A fit or prediction that is asked to end has ended within a second: as cancelled, or because it was done.",
    after: &["fit-and-predict"],
    check: cancellation,
};

const THREADS: usize = 4;
const ROUNDS: usize = 3;

fn concurrent_predict(bench: &Bench<'_>) -> Verdict {
    bench.needs_determinism()?;
    let fitted = bench.fitted()?;
    let queries = fitted.split.queries()?;
    let (model, start) = (&*fitted.model, Barrier::new(THREADS));
    let answers = std::thread::scope(|scope| {
        let ask = || {
            (0..ROUNDS)
                .map(|_| {
                    start.wait();
                    ask(model, &queries, &Host::new(SEED))
                })
                .collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    for answer in answers {
        let predictions =
            answer.or_else(|error| fail(format!("one of {THREADS} threads got {}", quoted(&error))))?;
        same(&fitted.predictions, &predictions, "asked by four threads at once")?;
    }
    Ok(())
}

/// How long a call may go on after it was asked to end.
const GRACE: Duration = Duration::from_secs(1);

/// When a call under way is asked to end: long enough for it to be in the middle of its work.
const MIDDLE: Duration = Duration::from_millis(50);

fn cancellation(bench: &Bench<'_>) -> Verdict {
    // Made-up rows cost nothing; those of an example may be files.
    let (train, queries) = if bench.has_example() { (2 * bench.enough(), 40) } else { (600, 2000) };
    let split = bench.split(train.max(bench.enough()), queries)?;
    let (train, queries) = (split.train()?, split.queries()?);
    let model = &*bench.fitted()?.model;
    for (when, delay) in [("before it began", Duration::ZERO), ("in its middle", MIDDLE)] {
        let services = Host::new(SEED).cancel_after(delay);
        let outcome = bench.fit_with(&train, &services);
        ended(&format!("a fit on {} rows, cancelled {when},", train.rows()), outcome, services.overdue())?;
        let services = Host::new(SEED).cancel_after(delay);
        let outcome = ask(model, &queries, &services);
        ended(
            &format!("predicting {} rows, cancelled {when},", queries.rows()),
            outcome,
            services.overdue(),
        )?;
    }
    Ok(())
}

fn ended<T>(what: &str, outcome: Result<T>, overdue: Duration) -> Verdict {
    if overdue > GRACE {
        return fail(format!(
            "{what} went on for {:.1} s; call `cx.check()?` more often",
            overdue.as_secs_f64()
        ));
    }
    match outcome {
        Err(error) if error.kind() != ErrorKind::Cancelled => {
            fail(format!("{what} gave {}, which is not cancelled", quoted(&error)))
        }
        _ => Ok(()),
    }
}
