//! Wrong predictors whose faults the SDK does not let through its trait: wrappers around a sound one.

use crate::sound::Nearest;
use archcast_sdk::{
    Dataset, DatasetBuilder, Error, ErrorKind, Predictions, Result, Services,
    dataset::{Column, Values, names},
    dynamic::{DynModel, DynPredictor, Typed},
    manifest::PredictorInfo,
};
use serde_json::{Value, json};
use std::time::Duration;

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wrapped {
    /// Numbers out of range are put into it without a word.
    ClampsParameters,
    /// Writes to a column that it was lent.
    WritesIdentities,
    /// Numbers that are not finite become 0.
    SwallowsNaN,
    /// Says that rows are too few, and not how many would do.
    HidesNumbers,
    /// Ends when it is asked to, under another name.
    MisnamesCancellation,
    /// Does not ask whether it should end.
    IgnoresCancellation,
    /// Whatever it is handed becomes a model.
    RestoresAnything,
}

impl Wrapped {
    fn clamped(self, parameters: &Value) -> Value {
        let mut parameters = parameters.clone();
        if let (Self::ClampsParameters, Some(k)) = (self, parameters.get("k").and_then(Value::as_i64)) {
            parameters["k"] = json!(k.clamp(1, 1000));
        }
        parameters
    }
}

fn inner() -> Typed<Nearest> {
    Typed::default()
}

impl DynPredictor for Wrapped {
    fn info(&self) -> PredictorInfo {
        let mut info = inner().info();
        if *self == Self::HidesNumbers {
            info.minimum_rows = 1;
        }
        info
    }

    fn schema(&self) -> Result<Value> {
        inner().schema()
    }

    fn outputs(&self, parameters: &Value) -> Result<Vec<String>> {
        inner().outputs(&self.clamped(parameters))
    }

    fn fit(
        &self,
        parameters: &Value,
        train: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<Box<dyn DynModel>> {
        let parameters = &self.clamped(parameters);
        match self {
            Self::SwallowsNaN => with_finite(train, |train| inner().fit(parameters, train, services)),
            Self::HidesNumbers => {
                inner().fit(parameters, train, services).map_err(|error| match error.kind() {
                    ErrorKind::TooFewRows => Error::new(ErrorKind::TooFewRows, "not enough data"),
                    _ => error,
                })
            }
            Self::MisnamesCancellation => inner().fit(parameters, train, services).map_err(|error| {
                if error.kind() == ErrorKind::Cancelled { Error::numerical("no convergence") } else { error }
            }),
            Self::IgnoresCancellation => {
                // Only the law about cancellation fits so many rows.
                if train.rows() > 500 {
                    std::thread::sleep(Duration::from_millis(1100));
                }
                inner().fit(parameters, train, services)
            }
            Self::WritesIdentities => {
                let model = inner().fit(parameters, train, services);
                write_identity(train);
                model
            }
            _ => inner().fit(parameters, train, services),
        }
    }

    fn restore(&self, state: &[u8], services: &dyn Services) -> Result<Box<dyn DynModel>> {
        match inner().restore(state, services) {
            Err(_) if *self == Self::RestoresAnything => Ok(Box::new(Empty)),
            outcome => outcome,
        }
    }

    fn example(&self, n: usize, seed: u64) -> Option<(DatasetBuilder<'static>, Value)> {
        inner().example(n, seed)
    }
}

/// A model of nothing.
struct Empty;

impl DynModel for Empty {
    fn predict(&self, queries: &Dataset<'_>, _services: &dyn Services) -> Result<Predictions> {
        Ok(Predictions::values(vec![0.0; queries.rows()]))
    }

    fn save(&self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn importance(&self) -> Result<Option<Vec<f64>>> {
        Ok(None)
    }
}

/// Calls `f` with the same data in which numbers that are not finite are 0.
fn with_finite<T>(data: &Dataset<'_>, f: impl FnOnce(&Dataset<'_>) -> Result<T>) -> Result<T> {
    let cleaned: Vec<Option<Vec<f64>>> = (data.columns().iter())
        .map(|column| match column.values() {
            Values::F64(values) => {
                Some(values.iter().map(|v| if v.is_finite() { *v } else { 0.0 }).collect())
            }
            _ => None,
        })
        .collect();
    let columns = (data.columns().iter().zip(&cleaned))
        .map(|(column, clean)| {
            let values = clean.as_deref().map_or(column.values(), Values::F64);
            let (shape, width) = (column.shape(), column.width());
            Column::new(data.rows(), column.name(), shape, width, values, column.offsets(), column.validity())
        })
        .collect::<Result<Vec<_>>>()?;
    f(&Dataset::new(data.rows(), data.header_text(), columns))
}

/// Changes the first identity, which [`Nearest`] does not read.
fn write_identity(data: &Dataset<'_>) {
    let Some(Values::U64([first, ..])) = data.column(names::IDENTITY).map(Column::values) else { return };
    let place = std::ptr::from_ref(first).cast_mut();
    // SAFETY: the element lies in a vector on the heap, which is writable, and nothing reads it during this call. It
    // breaks the promise of the shared borrow all the same: that is the fault which the law must find, as a compiled
    // plugin in another language could commit it.
    unsafe { place.write_volatile(place.read_volatile() ^ 1) };
}
