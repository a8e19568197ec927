//! A composition, its data and its plan, checked together: all mistakes of the file come in one go.

use super::{
    Composition, Mistake, Plan, PlanError, Recovered, SplitError,
    blame::SECTION,
    plan::NodeKind,
    split::{self, Training},
};
use crate::{plugin::Registry, table::Rows};
use std::path::Path;

/// Where the rows that train come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draw {
    /// `labels` of `[data]` are drawn from the table.
    Labels,
    /// They are named elsewhere.
    Named,
}

/// A composition with its data and its plan.
#[derive(Debug)]
pub struct Checked {
    /// The composition.
    pub composition: Composition,
    /// The rows of its table.
    pub rows: Rows,
    /// The plan.
    pub plan: Plan,
}

impl Checked {
    /// Reads the data of a composition and checks it against the plugins. Paths in `[data]` are relative to `here`, those in
    /// parameters to `base`, the folder of the file.
    ///
    /// # Errors
    /// All mistakes of the file: those that reading it found, those that only the data show, and those that only the
    /// plugins show. What may follow from another mistake is not told.
    pub fn of(
        recovered: Recovered,
        registry: &Registry,
        here: &Path,
        base: &Path,
        draw: Draw,
    ) -> Result<Self, PlanError> {
        let Recovered { composition, mut mistakes } = recovered;
        let (rows, failure) = match Rows::read(&composition.data, here) {
            Ok(rows) => (Some(rows), None),
            // A key that was left out for its mistake may be all that is missing.
            Err(_) if !composition.sure.data => (None, None),
            Err(error) => match composition.mistakes_of(&error) {
                Some(placed) => {
                    mistakes.extend(placed);
                    (None, None)
                }
                None => (None, Some(error)),
            },
        };
        let plan = Plan::look(&composition, registry, rows.as_ref(), base, &mut mistakes);
        if let (Some(rows), Draw::Labels, true) = (&rows, draw, composition.sure.data) {
            mistakes.extend(composition.mistakes_of_draw(plan.as_ref(), rows));
        }
        match (plan, rows, failure) {
            (Some(plan), Some(rows), _) if mistakes.is_empty() => Ok(Self { composition, rows, plan }),
            (_, _, Some(failure)) if mistakes.is_empty() => Err(failure.into()),
            _ => Err(composition.error(mistakes).into()),
        }
    }

    /// The rows that train, drawn by this seed.
    ///
    /// # Errors
    /// Fewer rows with a target than were asked for.
    pub fn training(&self, seed: u64) -> Result<Training, SplitError> {
        // What learns nothing needs no labels.
        if self.plan.minimum_rows() == 0 && self.rows.target().is_none() {
            return Ok(Training::default());
        }
        split::draw(&self.rows, self.composition.data.labels, seed)
    }
}

impl Composition {
    /// That there is nothing to learn from, that fewer rows have a target than are to be drawn, or that a predictor needs
    /// more.
    fn mistakes_of_draw(&self, plan: Option<&Plan>, rows: &Rows) -> Vec<Mistake> {
        match split::count(rows, self.data.labels) {
            Ok(count) => plan.map(|plan| self.starved(plan, count)).unwrap_or_default(),
            // What learns nothing needs no labels.
            Err(SplitError::NoTarget) if plan.is_none_or(|plan| plan.minimum_rows() == 0) => Vec::new(),
            Err(error) => {
                let key = if matches!(error, SplitError::NoTarget) { SECTION } else { "labels" };
                self.place(key).map(|place| Mistake::new(place, error.to_string())).into_iter().collect()
            }
        }
    }

    /// The members that so few training rows cannot fit.
    fn starved(&self, plan: &Plan, rows: usize) -> Vec<Mistake> {
        let fitted = plan.fitted_on(rows).into_iter().map(|place| &plan.nodes[place]);
        let starved = fitted.filter_map(|node| match &node.kind {
            NodeKind::Use(used) if (used.info.minimum_rows as usize) > rows => {
                Some((node, &used.info.name, used.info.minimum_rows))
            }
            _ => None,
        });
        starved
            .map(|(node, predictor, need)| {
                let text = format!(
                    "[member.{}]: `{predictor}` learns from at least {need} labelled {}, and here from {rows}",
                    node.name,
                    if need == 1 { "row" } else { "rows" },
                );
                Mistake::new(self.place_of(&node.name), text)
                    .help(format!("write `labels = {need}` or more in [data]"))
            })
            .collect()
    }
}
