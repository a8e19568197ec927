//! Which member to take for given budgets.

use super::{Place, STUDY};
use archcast::study::metrics::Metric;
use serde_json::Value;

fn json(place: &Place, command: &str) -> Value {
    serde_json::from_str(&place.run(&format!("--json {command}")).succeeded().out).unwrap()
}

#[test]
fn the_best_member_that_the_budgets_pay_is_named_with_what_more_would_buy() {
    let place = Place::new(STUDY);
    let results = place.results();
    let ridge = results.setting_at(results.member("ridge").unwrap(), Some(30), None).unwrap();
    let summary = results.summary(&ridge, Metric::KendallTau).unwrap().unwrap();

    let run = place.run("recommend s --labels 100").succeeded();
    assert!(run.out.starts_with("Take synflow: Kendall tau 0."), "{}", run.out);

    // Of the score the table does not say how long it takes, so time leaves it out.
    let run = place.run("recommend s --labels 100 --query-budget 1h").succeeded();
    let first = format!("Take ridge with 30 labels: Kendall tau {:.3} (95 % interval ", summary.mean);
    assert!(run.out.starts_with(&first), "{}", run.out);
    for words in [
        "4 trials); initialization ",
        "200 labels of initialization buys 0.",
        "A larger query budget buys nothing",
        "Not considered, for their time is not known: synflow.",
    ] {
        assert!(run.out.contains(words), "`{words}` is not in\n{}", run.out);
    }

    let told = json(&place, "recommend s --labels 100 --query-budget 1h");
    assert_eq!((&told["best"]["member"], &told["best"]["labels"]), (&"ridge".into(), &30.into()));
    assert_eq!(told["best"]["mean"].as_f64(), Some(summary.mean));
    let interval = summary.interval.unwrap();
    assert_eq!(told["interval"][0].as_f64(), Some(interval.lower));
    assert_eq!(told["larger"][0]["axis"], "initialization");
    assert_eq!(told["larger"][0]["budget"], 200.0);
}

#[test]
fn time_and_counts_agree() {
    let place = Place::new(STUDY);
    let results = place.results();
    let ridge = results.setting_at(results.member("ridge").unwrap(), Some(30), None).unwrap();
    let seconds = results.times(&ridge).unwrap().initialization().unwrap() * 1.5;
    let by_time = json(&place, &format!("recommend s --init-budget {seconds} --query-budget 1m"));
    assert_eq!(by_time["best"]["member"], "ridge");
    assert_eq!(by_time["best"]["labels"], 30);
    // Where lower is better, the interval is still that of the metric.
    let told = json(&place, "recommend s --labels 30 --metric rmse");
    let ends = [told["interval"][0].as_f64().unwrap(), told["interval"][1].as_f64().unwrap()];
    let mean = told["best"]["mean"].as_f64().unwrap();
    assert!(0.0 < mean && ends[0] <= mean && mean <= ends[1], "{told}");
}

#[test]
fn budgets_that_pay_nobody_are_refused_with_the_least() {
    let place = Place::new(STUDY);
    place.refused(
        "recommend s --init-budget 1s --query-budget 1h",
        1,
        &[
            "no member can be had for 1.0 s of initialization and 60 min of query",
            "the least is",
            "with 10 labels",
        ],
    );
    place.refused("recommend s --init-budget 10x", 2, &["`10x` is no time", "10h"]);
    place.refused("recommend s --init-budget 10h --labels 10", 2, &["cannot be used with"]);
    place.refused("recommend s --metric nll@3", 1, &["nll"]);
    place.refused("recommend nowhere", 1, &["nowhere/journal.jsonl"]);
    let place = Place::untimed();
    place.refused(
        "recommend s --init-budget 10h --query-budget 1m",
        1,
        &["the table does not say what training took", "`--labels`"],
    );
}
