//! Bayesian regression.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`linear_regression`] | a linear model on features and their pairs, precisions by marginal likelihood |
//! | [`dngo`] | the same on what the last layer of a neural network learnt |
//! | [`bohamiann`] | a neural network sampled by stochastic-gradient Hamiltonian Monte Carlo |

pub mod bohamiann;
mod calibration;
pub mod dngo;
mod evidence;
mod example;
mod inputs;
pub mod linear_regression;
mod posterior;
mod preset;
mod progress;
mod queries;
mod sampler;
mod stretch;
#[cfg(test)]
mod test_data;

pub use preset::Preset;

archcast_sdk::export_plugin! { name: "bayesian", predictors: [linear_regression::LinearRegression, dngo::Dngo, bohamiann::Bohamiann] }
