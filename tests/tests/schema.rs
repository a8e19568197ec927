//! `archcast schema`: the parameters of the installed plugins stand in it.

use archcast_tests::{archcast, fresh_folder, plugin_folder};
use serde_json::Value;
use std::fs;

#[test]
fn the_schema_has_the_parameters_of_every_installed_plugin() {
    let plugins = plugin_folder(&["archcast-plugin-linear", "fixture-graphs", "fixture-roles"]);
    let folder = fresh_folder();
    let file = folder.path().join("composition.schema.json");
    let (plugins, path) = (plugins.path().to_str().unwrap(), file.to_str().unwrap());
    let run = archcast(&["--plugin-dir", plugins, "schema", "-o", path]).succeeded();
    assert!(run.out.starts_with(&format!("wrote {path} with the parameters of ")), "{}", run.out);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(archcast(&["--plugin-dir", plugins, "schema"]).succeeded().out, text);
    let schema: Value = serde_json::from_str(&text).unwrap();
    let used = &schema["$defs"]["use"];
    let names = used["properties"]["use"]["enum"].as_array().unwrap();
    for name in ["linear/ridge", "ridge", "graphs/count", "roles/count"] {
        assert!(names.contains(&name.into()), "{name} {names:?}");
    }
    // Two plugins offer it.
    assert!(!names.contains(&"count".into()), "{names:?}");
    let rules = used["allOf"].as_array().unwrap();
    let ridge = rules.iter().find(|rule| rule["if"]["properties"]["use"]["enum"][1] == "ridge").unwrap();
    let reference = ridge["then"]["properties"]["params"]["$ref"].as_str().unwrap();
    let parameters = schema.pointer(reference.strip_prefix('#').unwrap()).unwrap();
    assert_eq!(parameters["properties"]["penalty"]["minimum"], 0.0);
}
