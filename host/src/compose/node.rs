//! Fitted members: each answers for rows, given the answers of the members that it reads.

use super::{
    ColumnGoal, FeatureMatrix, FittedCombiner, ModelError, Queries, TargetScale, UseHeader,
    cache::{FitOf, Known},
    combine::primary,
    data::{DataParts, lacking},
    features::{MemberScores, Part, without_unseen},
    plan::UseNode,
};
use crate::{plugin::HostServices, study::metrics::kendall_tau_b, table::Goal};
use archcast_sdk::{
    Error, ErrorKind, Predictions, dynamic::DynModel, header::TargetInfo, manifest::InputInfo,
};
use serde_json::Value;
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

/// Answers of members for the rows at hand, by place in the plan.
#[derive(Debug, Clone, Default)]
pub struct Answers(pub BTreeMap<usize, Arc<Predictions>>);

impl MemberScores for Answers {
    fn of(&self, member: usize) -> Option<&Predictions> {
        self.0.get(&member).map(|predictions| &**predictions)
    }
}

impl Answers {
    /// The answers for the rows at these places.
    pub fn take(&self, places: &[usize]) -> Answers {
        Answers(self.0.iter().map(|(&member, all)| (member, Arc::new(take(all, places)))).collect())
    }
}

/// The predictions at these places.
pub fn take(all: &Predictions, places: &[usize]) -> Predictions {
    let mut taken = Predictions::new(places.len());
    for (name, values) in all.outputs() {
        taken = taken.output(name, places.iter().map(|&place| values[place]).collect::<Vec<_>>());
    }
    for (row, &place) in places.iter().enumerate() {
        if let Some(reason) = all.reason(place) {
            taken.set_missing(row, reason);
        }
    }
    taken
}

/// The predictions of some rows, and of others after them; an output that the others lack is NaN for them.
pub fn join(first: &Predictions, then: &Predictions) -> Predictions {
    let mut all = Predictions::new(first.rows() + then.rows());
    for (name, values) in first.outputs() {
        let more = then.get(name).map_or_else(|| vec![f64::NAN; then.rows()], <[f64]>::to_vec);
        all = all.output(name, [values, &more].concat());
    }
    for (told, before) in [(first, 0), (then, first.rows())] {
        for (&row, reason) in told.missing_rows() {
            all.set_missing(before + row, reason.clone());
        }
    }
    all
}

/// What training rows say of the target.
#[derive(Debug, Clone)]
pub struct Targets {
    /// The target of each training row, in its unit.
    pub values: Vec<f64>,
    /// Which way is better.
    pub goal: Goal,
    /// The best value there can be.
    pub best: Option<f64>,
    /// What predictors are told.
    pub info: Option<TargetInfo>,
}

impl Targets {
    /// The targets at these places.
    pub fn take(&self, places: &[usize]) -> Targets {
        Targets { values: places.iter().map(|&place| self.values[place]).collect(), ..self.clone() }
    }

    /// With the goal turned: higher is better.
    pub fn turned(&self) -> Vec<f64> {
        self.values.iter().map(|&value| self.goal.turn(value)).collect()
    }
}

/// A fitted member.
#[derive(Debug)]
pub struct FittedNode {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: FittedKind,
}

/// What a fitted member does.
#[derive(Debug)]
pub enum FittedKind {
    /// Runs a fitted predictor.
    Use(Box<FittedUse>),
    /// Reads a column.
    Column {
        /// The column.
        column: String,
        /// 1 where higher is better, else -1.
        sign: f64,
    },
    /// Combines others.
    Combine {
        /// How.
        combiner: FittedCombiner,
        /// The members' places in the plan.
        members: Vec<usize>,
        /// For each whether it may miss a row.
        optional: Vec<bool>,
    },
}

/// A fitted predictor with all that its next call needs.
pub struct FittedUse {
    /// What the model's file says of it.
    pub about: UseHeader,
    /// The model.
    pub model: Box<dyn DynModel>,
    /// What the cache knows of it, where there is one.
    pub known: Option<Known>,
}

impl std::fmt::Debug for FittedUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FittedUse").field("predictor", &self.about.predictor).finish_non_exhaustive()
    }
}

impl FittedUse {
    /// Fits a predictor on training rows, given the honest scores of the members that it reads for these rows. Rows after
    /// those that have `targets` are unlabelled.
    pub fn fit(
        name: &str,
        node: &UseNode,
        params: &Value,
        queries: &Queries<'_>,
        targets: &Targets,
        scores: &dyn MemberScores,
        services: &HostServices,
    ) -> Result<Self, ModelError> {
        let predictor = node.predictor.full_name();
        let failed = |error| ModelError::of_predictor(name, &predictor, error);
        let scale = TargetScale::fit(&node.transform, targets.goal, targets.best, &targets.values)
            .ok_or_else(|| ModelError::UnknownTransform {
                predictor: predictor.clone(),
                name: node.transform.clone(),
            })?;
        let mut parts = without_unseen(&node.parts, queries);
        for part in &mut parts {
            if let Part::Score(score) = part {
                let mut values =
                    scores.of(score.member).map(|scores| score.values(scores)).unwrap_or_default();
                values.truncate(targets.values.len());
                score.map = Some(super::ScoreMap::fit(score.form, &values));
            }
        }
        let inputs: Vec<InputInfo> = node.info.needs.iter().chain(&node.info.may_use).cloned().collect();
        let matrix = FeatureMatrix::of(&parts, queries, scores)?;
        let features = matrix.as_ref().map(|matrix| matrix.infos.clone()).unwrap_or_default();
        let labels: Vec<f64> = targets.values.iter().map(|&target| scale.forward(target)).collect();
        let data = DataParts::of(queries, matrix, &node.curves, &inputs)?.build(targets.info.clone());
        let data = match queries.len() == labels.len() {
            true => data.targets(labels),
            false => {
                let label = |row: usize| labels.get(row).copied();
                data.labels(&(0..queries.len()).map(label).collect::<Vec<_>>())
            }
        };
        let view = data.view().map_err(failed)?;
        let fit = FitOf { predictor: &node.predictor, params, files: &node.files, services };
        let fitted = services.in_plugin(|| fit.fit(node.cache.as_ref(), &view));
        let (model, known) = fitted.map_err(|error| {
            match lacking(&parts, queries, scores).filter(|_| error.kind() == ErrorKind::BadData) {
                Some((origin, rows)) => ModelError::Lacking {
                    member: name.to_owned(),
                    predictor: predictor.clone(),
                    error: Box::new(error),
                    origin,
                    rows,
                },
                None => failed(error),
            }
        })?;
        let about = UseHeader {
            plugin_version: node.predictor.plugin().manifest().version.clone(),
            params: params.clone(),
            tuned: None,
            seed: archcast_sdk::Services::seed(services),
            curves: node.curves.clone(),
            files: node.files.clone(),
            predictor,
            scale,
            parts,
            features,
            inputs,
            state: 0,
        };
        Ok(Self { about, model, known })
    }

    /// The saved state of the model.
    pub fn state(&self) -> archcast_sdk::Result<Cow<'_, [u8]>> {
        match &self.known {
            Some(known) => Ok(Cow::Borrowed(known.state())),
            None => self.model.save().map(Cow::Owned),
        }
    }

    /// Predicts rows: `mean` in the target's unit with higher being better, `std` in the target's unit.
    pub fn predict(
        &self,
        name: &str,
        queries: &Queries<'_>,
        scores: &dyn MemberScores,
        services: &HostServices,
    ) -> Result<Predictions, ModelError> {
        let failed = |error: Error| ModelError::of_predictor(name, &self.about.predictor, error);
        let matrix = FeatureMatrix::of(&self.about.parts, queries, scores)?;
        let data = DataParts::of(queries, matrix, &self.about.curves, &self.about.inputs)?.build(None);
        let view = data.view().map_err(failed)?;
        let services = services.of_member(name);
        let raw = services.in_plugin(|| match &self.known {
            Some(known) => known.predict(&*self.model, &view, &services),
            None => self.model.predict(&view, &services.asking(view.rows())),
        });
        let raw = raw.map_err(failed)?;
        let mut predictions = Predictions::new(raw.rows());
        for (output, values) in raw.outputs() {
            let turned: Vec<f64> = match (output, raw.get("mean")) {
                ("mean", _) => values.iter().map(|&value| self.about.scale.mean(value)).collect(),
                ("std", Some(means)) => means
                    .iter()
                    .zip(values)
                    .map(|(&mean, &std)| self.about.scale.deviation(mean, std))
                    .collect(),
                _ => values.to_vec(),
            };
            predictions = predictions.output(output, turned);
        }
        for (&row, reason) in raw.missing_rows() {
            predictions.set_missing(row, reason.clone());
        }
        Ok(predictions)
    }
}

/// The sign of a column: as its goal says, or that of its rank correlation with the target.
pub fn sign(goal: ColumnGoal, column: &[Option<f64>], targets: &Targets) -> f64 {
    match goal {
        ColumnGoal::Maximize => 1.0,
        ColumnGoal::Minimize => -1.0,
        ColumnGoal::Fit => {
            let pairs =
                column.iter().zip(targets.turned()).filter_map(|(value, target)| Some(((*value)?, target)));
            let (values, targets): (Vec<f64>, Vec<f64>) = pairs.unzip();
            if kendall_tau_b(&targets, &values).is_ok_and(|tau| tau < 0.0) { -1.0 } else { 1.0 }
        }
    }
}

/// How well scores rank training rows: Kendall tau-b over rows that have one; -1 where it cannot be told.
pub fn agreement(scores: &Predictions, targets: &Targets) -> f64 {
    let pairs = primary(scores).into_iter().zip(targets.turned()).filter(|(score, _)| !score.is_nan());
    let (scores, targets): (Vec<f64>, Vec<f64>) = pairs.unzip();
    kendall_tau_b(&targets, &scores).unwrap_or(-1.0)
}

impl FittedNode {
    /// The places of the members that it reads.
    pub fn reads(&self) -> Vec<usize> {
        match &self.kind {
            FittedKind::Use(used) => used
                .about
                .parts
                .iter()
                .filter_map(|part| match part {
                    Part::Score(score) => Some(score.member),
                    _ => None,
                })
                .collect(),
            FittedKind::Column { .. } => Vec::new(),
            FittedKind::Combine { combiner: FittedCombiner::Select(chosen), members, .. } => {
                members.get(*chosen).copied().into_iter().collect()
            }
            FittedKind::Combine { members, .. } => members.clone(),
        }
    }

    /// Answers for rows, given the answers of the members that it reads.
    pub fn answer(
        &self,
        queries: &Queries<'_>,
        scores: &Answers,
        services: &HostServices,
    ) -> Result<Predictions, ModelError> {
        match &self.kind {
            FittedKind::Use(used) => {
                used.predict(&self.name, queries, scores, &services.with_seed(used.about.seed))
            }
            FittedKind::Column { column, sign } => {
                let numbers = queries.numbers(column)?;
                let values: Vec<f64> =
                    numbers.iter().map(|number| number.map_or(f64::NAN, |n| sign * n)).collect();
                let mut scores = Predictions::scores(values);
                for (row, number) in numbers.iter().enumerate() {
                    if number.is_none() {
                        scores.set_missing(row, format!("it has no `{column}`"));
                    }
                }
                Ok(scores)
            }
            FittedKind::Combine { combiner, members, optional } => {
                let given: Vec<Option<&Predictions>> =
                    members.iter().map(|&member| scores.of(member)).collect();
                Ok(combiner.combine(queries.len(), &given, optional))
            }
        }
    }
}
