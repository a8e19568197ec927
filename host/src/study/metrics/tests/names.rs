use super::*;

#[test]
fn every_metric_is_named_as_the_field_names_it() {
    let names = Metric::STANDARD.map(|metric| metric.to_string());
    assert_eq!(
        names,
        [
            "kendall-tau",
            "sparse-kendall-tau",
            "spearman",
            "pearson",
            "mae",
            "rmse",
            "r2",
            "precision@10",
            "precision@20",
            "best-regret@10",
            "best-rank@10",
            "nll",
            "crps",
            "coverage@50",
            "coverage@80",
            "coverage@90",
            "coverage@95",
            "interval-width@90",
            "pit-distance",
        ]
    );
    let options = Rounded::ALL.map(Metric::SparseKendallTau);
    for metric in Metric::STANDARD.into_iter().chain(options).chain([Metric::PrecisionAt(usize::MAX)]) {
        assert_eq!(metric.to_string().parse(), Ok(metric));
        let text = serde_json::to_string(&metric).unwrap();
        assert_eq!(serde_json::from_str::<Metric>(&text).unwrap(), metric);
    }
}

#[test]
fn a_wrong_name_is_answered_with_the_right_one() {
    let error = |name: &str| name.parse::<Metric>().unwrap_err().to_string();
    assert_eq!(error("kendal-tau"), "unknown metric `kendal-tau`; did you mean `kendall-tau`?");
    assert_eq!(error("precison@7"), "unknown metric `precison@7`; did you mean `precision@7`?");
    assert_eq!(error("coverag"), "unknown metric `coverag`; did you mean `coverage@95`?");
    assert!(
        error("loss").starts_with("unknown metric `loss`; there are `kendall-tau`, `sparse-kendall-tau`")
    );
    assert!(error("").starts_with("unknown metric ``; there are"));
    assert!(error(&"x@".repeat(10_000)).len() < 600);
    for name in [
        "precision",
        "precision@",
        "precision@0",
        "precision@-1",
        "precision@+1",
        "precision:3",
        "precision@1e3",
    ] {
        let expected = "`precision` takes a whole number of rows, from 1, as in `precision@10`";
        assert_eq!(error(name), format!("metric `{name}`: {expected}"));
    }
    for name in
        ["coverage@0", "coverage@100", "coverage@0.95", "coverage@95%", "coverage@99999999999999999999"]
    {
        let expected = "`coverage` takes a whole number of percent, from 1 to 99, as in `coverage@95`";
        assert_eq!(error(name), format!("metric `{name}`: {expected}"));
    }
    assert_eq!(error("mae@10"), "metric `mae@10`: `mae` takes no `@10`");
    assert_eq!(
        error("sparse-kendall-tau:targets"),
        "metric `sparse-kendall-tau:targets`: `sparse-kendall-tau` takes no `:targets`; it takes `:prediction`, \
         `:target` or `:both`"
    );
}

#[test]
fn values_are_turned_so_that_higher_is_better() {
    assert_eq!(Metric::KendallTau.turned(0.5), 0.5);
    assert_eq!(Metric::Mae.turned(0.5), -0.5);
    assert!(Metric::Coverage(90).turned(0.88) > Metric::Coverage(90).turned(0.95));
}
