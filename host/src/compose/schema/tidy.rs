//! Schemas made from Rust types, as an editor of TOML needs them.

use serde_json::Value;

/// The schema without `null`, which TOML does not have, and without names of Rust types.
pub fn tidy(mut schema: Value) -> Value {
    if let Value::Object(map) = &mut schema {
        map.remove("title");
        map.remove("$schema");
    }
    without_null(&mut schema);
    schema
}

fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(map) => {
            if map.get("default") == Some(&Value::Null) {
                map.remove("default");
            }
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("enum") {
                choices.retain(|choice| !choice.is_null());
            }
            if let Some(Value::Array(branches)) = map.get_mut("anyOf") {
                branches.retain(|branch| branch["type"] != "null");
                if let [Value::Object(only)] = &branches[..] {
                    let only = only.clone();
                    map.remove("anyOf");
                    for (key, value) in only {
                        // What is said of the use goes before what is said of the type.
                        map.entry(key).or_insert(value);
                    }
                }
            }
            map.values_mut().for_each(without_null);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn null_is_left_out_wherever_it_stands() {
        let schema = json!({
            "title": "Params",
            "properties": {
                "a": { "type": ["number", "null"], "default": null },
                "b": { "description": "of b", "anyOf": [{ "description": "of its type", "enum": ["x"] }, { "type": "null" }] },
                "c": { "type": ["string", "integer", "null"] },
            },
        });
        let tidied = json!({
            "properties": {
                "a": { "type": "number" },
                "b": { "description": "of b", "enum": ["x"] },
                "c": { "type": ["string", "integer"] },
            },
        });
        assert_eq!(tidy(schema), tidied);
    }
}
