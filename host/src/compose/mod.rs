//! Composition: from TOML to a checked plan, from the plan to a model, and the model on disk.
//!
//! [`Composition::parse`] reads the file, and those that it includes, and collects every mistake with its place;
//! [`Plan::check`] holds it against the installed plugins and the data; [`Plan::fit`] gives a [`FittedModel`], and
//! [`Plan::explain`] says before what that will take.

mod blame;
mod cache;
mod candidates;
mod cascade;
mod checked;
mod combine;
mod composition;
pub(crate) mod conformal;
mod data;
mod engine;
mod explain;
mod features;
mod file;
mod files;
mod fitted;
mod folds;
mod forecast;
mod forecast_file;
mod header;
mod include;
mod input;
mod member;
mod mistake;
mod model_error;
mod node;
mod params;
mod plan;
mod queries;
mod ranges;
mod ranking;
mod schema;
mod scores;
pub(crate) mod section;
pub(crate) mod split;
mod target;
mod tune;
mod unlabelled;
mod weights;
mod wording;

pub use cache::{Cache, CacheHits, CacheLimitError, Kept};
pub use candidates::Candidates;
pub use checked::{Checked, Draw};
pub use combine::{Combiner, FittedCombiner};
pub use composition::{Composition, Located, Recovered};
pub use conformal::Conformal;
pub use explain::{
    Bound, ExplainedInput, ExplainedMember, Explanation, Fits, InputSource, NeededPlugin, What,
};
pub use features::FeatureMatrix;
pub use files::ParameterFile;
pub use fitted::FittedModel;
pub use folds::Folds;
pub use forecast::{Forecast, ForecastError};
pub use forecast_file::ForecastFile;
pub use header::{ModelHeader, NodeHeader, NodeHeaderKind, UseHeader};
pub use input::{Input, InputName, When};
pub use member::{ColumnGoal, ColumnMember, ColumnSeconds, CombineMember, Member, MemberKind, UseMember};
pub use mistake::{ConfigError, Mistake};
pub use model_error::ModelError;
pub use plan::{Gives, Plan, PlanError};
pub use queries::Queries;
pub use ranking::{Ranked, Ranking};
pub use schema::{KnownPredictor, composition_schema};
pub use scores::{ScoreForm, ScoreMap};
pub use split::{SplitError, Training, draw, rows_of_file};
pub use target::{TargetScale, Transform};
pub use tune::{Tune, TuneMetric};
