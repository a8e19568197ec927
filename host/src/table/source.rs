//! Where a table comes from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::content::Stored;
use super::{BuiltinTable, DataSpec, Table, TableError};
use crate::space::nearest::{clip, nearest_file, suggest};

/// What stands before the name of a built-in table.
const BUILTIN: &str = "builtin:";

/// A table by name, not yet read.
#[derive(Debug, Clone)]
pub enum TableSource {
    /// One that comes with archcast.
    Builtin(&'static BuiltinTable),
    /// A file.
    File(PathBuf),
}

impl TableSource {
    /// The folder of the file, where it is one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            TableSource::File(path) => path.parent(),
            TableSource::Builtin(_) => None,
        }
    }

    /// What `spec` names: `builtin:NAME`, or a path relative to `base_dir`. Reads nothing.
    ///
    /// # Errors
    /// [`TableError::UnknownBuiltin`] with the nearest name.
    pub fn resolve(spec: &str, base_dir: &Path) -> Result<TableSource, TableError> {
        let Some(name) = spec.strip_prefix(BUILTIN) else {
            return Ok(TableSource::File(base_dir.join(spec)));
        };
        match BuiltinTable::named(name) {
            Some(table) => Ok(TableSource::Builtin(table)),
            None => Err(TableError::UnknownBuiltin {
                name: clip(name),
                suggestion: suggest(name, BuiltinTable::all().iter().map(BuiltinTable::name)),
            }),
        }
    }

    /// Reads the table that `spec` names.
    ///
    /// # Errors
    /// Those of [`resolve`](Self::resolve) and of [`read`](Self::read).
    pub fn open(spec: &str, base_dir: &Path) -> Result<Table, TableError> {
        TableSource::resolve(spec, base_dir)?.read()
    }

    /// Whether `spec` names a built-in table, known or not.
    pub(crate) fn is_builtin(spec: &str) -> bool {
        spec.starts_with(BUILTIN)
    }

    /// How to read it where a composition does not say; nothing for a file.
    pub fn defaults(&self) -> DataSpec {
        match self {
            TableSource::Builtin(table) => table.data(),
            TableSource::File(_) => DataSpec::default(),
        }
    }

    /// Reads the table.
    ///
    /// # Errors
    /// [`TableError::Missing`], [`TableError::Read`] and those of [`Table::from_bytes`].
    pub fn read(&self) -> Result<Table, TableError> {
        Table::from_stored(&self.stored()?, &self.origin())
    }

    /// The name that messages give.
    pub(super) fn origin(&self) -> String {
        match self {
            TableSource::Builtin(table) => format!("{BUILTIN}{}", table.name()),
            TableSource::File(path) => path.display().to_string(),
        }
    }

    /// Its bytes, which can be read more than once.
    pub(super) fn stored(&self) -> Result<Stored, TableError> {
        let path = match self {
            TableSource::Builtin(table) => return Ok(Stored::Bytes(Bytes::from_static(table.stored()))),
            TableSource::File(path) => path,
        };
        let stored = match std::fs::metadata(path) {
            Ok(about) if about.is_file() => return Ok(Stored::File(path.clone())),
            // What comes through a pipe comes once.
            Ok(_) => std::fs::read(path).map(|bytes| Stored::Bytes(bytes.into())),
            Err(error) => Err(error),
        };
        stored.map_err(|error| match error.kind() {
            ErrorKind::NotFound => TableError::Missing { path: path.clone(), suggestion: neighbour(path) },
            _ => TableError::Read { path: path.clone(), source: error },
        })
    }
}

/// What to do about a file that is not there.
fn neighbour(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(builtin) = BuiltinTable::named(&name) {
        return format!("the built-in table of this name is `{BUILTIN}{}`", builtin.name());
    }
    match nearest_file(path) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "check the path, which counts from the folder of the file that names it".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_built_in_table_brings_the_nearest_one() {
        let error = TableSource::open("builtin:nasbench-201", Path::new(".")).unwrap_err().to_string();
        assert_eq!(error, "unknown built-in table `nasbench-201`; did you mean `nas-bench-201`?");
    }

    #[test]
    fn a_file_counts_from_the_base_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.csv"), "a\n1\n").unwrap();
        assert_eq!(TableSource::open("mine.csv", folder.path()).unwrap().len(), 1);
    }

    #[test]
    fn a_missing_file_brings_one_of_nearly_its_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.csv"), "a\n1\n").unwrap();
        let error = TableSource::open("mime.csv", folder.path()).unwrap_err().to_string();
        assert!(
            error.starts_with("there is no table at ") && error.ends_with("did you mean `mine.csv`?"),
            "{error}"
        );
        let error = TableSource::open("nas-bench-201", folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("the built-in table of this name is `builtin:nas-bench-201`"), "{error}");
    }

    #[test]
    fn a_folder_is_not_a_table() {
        let folder = tempfile::tempdir().unwrap();
        let error = TableSource::open(".", folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot read the table "), "{error}");
    }
}
