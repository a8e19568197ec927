//! Where plugins are looked for.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Name of the variable that lists plugin folders, separated as in `PATH`.
pub const PLUGIN_PATH_VARIABLE: &str = "ARCHCAST_PLUGIN_PATH";

/// One folder, and why it is looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// Why, in a few words: `--plugin-dir`, `./plugins.d`, …
    pub origin: &'static str,
}

/// The folders in order of precedence: what is found in the first hides the same name in later ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folders(Vec<Folder>);

impl Folders {
    /// The folders of this process: those given, `$ARCHCAST_PLUGIN_PATH`, `./plugins.d`, the user's data folder
    /// (`$XDG_DATA_HOME/archcast/plugins`), and `plugins.d` beside the binary.
    pub fn standard(given: &[PathBuf]) -> Self {
        let mut folders = Self::default();
        for path in given {
            folders.add(path, "--plugin-dir");
        }
        if let Some(list) = env::var_os(PLUGIN_PATH_VARIABLE) {
            for path in env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()) {
                folders.add(&path, PLUGIN_PATH_VARIABLE);
            }
        }
        folders.add(Path::new("plugins.d"), "./plugins.d");
        if let Some(data) = data_folder() {
            folders.add(&data.join("archcast").join("plugins"), "the user's data folder");
        }
        if let Some(beside) = env::current_exe().ok().as_deref().and_then(Path::parent) {
            folders.add(&beside.join("plugins.d"), "beside the binary");
        }
        folders
    }

    /// Only these folders.
    pub fn only(given: &[PathBuf]) -> Self {
        let mut folders = Self::default();
        for path in given {
            folders.add(path, "--plugin-dir");
        }
        folders
    }

    fn add(&mut self, path: &Path, origin: &'static str) {
        // The loader searches the system for a bare name: every path is made absolute.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if !self.0.iter().any(|folder| folder.path == path) {
            self.0.push(Folder { path, origin });
        }
    }

    /// The folders in order.
    pub fn iter(&self) -> impl Iterator<Item = &Folder> {
        self.0.iter()
    }
}

fn data_folder() -> Option<PathBuf> {
    let set = env::var_os("XDG_DATA_HOME").filter(|value| Path::new(value).is_absolute()).map(PathBuf::from);
    set.or_else(|| env::home_dir().map(|home| home.join(".local").join("share")))
}
