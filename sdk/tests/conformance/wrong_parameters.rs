//! Wrong predictors whose fault is in their parameters.

use crate::wrong::{about, first_feature};
use archcast_sdk::prelude::*;

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ZeroByDefault {
    #[schemars(range(min = 1))]
    k: usize,
}

/// Its default is out of its own range.
#[derive(Serialize, Deserialize)]
pub struct DefaultsOutOfRange;

impl Predictor for DefaultsOutOfRange {
    type Params = ZeroByDefault;
    const DESCRIPTOR: Descriptor = about("defaults-out-of-range");

    fn fit(_: &ZeroByDefault, _train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        Ok(Predictions::values(first_feature(queries)?))
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FromZero {
    // Without a range the least is 0.
    parts: usize,
}

impl Default for FromZero {
    fn default() -> Self {
        Self { parts: 4 }
    }
}

/// Its schema takes a 0 on which it panics.
#[derive(Serialize, Deserialize)]
pub struct ChokesOnItsMinimum(usize);

impl Predictor for ChokesOnItsMinimum {
    type Params = FromZero;
    const DESCRIPTOR: Descriptor = about("chokes-on-its-minimum");

    fn fit(params: &FromZero, train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self(train.rows() / params.parts))
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        Ok(Predictions::values(first_feature(queries)?))
    }
}

/// Unknown keys pass unseen.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AnyKey {}

/// Takes parameters that do not exist.
#[derive(Serialize, Deserialize)]
pub struct TakesAnyKey;

impl Predictor for TakesAnyKey {
    type Params = AnyKey;
    const DESCRIPTOR: Descriptor = about("takes-any-key");

    fn fit(_: &AnyKey, _train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        Ok(Predictions::values(first_feature(queries)?))
    }
}
