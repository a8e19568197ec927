//! `archcast table list | inspect FILE | convert IN OUT`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json, table},
};
use crate::table::{BuiltinTable, Format, Kind, TableSource, convert, inspect};
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  archcast table list
  archcast table inspect results.csv
  archcast table convert results.jsonl.gz results.parquet
  archcast table convert builtin:nas-bench-201 cells.csv";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The built-in tables: rows, space, target, size, origin and licence.
    List,
    /// What a table seems to hold, and a `[data]` section to paste.
    Inspect {
        /// The table: a path, or `builtin:NAME`.
        #[arg(value_name = "TABLE")]
        table: String,
    },
    /// Write a table in another format: CSV, JSON Lines or Parquet.
    #[command(after_help = CONVERT)]
    Convert {
        /// The table: a path, or `builtin:NAME`.
        #[arg(value_name = "IN")]
        from: String,
        /// The file to write: .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet.
        #[arg(value_name = "OUT")]
        to: PathBuf,
    },
}

const CONVERT: &str = "\
What IN is, is told by its content. CSV and JSON Lines keep the text of every field: a column whose fields are all JSON
numbers by their text becomes numbers, all others become strings, arrays and objects stay what they are. Parquet keeps
the values of numbers.

Examples:
  archcast table convert results.jsonl.gz results.parquet
  archcast table convert builtin:nas-bench-201 cells.csv";

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    match args.action {
        Action::List => list(shared),
        Action::Inspect { table } => {
            let here = std::env::current_dir().map_err(failure)?;
            let source = TableSource::resolve(&table, &here).map_err(failure)?;
            let found = inspect(&source.read().map_err(failure)?);
            match shared.json {
                true => print_json(&serde_json::to_value(&found).map_err(failure)?),
                false => print(&format!("{}\n", found.to_string().trim_end())),
            }
        }
        Action::Convert { from, to } => {
            let here = std::env::current_dir().map_err(failure)?;
            // Before a large table is read for nothing.
            Format::of(&to).map_err(failure)?;
            let source = TableSource::resolve(&from, &here).map_err(failure)?;
            let done = convert(&source, &to).map_err(failure)?;
            if shared.json {
                let kinds: serde_json::Map<String, Value> =
                    done.columns.iter().map(|(name, kind)| (name.clone(), word(*kind).into())).collect();
                return print_json(&json!({ "table": to, "rows": done.rows, "columns": kinds }));
            }
            let columns = done.columns.len();
            print(&format!(
                "{} {} with {columns} {}\nwrote {}\n",
                done.rows,
                if done.rows == 1 { "row" } else { "rows" },
                if columns == 1 { "column" } else { "columns" },
                to.display()
            ))
        }
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Flag => "boolean",
        Kind::Integer => "integer",
        Kind::Number | Kind::Digits => "number",
        Kind::Json => "json",
    }
}

fn list(shared: &Shared) -> Result<(), Failure> {
    if shared.json {
        let tables = BuiltinTable::all().iter().map(|table| {
            let data = table.data();
            json!({
                "name": format!("builtin:{}", table.name()),
                "summary": table.summary(),
                "rows": table.rows(),
                "space": data.space,
                "target": data.target,
                "bytes": table.size(),
                "origin": table.origin(),
            })
        });
        return print_json(&Value::Array(tables.collect()));
    }
    let rows: Vec<Vec<String>> = BuiltinTable::all()
        .iter()
        .map(|table| {
            let data = table.data();
            let target = data.target.map(|target| target.to_string());
            vec![
                format!("builtin:{}", table.name()),
                table.rows().to_string(),
                data.space.unwrap_or_else(|| "-".to_owned()),
                target.unwrap_or_else(|| "-".to_owned()),
                format!("{} kB", table.size().div_ceil(1000)),
                table.origin().to_owned(),
            ]
        })
        .collect();
    let mut text = table(&["table", "rows", "space", "target", "size", "origin"], &rows);
    for table in BuiltinTable::all() {
        text.push_str(&format!("\nbuiltin:{}: {}", table.name(), table.summary()));
    }
    print(&format!("{text}\n"))
}
