//! Architectures by chance, as the generator of NAS-Bench-NLP draws them (Klyuchnikov et al., IEEE Access 2022).

use rand::{Rng, RngExt};

use super::cell::Draw;
use super::{Cell, FreeGraphSpace, Network, Node, Reads};
use crate::space::Genotype;
use crate::space::sample::below;

/// Draws for each node wanted before an attempt is given up: what cannot yet be read is drawn in vain.
const MOST_DRAWS: usize = 64;

impl FreeGraphSpace {
    /// Attempts until one succeeds.
    pub(super) fn draw(&self, rng: &mut dyn Rng) -> Genotype {
        loop {
            if let Some(genotype) = self.cell.attempt(rng) {
                return genotype;
            }
        }
    }
}

impl Cell {
    /// Draws nodes, names some of them as outputs, and drops those that reach no output. No architecture comes of it
    /// where an input is left over, where an output reads a carried input itself, or where too many nodes are left.
    pub(super) fn attempt(&self, rng: &mut dyn Rng) -> Option<Genotype> {
        let nodes = self.drawn(rng)?;
        let mut outputs = vec![None; self.outputs.len()];
        let named = some_of((0..nodes.len()).collect(), self.sampling.outputs, rng)?;
        outputs.iter_mut().zip(named).for_each(|(output, index)| *output = Some(index));
        let network = self.without_dead(&Network { nodes, outputs });
        let carried = |index: usize| {
            network.nodes[index].inputs.iter().any(|&id| self.carries.get(id).is_some_and(Option::is_some))
        };
        if network.nodes.len() > self.sampling.most || network.outputs.iter().flatten().any(|&k| carried(k)) {
            return None;
        }
        self.genotype(&network)
    }

    fn drawn(&self, rng: &mut dyn Rng) -> Option<Vec<Node>> {
        let (wanted, mut nodes, mut activations) = (self.sampling.nodes, Vec::new(), Vec::new());
        for _ in 0..wanted.saturating_mul(MOST_DRAWS) {
            if nodes.len() >= wanted {
                return Some(nodes);
            }
            let draw = self.draw_of(rng)?;
            let candidates = self.candidates(draw, nodes.len(), &activations);
            let Some(inputs) = some_of(candidates, draw.inputs, rng) else { continue };
            nodes.push(Node { operation: draw.operation, inputs });
            if draw.activated {
                let choice = below(rng, self.sampling.activations.len());
                let operation = *self.sampling.activations.get(usize::from(choice))?;
                activations.push(self.inputs.len() + nodes.len());
                nodes.push(Node { operation, inputs: vec![self.inputs.len() + nodes.len() - 1] });
            }
        }
        None
    }

    /// One of the draws, by weight.
    fn draw_of(&self, rng: &mut dyn Rng) -> Option<&Draw> {
        let draws = &self.sampling.draws;
        let total: u64 = draws.iter().map(|draw| u64::from(draw.weight)).sum();
        let mut left = rng.random_range(0..total.max(1));
        draws.iter().find(|draw| {
            let found = left < u64::from(draw.weight);
            left = left.saturating_sub(u64::from(draw.weight));
            found
        })
    }

    /// What a draw may read, each once.
    fn candidates(&self, draw: &Draw, nodes: usize, activations: &[usize]) -> Vec<usize> {
        let mut candidates = Vec::new();
        let used = |&input: &usize| self.carries[input].is_none_or(|output| output < self.sampling.outputs);
        for reads in &draw.reads {
            let inputs = (0..self.inputs.len()).filter(used);
            match reads {
                Reads::Inputs => candidates.extend(inputs),
                Reads::Carried => candidates.extend(inputs.filter(|&input| self.carries[input].is_some())),
                Reads::Activations => candidates.extend(activations),
                Reads::Nodes => candidates.extend(self.inputs.len()..self.inputs.len() + nodes),
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn without_dead(&self, network: &Network) -> Network {
        let inputs = self.inputs.len();
        let alive = network.leads_to(inputs, network.outputs.iter().flatten().copied());
        let number = |index: usize| alive[..index].iter().filter(|&&alive| alive).count();
        let renumbered = |&id: &usize| id.checked_sub(inputs).map_or(id, |index| inputs + number(index));
        let node = |(node, _): (&Node, &bool)| Node {
            operation: node.operation,
            inputs: node.inputs.iter().map(renumbered).collect(),
        };
        Network {
            nodes: network.nodes.iter().zip(&alive).filter(|(_, alive)| **alive).map(node).collect(),
            outputs: network.outputs.iter().map(|output| output.map(number)).collect(),
        }
    }
}

/// So many different candidates in an order drawn by chance; `None` where there are too few.
fn some_of(mut candidates: Vec<usize>, count: usize, rng: &mut dyn Rng) -> Option<Vec<usize>> {
    if count > candidates.len() {
        return None;
    }
    for place in 0..count {
        let other = place + usize::from(below(rng, candidates.len() - place));
        candidates.swap(place, other);
    }
    candidates.truncate(count);
    Some(candidates)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::super::tests::cell;
    use super::*;
    use crate::space::Space;

    // 99.9 % points of the chi-square distribution: 18.467 with 4 degrees of freedom, 13.816 with 2 (its table).
    #[test]
    fn operations_are_drawn_by_their_weights_and_activations_uniformly() {
        let cell = cell();
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut counts: HashMap<(usize, usize), f64> = HashMap::new();
        for _ in 0..100_000 {
            let draw = cell.draw_of(&mut rng).unwrap();
            *counts.entry((draw.operation, draw.inputs)).or_default() += 1.0;
        }
        let chi_square: f64 =
            [((5, 2), 0.4), ((5, 3), 0.1), ((6, 3), 0.5 / 3.0), ((4, 2), 0.5 / 3.0), ((3, 2), 0.5 / 3.0)]
                .iter()
                .map(|(key, share)| (counts[key] - share * 1e5).powi(2) / (share * 1e5))
                .sum();
        assert!(chi_square < 18.467, "{chi_square}");

        let mut counts = [0.0_f64; 3];
        for _ in 0..5_000 {
            for node in cell.drawn(&mut rng).unwrap().iter().filter(|node| node.operation < 3) {
                counts[node.operation] += 1.0;
            }
        }
        let mean = counts.iter().sum::<f64>() / 3.0;
        let chi_square: f64 = counts.iter().map(|count| (count - mean).powi(2) / mean).sum();
        assert!(mean > 4_000.0 && chi_square < 13.816, "{chi_square}");
    }

    // 99.9 % point of the chi-square distribution with 119 degrees of freedom: 173.6 (Wilson-Hilferty).
    #[test]
    fn inputs_are_drawn_uniformly_and_differ() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let mut counts: HashMap<Vec<usize>, f64> = HashMap::new();
        for _ in 0..100_000 {
            *counts.entry(some_of((0..6).collect(), 3, &mut rng).unwrap()).or_default() += 1.0;
        }
        assert_eq!(counts.len(), 120);
        let expected = 1e5 / 120.0;
        let chi_square: f64 = counts.values().map(|count| (count - expected).powi(2) / expected).sum();
        assert!(chi_square < 173.6, "{chi_square}");
        assert!(some_of(vec![1, 2], 3, &mut rng).is_none());
    }

    #[test]
    fn samples_are_small_cells_of_two_states_whose_outputs_read_no_state() {
        let space = Space::builtin("nas-bench-nlp").unwrap();
        let cell = cell();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        for _ in 0..300 {
            let genotype = space.sample(&mut rng);
            let network = cell.network(&genotype).unwrap();
            assert!(network.nodes.len() <= 8);
            assert_eq!(network.outputs.iter().flatten().count(), 2);
            for &output in network.outputs.iter().flatten() {
                assert!(network.nodes[output].inputs.iter().all(|&input| !(1..4).contains(&input)));
            }
            assert!(network.nodes.iter().all(|node| node.operation < 5 || node.inputs.len() >= 2));
        }
    }
}
