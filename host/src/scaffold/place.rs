//! Puts a crate where it belongs: all of its files or none.

use super::ScaffoldError;
use std::{
    fs, io,
    path::{Path, PathBuf},
    process,
};

/// Writes the files aside and moves them to `folder` when all of them are there.
pub(super) fn place(folder: &Path, files: &[(String, String)]) -> Result<(), ScaffoldError> {
    let exists = is_empty_folder(folder)?;
    // An empty folder that is there already may be where the user's shell stands: it is filled, never replaced.
    let beside = if exists { folder } else { parent(folder) };
    let parents = Parents::make(beside)?;
    let stem = folder.file_name().unwrap_or_default().to_string_lossy();
    let aside = Aside(beside.join(format!(".{stem}.archcast-new-{}", process::id())));
    fs::create_dir(&aside.0).map_err(failed("make the folder", &aside.0))?;
    for (name, text) in files {
        let path = aside.0.join(name);
        let inner = parent(&path);
        fs::create_dir_all(inner).map_err(failed("make the folder", inner))?;
        fs::write(&path, text).map_err(failed("write", &path))?;
    }
    if exists {
        move_into(&aside.0, folder)?;
    } else {
        fs::rename(&aside.0, folder).map_err(failed("make the folder", folder))?;
    }
    parents.keep();
    Ok(())
}

/// Whether the folder is there and empty. A folder in use and a file are errors.
fn is_empty_folder(folder: &Path) -> Result<bool, ScaffoldError> {
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("look at", folder)(error)),
        Ok(metadata) if !metadata.is_dir() => Err(ScaffoldError::NotAFolder { path: folder.to_owned() }),
        Ok(_) => match fs::read_dir(folder).map_err(failed("read the folder", folder))?.next() {
            None => Ok(true),
            Some(Err(error)) => Err(failed("read the folder", folder)(error)),
            Some(Ok(entry)) => Err(ScaffoldError::Occupied {
                folder: folder.to_owned(),
                holds: entry.file_name().to_string_lossy().into_owned(),
            }),
        },
    }
}

/// Moves what is in one folder into another; takes it out again where that fails.
fn move_into(from: &Path, to: &Path) -> Result<(), ScaffoldError> {
    let entries = fs::read_dir(from).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let mut moved = Vec::new();
    for entry in entries.map_err(failed("read the folder", from))? {
        let target = to.join(entry.file_name());
        if let Err(error) = fs::rename(entry.path(), &target) {
            for (origin, target) in moved {
                // The first error is the one to tell.
                let _ = fs::rename(target, origin);
            }
            return Err(failed("write", &target)(error));
        }
        moved.push((entry.path(), target));
    }
    Ok(())
}

/// The folder above; that of a bare name is the current one.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ScaffoldError {
    move |source| ScaffoldError::Io { doing, path: path.to_owned(), source }
}

/// A folder that goes away with what is in it, unless it has been moved.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // Gone already where all went well; nothing better can be done where it cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The folders above that had to be made, outermost first; they go away again unless they are kept.
struct Parents(Vec<PathBuf>);

impl Parents {
    fn make(folder: &Path) -> Result<Self, ScaffoldError> {
        let above = folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists());
        let mut missing: Vec<PathBuf> = above.map(Path::to_owned).collect();
        missing.reverse();
        let parents = Self(missing);
        fs::create_dir_all(folder).map_err(failed("make the folder", folder))?;
        Ok(parents)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Parents {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Only an empty folder can go this way, so nothing of anybody else's is lost.
            let _ = fs::remove_dir(folder);
        }
    }
}
