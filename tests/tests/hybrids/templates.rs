//! The templates run as they are, and reach what the README says.

use super::*;
use archcast::compose::{Forecast, Ranking, draw};
use archcast_tests::{archcast_in, fresh_folder, is_built, skipped};
use rayon::prelude::*;
use std::{fs, path::PathBuf};

const SEEDS: u64 = 20;
/// 97.5 % point of Student's t with 19 degrees of freedom (its table).
const T: f64 = 2.093;

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ensembles")
}

/// The text of a template, where a member takes the place of its output.
pub(super) fn with_output(text: &str, member: Option<&str>) -> String {
    match member {
        None => text.to_owned(),
        Some(member) => {
            format!("{}[model]\noutput = \"{member}\"\n", text.split("[model]").next().unwrap())
        }
    }
}

/// Figures of one seed each.
struct Figures {
    /// Kendall tau over the cells that are no network of the training set.
    taus: Vec<f64>,
    /// Mean true accuracy of the ten best.
    best: Vec<f64>,
}

/// What a template, or a member of it in its place, reaches over the seeds.
fn figures(template: &str, member: Option<&str>) -> Figures {
    let text = with_output(&fs::read_to_string(folder().join(template)).unwrap(), member);
    let plugins = plugin_folder(&["archcast-plugin-linear"]);
    let registry = registry(plugins.path());
    let composition = Composition::parse(&text, template).unwrap();
    let rows = Rows::read(&composition.data, &folder()).unwrap();
    let plan = Plan::check(&composition, &registry, &rows, &folder()).unwrap();
    let of = |seed: u64| {
        let training = draw(&rows, composition.data.labels, seed).unwrap();
        let services = HostServices::new(seed);
        let model = plan.fit(&rows, &training, seed, &services).unwrap();
        let mut ranking = Ranking::new(model.header().goal, 10);
        ranking.add(&Forecast::of_rows(&model, rows.clone(), &services).unwrap());
        let best: Vec<f64> = ranking.best().iter().filter_map(|row| row.truth).collect();
        (ranking.kendall_tau().unwrap().unwrap(), best.iter().sum::<f64>() / best.len() as f64)
    };
    let (taus, best) = (0..SEEDS).into_par_iter().map(of).unzip();
    Figures { taus, best }
}

fn interval(values: &[f64]) -> (f64, f64) {
    interval_at(T, values)
}

/// The mean and half the width of its 95 % interval, by the 97.5 % point of Student's t.
pub(super) fn interval_at(t: f64, values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, t * (variance / n).sqrt())
}

pub(super) fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[test]
fn every_template_fits_and_predicts() {
    let families = ["linear", "trees", "gp", "bayesian", "neural", "curves", "gbdt"];
    let packages = families.map(|family| format!("archcast-plugin-{family}"));
    let built: Vec<&str> =
        packages.iter().map(|package| &package[..]).filter(|package| is_built(package)).collect();
    let plugins = plugin_folder(&built);
    let place = fresh_folder();
    let mut seen = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        // It takes networks as files: the stories of the plugin proxies run it.
        if path.ends_with("own-networks.toml") {
            continue;
        }
        if path.ends_with("bananas-gp-gbdt.toml") && !is_built("archcast-plugin-gbdt") {
            skipped(
                "every_template_fits_and_predicts",
                "bananas-gp-gbdt.toml needs the plugin gbdt; `cargo xtask test` builds it",
            );
            continue;
        }
        let run = |arguments: &[&str]| {
            let plugins = plugins.path().to_str().unwrap();
            archcast_in(place.path(), &[&["--plugin-dir", plugins, "--json"], arguments].concat())
                .succeeded()
                .out
        };
        run(&["fit", path.to_str().unwrap(), "-o", "mine.model"]);
        let told: serde_json::Value = serde_json::from_str(&run(&["predict", "mine.model"])).unwrap();
        assert!(told["kendall_tau"].as_f64().unwrap() > 0.3, "{}: {told}", path.display());
        seen += 1;
    }
    assert!(seen >= 6);
}

#[test]
fn the_readme_shows_what_templates_and_their_members_reach() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let holds = |template: &str, what: &str, values: &[f64], digits: usize| {
        let (mean, half) = interval(values);
        let said = format!("{what} {mean:.digits$} ± {half:.digits$}");
        let line = readme.lines().find(|line| line.contains(&format!("| `{template}` |"))).unwrap();
        assert!(line.contains(said.trim()), "{template}: `{said}` is not in\n{line}");
    };
    for (template, members) in [
        ("rank-team.toml", &["ridge", "naswot", "synflow"][..]),
        ("stacked.toml", &["short", "naswot", "synflow"]),
    ] {
        let together = figures(template, None);
        for member in members {
            let alone = figures(template, Some(member));
            holds(template, member, &alone.taus, 3);
            let (mean, half) = interval(&minus(&together.taus, &alone.taus));
            assert!(mean - half > 0.0, "{template} is not better than {member}: {mean} ± {half}");
        }
        holds(template, "", &together.taus, 3);
    }
    let [cheap, dear, together] =
        [Some("ridge"), Some("trained"), None].map(|member| figures("cascade.toml", member));
    for (what, figures) in [("ridge", &cheap), ("trained", &dear), ("", &together)] {
        holds("cascade.toml", what, &figures.best, 2);
    }
    // A tenth of the trainings brings most of what all of them would.
    let gained = interval(&minus(&together.best, &cheap.best));
    let left = interval(&minus(&dear.best, &together.best));
    assert!(gained.0 - gained.1 > 0.0 && gained.0 > left.0, "{gained:?} {left:?}");
}

/// Data of three kinds: proxies and no curve, curves and one proxy, and neither; what is left out, what is not, and the
/// tau to exceed. The number of parameters says nothing of the losses of NAS-Bench-NLP.
const TABLES: [(&str, &[&str], &[&str], f64); 3] = [
    ("table = \"builtin:nas-bench-201\"", &["sotl-e", "window", "power-loss"], &["proxy-meco"], 0.5),
    (
        "table = \"builtin:nas-bench-nlp\"\nfidelity = 10",
        &["window", "proxy-naswot", "trained"],
        &["sotl-e"],
        0.5,
    ),
    (
        "table = \"builtin:nas-bench-nlp\"\nfidelity = \"none\"",
        &["sotl-e", "last-loss"],
        &["parameters"],
        -0.2,
    ),
];

#[test]
fn one_file_serves_tables_that_lack_a_part_and_says_what_is_left_out() {
    let families = ["gp", "curves"].map(|family| format!("archcast-plugin-{family}"));
    let plugins = plugin_folder(&families.each_ref().map(|family| &family[..]));
    let members = folder().join("../members/archcast.toml");
    for (data, without, with, least) in TABLES {
        let place = fresh_folder();
        let text = format!(
            "include = [{:?}]\n[data]\n{data}\nlabels = 30\n[model]\noutput = \"archcast\"\n",
            members.to_str().unwrap()
        );
        fs::write(place.path().join("mine.toml"), text).unwrap();
        let run = |arguments: &[&str]| {
            let plugins = plugins.path().to_str().unwrap();
            archcast_in(place.path(), &[&["--plugin-dir", plugins], arguments].concat()).succeeded()
        };
        let fitted = run(&["fit", "mine.toml", "-o", "mine.model"]);
        let line = |name: &str| format!("member `{name}` is left out: ");
        for name in without {
            assert!(fitted.err.contains(&line(name)), "{data}: {name}\n{}", fitted.err);
        }
        for name in with {
            assert!(!fitted.err.contains(&line(name)), "{data}: {name}\n{}", fitted.err);
        }
        assert_eq!(fitted.err.matches("[member.archcast]: ").count(), 1, "{}", fitted.err);
        let told: serde_json::Value =
            serde_json::from_str(&run(&["--json", "predict", "mine.model"]).out).unwrap();
        assert!(told["kendall_tau"].as_f64().unwrap() > least, "{data}: {told}");
        assert_eq!(told["missing_rows"], 0);
        run(&[
            "evaluate",
            "mine.toml",
            "--members",
            "archcast",
            "--labels",
            "10",
            "--trials",
            "2",
            "--fidelities",
            data.split_once("fidelity = ").map_or("none", |(_, fidelity)| fidelity.trim_matches('"')),
            "--out",
            "s",
        ]);
        let page = fs::read_to_string(place.path().join("s/report.html")).unwrap();
        for name in without {
            assert!(page.contains(&format!("`{name}`")), "{data}: {name}");
        }
    }
}
