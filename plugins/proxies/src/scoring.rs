//! From rows to scores: each row's network is built, scored and dropped.

use archcast_sdk::{Error, Level, Result, dataset::names, prelude::*};
use std::{
    path::Path,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};
use tch::Kind;

use crate::{
    fault::{Fault, Outcome},
    given::Given,
    images::{Asked, Images},
    params::{Params, Precision},
    passes,
    proxy::Score,
    row::Call,
    shared::Shared,
    source::Source,
    torch::{
        Device,
        gpu::{self, Entered},
    },
    wanted::Wanted,
};

/// The score of a network whose input does not reach its output: below that of every other.
pub const DISCONNECTED: f64 = -1e9;

/// Scores that are asked, and what they are computed from.
#[derive(Debug, Serialize, Deserialize)]
pub struct Scoring {
    params: Params,
    scores: Vec<Score>,
    images: Images,
    #[serde(skip)]
    shared: Shared,
}

impl Scoring {
    /// Reads the images, and checks that networks can be built and the device is there.
    ///
    /// # Errors
    /// A space without networks, settings that they cannot have, images that are none, a device that is not there.
    pub fn fit(params: &Params, scores: &[Score], data: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let source = Source::of(data, params, scores)?;
        Device::resolve(params.device, cx)?;
        let wanted = Wanted::new(scores);
        let mut images = Images::Noise;
        if wanted.any(passes::takes_images) {
            let path = params.images.as_deref();
            images = Images::read(path, asked(params, &source, &wanted))?;
            cx.log(Level::Info, format!("networks are run on {}", images.told(path)));
        }
        if let Some(path) = &params.weights {
            Given::read(path, (Kind::Float, tch::Device::Cpu)).map_err(|fault| {
                Error::bad_parameter("weights", format!("names `{}`: {fault}", path.display()))
            })?;
        }
        Ok(Self { params: params.clone(), scores: scores.to_vec(), images, shared: Shared::default() })
    }

    /// The scores of each row. `named` names an output.
    ///
    /// # Errors
    /// Those of [`fit`](Self::fit) for data of another space.
    pub fn predict(
        &self,
        queries: &Dataset<'_>,
        cx: &Context<'_>,
        named: impl Fn(Score) -> &'static str,
    ) -> Result<Predictions> {
        let source = Source::of(queries, &self.params, &self.scores)?;
        let wanted = Wanted::new(&self.scores);
        let kind = match self.params.precision {
            Precision::F32 => Kind::Float,
            Precision::F64 => Kind::Double,
        };
        let call = Call {
            params: &self.params,
            scores: &self.scores,
            images: &self.images,
            shared: &self.shared,
            asked: asked(&self.params, &source, &wanted),
            wanted,
            options: (kind, Device::resolve(self.params.device, cx)?),
            cx,
        };
        let networks = match queries.column(names::NETWORK) {
            Some(_) => queries.networks()?,
            None => Vec::new(),
        };
        let genotypes = match source {
            Source::Space(_) => Some(queries.genotypes()?),
            Source::Files { .. } => None,
        };
        let score = |row: usize| match (&source, &genotypes) {
            (Source::Space(builder), Some(genotypes)) => {
                call.of_genotype(builder, &genotypes.row(row).to_vec(), row)
            }
            _ => match networks.get(row).copied().flatten() {
                Some(path) => call.of_file(Path::new(path), row),
                None => Err(Fault::Other("it has no network file".into())),
            },
        };
        let (rows, done) = (queries.rows(), AtomicUsize::new(0));
        let told = cx.parallel_map(rows, |row| {
            cx.check()?;
            // A row is one thread's work: small networks gain nothing from threads inside a layer.
            tch::set_num_threads(1);
            let scores = alone_if_need_be(call.options.1, || {
                let _entered = Entered::on(call.options.1)?;
                score(row)
            });
            cx.progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / rows as f64);
            Ok(scores)
        });
        let told = told.into_iter().collect::<Result<Vec<_>>>()?;
        let mut predictions = Predictions::new(rows);
        for (place, &score) in self.scores.iter().enumerate() {
            let value = |told: &Outcome<Vec<f64>>| told.as_ref().map_or(0.0, |scores| scores[place]);
            predictions = predictions.output(named(score), told.iter().map(value).collect::<Vec<_>>());
        }
        for (row, told) in told.iter().enumerate() {
            if let Err(fault) = told {
                predictions.set_missing(row, fault.to_string());
            }
        }
        Ok(predictions)
    }
}

/// Runs a row. Where it fails as it would in the memory that others leave, it is run again while no other row runs: whether a
/// row has scores does not depend on how many are in flight.
fn alone_if_need_be<T>(device: tch::Device, run: impl Fn() -> Outcome<T>) -> Outcome<T> {
    static IN_FLIGHT: RwLock<()> = RwLock::new(());
    {
        let _among_others = IN_FLIGHT.read().unwrap_or_else(PoisonError::into_inner);
        match run() {
            Err(fault) if fault.may_be_of_others(device) => {}
            told => return told,
        }
    }
    let _alone = IN_FLIGHT.write().unwrap_or_else(PoisonError::into_inner);
    gpu::release(device)?;
    let told = run();
    // What it took is kept for tensors of its sizes, which the next rows do not have.
    if told.is_err() {
        gpu::release(device)?;
    }
    told
}

/// The images that these scores take.
fn asked(params: &Params, source: &Source, wanted: &Wanted) -> Asked {
    let batches = if wanted.has(Score::Zico) { params.zico_batches } else { 1 };
    let count = (params.batch_size * batches) as usize;
    Asked { count, side: source.side(), classes: source.classes() }
}
