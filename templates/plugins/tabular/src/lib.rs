//! Near architectures vote on an architecture's performance.

use archcast_sdk::prelude::*;

/// The training rows. The type is the fitted thing; serde saves and loads it.
#[derive(Serialize, Deserialize)]
struct {{Type}} {
    neighbours: usize,
    rows: Array2<f64>,
    targets: Array1<f64>,
}

/// What `params` may hold in TOML.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Params {
    /// Neighbours that vote, each with a weight that falls with its distance.
    #[schemars(range(min = 1, max = 1000))]
    neighbours: usize,
}

impl Default for Params {
    fn default() -> Self {
        Self { neighbours: 5 }
    }
}

impl Predictor for {{Type}} {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("{{name}}", Family::ModelBased)
        .summary("Mean target of the nearest rows, weighted by distance.")
        .complexity("fit O(n d), predict O(n (d + log n)) a row")
        .needs(&[Input::Features])
        .gives(Gives::Value);

    fn fit(params: &Params, train: &Dataset, _cx: &Context) -> Result<Self> {
        let neighbours = params.neighbours;
        let rows = train.features()?.complete()?.to_owned();
        let targets = train.targets()?.to_owned();
        Ok(Self {
            neighbours,
            rows,
            targets,
        })
    }

    fn predict(&self, queries: &Dataset, cx: &Context) -> Result<Predictions> {
        let features = queries.features()?;
        let mut means = vec![0.0; queries.rows()];
        let mut faulty = Vec::new();
        for (row, query) in features.values().outer_iter().enumerate() {
            cx.check()?;
            if features.row_is_complete(row) && query.iter().all(|value| value.is_finite()) {
                means[row] = self.vote(query);
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

impl {{Type}} {
    fn vote(&self, query: ArrayView1<f64>) -> f64 {
        let mut near: Vec<(f64, f64)> = (self.rows.outer_iter().zip(&self.targets))
            .map(|(row, &target)| ((&row - &query).mapv(|d| d * d).sum().sqrt(), target))
            .collect();
        // By target where two are as near, so that the order of the training rows does not matter.
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        near.truncate(self.neighbours);
        let weight = |distance: f64| 1.0 / (1e-6 + distance);
        let total: f64 = near.iter().map(|&(distance, _)| weight(distance)).sum();
        near.iter()
            .map(|&(distance, target)| weight(distance) / total * target)
            .sum()
    }
}

archcast_sdk::export_plugin! { name: "{{name}}", predictors: [{{Type}}] }

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::LocalServices;

    #[test]
    fn the_nearer_row_counts_more() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let train = DatasetBuilder::new(2)
            .features(&["depth"], vec![0.0, 4.0])
            .targets(vec![10.0, 20.0]);
        let model = {{Type}}::fit(&Params::default(), &train.view().unwrap(), &cx).unwrap();
        let queries = DatasetBuilder::new(2).features(&["depth"], vec![1.0, 2.0]);
        let predictions = model.predict(&queries.view().unwrap(), &cx).unwrap();
        let means = predictions.get("mean").unwrap();
        assert!((means[0] - 12.5).abs() < 1e-4, "{means:?}");
        assert!((means[1] - 15.0).abs() < 1e-4, "{means:?}");
    }

    #[test]
    fn it_obeys_the_laws_of_a_predictor() {
        archcast_sdk::conformance::check::<{{Type}}>();
    }
}
