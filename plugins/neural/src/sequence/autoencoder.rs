//! The network of SemiNAS (Luo et al., NeurIPS 2020): an encoder of token sequences, a predictor on the code, and a decoder
//! that is trained to give the tokens back.
//!
//! The encoder reads embeddings by a bidirectional LSTM, adds its projection to them, and brings every step to length 1;
//! the code is their mean at length 1. Steps lie as in [`archcast_networks::lstm`].

use archcast_networks::{
    Activation, Dense, Layout, Loss, Real,
    attention::{Attended, Attention, beside, unit_rows, unit_rows_slope},
    dropout::drop_out,
    initialise::{Initial, normal},
    layout::Place,
    lstm::{Direction, Lstm, Memory},
};
use archcast_sdk::{
    Rng,
    ndarray::{ArrayView1, Axis, s},
    prelude::*,
};

/// Rows of a block of predictions.
const BLOCK: usize = 64;

/// Sizes of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// Tokens 0, 1, … below this.
    pub(crate) vocabulary: usize,
    /// Width of embeddings, states and code.
    pub(crate) units: usize,
    /// Width of the predictor's first layer.
    pub(crate) width: usize,
    /// Whether there is a decoder.
    pub(crate) decoder: bool,
}

/// The places of all layers.
#[derive(Debug, Clone)]
pub(crate) struct Autoencoder {
    shape: Shape,
    embedding: Place,
    reads: [(Lstm, Direction); 2],
    project: Dense,
    hidden: [Dense; 2],
    output: Dense,
    decoder: Option<Decoder>,
    length: usize,
}

#[derive(Debug, Clone)]
struct Decoder {
    read: Lstm,
    embedding: Place,
    attention: Attention,
    output: Dense,
}

/// What the encoder leaves for the gradient.
struct Encoded<F> {
    embedded: Array2<F>,
    dropped: Option<Array2<F>>,
    memories: [Memory<F>; 2],
    joined: Array2<F>,
    steps: Array2<F>,
    lengths: Vec<F>,
    code: Array2<F>,
    code_lengths: Vec<F>,
}

/// What the predictor leaves for the gradient.
struct Valued<F> {
    hidden: Vec<Array2<F>>,
    dropped: Vec<Option<Array2<F>>>,
    mixed: Array2<F>,
    values: Array2<F>,
}

/// How the two losses are weighed and what is dropped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim {
    /// Factor of the squared error; the rest is that of the decoder's loss.
    pub(crate) trade_off: f64,
    pub(crate) dropout: f64,
}

impl Autoencoder {
    pub(crate) fn new(shape: Shape) -> Self {
        let mut layout = Layout::default();
        let Shape { vocabulary, units, width, decoder } = shape;
        let embedding = layout.matrix(vocabulary, units);
        let reads = [Direction::Forward, Direction::Backward]
            .map(|direction| (Lstm::new(&mut layout, units, units), direction));
        let project = Dense::new(&mut layout, 2 * units, units);
        let hidden = [(units, width), (width, units)].map(|(from, to)| Dense::new(&mut layout, from, to));
        let output = Dense::new(&mut layout, units, 1);
        let decoder = decoder.then(|| Decoder {
            read: Lstm::new(&mut layout, units, units),
            embedding: layout.matrix(vocabulary, units),
            attention: Attention::new(&mut layout, units),
            output: Dense::new(&mut layout, units, vocabulary),
        });
        Self { shape, embedding, reads, project, hidden, output, decoder, length: layout.length() }
    }

    /// Number of parameters.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Parameters as PyTorch draws them.
    pub(crate) fn initial<F: Real>(&self, rng: &mut Rng) -> Vec<F> {
        let mut parameters = vec![F::zero(); self.length];
        normal(self.embedding, &mut parameters, rng);
        self.reads.iter().for_each(|(read, _)| read.initialise(&mut parameters, rng));
        for layer in [&self.project, &self.hidden[0], &self.hidden[1], &self.output] {
            Initial::Torch.set(layer, &mut parameters, rng);
        }
        if let Some(decoder) = &self.decoder {
            decoder.read.initialise(&mut parameters, rng);
            normal(decoder.embedding, &mut parameters, rng);
            for layer in decoder.attention.layers().into_iter().chain([&decoder.output]) {
                Initial::Torch.set(layer, &mut parameters, rng);
            }
        }
        parameters
    }

    /// The code of each row of tokens (rows × steps), with what led there.
    fn encode<F: Real>(
        &self,
        parameters: &[F],
        tokens: ArrayView2<'_, u32>,
        mut drop: impl FnMut(&mut Array2<F>) -> Option<Array2<F>>,
    ) -> Encoded<F> {
        let rows = tokens.nrows();
        let mut embedded = gather(self.embedding, parameters, tokens, 0);
        let dropped = drop(&mut embedded);
        let memories = self
            .reads
            .map(|(read, direction)| read.forward(parameters, embedded.view(), read.rest(rows), direction));
        let joined = beside(memories[0].states(), memories[1].states());
        let (steps, lengths) = unit_rows(self.project.forward(parameters, joined.view()) + &embedded);
        let mut mean = Array2::zeros((rows, self.shape.units));
        let share = F::of(1.0 / tokens.ncols().max(1) as f64);
        for step in 0..tokens.ncols() {
            mean.scaled_add(share, &steps.slice(s![step * rows..(step + 1) * rows, ..]));
        }
        let (code, code_lengths) = unit_rows(mean);
        Encoded { embedded, dropped, memories, joined, steps, lengths, code, code_lengths }
    }

    fn value<F: Real>(
        &self,
        parameters: &[F],
        code: &Array2<F>,
        mut drop: impl FnMut(&mut Array2<F>) -> Option<Array2<F>>,
    ) -> Valued<F> {
        let (mut hidden, mut dropped): (Vec<Array2<F>>, Vec<_>) = (Vec::new(), Vec::new());
        for layer in &self.hidden {
            let mut outputs = layer.forward(parameters, hidden.last().unwrap_or(code).view());
            Activation::Relu.forward(&mut outputs);
            dropped.push(drop(&mut outputs));
            hidden.push(outputs);
        }
        let mixed = (code + hidden.last().unwrap_or(code)) * F::of(0.5f64.sqrt());
        let values = self.output.forward(parameters, mixed.view());
        Valued { hidden, dropped, mixed, values }
    }

    /// The value of each row of tokens, in blocks of a fixed number of rows: a row gets the same bits in any company.
    pub(crate) fn predict<F: Real>(&self, parameters: &[F], tokens: ArrayView2<'_, u32>) -> Vec<F> {
        let mut block = Array2::zeros((BLOCK, tokens.ncols()));
        let mut values = Vec::with_capacity(tokens.nrows());
        for start in (0..tokens.nrows()).step_by(BLOCK) {
            let have = BLOCK.min(tokens.nrows() - start);
            block.slice_mut(s![..have, ..]).assign(&tokens.slice(s![start..start + have, ..]));
            block.slice_mut(s![have.., ..]).fill(0);
            let code = self.encode(parameters, block.view(), |_| None).code;
            values.extend(self.value(parameters, &code, |_| None).values.iter().take(have));
        }
        values
    }

    /// The loss of a batch; its gradient is added.
    pub(crate) fn slope<F: Real>(
        &self,
        parameters: &[F],
        (tokens, targets): (ArrayView2<'_, u32>, ArrayView2<'_, F>),
        aim: Aim,
        rng: &mut Rng,
        gradient: &mut [F],
    ) -> f64 {
        let mut drop =
            |values: &mut Array2<F>| (aim.dropout > 0.0).then(|| drop_out(values, aim.dropout, rng));
        let rows = tokens.nrows();
        let encoded = self.encode(parameters, tokens, &mut drop);
        let valued = self.value(parameters, &encoded.code, &mut drop);
        let (squared, mut by_values) = Loss::Squared.slope(valued.values.view(), targets);
        let weight = if self.decoder.is_some() { aim.trade_off } else { 1.0 };
        by_values *= F::of(weight);
        let mut loss = weight * squared.wide();
        let (mut by_steps, mut by_code) = match &self.decoder {
            None => (Array2::zeros(encoded.steps.raw_dim()), Array2::zeros(encoded.code.raw_dim())),
            Some(decoder) => {
                let (nll, by_steps, by_code) =
                    decoder.slope(parameters, tokens, &encoded, F::of(1.0 - weight), &mut drop, gradient);
                loss += (1.0 - weight) * nll;
                (by_steps, by_code)
            }
        };
        by_code += &self.value_slope(parameters, &encoded.code, &valued, by_values, gradient);
        let by_mean = unit_rows_slope(&encoded.code, &encoded.code_lengths, by_code);
        let share = F::of(1.0 / tokens.ncols().max(1) as f64);
        for step in 0..tokens.ncols() {
            by_steps.slice_mut(s![step * rows..(step + 1) * rows, ..]).scaled_add(share, &by_mean);
        }
        let by_sum = unit_rows_slope(&encoded.steps, &encoded.lengths, by_steps);
        self.project.backward(encoded.joined.view(), by_sum.view(), gradient);
        let by_joined = self.project.input_slope(parameters, by_sum.view());
        let mut by_embedded = by_sum;
        for (place, (read, _)) in self.reads.iter().enumerate() {
            let part = by_joined.slice(s![.., place * self.shape.units..(place + 1) * self.shape.units]);
            let memory = &encoded.memories[place];
            let inputs = encoded.embedded.view();
            by_embedded += &read.backward(parameters, inputs, memory, part, gradient).0;
        }
        undrop(&mut by_embedded, encoded.dropped.as_ref());
        scatter(self.embedding, &by_embedded, tokens, 0, gradient);
        loss
    }

    fn value_slope<F: Real>(
        &self,
        parameters: &[F],
        code: &Array2<F>,
        valued: &Valued<F>,
        by_values: Array2<F>,
        gradient: &mut [F],
    ) -> Array2<F> {
        self.output.backward(valued.mixed.view(), by_values.view(), gradient);
        let direct = self.output.input_slope(parameters, by_values.view()) * F::of(0.5f64.sqrt());
        let mut slope = direct.clone();
        for (place, layer) in self.hidden.iter().enumerate().rev() {
            undrop(&mut slope, valued.dropped[place].as_ref());
            Activation::Relu.backward(&valued.hidden[place], &mut slope);
            let before = place.checked_sub(1).map_or(code, |before| &valued.hidden[before]);
            layer.backward(before.view(), slope.view(), gradient);
            slope = layer.input_slope(parameters, slope.view());
        }
        slope + direct
    }
}

/// The decoder's pass over a batch.
struct Decoded<F> {
    embedded: Array2<F>,
    dropped: Option<Array2<F>>,
    memory: Memory<F>,
    asked: Array2<F>,
    attended: Attended<F>,
    mixed: Array2<F>,
    /// Log-probability of each token at each step.
    logs: Array2<F>,
}

impl Decoder {
    /// Each step sees the token before, and 0 before the first.
    fn forward<F: Real>(
        &self,
        parameters: &[F],
        tokens: ArrayView2<'_, u32>,
        encoded: &Encoded<F>,
        mut drop: impl FnMut(&mut Array2<F>) -> Option<Array2<F>>,
    ) -> Decoded<F> {
        let half = F::of(0.5f64.sqrt());
        let mut embedded = gather(self.embedding, parameters, tokens, 1);
        let dropped = drop(&mut embedded);
        let start = (encoded.code.clone(), encoded.code.clone());
        let memory = self.read.forward(parameters, embedded.view(), start, Direction::Forward);
        let asked = (&embedded + memory.states()) * half;
        let attended = self.attention.forward(parameters, &asked, &encoded.steps, tokens.nrows());
        let mixed = (&asked + attended.outputs()) * half;
        let mut logs = self.output.forward(parameters, mixed.view());
        logs.axis_iter_mut(Axis(0)).for_each(|mut row| {
            let largest = row.fold(F::neg_infinity(), |a, &b| a.max(b));
            let sum = row.fold(F::zero(), |sum, &logit| sum + (logit - largest).exp());
            row.mapv_inplace(|logit| logit - largest - sum.ln());
        });
        Decoded { embedded, dropped, memory, asked, attended, mixed, logs }
    }

    /// The mean negative log-likelihood of the tokens; slopes by the encoder's steps and by the code.
    fn slope<F: Real>(
        &self,
        parameters: &[F],
        tokens: ArrayView2<'_, u32>,
        encoded: &Encoded<F>,
        weight: F,
        drop: impl FnMut(&mut Array2<F>) -> Option<Array2<F>>,
        gradient: &mut [F],
    ) -> (f64, Array2<F>, Array2<F>) {
        let decoded = self.forward(parameters, tokens, encoded, drop);
        let share = F::of(1.0 / tokens.len().max(1) as f64);
        let mut nll = 0.0;
        let mut by_logits = decoded.logs.mapv(|log| log.exp() * share * weight);
        for (place, token) in tokens.t().iter().enumerate() {
            let token = *token as usize;
            nll -= decoded.logs[[place, token]].wide();
            by_logits[[place, token]] -= share * weight;
        }
        self.output.backward(decoded.mixed.view(), by_logits.view(), gradient);
        let half = F::of(0.5f64.sqrt());
        let by_mixed = self.output.input_slope(parameters, by_logits.view()) * half;
        let sides = (&decoded.asked, &encoded.steps);
        let (by_asked, by_steps) =
            self.attention.backward(parameters, sides, &decoded.attended, &by_mixed, gradient);
        let by_asked = (by_asked + by_mixed) * half;
        let (inputs, memory) = (decoded.embedded.view(), &decoded.memory);
        let (by_inputs, (by_state, by_cell)) =
            self.read.backward(parameters, inputs, memory, by_asked.view(), gradient);
        let mut by_embedded = by_inputs + by_asked;
        undrop(&mut by_embedded, decoded.dropped.as_ref());
        scatter(self.embedding, &by_embedded, tokens, 1, gradient);
        (nll / tokens.len().max(1) as f64, by_steps, by_state + by_cell)
    }
}

fn undrop<F: Real>(slope: &mut Array2<F>, factors: Option<&Array2<F>>) {
    if let Some(factors) = factors {
        *slope *= factors;
    }
}

/// The token so many steps before this one, 0 before the first.
fn earlier(row: ArrayView1<'_, u32>, step: usize, by: usize) -> usize {
    step.checked_sub(by).and_then(|step| row.get(step)).map_or(0, |&token| token as usize)
}

/// Embeddings of tokens so many steps before, step after step.
fn gather<F: Real>(place: Place, parameters: &[F], tokens: ArrayView2<'_, u32>, by: usize) -> Array2<F> {
    let (table, rows) = (place.view(parameters), tokens.nrows());
    let mut embedded = Array2::zeros((tokens.len(), table.ncols()));
    for (place, mut target) in embedded.axis_iter_mut(Axis(0)).enumerate() {
        target.assign(&table.row(earlier(tokens.row(place % rows), place / rows, by)));
    }
    embedded
}

/// Adds the slopes by embeddings to the gradient of their table.
fn scatter<F: Real>(
    place: Place,
    slope: &Array2<F>,
    tokens: ArrayView2<'_, u32>,
    by: usize,
    gradient: &mut [F],
) {
    let (mut table, rows) = (place.view_mut(gradient), tokens.nrows());
    for (place, slope) in slope.axis_iter(Axis(0)).enumerate() {
        let mut target = table.row_mut(earlier(tokens.row(place % rows), place / rows, by));
        target += &slope;
    }
}

#[cfg(test)]
mod tests;
