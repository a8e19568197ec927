//! The axis of epochs: what of a curve is seen.

use super::Place;
use archcast::study::metrics::Metric;

const CURVES: &str = r#"
[data]
table = "builtin:nas-bench-nlp"

[member.last]
use = "curve/last"

[member.ridge]
use = "linear/ridge"
inputs = ["column:params"]

[member.both]
use = "linear/ridge"
inputs = ["column:params", "last"]

[study]
labels = [10, 20]
fidelities = ["none", 1, 5, "50%", 49]
trials = 3
test = 60
"#;

#[test]
fn each_member_is_measured_along_the_axes_that_it_has() {
    let place = Place::new(&["fixture-curve"]);
    place.write("s.toml", CURVES);
    place.run("evaluate s.toml --out s --threads 2").succeeded();
    let results = place.open("s");
    let of = |name: &str| {
        let member = results.member(name).unwrap();
        (member.labels.clone(), member.fidelities.clone())
    };
    // The curve needs two epochs, so neither "none" nor 1 serves it.
    assert_eq!(of("last"), (vec![], vec![5, 25, 49]));
    assert_eq!(of("ridge"), (vec![10, 20], vec![]));
    assert_eq!(of("both"), (vec![10, 20], vec![5, 25, 49]));
    assert_eq!(results.done().0, 3 * (3 + 2 + 6));
    let tau = |epochs| {
        let setting = results.setting_at(results.member("last").unwrap(), Some(20), Some(epochs)).unwrap();
        results.summary(&setting, Metric::KendallTau).unwrap().unwrap().mean
    };
    // The loss one epoch before the end tells nearly all of the last one, and five epochs tell less.
    assert!(tau(49) > 0.9 && tau(5) < tau(49), "{} {}", tau(5), tau(49));
    let times = |epochs| {
        let setting = results.setting_at(results.member("last").unwrap(), None, Some(epochs)).unwrap();
        results.times(&setting).unwrap()
    };
    assert_eq!(times(5).initialization_table, Some(0.0));
    assert!(times(49).query_table.unwrap() > 5.0 * times(5).query_table.unwrap());
}

#[test]
fn a_member_that_learns_nothing_says_the_same_whatever_the_threads_and_trials() {
    let place = Place::new(&["fixture-curve"]);
    place.write("s.toml", CURVES);
    place.run("evaluate s.toml --out a --members last --threads 1 --trials 6").succeeded();
    place.run("evaluate s.toml --out b --members last --threads 2 --trials 3").succeeded();
    place.run("evaluate s.toml --out b --members last --threads 2 --trials 6").succeeded();
    assert_eq!(place.finished("a"), place.finished("b"));
}

#[test]
fn a_fidelity_beyond_the_curves_or_at_the_target_is_refused() {
    let place = Place::new(&["fixture-curve"]);
    place.write("s.toml", CURVES);
    let whole = "with 50 epochs the target itself is seen, which is the curve at epoch 50; the largest possible is 49";
    place.refused("evaluate s.toml --out s --fidelities 50", 1, &["`fidelities`", whole]);
    place.refused(
        "evaluate s.toml --out s --fidelities 51",
        1,
        &["51 epochs are beyond the curves", "largest possible is 49"],
    );
    place.refused("evaluate s.toml --out s --fidelities half", 1, &["`half` is neither epochs"]);
    place.write("t.toml", &CURVES.replace("\"50%\", 49", "\"50%\", 200"));
    place.refused("evaluate t.toml --out s", 2, &["t.toml:18:", "200 epochs are beyond the curves"]);
    assert!(!place.path("s").exists());
}
