//! Builds against an older, newer, grown or changed boundary, and builds that lack what they need.

use super::{
    beside_features, copy_to, features_still_work, found, is_one_sentence, mean_of, refusal_of,
    refusal_on_use,
};
use archcast::plugin::{Refusal, Registry, Status};
use archcast_sdk::dynamic::DynPredictor;
use archcast_tests::{abi, archcast, registry};
use serde_json::json;
use tempfile::TempDir;

/// The variant beside the features fixture.
fn variant(name: &str) -> (TempDir, Registry) {
    let library = abi::build_variant(name);
    let folder = beside_features(|folder| copy_to(&library, folder));
    let registry = registry(folder.path());
    features_still_work(&registry);
    (folder, registry)
}

#[test]
fn an_older_and_a_newer_sdk_on_the_same_boundary_load_and_predict() {
    for (name, sdk) in [("older-sdk", "0.0.9"), ("plain", "0.1.0"), ("newer-sdk", "0.9.0")] {
        let (_folder, registry) = variant(name);
        let mean = registry.predictor(&format!("abi-{name}/mean")).unwrap();
        assert_eq!((&mean.plugin().manifest().sdk[..], &mean.plugin().manifest().abi[..]), (sdk, "1.0.0"));
        assert_eq!(mean_of(&mean), [45.0; 10]);
        features_still_work(&registry);
    }
}

#[test]
fn a_plugin_whose_tables_have_grown_by_a_field_loads_and_predicts() {
    let (_folder, registry) = variant("grown");
    let mean = registry.predictor("abi-grown/mean").unwrap();
    assert_eq!(mean.plugin().manifest().abi, "1.1.0");
    assert_eq!(mean_of(&mean), [45.0; 10]);
    features_still_work(&registry);
}

#[test]
fn plugins_of_all_these_ages_work_in_one_process_at_once() {
    let libraries = ["older-sdk", "plain", "newer-sdk", "grown"].map(abi::build_variant);
    let folder = beside_features(|folder| libraries.iter().for_each(|library| copy_to(library, folder)));
    let registry = registry(folder.path());
    let names = registry.predictor_names();
    let means: Vec<_> = names.iter().filter(|name| name.ends_with("/mean")).collect();
    assert_eq!(means, ["abi-grown/mean", "abi-newer-sdk/mean", "abi-older-sdk/mean", "abi-plain/mean"]);
    for name in means {
        assert_eq!(mean_of(&registry.predictor(name).unwrap()), [45.0; 10], "{name}");
    }
    features_still_work(&registry);
}

#[test]
fn another_major_version_of_the_boundary_is_refused_by_its_manifest() {
    let (_folder, registry) = variant("abi-2");
    let refusal = refusal_of(&registry, "libabi_abi_2.so");
    assert!(
        matches!(&refusal, Refusal::OtherAbi { theirs, ours, .. } if theirs == "2.0.0" && ours == "1.0.0")
    );
    is_one_sentence(&refusal.to_string());
    let (_, sentence) = refusal_on_use(&registry, "abi-abi-2/mean");
    assert!(sentence.contains("ABI 2.0.0") && sentence.contains("this host speaks ABI 1.0.0"), "{sentence}");
    features_still_work(&registry);
}

#[test]
fn a_changed_layout_behind_the_same_version_is_refused_by_the_layout_check() {
    let (folder, registry) = variant("changed-layout");
    assert_eq!(found(&registry, "libabi_changed_layout.so").status, Status::Ready, "only loading shows it");
    let (refusal, sentence) = refusal_on_use(&registry, "abi-changed-layout/mean");
    let Refusal::ChangedLayout { abi, details, .. } = refusal else { panic!("{sentence}") };
    assert_eq!(abi, "1.0.0");
    assert!(!details.is_empty());
    assert!(sentence.contains("its types do not have the layout of ABI 1.0.0"), "{sentence}");
    is_one_sentence(&sentence);
    // It is refused again in the same words, without another try.
    assert_eq!(refusal_on_use(&registry, "abi-changed-layout/mean").1, sentence);
    // What differs is long, and told to who asks for it.
    let info = ["--plugin-dir", folder.path().to_str().unwrap(), "plugins", "info", "abi-changed-layout"];
    let (short, long) = (archcast(&info), archcast(&[&info[..], &["--verbose"]].concat()));
    assert_eq!((short.code, short.err.lines().count()), (1, 1), "{}", short.err);
    assert!(long.err.starts_with(short.err.trim_end()) && long.err.contains(details.trim()), "{}", long.err);
    features_still_work(&registry);
}

#[test]
fn a_library_that_is_not_on_the_system_is_named_without_loading_anything() {
    let (folder, registry) = variant("missing-library");
    let library = "libarchcast_fixture_absent.so";
    let refusal = refusal_of(&registry, "libabi_missing_library.so");
    assert_eq!(
        refusal,
        Refusal::MissingLibrary { library: library.into(), package: "the package that holds it".into() }
    );
    is_one_sentence(&refusal.to_string());
    let (_, sentence) = refusal_on_use(&registry, "mean");
    assert!(sentence.contains(library) && sentence.contains("install the package"), "{sentence}");
    features_still_work(&registry);
    let listed =
        archcast(&["--plugin-dir", folder.path().to_str().unwrap(), "plugins", "list"]).succeeded().out;
    assert!(listed.contains(&format!("abi-missing-library: it needs the library `{library}`")), "{listed}");
}

#[test]
fn a_symbol_that_exists_nowhere_is_named_on_use_and_the_list_runs_no_code() {
    let (folder, registry) = variant("undefined-symbol");
    let symbol = "archcast_fixture_defined_nowhere";
    assert_eq!(found(&registry, "libabi_undefined_symbol.so").status, Status::Ready);
    let (refusal, sentence) = refusal_on_use(&registry, "abi-undefined-symbol/mean");
    assert_eq!(refusal, Refusal::UndefinedSymbol { symbol: symbol.into() });
    assert!(sentence.contains(symbol), "{sentence}");
    is_one_sentence(&sentence);
    features_still_work(&registry);

    // It cannot be loaded, so the list, which shows all of it, has not loaded it.
    let plugins = folder.path().to_str().unwrap();
    let listed = archcast(&["--plugin-dir", plugins, "plugins", "list"]).succeeded().out;
    let line =
        listed.lines().find(|line| line.starts_with("abi-undefined-symbol")).expect("a line of its own");
    assert!(line.contains("mean") && line.contains("model-based") && line.contains("ready"), "{line}");
    let used = archcast(&["--plugin-dir", plugins, "plugins", "info", "abi-undefined-symbol"]);
    assert_eq!((used.code, used.out.is_empty()), (1, true), "{}", used.out);
    assert!(used.err.contains(symbol), "{}", used.err);
}

#[test]
fn outputs_and_schema_of_a_grown_plugin_are_read_by_this_host() {
    let (_folder, registry) = variant("grown");
    let mean = registry.predictor("abi-grown/mean").unwrap();
    assert_eq!(mean.outputs(&json!({})).unwrap(), ["mean"]);
    assert_eq!(mean.schema().unwrap()["type"], "object");
    assert_eq!(mean.info().summary, "The mean target, whatever the row.");
}
