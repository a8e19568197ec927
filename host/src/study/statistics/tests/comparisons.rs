use super::*;

/// Values around a level, the same for every level but for a small part of its own.
fn values(trials: usize, level: f64, own: f64) -> Vec<f64> {
    let wave = |trial: usize, step: f64| (trial as f64 * step).sin();
    (0..trials).map(|trial| level + 0.05 * wave(trial, 1.7) + own * wave(trial, 2.9 + level)).collect()
}

fn contender<'a>(name: &'a str, values: &'a [f64]) -> Contender<'a> {
    Contender { name, values, query: 0.0, initialization: 0.0 }
}

fn verdicts(comparison: &Comparison) -> Vec<(&str, Verdict)> {
    comparison.others.iter().map(|other| (other.standing.name.as_str(), other.verdict)).collect()
}

#[test]
fn the_best_is_named_with_those_tied_and_the_rest_is_worse() {
    for trials in [10, 100] {
        let (a, b) = (values(trials, 0.7, 0.01), values(trials, 0.695, 0.01));
        let (c, d) = (values(trials, 0.5, 0.01), values(trials, 0.65, 0.01));
        let contenders = [contender("c", &c), contender("b", &b), contender("a", &a), contender("d", &d)];
        let comparison =
            compare_with_best(&contenders, Margins::CORRELATION, &Resamples::new(trials, 3)).unwrap();
        assert_eq!((comparison.best.name.as_str(), comparison.best.place), ("a", 2));
        assert_eq!(
            verdicts(&comparison),
            [("b", Verdict::Tied), ("d", Verdict::Worse), ("c", Verdict::Worse)],
            "{trials} trials"
        );
        assert_eq!(comparison.tied().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let worst = &comparison.others[2];
        assert!(worst.interval.unwrap().lower > 0.15 && worst.holm_p < 0.05 && worst.won == 1.0);
        assert!((worst.difference - (comparison.best.mean - worst.standing.mean)).abs() < 1e-12);
    }
}

#[test]
fn few_trials_that_vary_leave_it_undecided() {
    let (a, b) = ([0.9, 0.3, 0.6, 0.8, 0.4], [0.3, 0.8, 0.5, 0.4, 0.8]);
    let contenders = [contender("a", &a), contender("b", &b)];
    let resamples = Resamples::new(5, 3);
    let comparison = compare_with_best(&contenders, Margins::CORRELATION, &resamples).unwrap();
    assert_eq!(verdicts(&comparison), [("b", Verdict::Undecided)]);
    let comparison = compare_with_best(&contenders, Margins::NONE, &resamples).unwrap();
    assert_eq!(verdicts(&comparison), [("b", Verdict::Tied)]);
    let single = [contender("a", &a[..1]), contender("b", &b[..1])];
    let comparison = compare_with_best(&single, Margins::NONE, &Resamples::new(1, 3)).unwrap();
    assert_eq!(verdicts(&comparison), [("b", Verdict::Undecided)]);
    assert_eq!((comparison.best.interval, comparison.others[0].p), (None, 1.0));
}

#[test]
fn of_equal_predictors_the_cheaper_is_named_first() {
    let values = values(30, 0.7, 0.0);
    let paid = |name, query, initialization| Contender { name, values: &values, query, initialization };
    let contenders =
        [paid("a", 2.0, 0.0), paid("b", 1.0, 9.0), paid("c", 1.0, 5.0), paid("d", f64::INFINITY, 0.0)];
    let comparison = compare_with_best(&contenders, Margins::CORRELATION, &Resamples::new(30, 3)).unwrap();
    let names: Vec<&str> = comparison.tied().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["c", "b", "a", "d"]);
    assert!(comparison.others.iter().all(|other| other.p == 1.0 && other.won == 0.0 && other.lost == 0.0));
    assert_eq!(comparison.others[0].interval, Some(Interval { lower: 0.0, upper: 0.0 }));
}

#[test]
fn only_correlations_have_a_difference_that_is_known_to_be_negligible() {
    assert_eq!(Margins::of("spearman".parse().unwrap()), Margins::CORRELATION);
    assert_eq!(Margins::of("rmse".parse().unwrap()), Margins::NONE);
}

#[test]
fn a_clear_difference_below_the_margin_is_a_tie() {
    let high: Vec<f64> = values(40, 0.7, 0.0);
    let low: Vec<f64> =
        high.iter().enumerate().map(|(i, high)| high - 0.004 - 1e-4 * (i % 3) as f64).collect();
    let contenders = [contender("high", &high), contender("low", &low)];
    let resamples = Resamples::new(40, 3);
    let comparison = compare_with_best(&contenders, Margins::CORRELATION, &resamples).unwrap();
    assert_eq!(verdicts(&comparison), [("low", Verdict::Tied)]);
    assert!(comparison.others[0].interval.unwrap().lower > 0.003);
    let comparison = compare_with_best(&contenders, Margins::NONE, &resamples).unwrap();
    assert_eq!(verdicts(&comparison), [("low", Verdict::Worse)]);
}

/// Of m comparisons the clearest has the level 1 - 0.05/m, and the level of the first interval with 0 stays.
#[test]
fn intervals_step_down_as_holm_does() {
    let best = [0.70, 0.72, 0.71, 0.69, 0.73, 0.70];
    let others: [[f64; 6]; 3] = [
        [0.60, 0.61, 0.62, 0.60, 0.61, 0.62],
        [0.68, 0.74, 0.67, 0.71, 0.72, 0.70],
        [0.69, 0.75, 0.66, 0.70, 0.74, 0.70],
    ];
    let names = ["worse", "near", "nearer"];
    let mut contenders = vec![contender("best", &best)];
    contenders.extend(names.iter().zip(&others).map(|(name, values)| contender(name, values)));
    let comparison = compare_with_best(&contenders, Margins::CORRELATION, &Resamples::new(6, 3)).unwrap();
    for (name, level) in
        [("worse", 1.0 - 0.05 / 3.0), ("near", 1.0 - 0.05 / 2.0), ("nearer", 1.0 - 0.05 / 2.0)]
    {
        let other = comparison.others.iter().find(|other| other.standing.name == name).unwrap();
        let values = others[names.iter().position(|known| *known == name).unwrap()];
        let differences: Vec<f64> = best.iter().zip(values).map(|(best, other)| best - other).collect();
        assert_eq!(other.interval, student_t_interval(&differences, level), "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_comparison_alone_and_among_threads() {
    let (a, b) = (values(50, 0.7, 0.02), values(50, 0.69, 0.02));
    let contenders = [contender("a", &a), contender("b", &b)];
    let compare =
        |seed| compare_with_best(&contenders, Margins::CORRELATION, &Resamples::new(50, seed)).unwrap();
    let alone = compare(5);
    assert_ne!(alone, compare(6));
    let together: Vec<Comparison> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| compare(5))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(together.iter().all(|one| *one == alone));
}

#[test]
fn practically_equal_and_better_predictors_are_told_apart() {
    let same = [0.001, -0.002, 0.003, 0.0, -0.001, 0.002, -0.003, 0.001];
    let found = bayesian_signed_rank(&same, 0.01, 1).unwrap();
    assert_eq!(found, Equivalence { better: 0.0, equal: 1.0, worse: 0.0 });
    let better = [0.05, 0.04, 0.06, 0.03, 0.05, 0.07, 0.02, 0.05];
    let found = bayesian_signed_rank(&better, 0.01, 1).unwrap();
    assert!(found.better > 0.95, "{found:?}");
    let turned: Vec<f64> = better.iter().map(|difference| -difference).collect();
    let turned = bayesian_signed_rank(&turned, 0.01, 2).unwrap();
    assert!((turned.worse - found.better).abs() < 0.01, "{turned:?}");
}
