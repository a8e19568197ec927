//! `archcast new`: the crate that it writes is tested, built, loaded and used as its README says, outside the workspace.

use archcast::{
    scaffold::{self, Kind, Request, SdkSource},
    table::Table,
};
use archcast_tests::{Run, archcast, archcast_in, built, fresh_folder};
use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder of the new crates. Their places stay the same, so that a second run builds into the same files.
fn crates() -> PathBuf {
    let folder = built().parent().expect("a target folder").join("new-crates");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The folder that a new crate will have: not there yet.
fn place(name: &str) -> PathBuf {
    let folder = crates().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

/// Runs cargo in a crate, without the network if that suffices. All crates share one target folder, so that their
/// dependencies compile once.
fn cargo(folder: &Path, arguments: &[&str]) -> Run {
    let attempt = |network: &[&str]| {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(arguments).args(network).current_dir(folder);
        cargo.env("CARGO_TARGET_DIR", crates().join("target")).env("CARGO_TERM_COLOR", "never");
        // The crate under test must not lend its own settings to the build of another.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        cargo.env_remove("RUSTC_WORKSPACE_WRAPPER").env_remove("RUSTC_WRAPPER");
        Run::of(cargo)
    };
    let run = attempt(&["--offline"]);
    if run.code != 0 && (run.err.contains("--offline") || run.err.contains("offline mode")) {
        return attempt(&[]).succeeded();
    }
    run.succeeded()
}

/// Tests and builds a new crate, and gives a folder with its library alone, which the host lists as ready.
fn tested_and_built(folder: &Path, name: &str) -> tempfile::TempDir {
    let tests = cargo(folder, &["test", "--release"]);
    let result = tests.out.lines().find(|line| line.starts_with("test result: ok. ")).unwrap_or_default();
    let passed: usize = result.split(' ').nth(3).and_then(|count| count.parse().ok()).unwrap_or(0);
    assert!(passed >= 2 && result.contains(" 0 failed; 0 ignored;"), "{}", tests.out);
    assert!(tests.out.contains("it_obeys_the_laws_of_a_predictor ... ok"), "{}", tests.out);
    assert!(!tests.err.contains("warning"), "{}", tests.err);

    cargo(folder, &["build", "--release"]);
    let library = format!("{}{}{}", env::consts::DLL_PREFIX, name.replace('-', "_"), env::consts::DLL_SUFFIX);
    let plugins = fresh_folder();
    fs::copy(crates().join("target/release").join(&library), plugins.path().join(&library)).unwrap();
    let list = archcast(&["--plugin-dir", plugins.path().to_str().unwrap(), "--json", "plugins", "list"]);
    let list: Value = serde_json::from_str(&list.succeeded().out).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 1, "{list:#?}");
    assert_eq!((&list[0]["name"], &list[0]["status"]), (&name.into(), &"ready".into()));
    plugins
}

/// Fits a crate's own `ensemble.toml` in its folder, predicts, and gives what is printed and the CSV.
fn used(folder: &Path, plugins: &Path) -> (String, Table) {
    let plugins = ["--plugin-dir", plugins.to_str().unwrap()];
    archcast_in(folder, &[&plugins[..], &["fit", "ensemble.toml", "-o", "mine.model"]].concat()).succeeded();
    let predict = ["predict", "mine.model", "--top", "3", "-o", "mine.csv"];
    let run = archcast_in(folder, &[&plugins[..], &predict].concat()).succeeded();
    let table = Table::from_bytes(&fs::read(folder.join("mine.csv")).unwrap(), "mine.csv").unwrap();
    (run.out, table)
}

/// The tau that a prediction of the built-in table ends with.
fn tau(out: &str) -> f64 {
    let line = out.lines().find(|line| line.starts_with("Kendall tau over "));
    line.and_then(|line| line.rsplit(' ').next())
        .and_then(|tau| tau.parse().ok())
        .unwrap_or_else(|| panic!("{out}"))
}

fn new(name: &str, kind: &str) -> PathBuf {
    let folder = place(name);
    // The README's names are those of the crate; the variable would lend another SDK.
    let run = archcast_in(&crates(), &["new", name, "--kind", kind]).succeeded();
    assert!(run.out.starts_with(&format!("wrote the plugin `{name}` to {name}\n")), "{}", run.out);
    assert!(run.out.contains(&format!("next:\n  cd {name}\n  cargo test --release\n")), "{}", run.out);
    folder
}

#[test]
fn a_new_tabular_crate_is_tested_built_loaded_and_ranks_the_built_in_table() {
    let folder = new("my-tabular", "tabular");
    let plugins = tested_and_built(&folder, "my-tabular");
    let (out, table) = used(&folder, plugins.path());
    assert_eq!(table.len(), 15_625);
    assert!(tau(&out) > 0.3, "{out}");
}

#[test]
fn a_new_native_crate_is_tested_built_loaded_and_ranks_the_built_in_table() {
    let folder = new("my-native", "native");
    let plugins = tested_and_built(&folder, "my-native");
    let (out, table) = used(&folder, plugins.path());
    assert_eq!(table.len(), 15_625);
    assert!(tau(&out) > 0.3, "{out}");
}

#[test]
fn a_new_curve_crate_is_tested_built_loaded_and_ranks_curves_of_a_file() {
    let folder = new("my-curve", "curve");
    let plugins = tested_and_built(&folder, "my-curve");
    // `short` ends after two epochs; the rows without a target are those to be ranked.
    let curves = "id,val_acc,val_loss_1,val_loss_2,val_loss_3,val_loss_4\n\
                  known,70,2,1,1,1\n\
                  slow,,4,4,4,4\n\
                  short,,1,1,,\n\
                  fast,,2,1,0.5,0.25\n\
                  three,,4,2,1,\n";
    fs::write(folder.join("curves.csv"), curves).unwrap();
    let (out, table) = used(&folder, plugins.path());
    let reasons: Vec<&str> = table.column("missing").unwrap().iter().collect();
    assert_eq!(reasons, ["", "", "its curve has 2 epochs; 3 are needed", "", ""]);
    let scores = table.numbers("score").unwrap();
    assert_eq!(scores[1..], [Some(-4.0), None, Some(-0.625), Some(-2.0)]);
    let ranked: Vec<&str> =
        out.lines().skip(1).take(3).filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(ranked, ["fast", "three", "slow"], "{out}");
}

#[test]
fn a_crate_with_the_embedded_sdk_is_tested_built_loaded_and_used() {
    let folder = place("my-embedded");
    let created = scaffold::write(&Request {
        name: "my-embedded".into(),
        kind: Kind::Tabular,
        folder: folder.clone(),
        sdk: SdkSource::Embedded,
    });
    assert!(created.unwrap().files.contains(&"vendor/archcast-sdk/Cargo.toml".into()));
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("archcast-sdk = { path = \"vendor/archcast-sdk\" }"), "{manifest}");
    let plugins = tested_and_built(&folder, "my-embedded");
    assert!(tau(&used(&folder, plugins.path()).0) > 0.3);
}

/// Runs `archcast new` where it must fail: one sentence, exit code 1, and the folder holds what it held.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], part: &str) {
    let names = |folder: &Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names(folder);
    let run = archcast_in(folder, &[&["new"], arguments].concat());
    assert_eq!((run.code, &run.out[..]), (1, ""), "{arguments:?}: {}", run.err);
    assert!(run.err.starts_with("archcast: ") && run.err.contains(part), "{arguments:?}: {}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    assert_eq!(names(folder), before, "{arguments:?}");
}

#[test]
fn a_name_that_no_crate_can_have_is_refused_and_nothing_is_written() {
    let folder = fresh_folder();
    for (name, reason) in [
        ("Knn", "has 'K' in it"),
        ("my_knn", "has '_' in it"),
        ("../knn", "has '.' in it"),
        ("3knn", "does not begin with a letter"),
        ("knn-", "has a hyphen with nothing after it"),
        ("", "is no name"),
        ("match", "is a word of the Rust language"),
        ("archcast-sdk", "is the name of a crate that every plugin links"),
    ] {
        refused(folder.path(), &[name], &format!("`{name}` {reason}; give a name of lower-case letters"));
    }
}

#[test]
fn a_folder_in_use_a_file_and_a_wrong_sdk_are_refused_and_nothing_is_written() {
    let folder = fresh_folder();
    fs::create_dir(folder.path().join("knn")).unwrap();
    fs::write(folder.path().join("knn/notes.txt"), "mine").unwrap();
    fs::write(folder.path().join("file"), "mine").unwrap();
    refused(folder.path(), &["knn"], "the folder `knn` is not empty (it holds `notes.txt`)");
    refused(folder.path(), &["file"], "`file` is a file, not a folder");
    refused(folder.path(), &["new-one", "--sdk", "knn"], "--sdk is `knn`, which is not the SDK");
    assert_eq!(fs::read_dir(folder.path().join("knn")).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "mine");
}

#[test]
fn an_unknown_kind_is_a_mistake_of_the_command_line() {
    let folder = fresh_folder();
    let run = archcast_in(folder.path(), &["new", "knn", "--kind", "forest"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("the kinds are tabular, curve and native"), "{}", run.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn machines_are_told_what_was_written() {
    let folder = fresh_folder();
    let run = archcast_in(folder.path(), &["--json", "new", "knn", "--path", "deep/er"]).succeeded();
    let told: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&told["name"], &told["folder"]), (&"knn".into(), &"deep/er".into()));
    for file in told["files"].as_array().unwrap() {
        assert!(folder.path().join("deep/er").join(file.as_str().unwrap()).is_file(), "{file}");
    }
    assert_eq!(told["next_steps"][2], "archcast --plugin-dir target/release plugins list");
}
