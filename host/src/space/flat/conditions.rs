//! Conditions between choices: what they refer to, in which order they can be decided, and whether they can hold.

use super::Choices;
use super::choices::Condition;
use super::declaration::{Flat, Scalar};
use crate::space::nearest::suggest;

/// The conditions of each choice; the error holds every name and value that is not known.
pub fn read(declared: &Flat, choices: &Choices) -> Result<Vec<Vec<Condition>>, Vec<String>> {
    let mut reasons = Vec::new();
    let mut all = Vec::new();
    for choice in &declared.choice {
        let mut conditions = Vec::new();
        for (name, values) in &choice.when {
            let Some(on) = choices.decisions.iter().position(|decision| decision.name == *name) else {
                let suggestion =
                    suggest(name, choices.decisions.iter().map(|decision| decision.name.as_str()));
                reasons.push(format!(
                    "choice `{}` depends on the unknown choice `{name}`; {suggestion}",
                    choice.name
                ));
                continue;
            };
            let known = &choices.decisions[on].choices;
            let mut allowed = vec![false; known.len()];
            for value in &values.0 {
                match index(choices, on, value) {
                    Some(index) => allowed[index] = true,
                    None => {
                        let suggestion = suggest(&value.to_string(), known.iter().map(String::as_str));
                        reasons.push(format!(
                            "choice `{}` depends on `{name} = {value}`, which is no value of it; {suggestion}",
                            choice.name
                        ));
                    }
                }
            }
            if values.0.is_empty() {
                reasons.push(format!(
                    "choice `{}` depends on no value of `{name}`; list one or more",
                    choice.name
                ));
            }
            conditions.push(Condition { on, allowed });
        }
        all.push(conditions);
    }
    if reasons.is_empty() { Ok(all) } else { Err(reasons) }
}

/// The value of a choice that is written so. Numbers may be written in any way.
fn index(choices: &Choices, choice: usize, value: &Scalar) -> Option<usize> {
    let number = match value {
        Scalar::Whole(value) => Some(*value as f64),
        Scalar::Real(value) => Some(*value),
        Scalar::Flag(_) | Scalar::Text(_) => None,
    };
    match (&choices.numbers[choice], number) {
        (Some(numbers), Some(number)) => numbers.iter().position(|known| *known == number),
        _ => {
            let text = value.to_string();
            choices.decisions[choice].choices.iter().position(|known| *known == text)
        }
    }
}

/// Every choice after those that it depends on; the error names a cycle.
pub fn order(choices: &Choices) -> Result<Vec<usize>, Vec<String>> {
    let mut order = Vec::with_capacity(choices.len());
    let mut placed = vec![false; choices.len()];
    let ready = |choice: usize, placed: &[bool]| {
        !placed[choice] && choices.conditions[choice].iter().all(|condition| placed[condition.on])
    };
    while let Some(next) = (0..choices.len()).find(|&choice| ready(choice, &placed)) {
        placed[next] = true;
        order.push(next);
    }
    match placed.iter().position(|placed| !placed) {
        Some(stuck) => Err(vec![cycle(choices, &placed, stuck)]),
        None => Ok(order),
    }
}

/// Follows dependencies among choices that could not be placed until one comes again.
fn cycle(choices: &Choices, placed: &[bool], start: usize) -> String {
    let mut path = vec![start];
    loop {
        let last = path[path.len() - 1];
        let next = choices.conditions[last].iter().map(|condition| condition.on).find(|&on| !placed[on]);
        // A choice that was not placed depends on another that was not.
        let next = next.unwrap_or(last);
        let begin = path.iter().position(|&known| known == next);
        path.push(next);
        if let Some(begin) = begin {
            let names: Vec<String> =
                path[begin..].iter().map(|&choice| format!("`{}`", choices.decisions[choice].name)).collect();
            return format!("choices depend on each other in a circle: {}", names.join(" on "));
        }
    }
}

/// Refuses choices whose conditions cannot hold together. All conditions on the way to a choice must hold, so it can be
/// active exactly where the values that they allow have some in common, for each choice apart.
pub fn all_can_be_active(choices: &Choices) -> Result<(), Vec<String>> {
    let mut reasons = Vec::new();
    for choice in 0..choices.len() {
        let mut left: Vec<Option<Vec<bool>>> = vec![None; choices.len()];
        let mut open = vec![choice];
        while let Some(next) = open.pop() {
            for condition in &choices.conditions[next] {
                match &mut left[condition.on] {
                    Some(left) => {
                        left.iter_mut().zip(&condition.allowed).for_each(|(left, allowed)| *left &= allowed)
                    }
                    none => {
                        *none = Some(condition.allowed.clone());
                        open.push(condition.on);
                    }
                }
            }
        }
        let empty = left.iter().position(|left| left.as_ref().is_some_and(|left| !left.contains(&true)));
        if let Some(on) = empty {
            reasons.push(format!(
                "choice `{}` is never active: no value of `{}` meets all the conditions that lead to it",
                choices.decisions[choice].name, choices.decisions[on].name
            ));
        }
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}
