//! Laws of parameters: what the schema says holds, and what it does not know is refused.

use crate::{
    Error, ErrorKind,
    conformance::{
        bench::{Bench, SEED, Split, ask},
        law::{Law, Verdict, fail, quoted, skip},
        services::Host,
    },
    parameters,
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, time::Duration};

pub const DEFAULTS_VALID: Law = Law {
    id: "defaults-valid",
    sentence: "The default parameters obey their own schema and name at least one output.",
    after: &[],
    check: defaults_valid,
};

pub const UNKNOWN_PARAMETER: Law = Law {
    id: "unknown-parameter",
    sentence: "A parameter that does not exist is refused as a bad parameter, by its name.",
    after: &["defaults-valid"],
    check: unknown_parameter,
};

pub const PARAMETERS_BEYOND_BOUNDS: Law = Law {
    id: "parameters-beyond-bounds",
    sentence: "A number beyond its bound in the schema is refused as a bad parameter, by its name.",
    after: &["defaults-valid"],
    check: beyond_bounds,
};

pub const PARAMETERS_AT_BOUNDS: Law = Law {
    id: "parameters-at-bounds",
    sentence: "A number at its bound in the schema is taken; the data may be too few for the upper one, nothing else.",
    after: &["fit-and-predict"],
    check: at_bounds,
};

/// A fit at a bound may be long (a thousand epochs); it shows soon enough whether the bound is taken.
const PATIENCE: Duration = Duration::from_secs(2);

/// Above this a maximum is not fitted with: it stands for "as many as you like".
const LARGE: f64 = 1000.0;

fn defaults_valid(bench: &Bench<'_>) -> Verdict {
    let schema =
        bench.subject.schema().or_else(|error| fail(format!("its schema gave {}", quoted(&error))))?;
    if !schema.is_object() {
        return fail("its schema is not a JSON object");
    }
    let defaults: Map<String, Value> = properties(&schema)
        .filter_map(|(name, property)| Some((name.clone(), property.get("default")?.clone())))
        .collect();
    for (what, given) in [
        ("no parameters", json!({})),
        ("its defaults", Value::Object(defaults)),
        ("its example", bench.parameters()),
    ] {
        if let Some(first) = parameters::check(&schema, &given).first() {
            return fail(format!("{what} break the schema: `{}` {}", first.parameter(), first.sentence));
        }
        let outputs = bench
            .subject
            .outputs(&given)
            .or_else(|error| fail(format!("asking for the outputs under {what} gave {}", quoted(&error))))?;
        let distinct: BTreeSet<&String> = outputs.iter().collect();
        if outputs.is_empty() || distinct.len() != outputs.len() {
            return fail(format!(
                "the outputs under {what} are {outputs:?}; they must be distinct, at least one"
            ));
        }
    }
    Ok(())
}

fn unknown_parameter(bench: &Bench<'_>) -> Verdict {
    refused(bench, bench.split(bench.enough(), 1).ok().as_ref(), "no-such-parameter", json!(1))
}

fn beyond_bounds(bench: &Bench<'_>) -> Verdict {
    let schema = bench.subject.schema().or_else(|error| fail(quoted(&error)))?;
    let split = bench.split(bench.enough(), 1).ok();
    let mut tried = 0;
    for (name, property) in properties(&schema) {
        for value in beyond(property) {
            refused(bench, split.as_ref(), name, value)?;
            tried += 1;
        }
    }
    if tried == 0 { skip("no parameter has a bound") } else { Ok(()) }
}

/// Both the check of a composition and the fit must refuse, and say which parameter.
fn refused(bench: &Bench<'_>, split: Option<&Split>, name: &str, value: Value) -> Verdict {
    let wrong = bench.parameters_with(name, value.clone());
    let names_it = |error: &Error| {
        error.kind() == ErrorKind::BadParameter
            && (error.details().parameter.as_deref() == Some(name) || error.message().contains(name))
    };
    match bench.subject.outputs(&wrong) {
        Err(error) if names_it(&error) => {}
        Err(error) => return fail(format!("`{name}` = {value} was refused by {}", quoted(&error))),
        Ok(_) => return fail(format!("`{name}` = {value} was taken when the outputs were asked for")),
    }
    // Where no data can be had the first half is all that can be judged.
    let Some(split) = split else { return Ok(()) };
    let services = Host::new(SEED).cancel_after(PATIENCE);
    match bench.fit_to(&wrong, &split.train()?, &services) {
        Err(error) if names_it(&error) => Ok(()),
        Err(error) => fail(format!("a fit with `{name}` = {value} gave {}", quoted(&error))),
        Ok(_) => fail(format!("a fit with `{name}` = {value} went through")),
    }
}

fn at_bounds(bench: &Bench<'_>) -> Verdict {
    let schema = bench.subject.schema().or_else(|error| fail(quoted(&error)))?;
    let split = bench.split(bench.enough(), 4)?;
    let (train, queries) = (split.train()?, split.queries()?);
    let mut tried = 0;
    for (name, property) in properties(&schema) {
        for (key, lower) in [("minimum", true), ("maximum", false)] {
            let Some(bound) = property.get(key).filter(|bound| is_numeric(property) && bound.is_number())
            else {
                continue;
            };
            tried += 1;
            let given = bench.parameters_with(name, bound.clone());
            let outputs = bench.subject.outputs(&given).or_else(|error| {
                fail(format!("`{name}` = {bound}, its {key}, was refused by {}", quoted(&error)))
            })?;
            if bound.as_f64().is_none_or(|number| number.abs() > LARGE) {
                continue;
            }
            let services = Host::new(SEED).cancel_after(PATIENCE);
            let outcome = bench.fit_to(&given, &train, &services).and_then(|model| {
                ask(&*model, &queries, &Host::new(SEED))?.checked(queries.rows(), &outputs)
            });
            match outcome {
                // The upper bound may ask for more rows than there are; the lower one asks for nothing.
                Err(error)
                    if error.kind() == ErrorKind::Internal
                        || (lower && error.kind() == ErrorKind::BadParameter) =>
                {
                    return fail(format!("with `{name}` = {bound}, its {key}: {}", quoted(&error)));
                }
                _ => {}
            }
        }
    }
    if tried == 0 { skip("no parameter has a bound") } else { Ok(()) }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten()
}

fn has_type(property: &Value, wanted: &str) -> bool {
    match property.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    }
}

fn is_numeric(property: &Value) -> bool {
    has_type(property, "integer") || has_type(property, "number")
}

/// Numbers just outside a property's bounds.
fn beyond(property: &Value) -> Vec<Value> {
    if !is_numeric(property) {
        return Vec::new();
    }
    let whole = has_type(property, "integer");
    let step = |key: &str, direction: i64| {
        let bound = property.get(key)?;
        if whole {
            return Some(json!(bound.as_i64()?.checked_add(direction)?));
        }
        let bound = bound.as_f64()?;
        // A step that is not lost in the rounding of a large bound.
        Some(bound + direction as f64 * (1.0 + bound.abs()))
            .filter(|number| number.is_finite())
            .map(|n| json!(n))
    };
    let at = |key: &str| property.get(key).filter(|bound| bound.is_number()).cloned();
    [step("minimum", -1), step("maximum", 1), at("exclusiveMinimum"), at("exclusiveMaximum")]
        .into_iter()
        .flatten()
        .collect()
}
