use super::*;
use crate::table::DataSpec;
use proptest::prelude::*;
use std::{path::Path, sync::OnceLock};

fn cells() -> &'static Rows {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    ROWS.get_or_init(|| {
        let spec = DataSpec { table: Some("builtin:nas-bench-201".into()), ..DataSpec::default() };
        Rows::read(&spec, Path::new(".")).unwrap()
    })
}

fn tables() -> Tables<'static> {
    Tables { train: cells(), test: None }
}

fn drawing(labels: usize, sampling: Sampling) -> Drawing {
    Drawing { seed: 3, test: 40, labels, sampling, group: Group::Canonical }
}

fn groups(rows: &[usize]) -> HashSet<u128> {
    rows.iter().map(|&row| group_of(cells(), row, Group::Canonical)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_smaller_number_of_labels_is_a_prefix_of_a_larger_one(few in 1usize..60, more in 60usize..200, trial in 0usize..9) {
        for sampling in [Sampling::Uniform, Sampling::Mutation] {
            let draw = |labels| drawing(labels, sampling).draw(tables(), trial..trial + 1).unwrap().remove(0);
            let (small, large) = (draw(few), draw(more));
            prop_assert_eq!(&small.test, &large.test);
            prop_assert_eq!(&small.train[..], &large.train[..few]);
            prop_assert!(groups(&large.test).is_disjoint(&groups(&large.train)));
            let different: HashSet<usize> = large.train.iter().chain(&large.test).copied().collect();
            prop_assert_eq!(different.len(), more + 40);
        }
    }
}

#[test]
fn trials_differ_and_do_not_depend_on_which_others_are_drawn() {
    let all = drawing(20, Sampling::Uniform).draw(tables(), 0..4).unwrap();
    let part = drawing(20, Sampling::Uniform).draw(tables(), 2..4).unwrap();
    assert_eq!(all[2..], part[..]);
    assert_ne!(all[0].test, all[1].test);
}

#[test]
fn training_rows_of_a_local_set_are_one_step_from_a_test_row() {
    let split = drawing(50, Sampling::Mutation).draw(tables(), 0..1).unwrap().remove(0);
    let genotypes = cells().genotypes().unwrap();
    let distance =
        |a: usize, b: usize| genotypes.row(a).iter().zip(genotypes.row(b)).filter(|(a, b)| a != b).count();
    for &row in &split.train {
        assert!(split.test.iter().any(|&tested| distance(row, tested) == 1));
    }
    assert!(split.redrawn > 0);
}

#[test]
fn more_labels_than_rows_are_refused_with_the_most_that_there_can_be() {
    let error = drawing(20_000, Sampling::Uniform).draw(tables(), 0..1).unwrap_err();
    let StudyError::TooFewRows { possible, .. } = error else { panic!("{error}") };
    assert!(possible > 13_000 && possible < 15_600, "{possible}");
    assert!(drawing(possible, Sampling::Uniform).draw(tables(), 0..1).is_ok());
}

#[test]
fn splits_are_written_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("splits.csv");
    let splits = drawing(10, Sampling::Uniform).draw(tables(), 3..5).unwrap();
    write_splits(&path, &splits, tables()).unwrap();
    assert_eq!(read_splits(&path, tables()).unwrap(), splits);
    std::fs::write(&path, "trial,set,id\n0,test,nothing\nx,test,a\n0,tset,a\n").unwrap();
    let message = read_splits(&path, tables()).unwrap_err().to_string();
    for part in ["line 2: `nothing` is no row", "line 3: `x` is no number", "line 4: `tset` is no set"] {
        assert!(message.contains(part), "{part}\n{message}");
    }
}
