//! Predictors that read the first epochs of a training: learning curve extrapolation in the terms of the field.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`early_stop_accuracy`] | the validation accuracy where training was stopped |
//! | [`early_stop_loss`] | the validation loss where training was stopped |
//! | [`sotl`] | the sum of training losses |
//! | [`sotl_e`] | the sum of the last training losses |
//! | [`sotl_ema`] | the sum of training losses in which recent epochs weigh more |

mod curve;
pub mod early_stop;
pub mod early_stop_accuracy;
pub mod early_stop_loss;
pub mod sotl;
pub mod sotl_e;
pub mod sotl_ema;

pub use curve::OnShort;

archcast_sdk::export_plugin! {
    name: "curves",
    predictors: [
        early_stop_accuracy::EarlyStopAccuracy,
        early_stop_loss::EarlyStopLoss,
        sotl::Sotl,
        sotl_e::SotlE,
        sotl_ema::SotlEma,
    ]
}
