//! Single architectures, and what is refused in one sentence.

use super::*;

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
fn a_target_folder_that_does_not_exist_is_a_sentence_and_leaves_nothing_half_written() {
    let place = Place::first();
    place.refused("fit first.toml -o nowhere/m", &["archcast: nowhere/m: No such file"]);
    place.run("fit first.toml -o m").succeeded();
    let before = place.names();
    place.refused("predict m -o nowhere/out.csv", &["archcast: cannot write nowhere/out.csv: No such file"]);
    place.refused("predict m -o plugins", &["archcast: the name plugins does not say what to write"]);
    assert_eq!(place.names(), before);
    assert_eq!(before, ["first.toml", "m", "plugins"]);
    place.refused(
        "fit absent.toml -o n",
        &["archcast: cannot read the composition absent.toml: No such file"],
    );
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
