//! Exact counting and uniform drawing under conditions.
//!
//! Choices that do not depend on each other, not even through others, are counted apart and multiplied. Within a
//! group that hangs together one choice that depends on none of the others is decided; its values that leave the same
//! choices active are one branch. What remains of the group is counted in the same way, each remainder once.

use std::collections::HashMap;

use rand::{Rng, RngExt};

use super::Choices;
use crate::space::Genotype;
use crate::space::sample::below;

/// Most work on counting: the choices of all remainders together. Some tens of megabytes, and under a second.
const MOST_WORK: usize = 1 << 20;

/// A group of choices that hang together, by the one decided first.
#[derive(Debug)]
struct Group {
    choice: usize,
    branches: Vec<Branch>,
    size: Option<u128>,
    log_size: f64,
}

/// Values of a choice that leave the same choices active.
#[derive(Debug)]
struct Branch {
    values: Vec<u16>,
    /// The groups into which the remaining active choices fall.
    rest: Vec<usize>,
    /// Natural logarithm of the number of ways, for drawing: spaces may be larger than an `f64`.
    log_size: f64,
}

/// All groups of a space.
#[derive(Debug)]
pub struct Count {
    groups: Vec<Group>,
    /// The groups into which all choices fall.
    all: Vec<usize>,
}

impl Count {
    /// Counts; the error says that the conditions are too entangled.
    pub fn new(choices: &Choices) -> Result<Count, Vec<String>> {
        let mut builder = Builder { choices, groups: Vec::new(), known: HashMap::new(), work: 0 };
        let all = builder.split(choices.order.clone())?;
        Ok(Count { groups: builder.groups, all })
    }

    /// Number of architectures; `None` where a `u128` does not hold it.
    pub fn size(&self) -> Option<u128> {
        product(&self.groups, &self.all)
    }

    /// One architecture, each equally likely (to the precision of `f64`).
    pub fn draw(&self, choices: &Choices, rng: &mut dyn Rng) -> Genotype {
        let mut genotype = vec![0; choices.len()];
        let mut open = self.all.clone();
        while let Some(group) = open.pop() {
            let group = &self.groups[group];
            let mut left = rng.random::<f64>();
            for (index, branch) in group.branches.iter().enumerate() {
                left -= (branch.log_size - group.log_size).exp();
                // Rounding may leave a little: the last branch takes it.
                if left < 0.0 || index + 1 == group.branches.len() {
                    genotype[group.choice] = branch.values[usize::from(below(rng, branch.values.len()))];
                    open.extend(&branch.rest);
                    break;
                }
            }
        }
        genotype
    }
}

struct Builder<'a> {
    choices: &'a Choices,
    groups: Vec<Group>,
    /// Groups by their choices. Conditions on choices outside a group hold, or their choice would not be in it.
    known: HashMap<Vec<usize>, usize>,
    work: usize,
}

impl Builder<'_> {
    /// Counts undecided active choices, which stand in the order of decision, and gives the groups they fall into.
    fn split(&mut self, undecided: Vec<usize>) -> Result<Vec<usize>, Vec<String>> {
        self.spend(undecided.len())?;
        let parts = self.parts(&undecided);
        parts.into_iter().map(|part| self.group(part)).collect()
    }

    fn spend(&mut self, work: usize) -> Result<(), Vec<String>> {
        self.work += work;
        if self.work > MOST_WORK {
            let reason = "its conditions are too entangled to count the space; let fewer choices depend on several others";
            return Err(vec![reason.to_owned()]);
        }
        Ok(())
    }

    /// The parts that hang together.
    fn parts(&self, undecided: &[usize]) -> Vec<Vec<usize>> {
        let place: HashMap<usize, usize> =
            undecided.iter().enumerate().map(|(place, &choice)| (choice, place)).collect();
        // For each choice another of its part; following them leads to the one that stands for the part.
        let mut towards: Vec<usize> = (0..undecided.len()).collect();
        for (at, &choice) in undecided.iter().enumerate() {
            for on in self.choices.conditions[choice].iter().filter_map(|condition| place.get(&condition.on))
            {
                let (one, other) = (end(&mut towards, at), end(&mut towards, *on));
                towards[one] = other;
            }
        }
        let mut parts: Vec<Vec<usize>> = vec![Vec::new(); undecided.len()];
        for (at, &choice) in undecided.iter().enumerate() {
            parts[end(&mut towards, at)].push(choice);
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    fn group(&mut self, part: Vec<usize>) -> Result<usize, Vec<String>> {
        if let Some(&known) = self.known.get(&part) {
            return Ok(known);
        }
        let choice = self.first(&part);
        let mut by_rest: Vec<(Vec<usize>, Vec<u16>)> = Vec::new();
        let mut branch_of = HashMap::new();
        for value in 0..self.choices.decisions[choice].choices.len() as u16 {
            // Alone, a choice has nothing to leave.
            self.spend(part.len() - 1)?;
            let rest = self.remaining(&part, choice, value);
            let branch = *branch_of.entry(rest).or_insert_with_key(|rest| {
                by_rest.push((rest.clone(), Vec::new()));
                by_rest.len() - 1
            });
            by_rest[branch].1.push(value);
        }
        let mut group = Group { choice, branches: Vec::new(), size: Some(0), log_size: f64::NEG_INFINITY };
        for (rest, values) in by_rest {
            let rest = self.split(rest)?;
            let size = product(&self.groups, &rest).and_then(|rest| rest.checked_mul(values.len() as u128));
            group.size = group.size.zip(size).and_then(|(sum, size)| sum.checked_add(size));
            let log_rest: f64 = rest.iter().map(|&group| self.groups[group].log_size).sum();
            group.branches.push(Branch { log_size: log_rest + (values.len() as f64).ln(), values, rest });
        }
        let most = group.branches.iter().map(|branch| branch.log_size).fold(f64::NEG_INFINITY, f64::max);
        group.log_size =
            most + group.branches.iter().map(|branch| (branch.log_size - most).exp()).sum::<f64>().ln();
        self.groups.push(group);
        self.known.insert(part, self.groups.len() - 1);
        Ok(self.groups.len() - 1)
    }

    /// The choice to decide first: of those that depend on no other of the part, the one on which most depend.
    fn first(&self, part: &[usize]) -> usize {
        let conditions = |choice: usize| self.choices.conditions[choice].iter().map(|condition| condition.on);
        let mut dependants: HashMap<usize, usize> = part.iter().map(|&choice| (choice, 0)).collect();
        for on in part.iter().flat_map(|&choice| conditions(choice)) {
            dependants.entry(on).and_modify(|count| *count += 1);
        }
        let free =
            part.iter().copied().filter(|&choice| !conditions(choice).any(|on| dependants.contains_key(&on)));
        // The first of equals; the first of a part depends on none of it.
        free.rev().max_by_key(|choice| dependants[choice]).unwrap_or(part[0])
    }

    /// What is left of a part, in its order, once a choice has a value.
    fn remaining(&self, part: &[usize], decided: usize, value: u16) -> Vec<usize> {
        if part.len() == 1 {
            return Vec::new();
        }
        let mut gone = vec![false; self.choices.len()];
        let mut rest = Vec::with_capacity(part.len());
        for &choice in part.iter().filter(|&&choice| choice != decided) {
            gone[choice] = self.choices.conditions[choice].iter().any(|condition| {
                gone[condition.on] || condition.on == decided && !condition.allowed[usize::from(value)]
            });
            if !gone[choice] {
                rest.push(choice);
            }
        }
        rest
    }
}

/// The end of a chain, with the chain made shorter.
fn end(towards: &mut [usize], mut at: usize) -> usize {
    while towards[at] != at {
        towards[at] = towards[towards[at]];
        at = towards[at];
    }
    at
}

fn product(groups: &[Group], chosen: &[usize]) -> Option<u128> {
    chosen.iter().try_fold(1_u128, |size, &group| size.checked_mul(groups[group].size?))
}
