//! Gradient boosted trees by their native libraries, which are linked statically.
//!
//! | predictor | what it is |
//! |---|---|
//! | [`xgboost`] | XGBoost 1.6.2, exact splits |
//! | [`lightgbm`] | LightGBM 4.7.0, histogram splits, categories |
//!
//! Both compute on one thread, take missing features as they are, stop early where asked, and save themselves in the
//! library's own format. Defaults and tuning ranges are those of White et al., How Powerful are Performance Predictors
//! in Neural Architecture Search?, NeurIPS 2021.

mod early_stopping;
mod importance;
pub mod lightgbm;
mod refusal;
mod rows;
mod seal;
#[cfg(test)]
mod test_data;
pub mod xgboost;

archcast_sdk::export_plugin! { name: "gbdt", predictors: [xgboost::XGBoost, lightgbm::LightGbm] }
