//! J as for [`super::jacobian_covariance`], over all outputs. For each class c of the batch with correlation matrix C of its
//! rows, `e_c = Σ ln(|C| + 1e-5)` over all entries; `S = Σ_c |e_c|`, and with more than 100 outputs `S = Σ_{c,c'} |e_c − e_c'| /
//! classes`, each e_c divided by the images of its class (Lopes, Alirezazadeh and Alexandre, ICANN 2021).

use super::{Alone, Proxy, Score, jacobian_covariance::correlations, numbers, sum};
use crate::fault::{Outcome, finite};
use std::collections::BTreeMap;
use tch::Tensor;

/// As a predictor of its own.
pub type EpeNas = Alone<Formula>;

/// What the predictor says of itself.
#[derive(Debug)]
pub struct Formula;

impl Proxy for Formula {
    const SCORE: Score = Score::EpeNas;
    const SUMMARY: &'static str =
        "How differently the outputs depend on images of one class, by their correlations.";
    const CITES: &'static [&'static str] = &[
        "Lopes, Alirezazadeh and Alexandre, EPE-NAS: Efficient Performance Estimation Without Training for Neural Architecture Search, ICANN 2021",
    ];
}

/// Added to each correlation.
const K: f64 = 1e-5;
/// Networks with more outputs are scored by differences between classes.
const MANY: usize = 100;

/// The score of gradients, one row for each image, with the images' classes.
pub fn score(jacobian: &Tensor, labels: &[i64], outputs: usize) -> Outcome<f64> {
    let mut images: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (image, &label) in labels.iter().enumerate() {
        images.entry(label).or_default().push(image as i64);
    }
    // One image alone is correlated with itself; among many outputs its class is left out.
    let classes: Vec<&Vec<i64>> = images.values().filter(|rows| rows.len() > 1 || outputs <= MANY).collect();
    let effects = numbers(&classes, |rows| {
        let places = Tensor::f_from_slice(rows)?.f_to_device(jacobian.device())?;
        let matrix = correlations(&jacobian.f_index_select(0, &places)?)?;
        sum(&matrix.f_abs()?.f_add_scalar(K)?.f_log()?)
    })?;
    for &effect in &effects {
        finite(effect, "the correlation of the gradients of two images")?;
    }
    if outputs <= MANY {
        return Ok(effects.iter().map(|effect| effect.abs()).sum());
    }
    let effects: Vec<f64> =
        effects.iter().zip(&classes).map(|(effect, rows)| effect / rows.len() as f64).collect();
    let differences = effects.iter().flat_map(|one| effects.iter().map(move |other| (one - other).abs()));
    Ok(differences.sum::<f64>() / images.len() as f64)
}

#[cfg(test)]
mod tests {
    use crate::proxy::vector::{LABELS, Vector};

    #[test]
    fn it_is_that_of_the_reference() {
        Vector::check(7.7202810, 2e-6, |vector| super::score(&vector.jacobian(None), &LABELS, 3).unwrap());
    }

    #[test]
    fn many_outputs_are_compared_class_by_class() {
        let jacobian = Vector::new(tch::Kind::Double).jacobian(None);
        // Of two classes of two images each: 2 |e_0 - e_1| / 2.
        let one = |images: [i64; 2]| {
            let rows = jacobian.index_select(0, &tch::Tensor::from_slice(&images));
            super::score(&rows, &[0, 0], 3).unwrap() / 2.0
        };
        let both = super::score(&jacobian, &[0, 1, 1, 0], 101).unwrap();
        assert!((both - (one([0, 3]) - one([1, 2])).abs()).abs() < 1e-9);
    }
}
