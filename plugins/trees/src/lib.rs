//! Ensembles of regression trees.
//!
//! | predictor | what it is |
//! |---|---|
//! | `random_forest` | mean of trees that each see other features at each node, with a deviation |
//! | `ngboost` | natural gradient boosting of the mean and deviation of a normal distribution |
//!
//! | part | what it holds |
//! |---|---|
//! | `columns` | the training features as splits read them: two-valued columns, and columns in order |
//! | `cart` | growing one regression tree |
//! | `tree` | a grown tree: leaves of rows, saving |
//! | `queries` | rows to predict, in chunks |
//! | `moments` | mean and deviation |

mod cart;
mod columns;
mod moments;
pub mod ngboost;
mod queries;
pub mod random_forest;
mod tree;

archcast_sdk::export_plugin! { name: "trees", predictors: [random_forest::RandomForest, ngboost::NgBoost] }
