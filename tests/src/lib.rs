//! Help for the stories: where the built files are, folders of plugins, running the command.
//!
//! The stories load real compiled libraries and run the real command; `cargo xtask test` builds both first.

pub mod abi;

use archcast::plugin::{Folders, LoadedPredictor, Registry};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};
use tempfile::TempDir;

/// The folder with the built files: `target/release`.
///
/// # Panics
/// When the test program does not lie in a target folder.
pub fn built() -> PathBuf {
    let program = env::current_exe().expect("a test program has a path");
    program.ancestors().nth(2).expect("test programs lie in target/PROFILE/deps").to_owned()
}

/// The library of a package, e.g. `fixture-features`.
///
/// # Panics
/// When it was not built.
pub fn library(package: &str) -> PathBuf {
    let name = format!("{}{}{}", env::consts::DLL_PREFIX, package.replace('-', "_"), env::consts::DLL_SUFFIX);
    let path = built().join(name);
    assert!(
        path.is_file(),
        "{} is not built; run `cargo xtask test`, or `cargo build --release` first",
        path.display()
    );
    path
}

/// A fresh folder with the libraries of these packages.
pub fn plugin_folder(packages: &[&str]) -> TempDir {
    let folder = fresh_folder();
    for package in packages {
        let library = library(package);
        fs::copy(&library, folder.path().join(library.file_name().expect("a library has a name")))
            .expect("copied");
    }
    folder
}

/// A fresh folder that is removed at the end of the story.
pub fn fresh_folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The plugins of a folder and of no other.
pub fn registry(folder: &Path) -> Registry {
    Registry::discover(Folders::only(&[folder.to_owned()]))
}

/// A predictor of one of the fixtures.
///
/// # Panics
/// When the host refuses it.
pub fn predictor(package: &str, name: &str) -> (TempDir, LoadedPredictor) {
    let folder = plugin_folder(&[package]);
    let predictor = registry(folder.path()).predictor(name).unwrap_or_else(|error| panic!("{error}"));
    (folder, predictor)
}

/// The `archcast` command that sees only the plugins that it is told of.
pub fn archcast(arguments: &[&str]) -> Run {
    archcast_in(Path::new("."), arguments)
}

/// The same in another folder.
pub fn archcast_in(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(archcast_command(folder, arguments))
}

/// The same, not yet run.
pub fn archcast_command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(lonely_archcast());
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("ARCHCAST_PLUGIN_PATH")
        .env_remove("ARCHCAST_SDK")
        .env_remove("ARCHCAST_CACHE_MIB")
        // No story finds what another one left.
        .env("ARCHCAST_CACHE", "")
        .env("XDG_DATA_HOME", "/nonexistent");
    command
}

/// The program in a folder of its own: `cargo xtask build` places plugins beside the built one.
fn lonely_archcast() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let name = format!("archcast{}", env::consts::EXE_SUFFIX);
        let folder = built().parent().expect("a target folder").join("lonely");
        fs::create_dir_all(&folder).expect("a folder in target");
        let (from, to) = (built().join(&name), folder.join(&name));
        let (old, new) = (fs::read(&to).ok(), fs::read(&from).expect("archcast is built"));
        if old.as_ref() != Some(&new) {
            // Aside first: another test program may be running it.
            let aside = folder.join(format!("{name}.{}", std::process::id()));
            fs::hard_link(&from, &aside).and_then(|()| fs::rename(&aside, &to)).expect("a file in target");
        }
        to
    })
}

/// What a command did.
#[derive(Debug)]
pub struct Run {
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Exit code; -1 where a signal ended it.
    pub code: i32,
}

impl Run {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn of(mut command: Command) -> Self {
        let Output { status, stdout, stderr } =
            command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self {
            out: String::from_utf8_lossy(&stdout).into_owned(),
            err: String::from_utf8_lossy(&stderr).into_owned(),
            code: status.code().unwrap_or(-1),
        }
    }

    /// The same, which must have succeeded.
    ///
    /// # Panics
    /// With both outputs, when it failed.
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }
}

/// Notes that a story was skipped, for the last lines of `cargo xtask test`.
pub fn skipped(story: &str, reason: &str) {
    let folder = built().parent().map(|target| target.join("skipped")).expect("a target folder");
    let written = fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join(format!("{story}.txt")), format!("skipped: {reason}\n")));
    assert!(written.is_ok(), "{written:?}");
}
