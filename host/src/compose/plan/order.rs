//! The order in which members are planned: each after those that it reads.

use super::super::{Combiner, Composition, Input, InputName, Located, MemberKind, Mistake, features::Part};
use super::{CombineNode, NodeKind, Plan, PlanNode, UseNode, inputs::member_name};
use crate::{encoding::Encoding, table::Rows};
use archcast_sdk::manifest::InputInfo;
use std::collections::BTreeSet;

/// The members in an order in which each comes after those that it reads.
///
/// # Errors
/// A cycle, shown as a chain.
pub fn order(composition: &Composition, rows: &Rows) -> Result<Vec<usize>, Mistake> {
    let mut done = Vec::new();
    for index in 0..composition.members.len() {
        visit(index, composition, rows, &mut Vec::new(), &mut done)?;
    }
    Ok(done)
}

fn visit(
    index: usize,
    composition: &Composition,
    rows: &Rows,
    chain: &mut Vec<usize>,
    done: &mut Vec<usize>,
) -> Result<(), Mistake> {
    if done.contains(&index) {
        return Ok(());
    }
    chain.push(index);
    for input in read(composition, index) {
        let Some(next) = meant(composition, rows, input) else { continue };
        if let Some(start) = chain.iter().position(|&earlier| earlier == next) {
            let name = |&index: &usize| &composition.members[index].name.value[..];
            let mut names: Vec<&str> = chain[start..].iter().map(name).collect();
            names.push(&composition.members[next].name.value);
            let text = format!("these members read each other in a circle: {}", names.join(" → "));
            return Err(Mistake::new(input.place.clone(), text).help("leave one of these inputs out"));
        }
        visit(next, composition, rows, chain, done)?;
    }
    chain.pop();
    done.push(index);
    Ok(())
}

fn read(composition: &Composition, index: usize) -> &[Located<Input>] {
    match &composition.members[index].kind {
        MemberKind::Use(used) => used.inputs.as_deref().unwrap_or(&[]),
        MemberKind::Combine(combined) => &combined.members,
        MemberKind::Column(_) => &[],
    }
}

/// The member that an input means, if it means one; an ambiguous name is none here, and a mistake later.
fn meant(composition: &Composition, rows: &Rows, input: &Located<Input>) -> Option<usize> {
    let text = match &input.value.name {
        InputName::Member(text) => text,
        InputName::Bare(text) => {
            let column = rows.table().columns().iter().any(|column| column.name() == text);
            if Encoding::named(text).is_ok() || column {
                return None;
            }
            text
        }
        _ => return None,
    };
    let name = member_name(text);
    composition.members.iter().position(|member| member.name.value == name)
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
