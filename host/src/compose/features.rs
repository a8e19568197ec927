//! The feature matrix of a member: encodings and columns side by side, each column with its kind and role.

use crate::{
    encoding::{Encoding, FeatureSpec},
    space::Space,
    table::{DataError, Rows},
};
use archcast_sdk::header::{FeatureInfo, FeatureKind, Role};
use ndarray::{ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// Rows that are encoded at a time.
const BLOCK: usize = 1024;

/// One part of a feature matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// An encoding by name.
    Encoding(String),
    /// Of an encoding by name the columns with these numbers.
    Columns(String, Vec<usize>),
    /// A numeric column of the table.
    Column(String),
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
                Part::Encoding(name) => {
                    infos.extend(encoding_infos(name, space));
                }
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
            }
        }
        infos
    }

    /// The features of these genotypes, where no column of a table is needed; `None` where there are no parts.
    pub fn of_genotypes(
        parts: &[Part],
        space: Option<&Space>,
        genotypes: ArrayView2<'_, u16>,
    ) -> Option<Self> {
        let columns = parts.iter().map(|part| (part, None)).collect();
        (!parts.is_empty()).then(|| Self::assemble(columns, space, Some(genotypes), genotypes.nrows()))
    }

    /// The features of rows of a table, all or those selected, in this order; `None` where there are no parts.
    ///
    /// # Errors
    /// A column that is not there or not numeric.
    pub fn of_rows(parts: &[Part], rows: &Rows, select: Option<&[usize]>) -> Result<Option<Self>, DataError> {
        if parts.is_empty() {
            return Ok(None);
        }
        let mut columns = Vec::new();
        for part in parts {
            let numbers = match part {
                Part::Column(name) => Some(rows.numbers(name)?),
                Part::Encoding(_) | Part::Columns(..) => None,
            };
            columns.push((part, numbers.map(|all| select_from(all, select))));
        }
        let Some(select) = select else {
            return Ok(Some(Self::assemble(columns, rows.space(), rows.genotypes(), rows.len())));
        };
        let genotypes = rows.genotypes().map(|all| all.select(Axis(0), select));
        let genotypes = genotypes.as_ref().map(|genotypes| genotypes.view());
        Ok(Some(Self::assemble(columns, rows.space(), genotypes, select.len())))
    }

    fn assemble(
        parts: Vec<(&Part, Option<Vec<Option<f64>>>)>,
        space: Option<&Space>,
        genotypes: Option<ArrayView2<'_, u16>>,
        rows: usize,
    ) -> Self {
        let names: Vec<Part> = parts.iter().map(|(part, _)| (*part).clone()).collect();
        let infos = Self::infos(&names, space);
        let width = infos.len();
        let mut values = vec![f64::NAN; rows * width];
        let mut validity = vec![0u8; rows * width];
        let mut first = 0;
        for (part, numbers) in parts {
            match (part, numbers) {
                (Part::Encoding(name) | Part::Columns(name, _), _) => {
                    let (Ok(encoding), Some(space), Some(genotypes)) =
                        (Encoding::named(name), space, genotypes)
                    else {
                        continue;
                    };
                    let kept = if let Part::Columns(_, kept) = part { Some(&kept[..]) } else { None };
                    let mut wide = 0;
                    // In blocks, since the whole encoding can be far wider than what is kept of it.
                    for (block, genotypes) in genotypes.axis_chunks_iter(Axis(0), BLOCK).enumerate() {
                        let encoded = encoding.encode(space, genotypes);
                        let encoded = match kept {
                            Some(kept) => encoded.select(Axis(1), kept),
                            None => encoded,
                        };
                        wide = encoded.ncols();
                        for (row, source) in encoded.rows().into_iter().enumerate() {
                            let place = (block * BLOCK + row) * width + first;
                            for (offset, &value) in source.iter().enumerate() {
                                values[place + offset] = value;
                                validity[place + offset] = u8::from(!value.is_nan());
                            }
                        }
                    }
                    first += wide;
                }
                (Part::Column(_), numbers) => {
                    for (row, number) in numbers.into_iter().flatten().enumerate() {
                        if let Some(number) = number {
                            values[row * width + first] = number;
                            validity[row * width + first] = 1;
                        }
                    }
                    first += 1;
                }
            }
        }
        if validity.iter().all(|&valid| valid != 0) {
            validity.clear();
        }
        Self { infos, values, validity }
    }
}

/// The parts with the columns of path encodings that are zero in every training row left out: what no row shows, no
/// predictor learns, and there can be thousands of such columns.
pub fn without_unseen(
    parts: &[Part],
    space: Option<&Space>,
    training: Option<ArrayView2<'_, u16>>,
) -> Vec<Part> {
    let seen = |name: &str| -> Option<Vec<usize>> {
        let encoding = Encoding::named(name).ok()?;
        let (space, training) = (space?, training?);
        if !encoding.is_sparse() {
            return None;
        }
        let mut seen = vec![false; encoding.features(space).len()];
        for genotypes in training.axis_chunks_iter(Axis(0), BLOCK) {
            for ((_, column), &value) in encoding.encode(space, genotypes).indexed_iter() {
                seen[column] |= value != 0.0;
            }
        }
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

/// The values of the selected rows, in this order, or of all.
fn select_from<T: Copy>(all: Vec<T>, select: Option<&[usize]>) -> Vec<T> {
    match select {
        Some(rows) => rows.iter().map(|&row| all[row]).collect(),
        None => all,
    }
}
