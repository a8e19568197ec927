//! Predictors over small networks, as a host calls them.

mod files;
mod laws;
mod networks;
mod rows;

use archcast_architectures::Space;
use archcast_sdk::{Dataset, DatasetBuilder, LocalServices, prelude::*};

use crate::{
    example,
    proxy::{
        Score,
        zero_cost::{Params, ZeroCost},
    },
};

/// Every score.
const ALL: [Score; 17] = [
    Score::EpeNas,
    Score::Fisher,
    Score::Flops,
    Score::GradNorm,
    Score::Grasp,
    Score::JacobianCovariance,
    Score::L2Norm,
    Score::LiveParams,
    Score::Logsynflow,
    Score::Meco,
    Score::Naswot,
    Score::Params,
    Score::Plain,
    Score::Snip,
    Score::Synflow,
    Score::ZenScore,
    Score::Zico,
];

/// Cells of nas-bench-201 with the identity of a host.
fn data(cells: &[[u16; 6]]) -> DatasetBuilder<'static> {
    let genotypes = Array2::from_shape_fn((cells.len(), 6), |(row, edge)| cells[row][edge]);
    let identity = |cell: &[u16; 6]| [cell.iter().fold(0, |sum, &digit| sum * 5 + u64::from(digit)), 0];
    DatasetBuilder::new(cells.len())
        .owned_genotypes(&genotypes)
        .identities(cells.iter().map(identity))
        .header(|header| header.space = Some(Space::NasBench201.info()))
}

/// Fits and asks on one thread or more.
fn asked_of<P: Predictor>(params: &P::Params, data: &Dataset<'_>, threads: usize) -> Result<Predictions> {
    let services = LocalServices::new(3).with_threads(threads);
    let identity = |row: usize| data.identity(row);
    let cx = Context::new(&services, &identity);
    P::fit(params, data, &cx)?.predict(data, &cx)
}

/// What `zero-cost` says under small settings that a test changes.
fn zero_cost(scores: &[Score], cells: &[[u16; 6]], change: impl FnOnce(&mut Params)) -> Result<Predictions> {
    let mut params = Params { scores: scores.to_vec(), options: example::params() };
    change(&mut params);
    asked_of::<ZeroCost>(&params, &data(cells).view().unwrap(), 1)
}
