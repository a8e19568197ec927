//! Which predictor is best for what one can pay.

mod budget_map;
mod front;

pub use budget_map::{Affordable, BudgetMap, ChosenOn, Setting};
pub use front::pareto_front;
