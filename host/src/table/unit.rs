//! What a value is measured in.

use serde::{Deserialize, Serialize};

/// What a value is measured in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(from = "String", into = "String")]
pub enum Unit {
    /// From 0 to 100.
    Percent,
    /// From 0 to 1.
    Fraction,
    /// Anything else, in the user's words.
    Other(String),
}

/// A fraction above this was not measured as one; a little above 1 can be (a kernel score, a clever R²).
const HIGHEST_FRACTION: f64 = 1.5;

impl Unit {
    /// As it is written.
    pub fn name(&self) -> &str {
        match self {
            Unit::Percent => "percent",
            Unit::Fraction => "fraction",
            Unit::Other(name) => name,
        }
    }

    /// What speaks against values that span `lowest` to `highest` being measured in this unit.
    pub(super) fn doubt(&self, lowest: f64, highest: f64) -> Option<String> {
        let range = format!("its values go from {lowest} to {highest}");
        match self {
            Unit::Percent if highest <= 1.0 => {
                Some(format!("{range}, which look like fractions: is `unit = \"fraction\"` meant?"))
            }
            Unit::Fraction if highest > HIGHEST_FRACTION => {
                let meant = if highest <= 100.0 { ": is `unit = \"percent\"` meant?" } else { "" };
                Some(format!("{range}, which are no fractions{meant}"))
            }
            _ => None,
        }
    }
}

/// The smallest and the largest of some numbers, if there is any.
pub(super) fn range(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    numbers.fold(None, |range, number| {
        let (lowest, highest) = range.unwrap_or((number, number));
        Some((number.min(lowest), number.max(highest)))
    })
}

impl From<String> for Unit {
    fn from(name: String) -> Unit {
        match name.as_str() {
            "percent" => Unit::Percent,
            "fraction" => Unit::Fraction,
            _ => Unit::Other(name),
        }
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> String {
        unit.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_the_unit_cannot_have_are_doubted() {
        assert!(Unit::Percent.doubt(0.1, 0.93).unwrap().contains("from 0.1 to 0.93"));
        assert!(Unit::Fraction.doubt(10.0, 93.0).unwrap().contains("`unit = \"percent\"`"));
        assert!(Unit::Fraction.doubt(0.0, 200.0).unwrap().ends_with("no fractions"));
        assert_eq!(Unit::Fraction.doubt(0.0, 1.2), None);
        assert_eq!(Unit::Percent.doubt(0.0, 1.1), None);
        assert_eq!(Unit::Other("s".into()).doubt(0.0, 1e9), None);
    }

    #[test]
    fn the_range_of_nothing_is_none() {
        assert_eq!(range(std::iter::empty()), None);
        assert_eq!(range([2.0, -1.0, 3.0].into_iter()), Some((-1.0, 3.0)));
    }
}
