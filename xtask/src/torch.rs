//! `cargo xtask torch`: libtorch, and the plugins that need it.
//!
//! libtorch is large, so nothing else waits for it: the plugins that link it are a workspace of their own, which the other
//! tasks take in once this one has found or installed a libtorch. They share the target folder. The plugin carries a run
//! path, so that it loads without any variable.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::{build, child, places};

/// The version that the crate `tch` is made for.
const VERSION: &str = "2.11.0";

/// What pip installs: libtorch's wheel, and the two packages of CUDA that its CPU part links.
const PACKAGES: [&str; 3] = ["torch==2.11.0", "nvidia-cuda-runtime==13.0.96", "nvidia-cuda-cupti==13.0.85"];

/// Libraries of the small install, and the folder of each below that of pip.
const LIBRARIES: [(&str, &str); 5] = [
    ("libtorch_cpu.so", "torch/lib"),
    ("libc10.so", "torch/lib"),
    ("libgomp.so.1", "torch/lib"),
    ("libcupti.so.13", "nvidia/cu13/lib"),
    ("libcudart.so.13", "nvidia/cu13/lib"),
];

/// The workspace of the plugins that need libtorch.
const MANIFEST: &str = "plugins/proxies/Cargo.toml";

/// What to say where it was left out.
pub const LEFT_OUT: &str =
    "plugin proxies left out: it needs libtorch, which `cargo xtask torch` adds (1.3 GB)";

/// Finds or installs libtorch, builds the plugins that need it and places them beside the host.
pub fn run() -> Result {
    let libtorch = match find()? {
        Some(found) => found,
        None => install()?,
    };
    check(&libtorch)?;
    println!("libtorch {VERSION} is in {}", libtorch.display());
    let folder = folder();
    fs::create_dir_all(&folder).map_err(|error| about("create", &folder, &error))?;
    let note = note();
    fs::write(&note, libtorch.to_string_lossy().as_bytes()).map_err(|error| about("write", &note, &error))?;
    build()?;
    build::place_plugins(&places::release())
}

/// Builds the plugins that need libtorch, where it is there.
pub fn build() -> Result {
    run_if_there(&["build", "--release"])
}

/// Calls cargo on the plugins that need libtorch; does nothing where it is not there.
fn run_if_there(args: &[&str]) -> Result {
    match cargo(args)? {
        Some(command) => child::run(command),
        None => Ok(()),
    }
}

/// A call of cargo on the plugins that need libtorch; `None` where it is not there.
pub fn cargo(args: &[&str]) -> Result<Option<Command>> {
    let Some(libtorch) = chosen() else { return Ok(None) };
    let (first, rest) = args.split_first().unwrap_or((&"build", &[]));
    let mut command = child::cargo(&[first, "--manifest-path", MANIFEST])?;
    command.args(rest);
    command.env("LIBTORCH", libtorch).env("CARGO_TARGET_DIR", places::target());
    // Either would send the build elsewhere.
    command.env_remove("LIBTORCH_USE_PYTORCH").env_remove("LIBTORCH_BYPASS_VERSION_CHECK");
    Ok(Some(command))
}

/// The libtorch that this task took last, if it is still there.
pub fn chosen() -> Option<PathBuf> {
    let path = PathBuf::from(fs::read_to_string(note()).ok()?.trim());
    is_libtorch(&path).then_some(path)
}

fn folder() -> PathBuf {
    places::target().join("libtorch")
}

fn note() -> PathBuf {
    folder().join("chosen.txt")
}

fn is_libtorch(folder: &Path) -> bool {
    folder.join("lib/libtorch_cpu.so").exists() && folder.join("include/ATen/ATen.h").exists()
}

/// A libtorch that is there: `$LIBTORCH`, else that of the Python in the path, else an earlier install of ours.
fn find() -> Result<Option<PathBuf>> {
    if let Some(given) = std::env::var_os("LIBTORCH") {
        let given = std::path::absolute(&given)
            .map_err(|error| Failure::usage(format!("LIBTORCH does not name a folder: {error}")))?;
        if !is_libtorch(&given) {
            return Err(Failure::usage(format!(
                "LIBTORCH names `{}`, which holds no `lib/libtorch_cpu.so` and `include/ATen`; unset it to have libtorch installed",
                given.display()
            )));
        }
        return Ok(Some(given));
    }
    let ours = folder();
    Ok(of_python().or_else(|| is_libtorch(&ours).then_some(ours)))
}

/// The libtorch inside an installed PyTorch of the right version.
fn of_python() -> Option<PathBuf> {
    let script = "import importlib.util, importlib.metadata\n\
                  print(importlib.metadata.version('torch').split('+')[0])\n\
                  print(importlib.util.find_spec('torch').submodule_search_locations[0])";
    let output = Command::new("python3").args(["-c", script]).output().ok().filter(|o| o.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (version, path) = text.trim().split_once('\n')?;
    if version != VERSION {
        println!("The PyTorch of `python3` is {version}, and {VERSION} is needed: it is left alone.");
        return None;
    }
    let path = PathBuf::from(path);
    is_libtorch(&path).then_some(path)
}

/// The version that a libtorch's headers name must be the one that the crate `tch` is made for.
fn check(libtorch: &Path) -> Result {
    let header = libtorch.join("include/torch/headeronly/version.h");
    let older = libtorch.join("include/torch/csrc/api/include/torch/version.h");
    let text = fs::read_to_string(&header).or_else(|_| fs::read_to_string(&older)).unwrap_or_default();
    match version_of(&text) {
        Some(version) if version == VERSION => Ok(()),
        Some(version) => Err(Failure::usage(format!(
            "the libtorch in `{}` is {version}, and {VERSION} is needed; name another one by LIBTORCH, or unset it",
            libtorch.display()
        ))),
        None => Err(Failure::usage(format!(
            "the libtorch in `{}` does not tell its version; {VERSION} is needed",
            libtorch.display()
        ))),
    }
}

/// The version in the text of a header.
fn version_of(header: &str) -> Option<String> {
    let number = |part: &str| {
        let start = format!("#define TORCH_VERSION_{part} ");
        header.lines().find_map(|line| line.strip_prefix(&start)).map(str::trim)
    };
    Some(format!("{}.{}.{}", number("MAJOR")?, number("MINOR")?, number("PATCH")?))
}

/// Installs the CPU part of libtorch from PyPI.
fn install() -> Result<PathBuf> {
    let (folder, wheels) = (folder(), folder().join("packages"));
    println!("Installing libtorch {VERSION} for the CPU (1.3 GB) into {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| about("empty", &folder, &error))?;
    }
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target"])
        .arg(&wheels)
        .args(PACKAGES)
        .env("PIP_ROOT_USER_ACTION", "ignore");
    child::run(pip)?;
    let lib = folder.join("lib");
    fs::create_dir_all(&lib).map_err(|error| about("create", &lib, &error))?;
    let link = |from: PathBuf, to: PathBuf| symlink(&from, &to).map_err(|error| about("link", &to, &error));
    for (library, place) in LIBRARIES {
        link(wheels.join(place).join(library), lib.join(library))?;
    }
    // The wheel's own would pull in all of CUDA.
    let script = lib.join("libtorch.so");
    fs::write(&script, "INPUT(-ltorch_cpu)\n").map_err(|error| about("write", &script, &error))?;
    // Last: with it the install counts as whole.
    link(wheels.join("torch/include"), folder.join("include"))?;
    Ok(folder)
}

fn about(verb: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {verb} `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_libtorch_of_another_version_is_refused_by_its_header() {
        let header = "#pragma once\n#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 15\n#define TORCH_VERSION_PATCH 0\n";
        assert_eq!(version_of(header).as_deref(), Some("2.15.0"));
        assert_eq!(version_of(""), None);
        let folder = std::env::temp_dir().join(format!("xtask-torch-{}", std::process::id()));
        let include = folder.join("include/torch/headeronly");
        fs::create_dir_all(&include).unwrap();
        fs::write(include.join("version.h"), header).unwrap();
        let sentence = check(&folder).unwrap_err().sentence;
        assert!(sentence.contains("is 2.15.0, and 2.11.0 is needed"), "{sentence}");
        fs::write(include.join("version.h"), header.replace("15", "11")).unwrap();
        check(&folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
