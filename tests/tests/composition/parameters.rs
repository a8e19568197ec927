//! `params`: held against the schema of the plugin.

use super::{fit, mistaken};
use archcast_tests::fresh_folder;
use std::fs;

#[test]
fn a_parameter_out_of_range_names_the_bound() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = { penalty = -1 }
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the parameter `penalty` is -1; it must be at least 0.0
   ╭─[mine.toml:6:22]
 5 │ use = "linear/ridge"
 6 │ params = { penalty = -1 }
   ·                      ──
   ╰────
"#,
    );
}

#[test]
fn an_unknown_parameter_brings_the_nearest_one() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = { penlty = 1.0 }
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × [member.ridge]: the parameter `penlty` is unknown; the parameters are penalty
   ╭─[mine.toml:6:21]
 5 │ use = "linear/ridge"
 6 │ params = { penlty = 1.0 }
   ·                     ───
   ╰────
  help: did you mean `penalty`?
"#,
    );
}

#[test]
fn a_parameter_that_is_no_number_says_so() {
    mistaken(
        r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
params = { penalty = nan }
"#,
        r#"
  × 1 mistake in mine.toml

Error:
  × a parameter is a finite number
   ╭─[mine.toml:6:22]
 5 │ use = "linear/ridge"
 6 │ params = { penalty = nan }
   ·                      ───
   ╰────
"#,
    );
}

#[test]
fn a_file_that_a_parameter_names_must_be_there() {
    let folder = fresh_folder();
    let text = "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 100\n[member.size]\nuse = \"networks/size\"\n\
                params = { calibration = \"absent.bin\" }\n";
    let run = fit(folder.path(), text);
    assert_eq!(run.code, 2, "{}", run.err);
    let err: String = run.err.replace(['│', '\n', ' '], "");
    let path = folder.path().canonicalize().unwrap().join("absent.bin");
    for part in [
        &format!("[member.size]: the parameter `calibration` names {}, which cannot be read", path.display())
            [..],
        "paths are relative to the folder of the file that names them",
        "[mine.toml:6:26]",
    ] {
        assert!(err.contains(&part.replace(' ', "")), "{part}\n{}", run.err);
    }
    fs::write(folder.path().join("absent.bin"), "1234").unwrap();
    fit(folder.path(), text).succeeded();
}
