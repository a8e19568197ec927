//! All scores of one row.

use archcast_architectures::{ArchitectureError, Builder, Network};
use archcast_sdk::{
    Context, Rng,
    rand::{Rng as _, SeedableRng as _},
};
use std::path::Path;
use tch::{Device, Kind, Tensor};

use crate::{
    fault::{Fault, Outcome, finite},
    given::Given,
    images::{Asked, Batch, Images},
    params::Params,
    passes,
    proxy::{Score, l2_norm, meco, synflow::Flow, zen_score},
    scoring::DISCONNECTED,
    shared::{Key, Shared, Tensors},
    torch::{Layer, Net, Script, Subject, draw, initialise},
    wanted::{Found, Wanted},
};

/// Streams of random numbers that all rows share.
const IMAGES: u64 = 1;
const MOVES: u64 = 2;
const MECO: u64 = 3;

/// What a row draws from its own stream for one initialisation.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Weights,
    SingleOutput,
    Zen(u32),
}

/// What is the same for all rows of a call.
pub struct Call<'a> {
    pub params: &'a Params,
    pub scores: &'a [Score],
    pub images: &'a Images,
    pub shared: &'a Shared,
    pub wanted: Wanted,
    pub asked: Asked,
    pub options: (Kind, Device),
    pub cx: &'a Context<'a>,
}

impl Call<'_> {
    /// The scores of a genotype's network, in the order in which they were asked.
    pub fn of_genotype(&self, builder: &Builder, genotype: &[u16], row: usize) -> Outcome<Vec<f64>> {
        let other = |error: ArchitectureError| Fault::Other(error.to_string());
        let network = builder.network(genotype).map_err(other)?;
        let whole = builder.count(genotype).map_err(other)?;
        let live = network.as_ref().map_or(0, |network| network.count().parameters);
        let mut found = Found::default();
        if let Some(network) = &network
            && self.wanted.any(|score| !score.is_size())
        {
            self.run(builder, network, row, &mut found)?;
        }
        let score = |&score: &Score| match score {
            Score::Params => Ok(whole.parameters as f64),
            Score::Flops => Ok(whole.multiply_adds as f64),
            Score::LiveParams => Ok(live as f64),
            _ if network.is_none() => Ok(DISCONNECTED),
            _ => self.mean(score, &found),
        };
        self.scores.iter().map(score).collect()
    }

    /// The scores of a file's network, in the order in which they were asked.
    pub fn of_file(&self, path: &Path, row: usize) -> Outcome<Vec<f64>> {
        let mut found = Found::default();
        let base = self.cx.rng_for(row).next_u64();
        let Tensors { batches, .. } = self.shared()?;
        for initialisation in 0..self.params.initialisations {
            let read = || {
                let mut rng = stream(base, initialisation, Purpose::Weights);
                Script::read(path, self.params.initialisation, &mut rng, self.options)
            };
            let script = read()?;
            found.add(Score::Params, script.parameters() as f64);
            self.on_any(&script, None, &batches, &mut found)?;
            if self.wanted.any(passes::takes_flow) {
                let side = self.asked.side as i64;
                // Passes have moved the running statistics of the other one.
                let flow = read()?.flow([3, side, side], self.options.1)?;
                passes::of_flow(&flow, &self.wanted, &mut found)?;
            }
        }
        self.scores.iter().map(|&score| self.mean(score, &found)).collect()
    }

    fn mean(&self, score: Score, found: &Found) -> Outcome<f64> {
        match found.get(score) {
            Some(sum) => finite(sum / f64::from(self.params.initialisations), score.name()),
            None => Err(Fault::Other(format!("`{}` was not computed", score.name()))),
        }
    }

    /// The scores that every network has.
    fn on_any(
        &self,
        subject: &dyn Subject,
        single: Option<&Layer>,
        batches: &[Batch],
        found: &mut Found,
    ) -> Outcome<()> {
        if self.wanted.has(Score::L2Norm) {
            found.add(Score::L2Norm, l2_norm::score(&subject.weights())?);
        }
        if self.wanted.any(passes::takes_images) {
            passes::on_images(subject, single, batches, &self.wanted, self.params, found)?;
            subject.follow_weights(false)?;
        }
        Ok(())
    }

    /// All passes of a network of a space, for each initialisation.
    fn run(&self, builder: &Builder, network: &Network, row: usize, found: &mut Found) -> Outcome<()> {
        let shared = self.shared()?;
        let base = self.cx.rng_for(row).next_u64();
        for initialisation in 0..self.params.initialisations {
            let rng = |purpose| stream(base, initialisation, purpose);
            let (space, how) = (Some(builder.space()), self.params.initialisation);
            let layers =
                self.layers(|| draw(network, space, how, &mut rng(Purpose::Weights), self.options))?;
            let net = Net::new(network, layers)?;
            let mut own = rng(Purpose::SingleOutput);
            let single = initialise::draw_single_output(network, space, how, &mut own, self.options)?;
            self.on_any(&net, single.as_ref(), &shared.batches, found)?;
            if self.wanted.any(passes::takes_flow) {
                passes::of_flow(&Flow::through(&net, self.asked.side)?, &self.wanted, found)?;
            }
            if let Some(image) = &shared.meco {
                found.add(Score::Meco, meco::score(&net, image, self.params.meco_taps)?);
            }
            if self.wanted.has(Score::ZenScore) {
                let rng = |repeat| rng(Purpose::Zen(repeat));
                found.add(Score::ZenScore, self.zen(network, &shared.zen, rng)?);
            }
        }
        Ok(())
    }

    /// What all rows are run on, of it what the scores take.
    fn shared(&self) -> Outcome<Tensors> {
        let key =
            Key { seed: self.cx.seed(), options: self.options, shape: (self.asked.side, self.asked.classes) };
        self.shared.get(key, || {
            let mut tensors = Tensors::default();
            let size = self.params.batch_size;
            if self.wanted.any(passes::takes_images) {
                let rng = self.cx.rng_for_part(IMAGES);
                tensors.batches = self.images.batches(self.asked, size as usize, rng, self.options)?;
            }
            if self.wanted.has(Score::Meco) {
                let side = i64::from(self.params.meco_image);
                let image =
                    self.normal("meco.image", &[1, 3, side, side], &mut self.cx.rng_for_part(MECO))?;
                tensors.meco = Some(image);
            }
            if self.wanted.has(Score::ZenScore) {
                let side = self.asked.side as i64;
                let shape = [i64::from(size), 3, side, side];
                let mut moves = self.cx.rng_for_part(MOVES);
                for _ in 0..self.params.zen_repeats {
                    let x = self.normal("zen.x", &shape, &mut moves)?;
                    tensors.zen.push((x, self.normal("zen.e", &shape, &mut moves)?));
                }
            }
            Ok(tensors)
        })
    }

    fn layers(&self, drawn: impl FnOnce() -> Outcome<Vec<Layer>>) -> Outcome<Vec<Layer>> {
        match &self.params.weights {
            Some(path) => Ok(Given::read(path, self.options)?.layers),
            None => drawn(),
        }
    }

    /// Standard normal numbers, unless the file of weights holds a tensor of this name.
    fn normal(&self, name: &str, shape: &[i64], rng: &mut Rng) -> Outcome<Tensor> {
        let given = match &self.params.weights {
            Some(path) => Given::read(path, self.options)?.take(name),
            None => None,
        };
        match given {
            Some(given) => Ok(given),
            None => initialise::standard_normal(shape, rng, self.options),
        }
    }

    /// The mean over draws of weights; the images and where they move to are the same for all networks.
    fn zen(&self, network: &Network, moves: &[(Tensor, Tensor)], rng: impl Fn(u32) -> Rng) -> Outcome<f64> {
        let mut sum = 0.0;
        for (repeat, (x, e)) in (0..).zip(moves) {
            let layers =
                self.layers(|| initialise::draw_standard_normal(network, &mut rng(repeat), self.options))?;
            sum += zen_score::score(&Net::new(network, layers)?, x, e, self.params.zen_variance)?;
        }
        Ok(sum / f64::from(self.params.zen_repeats))
    }
}

/// A stream of its own for each use, so that a score does not depend on which others are asked.
fn stream(base: u64, initialisation: u32, purpose: Purpose) -> Rng {
    let number = match purpose {
        Purpose::Weights => 0,
        Purpose::SingleOutput => 1,
        Purpose::Zen(repeat) => 2 + u64::from(repeat),
    };
    let mut seed = [0; 32];
    for (bytes, word) in seed.chunks_exact_mut(8).zip([base, u64::from(initialisation), number, 0]) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    Rng::from_seed(seed)
}
