//! Laws of what is learnt: a plain signal is found, the right way up, and no signal breaks nothing.

use crate::{
    ErrorKind,
    conformance::{
        bench::{Bench, QUERIES, SEED, ask, unfit},
        edit::{numbers, with_numbers},
        law::{Law, Verdict, fail, quoted, skip},
        services::Host,
    },
    dataset::names,
    manifest::GivesName,
};

pub const CONSTANT_TARGET: Law = Law {
    id: "constant-target",
    sentence: "Targets that are all the same give a sound answer or a clear error.",
    after: &["fit-and-predict"],
    check: constant_target,
};

pub const HIGHER_IS_BETTER: Law = Law {
    id: "higher-is-better",
    sentence: "On rows with a plain signal, rows with a higher target are predicted higher.",
    after: &["fit-and-predict"],
    check: higher_is_better,
};

fn constant_target(bench: &Bench<'_>) -> Verdict {
    let split = bench.split(bench.enough(), QUERIES)?;
    let (train, queries) = (split.train()?, split.queries()?);
    let mut targets = numbers(&train, names::TARGET).unwrap_or_default();
    let Some(first) = targets.first().copied() else { return skip("its data have no target") };
    targets.iter_mut().filter(|target| target.is_finite()).for_each(|target| *target = first);
    let train = with_numbers(&train, names::TARGET, &targets).map_err(unfit)?;
    match bench.fit(&train).and_then(|model| ask(&*model, &queries, &Host::new(SEED))) {
        Ok(predictions) => bench.sound(&predictions, QUERIES),
        Err(error) if error.kind() == ErrorKind::Internal => {
            fail(format!("with every target at {first} the model gave {}", quoted(&error)))
        }
        Err(_) => Ok(()),
    }
}

/// Kendall's tau that a plain signal must reach: no chance hit at this number of rows, and far below what is usual.
const CONCORDANCE: f64 = 0.2;

fn higher_is_better(bench: &Bench<'_>) -> Verdict {
    let output = match bench.info.gives {
        GivesName::Score => "score",
        GivesName::Value | GivesName::Distribution => "mean",
        _ => return skip("its outputs have names of their own, and no order that a law could know"),
    };
    let split = bench.split(3 * bench.enough(), 40)?;
    let model =
        bench.fit(&split.train()?).or_else(|error| fail(format!("the fit gave {}", quoted(&error))))?;
    let predictions = bench.predict(&*model, &split.queries()?)?;
    let values = predictions.get(output).unwrap_or_default();
    let scored: Vec<(f64, f64)> = (values.iter().zip(&split.truth))
        .filter(|(value, _)| value.is_finite())
        .map(|(&value, &truth)| (value, truth))
        .collect();
    let tau = kendall(&scored);
    if tau < CONCORDANCE {
        return fail(format!(
            "Kendall's tau between `{output}` and the target is {tau:.2} on {} unseen rows; at least {CONCORDANCE} is due",
            scored.len()
        ));
    }
    Ok(())
}

/// Kendall's tau-b; 0 where one side is constant.
fn kendall(pairs: &[(f64, f64)]) -> f64 {
    let (mut agreement, mut left, mut right) = (0.0, 0.0, 0.0);
    for (place, a) in pairs.iter().enumerate() {
        for b in &pairs[..place] {
            let sign = |x: f64, y: f64| if x == y { 0.0 } else { (x - y).signum() };
            let (first, second) = (sign(a.0, b.0), sign(a.1, b.1));
            agreement += first * second;
            left += first * first;
            right += second * second;
        }
    }
    if left == 0.0 || right == 0.0 { 0.0 } else { agreement / f64::sqrt(left * right) }
}

#[cfg(test)]
mod tests {
    use super::kendall;

    #[test]
    fn kendall_counts_ties_as_tau_b_does() {
        assert_eq!(kendall(&[(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]), 1.0);
        assert_eq!(kendall(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]), -1.0);
        assert_eq!(kendall(&[(1.0, 3.0), (1.0, 2.0)]), 0.0);
        // By hand: of three pairs two agree and one is tied on the left: 2 / sqrt(2 · 3).
        assert!((kendall(&[(1.0, 1.0), (1.0, 2.0), (2.0, 3.0)]) - 2.0 / 6f64.sqrt()).abs() < 1e-12);
    }
}
