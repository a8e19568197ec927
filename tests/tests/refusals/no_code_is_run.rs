//! `plugins list` reads files: not even the initialiser of a library runs.

use super::beside_features;
use archcast::plugin::{Refusal, read_manifest};
use archcast_tests::{Run, archcast, archcast_command, library, registry};
use std::{fs, path::Path, process::Command};

/// A library that looks like a plugin from outside, and that writes a file when it is loaded.
const SOURCE: &str = r#"
#include <stdio.h>
#include <stdlib.h>
__asm__(".pushsection .archcast,\"a\"\n.incbin \"manifest.json\"\n.popsection");
__attribute__((constructor)) static void start(void) {
    FILE *mark = fopen(getenv("ARCHCAST_STORY_MARK"), "w");
    if (mark != NULL) fclose(mark);
}
"#;

fn build(folder: &Path) {
    let (manifest, refusal) = read_manifest(&library("fixture-native"));
    assert_eq!(refusal, None);
    let mut manifest = manifest.unwrap();
    manifest.name = "marker".into();
    fs::write(folder.join("manifest.json"), serde_json::to_vec(&manifest).unwrap()).unwrap();
    fs::write(folder.join("marker.c"), SOURCE).unwrap();
    let mut compiler = Command::new("cc");
    compiler.current_dir(folder).args(["-shared", "-fPIC", "-o", "marker.so", "marker.c"]);
    assert!(compiler.status().unwrap().success());
}

#[test]
fn a_library_that_would_leave_a_mark_when_loaded_leaves_none_in_a_list() {
    let folder = beside_features(build);
    let mark = folder.path().join("mark");
    let run = |arguments: &[&str]| {
        let mut command = archcast_command(folder.path(), &["--plugin-dir", "."]);
        command.args(arguments).env("ARCHCAST_STORY_MARK", &mark);
        Run::of(command)
    };
    for arguments in
        [&["plugins", "list"][..], &["plugins", "list", "--all", "--json"], &["plugins", "paths"]]
    {
        run(arguments).succeeded();
        assert!(!mark.exists(), "{arguments:?}");
    }
    let listed = run(&["plugins", "list"]).succeeded().out;
    assert!(listed.lines().any(|line| line.starts_with("marker") && line.contains("ready")), "{listed}");
    // Nor is one plugin loaded for another's sake.
    run(&["plugins", "info", "features"]).succeeded();
    assert!(!mark.exists());
    // That it would leave one is shown by using it. It has no root, so it is refused.
    let used = run(&["plugins", "info", "marker"]);
    assert_eq!((used.code, mark.exists()), (1, true), "{}", used.err);
}

#[test]
fn a_manifest_without_a_plugin_behind_it_is_refused_on_use() {
    let folder = beside_features(build);
    let registry = registry(folder.path());
    let (refusal, sentence) = super::refusal_on_use(&registry, "marker/running-mean");
    assert!(matches!(refusal, Refusal::ChangedLayout { .. }), "{sentence}");
    super::is_one_sentence(&sentence);
    super::features_still_work(&registry);
}

#[test]
fn two_broken_plugins_and_a_sound_one_are_listed_by_the_command_with_their_reasons() {
    let folder = beside_features(|folder| {
        build(folder);
        fs::write(folder.join("notes.so"), "not a library").unwrap();
        fs::write(folder.join("cut.so"), &fs::read(library("fixture-many")).unwrap()[..5000]).unwrap();
    });
    let listed =
        archcast(&["--plugin-dir", folder.path().to_str().unwrap(), "plugins", "list"]).succeeded().out;
    for part in
        ["notes.so: this is not a dynamic library (a text file)", "cut.so: the file is cut short", "nearest"]
    {
        assert!(listed.contains(part), "{part}\n{listed}");
    }
}
