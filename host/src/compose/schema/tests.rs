//! The schema against what the parser takes: a small validator of the keywords that the schema uses, the shipped
//! compositions, and the keys of every section.

use super::*;
use crate::compose::Composition;
use std::{collections::BTreeSet, fs, path::Path};

fn known(plugin: &str, name: &str, parameters: Value) -> KnownPredictor {
    KnownPredictor { plugin: plugin.into(), name: name.into(), summary: "One sentence.".into(), parameters }
}

fn predictors() -> Vec<KnownPredictor> {
    let penalty = json!({
        "title": "Params", "type": "object", "additionalProperties": false,
        "properties": { "penalty": { "type": ["number", "null"], "minimum": 0.0 } },
    });
    let kernel = json!({
        "type": "object", "additionalProperties": false,
        "properties": { "kernel": { "$ref": "#/$defs/Kernel" } },
        "$defs": { "Kernel": { "enum": ["rbf", "linear"] } },
    });
    let anything = json!({ "type": "object" });
    vec![
        known("linear", "ridge", penalty),
        known("gp", "exact", kernel),
        known("one", "count", anything.clone()),
        known("two", "count", anything.clone()),
        known("mine", "mine", anything.clone()),
        known("my-predictor", "my-predictor", anything),
    ]
}

/// Whether a value keeps to a schema. It knows every keyword that the composition's schema uses.
fn holds(root: &Value, schema: &Value, value: &Value) -> bool {
    let Value::Object(schema) = schema else { return schema != &Value::Bool(false) };
    let sub = |schema: &Value, value: &Value| holds(root, schema, value);
    schema.iter().all(|(keyword, says)| match &keyword[..] {
        "$ref" => {
            let pointer = says.as_str().unwrap().strip_prefix('#').unwrap();
            sub(root.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")), value)
        }
        "type" => {
            let is = |name: &Value| match name.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                other => panic!("the type {other}"),
            };
            says.as_array().map_or_else(|| is(says), |names| names.iter().any(is))
        }
        "enum" => says.as_array().unwrap().contains(value),
        "const" => says == value,
        "minimum" => value.as_f64().is_none_or(|number| number >= says.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|number| number <= says.as_f64().unwrap()),
        "exclusiveMinimum" => value.as_f64().is_none_or(|number| number > says.as_f64().unwrap()),
        "exclusiveMaximum" => value.as_f64().is_none_or(|number| number < says.as_f64().unwrap()),
        "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= says.as_u64().unwrap()),
        "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= says.as_u64().unwrap()),
        "minProperties" => value.as_object().is_none_or(|map| map.len() as u64 >= says.as_u64().unwrap()),
        "uniqueItems" => true,
        "required" => value.as_object().is_none_or(|map| {
            says.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap()))
        }),
        "properties" => value.as_object().is_none_or(|map| {
            map.iter().all(|(key, value)| says.get(key).is_none_or(|schema| sub(schema, value)))
        }),
        "patternProperties" => value.as_object().is_none_or(|map| {
            map.iter().all(|(key, value)| !is_member_name(key) || sub(&says["^[^:.?]+$"], value))
        }),
        "additionalProperties" => value.as_object().is_none_or(|map| {
            let named = |key: &str| schema.get("properties").is_some_and(|known| known.get(key).is_some());
            let patterned = |key: &str| schema.contains_key("patternProperties") && is_member_name(key);
            map.iter().all(|(key, value)| named(key) || patterned(key) || sub(says, value))
        }),
        "items" => value.as_array().is_none_or(|items| items.iter().all(|item| sub(says, item))),
        "allOf" => says.as_array().unwrap().iter().all(|schema| sub(schema, value)),
        "anyOf" => says.as_array().unwrap().iter().any(|schema| sub(schema, value)),
        "oneOf" => says.as_array().unwrap().iter().filter(|schema| sub(schema, value)).count() == 1,
        "if" => match sub(says, value) {
            true => schema.get("then").is_none_or(|schema| sub(schema, value)),
            false => schema.get("else").is_none_or(|schema| sub(schema, value)),
        },
        "then" | "else" | "$defs" | "$schema" | "title" | "description" | "default" | "examples"
        | "format" => true,
        other => panic!("this test does not know the keyword `{other}`"),
    })
}

fn is_member_name(key: &str) -> bool {
    !key.is_empty() && !key.contains([':', '.', '?'])
}

/// The predictors that a file uses and that have no schema here.
fn used(text: &str) -> Vec<KnownPredictor> {
    let known_here = predictors();
    let names = text.lines().filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        value.trim().strip_prefix('"')?.split_once('"').filter(|_| key.trim() == "use")?.0.split_once('/')
    });
    let mut found: Vec<KnownPredictor> = Vec::new();
    for (plugin, name) in names {
        let is = |one: &KnownPredictor| one.plugin == plugin && one.name == name;
        if !known_here.iter().chain(&found).any(is) {
            found.push(known(plugin, name, json!({ "type": "object" })));
        }
    }
    found
}

fn is_valid(text: &str) -> bool {
    is_valid_by(&predictors(), text)
}

fn is_valid_by(known: &[KnownPredictor], text: &str) -> bool {
    let schema = composition_schema(known);
    let value: toml::Value = toml::from_str(text).unwrap();
    holds(&schema, &schema, &serde_json::to_value(value).unwrap())
}

#[test]
fn shipped_compositions_keep_to_the_schema() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files: Vec<_> = fs::read_dir(root.join("templates/ensembles"))
        .unwrap()
        .chain(fs::read_dir(root.join("templates/plugins")).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.iter_mut().filter(|path| path.is_dir()).for_each(|path| path.push("ensemble.toml"));
    assert!(files.len() >= 4, "{files:?}");
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let mentioned = text.starts_with("#:schema ../composition.schema.json\n");
        assert!(mentioned || !path.starts_with(root.join("templates/ensembles")), "{}", path.display());
        let text = text.replace("{{name}}", "mine");
        let known: Vec<KnownPredictor> = predictors().into_iter().chain(used(&text)).collect();
        assert!(is_valid_by(&known, &text), "{}", path.display());
    }
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(is_valid(example), "{example}");
}

const ALL: &str = r#"
    [data]
    table = "t.csv"
    labels = 10
    fidelity = "10%"
    horizon = 200
    target = { column = "y", goal = "minimize", unit = "ms" }
    curves.val_loss = { columns = "loss_{epoch}", goal = "minimize" }
    [member.a]
    use = "linear/ridge"
    inputs = ["adjacency-one-hot", { from = "c", transform = "rank" }, "d?"]
    params = { penalty = 2 }
    seed = 3
    tune = { trials = 3, folds = 2, metric = "rmse", seconds = 1.5 }
    target_transform = "log-error"
    conformal = true
    [member.b]
    use = "exact"
    params = { kernel = "rbf" }
    [member.c]
    column = "x"
    goal = "fit"
    [member.d]
    combine = "cascade"
    members = ["a", "b?"]
    keep = 0.2
    [member.e]
    combine = "weighted"
    members = [{ from = "a", weight = 1 }, { from = "b", weight = 0.5 }]
    [member.f]
    combine = "select"
    members = [{ from = "a", when = { min_labels = 300 } }, "b"]
    [model]
    output = "f"
    folds = "shared"
"#;

#[test]
fn every_key_at_work_keeps_to_the_schema_and_to_the_parser() {
    assert!(is_valid(ALL));
    Composition::parse(ALL, "all.toml").unwrap();
}

#[test]
fn what_the_parser_or_a_plugin_refuses_breaks_the_schema() {
    for (right, wrong) in [
        ("table =", "tabel ="),
        ("labels = 10", "labels = \"many\""),
        ("labels = 10", "labels = -1"),
        ("fidelity = \"10%\"", "fidelity = []"),
        ("goal = \"minimize\", unit = \"ms\"", "gaol = \"minimize\""),
        ("linear/ridge", "linear/rigde"),
        ("linear/ridge", "count"),
        ("penalty = 2", "penalty = -2"),
        ("penalty = 2", "penlty = 2"),
        ("kernel = \"rbf\"", "kernel = \"cubic\""),
        ("transform = \"rank\"", "transform = \"place\""),
        ("transform = \"rank\"", "weight = 1"),
        ("log-error", "log"),
        ("metric = \"rmse\"", "metric = \"r2\""),
        ("conformal = true", "conformal = 0.9"),
        ("goal = \"fit\"", "goal = \"learn\""),
        ("column = \"x\"", "column = \"x\"\ncombine = \"mean\""),
        ("combine = \"cascade\"", "combine = \"mean\""),
        ("combine = \"weighted\"", "combine = \"mean\""),
        ("combine = \"select\"", "combine = \"mean\""),
        ("keep = 0.2", "keep = 1.0"),
        ("weight = 0.5", "weight = -0.5"),
        ("[\"a\", \"b?\"]", "[]"),
        ("min_labels", "min"),
        ("folds = \"shared\"", "folds = \"none\""),
        ("[member.b]", "[member.\"b:c\"]"),
        ("[model]", "[modle]"),
    ] {
        assert!(ALL.contains(right), "{right}");
        assert!(!is_valid(&ALL.replacen(right, wrong, 1)), "{wrong}");
    }
}

/// The keys that the parser offers in place of one that it does not know.
fn offered(text: &str) -> BTreeSet<String> {
    let error = Composition::parse(text, "t.toml").unwrap_err();
    let mistake = error.mistakes.iter().find(|mistake| mistake.message.contains("`0000`")).unwrap();
    let help = mistake.help.clone().unwrap();
    help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_schema_has_the_keys_of_the_parser() {
    let schema = composition_schema(&predictors());
    let keys =
        |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let definitions = &schema["$defs"];
    let member = "[member.a]\ncolumn = \"x\"\ngoal = \"fit\"\n";
    for (properties, text) in [
        (keys(&schema), format!("0000 = 1\n{member}")),
        (keys(&definitions["data"]), format!("[data]\n0000 = 1\n{member}")),
        (keys(&definitions["model"]), format!("{member}[model]\n0000 = 1")),
        (keys(&definitions["column"]), format!("{member}0000 = 1")),
        (keys(&definitions["use"]), "[member.a]\nuse = \"x\"\n0000 = 1".to_owned()),
        (
            keys(&definitions["combine"]),
            "[member.a]\ncombine = \"cascade\"\nmembers = [\"b\"]\n0000 = 1".to_owned(),
        ),
    ] {
        assert_eq!(properties, offered(&text), "{text}");
    }
}

#[test]
fn every_key_of_the_file_has_a_description() {
    fn bare(path: &str, schema: &Value, found: &mut Vec<String>) {
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            if property["description"].is_null() && property["$ref"].is_null() {
                found.push(path.clone());
            }
            bare(&path, property, found);
        }
    }
    let schema = composition_schema(&[]);
    let mut found = Vec::new();
    bare("", &schema, &mut found);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        assert!(definition["description"].is_string(), "{name}");
        bare(name, definition, &mut found);
    }
    assert!(found.is_empty(), "{found:?}");
    assert!(!schema.to_string().contains("\"null\""));
}
