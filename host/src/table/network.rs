//! `network`: a file for each architecture.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::keys::known_keys;
use super::{DataError, Mistakes, Table};
use crate::space::nearest::{clip, nearest};

/// Where the network files are named, and what they take in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct NetworkSpec {
    /// The column with paths, relative to the table's folder; an empty field is a network that there is not.
    pub column: String,
    /// Shape of one input, without the batch: `[3, 32, 32]`.
    pub input: Vec<u32>,
}
known_keys!(NetworkSpec);

/// The network files of all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Networks {
    /// One for each row, where there is one; each is a file that was there when the table was read.
    pub paths: Vec<Option<PathBuf>>,
    /// Shape of one input, without the batch.
    pub input: Vec<u32>,
}

impl Networks {
    /// Finds the files; `folder` is the table's.
    ///
    /// # Errors
    /// A column that is not there, a shape that is none, all files that are not there.
    pub(super) fn find(table: &Table, spec: &NetworkSpec, folder: &Path) -> Result<Networks, DataError> {
        if spec.input.is_empty() || spec.input.contains(&0) {
            let what = "`input` is the shape of one input, like `[3, 32, 32]`, without the batch".to_owned();
            return Err(DataError::Key { key: "network", what });
        }
        let mut mistakes = Mistakes::default();
        let mut paths = Vec::with_capacity(table.len());
        for (row, field) in table.column(&spec.column)?.iter().map(str::trim).enumerate() {
            let path = folder.join(field);
            if !field.is_empty() && !path.is_file() {
                mistakes.push(table.line(row), || lacking(field, &path));
            }
            paths.push((!field.is_empty()).then_some(path));
        }
        if mistakes.is_empty() {
            return Ok(Networks { paths, input: spec.input.clone() });
        }
        let what = format!(
            "{}: {} of `{}` cannot be had from {}{mistakes}",
            table.origin(),
            mistakes.counted("file"),
            spec.column,
            folder.display()
        );
        Err(DataError::Key { key: "network", what })
    }
}

fn lacking(field: &str, path: &Path) -> String {
    if path.is_dir() {
        return format!("`{}` is a folder", clip(field));
    }
    let beside =
        path.parent().and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        beside.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    // The folder's order is the file system's; messages are the same everywhere.
    names.sort_unstable();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match nearest(&name, names.iter().map(String::as_str)) {
        Some(near) => format!("there is no file `{}`; did you mean `{near}`?", clip(field)),
        None => format!("there is no file `{}`", clip(field)),
    }
}
