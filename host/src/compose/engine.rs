//! Fits a plan: each member on training rows, cross-fitted where it learns and others read it.

use super::{
    FittedCombiner, Folds, ModelError, Plan, Queries, Training,
    cascade::cascade,
    combine::Combiner,
    features::Part,
    folds::{self, FEWEST_ROWS},
    node::{Answers, FittedKind, FittedNode, FittedUse, Targets, agreement, join, sign},
    plan::{CombineNode, NodeKind, UseNode},
    tune::tuned,
    unlabelled::unlabelled,
};
use crate::{plugin::HostServices, table::Rows};
use archcast_sdk::Predictions;
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Asks a member for its answers for the rows at these places of the queries at hand.
type Ask<'a> = &'a dyn Fn(usize, &[usize]) -> Result<Predictions, ModelError>;

/// A member of the plan and the training rows that it is fitted on, in their order.
type Key = (usize, Vec<usize>);

/// Fits members of a plan, each once for each set of training rows.
pub struct Engine<'a> {
    plan: &'a Plan,
    rows: &'a Rows,
    /// All rows that train.
    training: &'a Training,
    /// Targets of all rows of the table; NaN where there is none.
    targets: Targets,
    seed: u64,
    services: &'a HostServices,
    fitted: RefCell<HashMap<Key, Arc<FittedNode>>>,
    honest: RefCell<HashMap<Key, Arc<Predictions>>>,
    /// Unlabelled rows by the member that is handed them.
    unlabelled: RefCell<HashMap<String, Queries<'a>>>,
    warnings: RefCell<BTreeSet<String>>,
}

impl<'a> Engine<'a> {
    /// An engine that has fitted nothing yet. `training` are all rows that train, `targets` are those of all rows of the
    /// table.
    pub fn new(
        plan: &'a Plan,
        rows: &'a Rows,
        training: &'a Training,
        targets: Targets,
        seed: u64,
        services: &'a HostServices,
    ) -> Self {
        Self {
            plan,
            rows,
            training,
            targets,
            seed,
            services,
            fitted: RefCell::default(),
            honest: RefCell::default(),
            unlabelled: RefCell::default(),
            warnings: RefCell::default(),
        }
    }

    /// What a user should know of the fits so far.
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.borrow().iter().cloned().collect()
    }

    /// How often a member was fitted, shared folds left out.
    #[cfg(test)]
    pub fn fits_of(&self, node: usize) -> usize {
        self.fitted.borrow().keys().filter(|(fitted, _)| *fitted == node).count()
    }

    fn warn(&self, text: String) {
        self.warnings.borrow_mut().insert(text);
    }

    /// The member fitted on these rows.
    pub fn fit(&self, node: usize, train: &[usize]) -> Result<Arc<FittedNode>, ModelError> {
        let key = (node, train.to_vec());
        if let Some(fitted) = self.fitted.borrow().get(&key) {
            return Ok(Arc::clone(fitted));
        }
        let scores = match self.plan.learns_of_scores(node) {
            true => self.honest_inputs(node, train)?,
            false => Answers::default(),
        };
        let fitted = Arc::new(self.fit_with(node, train, &scores)?);
        self.fitted.borrow_mut().insert(key, Arc::clone(&fitted));
        Ok(fitted)
    }

    fn honest_inputs(&self, node: usize, train: &[usize]) -> Result<Answers, ModelError> {
        let mut scores = Answers::default();
        for member in self.plan.nodes[node].reads() {
            if train.len() < FEWEST_ROWS && self.plan.nodes[member].learns {
                continue;
            }
            scores.0.insert(member, self.honest(member, train)?);
        }
        Ok(scores)
    }

    /// What a member says of training rows by models that did not see the row's target, with the targets.
    pub fn held_out(&self, node: usize, train: &[usize]) -> Result<(Arc<Predictions>, Targets), ModelError> {
        Ok((self.honest(node, train)?, self.targets.take(train)))
    }

    /// The scores of a member for training rows, by models that did not see the row's target.
    fn honest(&self, node: usize, train: &[usize]) -> Result<Arc<Predictions>, ModelError> {
        let key = (node, train.to_vec());
        if let Some(honest) = self.honest.borrow().get(&key) {
            return Ok(Arc::clone(honest));
        }
        let scores = match (self.plan.nodes[node].learns, self.plan.folds) {
            (false, _) | (true, Folds::None) => {
                self.answer(node, train, &Queries::of_rows(self.rows, train))?
            }
            (true, Folds::Nested) => self.cross_fitted(train, |rest, held| {
                let of = |places: &[usize]| places.iter().map(|&place| train[place]).collect::<Vec<_>>();
                self.answer(node, &of(rest), &Queries::of_rows(self.rows, &of(held)))
            })?,
            (true, Folds::Shared) => {
                let mut inputs = Answers::default();
                for member in self.plan.nodes[node].reads() {
                    inputs.0.insert(member, self.honest(member, train)?);
                }
                self.cross_fitted(train, |rest, held| {
                    let of = |places: &[usize]| places.iter().map(|&place| train[place]).collect::<Vec<_>>();
                    let fitted = self.fit_with(node, &of(rest), &inputs.take(rest))?;
                    let (queries, inputs) = (Queries::of_rows(self.rows, &of(held)), inputs.take(held));
                    self.answer_with(&fitted, &queries, &|member, places| match inputs.0.get(&member) {
                        Some(scores) => Ok(super::node::take(scores, places)),
                        None => Ok(Predictions::new(places.len())),
                    })
                })?
            }
        };
        let scores = Arc::new(scores);
        self.honest.borrow_mut().insert(key, Arc::clone(&scores));
        Ok(scores)
    }

    /// Puts together what `ask` (places that train, places held out) says of each fold.
    fn cross_fitted(
        &self,
        train: &[usize],
        mut ask: impl FnMut(&[usize], &[usize]) -> Result<Predictions, ModelError>,
    ) -> Result<Predictions, ModelError> {
        let mut parts = Vec::new();
        let networks = Queries::of_rows(self.rows, train).networks();
        for held in folds::cut_groups(&networks, folds::count(train.len())) {
            let told = ask(&folds::rest(train.len(), &held), &held)?;
            parts.push((held, told));
        }
        let names: Vec<String> = match parts.first() {
            Some((_, told)) => told.outputs().map(|(name, _)| name.to_owned()).collect(),
            None => Vec::new(),
        };
        let mut all = Predictions::new(train.len());
        for name in names {
            let mut values = vec![f64::NAN; train.len()];
            for (held, told) in &parts {
                // A member may give fewer outputs in a fold than in another, as a selection does.
                for (row, &place) in held.iter().enumerate() {
                    values[place] = told.get(&name).map_or(f64::NAN, |values| values[row]);
                }
            }
            all = all.output(name, values);
        }
        for (held, told) in &parts {
            for (&row, reason) in told.missing_rows() {
                all.set_missing(held[row], reason.clone());
            }
        }
        Ok(all)
    }

    /// The answer of a member fitted on these rows.
    fn answer(&self, node: usize, train: &[usize], queries: &Queries<'_>) -> Result<Predictions, ModelError> {
        let fitted = self.fit(node, train)?;
        self.answer_with(&fitted, queries, &|member, places| {
            self.answer(member, train, &queries.select(places))
        })
    }

    fn answer_with(
        &self,
        fitted: &FittedNode,
        queries: &Queries<'_>,
        ask: Ask<'_>,
    ) -> Result<Predictions, ModelError> {
        answer_of(fitted, queries, self.services, ask)
    }

    /// Fits a member on training rows, given the honest scores of those that it reads.
    fn fit_with(&self, node: usize, train: &[usize], scores: &Answers) -> Result<FittedNode, ModelError> {
        let planned = &self.plan.nodes[node];
        let targets = self.targets.take(train);
        let kind = match &planned.kind {
            NodeKind::Use(used) => {
                FittedKind::Use(Box::new(self.fit_use(&planned.name, used, train, &targets, scores)?))
            }
            NodeKind::Column { column, goal, .. } => {
                let numbers = Queries::of_rows(self.rows, train).numbers(column)?;
                FittedKind::Column { column: column.clone(), sign: sign(*goal, &numbers, &targets) }
            }
            NodeKind::Combine(combined) => self.fit_combination(&planned.name, combined, &targets, scores)?,
        };
        Ok(FittedNode { name: planned.name.clone(), kind })
    }

    fn fit_use(
        &self,
        name: &str,
        used: &UseNode,
        train: &[usize],
        targets: &Targets,
        scores: &Answers,
    ) -> Result<FittedUse, ModelError> {
        let queries = Queries::of_rows(self.rows, train);
        let services = self.services.with_seed(used.seed.unwrap_or(self.seed));
        let absent = |part: &Part| match part {
            Part::Score(score) => !scores.0.contains_key(&score.member),
            _ => false,
        };
        let without;
        let mut node = used;
        if used.parts.iter().any(absent) {
            let parts: Vec<Part> = used.parts.iter().filter(|part| !absent(part)).cloned().collect();
            let rows = train.len();
            self.warn(format!(
                "member `{name}`: with {rows} training rows the scores of fitted members are left out; cross-fitting needs {FEWEST_ROWS}"
            ));
            if parts.is_empty() {
                return Err(ModelError::TooFewToCrossFit {
                    member: name.to_owned(),
                    rows,
                    need: FEWEST_ROWS,
                });
            }
            without = used.with_parts(parts);
            node = &without;
        }
        let others = self.unlabelled(name, node, train.len());
        if others.is_empty() {
            return tuned(name, node, &queries, targets, scores, &services, &|text| self.warn(text));
        }
        // Folds that are shared score them by the members of the whole, as they do the rows that train.
        let scored_by = if self.plan.folds == Folds::Shared { &self.training.rows[..] } else { train };
        let mut all = Answers::default();
        for (&member, labelled) in &scores.0 {
            let unlabelled = self.answer(member, scored_by, &others)?;
            all.0.insert(member, Arc::new(join(labelled, &unlabelled)));
        }
        tuned(name, node, &queries.and(&others), targets, &all, &services, &|text| self.warn(text))
    }

    /// The unlabelled rows that a predictor is handed with so many labelled ones.
    fn unlabelled(&self, name: &str, node: &UseNode, labelled: usize) -> Queries<'a> {
        let count = (node.unlabelled * labelled as f64).round() as usize;
        if count == 0 {
            return Queries::of_rows(self.rows, &[]);
        }
        let mut drawn = self.unlabelled.borrow_mut();
        // As many as go with all rows that train: folds take the first of them.
        let all = drawn.entry(name.to_owned()).or_insert_with(|| {
            let count = (node.unlabelled * self.training.rows.len() as f64).round() as usize;
            let seed = node.seed.unwrap_or(self.seed);
            let all = unlabelled(self.rows, self.training, count, self.plan.reads_table(node), seed);
            if all.len() < count {
                let have = all.len();
                self.warn(format!(
                    "member `{name}`: the data have {have} of the {count} unlabelled rows that it would be handed"
                ));
            }
            all
        });
        all.select(&(0..count.min(all.len())).collect::<Vec<_>>())
    }

    fn fit_combination(
        &self,
        name: &str,
        combined: &CombineNode,
        targets: &Targets,
        scores: &Answers,
    ) -> Result<FittedKind, ModelError> {
        let rows = targets.values.len();
        let (mut members, mut optional) = (combined.members.clone(), combined.optional.clone());
        let learns_of_scores = self.plan.combination_learns_of_scores(combined);
        let mut weights = combined.weights.clone();
        if learns_of_scores && members.iter().any(|member| !scores.0.contains_key(member)) {
            let present = |place: &usize| scores.0.contains_key(&combined.members[*place]);
            let kept: Vec<usize> = (0..members.len()).filter(present).collect();
            self.warn(format!(
                "member `{name}`: with {rows} training rows fitted members are left out; cross-fitting needs {FEWEST_ROWS}"
            ));
            if kept.is_empty() {
                return Err(ModelError::TooFewToCrossFit {
                    member: name.to_owned(),
                    rows,
                    need: FEWEST_ROWS,
                });
            }
            members = kept.iter().map(|&place| combined.members[place]).collect();
            optional = kept.iter().map(|&place| combined.optional[place]).collect();
            weights = weights.map(|weights| kept.iter().map(|&place| weights[place]).collect());
        }
        let of = |member: &usize| scores.0.get(member).map(|scores| (**scores).clone());
        let honest: Vec<Predictions> = members.iter().filter_map(of).collect();
        let combiner = match combined.combiner {
            Combiner::Mean => FittedCombiner::Mean,
            Combiner::Median => FittedCombiner::Median,
            Combiner::RankMean => FittedCombiner::RankMean(FittedCombiner::rank_maps(&honest)),
            Combiner::Cascade => {
                FittedCombiner::Cascade { maps: FittedCombiner::rank_maps(&honest), keep: combined.keep }
            }
            Combiner::Weighted => {
                let on_values = self.plan.on_values(combined);
                let honest = if learns_of_scores { honest } else { vec![Predictions::new(0); members.len()] };
                FittedCombiner::weighted(weights, on_values, &honest, &targets.turned())
            }
            Combiner::Select => FittedCombiner::Select(match &combined.whens {
                Some(whens) => whens
                    .iter()
                    .position(|when| when.holds(rows))
                    .ok_or_else(|| ModelError::NoRule { member: name.to_owned(), rows })?,
                None => {
                    let taus: Vec<f64> = honest.iter().map(|scores| agreement(scores, targets)).collect();
                    // The first of equal ones.
                    (0..taus.len()).rev().max_by(|&a, &b| taus[a].total_cmp(&taus[b])).unwrap_or(0)
                }
            }),
        };
        Ok(FittedKind::Combine { combiner, members, optional })
    }
}

/// What a fitted member answers, with `ask` for the answers of other members for the rows at these places.
pub fn answer_of(
    fitted: &FittedNode,
    queries: &Queries<'_>,
    services: &HostServices,
    ask: Ask<'_>,
) -> Result<Predictions, ModelError> {
    if let FittedKind::Combine { combiner: FittedCombiner::Cascade { maps, keep }, members, .. } =
        &fitted.kind
    {
        return cascade(maps, *keep, queries, |stage, places| ask(members[stage], places));
    }
    let all: Vec<usize> = (0..queries.len()).collect();
    let mut scores = Answers::default();
    for member in fitted.reads() {
        scores.0.insert(member, Arc::new(ask(member, &all)?));
    }
    fitted.answer(queries, &scores, services)
}
