//! Networks of one space under one choice of settings.

use crate::{
    ArchitectureError, Count, Network, Settings, Space,
    live::Parts,
    settings::Plan,
    space::{darts, nas_bench_101, nas_bench_201, nas_bench_macro, transnas_micro},
};

/// Builds the networks of one space under one choice of settings.
#[derive(Debug, Clone)]
pub struct Builder {
    space: Space,
    plan: Plan,
    /// Number of choices of each decision.
    choices: Vec<usize>,
}

impl Builder {
    /// Networks of this space.
    ///
    /// # Errors
    /// [`ArchitectureError::Setting`] for a setting that they cannot have.
    pub fn new(space: Space, settings: &Settings) -> Result<Self, ArchitectureError> {
        let choices = space.choices().iter().map(Vec::len).collect();
        Ok(Self { space, plan: Plan::of(space, settings)?, choices })
    }

    /// The space.
    pub fn space(&self) -> Space {
        self.space
    }

    /// Outputs of the networks.
    pub fn classes(&self) -> usize {
        self.plan.classes
    }

    /// Width and height of an image.
    pub fn image(&self) -> usize {
        self.plan.image
    }

    /// The live part of a genotype's network; `None` where its input does not reach its output.
    ///
    /// # Errors
    /// [`ArchitectureError::Genotype`] for one that is not of the space.
    pub fn network(&self, genotype: &[u16]) -> Result<Option<Network>, ArchitectureError> {
        self.check(genotype)?;
        Ok(self.build(genotype, Parts::Live))
    }

    /// A genotype's network with all that it names, dead parts included.
    ///
    /// # Errors
    /// [`ArchitectureError::Genotype`] for one that is not of the space.
    pub fn whole(&self, genotype: &[u16]) -> Result<Network, ArchitectureError> {
        self.check(genotype)?;
        self.build(genotype, Parts::All).ok_or_else(|| self.stranger(genotype))
    }

    /// What a genotype's network costs by closed form, dead parts included: what benchmarks publish.
    ///
    /// # Errors
    /// [`ArchitectureError::Genotype`] for one that is not of the space.
    pub fn count(&self, genotype: &[u16]) -> Result<Count, ArchitectureError> {
        self.check(genotype)?;
        let count = match self.space {
            Space::NasBench101 => nas_bench_101::count(&self.plan, genotype),
            Space::NasBench201 => Some(nas_bench_201::count(&self.plan, genotype)),
            Space::Darts => Some(darts::count(&self.plan, genotype)),
            Space::NasBenchMacro => Some(nas_bench_macro::count(&self.plan, genotype)),
            Space::TransnasMicro => Some(transnas_micro::count(&self.plan, genotype)),
        };
        count.ok_or_else(|| self.stranger(genotype))
    }

    /// What the live part of a genotype's network costs; nothing where its input does not reach its output.
    ///
    /// # Errors
    /// [`ArchitectureError::Genotype`] for one that is not of the space.
    pub fn live_count(&self, genotype: &[u16]) -> Result<Count, ArchitectureError> {
        Ok(self.network(genotype)?.map_or_else(Count::default, |network| network.count()))
    }

    fn build(&self, genotype: &[u16], parts: Parts) -> Option<Network> {
        match self.space {
            Space::NasBench101 => nas_bench_101::draft(&self.plan, genotype)?.finish(parts),
            Space::NasBench201 => nas_bench_201::draft(&self.plan, genotype).finish(parts),
            Space::Darts => darts::draft(&self.plan, genotype).finish(parts),
            Space::NasBenchMacro => nas_bench_macro::draft(&self.plan, genotype).finish(parts),
            Space::TransnasMicro => transnas_micro::draft(&self.plan, genotype).finish(parts),
        }
    }

    fn check(&self, genotype: &[u16]) -> Result<(), ArchitectureError> {
        let fits = genotype.len() == self.choices.len()
            && genotype.iter().zip(&self.choices).all(|(&value, &choices)| usize::from(value) < choices);
        if fits { Ok(()) } else { Err(self.stranger(genotype)) }
    }

    fn stranger(&self, genotype: &[u16]) -> ArchitectureError {
        ArchitectureError::Genotype(genotype.to_vec(), self.space.name())
    }
}

#[cfg(test)]
mod tests;
