//! Parameters that name files: made absolute, checked, and identified by their content.

use crate::space::digest::sha256_hex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A file or folder that a parameter names, as it was when the model was fitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterFile {
    /// The parameter.
    pub parameter: String,
    /// SHA-256 of the file, or of the names and contents of the folder's files in order.
    pub digest: String,
}

/// Makes the parameters that the schema marks `x-file` absolute against `base`, and collects their digests. Gives the
/// parameters whose file cannot be read, each with what is wrong and what would be right.
pub fn resolve_files(
    schema: &Value,
    params: &mut Value,
    base: &Path,
    files: &mut Vec<ParameterFile>,
) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    let Some(properties) = schema["properties"].as_object() else { return problems };
    for (name, property) in properties {
        let marked = property["x-file"] == Value::Bool(true);
        let Some(path) =
            params.get(name).and_then(Value::as_str).filter(|_| marked).map(|path| base.join(path))
        else {
            continue;
        };
        match digest(&path) {
            Ok(digest) => {
                params[name] = Value::from(path.to_string_lossy());
                files.push(ParameterFile { parameter: name.clone(), digest });
            }
            Err(error) => problems.push((
                name.clone(),
                format!(
                    "names {}, which cannot be read ({error}); paths are relative to the folder of the file that names them",
                    path.display()
                ),
            )),
        }
    }
    problems
}

/// SHA-256 of a file, or of the names and contents of a folder's files in order.
pub fn digest(path: &Path) -> io::Result<String> {
    if !path.is_dir() {
        return fs::read(path).map(|bytes| sha256_hex(&bytes));
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    entries.sort();
    let mut text = String::new();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        text.push_str(&format!("{name}\n{}\n", digest(&entry)?));
    }
    Ok(sha256_hex(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_marked_parameter_becomes_absolute_and_a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("images.bin"), b"abc").unwrap();
        let schema =
            json!({"properties": {"images": {"x-file": true}, "mode": {}, "other": {"x-file": true}}});
        let mut params = json!({"images": "images.bin", "mode": "images.bin", "other": "absent.bin"});
        let mut files = Vec::new();
        let problems = resolve_files(&schema, &mut params, folder.path(), &mut files);
        assert_eq!(params["images"], json!(folder.path().join("images.bin")));
        assert_eq!(params["mode"], "images.bin");
        assert_eq!(files[0].digest, sha256_hex(b"abc"));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].1.contains("absent.bin"), "{problems:?}");
    }
}
