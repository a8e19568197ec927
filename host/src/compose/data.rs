//! The data set that a predictor is handed: every input that it takes and the rows can give.

use super::{
    FeatureMatrix, ModelError, Queries,
    features::{MemberScores, Part},
};
use crate::{
    encoding,
    space::{Space, nearest::clip},
    table::{DataError, Mistakes, Rows},
};
use archcast_sdk::{
    DatasetBuilder,
    dataset::{GraphForm, names},
    header::{CurveInfo, DecisionInfo, GraphInfo, SequenceInfo, SpaceInfo, TargetInfo},
    manifest::InputInfo,
};
use ndarray::ArrayView2;

/// A curve's name, what it is, and its values for each row.
pub type NamedCurve = (String, CurveInfo, Vec<Vec<f64>>);

/// The data set of some rows: every input that the predictor takes and the rows can give.
pub struct DataParts<'a> {
    pub identities: &'a [u128],
    pub genotypes: Option<ArrayView2<'a, u16>>,
    pub space: Option<&'a Space>,
    pub features: Option<FeatureMatrix>,
    pub curves: Vec<NamedCurve>,
    /// Network files, and the shape of one input.
    pub networks: Option<(Vec<Option<String>>, &'a [u32])>,
    /// Training seconds of each row.
    pub seconds: Option<Vec<Option<f64>>>,
    pub horizon: Option<u32>,
    pub fidelity: Option<u32>,
    pub inputs: &'a [InputInfo],
}

impl<'a> DataParts<'a> {
    /// What these rows give to a predictor with these features, curves and inputs.
    ///
    /// # Errors
    /// Curves that the data do not have.
    pub fn of(
        queries: &'a Queries<'_>,
        features: Option<FeatureMatrix>,
        curves: &[String],
        inputs: &'a [InputInfo],
    ) -> Result<Self, ModelError> {
        let (horizon, fidelity) = queries.epochs();
        Ok(Self {
            identities: queries.identities(),
            genotypes: queries.genotypes(),
            space: queries.space(),
            features,
            curves: queries.curves(curves)?,
            networks: queries.network_files().filter(|_| takes(inputs, &InputInfo::Networks)),
            seconds: takes(inputs, &InputInfo::Costs).then(|| queries.seconds()),
            horizon,
            fidelity,
            inputs,
        })
    }

    /// The data set.
    pub fn build(self, target: Option<TargetInfo>) -> DatasetBuilder<'a> {
        let rows = self.identities.len();
        let halves = self.identities.iter().map(|&identity| [(identity >> 64) as u64, identity as u64]);
        let mut data = DatasetBuilder::new(rows).identities(halves);
        if let Some(FeatureMatrix { infos, values, validity }) = self.features {
            data = data.feature_matrix(infos, values, validity);
        }
        if let (Some(space), Some(genotypes)) = (self.space, self.genotypes) {
            if takes(self.inputs, &InputInfo::Genotypes) {
                data = data.genotypes(genotypes);
            }
            for (form, input) in
                [(GraphForm::Full, InputInfo::FullGraph), (GraphForm::Pruned, InputInfo::PrunedGraph)]
            {
                if takes(self.inputs, &input) {
                    let graphs: Vec<_> = genotypes
                        .rows()
                        .into_iter()
                        .map(|row| {
                            let genotype = row.to_vec();
                            let graph = match form {
                                GraphForm::Full => space.full_graph(&genotype),
                                GraphForm::Pruned => space.pruned_graph(&genotype),
                            };
                            (graph.labels, graph.parts, graph.edges)
                        })
                        .collect();
                    data = data.graphs(form, &graphs);
                }
            }
            if takes(self.inputs, &InputInfo::Sequences) {
                let sequences: Vec<Vec<u32>> = genotypes
                    .rows()
                    .into_iter()
                    .map(|row| encoding::sequence(&space.full_graph(&row.to_vec())))
                    .collect();
                data = data.sequences(&sequences).header(|header| {
                    header.sequences = Some(SequenceInfo {
                        vocabulary: encoding::vocabulary(space),
                        length: encoding::length(space) as u32,
                        padding: encoding::PADDING,
                    });
                });
            }
            data = data.header(|header| {
                let mut info = SpaceInfo::default();
                info.name = space.name().to_owned();
                info.digest = space.digest().to_owned();
                info.decisions = space
                    .decisions()
                    .iter()
                    .map(|decision| DecisionInfo {
                        name: decision.name.clone(),
                        choices: decision.choices.clone(),
                    })
                    .collect();
                header.space = Some(info);
                header.graphs = Some(GraphInfo { labels: space.label_names(), parts: space.part_names() });
            });
        }
        if let Some((paths, input)) = self.networks {
            data = data.networks(&paths).header(|header| {
                header.more.insert("network_input".to_owned(), input.into());
            });
        }
        if let Some(seconds) = self.seconds {
            data = data.cost(names::SECONDS, &seconds);
        }
        for (name, info, values) in self.curves {
            data = data.curve(&name, info, &values);
        }
        data.header(|header| {
            header.target = target;
            header.horizon = self.horizon;
            header.fidelity = self.fidelity;
        })
    }
}

/// The named curves of some rows, in this order.
pub fn curves_of(
    rows: &Rows,
    names: &[String],
    select: Option<&[usize]>,
) -> Result<Vec<NamedCurve>, DataError> {
    names
        .iter()
        .map(|name| {
            let (info, values) = rows.curves().by_name.get(name).ok_or_else(|| DataError::Curve {
                origin: rows.table().origin().to_owned(),
                curve: name.clone(),
                what: "the model reads it, and [data] does not name it".to_owned(),
            })?;
            let values = match select {
                Some(rows) => rows.iter().map(|&row| values[row].clone()).collect(),
                None => (**values).clone(),
            };
            Ok((name.clone(), info.clone(), values))
        })
        .collect()
}

/// The origin of the table and its rows that lack features, if there are any, in the order of the table.
pub fn lacking(
    parts: &[Part],
    queries: &Queries<'_>,
    scores: &dyn MemberScores,
) -> Option<(String, Mistakes)> {
    let matrix = FeatureMatrix::of(parts, queries, scores).ok()??;
    let (rows, selected) = queries.table()?;
    let mut lacking: Vec<(usize, &str)> = Vec::new();
    for (&row, cells) in selected.iter().zip(matrix.validity.chunks(matrix.infos.len().max(1))) {
        if let Some(column) = cells.iter().position(|&valid| valid == 0) {
            lacking.push((row, &matrix.infos[column].name));
        }
    }
    lacking.sort_unstable();
    let mut mistakes = Mistakes::default();
    for (row, name) in lacking {
        mistakes.push(rows.table().line(row), || format!("`{}` has no `{name}`", clip(rows.id(row))));
    }
    (!mistakes.is_empty()).then(|| (rows.table().origin().to_owned(), mistakes))
}

/// Whether this is among the inputs, alternatives included.
fn takes(inputs: &[InputInfo], input: &InputInfo) -> bool {
    inputs.iter().flat_map(InputInfo::alternatives).any(|have| have == input)
}
