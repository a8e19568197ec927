//! The schema of `[member.NAME]`.

use super::{
    super::{ColumnGoal, ColumnSeconds, Combiner, ScoreForm, Tune, When, target::TRANSFORMS},
    KnownPredictor, schema_of,
};
use crate::encoding::Encoding;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

/// A configured predictor of a plugin.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Use {
    /// The predictor, `PLUGIN/PREDICTOR`, or its name alone where only one plugin offers it.
    #[schemars(rename = "use")]
    predictor: String,
    /// What the predictor is fed with: encodings, columns of the table, curves, other members; left out, its default
    /// encoding. `encoding:`, `column:`, `curve:` and `member:` settle a clash of names, `NAME.OUTPUT` chooses an output, and
    /// `?` at the end says that the input may be absent.
    #[schemars(length(min = 1))]
    inputs: Option<Vec<Fed>>,
    /// Its parameters; `archcast plugins info` shows them.
    params: Option<Map<String, Value>>,
    /// Its own seed; left out, that of the fit.
    seed: Option<u64>,
    /// How its parameters are chosen: random search over their ranges, scored by cross-validation.
    tune: Option<Tune>,
    /// Transform of the target in place of the one that the predictor prefers.
    target_transform: Option<String>,
    /// Gives intervals of 80, 90 and 95 %, as wide as errors on held-out training rows were; of a member that gives values.
    conformal: Option<bool>,
    /// Columns for which it stands in: where the table has one of them it is left out. Whoever reads it says `?`.
    #[schemars(length(min = 1))]
    unless: Option<Vec<String>>,
    /// The search spaces that it is for: for data of another it is left out. Whoever reads it says `?`.
    #[schemars(length(min = 1))]
    spaces: Option<Vec<String>>,
}

/// One input of a predictor.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
enum Fed {
    /// Its name.
    Name(#[schemars(length(min = 1))] String),
    /// Its name, and more.
    More {
        /// What is meant.
        from: String,
        /// The form in which a member's score is handed on; left out, the one that the predictor asks for.
        transform: Option<ScoreForm>,
    },
}

/// A column of the table, measured elsewhere.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Column {
    /// The column.
    column: String,
    /// Which way is better.
    goal: ColumnGoal,
    /// What measuring a row took: a number of seconds, or the column that holds them; left out, it is unknown.
    seconds: Option<ColumnSeconds>,
}

/// A combination of other members.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Combine {
    /// How.
    combine: Combiner,
    /// The members that it combines; `?` after a name says that the member may be absent.
    #[schemars(length(min = 1))]
    members: Vec<Combined>,
    /// Of a cascade: the share of rows that each member but the last keeps for the next.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1, "default" = 0.1))]
    keep: Option<f64>,
    /// Gives intervals of 80, 90 and 95 %, as wide as errors on held-out training rows were; of a member that gives values.
    conformal: Option<bool>,
}

/// One member of a combination.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
enum Combined {
    /// Its name.
    Name(#[schemars(length(min = 1))] String),
    /// Its name, and more.
    More {
        /// The member.
        from: String,
        /// Its weight in a weighted combination; left out for all members, weights are learnt.
        #[schemars(range(min = 0))]
        weight: Option<f64>,
        /// The numbers of training rows for which a selection takes it; left out for all members, the choice is learnt.
        when: Option<When>,
    },
}

/// Puts the schema of a member and what it needs among the definitions.
pub fn define(definitions: &mut Map<String, Value>, predictors: &[KnownPredictor]) {
    let mut used = schema_of::<Use>();
    let names: Vec<String> = predictors.iter().flat_map(|predictor| predictor.names(predictors)).collect();
    // Without any plugin every name would be wrong, and nothing could be said of it.
    if !names.is_empty() {
        used["properties"]["use"]["enum"] = json!(names);
    }
    used["properties"]["target_transform"]["enum"] = json!(TRANSFORMS);
    used["properties"]["inputs"]["items"]["examples"] = json!(Encoding::names());
    let rules: Vec<Value> =
        predictors.iter().map(|predictor| predictor.rule(predictors, definitions)).collect();
    if !rules.is_empty() {
        used["allOf"] = Value::from(rules);
    }
    let mut combined = schema_of::<Combine>();
    combined["allOf"] = json!([
        only_of("cascade", json!({ "keep": false })),
        only_of("weighted", json!({ "members": { "items": { "properties": { "weight": false } } } })),
        only_of("select", json!({ "members": { "items": { "properties": { "when": false } } } })),
    ]);
    definitions.insert("use".to_owned(), used);
    definitions.insert("combine".to_owned(), combined);
    definitions.insert("column".to_owned(), schema_of::<Column>());
    definitions.insert(
        "member".to_owned(),
        json!({
            "description": "A part of the composition: a predictor (`use`), a column of the table (`column`) or a combination (`combine`).",
            "oneOf": [{ "$ref": "#/$defs/use" }, { "$ref": "#/$defs/combine" }, { "$ref": "#/$defs/column" }],
        }),
    );
}

/// What holds of every combination but this one.
fn only_of(combiner: &str, otherwise: Value) -> Value {
    json!({
        "if": { "properties": { "combine": { "const": combiner } }, "required": ["combine"] },
        "else": { "properties": otherwise },
    })
}
