//! Predictors that read the first epochs of a training: learning curve extrapolation in the terms of the field.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`early_stop_accuracy`] | the validation accuracy where training was stopped |
//! | [`early_stop_loss`] | the validation loss where training was stopped |
//! | [`sotl`] | the sum of training losses |
//! | [`sotl_e`] | the sum of the last training losses |
//! | [`sotl_ema`] | the sum of training losses in which recent epochs weigh more |
//! | [`power_law`] | a Bayesian power law at the final epoch |
//! | [`lce`] | the mean of parametric curves at the final epoch |
//! | [`lce_m`] | the sampled posterior of a mixture of parametric curves at the final epoch |
//! | [`lc_svr`] | nu-support vector regression on the first epochs and their differences |

mod curve;
mod curve_features;
pub mod early_stop;
pub mod early_stop_accuracy;
pub mod early_stop_loss;
mod extrapolation;
mod families;
pub mod lc_svr;
pub mod lce;
pub mod lce_m;
mod levenberg;
mod mixture;
mod nu_svr;
mod parametric;
pub mod power_law;
pub mod sotl;
pub mod sotl_e;
pub mod sotl_ema;
mod stretch;

pub use curve::{OnShort, OnShortFit};
pub use families::CurveFamily;
pub use mixture::Monotone;

archcast_sdk::export_plugin! {
    name: "curves",
    predictors: [
        early_stop_accuracy::EarlyStopAccuracy,
        early_stop_loss::EarlyStopLoss,
        sotl::Sotl,
        sotl_e::SotlE,
        sotl_ema::SotlEma,
        power_law::PowerLaw,
        lce::Lce,
        lce_m::LceM,
        lc_svr::LcSvr,
    ]
}
