//! Linear models of the features.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`ridge`] | least squares with a squared penalty, chosen by leave-one-out where none is given |
//! | [`lasso`] | least squares with an absolute penalty, chosen by cross-validation where none is given |

pub mod lasso;
pub mod ridge;
mod scaling;

archcast_sdk::export_plugin! { name: "linear", predictors: [ridge::Ridge, lasso::Lasso] }
