use super::*;
use crate::study::{
    Cell, Group, Measured, Setting, TableSeconds,
    header::{MemberHeader, TableHeader},
    metrics::Metric,
};
use crate::{
    compose::Gives,
    table::{DataSpec, Goal},
};

fn header() -> StudyHeader {
    StudyHeader {
        archcast: "1".to_owned(),
        files: Vec::new(),
        data: DataSpec::default(),
        table: TableHeader {
            origin: "t.csv".to_owned(),
            digest: "d".to_owned(),
            rows: 9,
            labelled: 9,
            space: None,
            space_digest: None,
            target: "acc".to_owned(),
            goal: Goal::Maximize,
            unit: None,
        },
        test_table: None,
        members: vec![MemberHeader {
            name: "a".to_owned(),
            description: "x/a".to_owned(),
            gives: Gives::Value,
            by_labels: true,
            by_fidelity: false,
            labels: vec![5],
            fidelities: Vec::new(),
            fingerprint: "f".to_owned(),
            varies: false,
            absent: Vec::new(),
        }],
        left_out: Vec::new(),
        labels: vec![5],
        fidelities: vec![0],
        longest_curve: None,
        test: 3,
        seed: 0,
        sampling: None,
        group: Group::Canonical,
        splits: None,
        runs: Vec::new(),
        metric: Metric::KendallTau,
    }
}

fn split(trial: usize) -> Split {
    Split { trial, test: vec![1, 2, 3], test_targets: vec![0.1, 0.2, 0.3], ..Split::default() }
}

fn line(trial: usize) -> Line {
    let setting = Setting { member: "a".to_owned(), labels: Some(5), fidelity: None };
    let answers =
        archcast_sdk::Predictions::values(vec![0.1 + trial as f64, 0.25, 0.0]).missing(2, "too short");
    let seconds = TableSeconds { initialization: Some(1.5), query: None };
    let result = CellResult::of(Cell { setting, trial }, &answers, seconds);
    Line::Cell { result: Box::new(result), measured: Measured::default() }
}

fn open(folder: &Path, trials: Range<usize>) -> Result<(Journal, Contents), StudyError> {
    let splits: Vec<Split> = trials.clone().map(split).collect();
    Journal::open(folder, &header(), trials, &splits)
}

#[test]
fn what_is_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, empty) = open(folder.path(), 0..2).unwrap();
    assert!(empty.results.is_empty());
    journal.finished(&line(1)).unwrap();
    journal.finished(&line(0)).unwrap();
    drop(journal);
    let contents = Contents::read(folder.path()).unwrap();
    assert_eq!((contents.header.clone(), contents.trials.first()), (header(), Some(&(0..2))));
    assert_eq!(contents.splits, [split(0), split(1)]);
    let first = contents.results.values().next().unwrap();
    let Line::Cell { result, .. } = line(0) else { panic!() };
    assert_eq!(first.0, *result);
    assert_eq!(first.0.predictions, [Some(0.1), Some(0.25), None]);
    assert_eq!(first.0.missing["too short"], [2]);
}

#[test]
fn a_line_that_was_cut_short_is_dropped_at_any_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), 0..2).unwrap();
    journal.finished(&line(0)).unwrap();
    let whole = fs::read(folder.path().join(JOURNAL)).unwrap();
    journal.finished(&line(1)).unwrap();
    drop(journal);
    let both = fs::read(folder.path().join(JOURNAL)).unwrap();
    for cut in whole.len()..both.len() {
        fs::write(folder.path().join(JOURNAL), &both[..cut]).unwrap();
        let (mut journal, contents) = open(folder.path(), 0..2).unwrap();
        assert_eq!(contents.results.len(), 1, "{cut}");
        journal.finished(&line(1)).unwrap();
        drop(journal);
        assert_eq!(fs::read(folder.path().join(JOURNAL)).unwrap(), both, "{cut}");
    }
}

#[test]
fn more_trials_are_added_to_those_that_are_there() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path(), 0..2).unwrap());
    drop(open(folder.path(), 0..2).unwrap());
    let (_, contents) = open(folder.path(), 1..4).unwrap();
    assert_eq!(contents.trials, [0..2, 1..4]);
    assert_eq!(contents.splits.len(), 4);
}

#[test]
fn two_cannot_write_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let held = open(folder.path(), 0..1).unwrap();
    assert!(matches!(open(folder.path(), 0..1), Err(StudyError::Locked { .. })));
    drop(held);
    assert!(open(folder.path(), 0..1).is_ok());
}

#[test]
fn another_study_and_a_newer_journal_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path(), 0..1).unwrap());
    let other = StudyHeader { seed: 7, ..header() };
    let error = Journal::open(folder.path(), &other, 0..1, &[]).unwrap_err().to_string();
    assert!(error.contains("its seed: 0 there, 7 here"), "{error}");
    let path = folder.path().join(JOURNAL);
    fs::write(&path, "{\"archcast_journal\":2,\"what\":\"else\"}\n").unwrap();
    let error = open(folder.path(), 0..1).unwrap_err().to_string();
    assert!(error.contains("has version 2 of the journal") && error.contains("up to 1"), "{error}");
}

#[test]
fn a_damaged_line_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), 0..2).unwrap();
    journal.finished(&line(0)).unwrap();
    drop(journal);
    let path = folder.path().join(JOURNAL);
    let text = fs::read_to_string(&path).unwrap() + "{\"result\":\n";
    fs::write(&path, text).unwrap();
    let error = open(folder.path(), 0..2).unwrap_err().to_string();
    assert!(error.contains("is damaged at line 3"), "{error}");
}

#[test]
fn halves_join_to_the_whole_and_strangers_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, trial) in [("one", 0), ("two", 1)] {
        let (mut journal, _) = open(&at(name), trial..trial + 1).unwrap();
        journal.finished(&line(trial)).unwrap();
    }
    assert_eq!(join(&[at("one"), at("two")], &at("both")).unwrap(), 2);
    let both = Contents::read(&at("both")).unwrap();
    assert_eq!((both.results.len(), both.trials.len(), both.splits.len()), (2, 2, 2));
    assert!(join(&[at("one"), at("two")], &at("both")).is_err());
    let other = StudyHeader { seed: 7, ..header() };
    drop(Journal::open(&at("three"), &other, 1..2, &[split(1)]).unwrap());
    assert!(matches!(join(&[at("one"), at("three")], &at("x")), Err(StudyError::NoJoin { .. })));
}
