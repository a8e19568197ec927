//! Data sets that own their columns: for the host, for conformance, and for an author's tests.

use crate::{
    Error, Header, Result,
    dataset::{Column, Dataset, GraphForm, Shape, Values, names},
    header::{CurveInfo, FeatureInfo},
};
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A graph of its own: labels, parts, edges (source, target, position).
pub type OwnedGraph = (Vec<u32>, Vec<u32>, Vec<[u32; 3]>);

/// A data set under construction, and then the owner of what [`DatasetBuilder::view`] borrows.
///
/// ```
/// use archcast_sdk::DatasetBuilder;
/// let data = DatasetBuilder::new(3)
///     .features(&["a", "b"], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
///     .targets(vec![0.1, 0.2, 0.3]);
/// let view = data.view()?;
/// assert_eq!(view.features()?.values()[[2, 1]], 6.0);
/// # Ok::<(), archcast_sdk::Error>(())
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct DatasetBuilder<'a> {
    rows: usize,
    header: Header,
    header_text: String,
    columns: Vec<OwnedColumn<'a>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct OwnedColumn<'a> {
    name: String,
    shape: Shape,
    width: usize,
    values: OwnedValues<'a>,
    offsets: Cow<'a, [u64]>,
    validity: Cow<'a, [u8]>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum OwnedValues<'a> {
    F64(Cow<'a, [f64]>),
    U16(Cow<'a, [u16]>),
    U32(Cow<'a, [u32]>),
    U64(Cow<'a, [u64]>),
    U8(Cow<'a, [u8]>),
}

impl<'a> DatasetBuilder<'a> {
    /// An empty data set of so many rows.
    pub fn new(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn push(
        mut self,
        name: impl Into<String>,
        shape: Shape,
        width: usize,
        values: OwnedValues<'a>,
        offsets: Cow<'a, [u64]>,
        validity: Cow<'a, [u8]>,
    ) -> Self {
        let name = name.into();
        self.columns.retain(|column| column.name != name);
        self.columns.push(OwnedColumn { name, shape, width, values, offsets, validity });
        self
    }

    /// Changes the header.
    #[must_use]
    pub fn header(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(&mut self.header);
        self.header_text = serde_json::to_string(&self.header).unwrap_or_default();
        self
    }

    /// Plain numeric features by name, row after row.
    #[must_use]
    pub fn features(self, feature_names: &[&str], values: impl Into<Cow<'a, [f64]>>) -> Self {
        let infos = feature_names
            .iter()
            .map(|name| FeatureInfo {
                name: (*name).to_owned(),
                kind: Default::default(),
                role: Default::default(),
            })
            .collect();
        self.feature_matrix(infos, values, Vec::new())
    }

    /// Features with kinds and roles, row after row, and a validity byte for each cell (or none).
    #[must_use]
    pub fn feature_matrix(
        self,
        infos: Vec<FeatureInfo>,
        values: impl Into<Cow<'a, [f64]>>,
        validity: impl Into<Cow<'a, [u8]>>,
    ) -> Self {
        let width = infos.len();
        self.header(|header| header.features = infos).push(
            names::FEATURES,
            Shape::Fixed,
            width,
            OwnedValues::F64(values.into()),
            Cow::default(),
            validity.into(),
        )
    }

    /// A target for every row; higher is better.
    #[must_use]
    pub fn targets(self, targets: impl Into<Cow<'a, [f64]>>) -> Self {
        self.push(
            names::TARGET,
            Shape::Fixed,
            1,
            OwnedValues::F64(targets.into()),
            Cow::default(),
            Cow::default(),
        )
    }

    /// A target for some rows; higher is better.
    #[must_use]
    pub fn labels(self, labels: &[Option<f64>]) -> Self {
        let (values, validity) = optional(labels);
        self.push(
            names::TARGET,
            Shape::Fixed,
            1,
            OwnedValues::F64(values.into()),
            Cow::default(),
            validity.into(),
        )
    }

    /// The genotypes: rows × decisions, borrowed.
    #[must_use]
    pub fn genotypes(self, genotypes: ArrayView2<'a, u16>) -> Self {
        let values = match genotypes.to_slice() {
            Some(slice) => Cow::Borrowed(slice),
            None => Cow::Owned(genotypes.iter().copied().collect()),
        };
        self.push_genotypes(genotypes.ncols(), values)
    }

    /// The genotypes: rows × decisions, kept: for a [`Predictor::example`](crate::Predictor::example).
    #[must_use]
    pub fn owned_genotypes(self, genotypes: &Array2<u16>) -> Self {
        self.push_genotypes(genotypes.ncols(), Cow::Owned(genotypes.iter().copied().collect()))
    }

    fn push_genotypes(self, width: usize, values: Cow<'a, [u16]>) -> Self {
        let values = OwnedValues::U16(values);
        self.push(names::GENOTYPE, Shape::Fixed, width, values, Cow::default(), Cow::default())
    }

    /// The identity of each row, in two halves.
    #[must_use]
    pub fn identities(self, identities: impl IntoIterator<Item = [u64; 2]>) -> Self {
        let values: Vec<u64> = identities.into_iter().flatten().collect();
        self.push(
            names::IDENTITY,
            Shape::Fixed,
            2,
            OwnedValues::U64(values.into()),
            Cow::default(),
            Cow::default(),
        )
    }

    /// A learning curve for each row; an empty one is missing.
    #[must_use]
    pub fn curve(self, metric: &str, info: CurveInfo, curves: &[Vec<f64>]) -> Self {
        let (values, offsets) = ragged(curves);
        let validity: Vec<u8> = curves.iter().map(|curve| u8::from(!curve.is_empty())).collect();
        self.header(|header| {
            header.curves.insert(metric.to_owned(), info);
        })
        .push(
            format!("{}{metric}", names::CURVE_PREFIX),
            Shape::Ragged,
            1,
            OwnedValues::F64(values.into()),
            offsets.into(),
            validity.into(),
        )
    }

    /// A token sequence for each row.
    #[must_use]
    pub fn sequences(self, sequences: &[Vec<u32>]) -> Self {
        let (values, offsets) = ragged(sequences);
        self.push(
            names::SEQUENCE,
            Shape::Ragged,
            1,
            OwnedValues::U32(values.into()),
            offsets.into(),
            Cow::default(),
        )
    }

    /// A graph for each row: labels, parts, edges (source, target, position).
    #[must_use]
    pub fn graphs(mut self, form: GraphForm, graphs: &[OwnedGraph]) -> Self {
        let labels: Vec<&[u32]> = graphs.iter().map(|graph| &graph.0[..]).collect();
        let parts: Vec<&[u32]> = graphs.iter().map(|graph| &graph.1[..]).collect();
        let edges: Vec<&[u32]> = graphs.iter().map(|graph| graph.2.as_flattened()).collect();
        for (what, width, rows) in [("labels", 1, labels), ("parts", 1, parts), ("edges", 3, edges)] {
            let (values, offsets) = ragged(&rows);
            self = self.push(
                form.column(what),
                Shape::Ragged,
                width,
                OwnedValues::U32(values.into()),
                offsets.into(),
                Cow::default(),
            );
        }
        self
    }

    /// A network file for each row; `None` is missing.
    #[must_use]
    pub fn networks(self, paths: &[Option<String>]) -> Self {
        self.texts(names::NETWORK, paths)
    }

    /// A text column; `None` is missing.
    #[must_use]
    pub fn texts(self, name: &str, texts: &[Option<String>]) -> Self {
        let bytes: Vec<&[u8]> = texts.iter().map(|text| text.as_deref().unwrap_or("").as_bytes()).collect();
        let (values, offsets) = ragged(&bytes);
        let validity: Vec<u8> = texts.iter().map(|text| u8::from(text.is_some())).collect();
        self.push(name, Shape::Text, 1, OwnedValues::U8(values.into()), offsets.into(), validity.into())
    }

    /// A cost of each row by name; `None` is unknown.
    #[must_use]
    pub fn cost(self, name: &str, costs: &[Option<f64>]) -> Self {
        let (values, validity) = optional(costs);
        self.push(
            format!("{}{name}", names::COST_PREFIX),
            Shape::Fixed,
            1,
            OwnedValues::F64(values.into()),
            Cow::default(),
            validity.into(),
        )
    }

    /// The data set, borrowed from this.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when a column's length does not fit the number of rows.
    pub fn view(&self) -> Result<Dataset<'_>> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let values = match &column.values {
                OwnedValues::F64(values) => Values::F64(values),
                OwnedValues::U16(values) => Values::U16(values),
                OwnedValues::U32(values) => Values::U32(values),
                OwnedValues::U64(values) => Values::U64(values),
                OwnedValues::U8(values) => Values::U8(values),
            };
            columns.push(Column::new(
                self.rows,
                &column.name,
                column.shape,
                column.width,
                values,
                &column.offsets,
                &column.validity,
            )?);
        }
        Ok(Dataset::new(self.rows, &self.header_text, columns))
    }
}

impl<'d> Dataset<'d> {
    /// A copy of these rows, in this order, with every column and the header.
    ///
    /// # Errors
    /// [`ErrorKind::BadData`](crate::ErrorKind::BadData) when a row does not exist or the header is not understood.
    pub fn select(&self, rows: &[usize]) -> Result<DatasetBuilder<'static>> {
        if let Some(row) = rows.iter().find(|&&row| row >= self.rows()) {
            return Err(Error::bad_data(format!("row {row} of {} does not exist", self.rows())));
        }
        let mut builder = DatasetBuilder::new(rows.len());
        builder.header = self.header()?.clone();
        builder.header_text = self.header_text().to_owned();
        for column in self.columns() {
            let (values, offsets) = match column.values() {
                Values::F64(values) => gather(column, values, rows, |v| OwnedValues::F64(v.into())),
                Values::U16(values) => gather(column, values, rows, |v| OwnedValues::U16(v.into())),
                Values::U32(values) => gather(column, values, rows, |v| OwnedValues::U32(v.into())),
                Values::U64(values) => gather(column, values, rows, |v| OwnedValues::U64(v.into())),
                Values::U8(values) => gather(column, values, rows, |v| OwnedValues::U8(v.into())),
            };
            let cells = if column.shape() == Shape::Fixed { column.width() } else { 1 };
            let validity: Vec<u8> = match column.validity() {
                [] => Vec::new(),
                all => {
                    rows.iter().flat_map(|&row| all[row * cells..(row + 1) * cells].iter().copied()).collect()
                }
            };
            builder = builder.push(
                column.name(),
                column.shape(),
                column.width(),
                values,
                offsets.into(),
                validity.into(),
            );
        }
        Ok(builder)
    }
}

fn gather<T: Copy>(
    column: &Column<'_>,
    values: &[T],
    rows: &[usize],
    own: impl FnOnce(Vec<T>) -> OwnedValues<'static>,
) -> (OwnedValues<'static>, Vec<u64>) {
    let range = |row: usize| match column.shape() {
        Shape::Fixed => row * column.width()..(row + 1) * column.width(),
        Shape::Ragged | Shape::Text => column.offsets()[row] as usize..column.offsets()[row + 1] as usize,
    };
    let parts: Vec<&[T]> = rows.iter().map(|&row| &values[range(row)]).collect();
    let (values, offsets) = ragged(&parts);
    (own(values), if column.shape() == Shape::Fixed { Vec::new() } else { offsets })
}

fn ragged<T: Copy>(rows: &[impl AsRef<[T]>]) -> (Vec<T>, Vec<u64>) {
    let mut values = Vec::new();
    let mut offsets = vec![0];
    for row in rows {
        values.extend_from_slice(row.as_ref());
        offsets.push(values.len() as u64);
    }
    (values, offsets)
}

fn optional(values: &[Option<f64>]) -> (Vec<f64>, Vec<u8>) {
    (
        values.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
        values.iter().map(|value| u8::from(value.is_some())).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn every_kind_of_column_is_read_back() -> Result<()> {
        let genotypes = array![[1u16, 2], [3, 4]];
        let graph = (vec![0, 5, 1], vec![0, 0, 0], vec![[0, 1, 0], [1, 2, 0]]);
        let kept: DatasetBuilder<'static> = DatasetBuilder::new(2).owned_genotypes(&genotypes);
        assert_eq!(kept.view()?.genotypes()?, genotypes);
        let data = DatasetBuilder::new(2)
            .genotypes(genotypes.view())
            .labels(&[Some(1.0), None])
            .curve("val_loss", CurveInfo::default(), &[vec![3.0, 2.0], vec![]])
            .sequences(&[vec![7], vec![8, 9]])
            .graphs(GraphForm::Full, &[graph.clone(), (vec![], vec![], vec![])])
            .networks(&[Some("/ä".into()), None])
            .cost("seconds", &[None, Some(2.5)])
            .identities([[1, 2], [3, 4]]);
        let view = data.view()?;
        assert_eq!(view.genotypes()?, genotypes);
        assert_eq!(view.labels()?, [Some(1.0), None]);
        assert_eq!(view.labelled(), 1);
        assert!(view.targets().is_err());
        assert_eq!(view.curve("val_loss")?.row(0), [3.0, 2.0]);
        assert!(view.curve("val_loss")?.row(1).is_empty());
        assert_eq!(view.sequences()?.row(1), [8, 9]);
        let read = view.graphs(GraphForm::Full)?.row(0);
        assert_eq!((read.labels, read.edges), (&graph.0[..], &graph.2[..]));
        assert_eq!(view.networks()?, [Some("/ä"), None]);
        assert_eq!(view.cost("seconds")?, [None, Some(2.5)]);
        assert_eq!(view.identity(1), Some([3, 4]));

        let turned = view.select(&[1, 0])?;
        let turned = turned.view()?;
        assert_eq!(turned.genotypes()?, array![[3u16, 4], [1, 2]]);
        assert_eq!(turned.sequences()?.row(0), [8, 9]);
        assert_eq!(turned.networks()?, [None, Some("/ä")]);
        assert_eq!(turned.graphs(GraphForm::Full)?.row(1).edges, graph.2);
        Ok(())
    }

    #[test]
    fn a_column_of_the_wrong_length_is_named() {
        let error = DatasetBuilder::new(3).targets(vec![1.0]).view().unwrap_err();
        assert!(error.message().contains("`target`"), "{error}");
    }
}
