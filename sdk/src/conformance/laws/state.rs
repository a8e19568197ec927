//! Laws of saved models: what is saved is the model, and what is not whole is refused.

use crate::{
    ErrorKind,
    conformance::{
        bench::{Bench, SEED, caught, same},
        law::{Law, Verdict, fail, quoted},
        services::Host,
    },
};

pub const STATE_ROUND_TRIP: Law = Law {
    id: "state-round-trip",
    sentence: "A saved and restored model predicts the same bits, and saves to the same bytes again.",
    after: &["fit-and-predict", "inputs-not-written"],
    check: state_round_trip,
};

pub const TRUNCATED_STATE_REFUSED: Law = Law {
    id: "truncated-state-refused",
    sentence: "A saved state that is cut short, has rubbish at its end or is rubbish altogether is refused by a clear error.",
    after: &["state-round-trip"],
    check: truncated_state_refused,
};

fn save(bench: &Bench<'_>) -> Verdict<Vec<u8>> {
    let model = &bench.fitted()?.model;
    caught(|| model.save()).or_else(|error| fail(format!("saving gave {}", quoted(&error))))
}

fn state_round_trip(bench: &Bench<'_>) -> Verdict {
    let fitted = bench.fitted()?;
    let bytes = save(bench)?;
    let restored = caught(|| bench.subject.restore(&bytes, &Host::new(SEED)))
        .or_else(|error| fail(format!("restoring {} saved bytes gave {}", bytes.len(), quoted(&error))))?;
    let again = caught(|| restored.save())
        .or_else(|error| fail(format!("saving the restored model gave {}", quoted(&error))))?;
    let predictions = bench.predict(&*restored, &fitted.split.queries()?)?;
    if bench.info.deterministic {
        same(&fitted.predictions, &predictions, "after saving and restoring")?;
    }
    if again != bytes {
        let place = again.iter().zip(&bytes).take_while(|(a, b)| a == b).count();
        return fail(format!(
            "the restored model saves to other bytes, from byte {place} on; a map without an order does this"
        ));
    }
    Ok(())
}

fn truncated_state_refused(bench: &Bench<'_>) -> Verdict {
    let bytes = save(bench)?;
    let whole = bytes.len();
    let cuts = [0, 1, 4, 8, 12, whole / 4, whole / 2, 3 * whole / 4, whole.saturating_sub(1)];
    for cut in cuts.into_iter().filter(|&cut| cut < whole) {
        refused(bench, &bytes[..cut], &format!("the first {cut} of {whole} bytes"))?;
    }
    refused(bench, &[&bytes[..], b"rubbish"].concat(), "a state with rubbish at its end")?;
    for length in [1, 64, whole] {
        // Fibonacci hashing: bytes without a pattern, the same at every run.
        let rubbish: Vec<u8> =
            (1..=length as u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect();
        refused(bench, &rubbish, &format!("{length} bytes of rubbish"))?;
    }
    Ok(())
}

fn refused(bench: &Bench<'_>, bytes: &[u8], what: &str) -> Verdict {
    match caught(|| bench.subject.restore(bytes, &Host::new(SEED))) {
        Ok(_) => fail(format!("{what} were taken for a model")),
        Err(error) if error.kind() == ErrorKind::Internal => fail(format!("{what} gave {}", quoted(&error))),
        Err(_) => Ok(()),
    }
}
