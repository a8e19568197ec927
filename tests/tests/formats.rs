//! Tables in every format, in and out of the command.

use archcast::table::{BuiltinTable, Table};
use archcast_tests::{Run, archcast, archcast_in, plugin_folder};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

const FORMATS: [&str; 5] = ["csv", "csv.gz", "jsonl", "jsonl.gz", "parquet"];
const COMPOSITION: &str = "[data]\ntable = \"builtin:nas-bench-201\"\nlabels = 50\nid = \"arch_index\"\n\
                           [member.ridge]\nuse = \"linear/ridge\"\ninputs = [\"adjacency-one-hot\"]\n\
                           [model]\noutput = \"ridge\"\n";

/// A folder with a fitted model `m` and its plugin.
fn fitted() -> TempDir {
    let folder = plugin_folder(&["archcast-plugin-linear"]);
    fs::write(folder.path().join("a.toml"), COMPOSITION).unwrap();
    run(folder.path(), "fit a.toml -o m").succeeded();
    folder
}

fn run(folder: &Path, command: &str) -> Run {
    let words: Vec<&str> = ["--plugin-dir", "."].into_iter().chain(command.split_whitespace()).collect();
    archcast_in(folder, &words)
}

fn read(folder: &Path, name: &str) -> Table {
    Table::from_bytes(&fs::read(folder.join(name)).unwrap(), name).unwrap()
}

fn fields<'a>(table: &'a Table, column: &str) -> Vec<&'a str> {
    table.column(column).unwrap().iter().collect()
}

#[test]
fn predictions_are_the_same_from_and_into_every_format_whatever_the_names() {
    let folder = fitted();
    let folder = folder.path();
    let own = run(folder, "predict m --top 3 -o own.csv").succeeded().out;
    let own = (own.replace("own.csv", "OUT"), read(folder, "own.csv"));
    for format in FORMATS {
        run(folder, &format!("table convert builtin:nas-bench-201 cells.{format}")).succeeded();
        fs::rename(folder.join(format!("cells.{format}")), folder.join("cells")).unwrap();
        let out = run(folder, &format!("predict m --table cells --top 3 -o out.{format}")).succeeded().out;
        assert_eq!(out.replace(&format!("out.{format}"), "OUT"), own.0, "{format}");
        let table = read(folder, &format!("out.{format}"));
        for column in ["id", "missing", "trained"] {
            assert!(fields(&table, column) == fields(&own.1, column), "{format}: {column}");
        }
        for column in ["mean", "true"] {
            assert!(table.numbers(column).unwrap() == own.1.numbers(column).unwrap(), "{format}: {column}");
        }
    }
}

#[test]
fn an_output_of_an_unknown_format_is_refused_before_anything_is_read() {
    let folder = fitted();
    for command in ["predict no-model -o out.txt", "table convert no-table out.txt"] {
        let run = run(folder.path(), command);
        assert_eq!((run.code, &run.out[..]), (1, ""), "{}", run.err);
        assert!(run.err.contains("out.txt") && run.err.contains(".jsonl.gz or .parquet"), "{}", run.err);
    }
}

/// The built-in cells again and again, each with an id of its own.
fn many(rows: usize) -> String {
    let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
    let (cells, truths) = (fields(&table, "arch_str"), fields(&table, "val_acc"));
    let row = |row: usize| format!("{row},{},{}\n", cells[row % cells.len()], truths[row % cells.len()]);
    "arch_index,arch_str,val_acc\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

#[test]
fn a_table_of_many_batches_is_ranked_as_one_and_may_repeat_a_cell_in_a_later_one() {
    let folder = fitted();
    let folder = folder.path();
    fs::write(folder.join("many.csv"), many(40_000)).unwrap();
    let run = run(folder, "--json predict m --table many.csv --top 30000 -o out.jsonl").succeeded();
    let told: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(told["rows"], 40_000);
    let out = read(folder, "out.jsonl");
    let ids: Vec<String> = (0..40_000).map(|row| row.to_string()).collect();
    assert!(fields(&out, "id") == ids);
    let (means, trained) = (out.numbers("mean").unwrap(), fields(&out, "trained"));
    let mut unseen: Vec<usize> = (0..40_000).filter(|&row| trained[row] == "false").collect();
    unseen.sort_by(|&a, &b| means[b].unwrap().total_cmp(&means[a].unwrap()));
    let best: Vec<&str> =
        told["best"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(best.len(), 30_000);
    assert!(best.iter().zip(&unseen).all(|(id, &row)| *id == ids[row]));
    let same = fields(&out, "same_network");
    let compared = (0..40_000).filter(|&row| trained[row] == "false" && same[row] == "false").count();
    assert_eq!(told["compared_rows"], compared);
}

#[test]
fn mistakes_of_all_batches_are_told_together_with_their_lines() {
    let folder = fitted();
    let folder = folder.path();
    let mut lines: Vec<String> = many(30_000).lines().map(str::to_owned).collect();
    for line in [12_000, 25_000] {
        lines[line - 1] = format!("x{line},nothing,90");
    }
    fs::write(folder.join("many.csv"), lines.join("\n")).unwrap();
    let run = run(folder, "predict m --table many.csv -o out.csv");
    assert_eq!((run.code, &run.out[..]), (1, ""));
    for part in ["2 architectures are not of the space", "\n  line 12000: ", "\n  line 25000: "] {
        assert!(run.err.contains(part), "{part}: {}", run.err);
    }
    let names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().starts_with("out")), "{names:?}");
}

#[test]
fn the_built_in_tables_are_listed_with_rows_target_and_licence() {
    let out = archcast(&["table", "list"]).succeeded().out;
    for table in BuiltinTable::all() {
        let name = format!("builtin:{} ", table.name());
        let line = out.lines().find(|line| line.starts_with(&name)).unwrap_or_else(|| panic!("{out}"));
        assert!(line.contains(&format!(" {} ", table.rows())) && line.ends_with(table.origin()), "{line}");
    }
    let told: Value = serde_json::from_str(&archcast(&["--json", "table", "list"]).succeeded().out).unwrap();
    assert_eq!(told[0]["target"]["column"], "val_acc");
    assert_eq!(told.as_array().unwrap().len(), BuiltinTable::all().len());
    let help = archcast(&["table", "--help"]).succeeded().out;
    assert!(help.contains("Examples:\n  archcast table list\n"), "{help}");
}
