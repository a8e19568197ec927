//! From one sequence of layers to those near it.

use std::collections::HashSet;

use super::LayerSpace;
use crate::space::Genotype;
use crate::space::kind::Kind;

/// The architectures one step away: another block in one layer, or one layer more or fewer at the end of a stage.
/// Where limits leave none of these, two layers change places.
pub fn neighbours(space: &LayerSpace, genotype: &[u16]) -> Vec<Genotype> {
    let mut found = Vec::new();
    for (at, decision) in space.decisions().iter().enumerate() {
        for block in (0..decision.choices.len() as u16).filter(|&block| block != genotype[at]) {
            let mut next = genotype.to_vec();
            next[at] = block;
            if space.invalid(&next).is_none() {
                found.push(next);
            }
        }
    }
    if found.is_empty() { swapped(space, genotype) } else { found }
}

fn swapped(space: &LayerSpace, genotype: &[u16]) -> Vec<Genotype> {
    let there: Vec<usize> = (0..genotype.len()).filter(|&at| genotype[at] != space.plan.absent()).collect();
    let mut seen = HashSet::from([genotype.to_vec()]);
    let mut found = Vec::new();
    for (index, &one) in there.iter().enumerate() {
        for &other in &there[index + 1..] {
            let mut next = genotype.to_vec();
            next.swap(one, other);
            if seen.insert(next.clone()) {
                found.push(next);
            }
        }
    }
    found
}

/// The next architecture in the order of counting.
pub fn successor(space: &LayerSpace, genotype: &[u16]) -> Option<Genotype> {
    (0..genotype.len()).rev().find_map(|at| {
        let choices = space.decisions()[at].choices.len() as u16;
        let mut start = genotype[..=at].to_vec();
        (genotype[at] + 1..choices).find_map(|block| {
            start[at] = block;
            space.limits.complete(&space.plan, &start)
        })
    })
}
