use super::*;
use archcast_sdk::{LocalServices, header::FeatureKind};

fn info(name: &str, role: Role) -> FeatureInfo {
    FeatureInfo { name: name.into(), kind: FeatureKind::Number, role }
}

/// Rows of some scores, NaN where one is missing.
fn data(names: &[&str], values: &[f64]) -> DatasetBuilder<'static> {
    let infos = names.iter().map(|name| info(name, Role::Member((*name).into()))).collect();
    let validity: Vec<u8> = values.iter().map(|value| u8::from(!value.is_nan())).collect();
    DatasetBuilder::new(values.len() / names.len()).feature_matrix(infos, values.to_vec(), validity)
}

fn learn(data: &DatasetBuilder<'_>, labelled: usize) -> Result<Scores> {
    let services = LocalServices::new(0);
    let labelled: Vec<usize> = (0..labelled).collect();
    Scores::of(&data.view()?, &labelled, &Context::new(&services, &|_| None))
}

fn ask(scores: &Scores, data: &DatasetBuilder<'_>, first: u32) -> Vec<Vec<u32>> {
    let view = data.view().unwrap();
    let features = scores.source(&view).unwrap().unwrap();
    (0..view.rows()).map(|row| scores.tokens(&features, row, first)).collect()
}

/// 0, 1, … below n, mixed up.
fn whole(n: usize) -> Vec<f64> {
    (0..n).map(|place| (place * 7 % n) as f64).collect()
}

#[test]
fn bounds_are_those_of_naslib() {
    // From `get_lce_bins` on the same numbers.
    assert_eq!(bounds(whole(1)).unwrap(), [0.0]);
    assert_eq!(bounds(whole(9)).unwrap(), [4.0]);
    assert_eq!(bounds(whole(11)).unwrap(), [6.0]);
    assert_eq!(bounds(whole(25)).unwrap(), [5.0, 10.0, 15.0, 20.0]);
    assert_eq!(bounds(whole(46)).unwrap(), [6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0]);
    assert_eq!(bounds(whole(100)).unwrap(), [12.0, 24.0, 36.0, 48.0, 60.0, 72.0, 84.0, 96.0]);
    assert_eq!(bounds(Vec::new()), None);
}

#[test]
fn equal_bounds_are_one() {
    assert_eq!(bounds(vec![3.0; 50]).unwrap(), [3.0]);
    let mut ties = vec![1.0; 12];
    ties.extend([2.0, 3.0, 4.0]);
    assert_eq!(bounds(ties).unwrap(), [1.0]);
}

#[test]
fn a_score_sets_the_first_bin_whose_bound_exceeds_it() {
    let scores = learn(&data(&["a"], &whole(11)), 11).unwrap();
    assert_eq!((scores.steps(), scores.vocabulary()), (2, 2));
    let asked = data(&["a"], &[5.9, 6.0, -9.0, 99.0, f64::NAN]);
    assert_eq!(ask(&scores, &asked, 9), [[10, 9], [9, 10], [10, 9], [9, 10], [9, 9]]);
}

#[test]
fn scores_follow_each_other_each_with_two_tokens_of_its_own() {
    let train = data(&["a", "b"], &[1.0, 7.0, 2.0, 8.0, 3.0, 9.0]);
    let scores = learn(&train, 3).unwrap();
    assert_eq!((scores.steps(), scores.vocabulary()), (4, 4));
    assert_eq!(ask(&scores, &train, 5), [[6, 5, 8, 7], [5, 6, 7, 8], [5, 6, 7, 8]]);
}

#[test]
fn a_constant_score_is_above_its_bound() {
    let train = data(&["a"], &[4.0; 20]);
    let scores = learn(&train, 20).unwrap();
    assert_eq!(ask(&scores, &train, 0), vec![[0, 1]; 20]);
    assert_eq!(ask(&scores, &data(&["a"], &[3.0]), 0), [[1, 0]]);
}

#[test]
fn rows_without_a_label_move_no_bound() {
    let train = data(&["a"], &[1.0, 2.0, 3.0, 50.0, 60.0]);
    assert_eq!(learn(&train, 3).unwrap().scores[0].bounds, [2.0]);
}

#[test]
fn a_score_that_no_labelled_row_has_is_left_out() {
    let train = data(&["a", "b"], &[f64::NAN, 1.0, f64::NAN, 2.0, 5.0, 3.0]);
    let scores = learn(&train, 2).unwrap();
    assert_eq!(scores.scores, [Score { feature: 1, bounds: vec![2.0] }]);
    assert_eq!(ask(&scores, &train, 0), [[1, 0], [0, 1], [0, 1]]);
    let none = learn(&data(&["a"], &[f64::NAN; 3]), 3).unwrap();
    assert_eq!((none.steps(), none.vocabulary()), (0, 0));
    assert!(none.source(&DatasetBuilder::new(1).view().unwrap()).unwrap().is_none());
}

#[test]
fn encodings_and_scores_that_are_not_finite_are_refused_by_name() {
    let encoding = info("0-1=skip", Role::Encoding("adjacency-one-hot".into()));
    let encoded = DatasetBuilder::new(2).feature_matrix(vec![encoding], vec![0.0, 1.0], Vec::new());
    let error = learn(&encoded, 2).unwrap_err();
    assert!(error.message().starts_with("`adjacency-one-hot` is an encoding"), "{error}");
    for bad in [f64::NAN, f64::INFINITY] {
        let infos = vec![info("a", Role::Column)];
        let data = DatasetBuilder::new(2).feature_matrix(infos, vec![1.0, bad], Vec::new());
        assert_eq!(learn(&data, 2).unwrap_err().message(), "`a` of row 1 is not a finite number");
    }
}

#[test]
fn queries_with_other_features_are_refused() {
    let scores = learn(&data(&["a"], &[1.0, 2.0]), 2).unwrap();
    let error = scores.source(&data(&["a", "b"], &[1.0, 2.0]).view().unwrap()).unwrap_err();
    assert_eq!(error.message(), "2 features, but the model was fitted on 1");
}
