//! What the native libraries of plugins need to be built: a C++ compiler of the system, and tools from PyPI.
//!
//! XGBoost wants a cmake below 4 and a libclang of version 14, LightGBM a cmake of 3.28 or newer. No distribution has
//! just these, so both come from PyPI into a folder below the target folder, once.
//!
//! Every call of cargo gets the same variables: cargo builds a native library again when one of them changes.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::failure::{Failure, Result};
use crate::{child, places};

/// The tools, as pip writes them: versions that build both libraries.
const TOOLS: [&str; 2] = ["cmake==3.31.10", "libclang==14.0.6"];

/// What to do without a C++ compiler.
const PURE: &str = "`cargo build --release` builds the host and the plugins of pure Rust without it";

/// A variable for calls of cargo.
type Variable = (&'static str, OsString);

/// The variables for calls of cargo. Fetches the tools where they are not there yet, and says so.
///
/// # Errors
/// When there is no C++ compiler, or the tools cannot be fetched.
pub fn variables() -> Result<&'static [Variable]> {
    static FOUND: OnceLock<Vec<Variable>> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let found = find()?;
    Ok(FOUND.get_or_init(|| found))
}

fn find() -> Result<Vec<Variable>> {
    for tool in ["c++", "make"] {
        if !answers(Command::new(tool).arg("--version")) {
            return Err(Failure::new(format!(
                "`{tool}` is missing, which XGBoost and LightGBM need (Debian and Ubuntu: `apt install build-essential`); {PURE}"
            )));
        }
    }
    let folder = places::target().join("tools");
    // Who has set both has tools of their own.
    let given = |name: &str| std::env::var_os(name);
    let (cmake, libclang) = match (given("CMAKE"), given("LIBCLANG_PATH")) {
        (Some(cmake), Some(libclang)) => (cmake, libclang),
        (cmake, libclang) => {
            fetch(&folder)?;
            (
                cmake.unwrap_or_else(|| folder.join("cmake/data/bin/cmake").into()),
                libclang.unwrap_or_else(|| folder.join("clang/native").into()),
            )
        }
    };
    let mut variables = vec![("CMAKE", cmake), ("LIBCLANG_PATH", libclang)];
    if let Some(arguments) = given("BINDGEN_EXTRA_CLANG_ARGS").or_else(compiler_headers) {
        variables.push(("BINDGEN_EXTRA_CLANG_ARGS", arguments));
    }
    Ok(variables)
}

/// The headers of the compiler, which libclang from PyPI comes without.
fn compiler_headers() -> Option<OsString> {
    let output = Command::new("cc").arg("-print-file-name=include").output().ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    // A compiler without such a folder answers with the bare name.
    folder.is_absolute().then(|| format!("-isystem {}", folder.display()).into())
}

/// Puts the tools into the folder, unless they are there.
fn fetch(folder: &Path) -> Result {
    let done = folder.join("fetched.txt");
    let wanted = TOOLS.join(" ");
    if fs::read_to_string(&done).is_ok_and(|had| had == wanted) {
        return Ok(());
    }
    if !answers(Command::new("python3").args(["-m", "pip", "--version"])) {
        return Err(Failure::new(format!(
            "XGBoost and LightGBM are built with tools from PyPI ({wanted}), and `python3 -m pip` does not run (Debian and Ubuntu: `apt install python3-pip`); {PURE}"
        )));
    }
    println!("Fetching what XGBoost and LightGBM are built with ({wanted}) into {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|error| Failure::new(format!("cannot empty `{}`: {error}", folder.display())))?;
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"])
        .arg(folder)
        .args(TOOLS)
        // As root it would warn of a folder that it does not touch.
        .env("PIP_ROOT_USER_ACTION", "ignore");
    child::run(pip)?;
    fs::write(&done, wanted)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", done.display())))
}

/// Whether the program runs at all.
fn answers(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_does_not_answer() {
        assert!(!answers(&mut Command::new("no-such-program-anywhere")));
    }

    #[test]
    fn tools_that_are_there_are_not_fetched_again() {
        let folder = std::env::temp_dir().join(format!("xtask-tools-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("fetched.txt"), TOOLS.join(" ")).unwrap();
        fs::write(folder.join("kept"), "").unwrap();
        fetch(&folder).unwrap();
        assert!(folder.join("kept").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
