//! Limits on how often properties occur, and exact counting under them.

use std::collections::{HashMap, HashSet};

use rand::{Rng, RngExt};

use super::Plan;
use super::declaration::{Layers, Limit};
use crate::space::Genotype;
use crate::space::nearest::suggest;
use crate::space::sample::below;

/// Most limits. Blocks fall into up to 2^limits groups that are counted apart.
const MOST_LIMITS: usize = 8;
/// Most states that counting goes through: some megabytes, and well under a second.
const MOST_STATES: usize = 1 << 16;

/// How often each limited property has occurred so far, no further than matters.
type State = Vec<u16>;

/// A limit, checked.
#[derive(Debug)]
struct Checked {
    of: String,
    at_least: u16,
    at_most: Option<u16>,
}

/// In how many ways the rest of a network can be chosen.
#[derive(Debug, Clone, Copy)]
struct Ways {
    /// Exactly, where a `u128` holds it.
    exact: Option<u128>,
    /// As the weight of a draw.
    weight: f64,
}

/// The limits of a space, with what is left to choose at each slot after each state.
#[derive(Debug)]
pub struct Limits {
    limits: Vec<Checked>,
    /// Blocks with the same limited properties: which limits they count for, and their numbers.
    groups: Vec<(Vec<usize>, Vec<u16>)>,
    /// For each slot, and for the end, the states that lead to an architecture.
    ways: Vec<HashMap<State, Ways>>,
}

impl Limits {
    /// Checks the limits of a declaration; the error holds every reason found.
    pub fn new(plan: &Plan, declared: &Layers) -> Result<Limits, Vec<String>> {
        let mut reasons = Vec::new();
        if declared.limit.len() > MOST_LIMITS {
            return Err(vec![format!("{} limits; a space has at most {MOST_LIMITS}", declared.limit.len())]);
        }
        let mut limits: Vec<Checked> = Vec::new();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); plan.blocks.len()];
        for limit in &declared.limit {
            if limits.iter().any(|known| known.of == limit.of) {
                reasons.push(format!("`{}` is limited twice; give both bounds in one limit", limit.of));
            }
            check(limit, declared, &mut reasons);
            for (group, block) in groups.iter_mut().zip(&declared.block) {
                if block.name == limit.of || block.has.contains(&limit.of) {
                    group.push(limits.len());
                }
            }
            let at_least = limit.at_least.unwrap_or(0);
            limits.push(Checked { of: limit.of.clone(), at_least, at_most: limit.at_most });
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        let mut limits = Limits { limits, groups: Vec::new(), ways: Vec::new() };
        for (block, counts) in (0_u16..).zip(groups) {
            match limits.groups.iter_mut().find(|(known, _)| *known == counts) {
                Some((_, blocks)) => blocks.push(block),
                None => limits.groups.push((counts, vec![block])),
            }
        }
        limits.count(plan)?;
        Ok(limits)
    }

    /// Fills in the ways, from the last slot to the first.
    fn count(&mut self, plan: &Plan) -> Result<(), Vec<String>> {
        let width = plan.slots.len();
        let mut reached = vec![HashSet::new(); width + 1];
        reached[0].insert(vec![0; self.limits.len()]);
        let mut states = 0;
        for (at, slot) in plan.slots.iter().enumerate() {
            let here: Vec<State> = reached[at].iter().cloned().collect();
            states += here.len();
            if states > MOST_STATES {
                return Err(vec!["the limits tell too many states apart; give fewer or lower ones".into()]);
            }
            for state in here {
                for (counts, _) in &self.groups {
                    reached[at + 1].extend(self.after(&state, counts));
                }
                if slot.optional {
                    reached[slot.next_stage].insert(state);
                }
            }
        }
        self.ways = vec![HashMap::new(); width + 1];
        let whole = Ways { exact: Some(1), weight: 1.0 };
        let enough =
            |state: &State| self.limits.iter().zip(state).all(|(limit, &count)| count >= limit.at_least);
        self.ways[width] =
            reached[width].iter().filter(|state| enough(state)).map(|s| (s.clone(), whole)).collect();
        let mut seen = vec![false; self.groups.len()];
        for at in (0..width).rev() {
            let mut here = HashMap::new();
            for state in &reached[at] {
                let mut ways = Ways { exact: Some(0), weight: 0.0 };
                for (seen, (counts, blocks)) in seen.iter_mut().zip(&self.groups) {
                    if let Some(rest) =
                        self.after(state, counts).and_then(|next| self.ways[at + 1].get(&next))
                    {
                        ways.add(*rest, blocks.len());
                        *seen = true;
                    }
                }
                if let Some(rest) = self.ended(plan, at, state) {
                    ways.add(rest, 1);
                }
                if ways.weight > 0.0 {
                    here.insert(state.clone(), ways);
                }
            }
            self.ways[at] = here;
        }
        self.complain(plan, &seen)
    }

    /// Refuses limits that leave nothing, or that no block of some kind can meet.
    fn complain(&self, plan: &Plan, seen: &[bool]) -> Result<(), Vec<String>> {
        let Some(all) = self.ways[0].values().next() else {
            return Err(vec!["no sequence of layers meets all limits; loosen one".into()]);
        };
        if !all.weight.is_finite() {
            return Err(vec![
                "the space holds more than 10^308 architectures; take fewer layers or blocks".into(),
            ]);
        }
        let unused =
            self.groups.iter().zip(seen).filter(|(_, seen)| !**seen).flat_map(|((_, blocks), _)| blocks);
        let reasons: Vec<String> = unused
            .map(|&block| {
                format!(
                    "block `{}` is in no architecture that meets the limits",
                    plan.blocks[usize::from(block)]
                )
            })
            .collect();
        if reasons.is_empty() { Ok(()) } else { Err(reasons) }
    }

    /// The state after one more block; `None` where that is one too many.
    fn after(&self, state: &State, counts: &[usize]) -> Option<State> {
        let mut next = state.clone();
        for &limit in counts {
            next[limit] += 1;
            match self.limits[limit].at_most {
                Some(most) if next[limit] > most => return None,
                Some(_) => {}
                None => next[limit] = next[limit].min(self.limits[limit].at_least),
            }
        }
        Some(next)
    }

    /// What is left where the stage ends before this slot.
    fn ended(&self, plan: &Plan, at: usize, state: &State) -> Option<Ways> {
        let slot = plan.slots[at];
        if slot.optional { self.ways[slot.next_stage].get(state).copied() } else { None }
    }

    /// Number of architectures.
    pub fn size(&self) -> Option<u128> {
        self.ways[0].values().next().and_then(|all| all.exact)
    }

    /// One architecture, each equally likely (to the precision of `f64`).
    pub fn draw(&self, plan: &Plan, rng: &mut dyn Rng) -> Genotype {
        let mut genotype = Genotype::with_capacity(plan.slots.len());
        let mut state = vec![0; self.limits.len()];
        while genotype.len() < plan.slots.len() {
            let at = genotype.len();
            let mut options = Vec::new();
            for (counts, blocks) in &self.groups {
                let next = self.after(&state, counts);
                if let Some((next, ways)) = next.and_then(|n| self.ways[at + 1].get(&n).map(|ways| (n, ways)))
                {
                    options.push((ways.weight * blocks.len() as f64, Some((&blocks[..], next))));
                }
            }
            if let Some(rest) = self.ended(plan, at, &state) {
                options.push((rest.weight, None));
            }
            match weighted(options, rng) {
                Some(Some((blocks, next))) => {
                    genotype.push(blocks[usize::from(below(rng, blocks.len()))]);
                    state = next;
                }
                _ => genotype.resize(plan.slots[at].next_stage, plan.absent()),
            }
        }
        genotype
    }

    /// The first architecture that begins so, blocks in the order of their numbers and absence last; `None` where
    /// there is none.
    pub fn complete(&self, plan: &Plan, start: &[u16]) -> Option<Genotype> {
        let mut genotype = Genotype::with_capacity(plan.slots.len());
        let mut state = vec![0; self.limits.len()];
        while genotype.len() < plan.slots.len() {
            let at = genotype.len();
            let wanted = start.get(at).copied();
            let step = |block: u16| {
                let (counts, _) = self.groups.iter().find(|(_, blocks)| blocks.contains(&block))?;
                self.after(&state, counts).filter(|next| self.ways[at + 1].contains_key(next))
            };
            let candidates = wanted.map_or(0..plan.absent(), |wanted| wanted..wanted.saturating_add(1));
            let found = candidates.into_iter().find_map(|block| Some((block, step(block)?)));
            if let Some((block, next)) = found {
                genotype.push(block);
                state = next;
            } else if wanted.is_none_or(|wanted| wanted == plan.absent()) {
                self.ended(plan, at, &state)?;
                genotype.resize(plan.slots[at].next_stage, plan.absent());
            } else {
                return None;
            }
        }
        genotype.starts_with(start).then_some(genotype)
    }

    /// The limit that a network breaks, in words.
    pub fn broken(&self, plan: &Plan, genotype: &[u16]) -> Option<String> {
        for (index, limit) in self.limits.iter().enumerate() {
            let counted = |block: u16| {
                self.groups.iter().any(|(counts, blocks)| counts.contains(&index) && blocks.contains(&block))
            };
            let count = plan.present(genotype).filter(|(_, block)| counted(*block)).count();
            if count < usize::from(limit.at_least) {
                return Some(format!(
                    "{count} layers are `{}`; it needs {} or more",
                    limit.of, limit.at_least
                ));
            }
            if let Some(most) = limit.at_most.filter(|&most| count > usize::from(most)) {
                return Some(format!("{count} layers are `{}`; at most {most} may be", limit.of));
            }
        }
        None
    }
}

impl Ways {
    fn add(&mut self, rest: Ways, times: usize) {
        let more = rest.exact.and_then(|rest| rest.checked_mul(times as u128));
        self.exact = self.exact.zip(more).and_then(|(sum, more)| sum.checked_add(more));
        self.weight += rest.weight * times as f64;
    }
}

/// One of the options, drawn by weight.
fn weighted<T>(options: Vec<(f64, T)>, rng: &mut dyn Rng) -> Option<T> {
    let total: f64 = options.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.random::<f64>() * total;
    let mut chosen = None;
    for (weight, option) in options {
        chosen = Some(option);
        if left < weight {
            break;
        }
        left -= weight;
    }
    chosen
}

fn check(limit: &Limit, declared: &Layers, reasons: &mut Vec<String>) {
    let names = || {
        let has = declared.block.iter().flat_map(|block| &block.has);
        has.chain(declared.block.iter().map(|block| &block.name)).map(String::as_str)
    };
    if !names().any(|name| name == limit.of) {
        let suggestion = suggest(&limit.of, names());
        reasons.push(format!("a limit is `of` `{}`, which no block is or has; {suggestion}", limit.of));
    }
    match (limit.at_least, limit.at_most) {
        (None, None) => {
            reasons.push(format!("the limit of `{}` has neither `at_least` nor `at_most`", limit.of));
        }
        (Some(least), Some(most)) if least > most => {
            reasons.push(format!("the limit of `{}` is at least {least} and at most {most}", limit.of));
        }
        _ => {}
    }
}
