//! The validation accuracy where training was stopped: see [`early_stop`](crate::early_stop).

use crate::early_stop::{Params, Stopped};
use archcast_sdk::prelude::*;

const METRIC: &str = "val_acc";

/// Which curve is read, and how.
#[derive(Debug, Serialize, Deserialize)]
pub struct EarlyStopAccuracy(Stopped);

impl Predictor for EarlyStopAccuracy {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new("early-stop-accuracy", Family::LearningCurve)
        .summary("The validation accuracy where training was stopped.")
        .cite("Zhou et al., EcoNAS: Finding Proxies for Economical Neural Architecture Search, CVPR 2020")
        .cite("Egele et al., The Unreasonable Effectiveness of Early Discarding after One Epoch in Neural Network Hyperparameter Optimization, Neurocomputing 2024")
        .complexity("fit O(1), predict O(epochs) a row")
        .needs(&[Input::Curve { metric: METRIC, shortest: 1 }])
        .minimum_rows(0)
        .gives(Gives::Score);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Stopped::fit(params, train, METRIC).map(Self)
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        self.0.predict(queries, cx)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_law_holds() {
        archcast_sdk::conformance::check::<super::EarlyStopAccuracy>();
    }
}
