//! Spaces that are a list of named choices, some of which depend on others: what most engineers have.

mod choices;
mod conditions;
mod count;
mod declaration;
#[cfg(test)]
mod tests;
mod text;

pub use choices::Choices;
pub use declaration::Flat;

use rand::{Rng, RngExt};

use super::kind::{Genotypes, Kind, MOST_WALKED};
use super::sample::below;
use super::{Decision, Genotype, Graph, ParseError};
use crate::encoding::{FeatureKind, FeatureSpec};
use count::Count;

/// A space of named choices. A genotype has one value for each; an inactive choice holds 0.
///
/// There is no graph to speak of, since nothing says how the choices are wired: graphs are empty, and the only labels
/// are those of input and output.
#[derive(Debug)]
pub struct FlatSpace {
    choices: Choices,
    count: Count,
}

impl FlatSpace {
    pub(self) fn new(choices: Choices) -> Result<FlatSpace, Vec<String>> {
        Ok(FlatSpace { count: Count::new(&choices)?, choices })
    }

    /// Active choices that have another value.
    fn open(&self, genotype: &[u16]) -> Vec<usize> {
        let active = self.choices.active(genotype);
        let several = |choice: &usize| self.choices.decisions[*choice].choices.len() > 1;
        (0..genotype.len()).filter(|&choice| active[choice]).filter(several).collect()
    }

    /// How many columns of the one-hot encoding a choice has.
    fn width(&self, choice: usize) -> usize {
        match self.choices.numbers[choice] {
            Some(_) => 1,
            None => self.choices.decisions[choice].choices.len(),
        }
    }
}

impl Kind for FlatSpace {
    fn decisions(&self) -> &[Decision] {
        &self.choices.decisions
    }

    fn invalid(&self, genotype: &[u16]) -> Option<String> {
        let active = self.choices.active(genotype);
        let choice = (0..genotype.len()).find(|&choice| !active[choice] && genotype[choice] != 0)?;
        let name = &self.choices.decisions[choice].name;
        let needs = text::needs(&self.choices, choice);
        Some(format!(
            "`{name}` has a value and is not active; it needs {needs}, and holds its first value elsewhere"
        ))
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        text::read(&self.choices, text)
    }

    fn print(&self, genotype: &[u16]) -> String {
        text::write(&self.choices, genotype)
    }

    fn size(&self) -> Option<u128> {
        self.count.size()
    }

    /// Counts in the order in which choices can be decided, which is that of the declaration where no choice depends on
    /// a later one.
    fn enumerate(&self) -> Option<Genotypes<'_>> {
        Some(Box::new(std::iter::successors(Some(self.example()), |genotype| {
            self.choices.successor(genotype)
        })))
    }

    /// Every architecture: no two are the same network, so none needs to be remembered.
    fn representatives(&self) -> Option<Genotypes<'_>> {
        if self.size()? > MOST_WALKED { None } else { self.enumerate() }
    }

    /// Uniform over architectures, by counting: a value that makes more choices active is drawn more often.
    fn sample(&self, rng: &mut dyn Rng) -> Genotype {
        self.count.draw(&self.choices, rng)
    }

    /// One active choice, drawn uniformly, takes another value, drawn uniformly; so do choices that become active.
    fn mutate(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        let open = self.open(genotype);
        if open.is_empty() {
            return genotype.to_vec();
        }
        let choice = open[rng.random_range(0..open.len())];
        let values = |choice: usize| self.choices.decisions[choice].choices.len();
        let step = 1 + below(rng, values(choice) - 1);
        let value = (genotype[choice] + step) % values(choice) as u16;
        self.choices.changed(genotype, choice, value, |fresh| below(rng, values(fresh)))
    }

    /// One active choice takes another value; choices that become active take their first.
    fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        let mut neighbours = Vec::new();
        for choice in self.open(genotype) {
            let values = self.choices.decisions[choice].choices.len() as u16;
            for value in (0..values).filter(|&value| value != genotype[choice]) {
                neighbours.push(self.choices.changed(genotype, choice, value, |_| 0));
            }
        }
        neighbours
    }

    fn label_names(&self) -> Vec<String> {
        vec!["input".to_owned(), "output".to_owned()]
    }

    fn part_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn most_nodes(&self) -> usize {
        0
    }

    fn full_graph(&self, _genotype: &[u16]) -> Graph {
        Graph::default()
    }

    fn pruned_graph(&self, _genotype: &[u16]) -> Graph {
        Graph::default()
    }

    /// One column with the number of each ordinal choice, one indicator for each value of a categorical one. All
    /// columns of an inactive choice are missing.
    fn one_hot_features(&self) -> Vec<FeatureSpec> {
        let mut names = Vec::new();
        for (decision, numbers) in self.choices.decisions.iter().zip(&self.choices.numbers) {
            match numbers {
                Some(_) => names.push(decision.name.clone()),
                None => {
                    names.extend(decision.choices.iter().map(|value| format!("{}={value}", decision.name)))
                }
            }
        }
        names.into_iter().map(|name| FeatureSpec { name, kind: FeatureKind::Number }).collect()
    }

    fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        let active = self.choices.active(genotype);
        let mut rest = row;
        for (choice, &value) in genotype.iter().enumerate() {
            let (cells, after) = rest.split_at_mut(self.width(choice));
            rest = after;
            match &self.choices.numbers[choice] {
                _ if !active[choice] => cells.fill(f64::NAN),
                Some(numbers) => cells[0] = numbers[usize::from(value)],
                None => cells[usize::from(value)] = 1.0,
            }
        }
    }

    fn categorical_features(&self) -> Vec<FeatureSpec> {
        let kind = |numbers: &Option<Vec<f64>>| match numbers {
            Some(_) => FeatureKind::Ordinal,
            None => FeatureKind::Categorical,
        };
        let choices = self.choices.decisions.iter().zip(&self.choices.numbers);
        choices
            .map(|(decision, numbers)| FeatureSpec { name: decision.name.clone(), kind: kind(numbers) })
            .collect()
    }

    fn categorical(&self, genotype: &[u16], row: &mut [f64]) {
        let active = self.choices.active(genotype);
        for ((cell, &value), active) in row.iter_mut().zip(genotype).zip(active) {
            *cell = if active { f64::from(value) } else { f64::NAN };
        }
    }
}
