//! Spaces of networks that are a sequence of layers, each one choice of blocks: nas-bench-macro and its relatives.

mod declaration;
mod graphs;
mod limits;
mod plan;
mod steps;
#[cfg(test)]
mod tests;
mod text;

pub use declaration::Layers;
pub use plan::Plan;

use rand::{Rng, RngExt};

use super::kind::{Genotypes, Kind};
use super::{Decision, Genotype, Graph, ParseError};
use crate::encoding::{FeatureKind, FeatureSpec};
use limits::Limits;
use text::Form;

/// A space of sequences of layers. A genotype has one number for each place for a layer; where a stage has fewer
/// layers than it may have, its last places hold the number after that of the last block (`absent`).
#[derive(Debug)]
pub struct LayerSpace {
    plan: Plan,
    limits: Limits,
    decisions: Vec<Decision>,
    forms: Vec<Form>,
}

impl LayerSpace {
    /// The space of a plan under the limits and in the text forms of its declaration.
    pub(self) fn new(plan: Plan, declared: &Layers) -> Result<LayerSpace, Vec<String>> {
        let mut reasons = Vec::new();
        let mut forms = Vec::new();
        for text in &declared.text {
            match Form::new(text, &plan) {
                Ok(form) => forms.push(form),
                Err(reason) => reasons.push(reason),
            }
        }
        if declared.text.is_empty() {
            reasons.push("`text` is empty; it lists forms such as `{symbols}` or `{names}`".into());
        }
        match Limits::new(&plan, declared) {
            Ok(limits) if reasons.is_empty() => {
                Ok(LayerSpace { decisions: plan.decisions(), plan, limits, forms })
            }
            Ok(_) => Err(reasons),
            Err(more) => Err([reasons, more].concat()),
        }
    }
}

impl Kind for LayerSpace {
    fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    fn invalid(&self, genotype: &[u16]) -> Option<String> {
        let absent = self.plan.absent();
        for (at, pair) in genotype.windows(2).enumerate() {
            let same_stage = self.plan.slots[at].stage == self.plan.slots[at + 1].stage;
            if same_stage && pair[0] == absent && pair[1] != absent {
                let (gap, next) = (at + 1, at + 2);
                return Some(format!(
                    "layer {gap} is absent and layer {next} is not; absent layers stand at the end of their stage"
                ));
            }
        }
        self.limits.broken(&self.plan, genotype)
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        text::read(&self.forms, &self.plan, text, || self.example())
    }

    fn print(&self, genotype: &[u16]) -> String {
        self.forms.first().map(|form| form.write(&self.plan, genotype)).unwrap_or_default()
    }

    fn example(&self) -> Genotype {
        self.limits.complete(&self.plan, &[]).unwrap_or_default()
    }

    fn size(&self) -> Option<u128> {
        self.limits.size()
    }

    fn enumerate(&self) -> Option<Genotypes<'_>> {
        let first = self.limits.complete(&self.plan, &[]);
        Some(Box::new(std::iter::successors(first, |genotype| steps::successor(self, genotype))))
    }

    fn sample(&self, rng: &mut dyn Rng) -> Genotype {
        self.limits.draw(&self.plan, rng)
    }

    /// One of the [`neighbours`](Kind::neighbours), each equally likely; where there is none, any other architecture.
    fn mutate(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        let mut near = self.neighbours(genotype);
        if !near.is_empty() {
            return near.swap_remove(rng.random_range(0..near.len()));
        }
        loop {
            let other = self.sample(rng);
            if other != genotype || self.size() == Some(1) {
                return other;
            }
        }
    }

    fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        steps::neighbours(self, genotype)
    }

    /// Stage by stage the numbers of the blocks that do something.
    fn canonical(&self, genotype: &[u16]) -> String {
        let mut text = String::new();
        let mut stage = 0;
        for (slot, block) in self.plan.present(genotype) {
            if slot.stage != stage {
                text.push('/');
                stage = slot.stage;
            }
            if !self.plan.is_idle(slot, block) {
                text.push_str(&format!("{block},"));
            }
        }
        text
    }

    fn label_names(&self) -> Vec<String> {
        let ends = ["input".to_owned(), "output".to_owned()];
        ends.into_iter().chain(self.plan.blocks.iter().cloned()).collect()
    }

    fn part_names(&self) -> Vec<String> {
        (1..=self.plan.stages.len()).map(|stage| format!("stage {stage}")).collect()
    }

    fn most_nodes(&self) -> usize {
        self.plan.slots.len() + 2
    }

    fn full_graph(&self, genotype: &[u16]) -> Graph {
        graphs::full(&self.plan, genotype)
    }

    fn pruned_graph(&self, genotype: &[u16]) -> Graph {
        graphs::pruned(&self.plan, genotype)
    }

    /// One indicator for each block of each place for a layer. An absent layer has none set.
    fn one_hot_features(&self) -> Vec<FeatureSpec> {
        let names = self.decisions.iter().flat_map(|decision| {
            self.plan.blocks.iter().map(move |block| format!("{}={block}", decision.name))
        });
        names.map(|name| FeatureSpec { name, kind: FeatureKind::Number }).collect()
    }

    fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        for (cells, &block) in row.chunks_mut(self.plan.blocks.len()).zip(genotype) {
            if let Some(cell) = cells.get_mut(usize::from(block)) {
                *cell = 1.0;
            }
        }
    }
}
