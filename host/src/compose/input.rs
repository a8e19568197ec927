//! What a member is fed with, as its file says it.

use super::{Located, Mistake, ScoreForm, section::Section};
use toml::{Spanned, de::DeValue};

/// One input of a member, or one member of a combination.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// What is meant.
    pub name: InputName,
    /// Whether it may be absent (`?` after the name).
    pub optional: bool,
    /// The form in which a member's score is handed on; left out, the one that the predictor asks for.
    pub form: Option<ScoreForm>,
    /// Its weight in a weighted combination.
    pub weight: Option<f64>,
    /// The rule by which a selection takes it.
    pub when: Option<When>,
}

/// A name with or without a prefix that says what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputName {
    /// `encoding:NAME`.
    Encoding(String),
    /// `column:NAME`.
    Column(String),
    /// `curve:NAME`: the curve that the predictor reads in place of its default one.
    Curve(String),
    /// `member:NAME` or `member:NAME.OUTPUT`.
    Member(String),
    /// `NAME`, which must be an encoding, a column or a member.
    Bare(String),
}

/// For which numbers of training rows a selection takes a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Fewest training rows.
    #[serde(default)]
    pub min_labels: usize,
    /// Most training rows.
    #[serde(default = "no_limit")]
    #[schemars(extend("default" = null))]
    pub max_labels: usize,
}

fn no_limit() -> usize {
    usize::MAX
}

impl When {
    /// Whether so many training rows fit the rule.
    pub fn holds(&self, rows: usize) -> bool {
        (self.min_labels..=self.max_labels).contains(&rows)
    }
}

impl InputName {
    /// Reads a name with its prefix, if it has one.
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some(("encoding", name)) => Self::Encoding(name.to_owned()),
            Some(("column", name)) => Self::Column(name.to_owned()),
            Some(("curve", name)) => Self::Curve(name.to_owned()),
            Some(("member", name)) => Self::Member(name.to_owned()),
            _ => Self::Bare(text.to_owned()),
        }
    }
}

impl Input {
    fn parse(text: &str) -> Self {
        let (name, optional) = match text.strip_suffix('?') {
            Some(name) => (name, true),
            None => (text, false),
        };
        Self { name: InputName::parse(name), optional, form: None, weight: None, when: None }
    }

    /// The name without prefix.
    pub fn text(&self) -> &str {
        match &self.name {
            InputName::Encoding(name)
            | InputName::Column(name)
            | InputName::Curve(name)
            | InputName::Member(name)
            | InputName::Bare(name) => name,
        }
    }
}

/// Which keys an item written as a table may have beside `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKeys {
    /// `transform`: inputs of a predictor.
    Transform,
    /// `weight`: members of a weighted combination.
    Weight,
    /// `when`: members of a selection.
    When,
    /// None: members of other combinations.
    None,
}

/// Reads the list of a key (`inputs`, `members`): names, or tables such as `{ from = "a", transform = "rank" }`.
pub fn list(
    title: &str,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    keys: ItemKeys,
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<Located<Input>>> {
    let wrong = |place| {
        Mistake::new(place, format!("{title} `{key}` is a list of names"))
            .help(format!("write `{key} = [\"NAME\", \"NAME\"]`"))
    };
    let DeValue::Array(items) = value.get_ref() else {
        mistakes.push(wrong(value.span()));
        return None;
    };
    let mut inputs = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(text) => inputs.push(Located { value: Input::parse(text), place: item.span() }),
            DeValue::Table(table) => {
                let mut section = Section::new(format!("{title} `{key}`"), table);
                let from = section.take::<String>("from", mistakes);
                let form = match keys {
                    ItemKeys::Transform => section.take("transform", mistakes),
                    _ => None,
                };
                let weight = match keys {
                    ItemKeys::Weight => section.take("weight", mistakes),
                    _ => None,
                };
                let when = match keys {
                    ItemKeys::When => section.take("when", mistakes),
                    _ => None,
                };
                for (key, owner, help) in [
                    ("transform", ItemKeys::Transform, "only `inputs` of a predictor have a `transform`"),
                    ("weight", ItemKeys::Weight, "only members of `combine = \"weighted\"` have a `weight`"),
                    ("when", ItemKeys::When, "only members of `combine = \"select\"` have a `when`"),
                ] {
                    if keys != owner {
                        section.misplaced(key, help, mistakes);
                    }
                }
                section.finish(mistakes);
                match from {
                    Some(from) => {
                        let value = Input { form, weight, when, ..Input::parse(&from) };
                        inputs.push(Located { value, place: item.span() });
                    }
                    None if table.contains_key("from") => {}
                    None => mistakes.push(
                        Mistake::new(item.span(), format!("{title} `{key}`: this item names nothing"))
                            .help("write `{ from = \"NAME\" }`"),
                    ),
                }
            }
            _ => mistakes.push(wrong(item.span())),
        }
    }
    Some(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_prefix_and_a_question_mark_or_neither() {
        let input = Input::parse("member:zc.snip?");
        assert_eq!((input.name, input.optional), (InputName::Member("zc.snip".into()), true));
        let input = Input::parse("adjacency-one-hot");
        assert_eq!((input.name, input.optional), (InputName::Bare("adjacency-one-hot".into()), false));
    }

    #[test]
    fn a_rule_without_limits_always_holds() {
        let when: When = toml::from_str("min_labels = 300").unwrap();
        assert!(when.holds(300) && when.holds(100_000) && !when.holds(299));
    }
}
