//! The TOML of a composition, read and checked for itself: types, names, references between its parts.

use super::{
    ConfigError, Folds, Input, InputName, Member, MemberKind, Mistake, blame::SECTION, member::members,
    section::Section,
};
use crate::{space::nearest::suggest, table::DataSpec};
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
    /// How cross-fitting cuts chains of fitted members.
    pub folds: Folds,
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
        let (output, folds) = output(model, &members, &mut mistakes);
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
                Ok(Self { origin, text, data, data_places, members, output, folds })
            }
            _ => Err(ConfigError::new(origin, text, mistakes)),
        }
    }

    /// Whether members read this one, and all say that it may be absent.
    pub(super) fn is_optional(&self, name: &str) -> bool {
        let inputs = self.members.iter().flat_map(|member| match &member.kind {
            MemberKind::Use(used) => used.inputs.as_deref().unwrap_or(&[]),
            MemberKind::Combine(combined) => &combined.members[..],
            MemberKind::Column(_) => &[],
        });
        let mut meant = inputs.filter(|input: &&Located<Input>| match &input.value.name {
            InputName::Member(text) | InputName::Bare(text) => text.split('.').next() == Some(name),
            _ => false,
        });
        let first = meant.next();
        first.is_some_and(|first| first.value.optional) && meant.all(|input| input.value.optional)
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
        target: section.take("target", mistakes),
        labels: section.take("labels", mistakes),
        curves: section.take("curves", mistakes).unwrap_or_default(),
        horizon: section.take("horizon", mistakes),
        fidelity: section.take("fidelity", mistakes),
    };
    section.finish(mistakes);
    spec
}

fn output(
    model: Option<&Spanned<DeValue<'_>>>,
    members: &[Member],
    mistakes: &mut Vec<Mistake>,
) -> (Option<usize>, Folds) {
    let names = || members.iter().map(|member| &member.name.value[..]);
    let table = match model.map(|value| (value.get_ref(), value.span())) {
        Some((DeValue::Table(table), _)) => Some(table),
        Some((_, place)) => {
            mistakes.push(Mistake::new(place, "the file `model` is a table"));
            return (None, Folds::default());
        }
        None => None,
    };
    let (mut named, mut folds) = (None, Folds::default());
    if let Some(table) = table {
        let mut section = Section::new("[model]", table);
        named = section.take_located::<String>("output", mistakes);
        folds = section.take("folds", mistakes).unwrap_or_default();
        section.finish(mistakes);
    }
    let output = match named {
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
    };
    (output, folds)
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
        let MemberKind::Use(member) = &read.members[read.output].kind else { panic!("it is a predictor") };
        assert_eq!(member.params, serde_json::json!({"penalty": 1.5}));
        assert_eq!(member.inputs.as_ref().unwrap()[1].value.name, InputName::Column("params_m".into()));
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
