//! The TOML of a composition, read and checked for itself: types, names, references between its parts.

use super::{ConfigError, Mistake, blame::SECTION, section::Section};
use crate::{space::nearest::suggest, table::DataSpec};
use serde_json::Value;
use std::{collections::HashMap, ops::Range};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value and its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    pub place: Range<usize>,
}

/// Bytes of the file for each value of a table, by the keys and indices down to it.
type Places = Vec<(Vec<String>, Range<usize>)>;

/// A composition as its file says it.
#[derive(Debug, Clone)]
pub struct Composition {
    /// The file's name, for messages.
    pub origin: String,
    /// The file's text, for messages.
    pub text: String,
    /// How to read the data.
    pub data: DataSpec,
    /// Places of the keys of `[data]`; that of the section itself has no name.
    pub(super) data_places: HashMap<String, Range<usize>>,
    /// The members in the order of the file.
    pub members: Vec<Member>,
    /// The member that answers, an index into `members`.
    pub output: usize,
}

/// A configured predictor under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Located<String>,
    /// The predictor.
    pub predictor: Located<String>,
    /// What the predictor is fed with; left out, its default encoding.
    pub inputs: Option<Vec<Located<Input>>>,
    /// Its parameters as JSON.
    pub params: Value,
    /// Places of parameters by their path.
    pub(super) places: Places,
    /// Its own seed; left out, that of the fit.
    pub seed: Option<u64>,
}

/// One input of a member, as written: a name with or without a prefix that says what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// `encoding:NAME`.
    Encoding(String),
    /// `column:NAME`.
    Column(String),
    /// `curve:NAME`: the curve that the predictor reads in place of its default one.
    Curve(String),
    /// `NAME`, which must be an encoding or a column.
    Bare(String),
}

impl Input {
    fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("encoding", name)) => Self::Encoding(name.to_owned()),
            Some(("column", name)) => Self::Column(name.to_owned()),
            Some(("curve", name)) => Self::Curve(name.to_owned()),
            _ => Self::Bare(text.to_owned()),
        }
    }
}

impl Composition {
    /// Reads a composition. `origin` is the file's name, for messages.
    ///
    /// # Errors
    /// All mistakes of the file together.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ConfigError> {
        let mut mistakes = Vec::new();
        let (root, syntax) = DeTable::parse_recoverable(text);
        for error in syntax {
            let place = error.span().unwrap_or(0..text.len().min(1));
            mistakes.push(Mistake::new(place, error.message().trim().to_owned()));
        }
        // After a slip of syntax the tree lacks parts, and more messages would only repeat it.
        if !mistakes.is_empty() {
            return Err(ConfigError::new(origin, text, mistakes));
        }
        let mut top = Section::new("the file", root.get_ref());
        let section = top.table("data", &mut mistakes);
        let data_places = section.map(|table| data_places(root.get_ref(), table)).unwrap_or_default();
        let data = section.map(|table| data(table, &mut mistakes)).unwrap_or_default();
        let members = match top.table("member", &mut mistakes) {
            Some(table) => members(table, &mut mistakes),
            None => Vec::new(),
        };
        let model = top.raw("model");
        let output = output(model, &members, &mut mistakes);
        top.finish(&mut mistakes);
        if members.is_empty() && mistakes.is_empty() {
            mistakes.push(
                Mistake::new(0..text.len().min(1), "there is no member")
                    .help("write `[member.NAME]` with `use = \"PLUGIN/PREDICTOR\"`"),
            );
        }
        match (mistakes.is_empty(), output) {
            (true, Some(output)) => {
                let (origin, text) = (origin.to_owned(), text.to_owned());
                Ok(Self { origin, text, data, data_places, members, output })
            }
            _ => Err(ConfigError::new(origin, text, mistakes)),
        }
    }

    /// These mistakes of this file as an error.
    pub fn error(&self, mistakes: Vec<Mistake>) -> ConfigError {
        ConfigError::new(&self.origin, &self.text, mistakes)
    }
}

fn data_places(root: &DeTable<'_>, table: &DeTable<'_>) -> HashMap<String, Range<usize>> {
    let header = root.keys().find(|key| key.get_ref() == "data").map(|key| (SECTION.to_owned(), key.span()));
    let values = table.iter().map(|(key, value)| (key.get_ref().to_string(), value.span()));
    header.into_iter().chain(values).collect()
}

fn data(table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> DataSpec {
    let mut section = Section::new("[data]", table);
    let spec = DataSpec {
        table: section.take("table", mistakes),
        space: section.take("space", mistakes),
        architecture: section.take("architecture", mistakes),
        id: section.take("id", mistakes),
        network: section.take("network", mistakes),
        filter: section.take("where", mistakes),
        repeats: section.take("repeats", mistakes),
        target: section.take("target", mistakes),
        labels: section.take("labels", mistakes),
        unlabelled: section.take("unlabelled", mistakes),
        curves: section.take("curves", mistakes).unwrap_or_default(),
        seconds: section.take("seconds", mistakes),
        horizon: section.take("horizon", mistakes),
        fidelity: section.take("fidelity", mistakes),
    };
    section.finish(mistakes);
    spec
}

fn members(table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Member> {
    let mut members = Vec::new();
    for (name, value) in table {
        let title = format!("[member.{}]", name.get_ref());
        let DeValue::Table(table) = value.get_ref() else {
            mistakes.push(Mistake::new(value.span(), format!("{title} is a table")));
            continue;
        };
        let mut section = Section::new(&title, table);
        let predictor = section.take_located::<String>("use", mistakes);
        let inputs = section.raw("inputs").and_then(|value| inputs(&title, value, mistakes));
        let params = section.raw("params");
        let seed = section.take("seed", mistakes);
        section.finish(mistakes);
        let (params, places) = match params {
            Some(value) => parameters(&title, value, mistakes),
            None => (Value::Object(Default::default()), Vec::new()),
        };
        match predictor {
            Some(predictor) => members.push(Member {
                name: Located { value: name.get_ref().to_string(), place: name.span() },
                predictor,
                inputs,
                params,
                places,
                seed,
            }),
            None if table.contains_key("use") => {}
            None => mistakes.push(
                Mistake::new(name.span(), format!("{title} does not say what it is"))
                    .help("write `use = \"PLUGIN/PREDICTOR\"`; `archcast plugins list` shows what there is"),
            ),
        }
    }
    members
}

fn inputs(
    title: &str,
    value: &Spanned<DeValue<'_>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<Located<Input>>> {
    let DeValue::Array(items) = value.get_ref() else {
        mistakes.push(Mistake::new(value.span(), format!("{title} `inputs` is a list of names")));
        return None;
    };
    if items.is_empty() {
        mistakes.push(Mistake::new(value.span(), format!("{title} `inputs` is empty")).help(
            "name an encoding or a column, or leave `inputs` out for the predictor's default encoding",
        ));
    }
    let mut inputs = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(text) => {
                inputs.push(Located { value: Input::parse(text), place: item.span() });
            }
            _ => mistakes.push(Mistake::new(item.span(), format!("{title} `inputs` is a list of names"))),
        }
    }
    Some(inputs)
}

/// The parameters as JSON, with the place of each value and key.
fn parameters(title: &str, value: &Spanned<DeValue<'_>>, mistakes: &mut Vec<Mistake>) -> (Value, Places) {
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

fn output(
    model: Option<&Spanned<DeValue<'_>>>,
    members: &[Member],
    mistakes: &mut Vec<Mistake>,
) -> Option<usize> {
    let names = || members.iter().map(|member| &member.name.value[..]);
    let table = match model.map(|value| (value.get_ref(), value.span())) {
        Some((DeValue::Table(table), _)) => Some(table),
        Some((_, place)) => {
            mistakes.push(Mistake::new(place, "the file `model` is a table"));
            return None;
        }
        None => None,
    };
    let mut named = None;
    if let Some(table) = table {
        let mut section = Section::new("[model]", table);
        named = section.take_located::<String>("output", mistakes);
        section.finish(mistakes);
    }
    match named {
        Some(Located { value: name, place }) => {
            let found = members.iter().position(|member| member.name.value == name);
            if found.is_none() && !members.is_empty() {
                mistakes.push(
                    Mistake::new(place, format!("[model] `output`: there is no member `{name}`"))
                        .help(suggest(&name, names())),
                );
            }
            found
        }
        None if members.len() == 1 => Some(0),
        None => {
            if let Some(last) = members.last().filter(|_| mistakes.is_empty()) {
                let all: Vec<&str> = names().collect();
                mistakes.push(
                    Mistake::new(
                        last.name.place.clone(),
                        "there are several members and none is said to answer",
                    )
                    .help(format!("write `[model]` with `output = \"NAME\"`, one of {}", all.join(", "))),
                );
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composition_is_read() {
        let text = r#"
            [data]
            table = "builtin:nas-bench-201"
            labels = 100
            [member.ridge]
            use = "linear/ridge"
            inputs = ["adjacency-one-hot", "column:params_m"]
            params = { penalty = 1.5 }
        "#;
        let read = Composition::parse(text, "first.toml").unwrap();
        assert_eq!(read.data.labels, Some(100));
        let member = &read.members[read.output];
        assert_eq!(member.params, serde_json::json!({"penalty": 1.5}));
        assert_eq!(member.inputs.as_ref().unwrap()[1].value, Input::Column("params_m".into()));
    }

    #[test]
    fn all_mistakes_of_a_file_come_together_with_their_places() {
        let text = "[data]\ntabel = \"x\"\nlabels = \"many\"\n[member.a]\nuse = 3\n[member.b]\nuse = \"r\"\n[model]\noutput = \"c\"\n";
        let error = Composition::parse(text, "f.toml").unwrap_err();
        let lines = error.lines();
        for (place, part) in [
            ("f.toml:2:1", "unknown key `tabel`"),
            ("f.toml:3:10", "`labels`"),
            ("f.toml:5:7", "`use`"),
            ("f.toml:9:10", "no member `c`"),
        ] {
            assert!(
                lines.iter().any(|line| line.starts_with(place) && line.contains(part)),
                "{place} {part}\n{lines:#?}"
            );
        }
        assert_eq!(error.mistakes[0].help.as_deref().map(|help| help.contains("table")), Some(true));
    }

    #[test]
    fn a_slip_of_syntax_is_shown_alone() {
        let error = Composition::parse("[data\nlabels = 3\n[member.a]\nuse = \n", "f.toml").unwrap_err();
        assert!(!error.mistakes.is_empty());
        assert!(error.lines().iter().all(|line| !line.contains("unknown key")), "{:?}", error.lines());
    }
}
