//! Linear models of the features.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`ridge`] | least squares with a squared penalty, chosen by leave-one-out where none is given |

pub mod ridge;

archcast_sdk::export_plugin! { name: "linear", predictors: [ridge::Ridge] }
