//! The choices of a declaration, checked, and which of them are active.

use std::collections::HashSet;

use super::conditions;
use super::declaration::{Choice, Flat, MOST_VALUES};
use crate::space::{Decision, Genotype};

/// Most choices of a space.
const MOST_CHOICES: usize = 1_000;

/// What makes a choice active: a value of another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The other choice.
    pub on: usize,
    /// For each of its values, whether it will do.
    pub allowed: Vec<bool>,
}

/// The choices of a space.
#[derive(Debug)]
pub struct Choices {
    /// Names and values, in the order of the declaration.
    pub decisions: Vec<Decision>,
    /// The numbers of ordinal choices.
    pub numbers: Vec<Option<Vec<f64>>>,
    /// What each choice depends on; all must hold.
    pub conditions: Vec<Vec<Condition>>,
    /// The choices, each after those it depends on, otherwise in the order of the declaration.
    pub order: Vec<usize>,
}

impl Choices {
    /// Checks a declaration; the error holds every reason found.
    pub fn new(declared: &Flat) -> Result<Choices, Vec<String>> {
        let count = declared.choice.len();
        if count == 0 || count > MOST_CHOICES {
            return Err(vec![format!("{count} choices; a space has 1 to {MOST_CHOICES}")]);
        }
        let mut reasons = Vec::new();
        let mut names = HashSet::new();
        let mut choices =
            Choices { decisions: Vec::new(), numbers: Vec::new(), conditions: Vec::new(), order: Vec::new() };
        for choice in &declared.choice {
            check_text("choice", &choice.name, &mut reasons);
            if !names.insert(&choice.name) {
                reasons.push(format!("choice `{}` is declared twice", choice.name));
            }
            let (values, numbers) = values(choice, &mut reasons);
            choices.decisions.push(Decision { name: choice.name.clone(), choices: values });
            choices.numbers.push(numbers);
        }
        if !reasons.is_empty() {
            return Err(reasons);
        }
        choices.conditions = conditions::read(declared, &choices)?;
        choices.order = conditions::order(&choices)?;
        conditions::all_can_be_active(&choices)?;
        Ok(choices)
    }

    /// Number of choices.
    pub fn len(&self) -> usize {
        self.decisions.len()
    }

    /// Whether a choice is active, given which earlier ones in `order` are.
    pub fn is_active(&self, choice: usize, active: &[bool], genotype: &[u16]) -> bool {
        self.conditions[choice]
            .iter()
            .all(|condition| active[condition.on] && condition.allowed[usize::from(genotype[condition.on])])
    }

    /// Which choices are active, given the values of those that are.
    pub fn active(&self, genotype: &[u16]) -> Vec<bool> {
        let mut active = vec![false; self.len()];
        for &choice in &self.order {
            active[choice] = self.is_active(choice, &active, genotype);
        }
        active
    }

    /// The same architecture with another value of one active choice. What becomes inactive is set to 0, what becomes
    /// active to what `fresh` says of it.
    pub fn changed(
        &self,
        genotype: &[u16],
        choice: usize,
        value: u16,
        mut fresh: impl FnMut(usize) -> u16,
    ) -> Genotype {
        let before = self.active(genotype);
        let mut changed = genotype.to_vec();
        changed[choice] = value;
        let mut active = vec![false; self.len()];
        for &choice in &self.order {
            active[choice] = self.is_active(choice, &active, &changed);
            match (before[choice], active[choice]) {
                (false, true) => changed[choice] = fresh(choice),
                (true, false) => changed[choice] = 0,
                _ => {}
            }
        }
        changed
    }

    /// The next architecture in the order of counting, the last choice of `order` fastest.
    pub fn successor(&self, genotype: &[u16]) -> Option<Genotype> {
        let active = self.active(genotype);
        for (place, &choice) in self.order.iter().enumerate().rev() {
            let value = genotype[choice] + 1;
            if active[choice] && self.decisions[choice].holds(value) {
                let mut next = genotype.to_vec();
                next[choice] = value;
                for &later in &self.order[place + 1..] {
                    next[later] = 0;
                }
                return Some(next);
            }
        }
        None
    }
}

/// The values of a choice as texts, and as numbers where it is ordinal.
fn values(choice: &Choice, reasons: &mut Vec<String>) -> (Vec<String>, Option<Vec<f64>>) {
    let name = &choice.name;
    let (values, numbers): (Vec<String>, Option<Vec<f64>>) = match (&choice.ordinal, &choice.categorical) {
        (Some(levels), None) => {
            let numbers: Vec<f64> = levels.0.iter().map(|number| number.value()).collect();
            if numbers.iter().any(|number| !number.is_finite()) {
                reasons.push(format!("choice `{name}` has a value that is not a finite number"));
            } else if !numbers.is_sorted_by(|one, next| one < next) {
                reasons.push(format!(
                    "the values of the ordinal choice `{name}` are not in ascending order, each once"
                ));
            }
            (levels.0.iter().map(ToString::to_string).collect(), Some(numbers))
        }
        (None, Some(values)) => (values.iter().map(ToString::to_string).collect(), None),
        (None, None) => {
            reasons.push(format!("choice `{name}` has neither `ordinal` nor `categorical` values"));
            return (Vec::new(), None);
        }
        (Some(_), Some(_)) => {
            reasons.push(format!("choice `{name}` is both `ordinal` and `categorical`; keep one"));
            return (Vec::new(), None);
        }
    };
    if values.is_empty() || values.len() > MOST_VALUES {
        reasons.push(format!("choice `{name}` has {} values; it needs 1 to {MOST_VALUES}", values.len()));
    }
    let mut seen = HashSet::new();
    for value in &values {
        check_text(&format!("a value of choice `{name}`,"), value, reasons);
        if numbers.is_none() && !seen.insert(value) {
            reasons.push(format!("choice `{name}` has the value `{value}` twice"));
        }
    }
    (values, numbers)
}

/// Refuses names that a text form could not hold.
fn check_text(what: &str, text: &str, reasons: &mut Vec<String>) {
    if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',' || c == '=')
    {
        let shown = text.escape_debug();
        reasons.push(format!(
            "{what} `{shown}` is empty or holds a space, `,` or `=`, which part the text form"
        ));
    }
}
