//! Ranges of parameters to search, from a predictor's schema.

use rand::{Rng, RngExt};
use serde::Deserialize;
use serde_json::Value;

/// The range of one parameter: the schema's `x-tune`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Range {
    /// Lowest value.
    #[serde(default)]
    low: f64,
    /// Highest value.
    #[serde(default)]
    high: f64,
    /// Whether the logarithm is drawn uniformly.
    #[serde(default)]
    log: bool,
    /// Whether the value is a whole number.
    #[serde(default)]
    integer: bool,
    /// The values to choose among, in place of a range.
    #[serde(default)]
    choices: Vec<Value>,
}

/// All parameters of a predictor that can be tuned, in the order of their names.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges(Vec<(String, Range)>);

impl Ranges {
    /// The ranges that a schema gives.
    pub fn of(schema: &Value) -> Ranges {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let mut ranges: Vec<(String, Range)> = properties
            .filter_map(|(name, property)| {
                let mut range: Range = serde_json::from_value(property.get("x-tune")?.clone()).ok()?;
                range.integer |= property["type"] == "integer";
                Some((name.clone(), range))
            })
            .filter(|(_, range)| {
                !range.choices.is_empty() || (range.low < range.high && (!range.log || range.low > 0.0))
            })
            .collect();
        ranges.sort_by(|a, b| a.0.cmp(&b.0));
        Ranges(ranges)
    }

    /// Whether there is nothing to tune.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The parameters with each range's value drawn anew.
    pub fn draw(&self, params: &Value, rng: &mut impl Rng) -> Value {
        let mut drawn = params.clone();
        for (name, range) in &self.0 {
            if let Some(params) = drawn.as_object_mut() {
                params.insert(name.clone(), range.draw(rng));
            }
        }
        drawn
    }
}

impl Range {
    fn draw(&self, rng: &mut impl Rng) -> Value {
        if !self.choices.is_empty() {
            return self.choices[rng.random_range(0..self.choices.len())].clone();
        }
        let share: f64 = rng.random();
        match (self.integer, self.log) {
            // Every whole number of a uniform range is equally likely.
            (true, false) => {
                let count = (self.high.floor() - self.low.ceil() + 1.0).max(1.0);
                Value::from((self.low.ceil() + (share * count).floor().min(count - 1.0)) as i64)
            }
            (integer, log) => {
                let value = match log {
                    true => (self.low.ln() + share * (self.high.ln() - self.low.ln())).exp(),
                    false => self.low + share * (self.high - self.low),
                };
                if integer { Value::from(value.round() as i64) } else { Value::from(value) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_drawn_within_their_ranges_and_by_seed() {
        let schema = json!({ "properties": {
            "depth": { "type": "integer", "x-tune": { "low": 1, "high": 24 } },
            "rate": { "type": "number", "x-tune": { "low": 0.001, "high": 0.1, "log": true } },
            "kernel": { "x-tune": { "choices": ["rbf", "matern"] } },
            "fixed": { "type": "number" },
        }});
        let ranges = Ranges::of(&schema);
        let draws = |seed: u64| -> Vec<Value> {
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
            (0..500).map(|_| ranges.draw(&json!({ "fixed": 3 }), &mut rng)).collect()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let mut depths = std::collections::BTreeSet::new();
        for drawn in draws(1) {
            depths.insert(drawn["depth"].as_i64().unwrap());
            assert!((0.001..=0.1).contains(&drawn["rate"].as_f64().unwrap()));
            assert!(["rbf", "matern"].contains(&drawn["kernel"].as_str().unwrap()));
            assert_eq!(drawn["fixed"], 3);
        }
        assert_eq!(depths, (1..=24).collect());
    }

    #[test]
    fn a_range_without_width_is_none() {
        let schema = json!({ "properties": { "a": { "x-tune": { "low": 2, "high": 2 } }, "b": {} } });
        assert!(Ranges::of(&schema).is_empty());
    }
}
