//! Sound little predictors.

use archcast_sdk::prelude::*;
use archcast_sdk::{Header, header::CurveInfo};

/// Mean target of the nearest rows.
#[derive(Serialize, Deserialize)]
pub struct Nearest {
    k: usize,
    rows: Array2<f64>,
    targets: Array1<f64>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NearestParams {
    /// Neighbours that vote.
    #[schemars(range(min = 1, max = 1000))]
    k: usize,
}

impl Default for NearestParams {
    fn default() -> Self {
        Self { k: 3 }
    }
}

impl Predictor for Nearest {
    type Params = NearestParams;
    const DESCRIPTOR: Descriptor =
        Descriptor::new("nearest", Family::ModelBased).needs(&[Input::Features]).gives(Gives::Value);

    fn fit(params: &NearestParams, train: &Dataset, _cx: &Context) -> Result<Self> {
        let rows = train.features()?.complete()?.to_owned();
        Ok(Self { k: params.k, rows, targets: train.targets()?.to_owned() })
    }

    fn predict(&self, queries: &Dataset, cx: &Context) -> Result<Predictions> {
        let queries = queries.features()?.complete()?;
        let mut means = Vec::with_capacity(queries.nrows());
        for query in queries.rows() {
            cx.check()?;
            let mut near: Vec<(f64, f64)> = (self.rows.rows().into_iter().zip(&self.targets))
                .map(|(row, &target)| ((&row - &query).mapv(|d| d * d).sum(), target))
                .collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            near.truncate(self.k);
            means.push(near.iter().map(|(_, target)| target).sum::<f64>() / near.len() as f64);
        }
        Ok(Predictions::values(means))
    }
}

/// No parameters.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Nothing {}

/// The last training loss, the right way up.
#[derive(Serialize, Deserialize)]
pub struct LastLoss;

impl Predictor for LastLoss {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor = Descriptor::new("last-loss", Family::LearningCurve)
        .needs(&[Input::Curve { metric: "train_loss", shortest: 3 }])
        .minimum_rows(0)
        .gives(Gives::Score);

    fn fit(_: &Nothing, train: &Dataset, _cx: &Context) -> Result<Self> {
        train.curve("train_loss")?;
        Ok(Self)
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        let curve = queries.curve("train_loss")?;
        let last = |row| curve.row(row).last().copied().filter(|loss: &f64| loss.is_finite());
        let scores: Vec<f64> = (0..queries.rows()).map(|row| last(row).map_or(0.0, |loss| -loss)).collect();
        let mut predictions = Predictions::scores(scores);
        for row in (0..queries.rows()).filter(|&row| last(row).is_none()) {
            predictions.set_missing(row, "its curve has diverged");
        }
        Ok(predictions)
    }
}

/// How many decisions are 0 and how many are 4; an architecture that starts with 3 is beyond it.
#[derive(Serialize, Deserialize)]
pub struct CountsChoices;

impl Predictor for CountsChoices {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor = Descriptor::new("counts-choices", Family::ZeroCost)
        .needs(&[Input::Genotypes])
        .minimum_rows(0)
        .gives(Gives::Named(&["lowest", "highest"]));

    fn fit(_: &Nothing, _train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        let genotypes = queries.genotypes()?;
        let count = |wanted: u16| -> Vec<f64> {
            genotypes
                .rows()
                .into_iter()
                .map(|row| row.iter().filter(|&&v| v == wanted).count() as f64)
                .collect()
        };
        let mut predictions =
            Predictions::new(queries.rows()).output("lowest", count(0)).output("highest", count(4));
        for (row, _) in genotypes.rows().into_iter().enumerate().filter(|(_, genotype)| genotype[0] == 3) {
            predictions.set_missing(row, "it starts with a 3");
        }
        Ok(predictions)
    }
}

/// Asks for every kind of input that can be made up, and checks that each is there.
#[derive(Serialize, Deserialize)]
pub struct TakesEverything;

impl Predictor for TakesEverything {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor = Descriptor::new("takes-everything", Family::ModelBased)
        .needs(&[
            Input::Genotypes,
            Input::Sequences,
            Input::AnyOf(&[Input::Networks, Input::FullGraph]),
            Input::Curve { metric: "val_acc", shortest: 20 },
            Input::Unlabelled { factor: 2 },
        ])
        .may_use(&[Input::Features, Input::PrunedGraph, Input::Costs, Input::Networks])
        .minimum_rows(5)
        .gives(Gives::Score);

    fn fit(_: &Nothing, train: &Dataset, _cx: &Context) -> Result<Self> {
        let header: &Header = train.header()?;
        let curve = header.curves.get("val_acc").cloned().unwrap_or_default();
        assert_eq!(curve, CurveInfo { unit: Some("percent".into()), ..CurveInfo::default() });
        assert!(header.horizon > header.fidelity && header.fidelity >= Some(20));
        assert!(train.rows() > 2 * train.labelled());
        assert!(train.curve("val_acc")?.row(0).len() >= 20);
        assert!(
            train.features()?.complete()?.ncols() == 6 && train.genotypes()?.iter().all(|&value| value < 5)
        );
        assert!(train.sequences()?.row(0).len() > 5 && train.cost("seconds")?[0].is_some());
        assert!(train.graphs(GraphForm::Full)?.row(0).labels.len() == 8);
        assert!(train.graphs(GraphForm::Pruned)?.row(0).edges.len() < 10);
        Ok(Self)
    }

    fn predict(&self, queries: &Dataset, cx: &Context) -> Result<Predictions> {
        let curve = queries.curve("val_acc")?;
        let mut predictions = Predictions::new(queries.rows());
        let mut scores = Vec::with_capacity(queries.rows());
        for row in 0..queries.rows() {
            cx.check()?;
            let end: f64 = curve.row(row).iter().rev().take(3).sum();
            if !end.is_finite() {
                predictions.set_missing(row, "its curve has diverged");
            }
            scores.push(end);
        }
        Ok(predictions.output("score", scores))
    }
}

/// Scores a network file by the length of its path.
#[derive(Serialize, Deserialize)]
pub struct NetworkScore<const EXAMPLE: bool>;

impl<const EXAMPLE: bool> Predictor for NetworkScore<EXAMPLE> {
    type Params = Nothing;
    const DESCRIPTOR: Descriptor =
        Descriptor::new("network-score", Family::ZeroCost).needs(&[Input::Networks]).minimum_rows(0);

    fn fit(_: &Nothing, _train: &Dataset, _cx: &Context) -> Result<Self> {
        Ok(Self)
    }

    fn predict(&self, queries: &Dataset, _cx: &Context) -> Result<Predictions> {
        let lengths = queries.networks()?.into_iter().map(|path| path.unwrap_or("").len() as f64);
        Ok(Predictions::scores(lengths.collect::<Vec<f64>>()))
    }

    fn example(n: usize, seed: u64) -> Option<Example<Nothing>> {
        let lengths: Vec<usize> = (0..n).map(|row| (row * 7 + seed as usize % 5) % (n + 3)).collect();
        let paths: Vec<Option<String>> = lengths.iter().map(|&length| Some("/".repeat(length + 1))).collect();
        let targets: Vec<f64> = lengths.iter().map(|&length| length as f64).collect();
        let data = DatasetBuilder::new(n).networks(&paths).targets(targets);
        EXAMPLE.then_some(Example { data, params: Nothing {} })
    }
}
