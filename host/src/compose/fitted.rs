//! A fitted composition: predicts, is saved and loaded. The same inputs and seed give the same bytes.

use super::{
    FeatureMatrix, ModelError, ParameterFile, Plan, TargetScale, Training,
    data::{DataParts, curves_of, lacking},
    features::Part,
    file::{join_file, split_file},
};
use crate::{
    plugin::{HostServices, Registry},
    space::Space,
    table::{DataError, DataSpec, Goal, Rows},
};
use archcast_sdk::{
    DatasetBuilder, Error, ErrorKind, Predictions,
    dynamic::{DynModel, DynPredictor},
    header::{FeatureInfo, TargetInfo},
    manifest::InputInfo,
};
use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::HashSet, fs, path::Path};

/// What a model file says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelHeader {
    /// Version of archcast that made it.
    pub archcast: String,
    /// The member that answers.
    pub member: String,
    /// Its predictor, `plugin/name`.
    pub predictor: String,
    /// Version of the plugin.
    pub plugin_version: String,
    /// The parameters as given.
    pub params: Value,
    /// The seed of the fit.
    pub seed: u64,
    /// The model's outputs.
    pub outputs: Vec<String>,
    /// How the table was read; paths are absolute.
    pub data: DataSpec,
    /// SHA-256 of the table's content.
    pub table_digest: String,
    /// Name of the search space.
    pub space: Option<String>,
    /// SHA-256 of the space's declaration.
    pub space_digest: Option<String>,
    /// Goal and transform of the target.
    pub scale: TargetScale,
    /// What the feature matrix is made of.
    parts: Vec<Part>,
    /// The curves that the predictor is handed.
    pub curves: Vec<String>,
    /// The feature columns.
    pub features: Vec<FeatureInfo>,
    /// Identities of the training rows, hexadecimal, in the order in which they trained.
    pub training: Vec<String>,
    /// Files that parameters name.
    pub files: Vec<ParameterFile>,
    /// Inputs that the predictor needs or may use.
    inputs: Vec<InputInfo>,
}

impl ModelHeader {
    /// What the model's predictor says, as an error.
    fn failed(&self, error: Error) -> ModelError {
        ModelError::of_predictor(&self.member, &self.predictor, error)
    }
}

/// A fitted composition.
pub struct FittedModel {
    header: ModelHeader,
    space: Option<Space>,
    model: Box<dyn DynModel>,
    row_independent: bool,
}

impl std::fmt::Debug for FittedModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FittedModel").field("header", &self.header).finish_non_exhaustive()
    }
}

fn hex(identity: u128) -> String {
    format!("{identity:032x}")
}

impl FittedModel {
    pub(super) fn fit(
        plan: &Plan,
        rows: &Rows,
        training: &Training,
        seed: u64,
        services: &(dyn Fn(u64) -> HostServices + '_),
    ) -> Result<Self, ModelError> {
        let predictor = plan.predictor.full_name();
        let failed = |error| ModelError::of_predictor(plan.member(), &predictor, error);
        let target = rows.target();
        let labels: Vec<f64> =
            training.rows.iter().filter_map(|&row| target.and_then(|target| target.values[row])).collect();
        let goal = target.map_or(Goal::Maximize, |target| target.goal);
        let scale = TargetScale::fit(&plan.info.target_transform, goal, &labels).ok_or_else(|| {
            ModelError::UnknownTransform {
                predictor: predictor.clone(),
                name: plan.info.target_transform.clone(),
            }
        })?;
        let inputs: Vec<InputInfo> = plan.info.needs.iter().chain(&plan.info.may_use).cloned().collect();
        let features = FeatureMatrix::of_rows(&plan.features, rows, Some(&training.rows))?;
        let feature_infos = features.as_ref().map(|matrix| matrix.infos.clone()).unwrap_or_default();
        let identities: Vec<u128> = training.rows.iter().map(|&row| rows.identities()[row]).collect();
        let genotypes = rows.genotypes().map(|all| all.select(ndarray::Axis(0), &training.rows));
        let data = DataParts {
            identities: &identities,
            genotypes: genotypes.as_ref().map(|genotypes| genotypes.view()),
            space: rows.space(),
            features,
            curves: curves_of(rows, &plan.curves, Some(&training.rows))?,
            horizon: rows.curves().horizon,
            fidelity: rows.curves().fidelity,
            inputs: &inputs,
        }
        .build(target.map(|target| {
            let mut info = TargetInfo::default();
            info.name = target.column.clone();
            info.unit = target.unit.as_ref().map(|unit| unit.name().to_owned());
            info.goal = target.goal;
            info
        }))
        .targets(labels.iter().map(|&label| scale.forward(label)).collect::<Vec<_>>());

        let params = &plan.member.params;
        let view = data.view().map_err(failed)?;
        let seed = plan.member.seed.unwrap_or(seed);
        let model = plan.predictor.fit(params, &view, &services(seed)).map_err(|error| {
            match lacking(plan, rows, training).filter(|_| error.kind() == ErrorKind::BadData) {
                Some(lacking) => ModelError::Lacking {
                    member: plan.member().to_owned(),
                    predictor: predictor.clone(),
                    error: Box::new(error),
                    origin: rows.table().origin().to_owned(),
                    rows: lacking,
                },
                None => failed(error),
            }
        })?;
        let outputs = plan.predictor.outputs(params).map_err(failed)?;
        let header = ModelHeader {
            archcast: env!("CARGO_PKG_VERSION").to_owned(),
            member: plan.member().to_owned(),
            predictor,
            plugin_version: plan.predictor.plugin().manifest().version.clone(),
            params: params.clone(),
            seed,
            outputs,
            data: rows.spec().clone(),
            table_digest: rows.table().digest().to_owned(),
            space: rows.space().map(|space| space.name().to_owned()),
            space_digest: rows.space().map(|space| space.digest().to_owned()),
            scale,
            parts: plan.features.clone(),
            curves: plan.curves.clone(),
            features: feature_infos,
            training: identities.into_iter().map(hex).collect(),
            files: plan.files.clone(),
            inputs,
        };
        Ok(Self { header, space: rows.space().cloned(), model, row_independent: plan.info.row_independent })
    }

    /// What the model says of itself.
    pub fn header(&self) -> &ModelHeader {
        &self.header
    }

    /// Whether the prediction of a row is the same whichever others are asked with it.
    pub fn row_independent(&self) -> bool {
        self.row_independent
    }

    /// Whether each of these rows trained the model.
    pub fn trained_on(&self, rows: &Rows) -> Vec<bool> {
        let training: HashSet<&str> = self.header.training.iter().map(String::as_str).collect();
        rows.identities().iter().map(|&identity| training.contains(&hex(identity)[..])).collect()
    }

    /// Predicts rows of a table, in the target's unit.
    ///
    /// # Errors
    /// Rows of another space, columns that are not there, what the predictor says.
    pub fn predict_rows(&self, rows: &Rows, services: &HostServices) -> Result<Predictions, ModelError> {
        let given = rows.space().map(|space| space.digest().to_owned());
        if given != self.header.space_digest {
            let name = |space: Option<&str>| match space {
                Some(name) => format!("the space `{name}`"),
                None => "no space".to_owned(),
            };
            return Err(ModelError::OtherSpace {
                fitted: name(self.header.space.as_deref()),
                given: name(rows.space().map(|space| space.name())),
            });
        }
        let data = DataParts {
            identities: rows.identities(),
            genotypes: rows.genotypes(),
            space: rows.space(),
            features: FeatureMatrix::of_rows(&self.header.parts, rows, None)?,
            curves: curves_of(rows, &self.header.curves, None)?,
            horizon: rows.curves().horizon,
            fidelity: rows.curves().fidelity,
            inputs: &self.header.inputs,
        };
        self.predict(data.build(None), services)
    }

    /// Predicts architectures given as genotypes.
    ///
    /// # Errors
    /// A model that reads columns of a table, what the predictor says.
    pub fn predict_genotypes(
        &self,
        genotypes: ArrayView2<'_, u16>,
        identities: &[u128],
        services: &HostServices,
    ) -> Result<Predictions, ModelError> {
        for part in &self.header.parts {
            if let Part::Column(column) = part {
                return Err(ModelError::NeedsColumn { column: column.clone() });
            }
        }
        if let Some(curve) = self.header.curves.first() {
            return Err(ModelError::NeedsColumn { column: format!("curve:{curve}") });
        }
        let data = DataParts {
            identities,
            genotypes: Some(genotypes),
            space: self.space.as_ref(),
            features: FeatureMatrix::of_genotypes(&self.header.parts, self.space.as_ref(), genotypes),
            curves: Vec::new(),
            horizon: None,
            fidelity: None,
            inputs: &self.header.inputs,
        };
        self.predict(data.build(None), services)
    }

    /// The space of the architectures.
    ///
    /// # Errors
    /// [`ModelError::NoSpace`].
    pub fn space(&self) -> Result<&Space, ModelError> {
        self.space.as_ref().ok_or(ModelError::NoSpace)
    }

    fn predict(&self, data: DatasetBuilder<'_>, services: &HostServices) -> Result<Predictions, ModelError> {
        let failed = |error| self.header.failed(error);
        let raw = self.model.predict(&data.view().map_err(failed)?, services).map_err(failed)?;
        let mut predictions = Predictions::new(raw.rows());
        for (name, values) in raw.outputs() {
            let turned: Vec<f64> = values.iter().map(|&value| self.header.scale.back(name, value)).collect();
            predictions = predictions.output(name, turned);
        }
        for (&row, reason) in raw.missing_rows() {
            predictions.set_missing(row, reason.clone());
        }
        Ok(predictions)
    }

    /// How good each prediction is by the model's first output, higher being better; NaN where a row is missing.
    pub fn ranking(&self, predictions: &Predictions) -> Vec<f64> {
        let Some((name, values)) = predictions.outputs().next() else { return Vec::new() };
        let goal = if name == "mean" { self.header.scale.goal } else { Goal::Maximize };
        values.iter().map(|&value| goal.turn(value)).collect()
    }

    /// Writes the model's file: aside, then renamed.
    ///
    /// # Errors
    /// [`ModelError::File`], and a predictor that cannot be saved.
    pub fn save(&self, path: &Path) -> Result<(), ModelError> {
        let failed = |error| self.header.failed(error);
        let state = self.model.save().map_err(failed)?;
        let header =
            serde_json::to_vec(&self.header).map_err(|error| failed(Error::internal(error.to_string())))?;
        let bytes = join_file(&header, &state);
        crate::write_aside(path, &bytes)
            .map_err(|error| ModelError::File { path: path.display().to_string(), error })
    }

    /// Reads a model's file and restores its predictor from the installed plugins.
    ///
    /// # Errors
    /// A file that is no whole model, a plugin that is not to be had or cannot restore it.
    pub fn load(path: &Path, registry: &Registry, services: &HostServices) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| ModelError::File { path: name.clone(), error })?;
        let bad = |what: String| ModelError::BadFile { path: name.clone(), what };
        let (header, state) = split_file(&bytes).map_err(bad)?;
        let header: ModelHeader = serde_json::from_slice(header).map_err(|error| {
            bad(format!(
                "has a header that this archcast ({}) does not understand: {error}",
                env!("CARGO_PKG_VERSION")
            ))
        })?;
        let predictor = registry.predictor(&header.predictor).map_err(|error| ModelError::Plugin {
            predictor: header.predictor.clone(),
            error: Box::new(error),
        })?;
        let model = predictor.restore(state, services).map_err(|error| header.failed(error))?;
        let space = match &header.data.space {
            Some(space) => Some(Space::open(space, Path::new("")).map_err(DataError::from)?),
            None => None,
        };
        // Else the same text of an architecture would mean another one.
        if let (Some(space), Some(named)) = (&space, &header.data.space)
            && header.space_digest.as_deref() != Some(space.digest())
        {
            return Err(ModelError::ChangedSpace { space: named.clone() });
        }
        Ok(Self { header, space, model, row_independent: predictor.info().row_independent })
    }
}
