//! Composition: from TOML to a checked plan, from the plan to a model, and the model on disk.
//!
//! [`Composition::parse`] reads the file and collects every mistake with its place; [`Plan::check`] holds it against the
//! installed plugins and the data; [`Plan::fit`] gives a [`FittedModel`].

mod blame;
mod candidates;
mod composition;
mod data;
mod features;
mod file;
mod files;
mod fitted;
mod forecast;
mod forecast_file;
mod mistake;
mod model_error;
mod plan;
mod ranking;
mod section;
mod split;
mod target;

pub use candidates::Candidates;
pub use composition::{Composition, Input, Located, Member};
pub use features::FeatureMatrix;
pub use files::ParameterFile;
pub use fitted::{FittedModel, ModelHeader};
pub use forecast::{Forecast, ForecastError};
pub use forecast_file::ForecastFile;
pub use mistake::{ConfigError, Mistake};
pub use model_error::ModelError;
pub use plan::{Plan, PlanError};
pub use ranking::{Ranked, Ranking};
pub use split::{SplitError, Training, draw, rows_of_file};
pub use target::{TargetScale, Transform};
