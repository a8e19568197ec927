//! A JSON Schema (2020-12) of the file of a composition, so that editors complete and check it.
//!
//! What the parts of the file are is said by types whose doc comments are the descriptions; the parameters of predictors
//! come from their plugins.

mod members;
mod predictors;
#[cfg(test)]
mod tests;
mod tidy;

pub use predictors::KnownPredictor;

use super::Folds;
use crate::{
    space::Space,
    study::StudySpec,
    table::{BuiltinTable, DataSpec},
};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Says which member answers, and how members are cross-fitted.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Model {
    /// The member that answers; may be left out where there is only one.
    output: Option<String>,
    /// How folds of different members relate when members are cross-fitted.
    folds: Option<Folds>,
}

/// The schema of compositions that use these predictors.
pub fn composition_schema(predictors: &[KnownPredictor]) -> Value {
    let mut data = schema_of::<DataSpec>();
    let spaces: Vec<&str> = Space::builtin_names().collect();
    let tables: Vec<String> =
        BuiltinTable::all().iter().map(|table| format!("builtin:{}", table.name())).collect();
    data["properties"]["space"]["examples"] = json!(spaces);
    data["properties"]["table"]["examples"] = json!(tables);
    let mut definitions = Map::new();
    definitions.insert("data".to_owned(), data);
    definitions.insert("model".to_owned(), schema_of::<Model>());
    definitions.insert("study".to_owned(), schema_of::<StudySpec>());
    members::define(&mut definitions, predictors);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archcast composition",
        "description": "Data, members and the model that they make: what `archcast fit` reads.",
        "type": "object",
        "properties": {
            "include": {
                "description": "Files whose members are taken in, relative to this file. They have members only, and may include others.",
                "type": "array",
                "items": { "type": "string", "minLength": 1 },
            },
            "data": { "$ref": "#/$defs/data" },
            "member": {
                "description": "The parts of the composition by name: predictors, columns of the table, combinations.",
                "type": "object",
                "minProperties": 1,
                "patternProperties": { "^[^:.?]+$": { "$ref": "#/$defs/member" } },
                "additionalProperties": false,
            },
            "model": { "$ref": "#/$defs/model" },
            "study": { "$ref": "#/$defs/study" },
        },
        "anyOf": [{ "required": ["member"] }, { "required": ["include"] }],
        "additionalProperties": false,
        "$defs": definitions,
    })
}

/// The schema of a type, all of it in one place.
fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    tidy::tidy(settings.into_generator().into_root_schema_for::<T>().to_value())
}
