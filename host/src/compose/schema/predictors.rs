//! Predictors of the installed plugins: their names in a composition, and the schemas of their parameters.

use super::tidy::tidy;
use crate::plugin::{Registry, Status};
use archcast_sdk::dynamic::DynPredictor;
use serde_json::{Map, Value, json};

/// A predictor that a composition can use.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPredictor {
    /// Its plugin.
    pub plugin: String,
    /// Its name within the plugin.
    pub name: String,
    /// One sentence.
    pub summary: String,
    /// The JSON Schema of its parameters.
    pub parameters: Value,
}

impl KnownPredictor {
    /// The predictors of all plugins that can be used, and why others are left out, a sentence for each.
    pub fn all(registry: &Registry) -> (Vec<KnownPredictor>, Vec<String>) {
        let (mut known, mut refused) = (Vec::new(), Vec::new());
        for found in registry.found().iter().filter(|found| found.status == Status::Ready) {
            let plugin = match registry.load(found) {
                Ok(plugin) => plugin,
                Err(error) => {
                    refused.push(error.to_string());
                    continue;
                }
            };
            for info in &plugin.manifest().predictors {
                let Some(predictor) = plugin.predictor(&info.name) else { continue };
                match predictor.schema() {
                    Ok(parameters) => known.push(KnownPredictor {
                        plugin: plugin.manifest().name.clone(),
                        name: info.name.clone(),
                        summary: info.summary.clone(),
                        parameters,
                    }),
                    Err(error) => refused.push(format!("{}: {error}", predictor.full_name())),
                }
            }
        }
        (known, refused)
    }

    fn full_name(&self) -> String {
        format!("{}/{}", self.plugin, self.name)
    }

    /// The names that mean it: with its plugin, and alone where no other has that name.
    pub fn names(&self, all: &[KnownPredictor]) -> Vec<String> {
        let mut names = vec![self.full_name()];
        if all.iter().filter(|other| other.name == self.name).count() == 1 {
            names.push(self.name.clone());
        }
        names
    }

    /// Puts the schema of its parameters among the definitions, and gives the rule that ties it to `use`.
    pub fn rule(&self, all: &[KnownPredictor], definitions: &mut Map<String, Value>) -> Value {
        let own = format!("params/{}", self.full_name());
        let mut schema = tidy(self.parameters.clone());
        let inner = match schema.as_object_mut().and_then(|schema| schema.remove("$defs")) {
            Some(Value::Object(inner)) => inner,
            _ => Map::new(),
        };
        relocate(&mut schema, &own);
        for (name, mut definition) in inner {
            relocate(&mut definition, &own);
            definitions.insert(format!("{own}/{name}"), definition);
        }
        definitions.insert(own.clone(), schema);
        json!({
            "if": { "properties": { "use": { "enum": self.names(all) } }, "required": ["use"] },
            "then": { "properties": {
                "use": { "description": self.summary },
                "params": { "$ref": pointer(&own) },
            } },
        })
    }
}

/// The reference to a definition of this name.
fn pointer(name: &str) -> String {
    format!("#/$defs/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Points references into the schema's own definitions to where these now are.
fn relocate(schema: &mut Value, own: &str) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| relocate(item, own)),
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get_mut("$ref") {
                if let Some(name) = reference.strip_prefix("#/$defs/") {
                    *reference = format!("{}~1{name}", pointer(own));
                } else if reference == "#" {
                    *reference = pointer(own);
                }
            }
            map.values_mut().for_each(|value| relocate(value, own));
        }
        _ => {}
    }
}
