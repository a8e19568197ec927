//! The text form: `depth=3 kernel=5 activation=relu`.

use super::Choices;
use crate::space::nearest::{clip, suggest};
use crate::space::{Genotype, ParseError};

/// The active choices in the order of the declaration.
pub fn write(choices: &Choices, genotype: &[u16]) -> String {
    let active = choices.active(genotype);
    let shown: Vec<String> = (0..choices.len())
        .filter(|&choice| active[choice])
        .map(|choice| assignment(choices, choice, genotype[choice]))
        .collect();
    shown.join(" ")
}

fn assignment(choices: &Choices, choice: usize, value: u16) -> String {
    let decision = &choices.decisions[choice];
    format!("{}={}", decision.name, decision.choices[usize::from(value)])
}

/// Reads assignments in any order, parted by spaces, commas or both.
pub fn read(choices: &Choices, text: &str) -> Result<Genotype, ParseError> {
    let mut given: Vec<Option<(u16, usize)>> = vec![None; choices.len()];
    let mut position = 1;
    for item in text.split(|c: char| c.is_whitespace() || c == ',') {
        if !item.is_empty() {
            let (choice, value) = read_one(choices, item, position)?;
            if given[choice].is_some() {
                let what = format!("`{}` a second time", choices.decisions[choice].name);
                return Err(wrong(what, position, "one value for each choice"));
            }
            given[choice] = Some((value, position));
        }
        position += item.chars().count() + 1;
    }
    let mut genotype = vec![0; choices.len()];
    let mut active = vec![false; choices.len()];
    for &choice in &choices.order {
        active[choice] = choices.is_active(choice, &active, &genotype);
        match (given[choice], active[choice]) {
            (Some((value, _)), true) => genotype[choice] = value,
            (None, false) => {}
            (None, true) => {
                let what = format!("`{}` is missing", choices.decisions[choice].name);
                let mend = format!("add `{}` or another value", assignment(choices, choice, 0));
                return Err(wrong(what, text.chars().count() + 1, &mend));
            }
            (Some((_, position)), false) => {
                let what = format!("`{}` is not active here, and given", choices.decisions[choice].name);
                return Err(wrong(
                    what,
                    position,
                    &format!("it needs {}; leave it out", needs(choices, choice)),
                ));
            }
        }
    }
    Ok(genotype)
}

fn read_one(choices: &Choices, item: &str, position: usize) -> Result<(usize, u16), ParseError> {
    let Some((name, value)) = item.split_once('=') else {
        return Err(wrong(format!("`{}`", clip(item)), position, "write `name=value`"));
    };
    let Some(choice) = choices.decisions.iter().position(|decision| decision.name == name) else {
        let suggestion = suggest(name, choices.decisions.iter().map(|decision| decision.name.as_str()));
        return Err(wrong(format!("unknown choice `{}`", clip(name)), position, &suggestion));
    };
    let known = &choices.decisions[choice].choices;
    let same_number = || {
        let number: f64 = value.parse().ok()?;
        choices.numbers[choice].as_ref()?.iter().position(|known| *known == number)
    };
    let index = known.iter().position(|known| known == value).or_else(same_number);
    index.and_then(|index| u16::try_from(index).ok()).map(|index| (choice, index)).ok_or_else(|| {
        let what = format!("unknown value `{}` of `{name}`", clip(value));
        let suggestion = suggest(value, known.iter().map(String::as_str));
        wrong(what, position + name.chars().count() + 1, &suggestion)
    })
}

/// What makes a choice active, in words.
pub fn needs(choices: &Choices, choice: usize) -> String {
    let conditions = choices.conditions[choice].iter().map(|condition| {
        let decision = &choices.decisions[condition.on];
        let values = decision.choices.iter().zip(&condition.allowed).filter(|(_, allowed)| **allowed);
        let values: Vec<String> = values.map(|(value, _)| format!("`{}={value}`", decision.name)).collect();
        values.join(" or ")
    });
    conditions.collect::<Vec<_>>().join(", and ")
}

fn wrong(what: String, position: usize, mend: &str) -> ParseError {
    ParseError::Wrong { what, position, mend: format!("; {mend}") }
}
