//! A composition held against the installed plugins and the data: only a plan that was checked is run.

mod axes;
mod column_node;
mod combine_node;
mod inputs;
mod order;
mod use_node;

pub(super) use inputs::member_name;
pub(super) use use_node::best_value;

use super::{
    Cache, ColumnGoal, ColumnSeconds, Combiner, Composition, ConfigError, FittedModel, Folds, InputName,
    MemberKind, Mistake, ModelError, Training, features::Part, files::ParameterFile, folds::FEWEST_ROWS,
    input::When, tune::Tune,
};
use crate::{
    plugin::{HostServices, LoadedPredictor, Registry},
    space::Space,
    table::{DataError, Rows},
};
use archcast_sdk::manifest::{GivesName, PredictorInfo};
use serde_json::Value;
use std::{fmt::Display, path::Path, sync::Arc};

/// Why there is no plan.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[non_exhaustive]
pub enum PlanError {
    /// Mistakes in the file.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// The warning of a member that may be absent and is.
fn left_out(name: &str, why: impl Display) -> String {
    format!("member `{name}` is left out: {why}")
}

/// What a composition comes to with these plugins and this data.
#[derive(Debug)]
pub struct Plan {
    /// The members that the answer needs, each after those that it reads; the last one answers.
    pub(super) nodes: Vec<PlanNode>,
    /// How cross-fitting cuts chains of fitted members.
    pub(super) folds: Folds,
    /// What a user should know: members that nothing reads, inputs that are absent.
    pub(super) warnings: Vec<String>,
}

/// One member of a plan.
#[derive(Debug)]
pub struct PlanNode {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: NodeKind,
    /// What its outputs mean.
    pub gives: Gives,
    /// Whether its scores depend on targets of training rows, its own or through what it reads.
    pub learns: bool,
    /// Whether its score for a row depends on that row alone.
    pub row_independent: bool,
    /// Whether it gives intervals from held-out training rows, where it answers.
    pub conformal: bool,
}

/// What a member of a plan does.
#[derive(Debug)]
pub enum NodeKind {
    /// Runs a predictor.
    Use(Box<UseNode>),
    /// Reads a column.
    Column {
        /// The column.
        column: String,
        /// Which way is better.
        goal: ColumnGoal,
        /// What measuring a row took, where that is known.
        seconds: Option<ColumnSeconds>,
    },
    /// Combines others.
    Combine(CombineNode),
}

/// A predictor with all that it needs.
#[derive(Debug, Clone)]
pub struct UseNode {
    /// The predictor.
    pub predictor: LoadedPredictor,
    /// Its descriptor.
    pub info: PredictorInfo,
    /// Its parameters; paths in them are absolute.
    pub params: Value,
    /// Files that the parameters name.
    pub files: Vec<ParameterFile>,
    /// Its own seed; left out, that of the fit.
    pub seed: Option<u64>,
    /// What its feature matrix is made of.
    pub parts: Vec<Part>,
    /// The curves that it is handed.
    pub curves: Vec<String>,
    /// Transform of the target.
    pub transform: String,
    /// How its parameters are chosen.
    pub tune: Option<Tune>,
    /// Unlabelled rows that it is handed for each labelled one; 0 where it takes none.
    pub unlabelled: f64,
    /// Where its fits and answers are kept, if anywhere.
    pub cache: Option<Arc<Cache>>,
}

impl UseNode {
    /// The same with other parts of its feature matrix.
    pub fn with_parts(&self, parts: Vec<Part>) -> UseNode {
        UseNode { parts, ..self.clone() }
    }
}

/// A combination with its members as places in the plan.
#[derive(Debug)]
pub struct CombineNode {
    /// How.
    pub combiner: Combiner,
    /// The members.
    pub members: Vec<usize>,
    /// For each member whether it may miss a row.
    pub optional: Vec<bool>,
    /// Weights as given, if they are.
    pub weights: Option<Vec<f64>>,
    /// Rules of a selection, if there are any.
    pub whens: Option<Vec<When>>,
    /// Share that a cascade keeps.
    pub keep: f64,
}

/// What the outputs of a member mean.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gives {
    /// Only the order of `score` means something.
    Score,
    /// `mean` in the target's unit.
    Value,
    /// `mean` and `std` in the target's unit.
    Distribution,
    /// Named outputs.
    Named(Vec<String>),
}

impl Gives {
    /// Whether there is a `mean` in the target's unit.
    pub fn is_value(&self) -> bool {
        matches!(self, Gives::Value | Gives::Distribution)
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Gives::Score => "score",
            Gives::Value => "value",
            Gives::Distribution => "distribution",
            Gives::Named(_) => "named",
        }
    }

    /// Names of the outputs.
    pub fn outputs(&self) -> Vec<String> {
        match self {
            Gives::Score => vec!["score".to_owned()],
            Gives::Value => vec!["mean".to_owned()],
            Gives::Distribution => vec!["mean".to_owned(), "std".to_owned()],
            Gives::Named(names) => names.clone(),
        }
    }

    fn of(info: &PredictorInfo, outputs: Vec<String>) -> Gives {
        match info.gives {
            GivesName::Score => Gives::Score,
            GivesName::Value => Gives::Value,
            GivesName::Distribution => Gives::Distribution,
            _ => Gives::Named(outputs),
        }
    }
}

/// What checks a member needs to know.
pub(super) struct Surroundings<'a> {
    pub composition: &'a Composition,
    pub registry: &'a Registry,
    /// The rows; `None` where they cannot be read for a mistake that is told already.
    pub rows: Option<&'a Rows>,
    pub base: &'a Path,
    /// For each member of the file its place in the plan, once it is planned.
    pub places: Vec<Option<usize>>,
}

impl Surroundings<'_> {
    /// The place in the file of a member of that name.
    fn member(&self, name: &str) -> Option<usize> {
        self.composition.members.iter().position(|member| member.name.value == name)
    }

    /// The names of the table's columns.
    fn columns(&self) -> Vec<&str> {
        columns(self.rows)
    }

    /// What the data are, where all is known of them: a mistake of `[data]` may be why they lack something.
    fn sure_rows(&self) -> Option<&Rows> {
        self.rows.filter(|_| self.composition.sure.data)
    }

    /// Whether nothing that is absent can be so for a mistake.
    fn is_sure(&self) -> bool {
        self.composition.sure.all && self.rows.is_some()
    }

    /// The name of the table.
    fn origin(&self) -> &str {
        self.rows.map_or("", |rows| rows.table().origin())
    }

    /// The space of the architectures, if there is one.
    fn space(&self) -> Option<&Space> {
        self.rows.and_then(Rows::space)
    }

    /// Whether a name that is unknown may be that of something that could not be read.
    fn may_be_meant(&self, name: &InputName) -> bool {
        match name {
            InputName::Member(text) => self.composition.may_be_member(inputs::member_name(text)),
            InputName::Bare(text) => {
                self.rows.is_none() || self.composition.may_be_member(inputs::member_name(text))
            }
            _ => false,
        }
    }

    fn member_names(&self) -> Vec<&str> {
        let read = self.composition.members.iter().map(|member| &member.name.value[..]);
        read.chain(self.composition.sure.unread.iter().map(|name| &name[..])).collect()
    }
}

impl Plan {
    /// Checks a composition against the plugins and the rows that it will run on. `base` is the folder of the file, to
    /// which paths in parameters are relative.
    ///
    /// # Errors
    /// All mistakes together, each with its place in the file.
    pub fn check(
        composition: &Composition,
        registry: &Registry,
        rows: &Rows,
        base: &Path,
    ) -> Result<Self, PlanError> {
        let mut mistakes = Vec::new();
        match Self::look(composition, registry, Some(rows), base, &mut mistakes) {
            Some(plan) if mistakes.is_empty() => Ok(plan),
            _ => Err(composition.error(mistakes).into()),
        }
    }

    /// Adds all mistakes that the plugins show, and the rows where they could be read; without any there is a plan.
    pub(super) fn look(
        composition: &Composition,
        registry: &Registry,
        rows: Option<&Rows>,
        base: &Path,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let places = vec![None; composition.members.len()];
        let mut around = Surroundings { composition, registry, rows, base, places };
        let mut warnings = Vec::new();
        let mut nodes: Vec<PlanNode> = Vec::new();
        for index in order::order(composition, rows, mistakes) {
            let (known, told) = (mistakes.len(), warnings.len());
            let node = plan_node(index, &around, &nodes, mistakes, &mut warnings);
            if composition.sure.all && composition.is_spare(index) {
                // What the data lack is of no account here, and a mistake of the file is one.
                let wrong = mistakes.split_off(known);
                mistakes.extend(wrong.into_iter().filter(|mistake| !mistake.lacking));
                warnings.truncate(told);
            }
            if let Some(node) = node {
                around.places[index] = Some(nodes.len());
                nodes.push(node);
            }
        }
        if !mistakes.is_empty() || !around.is_sure() {
            return None;
        }
        let output = composition.members.get(composition.output)?;
        let Some(answer) = around.places.get(composition.output).copied().flatten() else {
            let text = format!("[member.{}] answers, and all that it reads is absent", output.name.value);
            mistakes.push(
                Mistake::new(output.name.place.clone(), text)
                    .help("name an input that these data have, or another `output` in [model]"),
            );
            return None;
        };
        let needed = order::needed(&nodes, answer);
        for (_, node) in nodes.iter().enumerate().filter(|(place, _)| !needed.contains(place)) {
            let member = composition.members.iter().find(|member| member.name.value == node.name);
            if member.is_some_and(|member| composition.included_folder(&member.name.place).is_some()) {
                continue;
            }
            let line = member.map(|member| composition.line(&member.name.place)).unwrap_or_default();
            warnings
                .push(format!("member `{}` ({line}) is not used: nothing that answers reads it", node.name));
        }
        let nodes = order::only(nodes, &needed);
        for node in nodes.iter().rev().skip(1).filter(|node| node.conformal) {
            warnings.push(format!(
                "member `{}` is `conformal`, but only the member that answers gives intervals",
                node.name
            ));
        }
        Some(Self { nodes, folds: composition.folds, warnings })
    }

    /// The member that answers.
    pub(super) fn answer(&self) -> &PlanNode {
        // A plan is never empty: `check` gives an error instead.
        &self.nodes[self.nodes.len() - 1]
    }

    /// Name of the member that answers.
    pub fn member(&self) -> &str {
        &self.answer().name
    }

    /// What a user should know before it runs.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Whether a row's answer depends on that row alone.
    pub fn row_independent(&self) -> bool {
        self.answer().row_independent
    }

    /// Whether the answer comes with intervals from held-out training rows.
    pub fn is_conformal(&self) -> bool {
        self.answer().conformal
    }

    /// Fewest labelled rows of any predictor in it, and of its intervals.
    pub fn minimum_rows(&self) -> usize {
        let of = |node: &PlanNode| match &node.kind {
            NodeKind::Use(node) => node.info.minimum_rows as usize,
            NodeKind::Column { goal: ColumnGoal::Fit, .. } => 2,
            NodeKind::Column { .. } | NodeKind::Combine(_) => 0,
        };
        let intervals = if self.is_conformal() { FEWEST_ROWS } else { 0 };
        self.nodes.iter().map(of).max().unwrap_or(0).max(intervals)
    }

    /// The same plan with the scores of training rows taken from models that saw them: what cross-fitting prevents, and
    /// what its tests need.
    #[doc(hidden)]
    #[must_use]
    pub fn without_cross_fitting(self) -> Plan {
        Plan { folds: Folds::None, ..self }
    }

    /// The same plan with a cache: a fit of a member that is known is not done again.
    #[must_use]
    pub fn with_cache(mut self, cache: &Arc<Cache>) -> Plan {
        for node in &mut self.nodes {
            if let NodeKind::Use(used) = &mut node.kind {
                used.cache = Some(Arc::clone(cache));
            }
        }
        self
    }

    /// Fits the plan on these rows.
    ///
    /// # Errors
    /// What a predictor says, and columns that hold no numbers.
    pub fn fit(
        &self,
        rows: &Rows,
        training: &Training,
        seed: u64,
        services: &HostServices,
    ) -> Result<FittedModel, ModelError> {
        FittedModel::fit(self, rows, training, seed, services)
    }
}

fn plan_node(
    index: usize,
    around: &Surroundings<'_>,
    nodes: &[PlanNode],
    mistakes: &mut Vec<Mistake>,
    warnings: &mut Vec<String>,
) -> Option<PlanNode> {
    let member = &around.composition.members[index];
    let title = format!("[member.{}]", member.name.value);
    let name = member.name.value.clone();
    let (node, conformal) = match &member.kind {
        MemberKind::Use(used) => {
            (use_node::plan(&title, name, used, around, nodes, mistakes, warnings), &used.conformal)
        }
        MemberKind::Combine(combined) => (
            combine_node::plan(&title, name, combined, around, nodes, mistakes, warnings),
            &combined.conformal,
        ),
        MemberKind::Column(column) => {
            (column_node::plan(&title, name, column, around, mistakes, warnings), &None)
        }
    };
    let mut node = node?;
    if let Some(asked) = conformal.as_ref().filter(|asked| asked.value) {
        if !node.gives.is_value() {
            let text = format!(
                "{title} `conformal`: it gives {}, around which there is no interval",
                match &node.gives {
                    Gives::Named(names) => format!("`{}`", names.join("`, `")),
                    _ => "a score, of which only the order means something".to_owned(),
                }
            );
            mistakes.push(Mistake::new(asked.place.clone(), text).help(
                "leave `conformal` out, or write it in a member that gives values in the target's unit",
            ));
            return None;
        }
        node.conformal = true;
    }
    Some(node)
}

/// The names of the columns of a table.
fn columns(rows: Option<&Rows>) -> Vec<&str> {
    rows.into_iter().flat_map(|rows| rows.table().columns()).map(|column| column.name()).collect()
}
