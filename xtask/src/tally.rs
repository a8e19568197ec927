//! Counting tests from the lines that `cargo test` prints.
//!
//! The harness has no stable machine-readable form. Its closing line per test program is stable enough:
//! `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`.

/// Passed, failed and ignored tests.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// The sum over all test programs of one `cargo test`.
#[derive(Debug, Default)]
pub struct Tally {
    total: Counts,
    unfinished: usize,
    ignored: Vec<String>,
    program: Program,
}

/// The test program whose lines are being read.
#[derive(Debug, Default)]
struct Program {
    /// rustdoc may run a crate's examples in several groups, each with a result of its own.
    documentation: bool,
    started: bool,
    results: Vec<Counts>,
}

impl Tally {
    /// Reads one line, without its end.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if line.starts_with("Doc-tests ") {
            self.next_program(true);
        } else if line.starts_with("Running ") && line.ends_with(')') {
            self.next_program(false);
        } else if line.starts_with("running ") && (line.ends_with(" tests") || line.ends_with(" test")) {
            self.program.started = true;
        } else if let Some(counts) = line.strip_prefix("test result: ").and_then(counts) {
            self.program.results.push(counts);
        } else if let Some(ignored) = ignored(line) {
            self.ignored.push(ignored);
        }
    }

    /// Says that there are no more lines, and that cargo ended well or not.
    pub fn finish(&mut self, success: bool) {
        self.next_program(false);
        if success {
            // What looked like a crash was the output of a `cargo test` that a test ran.
            self.unfinished = 0;
        } else if self.failed() == 0 {
            // Something that does not compile, for one: no program then reports anything.
            self.unfinished = 1;
        }
    }

    fn next_program(&mut self, documentation: bool) {
        let program = std::mem::replace(&mut self.program, Program { documentation, ..Program::default() });
        if program.documentation {
            program.results.into_iter().for_each(|counts| self.total.add(counts));
        } else if let Some(last) = program.results.last() {
            // Earlier ones are not its own but of a `cargo test` that one of its tests ran.
            self.total.add(*last);
        } else if program.started {
            self.unfinished += 1;
        }
    }

    /// Takes in what another `cargo test` said, which must have been finished.
    pub fn add(&mut self, other: Tally) {
        self.total.add(other.total);
        self.unfinished += other.unfinished;
        self.ignored.extend(other.ignored);
    }

    /// Tests that passed.
    pub fn passed(&self) -> usize {
        self.total.passed
    }

    /// Tests that failed; a program that ended without a result counts as one.
    pub fn failed(&self) -> usize {
        self.total.failed + self.unfinished
    }

    /// Tests that are marked `#[ignore]`.
    pub fn ignored(&self) -> usize {
        self.total.ignored
    }

    /// Steps that ended without a result: a crash, or a test that did not compile.
    pub fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// The ignored tests, `NAME` or `NAME: WHY`.
    pub fn ignored_tests(&self) -> &[String] {
        &self.ignored
    }
}

/// `ok. 3 passed; 0 failed; 1 ignored; …` as numbers.
fn counts(text: &str) -> Option<Counts> {
    let (_, text) = text.split_once(". ")?;
    let mut counts = Counts::default();
    for part in text.split("; ") {
        match part.split_once(' ')? {
            (n, "passed") => counts.passed = n.parse().ok()?,
            (n, "failed") => counts.failed = n.parse().ok()?,
            (n, "ignored") => counts.ignored = n.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

/// `test NAME ... ignored` or `test NAME ... ignored, WHY`.
fn ignored(line: &str) -> Option<String> {
    let (name, rest) = line.strip_prefix("test ")?.rsplit_once(" ... ignored")?;
    match rest.strip_prefix(", ") {
        Some(why) => Some(format!("{name}: {why}")),
        None => rest.is_empty().then(|| name.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str, success: bool) -> Tally {
        let mut tally = Tally::default();
        text.lines().for_each(|line| tally.read(line));
        tally.finish(success);
        tally
    }

    #[test]
    fn programs_are_summed_and_ignored_tests_named() {
        let tally = tally(
            "     Running unittests src/lib.rs (target/release/deps/a-1)\n\
             running 2 tests\n\
             test one ... ok\n\
             test two ... ignored, needs a day\n\
             test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                Doc-tests a\n\
             running 1 test\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             running 3 tests\n\
             test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
            false,
        );
        assert_eq!((tally.passed(), tally.failed(), tally.ignored()), (4, 1, 1));
        assert_eq!(tally.ignored_tests(), ["two: needs a day"]);
    }

    #[test]
    fn two_runs_add_up() {
        let one = "running 2 tests\ntest a ... ignored\n\
                   test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let mut both = tally(one, true);
        both.add(tally("error: could not compile `a` (lib)\n", false));
        assert_eq!((both.passed(), both.failed(), both.ignored(), both.unfinished()), (1, 1, 1, 1));
    }

    #[test]
    fn a_test_that_runs_cargo_test_itself_does_not_count_twice() {
        let tally = tally(
            "     Running tests/new.rs (target/release/deps/new-1)\n\
             running 1 test\n\
             running 5 tests\n\
             test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 9.00s\n",
            true,
        );
        assert_eq!((tally.passed(), tally.failed()), (1, 0));
    }

    #[test]
    fn a_program_without_a_result_is_a_failure() {
        let crash = tally("     Running tests/a.rs (target/release/deps/a-1)\nrunning 4 tests\n", false);
        assert_eq!((crash.passed(), crash.failed(), crash.unfinished()), (0, 1, 1));
        let broken = tally("error: could not compile `a` (lib)\n", false);
        assert_eq!((broken.passed(), broken.failed(), broken.unfinished()), (0, 1, 1));
    }
}
