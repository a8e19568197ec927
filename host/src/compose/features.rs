//! The feature matrix of a member: encodings, columns and scores of other members side by side, each column with its kind
//! and role.

use super::{
    ModelError, Queries,
    scores::{ScoreForm, ScoreMap},
};
use crate::{
    encoding::{Encoding, FeatureSpec},
    space::Space,
};
use archcast_sdk::{
    Predictions,
    header::{FeatureInfo, FeatureKind, Role},
};
use ndarray::Axis;
use serde::{Deserialize, Serialize};

/// One part of a feature matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// An encoding by name.
    Encoding(String),
    /// Of an encoding by name the columns with these numbers.
    Columns(String, Vec<usize>),
    /// A numeric column of the table.
    Column(String),
    /// The score of another member.
    Score(ScorePart),
}

/// The score of a member as a feature of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScorePart {
    /// The member's place in the plan.
    pub member: usize,
    /// Its name.
    pub name: String,
    /// Which of its outputs; left out, the first.
    pub output: Option<String>,
    /// The form in which it is handed on.
    pub form: ScoreForm,
    /// What the form learnt of the training rows.
    pub map: Option<ScoreMap>,
}

impl ScorePart {
    /// The output's values, NaN where a row is missing.
    pub fn values(&self, predictions: &Predictions) -> Vec<f64> {
        let values = match &self.output {
            Some(output) => predictions.get(output),
            None => predictions.outputs().next().map(|(_, values)| values),
        };
        let missing = |row: usize| predictions.reason(row).is_some();
        let values = values.unwrap_or_default().iter().enumerate();
        values.map(|(row, &value)| if missing(row) { f64::NAN } else { value }).collect()
    }

    /// The feature's name: that of the member, with the output where it is not the first.
    fn feature(&self) -> String {
        match &self.output {
            Some(output) => format!("{}.{output}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Predictions of members that others read, by place in the plan.
pub trait MemberScores {
    /// The predictions of this member for the rows at hand.
    fn of(&self, member: usize) -> Option<&Predictions>;
}

/// Features of some rows, row after row. A missing cell holds NaN and a 0 in `validity`.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureMatrix {
    /// The columns.
    pub infos: Vec<FeatureInfo>,
    /// rows × columns.
    pub values: Vec<f64>,
    /// Empty, or a byte for each cell.
    pub validity: Vec<u8>,
}

impl FeatureMatrix {
    /// The columns that these parts make, without any rows.
    pub fn infos(parts: &[Part], space: Option<&Space>) -> Vec<FeatureInfo> {
        let mut infos = Vec::new();
        for part in parts {
            match part {
                Part::Encoding(name) => infos.extend(encoding_infos(name, space)),
                Part::Columns(name, kept) => {
                    let mut all: Vec<Option<FeatureInfo>> =
                        encoding_infos(name, space).into_iter().map(Some).collect();
                    infos.extend(kept.iter().filter_map(|&column| all.get_mut(column)?.take()));
                }
                Part::Column(name) => infos.push(FeatureInfo {
                    name: name.clone(),
                    kind: FeatureKind::Number,
                    role: Role::Column,
                }),
                Part::Score(score) => infos.push(FeatureInfo {
                    name: score.feature(),
                    kind: FeatureKind::Number,
                    role: Role::Member(score.name.clone()),
                }),
            }
        }
        infos
    }

    /// The features of these rows; `None` where there are no parts.
    ///
    /// # Errors
    /// A column that is not there or not numeric.
    pub fn of(
        parts: &[Part],
        queries: &Queries<'_>,
        scores: &dyn MemberScores,
    ) -> Result<Option<Self>, ModelError> {
        if parts.is_empty() {
            return Ok(None);
        }
        let (space, rows) = (queries.space(), queries.len());
        let by_part: Vec<Vec<FeatureInfo>> =
            parts.iter().map(|part| Self::infos(std::slice::from_ref(part), space)).collect();
        let widths: Vec<usize> = by_part.iter().map(Vec::len).collect();
        let infos: Vec<FeatureInfo> = by_part.into_iter().flatten().collect();
        let width = infos.len();
        let mut matrix =
            Self { infos, values: vec![f64::NAN; rows * width], validity: vec![0; rows * width] };
        let mut first = 0;
        for (part, wide) in parts.iter().zip(widths) {
            match part {
                Part::Encoding(name) => matrix.encode(name, None, queries, first),
                Part::Columns(name, kept) => matrix.encode(name, Some(kept), queries, first),
                Part::Column(name) => {
                    for (row, number) in queries.numbers(name)?.into_iter().enumerate() {
                        matrix.set(row, first, number.unwrap_or(f64::NAN));
                    }
                }
                Part::Score(score) => {
                    let map = score.map.as_ref().unwrap_or(&ScoreMap::Raw);
                    let values =
                        scores.of(score.member).map(|scores| score.values(scores)).unwrap_or_default();
                    for (row, value) in values.into_iter().enumerate() {
                        matrix.set(row, first, map.apply(value));
                    }
                }
            }
            first += wide;
        }
        if matrix.validity.iter().all(|&valid| valid != 0) {
            matrix.validity.clear();
        }
        Ok(Some(matrix))
    }

    fn set(&mut self, row: usize, column: usize, value: f64) {
        let place = row * self.infos.len() + column;
        self.values[place] = value;
        self.validity[place] = u8::from(!value.is_nan());
    }

    fn encode(&mut self, name: &str, kept: Option<&[usize]>, queries: &Queries<'_>, first: usize) {
        let Ok(encoding) = Encoding::named(name) else { return };
        queries.encode_blocks(encoding, |start, encoded| {
            let encoded = match kept {
                Some(kept) => encoded.select(Axis(1), kept),
                None => encoded,
            };
            for ((row, offset), &value) in encoded.indexed_iter() {
                self.set(start + row, first + offset, value);
            }
        });
    }
}

/// The parts with the columns of path encodings that are zero in every training row left out: what no row shows, no
/// predictor learns, and there can be thousands of such columns.
pub fn without_unseen(parts: &[Part], training: &Queries<'_>) -> Vec<Part> {
    let seen = |name: &str| -> Option<Vec<usize>> {
        let encoding = Encoding::named(name).ok()?;
        let space = training.space()?;
        training.genotypes()?;
        if !encoding.is_sparse() {
            return None;
        }
        let mut seen = vec![false; encoding.features(space).len()];
        training.encode_blocks(encoding, |_, encoded| {
            for ((_, column), &value) in encoded.indexed_iter() {
                seen[column] |= value != 0.0;
            }
        });
        Some((0..seen.len()).filter(|&column| seen[column]).collect())
    };
    let keep = |part: &Part| match part {
        Part::Encoding(name) => match seen(name) {
            Some(kept) => Part::Columns(name.clone(), kept),
            None => part.clone(),
        },
        other => other.clone(),
    };
    parts.iter().map(keep).collect()
}

fn encoding_infos(name: &str, space: Option<&Space>) -> Vec<FeatureInfo> {
    let (Ok(encoding), Some(space)) = (Encoding::named(name), space) else { return Vec::new() };
    let role = || Role::Encoding(name.to_owned());
    let info = |spec: FeatureSpec| FeatureInfo { name: spec.name, kind: spec.kind, role: role() };
    encoding.features(space).into_iter().map(info).collect()
}
