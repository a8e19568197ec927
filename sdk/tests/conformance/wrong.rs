//! Wrong predictors: each breaks one law. What they share is a sum of features that is as good as a fit.

use archcast_sdk::prelude::*;
use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// No parameters.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Nothing {}

/// The first feature of each row, which follows the target.
pub fn first_feature(data: &Dataset) -> Result<Vec<f64>> {
    Ok(data.features()?.complete()?.column(0).to_vec())
}

pub const fn about(name: &'static str) -> Descriptor {
    Descriptor::new(name, Family::ModelBased).needs(&[Input::Features]).gives(Gives::Value)
}

/// A wrong predictor with one number for a state: how it fits, and how it predicts from the first feature.
macro_rules! wrong {
    (
        $(#[$doc:meta])* $name:ident, $descriptor:expr;
        fit: |$train:ident, $cx:ident| $fit:expr;
        predict: |$state:ident, $queries:ident| $predict:expr;
    ) => {
        $(#[$doc])*
        #[derive(Serialize, Deserialize)]
        pub struct $name(f64);

        impl Predictor for $name {
            type Params = Nothing;
            const DESCRIPTOR: Descriptor = $descriptor;

            fn fit(_: &Nothing, $train: &Dataset, $cx: &Context) -> Result<Self> {
                Ok(Self($fit))
            }

            fn predict(&self, $queries: &Dataset, _cx: &Context) -> Result<Predictions> {
                let $state = self.0;
                $predict
            }
        }
    };
}

wrong! {
    /// One row comes back as NaN.
    ForgetsARow, about("forgets-a-row");
    fit: |_train, _cx| 0.0;
    predict: |_state, queries| {
        let mut values = first_feature(queries)?;
        values[0] = f64::NAN;
        Ok(Predictions::values(values))
    };
}

wrong! {
    /// Declares every row missing.
    AllMissing, about("all-missing");
    fit: |_train, _cx| 0.0;
    predict: |_state, queries| {
        let none = Predictions::values(vec![0.0; queries.rows()]);
        Ok((0..queries.rows()).fold(none, |none, row| none.missing(row, "it is Monday")))
    };
}

wrong! {
    /// Reads rows that its minimum does not promise.
    ReadsASecondRow, about("reads-a-second-row");
    fit: |train, _cx| train.targets()?[1];
    predict: |_state, queries| Ok(Predictions::values(first_feature(queries)?));
}

static FITS: AtomicUsize = AtomicUsize::new(0);

wrong! {
    /// Its answer depends on how often it was fitted.
    CountsItsFits, about("counts-its-fits");
    fit: |_train, _cx| FITS.fetch_add(1, Ordering::SeqCst) as f64;
    predict: |state, queries| {
        Ok(Predictions::values(first_feature(queries)?.iter().map(|value| value + 1e-6 * state).collect::<Vec<_>>()))
    };
}

wrong! {
    /// Its answer depends on the number of threads.
    LooksAtThreads, about("looks-at-threads");
    fit: |_train, cx| cx.threads() as f64;
    predict: |state, queries| {
        Ok(Predictions::values(first_feature(queries)?.iter().map(|value| value + 1e-6 * state).collect::<Vec<_>>()))
    };
}

wrong! {
    /// Its answer depends on a row's place.
    LooksAtPlaces, about("looks-at-places");
    fit: |_train, _cx| 0.0;
    predict: |_state, queries| {
        let values = first_feature(queries)?;
        Ok(Predictions::values(values.iter().zip(0..).map(|(v, i)| v + 1e-6 * f64::from(i)).collect::<Vec<_>>()))
    };
}

wrong! {
    /// Its answer depends on how many rows are asked, though not on their order.
    LooksAtTheBatch, about("looks-at-the-batch");
    fit: |_train, _cx| 0.0;
    predict: |_state, queries| {
        let rows = queries.rows() as f64;
        Ok(Predictions::values(first_feature(queries)?.iter().map(|value| value + rows).collect::<Vec<_>>()))
    };
}

wrong! {
    /// Scales by the spread of the targets, which may be 0.
    DividesBySpread, about("divides-by-spread").minimum_rows(2);
    fit: |train, _cx| {
        let targets = train.targets()?;
        1.0 / targets.std(0.0)
    };
    predict: |state, queries| {
        Ok(Predictions::values(first_feature(queries)?.iter().map(|value| value * state).collect::<Vec<_>>()))
    };
}

wrong! {
    /// Lower is better.
    UpsideDown, about("upside-down");
    fit: |_train, _cx| 0.0;
    predict: |_state, queries| {
        Ok(Predictions::values(first_feature(queries)?.iter().map(|value| -value).collect::<Vec<_>>()))
    };
}

wrong! {
    /// Passes a diverged curve on.
    TrustsCurves,
    Descriptor::new("trusts-curves", Family::LearningCurve)
        .needs(&[Input::Curve { metric: "val_acc", shortest: 1 }])
        .minimum_rows(0);
    fit: |_train, _cx| 0.0;
    predict: |_state, queries| {
        let curve = queries.curve("val_acc")?;
        let last = |row| curve.row(row).last().copied().unwrap_or(0.0);
        Ok(Predictions::scores((0..queries.rows()).map(last).collect::<Vec<f64>>()))
    };
}

/// A field that is not saved, and is not 0 in a fitted model.
#[derive(Serialize, Deserialize)]
pub struct ForgetsAField {
    #[serde(skip)]
    bias: f64,
}

impl Predictor for ForgetsAField {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor = about("forgets-a-field");

    fn fit(_: &Nothing, _train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self { bias: 1.0 })
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        Ok(Predictions::values(
            first_feature(queries)?.iter().map(|value| value + self.bias).collect::<Vec<_>>(),
        ))
    }
}

/// A map that comes out in another order each time.
#[derive(Serialize, Deserialize)]
pub struct SavesWithoutOrder(HashMap<usize, f64>);

impl Predictor for SavesWithoutOrder {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor = about("saves-without-order");

    fn fit(_: &Nothing, _train: &Dataset, _cx: &Context) -> Result<Self> {
        // With this many keys two maps never agree by chance.
        Ok(Self((0..64).map(|key| (key, 0.5)).collect()))
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        Ok(Predictions::values(
            first_feature(queries)?.iter().map(|value| value + self.0[&0]).collect::<Vec<_>>(),
        ))
    }
}

/// Calls at once get in each other's way.
#[derive(Serialize, Deserialize)]
pub struct SharesScratch {
    #[serde(skip)]
    scratch: Mutex<Vec<f64>>,
}

impl Predictor for SharesScratch {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor = about("shares-scratch");

    fn fit(_: &Nothing, _train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self { scratch: Mutex::default() })
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        let scratch = || self.scratch.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        scratch().clear();
        for value in first_feature(queries)? {
            scratch().push(value);
            // Lets another call come between; few rows only, so that large predictions stay quick.
            if queries.rows() < 20 {
                std::thread::sleep(Duration::from_micros(50));
            }
        }
        let mut values = scratch().clone();
        values.resize(queries.rows(), 0.0);
        Ok(Predictions::values(values))
    }
}
