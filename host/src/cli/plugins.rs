//! `archcast plugins list | info NAME | paths | check NAME`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json, sentence, table},
};
use crate::plugin::{Found, PluginError, Registry, Status};
use archcast_sdk::{
    conformance,
    dynamic::DynPredictor,
    manifest::{InputInfo, PredictorInfo},
};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// All plugins with their predictors, status and file. Runs none of their code.
    List {
        /// Show libraries that are not plugins, too.
        #[arg(long)]
        all: bool,
    },
    /// A plugin or predictor: what it is, its parameters, and a TOML stanza ready to paste.
    Info {
        /// `PLUGIN`, `PLUGIN/PREDICTOR`, or `PREDICTOR`.
        name: String,
    },
    /// The folders that are searched, in order.
    Paths,
    /// Hold a predictor against the conformance laws.
    Check {
        /// `PLUGIN/PREDICTOR` or `PREDICTOR`.
        name: String,
    },
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let registry = shared.registry();
    match args.action {
        Action::List { all } => list(&registry, all, shared),
        Action::Info { name } => info(&registry, &name, shared),
        Action::Paths => paths(&registry, shared),
        Action::Check { name } => check(&registry, &name, shared),
    }
}

fn status_word(found: &Found) -> &'static str {
    match found.status {
        Status::Ready => "ready",
        Status::Shadowed { .. } => "shadowed",
        Status::Refused(_) => "refused",
    }
}

fn reason(found: &Found) -> Option<String> {
    match &found.status {
        Status::Ready => None,
        Status::Shadowed { by } => Some(format!("{} is used instead", by.display())),
        Status::Refused(refusal) => Some(refusal.to_string()),
    }
}

fn inputs(inputs: &[InputInfo]) -> String {
    inputs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn list(registry: &Registry, all: bool, shared: &Shared) -> Result<(), Failure> {
    let shown: Vec<&Found> = registry.found().iter().filter(|found| all || found.is_plugin()).collect();
    if shared.json {
        let plugins: Vec<Value> = shown
            .iter()
            .map(|found| {
                json!({
                    "name": found.name(),
                    "file": found.path,
                    "origin": found.origin,
                    "status": status_word(found),
                    "reason": reason(found),
                    "manifest": found.manifest,
                })
            })
            .collect();
        return print_json(&Value::from(plugins));
    }
    if shown.is_empty() {
        return print("no plugins found; `archcast plugins paths` shows where was looked\n");
    }
    let mut rows = Vec::new();
    for found in &shown {
        let version = found.manifest.as_ref().map(|manifest| manifest.version.clone()).unwrap_or_default();
        let file = found.path.display().to_string();
        let start = |predictor: [String; 4]| {
            let mut row = vec![found.name(), version.clone()];
            row.extend(predictor);
            row.extend([status_word(found).to_owned(), file.clone()]);
            row
        };
        let predictors: &[PredictorInfo] =
            found.manifest.as_ref().map_or(&[], |manifest| &manifest.predictors);
        if predictors.is_empty() {
            rows.push(start(Default::default()));
        }
        for info in predictors {
            let gives = info.gives.to_string();
            rows.push(start([info.name.clone(), info.family.to_string(), inputs(&info.needs), gives]));
        }
    }
    let mut text =
        table(&["plugin", "version", "predictor", "family", "needs", "gives", "status", "file"], &rows);
    for found in &shown {
        if let Some(reason) = reason(found) {
            text.push_str(&format!("\n{}: {} ({})\n", found.name(), reason, found.path.display()));
        }
    }
    print(&text)
}

fn paths(registry: &Registry, shared: &Shared) -> Result<(), Failure> {
    let folders: Vec<_> = registry.folders().iter().collect();
    if shared.json {
        let list: Vec<Value> = folders
            .iter()
            .map(|folder| json!({ "path": folder.path, "origin": folder.origin, "exists": folder.path.is_dir() }))
            .collect();
        return print_json(&Value::from(list));
    }
    let rows: Vec<Vec<String>> = folders
        .iter()
        .map(|folder| {
            let exists = if folder.path.is_dir() { "there" } else { "not there" };
            vec![folder.origin.to_owned(), exists.to_owned(), folder.path.display().to_string()]
        })
        .collect();
    print(&table(&["searched because", "", "folder"], &rows))
}

fn info(registry: &Registry, name: &str, shared: &Shared) -> Result<(), Failure> {
    if let Ok(found) = registry.plugin(name) {
        let names: Vec<String> = match &found.manifest {
            Some(manifest) => {
                manifest.predictors.iter().map(|info| format!("{}/{}", manifest.name, info.name)).collect()
            }
            None => Vec::new(),
        };
        // A refused plugin explains itself.
        registry.load(found).map_err(|error| refused(&error, shared))?;
        let mut described = Vec::new();
        let mut text = String::new();
        if let Some(manifest) = &found.manifest {
            text = format!(
                "{} {}: {}\nbuilt with archcast-sdk {} (ABI {}) by {} for {}\nfile {}\n",
                manifest.name,
                manifest.version,
                manifest.summary,
                manifest.sdk,
                manifest.abi,
                manifest.rustc,
                manifest.target,
                found.path.display()
            );
        }
        for name in names {
            let predictor = registry.predictor(&name).map_err(failure)?;
            let schema = predictor.schema().map_err(failure)?;
            described.push(json!({ "name": name, "descriptor": predictor.info(), "schema": schema }));
            text.push('\n');
            text.push_str(&describe(&name, &predictor.info(), &schema));
        }
        return match shared.json {
            true => print_json(
                &json!({ "manifest": found.manifest, "file": found.path, "predictors": described }),
            ),
            false => print(&text),
        };
    }
    let predictor = registry.predictor(name).map_err(|error| refused(&error, shared))?;
    let schema = predictor.schema().map_err(failure)?;
    match shared.json {
        true => print_json(
            &json!({ "name": predictor.full_name(), "descriptor": predictor.info(), "schema": schema }),
        ),
        false => print(&describe(&predictor.full_name(), &predictor.info(), &schema)),
    }
}

/// Why a plugin is refused, with `--verbose` in all its details.
fn refused(error: &PluginError, shared: &Shared) -> Failure {
    match error.details().filter(|_| shared.verbose) {
        Some(details) => sentence(format!("{error}\n{}", details.trim())),
        None => failure(error),
    }
}

/// A predictor in words, its parameters, and a stanza.
fn describe(full_name: &str, info: &PredictorInfo, schema: &Value) -> String {
    let mut text = format!("{full_name}: {}\n", info.summary);
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:<16} {value}\n"));
        }
    };
    line("family", info.family.to_string());
    line("needs", inputs(&info.needs));
    line("may use", inputs(&info.may_use));
    line("gives", format!("{} ({})", info.gives, info.outputs.join(", ")));
    line("minimum rows", info.minimum_rows.to_string());
    line("encoding", info.encoding.clone());
    line("target transform", info.target_transform.clone());
    line("cost", info.complexity.clone());
    line("threads", info.threads.clone());
    line("devices", info.devices.join(", "));
    line("native libraries", info.native_libraries.join(", "));
    for cite in &info.cites {
        line("paper", cite.clone());
    }
    let parameters = parameters(schema);
    if parameters.is_empty() {
        text.push_str("  no parameters\n");
    } else {
        text.push('\n');
        let rows: Vec<Vec<String>> = parameters.iter().map(|parameter| parameter.to_vec()).collect();
        for row in table(&["parameter", "type", "default", "range", ""], &rows).lines() {
            text.push_str(&format!("  {row}\n"));
        }
    }
    let short = full_name.rsplit('/').next().unwrap_or(full_name);
    text.push_str(&format!("\n[member.{short}]\nuse = \"{full_name}\"\n"));
    let defaults: Vec<String> = parameters
        .iter()
        .filter(|[_, _, default, ..]| !default.is_empty() && default != "none")
        .map(|[name, _, default, ..]| format!("{name} = {default}"))
        .collect();
    if !defaults.is_empty() {
        text.push_str(&format!("params = {{ {} }}\n", defaults.join(", ")));
    }
    text
}

/// Name, type, default, range and documentation of each parameter of a schema.
fn parameters(schema: &Value) -> Vec<[String; 5]> {
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    properties
        .iter()
        .map(|(name, property)| {
            let kind = match &property["type"] {
                Value::String(kind) => kind.clone(),
                Value::Array(kinds) => {
                    let kinds: Vec<&str> =
                        kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect();
                    kinds.join(" or ")
                }
                _ => String::new(),
            };
            let default = match &property["default"] {
                Value::Null => "none".to_owned(),
                // A table is written otherwise in TOML than in JSON.
                table @ Value::Object(_) => {
                    toml::Value::try_from(table).map_or_else(|_| table.to_string(), |table| table.to_string())
                }
                value => value.to_string(),
            };
            let bound = |inclusive: &str, exclusive: &str, open: &str| match (
                &property[inclusive],
                &property[exclusive],
            ) {
                (Value::Null, Value::Null) => String::new(),
                (Value::Null, value) => format!("{value} {open}"),
                (value, _) => value.to_string(),
            };
            let (low, high) = (
                bound("minimum", "exclusiveMinimum", "(open)"),
                bound("maximum", "exclusiveMaximum", "(open)"),
            );
            let range = match (low.is_empty(), high.is_empty()) {
                (true, true) => match property["enum"].as_array() {
                    Some(choices) => choices.iter().map(Value::to_string).collect::<Vec<_>>().join(", "),
                    None => String::new(),
                },
                _ => format!("{low}..{high}"),
            };
            let doc = property["description"].as_str().unwrap_or("").replace('\n', " ");
            [name.clone(), kind, default, range, doc]
        })
        .collect()
}

fn check(registry: &Registry, name: &str, shared: &Shared) -> Result<(), Failure> {
    let predictor = registry.predictor(name).map_err(|error| refused(&error, shared))?;
    let report = conformance::run(&predictor);
    match shared.json {
        true => print_json(&serde_json::to_value(&report).map_err(failure)?)?,
        false => print(&format!("{}\n{report}\n", predictor.full_name()))?,
    }
    match report.is_sound() {
        true => Ok(()),
        false => Err(sentence(format!("`{}` breaks the laws named above", predictor.full_name()))),
    }
}
