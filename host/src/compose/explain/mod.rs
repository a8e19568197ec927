//! A checked plan in words: what each member is, what it reads, what it costs, and how it is cross-fitted.

mod dot;
mod fits;
mod text;

pub use fits::{Bound, Fits};

#[cfg(test)]
mod tests;

use super::{
    ColumnGoal, ColumnSeconds, Composition, Folds, Input, InputName, Kept, MemberKind, Plan, ScoreForm,
    Training, Tune,
    conformal::LEVELS,
    features::Part,
    folds::FEWEST_ROWS,
    plan::{CombineNode, NodeKind, PlanNode, UseNode, member_name},
};
use crate::{
    plugin::{Registry, Status},
    table::Rows,
};
use archcast_sdk::dynamic::DynPredictor;
use serde::Serialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, path::PathBuf};

/// What a composition comes to with these plugins, these data and so many training rows.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Name of the member that answers.
    pub answer: String,
    /// Rows that train.
    pub training_rows: usize,
    /// How cross-fitting cuts chains of fitted members.
    pub folds: Folds,
    /// Fits of predictors in all.
    pub fits: usize,
    /// How near `fits` is to what a run does.
    pub bound: Bound,
    /// Whether a row's answer depends on that row alone.
    pub row_independent: bool,
    /// The plugins that it needs.
    pub plugins: Vec<NeededPlugin>,
    /// What a user should know before it runs.
    pub warnings: Vec<String>,
    /// The members that the answer needs, each after those that it reads; the last one answers.
    pub members: Vec<ExplainedMember>,
}

/// A plugin that a plan needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededPlugin {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its file; `None` where it is no longer there.
    pub file: Option<PathBuf>,
}

/// A member of a plan in words.
#[derive(Debug, Clone, Serialize)]
pub struct ExplainedMember {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
    /// What it reads, in the order of the file.
    pub inputs: Vec<ExplainedInput>,
    /// Names of its inputs that may be absent and are.
    pub absent: Vec<String>,
    /// What its outputs mean: `score`, `value`, `distribution`, `named`.
    pub gives: &'static str,
    /// Names of its outputs.
    pub outputs: Vec<String>,
    /// Whether its scores depend on targets of training rows, its own or through what it reads.
    pub learns: bool,
    /// In how many folds it is cross-fitted, where it is.
    pub cross_fitted_in: Option<usize>,
    /// How often it is fitted, trials of its tuning included.
    pub fits: usize,
    /// Whether its score for a row depends on that row alone.
    pub row_independent: bool,
    /// Levels of its intervals in percent, where it gives some.
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    pub intervals: &'static [u8],
}

/// What a member is.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// A predictor of a plugin.
    Predictor {
        /// `plugin/name`.
        predictor: String,
        /// Parameters that differ from their defaults.
        params: Map<String, Value>,
        /// Its own seed.
        seed: Option<u64>,
        /// How its parameters are chosen.
        tune: Option<Tune>,
        /// Transform of the target.
        target_transform: String,
        /// Unlabelled rows that it is handed for each labelled one; 0 where it takes none.
        unlabelled: f64,
        /// Cost in rows and features, in words.
        complexity: String,
        /// Order of magnitude of one prediction: `micro`, `milli`, `seconds`.
        cost: String,
        /// What of it is kept for later runs.
        cached: Kept,
    },
    /// A column of the table.
    Column {
        /// The column.
        column: String,
        /// Which way is better: `maximize`, `minimize`, `fit`.
        goal: &'static str,
        /// What measuring a row took, where that is known: a number of seconds or the column that holds them.
        seconds: Option<ColumnSeconds>,
    },
    /// A combination of members.
    Combination {
        /// How.
        combine: &'static str,
        /// Share of the rows that each member of a cascade keeps.
        keep: Option<f64>,
        /// Whether weights or the choice are learnt on training rows.
        learnt: bool,
    },
}

/// What a member reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedInput {
    /// What it is.
    #[serde(flatten)]
    pub source: InputSource,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "input", rename_all = "kebab-case")]
pub enum InputSource {
    /// An encoding of the space.
    Encoding {
        /// Its name.
        name: String,
    },
    /// A column of the table.
    Column {
        /// Its name.
        name: String,
    },
    /// A learning curve.
    Curve {
        /// Its name.
        name: String,
    },
    /// Another member's score.
    Member {
        /// The member's name.
        name: String,
        /// Its place among the members of the plan.
        place: usize,
        /// Which of its outputs, where it is not the first.
        output: Option<String>,
        /// The form in which it is handed on, if a predictor reads it.
        form: Option<&'static str>,
        /// Its weight, where the file says one.
        weight: Option<f64>,
        /// Fewest and most training rows for which a selection takes it, where the file says so.
        rows: Option<(usize, Option<usize>)>,
    },
}

impl Plan {
    /// What this plan of a composition comes to with these training rows.
    pub fn explain(
        &self,
        composition: &Composition,
        registry: &Registry,
        rows: &Rows,
        training: &Training,
    ) -> Explanation {
        let training_rows = training.rows.len();
        let fits = Fits::count(self, rows, &training.rows);
        let mut warnings = self.warnings.clone();
        let stacked = |node: usize| {
            self.learns_of_scores(node)
                && self.nodes[node].reads().iter().any(|&read| self.nodes[read].learns)
        };
        if training_rows < FEWEST_ROWS && (0..self.nodes.len()).any(stacked) {
            warnings.push(format!(
                "with {training_rows} training rows the scores of fitted members are left out; cross-fitting needs {FEWEST_ROWS}"
            ));
        }
        Explanation {
            answer: self.member().to_owned(),
            training_rows,
            folds: self.folds,
            fits: fits.of_predictors(self),
            bound: fits.bound,
            row_independent: self.row_independent(),
            plugins: self.plugins(registry),
            warnings,
            members: (self.nodes.iter().zip(&fits.folds).zip(&fits.by_member))
                .map(|((node, &folds), &fits)| self.member_in_words(node, composition, folds, fits))
                .collect(),
        }
    }

    fn plugins(&self, registry: &Registry) -> Vec<NeededPlugin> {
        let mut plugins = BTreeMap::new();
        for node in &self.nodes {
            let NodeKind::Use(used) = &node.kind else { continue };
            let manifest = used.predictor.plugin().manifest();
            let ready = |found: &&crate::plugin::Found| {
                found.status == Status::Ready && found.name() == manifest.name
            };
            let file = registry.found().iter().find(ready).map(|found| found.path.clone());
            plugins.insert(manifest.name.clone(), (manifest.version.clone(), file));
        }
        let needed = |(name, (version, file))| NeededPlugin { name, version, file };
        plugins.into_iter().map(needed).collect()
    }

    /// Names of the inputs that may be absent and are, of the member that answers and of those that it reads.
    pub fn absent(&self, composition: &Composition) -> Vec<String> {
        let of = |node: &PlanNode| {
            let inputs = match &node.kind {
                NodeKind::Use(used) => self.inputs_of_predictor(used, &[]),
                NodeKind::Column { .. } => Vec::new(),
                NodeKind::Combine(combined) => self.members_of(combined),
            };
            absent(&written(composition, &node.name), &inputs)
        };
        let mut names = Vec::new();
        for name in self.nodes.iter().flat_map(of) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn member_in_words(
        &self,
        node: &PlanNode,
        composition: &Composition,
        folds: Option<usize>,
        fits: usize,
    ) -> ExplainedMember {
        let written = written(composition, &node.name);
        let (what, inputs) = match &node.kind {
            NodeKind::Use(used) => (predictor(used), self.inputs_of_predictor(used, &written)),
            NodeKind::Column { column, goal, seconds } => {
                let goal = match goal {
                    ColumnGoal::Maximize => "maximize",
                    ColumnGoal::Minimize => "minimize",
                    ColumnGoal::Fit => "fit",
                };
                (What::Column { column: column.clone(), goal, seconds: seconds.clone() }, Vec::new())
            }
            NodeKind::Combine(combined) => (combination(combined), self.members_of(combined)),
        };
        let absent = absent(&written, &inputs);
        ExplainedMember {
            name: node.name.clone(),
            what,
            inputs,
            absent,
            gives: node.gives.name(),
            outputs: node.gives.outputs(),
            learns: node.learns,
            cross_fitted_in: folds,
            fits,
            row_independent: node.row_independent,
            intervals: if node.conformal && node.name == self.member() { &LEVELS } else { &[] },
        }
    }

    fn inputs_of_predictor(&self, used: &UseNode, written: &[&Input]) -> Vec<ExplainedInput> {
        let parts = used.parts.iter().map(|part| match part {
            Part::Encoding(name) | Part::Columns(name, _) => InputSource::Encoding { name: name.clone() },
            Part::Column(name) => InputSource::Column { name: name.clone() },
            Part::Score(score) => InputSource::Member {
                name: score.name.clone(),
                place: score.member,
                output: score.output.clone(),
                form: Some(ScoreForm::name(score.form)),
                weight: None,
                rows: None,
            },
        });
        let curves = used.curves.iter().map(|name| InputSource::Curve { name: name.clone() });
        let optional =
            |source: &InputSource| written.iter().any(|input| input.optional && is_meant(input, source));
        parts.chain(curves).map(|source| ExplainedInput { optional: optional(&source), source }).collect()
    }

    fn members_of(&self, combined: &CombineNode) -> Vec<ExplainedInput> {
        let members = combined.members.iter().zip(&combined.optional).enumerate();
        members
            .map(|(at, (&place, &optional))| {
                let rule = combined.whens.as_ref().and_then(|whens| whens.get(at));
                let most = |most: usize| Some(most).filter(|&most| most < usize::MAX);
                ExplainedInput {
                    source: InputSource::Member {
                        name: self.nodes[place].name.clone(),
                        place,
                        output: None,
                        form: None,
                        weight: combined.weights.as_ref().and_then(|weights| weights.get(at).copied()),
                        rows: rule.map(|when| (when.min_labels, most(when.max_labels))),
                    },
                    optional,
                }
            })
            .collect()
    }
}

/// Of what the file says that a member reads what may be absent and is.
fn absent(written: &[&Input], inputs: &[ExplainedInput]) -> Vec<String> {
    let is_absent =
        |input: &&&Input| input.optional && !inputs.iter().any(|have| is_meant(input, &have.source));
    written.iter().filter(is_absent).map(|input| input.text().to_owned()).collect()
}

/// What the file says that a member reads.
fn written<'c>(composition: &'c Composition, name: &str) -> Vec<&'c Input> {
    let member = composition.members.iter().find(|member| member.name.value == name);
    let inputs = match member.map(|member| &member.kind) {
        Some(MemberKind::Use(used)) => used.inputs.as_deref().unwrap_or(&[]),
        Some(MemberKind::Combine(combined)) => &combined.members,
        _ => &[],
    };
    inputs.iter().map(|input| &input.value).collect()
}

/// Whether an input of the file means this source; no two sources of a member have the same name unless prefixed.
fn is_meant(input: &Input, source: &InputSource) -> bool {
    match (&input.name, source) {
        (InputName::Encoding(text) | InputName::Bare(text), InputSource::Encoding { name })
        | (InputName::Column(text) | InputName::Bare(text), InputSource::Column { name })
        | (InputName::Curve(text), InputSource::Curve { name }) => text == name,
        (InputName::Member(text) | InputName::Bare(text), InputSource::Member { name, output, .. }) => {
            member_name(text) == name && text.split_once('.').map(|(_, output)| output) == output.as_deref()
        }
        _ => false,
    }
}

fn predictor(used: &UseNode) -> What {
    let schema = used.predictor.schema().unwrap_or_default();
    let differs =
        |(name, value): &(&String, &Value)| !is_same(value, &schema["properties"][*name]["default"]);
    let params = used.params.as_object().into_iter().flatten().filter(differs);
    What::Predictor {
        predictor: used.predictor.full_name(),
        params: params.map(|(name, value)| (name.clone(), value.clone())).collect(),
        seed: used.seed,
        tune: used.tune.clone(),
        target_transform: match &used.transform[..] {
            "" => "none".to_owned(),
            named => named.to_owned(),
        },
        unlabelled: used.unlabelled,
        complexity: used.info.complexity.clone(),
        cost: used.info.cost.clone(),
        cached: Kept::of(&used.info),
    }
}

/// Whether two values are the same; 1 and 1.0 are.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn combination(combined: &CombineNode) -> What {
    use super::Combiner::{Cascade, Select, Weighted};
    What::Combination {
        combine: combined.combiner.name(),
        keep: (combined.combiner == Cascade).then_some(combined.keep),
        learnt: match combined.combiner {
            Weighted => combined.weights.is_none(),
            Select => combined.whens.is_none(),
            _ => false,
        },
    }
}
