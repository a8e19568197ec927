//! `cargo xtask build`: everything in the workspace, and the plugins where the host finds them.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::Path;

use crate::child;
use crate::failure::{Failure, Result};
use crate::{places, torch};

/// Builds the host, the plugins and the tests' fixture plugins, then places the plugins.
pub fn run() -> Result {
    child::run(child::cargo(&["build", "--release", "--workspace"])?)?;
    torch::build()?;
    place_plugins(&places::release())
}

/// Copies the plugins into `plugins.d` beside the host, one of the folders that it searches.
///
/// A folder of their own, because cargo builds the fixture plugins of the tests beside them, and those have
/// no business in a user's list.
pub fn place_plugins(release: &Path) -> Result {
    let folder = release.join("plugins.d");
    fs::create_dir_all(&folder).map_err(|error| about("create", &folder, &error))?;
    let start = format!("{DLL_PREFIX}archcast_plugin_");
    for entry in fs::read_dir(release).map_err(|error| about("read", release, &error))? {
        let entry = entry.map_err(|error| about("read", release, &error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&start) && name.ends_with(DLL_SUFFIX) {
            place(&entry.path(), &folder.join(&*name))?;
        }
    }
    Ok(())
}

/// Copies a library, aside first: a process that has the old file loaded keeps it whole.
fn place(from: &Path, to: &Path) -> Result {
    let new = fs::read(from).map_err(|error| about("read", from, &error))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    let aside = to.with_extension(format!("new-{}", std::process::id()));
    fs::write(&aside, new).map_err(|error| about("write", &aside, &error))?;
    fs::rename(&aside, to).map_err(|error| about("replace", to, &error))
}

fn about(verb: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {verb} `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_plugins_are_placed_and_only_when_changed() {
        let release = std::env::temp_dir().join(format!("xtask-place-{}", std::process::id()));
        fs::create_dir_all(&release).unwrap();
        let real = format!("{DLL_PREFIX}archcast_plugin_x{DLL_SUFFIX}");
        let fixture = format!("{DLL_PREFIX}fixture_x{DLL_SUFFIX}");
        fs::write(release.join(&real), "one").unwrap();
        fs::write(release.join(fixture), "two").unwrap();

        place_plugins(&release).unwrap();
        let placed = release.join("plugins.d").join(&real);
        let before = fs::metadata(&placed).unwrap().modified().unwrap();
        place_plugins(&release).unwrap();
        assert_eq!(fs::metadata(&placed).unwrap().modified().unwrap(), before);

        fs::write(release.join(&real), "three").unwrap();
        place_plugins(&release).unwrap();
        assert_eq!(fs::read_to_string(&placed).unwrap(), "three");
        assert_eq!(fs::read_dir(release.join("plugins.d")).unwrap().count(), 1);
        fs::remove_dir_all(release).unwrap();
    }
}
