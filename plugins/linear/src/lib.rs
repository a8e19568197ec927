//! Small models of the features: linear ones, and the nearest rows.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`ridge`] | least squares with a squared penalty, chosen by leave-one-out where none is given |
//! | [`lasso`] | least squares with an absolute penalty, chosen by cross-validation where none is given |
//! | [`nearest`] | mean and deviation of the nearest training rows |

pub mod lasso;
pub mod nearest;
pub mod ridge;
mod scaling;

archcast_sdk::export_plugin! { name: "linear", predictors: [ridge::Ridge, lasso::Lasso, nearest::Nearest] }
