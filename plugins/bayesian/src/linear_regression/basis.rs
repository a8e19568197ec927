//! The terms that a target is linear in.

use crate::inputs::Inputs;
use archcast_sdk::prelude::*;
use std::collections::BTreeSet;

/// The terms of a row: its inputs, then the pairs that a training row has.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Terms {
    /// The inputs that pair up; none without pairs.
    codes: Vec<u32>,
    /// Pairs of inputs, sorted.
    pairs: Vec<(u32, u32)>,
    /// What a product is multiplied by.
    pair_scale: f64,
    /// The means of the terms over the training rows.
    means: Vec<f64>,
}

/// The pairs of inputs of which some training row has both, sorted; nothing where there are more than `most`.
///
/// # Errors
/// `cancelled`.
pub(super) fn pairs_of(
    inputs: &Inputs,
    rows: &[Vec<f64>],
    most: usize,
    cx: &Context<'_>,
) -> Result<Option<Vec<(u32, u32)>>> {
    let codes = codes(inputs);
    let mut pairs = BTreeSet::new();
    for row in rows {
        cx.check()?;
        let active = active(&codes, row);
        // So many pairs has this row alone.
        if active.len() * active.len().saturating_sub(1) / 2 > most {
            return Ok(None);
        }
        for (place, &(a, _)) in active.iter().enumerate() {
            pairs.extend(active[place + 1..].iter().map(|&(b, _)| (a, b)));
        }
        if pairs.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(pairs.into_iter().collect()))
}

fn codes(inputs: &Inputs) -> Vec<u32> {
    (0..inputs.len()).filter(|&input| inputs.is_code(input)).map(|input| input as u32).collect()
}

/// The inputs among these that are not 0, with their values.
fn active(codes: &[u32], row: &[f64]) -> Vec<(u32, f64)> {
    codes.iter().map(|&code| (code, row[code as usize])).filter(|(_, value)| *value != 0.0).collect()
}

impl Terms {
    /// The inputs of the training rows and these pairs.
    pub(super) fn of(inputs: &Inputs, rows: &[Vec<f64>], pairs: Option<Vec<(u32, u32)>>) -> Self {
        let codes = if pairs.is_some() { codes(inputs) } else { Vec::new() };
        let pairs = pairs.unwrap_or_default();
        let mut terms = Self { codes, pairs, pair_scale: 1.0, means: vec![0.0; inputs.len()] };
        terms.means.resize(inputs.len() + terms.pairs.len(), 0.0);
        let mut means = vec![0.0; terms.len()];
        let mut squares = 0.0;
        for row in rows {
            terms.visit(row, |term, value| {
                means[term] += value / rows.len() as f64;
                if term >= inputs.len() {
                    squares += value * value / rows.len() as f64;
                }
            });
        }
        if squares > 0.0 {
            terms.pair_scale = 1.0 / squares.sqrt();
        }
        for mean in &mut means[inputs.len()..] {
            *mean *= terms.pair_scale;
        }
        terms.means = means;
        terms
    }

    /// Number of terms.
    pub(super) fn len(&self) -> usize {
        self.means.len()
    }

    /// The means of the terms over the training rows.
    pub(super) fn means(&self) -> &[f64] {
        &self.means
    }

    /// Calls `with` for each term that is not 0 with its value, in a fixed order. Gives the sum of the squares of the
    /// pairs that no training row has: they are no terms, but the prior holds for them too.
    pub(super) fn visit(&self, row: &[f64], mut with: impl FnMut(usize, f64)) -> f64 {
        for (input, &value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
            with(input, value);
        }
        let active = active(&self.codes, row);
        let mut unseen = 0.0;
        for (place, &(a, x)) in active.iter().enumerate() {
            for &(b, y) in &active[place + 1..] {
                let value = x * y * self.pair_scale;
                match self.pairs.binary_search(&(a, b)) {
                    Ok(pair) => with(row.len() + pair, value),
                    Err(_) => unseen += value * value,
                }
            }
        }
        unseen
    }

    /// Squared distance of a row's terms from their means.
    pub(super) fn squared_from_means(&self, row: &[f64]) -> f64 {
        let mut squared: f64 = self.means.iter().map(|mean| mean * mean).sum();
        self.visit(row, |term, value| squared += value * (value - 2.0 * self.means[term]));
        squared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{LocalServices, header::Role};

    /// Two decisions with two choices each, and a number.
    fn rows() -> (Inputs, Vec<Vec<f64>>) {
        let values = vec![
            1.0, 0.0, 1.0, 0.0, 5.0, 1.0, 0.0, 0.0, 1.0, 7.0, 0.0, 1.0, 1.0, 0.0, 9.0, 0.0, 1.0, 1.0, 0.0,
            7.0,
        ];
        let data = DatasetBuilder::new(4).features(&["a", "b", "c", "d", "size"], values).header(|header| {
            for info in &mut header.features[..4] {
                info.role = Role::Encoding("code".into());
            }
        });
        let view = data.view().unwrap();
        let inputs = Inputs::of(&view).unwrap();
        let rows = view.features().unwrap().values().rows().into_iter().map(|row| inputs.row(row)).collect();
        (inputs, rows)
    }

    #[test]
    fn pairs_are_those_of_two_decisions_that_a_row_has() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let (inputs, rows) = rows();
        let pairs = pairs_of(&inputs, &rows, 100, &cx).unwrap().unwrap();
        assert_eq!(pairs, [(0, 2), (0, 3), (1, 2)]);
        assert!(pairs_of(&inputs, &rows, 2, &cx).unwrap().is_none());
        let terms = Terms::of(&inputs, &rows, Some(pairs));
        assert_eq!(terms.means(), [0.5, 0.5, 0.75, 0.25, 0.0, 0.25, 0.25, 0.5]);
        let mut found = Vec::new();
        // A pair that no training row has.
        let unseen = terms.visit(&[0.0, 1.0, 0.0, 1.0, 0.0], |term, value| found.push((term, value)));
        assert_eq!((unseen, found), (1.0, vec![(1, 1.0), (3, 1.0)]));
    }

    #[test]
    fn the_pairs_of_a_row_have_length_1_together() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let data = DatasetBuilder::new(2)
            .features(&["a", "b", "c"], vec![1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
            .header(|h| {
                for info in &mut h.features {
                    info.role = Role::Encoding("code".into());
                }
            });
        let inputs = Inputs::of(&data.view().unwrap()).unwrap();
        let rows = vec![vec![1.0; 3]; 2];
        let terms = Terms::of(&inputs, &rows, pairs_of(&inputs, &rows, 9, &cx).unwrap());
        let mut squares = 0.0;
        terms.visit(&rows[0], |term, value| {
            if term >= 3 {
                squares += value * value
            }
        });
        assert!((squares - 1.0f64).abs() < 1e-15);
        assert!(terms.squared_from_means(&rows[0]).abs() < 1e-15);
        assert!((terms.squared_from_means(&[0.0; 3]) - 4.0).abs() < 1e-15);
    }
}
