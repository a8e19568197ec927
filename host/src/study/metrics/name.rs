//! The text form of a metric.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Metric, Rounded};
use crate::space::nearest::{clip, nearest, suggest};

/// Why a text names no metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetricNameError {
    /// There is no metric of this name.
    #[error("unknown metric `{name}`; {suggestion}")]
    Unknown {
        /// The text.
        name: String,
        /// What may be meant.
        suggestion: String,
    },
    /// The number after `@` is missing or not allowed.
    #[error("metric `{name}`: `{base}` takes a whole number {range}, as in `{base}@{example}`")]
    Number {
        /// The text.
        name: String,
        /// Its part before `@`.
        base: &'static str,
        /// Numbers that are allowed.
        range: &'static str,
        /// A usual one.
        example: u8,
    },
    /// A number or an option that the metric does not take.
    #[error("metric `{name}`: `{base}` takes no `{rest}`{hint}")]
    Surplus {
        /// The text.
        name: String,
        /// The metric.
        base: &'static str,
        /// What is too much.
        rest: String,
        /// What it takes.
        hint: &'static str,
    },
}

/// The metrics without a number.
const PLAIN: [(&str, Metric); 10] = [
    ("kendall-tau", Metric::KendallTau),
    ("sparse-kendall-tau", Metric::SparseKendallTau(Rounded::Prediction)),
    ("spearman", Metric::Spearman),
    ("pearson", Metric::Pearson),
    ("mae", Metric::Mae),
    ("rmse", Metric::Rmse),
    ("r2", Metric::R2),
    ("nll", Metric::Nll),
    ("crps", Metric::Crps),
    ("pit-distance", Metric::PitDistance),
];

/// A metric that takes a number: its name before `@`, the metric of a number, and a usual number.
type Numbered<T> = (&'static str, fn(T) -> Metric, u8);

/// The metrics of so many rows.
const OF_ROWS: [Numbered<usize>; 3] = [
    ("precision", Metric::PrecisionAt, 10),
    ("best-regret", Metric::BestRegretAt, 10),
    ("best-rank", Metric::BestRankAt, 10),
];

/// The metrics of an interval of so many percent.
const OF_PERCENT: [Numbered<u8>; 2] =
    [("coverage", Metric::Coverage, 95), ("interval-width", Metric::IntervalWidth, 90)];

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Metric::KendallTau => f.write_str("kendall-tau"),
            Metric::SparseKendallTau(Rounded::Prediction) => f.write_str("sparse-kendall-tau"),
            Metric::SparseKendallTau(rounded) => write!(f, "sparse-kendall-tau:{}", rounded.name()),
            Metric::Spearman => f.write_str("spearman"),
            Metric::Pearson => f.write_str("pearson"),
            Metric::Mae => f.write_str("mae"),
            Metric::Rmse => f.write_str("rmse"),
            Metric::R2 => f.write_str("r2"),
            Metric::PrecisionAt(k) => write!(f, "precision@{k}"),
            Metric::BestRegretAt(k) => write!(f, "best-regret@{k}"),
            Metric::BestRankAt(k) => write!(f, "best-rank@{k}"),
            Metric::Nll => f.write_str("nll"),
            Metric::Crps => f.write_str("crps"),
            Metric::Coverage(percent) => write!(f, "coverage@{percent}"),
            Metric::IntervalWidth(percent) => write!(f, "interval-width@{percent}"),
            Metric::PitDistance => f.write_str("pit-distance"),
        }
    }
}

impl Metric {
    /// Its name in a sentence.
    pub fn in_words(self) -> String {
        match self {
            Metric::KendallTau => "Kendall tau".to_owned(),
            Metric::Spearman => "Spearman correlation".to_owned(),
            Metric::Pearson => "Pearson correlation".to_owned(),
            other => other.to_string(),
        }
    }
}

impl FromStr for Metric {
    type Err = MetricNameError;

    /// The metric of this name; those of so many rows or percent take the number after `@`, and `sparse-kendall-tau`
    /// takes what it rounds after `:` (`prediction`, `target`, `both`; left out, `prediction`).
    fn from_str(name: &str) -> Result<Metric, MetricNameError> {
        let cut = name.find(['@', ':']).unwrap_or(name.len());
        let (base, rest) = name.split_at(cut);
        if let Some((base, metric)) = PLAIN.into_iter().find(|(plain, _)| *plain == base) {
            return plain(name, base, metric, rest);
        }
        let number = rest.strip_prefix('@').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some((base, metric, example)) = OF_ROWS.into_iter().find(|of_rows| of_rows.0 == base) {
            let k = number.and_then(|digits| digits.parse().ok()).filter(|&k| k > 0);
            return k.map(metric).ok_or_else(|| MetricNameError::Number {
                name: clip(name),
                base,
                range: "of rows, from 1",
                example,
            });
        }
        if let Some((base, metric, example)) = OF_PERCENT.into_iter().find(|of_percent| of_percent.0 == base)
        {
            let percent =
                number.and_then(|digits| digits.parse().ok()).filter(|percent| (1..=99).contains(percent));
            return percent.map(metric).ok_or_else(|| MetricNameError::Number {
                name: clip(name),
                base,
                range: "of percent, from 1 to 99",
                example,
            });
        }
        Err(MetricNameError::Unknown { name: clip(name), suggestion: suggestion(base, number) })
    }
}

fn plain(name: &str, base: &'static str, metric: Metric, rest: &str) -> Result<Metric, MetricNameError> {
    let rounds = matches!(metric, Metric::SparseKendallTau(_));
    if rest.is_empty() {
        return Ok(metric);
    }
    let rounded = Rounded::ALL.into_iter().find(|rounded| rest.strip_prefix(':') == Some(rounded.name()));
    match rounded {
        Some(rounded) if rounds => Ok(Metric::SparseKendallTau(rounded)),
        _ => Err(MetricNameError::Surplus {
            name: clip(name),
            base,
            rest: clip(rest),
            hint: if rounds { "; it takes `:prediction`, `:target` or `:both`" } else { "" },
        }),
    }
}

/// What may be meant by an unknown name; a number that stood behind it is kept.
fn suggestion(base: &str, number: Option<&str>) -> String {
    let with_number = OF_ROWS.map(|of_rows| (of_rows.0, of_rows.2)).into_iter();
    let with_number: Vec<(&str, u8)> =
        with_number.chain(OF_PERCENT.map(|of_percent| (of_percent.0, of_percent.2))).collect();
    let names = || PLAIN.iter().map(|plain| plain.0).chain(with_number.iter().map(|with| with.0));
    let Some(near) = nearest(base, names()) else {
        return suggest(base, names());
    };
    match with_number.iter().find(|with| with.0 == near) {
        None => format!("did you mean `{near}`?"),
        Some((near, usual)) => {
            let number = number.filter(|digits| !digits.is_empty() && digits.len() < 9);
            format!("did you mean `{near}@{}`?", number.map_or_else(|| usual.to_string(), clip))
        }
    }
}

impl Serialize for Metric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Metric, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Metric {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Metric".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let plain: Vec<&str> = PLAIN.iter().map(|plain| plain.0).collect();
        let of_rows = OF_ROWS.map(|of_rows| of_rows.0).join("|");
        let of_percent = OF_PERCENT.map(|of_percent| of_percent.0).join("|");
        let rounded = Rounded::ALL.map(Rounded::name).join("|");
        schemars::json_schema!({
            "type": "string",
            "description": "A metric by its name in the field.",
            "examples": Metric::STANDARD.map(|metric| metric.to_string()),
            "pattern": format!(
                "^({}|sparse-kendall-tau:({rounded})|({of_rows})@[1-9][0-9]*|({of_percent})@[1-9][0-9]?)$",
                plain.join("|")
            ),
        })
    }
}
