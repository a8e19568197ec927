//! Text forms: layers one after the other, as symbols (`1423`) or as names (`plain|both|double`), in a frame of fixed
//! text (`64-1423-basic`).

use super::Plan;
use crate::space::nearest::{clip, suggest};
use crate::space::template::{Piece, first_or_furthest, pieces, skip};
use crate::space::{Genotype, ParseError};

/// Between the names of layers.
const BETWEEN_LAYERS: char = '|';
/// Between stages, where the number of layers does not tell them apart.
const BETWEEN_STAGES: char = '/';

/// A way to write an architecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    before: String,
    /// Whether layers are written as symbols, not as names.
    symbols: bool,
    after: String,
}

impl Form {
    /// Reads `64-{symbols}-basic`; the error says what is wrong.
    pub fn new(text: &str, plan: &Plan) -> Result<Form, String> {
        let mut form = Form { before: String::new(), symbols: false, after: String::new() };
        let mut hole = None;
        for piece in pieces(text)? {
            match piece {
                Piece::Fixed(fixed) if hole.is_none() => form.before = fixed,
                Piece::Fixed(fixed) => form.after = fixed,
                Piece::Hole(name) => match name.as_str() {
                    "symbols" | "names" if hole.is_none() => {
                        form.symbols = name == "symbols";
                        hole = Some(name);
                    }
                    "symbols" | "names" => {
                        return Err(format!("text form `{text}` fills in the layers twice; once is enough"));
                    }
                    _ => {
                        return Err(format!(
                            "text form `{text}` has no `{{{name}}}` to fill in; write `{{symbols}}` or `{{names}}`"
                        ));
                    }
                },
            }
        }
        if hole.is_none() {
            return Err(format!("text form `{text}` has neither `{{symbols}}` nor `{{names}}`"));
        }
        if form.symbols && plan.symbols.contains(&' ') {
            return Err(format!("text form `{text}` needs a `symbol` for every block after the tenth"));
        }
        Ok(form)
    }

    /// The architecture in this form.
    pub fn write(&self, plan: &Plan, genotype: &[u16]) -> String {
        let mut text = self.before.clone();
        let mut last = None;
        for (slot, block) in plan.present(genotype) {
            match last {
                Some(stage) if separated(plan) && stage != slot.stage => text.push(BETWEEN_STAGES),
                Some(_) if !self.symbols => text.push(BETWEEN_LAYERS),
                _ => {}
            }
            last = Some(slot.stage);
            match self.symbols {
                true => text.push(plan.symbols[usize::from(block)]),
                false => text.push_str(&plan.blocks[usize::from(block)]),
            }
        }
        text + &self.after
    }

    fn read(&self, plan: &Plan, text: &str, example: &impl Fn() -> Genotype) -> Result<Genotype, ParseError> {
        let inner = skip(&self.before, text, 1, || self.write(plan, &example()))?;
        let start = self.before.chars().count() + 1;
        let Some(inner) = inner.strip_suffix(&self.after[..]) else {
            // Where the frame closes is known only from its beginning, or from the end of the text.
            let at = self.after.chars().next().and_then(|first| inner.find(first)).unwrap_or(inner.len());
            let position = start + inner[..at].chars().count();
            skip(&self.after, &inner[at..], position, || self.write(plan, &example()))?;
            let what = format!("text after `{}`", self.after);
            return Err(ParseError::Wrong { what, position, mend: "; nothing may follow it".into() });
        };
        let whole = [(0, plan.stages.iter().map(|s| s.0).sum(), plan.stages.iter().map(|s| s.1).sum())];
        let each: Vec<(usize, usize, usize)> =
            (1..).zip(&plan.stages).map(|(number, &(from, to))| (number, from, to)).collect();
        let groups = if separated(plan) { &each[..] } else { &whole[..] };
        let mut genotype = Genotype::with_capacity(plan.slots.len());
        let mut parts = inner.split(BETWEEN_STAGES);
        let mut position = start;
        for &(number, from, to) in groups {
            let Some(part) = parts.next() else {
                let what = format!("the text ends where stage {number} should begin");
                return Err(ParseError::Wrong { what, position, mend: "; `/` stands between stages".into() });
            };
            let layers = self.layers(plan, part, position)?;
            position += part.chars().count();
            if !(from..=to).contains(&layers.len()) {
                return Err(wrong_count(number, layers.len(), from, to, position));
            }
            let end = genotype.len() + to;
            genotype.extend(layers);
            genotype.resize(end, plan.absent());
            position += 1;
        }
        match parts.next() {
            Some(_) => {
                let what = format!("`{BETWEEN_STAGES}` after the last stage");
                Err(ParseError::Wrong { what, position: position - 1, mend: String::new() })
            }
            None => Ok(genotype),
        }
    }

    /// The blocks of one run of layers; `position` is the place of its first character.
    fn layers(&self, plan: &Plan, text: &str, position: usize) -> Result<Vec<u16>, ParseError> {
        if self.symbols {
            return text
                .chars()
                .enumerate()
                .map(|(at, symbol)| by_symbol(plan, symbol, position + at))
                .collect();
        }
        let mut position = position;
        text.split(BETWEEN_LAYERS)
            .map(|name| {
                let here = position;
                position += name.chars().count() + 1;
                by_name(plan, name, here)
            })
            .collect()
    }
}

/// Reads a text in the first form that fits.
pub fn read(
    forms: &[Form],
    plan: &Plan,
    text: &str,
    example: impl Fn() -> Genotype,
) -> Result<Genotype, ParseError> {
    let read = first_or_furthest(forms.iter().map(|form| form.read(plan, text, &example)));
    read.unwrap_or_else(|| Err(ParseError::Empty { example: String::new() }))
}

/// Whether the text says where stages end: where it could not be told otherwise.
fn separated(plan: &Plan) -> bool {
    plan.stages.len() > 1 && plan.is_variable()
}

fn by_symbol(plan: &Plan, symbol: char, position: usize) -> Result<u16, ParseError> {
    let block = plan.symbols.iter().position(|known| *known == symbol);
    block.and_then(|block| u16::try_from(block).ok()).ok_or_else(|| {
        const LISTED: usize = 20;
        let all = plan.symbols.iter().zip(&plan.blocks).map(|(symbol, name)| format!("`{symbol}` {name}"));
        let listed: Vec<String> = all.take(LISTED).collect();
        ParseError::Wrong {
            what: format!("`{}` stands for no block", symbol.escape_debug()),
            position,
            mend: format!("; there are {}", listed.join(", ")),
        }
    })
}

fn by_name(plan: &Plan, name: &str, position: usize) -> Result<u16, ParseError> {
    let block = plan.blocks.iter().position(|known| known == name);
    block.and_then(|block| u16::try_from(block).ok()).ok_or_else(|| ParseError::UnknownOperation {
        name: clip(name),
        suggestion: suggest(name, plan.blocks.iter().map(String::as_str)),
        position,
    })
}

fn wrong_count(stage: usize, found: usize, from: usize, to: usize, position: usize) -> ParseError {
    let whose = if stage == 0 { "the space".to_owned() } else { format!("stage {stage}") };
    let right = if from == to { from.to_string() } else { format!("{from} to {to}") };
    let what = if found == 1 { "1 layer ends".to_owned() } else { format!("{found} layers end") };
    ParseError::Wrong { what, position, mend: format!("; {whose} has {right}") }
}
