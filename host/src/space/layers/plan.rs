//! The layers of a declaration, checked: which blocks there are and where layers can stand.

use std::collections::HashSet;

use super::declaration::{Block, IdentityIn, Layers};
use crate::space::Decision;
use crate::space::nearest::suggest;

/// Most layers of a network: many more than anybody searches, few enough for exact counting.
const MOST_LAYERS: usize = 256;
/// Most blocks that a layer can be.
const MOST_BLOCKS: usize = 1_000;
/// The choice of a layer that is not there.
pub const ABSENT: &str = "absent";

/// A place for a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// The stage, from 0.
    pub stage: usize,
    /// Whether it is the first layer of its stage.
    pub first: bool,
    /// Whether the stage may end before it.
    pub optional: bool,
    /// The slot after the stage.
    pub next_stage: usize,
}

/// The layers of a space.
#[derive(Debug)]
pub struct Plan {
    /// Names of the blocks in the order of their numbers.
    pub blocks: Vec<String>,
    /// The character of each block.
    pub symbols: Vec<char>,
    /// Every place for a layer, in order.
    pub slots: Vec<Slot>,
    /// The fewest and the most layers of each stage.
    pub stages: Vec<(usize, usize)>,
    identity: Option<u16>,
    identity_at_stage_start: bool,
}

impl Plan {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &Layers) -> Result<Plan, Vec<String>> {
        let mut reasons = Vec::new();
        let stages = stages(declared, &mut reasons);
        let symbols = check_blocks(&declared.block, &mut reasons);
        let blocks: Vec<String> = declared.block.iter().map(|block| block.name.clone()).collect();
        let identity = declared.identity.as_ref().and_then(|name| {
            let index = blocks.iter().position(|block| block == name);
            if index.is_none() {
                let suggestion = suggest(name, blocks.iter().map(String::as_str));
                reasons.push(format!("`identity` names the unknown block `{name}`; {suggestion}"));
            }
            index.and_then(|index| u16::try_from(index).ok())
        });
        if declared.identity_in.is_some() && declared.identity.is_none() {
            reasons
                .push("`identity_in` without `identity` says nothing; name the block or leave it out".into());
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        let identity_at_stage_start = declared.identity_in != Some(IdentityIn::InsideStages);
        Ok(Plan { blocks, symbols, slots: slots(&stages), stages, identity, identity_at_stage_start })
    }

    /// The number that stands for a layer that is not there: one more than that of the last block.
    pub fn absent(&self) -> u16 {
        self.blocks.len() as u16
    }

    /// One decision for each slot.
    pub fn decisions(&self) -> Vec<Decision> {
        let decision = |(index, slot): (usize, &Slot)| {
            let mut choices = self.blocks.clone();
            if slot.optional {
                choices.push(ABSENT.to_owned());
            }
            Decision { name: format!("layer_{}", index + 1), choices }
        };
        self.slots.iter().enumerate().map(decision).collect()
    }

    /// Whether some stage has a variable number of layers.
    pub fn is_variable(&self) -> bool {
        self.stages.iter().any(|(from, to)| from < to)
    }

    /// Whether the layer does nothing at this place.
    pub fn is_idle(&self, slot: Slot, block: u16) -> bool {
        Some(block) == self.identity && (self.identity_at_stage_start || !slot.first)
    }

    /// The layers that are there: place and block, in order.
    pub fn present<'a>(&'a self, genotype: &'a [u16]) -> impl Iterator<Item = (Slot, u16)> + 'a {
        self.slots.iter().copied().zip(genotype.iter().copied()).filter(|(_, block)| *block != self.absent())
    }
}

fn stages(declared: &Layers, reasons: &mut Vec<String>) -> Vec<(usize, usize)> {
    if declared.stages.is_empty() {
        reasons.push("`stages` is empty; it lists how many layers each stage has".into());
    }
    let mut stages = Vec::new();
    for (number, stage) in (1..).zip(&declared.stages) {
        let (from, to) = stage.bounds();
        if from == 0 || from > to {
            reasons.push(format!(
                "stage {number} has {from} to {to} layers; write 1 or more, the smaller number first"
            ));
        }
        stages.push((usize::from(from), usize::from(to)));
    }
    let most = stages.iter().fold(0_usize, |most, stage| most.saturating_add(stage.1));
    if most > MOST_LAYERS {
        reasons.push(format!("{most} layers in all; a space has at most {MOST_LAYERS}"));
    }
    stages
}

fn slots(stages: &[(usize, usize)]) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (stage, &(from, to)) in stages.iter().enumerate() {
        let next_stage = slots.len() + to;
        slots.extend((0..to).map(|layer| Slot {
            stage,
            first: layer == 0,
            optional: layer >= from,
            next_stage,
        }));
    }
    slots
}

/// Checks the blocks and gives the symbol of each.
fn check_blocks(blocks: &[Block], reasons: &mut Vec<String>) -> Vec<char> {
    if blocks.is_empty() || blocks.len() > MOST_BLOCKS {
        reasons.push(format!("{} blocks; a space has 1 to {MOST_BLOCKS}", blocks.len()));
        return Vec::new();
    }
    let mut names = HashSet::new();
    let mut taken = HashSet::new();
    let mut symbols = Vec::new();
    for (number, block) in (0_u32..).zip(blocks) {
        let name = &block.name;
        if name.is_empty() || name.contains(char::is_whitespace) || name.contains(['|', '/']) {
            reasons.push(format!(
                "block `{name}` is empty or holds a space, `|` or `/`, which part the text form"
            ));
        }
        if name == ABSENT {
            reasons.push(format!("block `{name}` has the name of a layer that is not there; take another"));
        }
        if !names.insert(name) {
            reasons.push(format!("block `{name}` is declared twice"));
        }
        // Ten digits; beyond them only forms without symbols can be read.
        let symbol = block.symbol.or_else(|| char::from_digit(number, 10)).unwrap_or(' ');
        if block.symbol.is_some_and(|symbol| symbol.is_whitespace() || "|/{}".contains(symbol)) {
            reasons.push(format!(
                "symbol `{symbol}` of block `{name}` is a space or one of `|`, `/`, `{{`, `}}`"
            ));
        } else if symbol != ' ' && !taken.insert(symbol) {
            reasons.push(format!("symbol `{symbol}` of block `{name}` stands for another block, too"));
        }
        symbols.push(symbol);
    }
    symbols
}
