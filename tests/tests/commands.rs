//! `archcast plugins`, and what holds for every subcommand: help, exit codes, closed pipes.

use archcast_tests::{Run, archcast, archcast_command, archcast_in, fresh_folder, plugin_folder, predictor};
use serde_json::Value;
use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

/// Runs `archcast plugins …` on the plugins of these packages.
fn plugins(packages: &[&str], arguments: &[&str]) -> Run {
    let folder = plugin_folder(packages);
    archcast(&[&["--plugin-dir", folder.path().to_str().unwrap(), "plugins"], arguments].concat())
}

fn json(run: Run) -> Value {
    serde_json::from_str(&run.succeeded().out).unwrap()
}

#[test]
fn list_shows_each_predictor_with_what_it_needs_gives_and_its_file() {
    let run = plugins(&["archcast-plugin-linear", "fixture-many"], &["list"]).succeeded();
    let lines: Vec<Vec<&str>> = run.out.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["plugin", "version", "predictor", "family", "needs", "gives", "status", "file"]);
    assert_eq!(lines[1][..7], ["linear", "0.1.0", "ridge", "model-based", "features", "value", "ready"]);
    let predictors: Vec<&str> = lines[1..].iter().map(|line| line[2]).collect();
    assert_eq!(predictors, ["ridge", "lasso", "nearest", "draws", "best", "sum"]);
    assert!(lines[1][7].ends_with("plugin_linear.so") || !cfg!(target_os = "linux"), "{}", run.out);

    let list = json(plugins(&["archcast-plugin-linear", "fixture-many"], &["list", "--json"]));
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["linear", "many"]);
    assert_eq!(list[1]["manifest"]["predictors"][2]["name"], "sum");
}

#[test]
fn a_library_that_is_no_plugin_is_shown_on_request_only() {
    let folder = plugin_folder(&["archcast-plugin-linear"]);
    let other = format!("{}other{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    fs::write(folder.path().join("other.c"), "int other(void) { return 1; }\n").unwrap();
    let mut compiler = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()));
    compiler.args(["-shared", "-fPIC", "other.c", "-o", &other]).current_dir(folder.path());
    Run::of(compiler).succeeded();
    let list = |more: &[&str]| {
        let dir = folder.path().to_str().unwrap();
        json(archcast(&[&["--plugin-dir", dir, "--json", "plugins", "list"], more].concat()))
    };
    assert_eq!(list(&[]).as_array().unwrap().len(), 1);
    let all = list(&["--all"]);
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert!(
        all.to_string().contains("this library has no archcast manifest, so it is not a plugin"),
        "{all:#}"
    );
}

#[test]
fn no_plugins_is_no_failure_and_says_where_to_look() {
    let folder = fresh_folder();
    let run = archcast_in(folder.path(), &["plugins", "list"]).succeeded();
    assert_eq!(run.out, "no plugins found; `archcast plugins paths` shows where was looked\n");
    assert_eq!(json(archcast_in(folder.path(), &["plugins", "list", "--json"])), Value::Array(Vec::new()));
}

#[test]
fn info_tells_all_of_a_predictor() {
    let out = plugins(&["archcast-plugin-linear"], &["info", "linear"]).succeeded().out;
    for part in [
        "linear 0.1.0: ",
        "(ABI 1.0.0)",
        "linear/ridge: Linear regression with a squared penalty",
        "  family           model-based\n",
        "  needs            features\n",
        "  gives            value (mean)\n",
        "  minimum rows     1\n",
        "  paper            Hoerl and Kennard",
        "  parameter  type    default  range",
        "  penalty    number  none     0.0..",
        "Squared penalty on the coefficients",
        "\n[member.ridge]\nuse = \"linear/ridge\"\n",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    let short = plugins(&["archcast-plugin-linear"], &["info", "ridge"]).succeeded().out;
    assert!(out.contains(&short), "{short}");
    let told = json(plugins(&["archcast-plugin-linear"], &["info", "linear", "--json"]));
    assert_eq!(told["predictors"][0]["schema"]["properties"]["penalty"]["minimum"], 0.0);
    assert_eq!(
        json(plugins(&["archcast-plugin-linear"], &["info", "ridge", "--json"]))["name"],
        "linear/ridge"
    );
}

#[test]
fn an_unknown_name_brings_the_nearest_one() {
    let run = plugins(&["archcast-plugin-linear"], &["info", "linaer/ridge"]);
    let said = "archcast: unknown predictor `linaer/ridge`; did you mean `linear/ridge`?\n";
    assert_eq!((run.code, &run.out[..], &run.err[..]), (1, "", said));
}

#[test]
fn the_stanza_of_info_fits_once_it_is_pasted_under_a_data_part() {
    let data = "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 20\n\n";
    for (package, name) in [
        ("archcast-plugin-linear", "linear/ridge"),
        ("archcast-plugin-linear", "linear/lasso"),
        ("archcast-plugin-linear", "linear/nearest"),
        ("archcast-plugin-trees", "trees/random-forest"),
        ("archcast-plugin-trees", "trees/ngboost"),
        ("archcast-plugin-gp", "gp/gp"),
        ("archcast-plugin-gp", "gp/sparse-gp"),
        ("archcast-plugin-gp", "gp/variational-sparse-gp"),
        ("archcast-plugin-gp", "gp/wl-gp"),
        ("archcast-plugin-gp", "gp/anchored"),
        ("archcast-plugin-bayesian", "bayesian/linear-regression"),
        ("archcast-plugin-bayesian", "bayesian/dngo"),
        ("archcast-plugin-bayesian", "bayesian/bohamiann"),
        ("archcast-plugin-neural", "neural/mlp"),
        ("archcast-plugin-neural", "neural/bananas"),
        ("archcast-plugin-neural", "neural/nao"),
        ("archcast-plugin-neural", "neural/seminas"),
        ("archcast-plugin-graph", "graph/gcn"),
        ("archcast-plugin-graph", "graph/bonas"),
        ("fixture-features", "features/nearest"),
        ("fixture-many", "many/draws"),
        ("fixture-many", "many/sum"),
        ("fixture-two-outputs", "two-outputs/bounds"),
        ("fixture-settings", "settings/fixed"),
        ("fixture-networks", "networks/size"),
        ("fixture-rogue", "rogue/rogue"),
    ] {
        let folder = plugin_folder(&[package]);
        let dir = folder.path().to_str().unwrap();
        let info = archcast(&["--plugin-dir", dir, "plugins", "info", name]).succeeded().out;
        let stanza = &info[info.find("[member.").unwrap()..];
        fs::write(folder.path().join("mine.toml"), format!("{data}{stanza}")).unwrap();
        let run = archcast_in(folder.path(), &["--plugin-dir", dir, "fit", "mine.toml", "-o", "m"]);
        assert_eq!(run.code, 0, "{stanza}\n{}", run.err);
    }
}

#[test]
fn folders_are_searched_in_order_and_the_first_plugin_of_a_name_hides_the_others() {
    let home = fresh_folder();
    let features = plugin_folder(&["fixture-features"]);
    let places = ["given", "path-1", "path-2", "plugins.d", "data/archcast/plugins"];
    let origins = [
        "--plugin-dir",
        "ARCHCAST_PLUGIN_PATH",
        "ARCHCAST_PLUGIN_PATH",
        "./plugins.d",
        "the user's data folder",
    ];
    for place in places {
        fs::create_dir_all(home.path().join(place)).unwrap();
        for file in fs::read_dir(features.path()).unwrap().flatten() {
            fs::copy(file.path(), home.path().join(place).join(file.file_name())).unwrap();
        }
    }
    // Of these, the first `left_out` have no plugin any more.
    let list = |arguments: &[&str]| {
        let mut command = archcast_command(home.path(), &[&["--plugin-dir", "given"], arguments].concat());
        let path = env::join_paths(["path-1", "path-2"].map(|place| home.path().join(place))).unwrap();
        command.env("ARCHCAST_PLUGIN_PATH", path).env("XDG_DATA_HOME", home.path().join("data"));
        Run::of(command)
    };
    let paths = json(list(&["--json", "plugins", "paths"]));
    let searched: Vec<&str> =
        paths.as_array().unwrap().iter().map(|one| one["origin"].as_str().unwrap()).collect();
    assert_eq!(searched[..5], origins);
    assert_eq!((searched.len(), searched[5]), (6, "beside the binary"));
    assert!(paths.as_array().unwrap()[..5].iter().all(|one| one["exists"] == true), "{paths:#}");
    let text = list(&["plugins", "paths"]).succeeded().out;
    assert!(text.lines().nth(4).unwrap().starts_with("./plugins.d             there"), "{text}");

    for left_out in 0..places.len() {
        let found = json(list(&["--json", "plugins", "list"]));
        let found = found.as_array().unwrap();
        assert_eq!(found.len(), places.len() - left_out);
        for (place, one) in found.iter().enumerate() {
            assert_eq!(one["origin"], origins[left_out + place]);
            assert_eq!(one["status"], if place == 0 { "ready" } else { "shadowed" });
            let file = one["file"].as_str().unwrap();
            assert!(
                Path::new(file)
                    .starts_with(home.path().canonicalize().unwrap().join(places[left_out + place]))
            );
            if place > 0 {
                assert_eq!(one["reason"], format!("{} is used instead", found[0]["file"].as_str().unwrap()));
            }
        }
        fs::remove_dir_all(home.path().join(places[left_out])).unwrap();
        if left_out == 0 {
            let text = list(&["plugins", "list"]).succeeded().out;
            assert!(text.contains("  shadowed  ") && text.contains(" is used instead ("), "{text}");
        }
    }
}

#[test]
fn a_sound_predictor_passes_the_laws_that_it_can_be_judged_by() {
    for (package, name, passed) in [
        ("archcast-plugin-linear", "linear/ridge", 19),
        ("archcast-plugin-linear", "linear/lasso", 19),
        ("archcast-plugin-linear", "linear/nearest", 19),
        ("archcast-plugin-trees", "trees/random-forest", 19),
        ("archcast-plugin-trees", "trees/ngboost", 19),
        ("archcast-plugin-bayesian", "bayesian/linear-regression", 17),
        ("archcast-plugin-bayesian", "bayesian/dngo", 19),
        ("archcast-plugin-bayesian", "bayesian/bohamiann", 19),
        ("archcast-plugin-neural", "neural/mlp", 19),
        ("archcast-plugin-neural", "neural/bananas", 19),
        ("archcast-plugin-neural", "neural/nao", 19),
        ("archcast-plugin-neural", "neural/seminas", 19),
        ("archcast-plugin-graph", "graph/gcn", 19),
        ("archcast-plugin-graph", "graph/bonas", 19),
        ("archcast-plugin-curves", "curves/early-stop-accuracy", 16),
        ("archcast-plugin-curves", "curves/early-stop-loss", 16),
        ("archcast-plugin-curves", "curves/sotl", 16),
        ("archcast-plugin-curves", "curves/sotl-e", 16),
        ("archcast-plugin-curves", "curves/sotl-ema", 16),
        ("archcast-plugin-curves", "curves/power-law", 16),
        ("archcast-plugin-curves", "curves/lce", 16),
        ("archcast-plugin-curves", "curves/lce-m", 16),
        ("archcast-plugin-curves", "curves/lc-svr", 16),
        ("fixture-features", "features/nearest", 19),
        ("fixture-native", "native/running-mean", 15),
        ("fixture-many", "many/draws", 18),
        ("fixture-many", "many/best", 15),
        ("fixture-many", "many/sum", 15),
        ("fixture-settings", "settings/fixed", 15),
        ("fixture-two-outputs", "two-outputs/bounds", 18),
        ("fixture-roles", "roles/count", 15),
        ("fixture-graphs", "graphs/count", 15),
        ("fixture-graphs", "graphs/tokens", 15),
        ("fixture-curve", "curve/last", 15),
        ("fixture-networks", "networks/size", 15),
        ("fixture-unlabelled", "unlabelled/centred", 15),
        ("fixture-unlabelled", "unlabelled/costly", 15),
    ] {
        let run = plugins(&[package], &["check", name]);
        assert_eq!((run.code, &run.err[..]), (0, ""), "{}", run.out);
        assert!(run.out.starts_with(&format!("{name}\nlaws of `")), "{}", run.out);
        for law in archcast_sdk::conformance::laws() {
            assert!(run.out.contains(&format!("\n  {:23}  ", law.id)), "{}\n{}", law.id, run.out);
        }
        let last = run.out.lines().last().unwrap();
        let count: usize = last.split(' ').next().unwrap().parse().unwrap();
        assert!(count >= passed && last.contains(" 0 failed, ") && run.out.ends_with('\n'), "{name}: {last}");
    }
}

#[test]
fn a_predictor_that_breaks_laws_is_told_which_and_the_exit_code_says_so() {
    let run = plugins(&["fixture-raw"], &["check", "raw/raw"]);
    assert_eq!(
        (run.code, &run.err[..]),
        (1, "archcast: `raw/raw` breaks the laws named above\n"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("  non-finite-refused        FAILED   ") && run.out.contains(" the law: "),
        "{}",
        run.out
    );
    let run = plugins(&["fixture-raw"], &["check", "raw/raw", "--json"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &report["predictor"]), (1, &"raw".into()));
}

// Its crimes are chosen by a parameter, and laws are held against the defaults: the loaded rogue is then a sound one.
#[test]
fn a_loaded_plugin_is_judged_by_the_same_laws_in_the_library() {
    let (_folder, rogue) = predictor("fixture-rogue", "rogue/rogue");
    let report = archcast_sdk::conformance::run(&rogue);
    assert!(report.is_sound(), "{report}");
}

#[test]
fn help_has_exit_codes_and_examples() {
    let help = archcast(&["--help"]).succeeded().out;
    for part in [
        "Exit codes:\n  0  all went well\n  1  the run failed",
        "\n  2  the command line or the composition is wrong\n",
        "Examples:\n  archcast plugins list\n",
    ] {
        assert!(help.contains(part), "{part}\n{help}");
    }
    for subcommand in ["new", "fit", "predict"] {
        let help = archcast(&[subcommand, "--help"]).succeeded().out;
        assert!(help.contains(&format!("Examples:\n  archcast {subcommand} ")), "{help}");
    }
    let help = archcast(&["plugins", "--help"]).succeeded().out;
    for action in ["list", "info", "paths", "check"] {
        assert!(help.contains(&format!("\n  {action} ")), "{help}");
    }
}

#[test]
fn a_command_line_that_makes_no_sense_ends_with_exit_code_2() {
    for arguments in [
        &["frobnicate"][..],
        &[],
        &["--nonsense"],
        &["plugins"],
        &["fit"],
        &["fit", "mine.toml"],
        &["fit", "mine.toml", "-o", "m", "--labels", "3", "--rows", "ids"],
        &["fit", "mine.toml", "-o", "m", "--seed", "-1"],
        &["predict", "m", "--table", "t.csv", "--arch", "x"],
        &["predict", "m", "--top", "many"],
    ] {
        let run = archcast(arguments);
        assert_eq!((run.code, &run.out[..]), (2, ""), "{arguments:?}: {}", run.err);
        assert!(run.err.contains("--help"), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn a_reader_that_closes_its_end_is_no_failure() {
    let folder = plugin_folder(&["archcast-plugin-linear"]);
    let dir = folder.path().to_str().unwrap();
    let composition = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ensembles/first.toml");
    let composition = composition.to_str().unwrap();
    archcast_in(folder.path(), &["--plugin-dir", dir, "fit", composition, "-o", "m"]).succeeded();
    for arguments in [
        &["predict", "m", "--top", "15000"][..],
        &["predict", "m", "--top", "15000", "--json"],
        &["plugins", "list"],
        &["--help"],
        &["fit", "--help"],
        &["--version"],
    ] {
        let mut command = archcast_command(folder.path(), &[&["--plugin-dir", dir], arguments].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // As `head` does after its first line; what is printed is more than the pipe holds.
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&ended.stderr);
        assert_eq!((ended.status.code(), &err[..]), (Some(0), ""), "{arguments:?}");
    }
}
