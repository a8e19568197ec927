//! Parameters against their JSON Schema: one check that serves the plugin, the host and the conformance laws.
//!
//! It knows the part of JSON Schema that parameter structs use: types, ranges, enumerations, lengths, required and
//! known properties, `anyOf`/`oneOf`, `$ref` into `$defs`. Keywords beyond these are left to `serde`.

use crate::{Error, Result};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// One way in which parameters break their schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The keys and indices down to the value, e.g. `["layers", "0"]`; the last is an unknown key itself.
    pub path: Vec<String>,
    /// The sentence after the name, e.g. `is 0; it must be at least 1`.
    pub sentence: String,
    /// The known keys, where the key is unknown.
    pub known: Option<Vec<String>>,
}

impl Violation {
    fn new(path: &[String], sentence: impl Into<String>) -> Self {
        Self { path: path.to_vec(), sentence: sentence.into(), known: None }
    }

    /// The parameter's name with its path.
    pub fn parameter(&self) -> String {
        self.path.join(".")
    }
}

/// The JSON Schema of a parameter type.
pub fn schema_of<P: schemars::JsonSchema>() -> Value {
    schemars::schema_for!(P).to_value()
}

/// All violations of a schema by these parameters.
pub fn check(schema: &Value, parameters: &Value) -> Vec<Violation> {
    let mut violations = Vec::new();
    walk(schema, schema, parameters, &mut Vec::new(), &mut violations);
    violations
}

/// Checks against the schema and then makes the typed parameters.
pub(crate) fn parse<P: Serialize + DeserializeOwned + schemars::JsonSchema>(parameters: &Value) -> Result<P> {
    if let Some(first) = check(&schema_of::<P>(), parameters).into_iter().next() {
        return Err(Error::bad_parameter(first.parameter(), first.sentence));
    }
    P::deserialize(parameters).map_err(|error| Error::new(crate::ErrorKind::BadParameter, error.to_string()))
}

fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    for _ in 0..16 {
        match schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#')) {
            Some(pointer) => match root.pointer(pointer) {
                Some(target) => schema = target,
                None => break,
            },
            None => break,
        }
    }
    schema
}

fn walk(root: &Value, schema: &Value, value: &Value, path: &mut Vec<String>, out: &mut Vec<Violation>) {
    let schema = resolve(root, schema);
    if let Some(branches) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
        let mut best: Option<Vec<Violation>> = None;
        for branch in branches {
            let mut found = Vec::new();
            walk(root, branch, value, path, &mut found);
            if found.is_empty() {
                best = None;
                break;
            }
            if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                best = Some(found);
            }
        }
        out.extend(best.unwrap_or_default());
    }
    if let Some(constant) = schema.get("const")
        && constant != value
    {
        out.push(Violation::new(path, format!("is {value}; it must be {constant}")));
        return;
    }
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        let list: Vec<String> = allowed.iter().map(Value::to_string).collect();
        out.push(Violation::new(path, format!("is {value}; it must be one of {}", list.join(", "))));
        return;
    }
    if let Some(expected) = schema.get("type")
        && !has_type(expected, value)
    {
        let words: Vec<&str> = match expected {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect(),
        };
        out.push(Violation::new(path, format!("is {value}; it must be {}", in_words(&words))));
        return;
    }
    match value {
        Value::Number(number) => range(schema, number.as_f64().unwrap_or(f64::NAN), value, path, out),
        Value::String(text) => length(schema, text.chars().count(), "characters", "Length", path, out),
        Value::Array(items) => {
            length(schema, items.len(), "entries", "Items", path, out);
            if let Some(inner) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    path.push(index.to_string());
                    walk(root, inner, item, path, out);
                    path.pop();
                }
            }
        }
        Value::Object(fields) => {
            let properties = schema.get("properties").and_then(Value::as_object);
            for (key, field) in fields {
                path.push(key.clone());
                match properties.and_then(|known| known.get(key)) {
                    Some(inner) => walk(root, inner, field, path, out),
                    None if schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
                        let known: Vec<String> =
                            properties.map(|known| known.keys().cloned().collect()).unwrap_or_default();
                        let mut violation = Violation::new(
                            path,
                            match known.is_empty() {
                                true => "is unknown; there are no parameters".to_owned(),
                                false => format!("is unknown; the parameters are {}", known.join(", ")),
                            },
                        );
                        violation.known = Some(known);
                        out.push(violation);
                    }
                    None => {}
                }
                path.pop();
            }
            for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                if let Some(key) = key.as_str()
                    && !fields.contains_key(key)
                {
                    path.push(key.to_owned());
                    out.push(Violation::new(path, "is needed and has no default"));
                    path.pop();
                }
            }
        }
        _ => {}
    }
}

fn has_type(expected: &Value, value: &Value) -> bool {
    match expected {
        Value::Array(types) => types.iter().any(|one| has_type(one, value)),
        Value::String(name) => match &name[..] {
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0) && !value.is_f64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            "null" => value.is_null(),
            _ => true,
        },
        _ => true,
    }
}

fn in_words(types: &[&str]) -> String {
    let words: Vec<&str> = types
        .iter()
        .map(|name| match *name {
            "integer" => "a whole number",
            "number" => "a number",
            "string" => "a text",
            "boolean" => "true or false",
            "array" => "a list",
            "object" => "a table",
            "null" => "left out",
            other => other,
        })
        .collect();
    words.join(" or ")
}

fn range(schema: &Value, number: f64, value: &Value, path: &[String], out: &mut Vec<Violation>) {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let wrong = [
        ("minimum", "at least", bound("minimum").is_some_and(|low| number < low)),
        ("exclusiveMinimum", "above", bound("exclusiveMinimum").is_some_and(|low| number <= low)),
        ("maximum", "at most", bound("maximum").is_some_and(|high| number > high)),
        ("exclusiveMaximum", "below", bound("exclusiveMaximum").is_some_and(|high| number >= high)),
    ];
    for (key, words, broken) in wrong {
        if broken || number.is_nan() {
            out.push(Violation::new(path, format!("is {value}; it must be {words} {}", schema[key])));
            return;
        }
    }
}

fn length(schema: &Value, have: usize, what: &str, suffix: &str, path: &[String], out: &mut Vec<Violation>) {
    let bound = |key: &str| schema.get(format!("{key}{suffix}")).and_then(Value::as_u64);
    if let Some(low) = bound("min").filter(|&low| (have as u64) < low) {
        out.push(Violation::new(path, format!("has {have} {what}; it must have at least {low}")));
    }
    if let Some(high) = bound("max").filter(|&high| have as u64 > high) {
        out.push(Violation::new(path, format!("has {have} {what}; it must have at most {high}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Serialize, Deserialize, schemars::JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    enum Kernel {
        Linear,
        Matern,
    }

    #[derive(Debug, Serialize, Deserialize, schemars::JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Params {
        #[schemars(range(min = 1, max = 10))]
        k: usize,
        rate: Option<f64>,
        kernel: Kernel,
        #[schemars(length(min = 1))]
        layers: Vec<u32>,
    }

    impl Default for Params {
        fn default() -> Self {
            Self { k: 3, rate: None, kernel: Kernel::Linear, layers: vec![8] }
        }
    }

    #[test]
    fn sound_parameters_pass() {
        let schema = schema_of::<Params>();
        for sound in [json!({}), json!({"k": 10, "rate": 0.5, "kernel": "matern", "layers": [1, 2]})] {
            assert_eq!(check(&schema, &sound), [], "{sound}");
        }
    }

    #[test]
    fn each_mistake_is_named_with_what_would_be_right() {
        let schema = schema_of::<Params>();
        let wrong = json!({"k": 11, "rate": "fast", "kernel": "cubic", "layers": [], "kk": 1});
        let sentences: Vec<String> =
            check(&schema, &wrong).iter().map(|v| format!("{} {}", v.parameter(), v.sentence)).collect();
        for expected in [
            "k is 11; it must be at most 10",
            "rate is \"fast\"; it must be a number or left out",
            "layers has 0 entries; it must have at least 1",
            "kk is unknown; the parameters are k, kernel, layers, rate",
        ] {
            assert!(sentences.iter().any(|have| have == expected), "{expected}\n{sentences:#?}");
        }
        assert!(sentences.iter().any(|have| have.starts_with("kernel is \"cubic\"; it must be one of")));
        assert_eq!(sentences.len(), 5, "{sentences:#?}");
    }
}
