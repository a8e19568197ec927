//! `cargo xtask demo`: from a fresh checkout to a ranking, as a user would type it.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::failure::{Failure, Result};
use crate::{build, child, places};

/// The hybrid that is shown, and on a table of the user's the composition that asks nothing of its columns.
const HYBRID: &str = "templates/ensembles/omni-nas-bench-201.toml";
const FIRST: &str = "templates/ensembles/first.toml";

/// Builds, lists the plugins, measures a hybrid beside each of its members, and ranks architectures with it.
pub fn run(args: &[String]) -> Result {
    let table = table(args)?;
    build::run()?;

    let start = Instant::now();
    let folder = places::target().join("demo");
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::new(format!("cannot create `{}`: {error}", folder.display())))?;
    // The commands run in the root, so a path below it can be shown short.
    let folder = folder.strip_prefix(places::root()).unwrap_or(&folder);
    let (model, study) = (folder.join("hybrid.model"), folder.join("hybrid.study"));
    let config = if table.is_some() { FIRST } else { HYBRID };
    let more: Vec<&OsStr> = table.iter().flat_map(|file| ["--table".as_ref(), file.as_os_str()]).collect();

    step(&["plugins", "list"].map(OsStr::new), &[])?;
    if table.is_none() {
        // Not the seed by which its members were chosen.
        let budget = ["--labels=100", "--trials=20", "--test=500", "--seed=1", "--out"].map(OsStr::new);
        step(&["evaluate".as_ref(), config.as_ref()], &[&budget[..], &[study.as_os_str()]].concat())?;
    }
    step(&["fit".as_ref(), config.as_ref(), "-o".as_ref(), model.as_os_str()], &more)?;
    step(&["predict".as_ref(), model.as_os_str(), "--top".as_ref(), "10".as_ref()], &more)?;
    println!("\n{:.1} s after the build", start.elapsed().as_secs_f64());
    Ok(())
}

fn step(args: &[&OsStr], more: &[&OsStr]) -> Result {
    println!();
    let mut command = Command::new(places::release().join("archcast"));
    command.args(args).args(more).current_dir(places::root());
    child::run(command)
}

/// The table on the command line. It is meant from where the user stands, which need not be the root.
fn table(args: &[String]) -> Result<Option<PathBuf>> {
    let file = match args {
        [] => return Ok(None),
        [flag, file] if flag == "--table" => file.as_str(),
        [both] if both.starts_with("--table=") => &both["--table=".len()..],
        _ => {
            let given = args.join(" ");
            return Err(Failure::usage(format!(
                "`demo` takes `--table FILE` or nothing, but was given `{given}`"
            )));
        }
    };
    if file.starts_with("builtin:") {
        return Ok(Some(file.into()));
    }
    std::path::absolute(file)
        .map(Some)
        .map_err(|error| Failure::usage(format!("the table `{file}` is not a path: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Option<PathBuf>> {
        table(&args.iter().map(|arg| arg.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn the_table_is_a_path_from_where_the_user_stands() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(parsed(&[]).unwrap(), None);
        assert_eq!(parsed(&["--table", "my.csv"]).unwrap(), Some(here.join("my.csv")));
        assert_eq!(parsed(&["--table=my.csv"]).unwrap(), Some(here.join("my.csv")));
        assert_eq!(parsed(&["--table", "builtin:x"]).unwrap(), Some("builtin:x".into()));
        assert_eq!(parsed(&["--table"]).unwrap_err().code, 2);
    }
}
