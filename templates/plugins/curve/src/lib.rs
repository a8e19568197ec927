//! Scores an architecture by its smoothed validation loss.

use archcast_sdk::{header::Goal, prelude::*};

/// Fewest epochs that say something.
const SHORTEST: u32 = 3;

/// How to read a curve: there is nothing to learn, so it is fitted to its settings.
#[derive(Serialize, Deserialize)]
struct {{Type}} {
    metric: String,
    higher_is_better: bool,
    smoothing: f64,
}

/// What `params` may hold in TOML.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Params {
    /// Weight of the past at each epoch: 0 takes the last epoch alone, values near 1 the whole curve.
    #[schemars(range(min = 0.0, max = 0.99))]
    smoothing: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { smoothing: 0.5 }
    }
}

impl Predictor for {{Type}} {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("{{name}}", Family::LearningCurve)
        .summary("Exponentially smoothed end of the learning curve.")
        .complexity("fit O(1), predict O(epochs) a row")
        .needs(&[Input::Curve {
            metric: "val_loss",
            shortest: SHORTEST,
        }])
        .minimum_rows(0)
        .gives(Gives::Score);

    fn fit(params: &Params, train: &Dataset, _cx: &Context) -> Result<Self> {
        // `inputs = ["curve:train_loss"]` in TOML hands over another curve, which then is the only one.
        let curves = &train.header()?.curves;
        let chosen = curves
            .get_key_value("val_loss")
            .or_else(|| curves.first_key_value());
        let (metric, info) = chosen.ok_or_else(|| {
            Error::bad_data("no learning curve; give `curves.val_loss` in `[data]`")
        })?;
        let higher_is_better = info.goal == Goal::Maximize;
        Ok(Self {
            metric: metric.clone(),
            higher_is_better,
            smoothing: params.smoothing,
        })
    }

    fn predict(&self, queries: &Dataset, cx: &Context) -> Result<Predictions> {
        let curves = queries.curve(&self.metric)?;
        let mut scores = vec![0.0; queries.rows()];
        let mut faults = Vec::new();
        for (row, score) in scores.iter_mut().enumerate() {
            cx.check()?;
            match self.score(curves.row(row)) {
                Ok(value) => *score = value,
                Err(reason) => faults.push((row, reason)),
            }
        }
        let mut predictions = Predictions::scores(scores);
        for (row, reason) in faults {
            // A fault of one row is no error: it is missing, with the reason.
            predictions.set_missing(row, reason);
        }
        Ok(predictions)
    }
}

impl {{Type}} {
    fn score(&self, curve: &[f64]) -> Result<f64, String> {
        if curve.len() < SHORTEST as usize {
            return Err(format!(
                "its curve has {} epochs; {SHORTEST} are needed",
                curve.len()
            ));
        }
        let mean = curve
            .iter()
            .copied()
            .reduce(|mean, value| self.smoothing * mean + (1.0 - self.smoothing) * value);
        match mean.filter(|mean| mean.is_finite()) {
            // Only targets are turned by the host: a score from a loss turns itself, so that higher is better.
            Some(mean) => Ok(if self.higher_is_better { mean } else { -mean }),
            None => Err("its curve diverged".into()),
        }
    }
}

archcast_sdk::export_plugin! { name: "{{name}}", predictors: [{{Type}}] }

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{LocalServices, header::CurveInfo};

    fn predict(goal: Goal, curves: &[Vec<f64>]) -> Predictions {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let info = || CurveInfo { goal, unit: None };
        let train = DatasetBuilder::new(0).curve("val_loss", info(), &[]);
        let model = {{Type}}::fit(&Params::default(), &train.view().unwrap(), &cx).unwrap();
        let queries = DatasetBuilder::new(curves.len()).curve("val_loss", info(), curves);
        model.predict(&queries.view().unwrap(), &cx).unwrap()
    }

    #[test]
    fn the_goal_of_the_curve_decides_which_way_is_better() {
        let curves = [vec![4.0, 2.0, 1.0], vec![4.0, 4.0, 4.0]];
        assert_eq!(
            predict(Goal::Minimize, &curves).get("score").unwrap(),
            [-2.0, -4.0]
        );
        assert_eq!(
            predict(Goal::Maximize, &curves).get("score").unwrap(),
            [2.0, 4.0]
        );
    }

    #[test]
    fn a_short_curve_is_missing_with_the_reason() {
        let predictions = predict(Goal::Minimize, &[vec![1.0, 1.0], vec![1.0, 1.0, 1.0]]);
        assert_eq!(
            predictions.reason(0),
            Some("its curve has 2 epochs; 3 are needed")
        );
        assert_eq!(predictions.reason(1), None);
    }

    #[test]
    fn it_obeys_the_laws_of_a_predictor() {
        archcast_sdk::conformance::check::<{{Type}}>();
    }
}
