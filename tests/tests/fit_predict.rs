//! `archcast fit` and `archcast predict` on the thin path: from a table and a composition to a ranking.

use archcast::{
    study::metrics::kendall_tau_b,
    table::{BuiltinTable, Table},
};
use archcast_tests::{Run, archcast_in, fresh_folder, plugin_folder};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const CELL: &str = "|nor_conv_3x3~0|+|skip_connect~0|none~1|+|none~0|none~1|nor_conv_1x1~2|";

/// A folder with `plugins/` (the linear models, and the fixtures named) in which commands run.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(packages: &[&str]) -> Self {
        let plugins = plugin_folder(&[&["archcast-plugin-linear"], packages].concat());
        let folder = fresh_folder();
        fs::rename(plugins.keep(), folder.path().join("plugins")).unwrap();
        Self { folder }
    }

    /// The same with the first composition of the templates, as `first.toml`.
    fn first() -> Self {
        let place = Self::new(&[]);
        place.write("first.toml", &fs::read_to_string(checkout("templates/ensembles/first.toml")).unwrap());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs a command of words between blanks.
    fn run(&self, command: &str) -> Run {
        self.run_with(&command.split_whitespace().collect::<Vec<_>>())
    }

    fn run_with(&self, arguments: &[&str]) -> Run {
        archcast_in(self.folder.path(), &[&["--plugin-dir", "plugins"], arguments].concat())
    }

    fn json(&self, command: &str) -> Value {
        serde_json::from_str(&self.run(&format!("--json {command}")).succeeded().out).unwrap()
    }

    /// The rows of a CSV file that `predict -o` wrote.
    fn csv(&self, name: &str) -> Table {
        Table::from_bytes(&self.read(name), name).unwrap()
    }

    /// Runs what must fail: exit code 1, these words after `archcast: `, and nothing of a panic. Gives all that is said.
    #[track_caller]
    fn refused(&self, command: &str, words: &[&str]) -> String {
        self.refused_with(&command.split_whitespace().collect::<Vec<_>>(), words)
    }

    #[track_caller]
    fn refused_with(&self, arguments: &[&str], words: &[&str]) -> String {
        let run = self.run_with(arguments);
        assert_eq!((run.code, &run.out[..]), (1, ""), "{arguments:?}: {}", run.err);
        assert!(
            run.err.starts_with("archcast: ") && !run.err.contains("panic"),
            "{arguments:?}: {}",
            run.err
        );
        for word in words {
            assert!(run.err.contains(word), "{arguments:?}: `{word}` is not in: {}", run.err);
        }
        run.err
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// These columns of the first rows of the built-in table, as a CSV file.
fn rows_of_builtin(columns: &[&str], rows: usize) -> String {
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    let mut text = columns.join(",") + "\n";
    for row in 0..rows {
        let fields: Vec<&str> = columns.iter().map(|name| table.column(name).unwrap().get(row)).collect();
        text += &(fields.join(",") + "\n");
    }
    text
}

/// Kendall's tau of predictions that `predict -o` wrote, over the rows that did not train; `turn` is -1 where less is
/// better.
fn tau_of(csv: &Table, turn: f64) -> (f64, usize) {
    let (means, truths) = (csv.numbers("mean").unwrap(), csv.numbers("true").unwrap());
    let trained = csv.column("trained").unwrap().iter();
    let (truths, means): (Vec<f64>, Vec<f64>) = (trained.zip(truths).zip(means))
        .filter(|((trained, _), _)| *trained == "false")
        .filter_map(|((_, truth), mean)| Some((turn * truth?, turn * mean?)))
        .unzip();
    (kendall_tau_b(&truths, &means).unwrap(), truths.len())
}

/// Second column of the ranking that `predict` prints.
fn ranked(out: &str) -> Vec<&str> {
    out.lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect()
}

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
    assert_eq!((head, csv.len()), (vec!["id", "mean", "missing", "trained", "true"], 15_625));
    assert_eq!(csv.column("trained").unwrap().iter().filter(|trained| *trained == "true").count(), 100);
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    assert!(csv.column("id").unwrap().iter().eq(table.column("arch_str").unwrap().iter()));
    assert_eq!(csv.numbers("true").unwrap(), table.numbers("val_acc").unwrap());

    let (tau, compared) = tau_of(&csv, 1.0);
    assert_eq!(compared, 15_525);
    assert!(out.contains(&format!("\nKendall tau over 15525 unseen rows: {tau:.3}\n")), "{tau}\n{out}");
    assert!(tau > 0.3, "{tau}");

    let told = place.json("predict first.model --top 3");
    assert!((told["kendall_tau"].as_f64().unwrap() - tau).abs() < 1e-12, "{told:#}");
    let counts =
        ["rows", "training_rows", "missing_rows", "compared_rows"].map(|key| told[key].as_u64().unwrap());
    assert_eq!(counts, [15_625, 100, 0, 15_525]);
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
    place.refused("fit first.toml --labels 0 -o n", &["too few rows: 0 labelled rows"]);
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
fn architectures_are_predicted_as_the_table_has_them_and_a_wrong_one_says_where_it_is_wrong() {
    let place = Place::first();
    place.run("fit first.toml -o m").succeeded();
    place.run("predict m -o out.csv").succeeded();
    let csv = place.csv("out.csv");
    let ids: Vec<&str> = csv.column("id").unwrap().iter().collect();
    let told = place.run_with(&["--json", "predict", "m", "--arch", ids[7], "--arch", ids[8]]).succeeded();
    let told: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&told["rows"], told["best"].as_array().unwrap().len()), (&2.into(), 2));
    for row in told["best"].as_array().unwrap() {
        let place = ids.iter().position(|id| row["id"] == *id).unwrap();
        assert_eq!(row["outputs"]["mean"].as_f64(), csv.numbers("mean").unwrap()[place]);
    }
    let out = place.run_with(&["predict", "m", "--arch", CELL]).succeeded().out;
    assert_eq!(ranked(&out), [CELL]);
    assert!(out.ends_with("\n1 row predicted\n"), "{out}");

    let wrong = CELL.replace("nor_conv_1x1", "nor_conv_9x9");
    let said = place.refused_with(&["predict", "m", "--arch", CELL, "--arch", &wrong], &[]);
    assert_eq!(
        said,
        format!(
            "archcast: the architecture `{wrong}` is none of the space `nas-bench-201`: unknown operation \
             `nor_conv_9x9` at character 57; did you mean `nor_conv_1x1`?\n"
        )
    );
    for text in ["", "x", "|none~0|", "1234567", "\u{1F980}"] {
        place.refused_with(&["predict", "m", "--arch", text], &["is none of the space `nas-bench-201`: "]);
    }
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
fn a_model_file_that_is_not_whole_is_refused_in_one_sentence() {
    let place = Place::first();
    place.run("fit first.toml -o m").succeeded();
    let whole = place.read("m");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(place.path("bad"), bytes).unwrap();
        let said = place.refused("predict bad", &[&format!("archcast: bad {what}")]);
        assert_eq!(said.lines().count(), 1, "{said}");
    };
    for length in [1, 10, 16, 17, 20, 25, 100, 1000, whole.len() / 2, whole.len() - 65, whole.len() - 1] {
        refused(&whole[..length], "is cut short");
    }
    for at in [17, 24, 30, 500, whole.len() / 2, whole.len() - 70, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        refused(&changed, "is cut short or was changed; run `archcast fit` again");
    }
    refused(&[&whole[..], b"more"].concat(), "is cut short or was changed");
    refused(b"[data]\ntable = \"builtin:nas-bench-201\"\n", "is not an archcast model");
    refused(b"", "is not an archcast model");
    refused(b"ARCHCAST MODEL 2\nwhatever comes then", "is a model of a newer archcast");
    place.refused("predict absent", &["archcast: absent: No such file"]);
    place.refused("predict plugins", &["archcast: plugins: "]);
}

#[test]
fn a_model_whose_plugin_is_gone_says_which_predictor_it_needs_and_where_was_looked() {
    let place = Place::first();
    place.run("fit first.toml -o m").succeeded();
    fs::remove_dir_all(place.path("plugins")).unwrap();
    let said = place
        .refused("predict m", &["the model needs the predictor `linear/ridge`", "no plugin was found in "]);
    assert!(said.contains("plugins.d") && said.lines().count() == 1, "{said}");
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
    assert!(
        out.contains("; missing: 201 rows\n") && out.contains("Kendall tau over 15344 unseen rows"),
        "{out}"
    );
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
    assert_eq!(compared, 15_625 - 201 - 80);
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

#[test]
fn a_target_folder_that_does_not_exist_is_a_sentence_and_leaves_nothing_half_written() {
    let place = Place::first();
    place.refused("fit first.toml -o nowhere/m", &["archcast: nowhere/m: No such file"]);
    place.run("fit first.toml -o m").succeeded();
    let before = place.names();
    place.refused("predict m -o nowhere/out.csv", &["archcast: nowhere/out.csv: No such file"]);
    place.refused("predict m -o plugins", &["archcast: plugins: "]);
    assert_eq!(place.names(), before);
    assert_eq!(before, ["first.toml", "m", "plugins"]);
    place.refused("fit absent.toml -o n", &["archcast: absent.toml: No such file"]);
    // An older file is replaced whole.
    fs::write(place.path("out.csv"), "old\n".repeat(1_000_000)).unwrap();
    place.run("predict m -o out.csv").succeeded();
    assert_eq!(place.csv("out.csv").len(), 15_625);
    assert_eq!(place.names(), ["first.toml", "m", "out.csv", "plugins"]);
}

#[test]
fn failures_are_told_to_machines_as_json() {
    let place = Place::first();
    let run = place.run("--json predict absent");
    let said: Value = serde_json::from_str(&run.err).unwrap();
    assert_eq!((run.code, said["mistakes"].as_array().unwrap().len()), (1, 0));
    assert!(said["error"].as_str().unwrap().starts_with("absent: No such file"), "{said}");
}
