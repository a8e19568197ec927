//! The templates whose members are of several families, and what they gain over them.

use super::{
    templates::{folder, interval_at, minus, with_output},
    *,
};
use archcast::{
    compose::{Forecast, draw},
    study::metrics::{Residual, coverage, kendall_tau_b, negative_log_likelihood},
};
use archcast_tests::{is_built, skipped};
use rayon::prelude::*;
use std::fs;

const SEEDS: u64 = 8;
/// 97.5 % point of Student's t with 7 degrees of freedom (its table).
const T: f64 = 2.365;

/// The target and the outputs of a cell.
type Answer = (f64, Vec<f64>);

/// What a template, or a member in its place, says of all cells that are no network of the training set, for each seed.
fn answers(template: &str, member: Option<&str>, packages: &[&str]) -> Vec<Vec<Answer>> {
    let text = with_output(&fs::read_to_string(folder().join(template)).unwrap(), member);
    let plugins = plugin_folder(packages);
    let registry = registry(plugins.path());
    let composition = Composition::parse(&text, template).unwrap();
    let rows = Rows::read(&composition.data, &folder()).unwrap();
    let plan = Plan::check(&composition, &registry, &rows, &folder()).unwrap();
    let of = |seed: u64| {
        let training = draw(&rows, composition.data.labels, seed).unwrap();
        let services = HostServices::new(seed);
        let model = plan.fit(&rows, &training, seed, &services).unwrap();
        let forecast = Forecast::of_rows(&model, rows.clone(), &services).unwrap();
        let asked = (0..forecast.len()).filter(|&row| !forecast.trained(row) && !forecast.same_network(row));
        let outputs = |row: usize| forecast.outputs(row).map(|(_, value)| value).collect();
        asked.filter_map(|row| Some((forecast.truth(row)?, outputs(row)))).collect()
    };
    (0..SEEDS).into_par_iter().map(of).collect()
}

/// Kendall tau of each seed.
fn taus(answers: &[Vec<Answer>]) -> Vec<f64> {
    let tau = |rows: &Vec<Answer>| {
        let (truths, means): (Vec<f64>, Vec<f64>) = rows.iter().map(|(truth, of)| (*truth, of[0])).unzip();
        kendall_tau_b(&truths, &means).unwrap()
    };
    answers.iter().map(tau).collect()
}

/// Of each seed the share of targets within the 95 % interval, and the mean negative log likelihood.
fn calibration(answers: &[Vec<Answer>]) -> (Vec<f64>, Vec<f64>) {
    let of = |rows: &Vec<Answer>| {
        let residual = |(truth, of): &Answer| Residual { residual: truth - of[0], deviation: of[1] };
        let residuals: Vec<Residual> = rows.iter().map(residual).collect();
        (coverage(95, &residuals).unwrap(), negative_log_likelihood(&residuals))
    };
    answers.iter().map(of).unzip()
}

#[test]
fn three_families_stacked_rank_better_than_each_of_them() {
    let packages = ["linear", "neural", "gp", "gbdt"].map(|family| format!("archcast-plugin-{family}"));
    let packages: Vec<&str> = packages.iter().map(|package| &package[..]).collect();
    if !is_built("archcast-plugin-gbdt") {
        return skipped(
            "three_families_stacked_rank_better_than_each_of_them",
            "the plugin gbdt is not built; `cargo xtask test` builds it",
        );
    }
    let of = |member| taus(&answers("bananas-gp-gbdt.toml", member, &packages));
    let together = of(None);
    for member in ["bananas", "gp", "trees"] {
        let alone = of(Some(member));
        let (mean, half) = interval_at(T, &minus(&together, &alone));
        assert!(mean - half > 0.0, "not better than {member}: {mean} ± {half}");
    }
}

#[test]
fn a_mixture_of_distributions_is_better_calibrated_than_each_of_them() {
    let of = |member| calibration(&answers("uncertainty.toml", member, &["archcast-plugin-gp"]));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (cover, nll) = of(None);
    for member in ["operations", "graphs"] {
        let alone = of(Some(member));
        assert!(mean(&nll) < mean(&alone.1), "no less surprised than {member}: {nll:?} {:?}", alone.1);
        let away = |cover: &[f64]| (mean(cover) - 0.95).abs();
        assert!(away(&cover) < away(&alone.0), "{member}: {cover:?} {:?}", alone.0);
    }
}
