//! `include`: members of other files, and mistakes in them.

use super::{fit, mistaken_beside};
use archcast_tests::fresh_folder;
use std::fs;

const MAIN: &str = r#"include = ["parts/size.toml"]
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
[member.both]
combine = "rank-mean"
members = ["ridge", "size"]
[model]
output = "both"
"#;

#[test]
fn a_path_in_an_included_file_is_relative_to_that_file() {
    let folder = fresh_folder();
    fs::create_dir(folder.path().join("parts")).unwrap();
    fs::write(folder.path().join("parts/five.bin"), "12345").unwrap();
    let size = "[member.size]\nuse = \"networks/size\"\nparams = { calibration = \"five.bin\" }\n";
    fs::write(folder.path().join("parts/size.toml"), size).unwrap();
    fit(folder.path(), MAIN).succeeded();
    fs::rename(folder.path().join("parts/five.bin"), folder.path().join("five.bin")).unwrap();
    let run = fit(folder.path(), MAIN);
    assert!(run.code == 2 && run.err.contains("[parts/size.toml:3:26]"), "{}", run.err);
}

#[test]
fn mistakes_of_two_files_are_shown_together_each_in_its_file() {
    let folder = fresh_folder();
    fs::create_dir(folder.path().join("parts")).unwrap();
    fs::write(folder.path().join("parts/size.toml"), "# Sizes.\n[member.size]\nuse = \"networks/sise\"\n")
        .unwrap();
    let run = fit(folder.path(), &MAIN.replace("linear/ridge", "linear/rigde"));
    let said: String = run.err.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let expected = r#"
  × 2 mistakes in mine.toml, parts/size.toml

Error:
  × [member.ridge]: unknown predictor `linear/rigde`
   ╭─[mine.toml:6:7]
 5 │ [member.ridge]
 6 │ use = "linear/rigde"
   ·       ──────────────
 7 │ [member.both]
   ╰────
  help: did you mean `linear/ridge`?

Error:
  × [member.size]: unknown predictor `networks/sise`
   ╭─[parts/size.toml:3:7]
 2 │ [member.size]
 3 │ use = "networks/sise"
   ·       ───────────────
   ╰────
  help: did you mean `networks/size`?
"#;
    assert_eq!(said, expected.strip_prefix('\n').unwrap(), "said:\n{said}");
    assert_eq!(run.code, 2);
}

#[test]
fn files_that_are_not_there_that_include_themselves_or_are_no_toml_are_told_together() {
    mistaken_beside(
        &[
            ("parts.toml", "include = [\"more.toml\"]\n"),
            ("more.toml", "include = [\"parts.toml\"]\n[member.a\n"),
        ],
        r#"
include = ["part.toml", "mine.toml", "parts.toml", "."]
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/rigde"
"#,
        r#"
  × 5 mistakes in mine.toml, more.toml

Error:
  × the included file part.toml cannot be read (No such file or directory (os error 2))
   ╭─[mine.toml:1:12]
 1 │ include = ["part.toml", "mine.toml", "parts.toml", "."]
   ·            ───────────
 2 │ [data]
   ╰────
  help: did you mean `parts.toml`?

Error:
  × this file includes itself
   ╭─[mine.toml:1:25]
 1 │ include = ["part.toml", "mine.toml", "parts.toml", "."]
   ·                         ───────────
 2 │ [data]
   ╰────
  help: leave this one out of `include`

Error:
  × the included file . cannot be read (Is a directory (os error 21))
   ╭─[mine.toml:1:52]
 1 │ include = ["part.toml", "mine.toml", "parts.toml", "."]
   ·                                                    ───
 2 │ [data]
   ╰────
  help: a path is relative to the folder of the file that includes it

Error:
  × [member.ridge]: unknown predictor `linear/rigde`
   ╭─[mine.toml:6:7]
 5 │ [member.ridge]
 6 │ use = "linear/rigde"
   ·       ──────────────
   ╰────
  help: did you mean `linear/ridge`?

Error:
  × unclosed table, expected `]`
   ╭─[more.toml:2:10]
 1 │ include = ["parts.toml"]
 2 │ [member.a
   ·          ▲
   ╰────
"#,
    );
}

#[test]
fn a_circle_of_files_is_shown_as_a_chain() {
    mistaken_beside(
        &[("parts.toml", "include = [\"more.toml\"]\n"), ("more.toml", "include = [\"parts.toml\"]\n")],
        r#"
include = ["parts.toml"]
[data]
table  = "builtin:nas-bench-201"
labels = 100
[member.ridge]
use = "linear/ridge"
"#,
        r#"
  × 1 mistake in more.toml

Error:
  × these files include each other in a circle: parts.toml → more.toml → parts.toml
   ╭─[more.toml:1:12]
 1 │ include = ["parts.toml"]
   ·            ────────────
   ╰────
  help: leave this one out of `include`
"#,
    );
}
