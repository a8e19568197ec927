//! Which member to take for given budgets, and what a larger one would buy.
//!
//! A member is worth the best mean among its settings that both budgets pay, on the same trials that are reported; members
//! are then compared over the trials that all of them have.

mod budget;
mod sentence;

pub use budget::{Axis, Budget};

use super::{
    BudgetComparison, Results, Setting, Times,
    metrics::Metric,
    statistics::{CompareError, Verdict},
};

/// Why nothing can be recommended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RecommendError {
    /// No setting has a value.
    #[error("no member has a value of `{metric}`{}", why.as_ref().map_or(String::new(), |why| format!("; {why}")))]
    NoValue {
        /// The metric.
        metric: Metric,
        /// The first reason.
        why: Option<String>,
    },
    /// Seconds are not known.
    #[error(
        "no member has a known time for what the budgets limit, for the table does not say what training took; give budgets as {flags}, or name `seconds` in [data] and run the study again"
    )]
    NoSeconds {
        /// Flags that count in place of the seconds that were given.
        flags: String,
    },
    /// The budgets pay no member.
    #[error("no member can be had for {budget}; {least}")]
    TooSmall {
        /// The budgets in words.
        budget: String,
        /// What the least that can be had costs.
        least: String,
    },
    /// Members cannot be compared.
    #[error(transparent)]
    Compare(#[from] CompareError),
}

/// A member at a budget with what it costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The member and its budget.
    pub setting: Setting,
    /// Mean of the metric.
    pub mean: f64,
    /// The two clocks.
    pub times: Times,
    costs: [f64; 2],
}

/// What a larger budget along one axis would buy.
#[derive(Debug, Clone, PartialEq)]
pub struct Larger {
    /// The axis.
    pub axis: Axis,
    /// The budget, in its unit.
    pub budget: f64,
    /// Who would be the best.
    pub choice: Choice,
    /// How much better that is than what is recommended.
    pub difference: f64,
    /// The interval of that difference, adjusted for all that is compared.
    pub interval: Option<super::statistics::Interval>,
}

/// Which member to take.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// Budget of initialization.
    pub initialization: Budget,
    /// Budget of a query.
    pub query: Budget,
    /// The metric.
    pub metric: Metric,
    /// Who to take.
    pub best: Choice,
    /// Those that are statistically tied with it.
    pub tied: Vec<Choice>,
    /// Those of which there are too few trials to tell.
    pub undecided: Vec<Choice>,
    /// All that was compared.
    pub compared: BudgetComparison,
    /// The next larger budgets that buy something that chance does not explain; an axis without one has none in the study.
    pub larger: Vec<Larger>,
    /// Members whose cost is not known in the unit of the budgets.
    pub unknown: Vec<String>,
}

impl Results {
    /// Which member to take for budgets of initialization and of a query.
    ///
    /// # Errors
    /// [`RecommendError`]: budgets that pay no member, with the least that can be had; seconds where none are known.
    pub fn recommend(
        &self,
        initialization: Budget,
        query: Budget,
        metric: Metric,
    ) -> Result<Recommendation, RecommendError> {
        let budgets = [(Axis::Initialization, initialization), (Axis::Query, query)];
        let (choices, unknown) = self.choices(budgets, metric)?;
        let pays = |choice: &Choice| initialization.pays(choice.costs[0]) && query.pays(choice.costs[1]);
        let affordable: Vec<&Choice> = choices.iter().filter(|choice| pays(choice)).collect();
        if affordable.is_empty() {
            return Err(too_small(&choices, budgets));
        }
        let chosen = best_of_each(&affordable, metric);
        let settings = chosen.iter().map(|choice| choice.setting.clone()).collect();
        let compared = self.compare_settings(settings, metric)?;
        let of =
            |name: &str| chosen.iter().find(|choice| choice.setting.member == name).map(|&one| one.clone());
        let with = |verdict: Verdict| -> Vec<Choice> {
            let others = compared.comparison.others.iter().filter(|other| other.verdict == verdict);
            others.filter_map(|other| of(&other.standing.name)).collect()
        };
        let (tied, undecided) = (with(Verdict::Tied), with(Verdict::Undecided));
        let best = of(&compared.comparison.best.name).ok_or(CompareError::Nobody)?;
        let larger =
            [0, 1].into_iter().filter_map(|axis| self.larger(&choices, &best, budgets, axis, metric));
        let larger = larger.collect();
        Ok(Recommendation { initialization, query, metric, best, tied, undecided, compared, larger, unknown })
    }

    /// All settings with a value whose costs are known, and members of which no setting is.
    fn choices(
        &self,
        budgets: [(Axis, Budget); 2],
        metric: Metric,
    ) -> Result<(Vec<Choice>, Vec<String>), RecommendError> {
        let (mut choices, mut unknown, mut why, mut any) = (Vec::new(), Vec::new(), None, false);
        for member in self.members() {
            let before = choices.len();
            let mut valued = false;
            for setting in self.settings(member) {
                let mean = match self.values(&setting, metric) {
                    Ok(values) => super::statistics::mean(&values.values),
                    Err((trial, reason)) => {
                        why.get_or_insert(format!("{}, trial {trial}: {reason}", setting.member));
                        None
                    }
                };
                let (Some(mean), Some(times)) = (mean, self.times(&setting)) else { continue };
                (any, valued) = (true, true);
                let costs = budgets.map(|(axis, budget)| budget.cost(axis, &setting, times));
                if let [Some(initialization), Some(query)] = costs {
                    choices.push(Choice { setting, mean, times, costs: [initialization, query] });
                }
            }
            if valued && choices.len() == before {
                unknown.push(member.name.clone());
            }
        }
        if !any {
            return Err(RecommendError::NoValue { metric, why });
        }
        if choices.is_empty() {
            let in_seconds = budgets.iter().filter(|(_, budget)| matches!(budget, Budget::Seconds(_)));
            let flags: Vec<String> =
                in_seconds.map(|(axis, _)| format!("`{}`", axis.counting_flag())).collect();
            return Err(RecommendError::NoSeconds { flags: flags.join(" and ") });
        }
        Ok((choices, unknown))
    }

    /// The least larger budget along an axis, the other one as it is, that buys something that chance does not explain.
    fn larger(
        &self,
        choices: &[Choice],
        best: &Choice,
        budgets: [(Axis, Budget); 2],
        axis: usize,
        metric: Metric,
    ) -> Option<Larger> {
        let (limit, other) = (budgets[axis].1, 1 - axis);
        let mut dearer: Vec<&Choice> = choices
            .iter()
            .filter(|choice| budgets[other].1.pays(choice.costs[other]) && !limit.pays(choice.costs[axis]))
            .collect();
        dearer.sort_by(|a, b| a.costs[axis].total_cmp(&b.costs[axis]));
        let mut reached = metric.turned(best.mean);
        for choice in dearer {
            if metric.turned(choice.mean) <= reached {
                continue;
            }
            reached = metric.turned(choice.mean);
            let both = vec![best.setting.clone(), choice.setting.clone()];
            let compared = self.compare_settings(both, metric).ok()?;
            let against = compared.comparison.others.first()?;
            if compared.comparison.best.place == 1 && against.verdict == Verdict::Worse {
                let (difference, interval) = (against.difference, against.interval);
                let budget = choice.costs[axis];
                return Some(Larger {
                    axis: budgets[axis].0,
                    budget,
                    choice: choice.clone(),
                    difference,
                    interval,
                });
            }
        }
        None
    }
}

/// The best setting of each member; of equal ones the cheaper.
fn best_of_each<'a>(choices: &[&'a Choice], metric: Metric) -> Vec<&'a Choice> {
    let mut chosen: Vec<&Choice> = Vec::new();
    for &choice in choices {
        let better = |than: &Choice| {
            let order = metric.turned(choice.mean).total_cmp(&metric.turned(than.mean));
            let cheaper =
                than.costs[1].total_cmp(&choice.costs[1]).then(than.costs[0].total_cmp(&choice.costs[0]));
            order.then(cheaper).is_gt()
        };
        match chosen.iter_mut().find(|have| have.setting.member == choice.setting.member) {
            None => chosen.push(choice),
            Some(have) if better(have) => *have = choice,
            Some(_) => {}
        }
    }
    chosen
}

/// What the cheapest settings along each axis cost.
fn too_small(choices: &[Choice], budgets: [(Axis, Budget); 2]) -> RecommendError {
    let mut least: Vec<String> = Vec::new();
    let told = |place: usize, choice: &Choice| {
        let (axis, budget) = budgets[place];
        format!("{} of {}", budget.told(axis, choice.costs[place]), axis.name())
    };
    for place in [0, 1] {
        if budgets[place].1 == Budget::Any {
            continue;
        }
        let other = 1 - place;
        // What fits the other budget, or else all.
        let fits = |choice: &&Choice| budgets[other].1.pays(choice.costs[other]);
        let cheapest = |choices: Vec<&Choice>| {
            choices.into_iter().min_by(|a, b| a.costs[place].total_cmp(&b.costs[place])).cloned()
        };
        let (within, else_any) =
            (cheapest(choices.iter().filter(fits).collect()), cheapest(choices.iter().collect()));
        let Some(choice) = within.or(else_any) else { continue };
        let at = sentence::at(&choice.setting);
        let also = match budgets[other].1.pays(choice.costs[other]) {
            true => String::new(),
            false => format!(" and {}", told(other, &choice)),
        };
        least.push(format!("the least is {}{also}, for {}{at}", told(place, &choice), choice.setting.member));
    }
    least.dedup();
    let words = budgets.iter().filter(|(_, budget)| *budget != Budget::Any);
    let words: Vec<String> = words
        .map(|(axis, budget)| format!("{} of {}", budget.told(*axis, budget.limit()), axis.name()))
        .collect();
    RecommendError::TooSmall { budget: words.join(" and "), least: least.join(", or ") }
}
