//! Parameters of a predictor: from TOML to JSON, with the place of each value.

use super::Mistake;
use serde_json::Value;
use std::ops::Range;
use toml::{Spanned, de::DeValue};

/// Where a parameter stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterPlace {
    /// The keys and indices down to it.
    pub path: Vec<String>,
    /// Bytes of its key; of its value where it has none, as in a list.
    pub key: Range<usize>,
    /// Bytes of its value.
    pub value: Range<usize>,
}

/// The parameters as JSON, with the place of each.
pub fn parameters(
    title: &str,
    value: &Spanned<DeValue<'_>>,
    mistakes: &mut Vec<Mistake>,
) -> (Value, Vec<ParameterPlace>) {
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        mistakes.push(
            Mistake::new(value.span(), format!("{title}: `params` is a table"))
                .help("write `params = { NAME = VALUE }`"),
        );
        return (Value::Object(Default::default()), Vec::new());
    }
    let mut reader = Reader { title, path: Vec::new(), places: Vec::new(), mistakes };
    let json = reader.json(value, value.span());
    (json, reader.places)
}

struct Reader<'m> {
    title: &'m str,
    path: Vec<String>,
    places: Vec<ParameterPlace>,
    mistakes: &'m mut Vec<Mistake>,
}

impl Reader<'_> {
    fn json(&mut self, value: &Spanned<DeValue<'_>>, key: Range<usize>) -> Value {
        self.places.push(ParameterPlace { path: self.path.clone(), key, value: value.span() });
        match value.get_ref() {
            DeValue::String(text) => Value::from(text.to_string()),
            DeValue::Boolean(value) => Value::from(*value),
            DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(number) => Value::from(number),
                Err(_) => self.wrong(value, format!("is {}; it must be below 2^63", integer.as_str())),
            },
            DeValue::Float(float) => match float.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Value::from(number),
                _ => self.wrong(value, format!("is {}; it must be a finite number", float.as_str())),
            },
            DeValue::Datetime(time) => Value::from(time.to_string()),
            DeValue::Array(items) => {
                let mut list = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    list.push(self.below(index.to_string(), item, item.span()));
                }
                Value::Array(list)
            }
            DeValue::Table(table) => {
                let mut map = serde_json::Map::new();
                for (key, item) in table {
                    let name = key.get_ref().to_string();
                    map.insert(name.clone(), self.below(name, item, key.span()));
                }
                Value::Object(map)
            }
        }
    }

    fn below(&mut self, name: String, value: &Spanned<DeValue<'_>>, key: Range<usize>) -> Value {
        self.path.push(name);
        let json = self.json(value, key);
        self.path.pop();
        json
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, sentence: String) -> Value {
        let text = format!("{}: the parameter `{}` {sentence}", self.title, self.path.join("."));
        self.mistakes.push(Mistake::new(value.span(), text));
        Value::Null
    }
}
