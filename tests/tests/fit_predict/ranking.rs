//! Which rows train, what is predicted, and how the rest is ranked.

use super::*;

#[test]
fn the_first_composition_fits_and_ranks_the_rest_with_the_tau_that_its_csv_gives() {
    let place = Place::first();
    let told = place.run("fit first.toml -o first.model").succeeded();
    assert!(told.out.starts_with(
        "fitted `ridge` (linear/ridge) on 100 of 15625 rows of builtin:nas-bench-201, 30 features"
    ));
    assert!(told.out.ends_with("\nwrote first.model\n"), "{}", told.out);

    let out = place.run("predict first.model --top 7 -o out.csv").succeeded().out;
    assert_eq!(ranked(&out).len(), 7, "{out}");
    assert!(
        out.starts_with("rank  architecture ") && out.lines().next().unwrap().ends_with("predicted  true"),
        "{out}"
    );
    assert!(
        out.contains("\n15625 rows predicted, 100 of them trained the model and are not ranked\n"),
        "{out}"
    );
    assert!(out.ends_with("\nwrote out.csv\n"), "{out}");

    let csv = place.csv("out.csv");
    let head: Vec<&str> = csv.columns().iter().map(|column| column.name()).collect();
    assert_eq!((head, csv.len()), (vec!["id", "mean", "missing", "trained", "same_network", "true"], 15_625));
    assert_eq!(csv.column("trained").unwrap().iter().filter(|trained| *trained == "true").count(), 100);
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    assert!(csv.column("id").unwrap().iter().eq(table.column("arch_str").unwrap().iter()));
    assert_eq!(csv.numbers("true").unwrap(), table.numbers("val_acc").unwrap());

    let (tau, compared) = tau_of(&csv, 1.0);
    // Cells that are the same network as one that trained are not unseen.
    let same = csv.column("same_network").unwrap().iter().filter(|same| *same == "true").count();
    assert!(same > 300 && compared == 15_525 - same, "{same} {compared}");
    let left_out = format!("({same} rows the same network as one that trained are left out)");
    assert!(
        out.contains(&format!("\nKendall tau over {compared} unseen rows {left_out}: {tau:.3}\n")),
        "{out}"
    );
    assert!(tau > 0.3, "{tau}");

    let told = place.json("predict first.model --top 3");
    assert!((told["kendall_tau"].as_f64().unwrap() - tau).abs() < 1e-12, "{told:#}");
    let counts =
        ["rows", "training_rows", "missing_rows", "compared_rows"].map(|key| told[key].as_u64().unwrap());
    assert_eq!(counts, [15_625, 100, 0, compared as u64]);
    assert_eq!(told["same_network_rows"], same);
    let best: Vec<&str> =
        told["best"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(best, ranked(&out)[..3]);
    // No row that did not train is predicted higher than the first.
    let highest = csv.numbers("mean").unwrap().into_iter().zip(csv.column("trained").unwrap().iter());
    let highest = highest
        .filter(|(_, trained)| *trained == "false")
        .filter_map(|(mean, _)| mean)
        .fold(f64::MIN, f64::max);
    assert_eq!(told["best"][0]["outputs"]["mean"].as_f64().unwrap(), highest);
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads_and_another_seed_others() {
    let place = Place::first();
    let fitted = |options: &str| {
        place.run(&format!("{options} fit first.toml --seed 3 -o m")).succeeded();
        place.read("m")
    };
    let first = fitted("");
    for options in ["", "--threads 1", "--threads 2", "--threads 5"] {
        assert!(fitted(options) == first, "{options}");
    }
    place.run("fit first.toml --seed 4 -o m").succeeded();
    assert!(place.read("m") != first);
    place.run("fit first.toml -o m").succeeded();
    let left_out = place.read("m");
    place.run("fit first.toml --seed 0 -o m").succeeded();
    assert!(place.read("m") == left_out, "the seed is 0 if it is left out");
}

#[test]
fn random_numbers_and_threads_of_a_predictor_give_the_same_bytes_too() {
    let place = Place::new(&["fixture-many"]);
    place.write(
        "mine.toml",
        "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 9\n[member.a]\nuse = \"draws\"\n",
    );
    let mut seen = Vec::new();
    for threads in ["1", "2", "5"] {
        place.run(&format!("--threads {threads} fit mine.toml --seed 8 -o m")).succeeded();
        place.run(&format!("--threads {threads} predict m -o out.csv")).succeeded();
        seen.push((place.read("m"), place.read("out.csv")));
    }
    assert!(seen[0] == seen[1] && seen[0] == seen[2]);
}

#[test]
fn labels_of_the_command_line_win_and_a_smaller_draw_is_a_part_of_a_larger_one() {
    let place = Place::first();
    let trained = |labels: &str| {
        let told = place.json(&format!("fit first.toml --labels {labels} --seed 5 -o m"));
        place.run("predict m -o out.csv").succeeded();
        let csv = place.csv("out.csv");
        let rows =
            csv.column("trained").unwrap().iter().enumerate().filter(|(_, trained)| *trained == "true");
        let rows: Vec<usize> = rows.map(|(row, _)| row).collect();
        assert_eq!(
            (rows.len(), &told["training_rows"]),
            (labels.parse().unwrap(), &labels.parse::<u64>().unwrap().into())
        );
        rows
    };
    let (few, many) = (trained("10"), trained("30"));
    assert!(few.iter().all(|row| many.contains(row)), "{few:?} {many:?}");
    place.refused("fit first.toml --labels 20000 -o n", &["give `labels = 15625` or less"]);
    let none = place.run("fit first.toml --labels 0 -o n");
    assert_eq!(none.code, 2);
    assert!(none.err.contains("learns from at least 1 labelled row, and here from 0"), "{}", none.err);
    assert!(!place.path("n").exists());
}

#[test]
fn a_file_of_rows_trains_and_every_id_that_cannot_is_named_with_its_line() {
    let place = Place::first();
    let table = rows_of_builtin(&["arch_str"], 12);
    let ids: Vec<&str> = table.lines().skip(1).collect();
    place.write("ids.txt", &ids.join("\n"));
    assert_eq!(place.json("fit first.toml --rows ids.txt -o m")["training_rows"], 12);
    place.run("predict m -o out.csv").succeeded();
    let csv = place.csv("out.csv");
    assert!((0..csv.len()).all(|row| csv.column("trained").unwrap().get(row) == (row < 12).to_string()));

    place.write("bad.txt", &format!("{}\nfirst\n\n{}\nsecond\n{}\n", ids[0], ids[1], ids[0]));
    let said = place.refused("fit first.toml --rows bad.txt -o n", &[]);
    assert_eq!(
        said,
        "archcast: bad.txt names rows that cannot train:\n  line 2: `first` is no row of the table\n  \
         line 5: `second` is no row of the table\n  line 6: the same row as in line 1\n"
    );
    place
        .refused("fit first.toml --rows absent.txt -o n", &["the file of row ids absent.txt cannot be read"]);
    assert!(!place.path("n").exists());
}

#[test]
fn of_a_minimised_target_the_lowest_is_the_best() {
    let place = Place::first();
    let text = String::from_utf8(place.read("first.toml")).unwrap();
    let target = text.lines().find(|line| line.starts_with("target")).unwrap();
    let time = "target = { column = \"train_time_s\", goal = \"minimize\", unit = \"s\" }";
    place.write("time.toml", &text.replace(target, time));
    place.run("fit time.toml -o m").succeeded();
    let told = place.json("predict m --top 5 -o out.csv");
    let csv = place.csv("out.csv");
    let (tau, _) = tau_of(&csv, -1.0);
    assert!((told["kendall_tau"].as_f64().unwrap() - tau).abs() < 1e-12 && tau > 0.8, "{tau} {told:#}");
    let best: Vec<f64> =
        told["best"].as_array().unwrap().iter().map(|row| row["outputs"]["mean"].as_f64().unwrap()).collect();
    assert!(best.is_sorted(), "{best:?}");
    let unseen = csv.numbers("mean").unwrap().into_iter().zip(csv.column("trained").unwrap().iter());
    let lowest = unseen
        .filter(|(_, trained)| *trained == "false")
        .filter_map(|(mean, _)| mean)
        .fold(f64::MAX, f64::min);
    assert_eq!(best[0], lowest);
    // In the target's own unit, not turned: the fastest cells take about 500 s.
    assert!((300.0..800.0).contains(&best[0]), "{best:?}");
}

#[test]
fn a_predictor_without_a_scale_ranks_by_its_score_and_named_outputs_are_all_shown() {
    let place = Place::new(&["fixture-many", "fixture-two-outputs"]);
    place.write(
        "sum.toml",
        "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 1\n[member.a]\nuse = \"many/sum\"\n",
    );
    place.run("fit sum.toml -o m").succeeded();
    let told = place.json("predict m --top 1");
    assert_eq!(told["best"][0]["outputs"]["score"], 24.0, "six times the last operation: {told:#}");
    place.write(
        "two.toml",
        "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 1\n[member.a]\nuse = \"bounds\"\n",
    );
    place.run("fit two.toml -o m").succeeded();
    let out = place.run("predict m --top 1 -o out.csv").succeeded().out;
    let head: Vec<&str> = out.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(head, ["rank", "architecture", "low", "high", "true"]);
    assert_eq!(place.csv("out.csv").column("high").unwrap().get(0).parse::<f64>().unwrap() % 1.0, 0.0);
}
