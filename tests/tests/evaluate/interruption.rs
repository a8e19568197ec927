//! Ending a study in the middle, and going on.

use super::{LINEAR, Place};
use archcast::study::JOURNAL;
use std::{
    fs,
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

/// A study of many small cells.
const STUDY: &str = "evaluate linear.toml --labels 5,10,20,40 --trials 12 --threads 2";

#[test]
fn a_study_that_is_killed_again_and_again_has_the_results_of_one_that_was_not() {
    let place = Place::linear();
    place.run(&format!("{STUDY} --out whole")).succeeded();
    let whole = place.finished("whole");
    let mut kills = 0;
    // The journal's own growth says when to kill, so that each run gets somewhere.
    for step in 1.. {
        let mut child = place
            .command(&format!("{STUDY} --out killed"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let journal = place.path("killed").join(JOURNAL);
        let before = fs::metadata(&journal).map_or(0, |file| file.len());
        let ended = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Some(status);
            }
            if fs::metadata(&journal).map_or(0, |file| file.len()) > before + 500 + step * 3000 {
                break None;
            }
            sleep(Duration::from_millis(1));
        };
        if let Some(status) = ended {
            assert!(status.success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    assert!(kills > 2, "{kills}");
    assert_eq!(place.finished("killed"), whole);
    assert_eq!(place.results("killed"), place.results("whole"));
}

#[test]
fn halves_by_trials_join_to_the_whole() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out whole --trials 6").succeeded();
    place.run("evaluate linear.toml --out first --trials 3").succeeded();
    place.run("evaluate linear.toml --out second --trials 3..6").succeeded();
    place.run("evaluate join first second --out joined").succeeded();
    assert_eq!(place.finished("joined"), place.finished("whole"));
    assert_eq!(place.results("joined"), place.results("whole"));
    assert_eq!(place.read("joined/splits.jsonl"), place.read("whole/splits.jsonl"));
    // The same command on the joined folder finds nothing to do.
    let before = place.read(&format!("joined/{JOURNAL}"));
    place.run("evaluate linear.toml --out joined --trials 6").succeeded();
    let after = place.read(&format!("joined/{JOURNAL}"));
    assert_eq!(before.matches("\"result\"").count(), after.matches("\"result\"").count());
}

#[test]
fn a_torn_last_line_is_run_again() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s --threads 1").succeeded();
    let (finished, path) = (place.finished("s"), place.path("s").join(JOURNAL));
    let text = fs::read(&path).unwrap();
    fs::write(&path, &text[..text.len() - 37]).unwrap();
    assert_eq!(place.open("s").done().0, 14);
    place.run("evaluate linear.toml --out s").succeeded();
    assert_eq!(place.finished("s"), finished);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_study_at_once_with_the_journal_whole() {
    // It looks at nothing for seconds.
    let place = Place::new(&["fixture-rogue"]);
    place.write(
        "s.toml",
        &format!("{LINEAR}\n[member.rogue]\nuse = \"rogue/rogue\"\nparams = {{ crime = \"deaf\" }}\n"),
    );
    let child = place
        .command("evaluate s.toml --out s --threads 2")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let journal = place.path("s").join(JOURNAL);
    let begun = || fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"result\""));
    let waited = Instant::now();
    while !begun() && waited.elapsed() < Duration::from_secs(120) {
        sleep(Duration::from_millis(10));
    }
    let asked = Instant::now();
    let signal = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let output = child.wait_with_output().unwrap();
    let took = asked.elapsed();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("interrupted with ") && said.contains("the same command goes on from there"),
        "{said}"
    );
    // The predictor would go on for seconds more; a busy machine may add to what is a second on an idle one.
    assert!(took < Duration::from_millis(2500), "{took:?}");
    let text = place.read(&format!("s/{JOURNAL}"));
    assert!(text.ends_with('\n'));
}
