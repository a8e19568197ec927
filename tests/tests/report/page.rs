//! The page: its numbers are the journal's, and it loads nothing.

use super::{Place, Rows, STUDY, numbers_in, rows};
use archcast::study::{Results, Setting, metrics::Metric, pareto::pareto_front};
use std::fs;

const CURVES: &str = r#"
[data]
table = "builtin:nas-bench-nlp"

[member.last]
use = "curve/last"

[member.nearest]
use = "linear/nearest"
inputs = ["column:params", "last"]

[study]
labels = [10, 20]
fidelities = [5, 20, 49]
trials = 3
test = 60
"#;

fn number(text: &str) -> Option<f64> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn setting(row: &std::collections::BTreeMap<String, String>) -> Setting {
    Setting {
        member: row["member"].clone(),
        labels: number(&row["labels"]).map(|labels| labels as usize),
        fidelity: number(&row["fidelity"]).map(|epochs| epochs as u32),
    }
}

/// Each row says of its member and budget what the journal does, to the last digit.
#[track_caller]
fn equal_the_journal(rows: &Rows, results: &Results) {
    for row in rows {
        let summary = results.summary(&setting(row), Metric::KendallTau).unwrap().unwrap();
        assert_eq!(number(&row["mean"]), Some(summary.mean), "{row:?}");
        assert_eq!(number(&row["deviation"]), summary.deviation);
        assert_eq!(number(&row["lower"]), summary.interval.map(|interval| interval.lower));
        assert_eq!(number(&row["upper"]), summary.interval.map(|interval| interval.upper));
        assert_eq!(row["trials"], summary.trials.to_string());
    }
}

#[test]
fn the_numbers_of_every_chart_are_those_of_the_journal() {
    let place = Place::new(STUDY);
    let (page, results) = (place.read("s/report.html"), place.results());
    let all = numbers_in(&page, "numbers");
    assert_eq!(all.len(), 2 * 3 + 1);
    equal_the_journal(&all, &results);
    for row in &all {
        let times = results.times(&setting(row)).unwrap();
        assert_eq!(number(&row["initialization_table_s"]), times.initialization_table);
        assert_eq!(number(&row["query_measured_s"]), Some(times.query_measured));
        assert_eq!(number(&row["query_alone_measured_s"]), Some(times.query_alone_measured));
        assert!(times.query_alone_measured > 0.0);
        let spearman = results.summary(&setting(row), Metric::Spearman).unwrap().unwrap();
        assert_eq!(number(&row["spearman"]), Some(spearman.mean));
    }
    let initialization = numbers_in(&page, "quality-initialization");
    equal_the_journal(&initialization, &results);
    for row in &initialization {
        let times = results.times(&setting(row)).unwrap();
        assert_eq!(number(&row["initialization_s"]), times.initialization());
    }
    equal_the_journal(&numbers_in(&page, "quality-query"), &results);

    let front = numbers_in(&page, "pareto-front");
    equal_the_journal(&front, &results);
    let points: Vec<(f64, f64)> =
        front.iter().map(|row| (number(&row["whole_s"]).unwrap(), number(&row["mean"]).unwrap())).collect();
    let mut told: Vec<usize> = (0..front.len()).filter(|&place| front[place]["front"] == "yes").collect();
    let mut expected = pareto_front(&points);
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);

    let compared = results.compare(Some(200), None, Metric::KendallTau).unwrap();
    let pairs = numbers_in(&page, "pairwise");
    assert_eq!(pairs.len(), 3);
    let best = &compared.comparison.best.name;
    for other in &compared.comparison.others {
        let name = &other.standing.name;
        let is_pair = |row: &&std::collections::BTreeMap<String, String>| {
            [&row["first"], &row["second"]].contains(&best) && [&row["first"], &row["second"]].contains(&name)
        };
        let row = pairs.iter().find(is_pair).unwrap();
        assert!((number(&row["difference"]).unwrap().abs() - other.difference).abs() < 1e-12, "{row:?}");
        assert!((number(&row["p"]).unwrap() - other.p).abs() < 1e-12);
    }
}

#[test]
fn predictions_and_their_calibration_are_those_of_the_journal() {
    let place = Place::new(STUDY);
    let (page, results) = (place.read("s/report.html"), place.results());
    let predicted = numbers_in(&page, "predicted");
    assert_eq!(predicted.len(), 3 * 60);
    let ridge = results.setting_at(results.member("ridge").unwrap(), Some(200), None).unwrap();
    let (cell, _) = results.cells(&ridge).next().unwrap();
    let split = results.split(cell.cell.trial).unwrap();
    let of_ridge: Vec<_> = predicted.iter().filter(|row| row["member"] == "ridge").collect();
    for (place, row) in of_ridge.iter().enumerate() {
        assert_eq!(number(&row["prediction"]), cell.predictions[place]);
        assert_eq!(number(&row["target"]), Some(split.test_targets[place]));
        assert_eq!(row["row"], split.test[place].to_string());
    }
    // The only member that gives deviations.
    let name = "<script>alert('a, b')</script>";
    let nearest = results.setting_at(results.member(name).unwrap(), Some(200), None).unwrap();
    let calibration = numbers_in(&page, "calibration");
    assert_eq!(calibration.len(), 19);
    for row in &calibration {
        assert_eq!(row["member"], name);
        let percent = row["interval_percent"].parse().unwrap();
        let summary = results.summary(&nearest, Metric::Coverage(percent)).unwrap().unwrap();
        assert_eq!(number(&row["share_within"]), Some(summary.mean));
    }
}

#[test]
fn the_map_names_the_best_of_each_budget_and_those_tied_with_it() {
    let place = Place::new(CURVES);
    let (page, results) = (place.read("s/report.html"), place.results());
    let map = numbers_in(&page, "best-member");
    assert_eq!(map.len(), 2 * 3);
    for row in &map {
        let (labels, epochs): (usize, u32) =
            (row["labels"].parse().unwrap(), row["fidelity"].parse().unwrap());
        let best = Setting {
            member: row["best"].clone(),
            labels: number(&row["best_labels"]).map(|labels| labels as usize),
            fidelity: number(&row["best_fidelity"]).map(|epochs| epochs as u32),
        };
        assert!(best.labels.unwrap_or(0) <= labels && best.fidelity.unwrap_or(0) <= epochs, "{row:?}");
        let mean = |setting: &Setting| results.summary(setting, Metric::KendallTau).unwrap().unwrap().mean;
        assert_eq!(number(&row["mean"]), Some(mean(&best)));
        // No setting that needs no more is better.
        for member in results.members() {
            for other in results.settings(member) {
                if other.labels.unwrap_or(0) <= labels && other.fidelity.unwrap_or(0) <= epochs {
                    assert!(mean(&other) <= mean(&best), "{other:?} in {row:?}");
                }
            }
        }
    }
    // Curves have seconds here, so both axes are times.
    equal_the_journal(&numbers_in(&page, "quality-query"), &results);
}

#[test]
fn the_page_loads_nothing_and_takes_no_name_for_a_tag() {
    let place = Place::new(STUDY);
    let page = place.read("s/report.html");
    for load in ["http://", "https://", "src=", "@import", "url(//", "<link rel=\"stylesheet\"", "fetch("] {
        assert!(!page.contains(load), "{load}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains("<script>alert"), "a name became a tag");
    assert!(page.contains("&lt;script&gt;alert"));
    // One script, the page's own.
    assert_eq!(page.matches("<script").count(), 1);
    for part in
        ["prefers-color-scheme:dark", "data-theme=dark", "id=\"theme\"", "name=\"viewport\"", "noise ceiling"]
    {
        assert!(page.contains(part), "{part}");
    }
    let results = place.results();
    for fact in [results.digest(), &results.header().table.digest, &results.header().files[0].digest] {
        assert!(page.contains(fact), "{fact}");
    }
}

#[test]
fn each_chart_is_also_a_drawing_and_a_table_of_its_own() {
    let place = Place::new(STUDY);
    let page = place.read("s/report.html");
    let mut drawings = 0;
    for entry in fs::read_dir(place.path("s/charts")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let text = place.read(&format!("s/charts/{name}"));
        match name.split_once('.').unwrap() {
            (chart, "csv") => assert_eq!(rows(&text), numbers_in(&page, chart), "{chart}"),
            (chart, _) => {
                drawings += 1;
                assert!(text.starts_with("<svg xmlns=") && text.ends_with("</svg>"), "{chart}");
                assert!(!text.contains("<script") && text.contains("prefers-color-scheme:dark"), "{chart}");
            }
        }
    }
    assert_eq!(drawings, 7);
}

#[test]
fn the_report_is_written_anew_by_another_metric_and_to_another_place() {
    let place = Place::new(STUDY);
    let before = place.read("s/report.html");
    place.run("report s --metric spearman -o other.html").succeeded();
    let other = place.read("other.html");
    assert!(other.contains("Spearman correlation") && before.contains("Kendall tau against"));
    assert_eq!(place.read("s/report.html"), before);
    place.run("report s").succeeded();
    assert_eq!(place.read("s/report.html"), before);
    place.refused("report nowhere", 1, &["nowhere/journal.jsonl"]);
    place.refused("report s --metric kendall", 1, &["unknown metric `kendall`", "kendall-tau"]);
    place.refused("report s -o nowhere/a.html", 1, &["nowhere/a.html"]);
}

#[test]
fn without_seconds_the_axis_counts_labels_and_says_so() {
    let place = Place::untimed();
    let page = place.read("s/report.html");
    assert!(page.contains("labelled rows (seconds unknown)"));
    let initialization = numbers_in(&page, "quality-initialization");
    let of_ridge: Vec<&str> = initialization
        .iter()
        .filter(|row| row["member"] == "ridge")
        .map(|row| &row["cost_labels"][..])
        .collect();
    assert_eq!(of_ridge, ["10", "30", "200"]);
}
