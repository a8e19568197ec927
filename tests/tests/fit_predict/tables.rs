//! Tables of the user's own: where they lie, and what they lack.

use super::*;

#[test]
fn a_table_of_the_users_own_plain_or_compressed_gives_what_the_built_in_one_gives() {
    let place = Place::first();
    fs::copy(checkout("host/tables/nas-bench-201/cifar10.csv.gz"), place.path("mine.csv.gz")).unwrap();
    place.write("mine.csv", &rows_of_builtin(&["arch_str", "val_acc"], 15_625));
    let predictions = |table: &str| {
        place.run(&format!("fit first.toml --table {table} --seed 2 -o m")).succeeded();
        place.run("predict m -o out.csv").succeeded();
        place.read("out.csv")
    };
    let own = predictions("builtin:nas-bench-201");
    assert!(predictions("mine.csv") == own);
    assert!(predictions("mine.csv.gz") == own);
}

#[test]
fn a_path_of_the_composition_counts_from_its_folder_and_one_of_the_command_line_from_here() {
    let place = Place::first();
    fs::create_dir_all(place.path("deep")).unwrap();
    place.write("deep/mine.csv", &rows_of_builtin(&["arch_str", "val_acc"], 50));
    place.write("here.csv", &rows_of_builtin(&["arch_str", "val_acc"], 60));
    let text = String::from_utf8(place.read("first.toml")).unwrap();
    place.write(
        "deep/mine.toml",
        &text.replace("builtin:nas-bench-201", "mine.csv").replace("labels", "# labels"),
    );
    assert_eq!(place.json("fit deep/mine.toml -o m")["training_rows"], 50);
    assert_eq!(place.json("fit deep/mine.toml --table here.csv -o m")["training_rows"], 60);
    // A model finds its table from anywhere.
    let run =
        archcast_in(&place.path("deep"), &["--plugin-dir", "../plugins", "predict", "../m"]).succeeded();
    assert!(run.out.contains("60 rows predicted, 60 of them trained"), "{}", run.out);
    place.refused(
        "fit deep/mine.toml --table hear.csv -o n",
        &["there is no table at ", "did you mean `here.csv`?"],
    );
}

#[test]
fn a_table_without_the_target_is_predicted_without_truths() {
    let place = Place::first();
    place.run("fit first.toml -o m").succeeded();
    place.write("candidates.csv", &rows_of_builtin(&["arch_str"], 5));
    let out = place.run("predict m --table candidates.csv --top 2 -o out.csv").succeeded().out;
    assert_eq!(ranked(&out).len(), 2);
    assert!(
        out.contains("\n5 rows predicted\n") && !out.contains("true") && !out.contains("Kendall"),
        "{out}"
    );
    let csv = place.csv("out.csv");
    let head: Vec<&str> = csv.columns().iter().map(|column| column.name()).collect();
    assert_eq!((head, csv.len()), (vec!["id", "mean", "missing", "trained"], 5));
    assert_eq!(place.json("predict m --table candidates.csv")["kendall_tau"], Value::Null);
}

#[test]
fn a_table_of_another_space_is_refused_with_its_lines() {
    let place = Place::first();
    place.run("fit first.toml -o m").succeeded();
    place.write("other.csv", "arch_str,val_acc\n|lstm~0|+|lstm~0|lstm~1|,10\nconv-conv,20\n");
    place.refused(
        "predict m --table other.csv",
        &["2 architectures are not of the space nas-bench-201", "\n  line 3: "],
    );
    place.write("columns.csv", "name,val_acc\na,10\n");
    place.refused("predict m --table columns.csv", &["has no column `arch_str`"]);
}

#[test]
fn a_space_that_has_changed_since_the_fit_is_refused() {
    let place = Place::first();
    let space = fs::read_to_string(checkout("host/src/space/builtin/nas-bench-201.toml")).unwrap();
    place.write("space.toml", &space);
    let text = String::from_utf8(place.read("first.toml")).unwrap();
    place.write("mine.toml", &text.replace("= \"nas-bench-201\"", "= \"space.toml\""));
    place.run("fit mine.toml -o m").succeeded();
    place.run_with(&["predict", "m", "--arch", CELL]).succeeded();
    // The same texts would be encoded as other choices.
    place.write("space.toml", &space.replace("[\"none\", \"skip_connect\",", "[\"skip_connect\", \"none\","));
    for command in [&["predict", "m"][..], &["predict", "m", "--arch", CELL]] {
        place
            .refused_with(command, &["space.toml` has changed since the model was fitted; ", "or fit again"]);
    }
}

#[test]
fn columns_of_the_table_are_inputs_and_a_row_that_lacks_one_is_missing_with_a_reason() {
    let place = Place::first();
    let text = String::from_utf8(place.read("first.toml")).unwrap();
    let inputs = "inputs = [\"adjacency-one-hot\", \"column:params_m\", \"zc_naswot\"]";
    place.write("columns.toml", &text.replace("inputs = [\"adjacency-one-hot\"]", inputs));
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    let (ids, scores) = (table.column("arch_str").unwrap(), table.numbers("zc_naswot").unwrap());
    let having: Vec<&str> = ids.iter().zip(&scores).filter(|(_, s)| s.is_some()).map(|(id, _)| id).collect();
    place.write("ids.txt", &having[..80].join("\n"));
    assert_eq!(place.json("fit columns.toml --rows ids.txt -o m")["features"], 32);

    let out = place.run("predict m -o out.csv").succeeded().out;
    assert!(out.contains("; missing: 201 rows\n") && out.contains("Kendall tau over "), "{out}");
    let csv = place.csv("out.csv");
    let (means, reasons) = (csv.numbers("mean").unwrap(), csv.column("missing").unwrap());
    for (row, score) in scores.iter().enumerate() {
        assert_eq!(
            (means[row].is_some(), reasons.get(row).is_empty()),
            (score.is_some(), score.is_some()),
            "{row}"
        );
    }
    assert_eq!(reasons.iter().find(|reason| !reason.is_empty()), Some("a feature is missing"));
    let (tau, compared) = tau_of(&csv, 1.0);
    assert!(compared > 10_000, "{compared}");
    assert!((place.json("predict m")["kendall_tau"].as_f64().unwrap() - tau).abs() < 1e-12);

    let said = "archcast: the model reads the column `params_m`, so it predicts rows of a table, not a bare \
                architecture; give `--table`\n";
    assert_eq!(place.refused_with(&["predict", "m", "--arch", CELL], &[]), said);
}

#[test]
fn a_training_row_that_lacks_a_column_is_named_with_its_line_and_the_column() {
    let place = Place::new(&[]);
    let mut table = rows_of_builtin(&["arch_str", "val_acc", "params_m"], 6);
    let last = table.trim_end().rfind(',').unwrap();
    table.truncate(last + 1);
    place.write("mine.csv", &format!("{table}\n"));
    place.write(
        "mine.toml",
        "[data]\ntable = \"mine.csv\"\nspace = \"nas-bench-201\"\narchitecture = \"arch_str\"\n\
         target = { column = \"val_acc\", goal = \"maximize\" }\n\
         [member.ridge]\nuse = \"linear/ridge\"\ninputs = [\"params_m\"]\n",
    );
    place.refused(
        "fit mine.toml -o m",
        &[
            "member `ridge` (linear/ridge): bad data: ",
            "mine.csv lack a feature",
            "\n  line 7: `|",
            "` has no `params_m`\n",
        ],
    );
    assert!(!place.path("m").exists());
}

#[test]
fn rows_without_a_target_are_ranked_and_never_train() {
    let place = Place::new(&[]);
    let table = rows_of_builtin(&["arch_str", "val_acc"], 30);
    // The first ten lose their target.
    let lines = table.lines().enumerate().map(|(line, text)| match line {
        1..=10 => format!("{},\n", text.split(',').next().unwrap()),
        _ => format!("{text}\n"),
    });
    place.write("mine.csv", &lines.collect::<String>());
    place.write(
        "mine.toml",
        "[data]\ntable = \"mine.csv\"\nspace = \"nas-bench-201\"\narchitecture = \"arch_str\"\n\
         target = { column = \"val_acc\", goal = \"maximize\" }\n[member.ridge]\nuse = \"linear/ridge\"\n",
    );
    assert_eq!(place.json("fit mine.toml -o m")["training_rows"], 20);
    let told = place.json("predict m --top 100");
    assert_eq!((told["best"].as_array().unwrap().len(), &told["kendall_tau"]), (10, &Value::Null));
    place.write("ids.txt", table.lines().nth(1).unwrap().split(',').next().unwrap());
    place.refused("fit mine.toml --rows ids.txt -o n", &["\n  line 1: `|", "` has no target"]);
}
