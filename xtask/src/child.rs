//! Running other programs in the workspace's root, with their output where ours goes.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitStatus};

use crate::failure::{Failure, Result};
use crate::{native, places};

/// A call of cargo in the workspace's root, with what native libraries need.
///
/// # Errors
/// When a tool is missing and cannot be fetched.
pub fn cargo(args: &[&str]) -> Result<Command> {
    let mut command = Command::new(places::cargo());
    command.args(args).current_dir(places::root());
    for (name, value) in native::variables()? {
        command.env(name, value);
    }
    Ok(command)
}

/// Shows the command as one would type it, runs it and waits for it; a failure carries its exit code on.
pub fn run(mut command: Command) -> Result {
    let line = typed(&command);
    println!("$ {line}");
    // The child writes to the same terminal: what we have said must be there first.
    std::io::stdout().flush().ok();
    let status = command.status().map_err(|error| cannot_start(&line, &error))?;
    outcome(&line, status)
}

/// What an exit status means for the task.
pub fn outcome(line: &str, status: ExitStatus) -> Result {
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0).unwrap_or(1);
    Err(Failure { sentence: format!("`{line}` failed ({status})"), code })
}

/// The failure of a program that could not even be started.
pub fn cannot_start(line: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{line}` could not be started: {error}"))
}

/// The command as one would type it: the program by its name, words with blanks quoted.
pub fn typed(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args()).map(quoted);
    words.collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/some/where/archcast");
        command.args(["fit", "my table.csv", "--top", "10"]);
        assert_eq!(typed(&command), "archcast fit 'my table.csv' --top 10");
    }
}
