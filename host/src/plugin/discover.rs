//! Finding plugins: reads files, runs nothing.

use super::{Folders, Refusal, read_manifest};
use archcast_sdk::manifest::Manifest;
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

/// One library that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The file, absolute.
    pub path: PathBuf,
    /// Why its folder was looked into.
    pub origin: &'static str,
    /// Its manifest, if it has a readable one.
    pub manifest: Option<Manifest>,
    /// Whether it is used.
    pub status: Status,
}

/// Whether a library is used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// It is used.
    Ready,
    /// A plugin of the same name in an earlier place is used instead.
    Shadowed {
        /// The file that is used.
        by: PathBuf,
    },
    /// It is refused.
    Refused(Refusal),
}

impl Found {
    /// The plugin's name, or that of its file.
    pub fn name(&self) -> String {
        match &self.manifest {
            Some(manifest) => manifest.name.clone(),
            None => self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        }
    }

    /// Whether it is a plugin at all: other libraries are shown only on request.
    pub fn is_plugin(&self) -> bool {
        self.status != Status::Refused(Refusal::NotAPlugin)
    }
}

/// All libraries in these folders: `FOLDER/*.so` and `FOLDER/NAME/*.so`, by folder and then by file name. Of plugins with
/// the same name the first is used.
pub fn discover(folders: &Folders) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut names: HashMap<String, PathBuf> = HashMap::new();
    for folder in folders.iter() {
        for path in libraries(&folder.path) {
            if found.iter().any(|earlier| earlier.path == path) {
                continue;
            }
            let (manifest, refusal) = read_manifest(&path);
            let status = match (&manifest, refusal) {
                (_, Some(refusal)) => Status::Refused(refusal),
                (Some(manifest), None) => match names.get(&manifest.name) {
                    Some(by) => Status::Shadowed { by: by.clone() },
                    None => {
                        names.insert(manifest.name.clone(), path.clone());
                        Status::Ready
                    }
                },
                (None, None) => Status::Refused(Refusal::NotAPlugin),
            };
            found.push(Found { path, origin: folder.origin, manifest, status });
        }
    }
    found
}

fn libraries(folder: &Path) -> Vec<PathBuf> {
    let (mut files, subfolders) = entries(folder);
    for subfolder in subfolders {
        files.extend(entries(&subfolder).0);
    }
    files
}

/// Library files and folders in a folder, each sorted. A folder that does not exist or cannot be read is empty.
fn entries(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let paths: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    let (mut folders, mut files): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.into_iter().partition(|path| path.is_dir());
    files.retain(|path| {
        path.extension().is_some_and(|extension| extension == std::env::consts::DLL_EXTENSION)
    });
    folders.sort();
    files.sort();
    (files, folders)
}
