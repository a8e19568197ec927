//! A space by name or by file.

use std::path::Path;

use super::nearest::{clip, suggest};
use super::{Space, SpaceError};

impl Space {
    /// The space that `spec` names: a built-in one, or the path of a TOML file, relative to `base_dir`.
    ///
    /// # Errors
    /// [`SpaceError::Unknown`] with the nearest name; [`SpaceError::Read`]; and those of
    /// [`from_toml`](Self::from_toml).
    pub fn open(spec: &str, base_dir: &Path) -> Result<Space, SpaceError> {
        if let Some(space) = Space::builtin(spec) {
            return Ok(space);
        }
        if !Space::is_path(spec) {
            let mut suggestion = suggest(spec, Space::builtin_names());
            suggestion.push_str(" (a space of your own is given as the path of a `.toml` file)");
            return Err(SpaceError::Unknown { name: clip(spec), suggestion });
        }
        let path = base_dir.join(spec);
        match std::fs::read_to_string(&path) {
            Ok(text) => Space::from_toml(&text, &path.display().to_string()),
            Err(source) => Err(SpaceError::Read { path, source }),
        }
    }

    /// Whether `spec` can only be meant as the path of a file, not as the name of a built-in space.
    pub(crate) fn is_path(spec: &str) -> bool {
        spec.to_lowercase().ends_with(".toml") || spec.contains(['/', '\\'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_brings_the_nearest_one() {
        let error = Space::open("nasbench201", Path::new(".")).unwrap_err().to_string();
        assert!(error.starts_with("unknown space `nasbench201`; did you mean `nas-bench-201`?"), "{error}");
    }

    #[test]
    fn a_file_is_read_relative_to_the_base_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.toml"), include_str!("builtin/nas-bench-201.toml")).unwrap();
        assert_eq!(Space::open("mine.toml", folder.path()).unwrap().name(), "nas-bench-201");
        let error = Space::open("yours.toml", folder.path()).unwrap_err().to_string();
        assert!(error.contains("yours.toml"), "{error}");
    }
}
