//! A linear model of the features, learnt by a small C library.

mod lms;

use archcast_sdk::prelude::*;
use lms::Lms;

/// Passes over the training rows.
const PASSES: usize = 50;

/// The native model. The type is the fitted thing; serde saves and loads it.
#[derive(Serialize, Deserialize)]
struct {{Type}} {
    /// Saved as the library's own bytes.
    #[serde(with = "archcast_sdk::native_state")]
    model: Lms,
}

/// What `params` may hold in TOML.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Params {
    /// Share of a row's error that one step of learning takes away.
    #[schemars(range(min = 0.001, max = 1.0))]
    rate: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { rate: 0.1 }
    }
}

impl Predictor for {{Type}} {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("{{name}}", Family::ModelBased)
        .summary("Linear model of the standardised features by normalised least mean squares.")
        .cite("Nagumo and Noda, A learning method for system identification, IEEE TAC 1967")
        .complexity("fit O(n d), predict O(d) a row")
        .needs(&[Input::Features])
        .gives(Gives::Value)
        .native_libraries(&["lms 1"]);

    fn fit(params: &Params, train: &Dataset, cx: &Context) -> Result<Self> {
        let (rows, targets) = (train.features()?.complete()?, train.targets()?);
        let mut model = Lms::new(rows.ncols())?;
        for row in rows.outer_iter() {
            cx.check()?;
            model.observe(&row.to_vec());
        }
        for pass in 0..PASSES {
            for (row, &target) in rows.outer_iter().zip(&targets) {
                cx.check()?;
                model.learn(&row.to_vec(), target, params.rate);
            }
            cx.progress((pass + 1) as f64 / PASSES as f64);
        }
        Ok(Self { model })
    }

    fn predict(&self, queries: &Dataset, cx: &Context) -> Result<Predictions> {
        let features = queries.features()?;
        let mut means = vec![0.0; queries.rows()];
        let mut faulty = Vec::new();
        for (row, query) in features.values().outer_iter().enumerate() {
            cx.check()?;
            if features.row_is_complete(row) && query.iter().all(|value| value.is_finite()) {
                means[row] = self.model.predict(&query.to_vec());
            } else {
                faulty.push(row);
            }
        }
        let mut predictions = Predictions::values(means);
        for row in faulty {
            // A fault of one row is no error: it is missing, with the reason.
            predictions.set_missing(row, "one of its features is missing or not finite");
        }
        Ok(predictions)
    }
}

archcast_sdk::export_plugin! { name: "{{name}}", predictors: [{{Type}}] }

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{LocalServices, NativeState};

    #[test]
    fn it_learns_a_line() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let train = DatasetBuilder::new(3)
            .features(&["depth"], vec![-1.0, 0.0, 1.0])
            .targets(vec![1.0, 3.0, 5.0]);
        let model = {{Type}}::fit(&Params { rate: 0.5 }, &train.view().unwrap(), &cx).unwrap();
        let queries = DatasetBuilder::new(1).features(&["depth"], vec![2.0]);
        let predictions = model.predict(&queries.view().unwrap(), &cx).unwrap();
        assert!(
            (predictions.get("mean").unwrap()[0] - 7.0).abs() < 1e-6,
            "{predictions:?}"
        );
    }

    #[test]
    fn bytes_that_are_cut_short_are_refused() {
        let bytes = Lms::new(2).unwrap().to_bytes().unwrap();
        assert!(Lms::from_bytes(&bytes).is_ok());
        for length in 0..bytes.len() {
            assert!(Lms::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn it_obeys_the_laws_of_a_predictor() {
        archcast_sdk::conformance::check::<{{Type}}>();
    }
}
