//! Bayesian regression.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`linear_regression`] | a linear model on features and their pairs, precisions by marginal likelihood |

mod evidence;
mod inputs;
pub mod linear_regression;
mod posterior;
mod queries;
mod target;

archcast_sdk::export_plugin! { name: "bayesian", predictors: [linear_regression::LinearRegression] }
