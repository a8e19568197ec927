//! A fitted composition: predicts, is saved and loaded. The same inputs and seed give the same bytes.

use super::{
    Cache, Conformal, ModelError, ModelHeader, NodeHeader, Plan, Queries, Training,
    engine::{Engine, answer_of},
    file::{join_file, split_file},
    folds::FEWEST_ROWS,
    header::NodeHeaderKind,
    node::{FittedKind, FittedNode, FittedUse, Targets},
    plan::best_value,
};
use crate::{
    plugin::{HostServices, Registry},
    space::Space,
    table::{DataError, Goal, Rows},
};
use archcast_sdk::{Error, Predictions, dynamic::DynPredictor, header::TargetInfo};
use ndarray::ArrayView2;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::Path,
    sync::Arc,
};

/// A fitted composition.
pub struct FittedModel {
    header: ModelHeader,
    space: Option<Space>,
    nodes: BTreeMap<usize, Arc<FittedNode>>,
}

impl std::fmt::Debug for FittedModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FittedModel").field("header", &self.header).finish_non_exhaustive()
    }
}

fn hex(identity: u128) -> String {
    format!("{identity:032x}")
}

fn from_hex(identities: &[String]) -> HashSet<u128> {
    identities.iter().filter_map(|text| u128::from_str_radix(text, 16).ok()).collect()
}

impl FittedModel {
    pub(super) fn fit(
        plan: &Plan,
        rows: &Rows,
        training: &Training,
        seed: u64,
        services: &HostServices,
    ) -> Result<Self, ModelError> {
        let targets = targets(rows);
        let goal = targets.goal;
        let engine = Engine::new(plan, rows, training, targets, seed, services);
        let answer = plan.nodes.len() - 1;
        let mut nodes = BTreeMap::new();
        let mut open = vec![answer];
        while let Some(place) = open.pop() {
            if nodes.contains_key(&place) {
                continue;
            }
            let fitted = engine.fit(place, &training.rows)?;
            open.extend(fitted.reads());
            nodes.insert(place, fitted);
        }
        let conformal = match plan.is_conformal() {
            true => Some(intervals(&engine, plan, &training.rows)?),
            false => None,
        };
        let mut warnings = plan.warnings.clone();
        warnings.extend(engine.warnings());
        let networks: BTreeSet<u128> =
            training.rows.iter().filter_map(|&row| rows.network_identity(row)).collect();
        let header = ModelHeader {
            archcast: env!("CARGO_PKG_VERSION").to_owned(),
            answer,
            seed,
            data: rows.spec().clone(),
            table_digest: rows.table().digest().to_owned(),
            space: rows.space().map(|space| space.name().to_owned()),
            space_digest: rows.space().map(|space| space.digest().to_owned()),
            goal,
            row_independent: plan.row_independent(),
            training: training.rows.iter().map(|&row| hex(rows.identities()[row])).collect(),
            training_networks: networks.into_iter().map(hex).collect(),
            nodes: nodes.iter().map(|(&place, node)| NodeHeader::of(place, node, 0)).collect(),
            warnings,
            conformal,
        };
        Ok(Self { header, space: rows.space().cloned(), nodes })
    }

    /// What the model says of itself.
    pub fn header(&self) -> &ModelHeader {
        &self.header
    }

    /// Whether a row's answer depends on that row alone.
    pub fn row_independent(&self) -> bool {
        self.header.row_independent
    }

    /// Whether each of these rows trained the model.
    pub fn trained_on(&self, rows: &Rows) -> Vec<bool> {
        let training = from_hex(&self.header.training);
        rows.identities().iter().map(|identity| training.contains(identity)).collect()
    }

    /// Whether each of these rows is the same network as one that trained the model.
    pub fn same_network_as_training(&self, rows: &Rows) -> Vec<bool> {
        let networks = from_hex(&self.header.training_networks);
        let trained = |row: usize| {
            !networks.is_empty()
                && rows.network_identity(row).is_some_and(|network| networks.contains(&network))
        };
        (0..rows.len()).map(trained).collect()
    }

    /// Predicts rows of a table, in the target's unit.
    ///
    /// # Errors
    /// Rows of another space, columns that are not there, what a predictor says.
    pub fn predict_rows(&self, rows: &Rows, services: &HostServices) -> Result<Predictions, ModelError> {
        let all: Vec<usize> = (0..rows.len()).collect();
        self.predict_selected(rows, &all, services)
    }

    fn require_space(&self, rows: &Rows) -> Result<(), ModelError> {
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
        Ok(())
    }

    /// Predicts some rows of a table, in this order, in the target's unit.
    ///
    /// # Errors
    /// As [`predict_rows`](Self::predict_rows).
    ///
    /// # Panics
    /// If there is no such row.
    pub fn predict_selected(
        &self,
        rows: &Rows,
        selected: &[usize],
        services: &HostServices,
    ) -> Result<Predictions, ModelError> {
        self.require_space(rows)?;
        self.predict(&Queries::of_rows(rows, selected), services)
    }

    /// Predicts architectures given as genotypes.
    ///
    /// # Errors
    /// A model that reads columns of a table, what a predictor says.
    pub fn predict_genotypes(
        &self,
        genotypes: ArrayView2<'_, u16>,
        identities: &[u128],
        services: &HostServices,
    ) -> Result<Predictions, ModelError> {
        self.predict(&Queries::of_genotypes(self.space.as_ref(), genotypes, identities), services)
    }

    /// The space of the architectures.
    ///
    /// # Errors
    /// [`ModelError::NoSpace`].
    pub fn space(&self) -> Result<&Space, ModelError> {
        self.space.as_ref().ok_or(ModelError::NoSpace)
    }

    fn predict(&self, queries: &Queries<'_>, services: &HostServices) -> Result<Predictions, ModelError> {
        let raw = self.answer(self.header.answer, queries, services)?;
        let mut predictions = Predictions::new(raw.rows());
        for (name, values) in raw.outputs() {
            let turn = |value: f64| if name == "mean" { self.header.goal.turn(value) } else { value };
            predictions =
                predictions.output(name, values.iter().map(|&value| turn(value)).collect::<Vec<_>>());
        }
        for (&row, reason) in raw.missing_rows() {
            predictions.set_missing(row, reason.clone());
        }
        Ok(match &self.header.conformal {
            Some(conformal) => conformal.add_to(predictions),
            None => predictions,
        })
    }

    fn answer(
        &self,
        place: usize,
        queries: &Queries<'_>,
        services: &HostServices,
    ) -> Result<Predictions, ModelError> {
        let node = self.nodes.get(&place).ok_or(ModelError::NoMember { place })?;
        answer_of(node, queries, services, &|member, places| {
            self.answer(member, &queries.select(places), services)
        })
    }

    /// How good each prediction is by the model's first output, higher being better; NaN where a row is missing.
    pub fn ranking(&self, predictions: &Predictions) -> Vec<f64> {
        let Some((name, values)) = predictions.outputs().next() else { return Vec::new() };
        let goal = if name == "mean" { self.header.goal } else { Goal::Maximize };
        let missing = |row: usize| predictions.reason(row).is_some();
        let turned = values.iter().enumerate();
        turned.map(|(row, &value)| if missing(row) { f64::NAN } else { goal.turn(value) }).collect()
    }

    /// Writes the model's file: aside, then renamed.
    ///
    /// # Errors
    /// [`ModelError::File`], and a predictor that cannot be saved.
    pub fn save(&self, path: &Path) -> Result<(), ModelError> {
        let mut header = self.header.clone();
        let mut states = Vec::new();
        header.nodes.clear();
        for (&place, node) in &self.nodes {
            let state = match &node.kind {
                FittedKind::Use(used) => used
                    .state()
                    .map_err(|error| ModelError::of_predictor(&node.name, &used.about.predictor, error))?,
                _ => Cow::default(),
            };
            header.nodes.push(NodeHeader::of(place, node, state.len() as u64));
            states.extend_from_slice(&state);
        }
        let header = serde_json::to_vec(&header).map_err(|error| {
            ModelError::of_predictor(self.header.member(), "archcast", Error::internal(error.to_string()))
        })?;
        let bytes = join_file(&header, &states);
        crate::write_aside(path, &bytes)
            .map_err(|error| ModelError::File { path: path.display().to_string(), error })
    }

    /// Reads a model's file and restores its predictors from the installed plugins.
    ///
    /// # Errors
    /// A file that is no whole model, a plugin that is not to be had or cannot restore it.
    pub fn load(path: &Path, registry: &Registry, services: &HostServices) -> Result<Self, ModelError> {
        Self::load_with_cache(path, registry, services, None)
    }

    /// The same with a cache, if there is one: an answer of a member that is known is not asked again.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_with_cache(
        path: &Path,
        registry: &Registry,
        services: &HostServices,
        cache: Option<&Arc<Cache>>,
    ) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| ModelError::File { path: name.clone(), error })?;
        let bad = |what: String| ModelError::BadFile { path: name.clone(), what };
        let (header, mut states) = split_file(&bytes).map_err(bad)?;
        let header: ModelHeader = serde_json::from_slice(header).map_err(|error| {
            bad(format!(
                "has a header that this archcast ({}) does not understand: {error}",
                env!("CARGO_PKG_VERSION")
            ))
        })?;
        let mut nodes = BTreeMap::new();
        for node in &header.nodes {
            let restored =
                restore(node, &mut states, registry, services, cache).map_err(|error| match error {
                    Restoring::Cut => bad("is cut short or was changed; run `archcast fit` again".to_owned()),
                    Restoring::Model(error) => error,
                })?;
            nodes.insert(node.place, Arc::new(restored));
        }
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
        Ok(Self { header, space, nodes })
    }
}

/// How wide the intervals of the member that answers are, by what models that did not see a training row say of it.
fn intervals(engine: &Engine<'_>, plan: &Plan, training: &[usize]) -> Result<Conformal, ModelError> {
    let few = |rows: usize| ModelError::TooFewForIntervals {
        member: plan.member().to_owned(),
        rows,
        need: FEWEST_ROWS,
    };
    if training.len() < FEWEST_ROWS {
        return Err(few(training.len()));
    }
    let (held_out, targets) = engine.held_out(plan.nodes.len() - 1, training)?;
    Conformal::fit(&held_out, &targets).map_err(few)
}

/// Why a member cannot be restored.
enum Restoring {
    /// The file holds less state than its header says.
    Cut,
    /// The plugin.
    Model(ModelError),
}

/// Restores a member from its header and the first of the states, which it takes away.
fn restore(
    node: &NodeHeader,
    states: &mut &[u8],
    registry: &Registry,
    services: &HostServices,
    cache: Option<&Arc<Cache>>,
) -> Result<FittedNode, Restoring> {
    let kind = match &node.kind {
        NodeHeaderKind::Column { column, sign } => FittedKind::Column { column: column.clone(), sign: *sign },
        NodeHeaderKind::Combine { combiner, members, optional } => FittedKind::Combine {
            combiner: combiner.clone(),
            members: members.clone(),
            optional: optional.clone(),
        },
        NodeHeaderKind::Use(used) => {
            let length = usize::try_from(used.state).map_err(|_| Restoring::Cut)?;
            let (state, rest) = states.split_at_checked(length).ok_or(Restoring::Cut)?;
            *states = rest;
            let predictor = registry.predictor(&used.predictor).map_err(|error| {
                let predictor = used.predictor.clone();
                Restoring::Model(ModelError::Plugin { predictor, error: Box::new(error) })
            })?;
            let services = services.with_seed(used.seed);
            let model = predictor.restore(state, &services).map_err(|error| {
                Restoring::Model(ModelError::of_predictor(&node.name, &used.predictor, error))
            })?;
            let known = cache.map(|cache| cache.known(&predictor, used, state, &services));
            FittedKind::Use(Box::new(FittedUse { about: (**used).clone(), model, known }))
        }
    };
    Ok(FittedNode { name: node.name.clone(), kind })
}

/// The targets of all rows of a table; NaN where there is none.
fn targets(rows: &Rows) -> Targets {
    match rows.target() {
        None => Targets { values: vec![f64::NAN; rows.len()], goal: Goal::Maximize, best: None, info: None },
        Some(target) => {
            let mut info = TargetInfo::default();
            info.name = target.column.clone();
            info.unit = target.unit.as_ref().map(|unit| unit.name().to_owned());
            info.goal = target.goal;
            Targets {
                values: target.values.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
                goal: target.goal,
                best: best_value(rows),
                info: Some(info),
            }
        }
    }
}
