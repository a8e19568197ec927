//! The feature matrix of a member: encodings and columns side by side, each column with its kind and role.

use crate::{
    encoding::Encoding,
    space::Space,
    table::{DataError, Rows},
};
use archcast_sdk::header::{FeatureInfo, FeatureKind, Role};
use ndarray::{ArrayView2, Axis};
use serde::{Deserialize, Serialize};

/// One part of a feature matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// An encoding by name.
    Encoding(String),
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
                    if let (Ok(encoding), Some(space)) = (Encoding::named(name), space) {
                        infos.extend(encoding.features(space).into_iter().map(|spec| FeatureInfo {
                            name: spec.name,
                            kind: spec.kind,
                            role: Role::Encoding(name.clone()),
                        }));
                    }
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
                Part::Encoding(_) => None,
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
                (Part::Encoding(name), _) => {
                    let (Ok(encoding), Some(space), Some(genotypes)) =
                        (Encoding::named(name), space, genotypes)
                    else {
                        continue;
                    };
                    let encoded = encoding.encode(space, genotypes);
                    let wide = encoded.ncols();
                    for (row, source) in encoded.rows().into_iter().enumerate() {
                        let place = row * width + first;
                        for (offset, &value) in source.iter().enumerate() {
                            values[place + offset] = value;
                            validity[place + offset] = u8::from(!value.is_nan());
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

/// The values of the selected rows, in this order, or of all.
fn select_from<T: Copy>(all: Vec<T>, select: Option<&[usize]>) -> Vec<T> {
    match select {
        Some(rows) => rows.iter().map(|&row| all[row]).collect(),
        None => all,
    }
}
