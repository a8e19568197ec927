//! The order in which members are planned: each after those that it reads.

use super::super::{Combiner, Composition, Input, InputName, Located, MemberKind, Mistake, features::Part};
use super::{CombineNode, NodeKind, Plan, PlanNode, UseNode, columns, inputs::member_name};
use crate::{encoding::Encoding, table::Rows};
use archcast_sdk::manifest::InputInfo;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The members in an order in which each comes after those that it reads. Members that read each other in a circle are a
/// mistake, shown as a chain; the reading that closes the circle then does not count.
pub fn order(composition: &Composition, rows: Option<&Rows>, mistakes: &mut Vec<Mistake>) -> Vec<usize> {
    let meaning = Meaning::of(composition, rows);
    let mut state = vec![State::New; composition.members.len()];
    let mut done = Vec::new();
    // Members whose inputs are being followed, each with the next of them.
    let mut chain: Vec<(usize, usize)> = Vec::new();
    for first in 0..composition.members.len() {
        if state[first] == State::New {
            state[first] = State::Open;
            chain.push((first, 0));
        }
        while let Some((member, input)) = chain.pop() {
            let Some(read) = read(composition, member).get(input) else {
                state[member] = State::Done;
                done.push(member);
                continue;
            };
            chain.push((member, input + 1));
            let Some(next) = meaning.member(read) else { continue };
            match state[next] {
                State::New => {
                    state[next] = State::Open;
                    chain.push((next, 0));
                }
                State::Open => mistakes.push(circle(composition, &chain, next, read)),
                State::Done => {}
            }
        }
    }
    done
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

fn circle(
    composition: &Composition,
    chain: &[(usize, usize)],
    closes: usize,
    read: &Located<Input>,
) -> Mistake {
    let start = chain.iter().position(|&(member, _)| member == closes).unwrap_or_default();
    let members = chain[start..].iter().map(|&(member, _)| member).chain([closes]);
    let names: Vec<&str> = members.map(|member| &composition.members[member].name.value[..]).collect();
    let text = match names.len() {
        2 => format!("[member.{}] reads itself: {}", names[0], names.join(" → ")),
        _ => format!("these members read each other in a circle: {}", names.join(" → ")),
    };
    Mistake::new(read.place.clone(), text).help("leave one of these inputs out")
}

fn read(composition: &Composition, index: usize) -> &[Located<Input>] {
    match &composition.members[index].kind {
        MemberKind::Use(used) => used.inputs.as_deref().unwrap_or(&[]),
        MemberKind::Combine(combined) => &combined.members,
        MemberKind::Column(_) => &[],
    }
}

/// What names mean.
struct Meaning<'a> {
    members: HashMap<&'a str, usize>,
    columns: HashSet<&'a str>,
}

impl<'a> Meaning<'a> {
    fn of(composition: &'a Composition, rows: Option<&'a Rows>) -> Self {
        let members = composition.members.iter().enumerate();
        Self {
            members: members.map(|(index, member)| (&member.name.value[..], index)).collect(),
            columns: columns(rows).into_iter().collect(),
        }
    }

    /// The member that an input means, if it means one; an ambiguous name is none here, and a mistake later.
    fn member(&self, input: &Located<Input>) -> Option<usize> {
        let text = match &input.value.name {
            InputName::Member(text) => text,
            InputName::Bare(text) if Encoding::named(text).is_ok() || self.columns.contains(&text[..]) => {
                return None;
            }
            InputName::Bare(text) => text,
            _ => return None,
        };
        self.members.get(member_name(text)).copied()
    }
}

/// The places that the answer needs, itself included.
pub fn needed(nodes: &[PlanNode], answer: usize) -> BTreeSet<usize> {
    let mut needed = BTreeSet::from([answer]);
    for place in (0..=answer).rev() {
        if needed.contains(&place) {
            needed.extend(nodes[place].reads());
        }
    }
    needed
}

/// Only these nodes, with places counted anew.
pub fn only(nodes: Vec<PlanNode>, needed: &BTreeSet<usize>) -> Vec<PlanNode> {
    let place = |old: usize| needed.iter().position(|&kept| kept == old).unwrap_or_default();
    let mut kept = Vec::new();
    for (old, mut node) in nodes.into_iter().enumerate() {
        if !needed.contains(&old) {
            continue;
        }
        match &mut node.kind {
            NodeKind::Use(used) => {
                for part in &mut used.parts {
                    if let Part::Score(score) = part {
                        score.member = place(score.member);
                    }
                }
            }
            NodeKind::Combine(combined) => {
                combined.members.iter_mut().for_each(|member| *member = place(*member));
            }
            NodeKind::Column { .. } => {}
        }
        kept.push(node);
    }
    kept
}

impl PlanNode {
    /// The places of the members that it reads.
    pub fn reads(&self) -> Vec<usize> {
        match &self.kind {
            NodeKind::Use(used) => used
                .parts
                .iter()
                .filter_map(|part| match part {
                    Part::Score(score) => Some(score.member),
                    _ => None,
                })
                .collect(),
            NodeKind::Combine(combined) => combined.members.clone(),
            NodeKind::Column { .. } => Vec::new(),
        }
    }
}

impl Plan {
    /// The places of the members that an answer of a fit on so many rows needs: all but those that a rule does not select.
    pub(in super::super) fn fitted_on(&self, rows: usize) -> BTreeSet<usize> {
        let mut fitted = BTreeSet::from([self.nodes.len() - 1]);
        for place in (0..self.nodes.len()).rev() {
            if !fitted.contains(&place) {
                continue;
            }
            match &self.nodes[place].kind {
                NodeKind::Combine(CombineNode { members, whens: Some(whens), .. }) => {
                    let chosen = whens.iter().position(|when| when.holds(rows));
                    fitted.extend(chosen.and_then(|chosen| members.get(chosen)));
                }
                _ => fitted.extend(self.nodes[place].reads()),
            }
        }
        fitted
    }

    /// Whether more than the architecture is read of a row, by a predictor or by what it reads: then only rows of a table
    /// serve.
    pub(in super::super) fn reads_table(&self, used: &UseNode) -> bool {
        let networks = || used.info.inputs().any(|input| *input == InputInfo::Networks);
        let of_part = |part: &Part| match part {
            Part::Encoding(_) | Part::Columns(..) => false,
            Part::Column(_) => true,
            Part::Score(score) => self.member_reads_table(score.member),
        };
        !used.curves.is_empty() || networks() || used.parts.iter().any(of_part)
    }

    fn member_reads_table(&self, node: usize) -> bool {
        match &self.nodes[node].kind {
            NodeKind::Use(used) => self.reads_table(used),
            NodeKind::Column { .. } => true,
            NodeKind::Combine(combined) => {
                combined.members.iter().any(|&place| self.member_reads_table(place))
            }
        }
    }

    /// Whether fitting a member takes the scores of those that it reads for training rows.
    pub(in super::super) fn learns_of_scores(&self, node: usize) -> bool {
        match &self.nodes[node].kind {
            NodeKind::Use(_) => true,
            NodeKind::Column { .. } => false,
            NodeKind::Combine(combined) => self.combination_learns_of_scores(combined),
        }
    }

    /// The same for a combination.
    pub(in super::super) fn combination_learns_of_scores(&self, combined: &CombineNode) -> bool {
        match combined.combiner {
            Combiner::Mean | Combiner::Median => false,
            Combiner::Weighted => combined.weights.is_none() || !self.on_values(combined),
            Combiner::Select => combined.whens.is_none(),
            Combiner::RankMean | Combiner::Cascade => true,
        }
    }

    /// Whether all that a combination combines are values in the target's unit.
    pub(in super::super) fn on_values(&self, combined: &CombineNode) -> bool {
        combined.members.iter().all(|&member| self.nodes[member].gives.is_value())
    }
}
