//! Parameters of a predictor: from TOML to JSON, with the place of each value.

use super::Mistake;
use serde_json::Value;
use std::ops::Range;
use toml::{Spanned, de::DeValue};

/// Bytes of the file for each value of a table, by the keys and indices down to it.
pub type Places = Vec<(Vec<String>, Range<usize>)>;

/// The parameters as JSON, with the place of each value and key.
pub fn parameters(title: &str, value: &Spanned<DeValue<'_>>, mistakes: &mut Vec<Mistake>) -> (Value, Places) {
    let mut places = Vec::new();
    let json = to_json(value, &mut Vec::new(), &mut places, mistakes);
    if !json.is_object() {
        mistakes.push(Mistake::new(value.span(), format!("{title} `params` is a table")));
        return (Value::Object(Default::default()), Vec::new());
    }
    (json, places)
}

fn to_json(
    value: &Spanned<DeValue<'_>>,
    path: &mut Vec<String>,
    places: &mut Places,
    mistakes: &mut Vec<Mistake>,
) -> Value {
    places.push((path.clone(), value.span()));
    match value.get_ref() {
        DeValue::String(text) => Value::from(text.to_string()),
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::from(number),
            Err(_) => {
                mistakes.push(Mistake::new(value.span(), "this whole number is too large"));
                Value::Null
            }
        },
        DeValue::Float(float) => match float.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Value::from(number),
            _ => {
                mistakes.push(Mistake::new(value.span(), "a parameter is a finite number"));
                Value::Null
            }
        },
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(items) => {
            let mut list = Vec::new();
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                list.push(to_json(item, path, places, mistakes));
                path.pop();
            }
            Value::Array(list)
        }
        DeValue::Table(table) => {
            let mut map = serde_json::Map::new();
            for (key, item) in table {
                path.push(key.get_ref().to_string());
                map.insert(key.get_ref().to_string(), to_json(item, path, places, mistakes));
                path.pop();
            }
            Value::Object(map)
        }
    }
}
