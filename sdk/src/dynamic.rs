//! Predictors without their types: what the boundary, the host and the conformance laws work with.

use crate::{
    Context, Dataset, DatasetBuilder, Error, Predictions, Predictor, Result, Services,
    dataset::{Values, names},
    manifest::PredictorInfo,
    parameters, state,
};
use serde_json::Value;
use std::marker::PhantomData;

/// A predictor of any type: a compiled-in one ([`Typed`]), or one of a loaded plugin.
pub trait DynPredictor: Sync {
    /// What it says of itself.
    fn info(&self) -> PredictorInfo;

    /// The JSON Schema of its parameters, with defaults.
    ///
    /// # Errors
    /// Those of a broken plugin.
    fn schema(&self) -> Result<Value>;

    /// Names of its outputs under these parameters.
    ///
    /// # Errors
    /// `bad_parameter`.
    fn outputs(&self, parameters: &Value) -> Result<Vec<String>>;

    /// Fits a model.
    ///
    /// # Errors
    /// Those of [`Predictor::fit`].
    fn fit(
        &self,
        parameters: &Value,
        train: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<Box<dyn DynModel>>;

    /// Makes a model from what [`DynModel::save`] gave.
    ///
    /// # Errors
    /// `bad_data` for bytes that are not a whole state of this predictor, `unsupported` for another version.
    fn restore(&self, state: &[u8], services: &dyn Services) -> Result<Box<dyn DynModel>>;

    /// The predictor's own example, if it has one.
    fn example(&self, n: usize, seed: u64) -> Option<(DatasetBuilder<'static>, Value)>;
}

/// A fitted model of any type.
pub trait DynModel: Send + Sync {
    /// Predicts every row. What it gives is checked: declared outputs, finite or missing with a reason.
    ///
    /// # Errors
    /// Those of [`Predictor::predict`].
    fn predict(&self, queries: &Dataset<'_>, services: &dyn Services) -> Result<Predictions>;

    /// The model as bytes.
    ///
    /// # Errors
    /// Where it cannot be saved.
    fn save(&self) -> Result<Vec<u8>>;

    /// How much each feature mattered, if the predictor says.
    ///
    /// # Errors
    /// Those of a broken plugin.
    fn importance(&self) -> Result<Option<Vec<f64>>>;
}

/// A predictor type as a [`DynPredictor`].
#[derive(Debug)]
pub struct Typed<P>(PhantomData<fn() -> P>);

impl<P> Default for Typed<P> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// A fitted predictor with the outputs that it declared.
pub(crate) struct TypedModel<P> {
    model: P,
    outputs: Vec<String>,
}

impl<P: Predictor> Typed<P> {
    pub(crate) fn fit_typed(
        parameters: &Value,
        train: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<TypedModel<P>> {
        let params: P::Params = parameters::parse(parameters)?;
        let outputs = P::outputs(&params)?;
        let (have, need) = (train.labelled(), P::DESCRIPTOR.minimum_rows as usize);
        if have < need {
            return Err(Error::too_few_rows(have, need));
        }
        require_finite(train)?;
        let identity = |row| train.identity(row);
        let cx = Context::new(services, &identity);
        cx.check()?;
        let model = P::fit(&params, train, &cx)?;
        Ok(TypedModel { model, outputs })
    }

    pub(crate) fn restore_typed(bytes: &[u8]) -> Result<TypedModel<P>> {
        let (model, outputs) = state::restore(bytes)?;
        Ok(TypedModel { model, outputs })
    }
}

impl<P: Predictor> DynPredictor for Typed<P> {
    fn info(&self) -> PredictorInfo {
        PredictorInfo::of::<P>()
    }

    fn schema(&self) -> Result<Value> {
        Ok(parameters::schema_of::<P::Params>())
    }

    fn outputs(&self, parameters: &Value) -> Result<Vec<String>> {
        P::outputs(&parameters::parse(parameters)?)
    }

    fn fit(
        &self,
        parameters: &Value,
        train: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<Box<dyn DynModel>> {
        Ok(Box::new(Self::fit_typed(parameters, train, services)?))
    }

    fn restore(&self, state: &[u8], _services: &dyn Services) -> Result<Box<dyn DynModel>> {
        Ok(Box::new(Self::restore_typed(state)?))
    }

    fn example(&self, n: usize, seed: u64) -> Option<(DatasetBuilder<'static>, Value)> {
        let example = P::example(n, seed)?;
        Some((example.data, serde_json::to_value(&example.params).ok()?))
    }
}

impl<P: Predictor> TypedModel<P> {
    /// The declared outputs for every row, whose values are not looked at yet: across the boundary the host does that,
    /// once, for plugins of every kind.
    pub(crate) fn predict_shaped(
        &self,
        queries: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<Predictions> {
        let identity = |row| queries.identity(row);
        let cx = Context::new(services, &identity);
        cx.check()?;
        let predictions = self.model.predict(queries, &cx)?;
        predictions.require_shape(queries.rows(), &self.outputs)?;
        Ok(predictions)
    }
}

impl<P: Predictor> DynModel for TypedModel<P> {
    fn predict(&self, queries: &Dataset<'_>, services: &dyn Services) -> Result<Predictions> {
        self.predict_shaped(queries, services)?
            .checked(queries.rows(), &self.outputs)
            .map_err(|error| require_finite(queries).err().unwrap_or(error))
    }

    fn save(&self) -> Result<Vec<u8>> {
        state::save(&self.model, &self.outputs)
    }

    fn importance(&self) -> Result<Option<Vec<f64>>> {
        Ok(self.model.importance())
    }
}

/// Refuses values that are neither finite nor marked missing in the columns that a fit or a prediction reads.
///
/// Before a prediction this would cost as much as that of a linear model: there, data are looked at only where an answer
/// is not finite, to blame the right side.
///
/// # Errors
/// [`ErrorKind::BadData`](crate::ErrorKind::BadData) that names the column and the row.
pub fn require_finite(data: &Dataset<'_>) -> Result<()> {
    for column in data.columns() {
        let Values::F64(values) = column.values() else { continue };
        let per_cell = column.validity().len() == values.len();
        for (cell, value) in values.iter().enumerate() {
            if value.is_finite() || (per_cell && column.validity()[cell] == 0) {
                continue;
            }
            // A diverged curve is data: the predictor decides what it means.
            if column.name().starts_with(names::CURVE_PREFIX) {
                continue;
            }
            let row = if column.offsets().is_empty() { cell / column.width() } else { cell };
            return Err(Error::bad_data(format!(
                "column `{}` holds {value} in row {row}; give a finite number or mark it missing",
                column.name()
            )));
        }
    }
    Ok(())
}
