//! A study from its file to its answer.

use super::{LINEAR, Place, checkout, table};
use archcast::study::{metrics::Metric, metrics::kendall_tau_b};
use archcast_tests::{is_built, skipped};
use std::fs;

#[test]
fn a_study_runs_each_member_at_its_budgets_and_answers_in_a_sentence() {
    let place = Place::linear();
    let run = place.run("evaluate linear.toml --out s --threads 2").succeeded();
    let last: Vec<&str> = run.out.lines().rev().take(2).collect();
    assert_eq!(last[0], "results in s");
    assert!(
        last[1].contains(" ranks best at 30 labels: Kendall tau 0.") && last[1].ends_with('.'),
        "{}",
        run.out
    );
    assert!(run.out.contains("noise ceiling"), "{}", run.out);
    // Nothing is drawn where there is no terminal.
    assert_eq!(run.err, "");

    let results = place.open("s");
    let members: Vec<(&str, bool, bool)> =
        results.members().iter().map(|one| (&one.name[..], one.by_labels, one.by_fidelity)).collect();
    assert_eq!(members, [("nearest", true, false), ("ridge", true, false), ("synflow", false, false)]);
    // Two members at two budgets, and one that learns nothing, in three trials.
    assert_eq!(results.done(), ((2 * 2 + 1) * 3, (2 * 2 + 1) * 3));
    let ridge = results.member("ridge").unwrap();
    let setting = results.setting_at(ridge, Some(30), None).unwrap();
    let summary = results.summary(&setting, Metric::KendallTau).unwrap().unwrap();
    assert!(summary.trials == 3 && summary.mean > 0.1 && summary.interval.is_some(), "{summary:?}");
    let times = results.times(&setting).unwrap();
    assert!(times.initialization_table.unwrap() > 30.0 * 100.0 && times.initialization_measured > 0.0);
    assert_eq!(times.query_table, Some(0.0));
    let compared = results.compare(Some(30), None, Metric::KendallTau).unwrap();
    assert_eq!(compared.comparison.others.len(), 2);
    assert!(results.noise_ceiling().unwrap().mean > 0.7);
}

#[test]
fn metrics_are_those_of_the_predictions_in_the_journal() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s").succeeded();
    let contents = place.contents("s");
    let exported = table(&place.results("s"));
    let taus = exported.numbers("kendall-tau").unwrap();
    for ((result, _), told) in contents.results.values().zip(taus) {
        let split = contents.split(result.cell.trial).unwrap();
        let predictions: Vec<f64> =
            result.predictions.iter().map(|value| value.unwrap_or(f64::NEG_INFINITY)).collect();
        assert_eq!(told, kendall_tau_b(&split.test_targets, &predictions).ok(), "{:?}", result.cell);
    }
}

#[test]
fn results_do_not_depend_on_threads_or_on_the_order_of_members() {
    let place = Place::linear();
    let (head, members) = LINEAR.split_once("[member.ridge]").unwrap();
    let (ridge, rest) = members.split_once("[member.nearest]").unwrap();
    place.write("turned.toml", &format!("{head}[member.nearest]{rest}[member.ridge]{ridge}"));
    place.run("evaluate linear.toml --out one --threads 1").succeeded();
    place.run("evaluate linear.toml --out two --threads 2").succeeded();
    place.run("evaluate turned.toml --out turned --threads 2").succeeded();
    assert_eq!(place.finished("one").len(), 15);
    for other in ["two", "turned"] {
        assert_eq!(place.finished("one"), place.finished(other), "{other}");
        assert_eq!(place.results("one"), place.results(other), "{other}");
    }
}

#[test]
fn members_of_several_files_are_measured_side_by_side() {
    let place = Place::linear();
    place.write("more.toml", "[member.ridge]\nuse = \"linear/ridge\"\nparams = { penalty = 9.0 }\n[member.lasso]\nuse = \"linear/lasso\"\n");
    let told = place.json("evaluate linear.toml more.toml --out s --labels 12 --trials 2");
    let names: Vec<&str> =
        told["members"].as_array().unwrap().iter().map(|one| one["member"].as_str().unwrap()).collect();
    assert_eq!(names, ["lasso", "linear:ridge", "more:ridge", "nearest", "synflow"]);
    assert_eq!(told["cells"], 10);
    let chosen = place
        .json("evaluate linear.toml more.toml --out t --labels 12 --trials 2 --members more:ridge,synflow");
    assert_eq!(chosen["members"].as_array().unwrap().len(), 2);
}

#[test]
fn what_a_study_will_take_is_told_without_running_it() {
    let place = Place::linear();
    let run = place.run("evaluate linear.toml --out s --dry-run --threads 2").succeeded();
    for part in [
        "15 cells: labels 10, 30; epochs 0; trials 0..3; 40 rows tested",
        "on 2 threads",
        "memory about",
        "labels",
    ] {
        assert!(run.out.contains(part), "{part}\n{}", run.out);
    }
    assert!(!place.path("s").exists());
    assert!(place.json("evaluate linear.toml --dry-run")["seconds"].as_f64().unwrap() > 0.0);
}

#[test]
fn the_studies_of_the_templates_run() {
    let families = ["bayesian", "curves", "gbdt", "gp", "graph", "neural", "trees"];
    let packages: Vec<String> = families.iter().map(|family| format!("archcast-plugin-{family}")).collect();
    let packages: Vec<&str> = packages.iter().map(|package| &package[..]).collect();
    if !is_built("archcast-plugin-gbdt") {
        return skipped(
            "the_studies_of_the_templates_run",
            "the plugin gbdt is not built; `cargo xtask test` builds it",
        );
    }
    for entry in fs::read_dir(checkout("templates/studies")).unwrap() {
        let path = entry.unwrap().path();
        let place = Place::new(&packages);
        // Where it lies: it can include files beside it.
        let path = path.display();
        let run = place.run(&format!("evaluate {path} --labels 12 --trials 2 --out s")).succeeded();
        assert!(run.out.contains(" ranks best at "), "{}", run.out);
    }
}

#[test]
fn a_member_that_fails_is_counted_and_the_study_goes_on() {
    let place = Place::new(&["fixture-rogue"]);
    place.write(
        "s.toml",
        &format!(
            "{LINEAR}\n[member.rogue]\nuse = \"rogue/rogue\"\nparams = {{ crime = \"panic-in-fit\" }}\n"
        ),
    );
    let run = place.run("evaluate s.toml --out s").succeeded();
    assert!(
        run.out
            .contains("rogue: 240 predictions are missing (they count as the worst), 6 cells failed, e.g. "),
        "{}",
        run.out
    );
    let results = place.open("s");
    let setting = results.setting_at(results.member("rogue").unwrap(), Some(10), None).unwrap();
    let summary = results.summary(&setting, Metric::KendallTau).unwrap().unwrap();
    assert_eq!((summary.mean, summary.without_order), (0.0, 3));
    assert!(results.summary(&setting, Metric::Rmse).is_err());
}
