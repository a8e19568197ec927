//! The keys of a list of named choices.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Choices, FlatSpace};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// Most values of one choice.
pub const MOST_VALUES: usize = 10_000;

/// A list of named choices, some of which may depend on others.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flat {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    pub choice: Vec<Choice>,
}

/// One choice: either `ordinal` or `categorical`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub name: String,
    /// Numbers in ascending order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordinal: Option<Levels>,
    /// Values without an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categorical: Option<Vec<Scalar>>,
    /// Values of other choices that make this one active; all must hold.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Values>,
}

/// A value as TOML has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a value is a number, a text, true or false")]
pub enum Scalar {
    Flag(bool),
    Whole(i64),
    Real(f64),
    Text(String),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Flag(value) => value.fmt(f),
            Scalar::Whole(value) => value.fmt(f),
            Scalar::Real(value) => value.fmt(f),
            Scalar::Text(value) => value.fmt(f),
        }
    }
}

/// The numbers of an ordinal choice, however they are written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(try_from = "WrittenLevels")]
pub struct Levels(pub Vec<Number>);

/// A number as TOML has it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "an ordinal value is a number")]
pub enum Number {
    Whole(i64),
    Real(f64),
}

impl Number {
    /// The number itself. Whole numbers beyond 2^53 are rounded.
    pub fn value(self) -> f64 {
        match self {
            Number::Whole(value) => value as f64,
            Number::Real(value) => value,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Whole(value) => value.fmt(f),
            Number::Real(value) => value.fmt(f),
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`ordinal` is a list of numbers, or { from = 2, to = 4 }")]
enum WrittenLevels {
    List(Vec<Number>),
    Range(Range),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Range {
    from: i64,
    to: i64,
    #[serde(default = "one")]
    step: u32,
}

fn one() -> u32 {
    1
}

impl TryFrom<WrittenLevels> for Levels {
    type Error = String;

    fn try_from(written: WrittenLevels) -> Result<Levels, String> {
        match written {
            WrittenLevels::List(numbers) => Ok(Levels(numbers)),
            WrittenLevels::Range(Range { from, to, step }) => {
                if step == 0 || from > to {
                    return Err(format!(
                        "{{ from = {from}, to = {to}, step = {step} }} holds nothing; the smaller number comes first, and the step is 1 or more"
                    ));
                }
                let numbers = (from..=to).step_by(step as usize).take(MOST_VALUES + 1).map(Number::Whole);
                Ok(Levels(numbers.collect()))
            }
        }
    }
}

/// The values of a condition: one, or a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "WrittenValues")]
pub struct Values(pub Vec<Scalar>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a condition is a value or a list of values")]
enum WrittenValues {
    One(Scalar),
    Many(Vec<Scalar>),
}

impl From<WrittenValues> for Values {
    fn from(written: WrittenValues) -> Values {
        match written {
            WrittenValues::One(value) => Values(vec![value]),
            WrittenValues::Many(values) => Values(values),
        }
    }
}

impl Declaration for Flat {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        let choices = Choices::new(self)?;
        Ok(Arc::new(FlatSpace::new(choices)?))
    }
}
