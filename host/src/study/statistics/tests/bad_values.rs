use super::*;

#[test]
fn nothing_one_value_and_equal_values_have_sound_answers() {
    assert_eq!((mean(&[]), standard_deviation(&[]), standard_deviation(&[1.0])), (None, None, None));
    assert_eq!(student_t_interval(&[1.0], 0.95), None);
    let whole = Some(Interval { lower: 2.0, upper: 2.0 });
    assert_eq!(student_t_interval(&[2.0, 2.0], 0.95), whole);
    assert_eq!(bootstrap_interval(&[2.0; 20], 0.95, &Resamples::new(20, 1)), whole);
    for trials in 0..3 {
        assert_eq!(bootstrap_interval(&[], 0.95, &Resamples::new(trials, 1)), None);
    }
    let empty = wilcoxon_signed_rank(&[]);
    assert_eq!((empty.p, empty.counted), (1.0, 0));
    assert_eq!(wilcoxon_signed_rank(&[0.0, -0.0]).p, 1.0);
    assert_eq!(wilcoxon_signed_rank(&[3.0]).p, 1.0);
    assert!(wilcoxon_signed_rank(&[f64::INFINITY, f64::NEG_INFINITY, 1.0]).p <= 1.0);
    assert!(wilcoxon_signed_rank(&[f64::NAN, 1.0]).p <= 1.0);
    assert!(holm(&[]).is_empty());
    assert_eq!(holm(&[0.9]), [0.9]);
    assert_eq!(corrected_resampled_t(&[], 0.0), None);
    assert_eq!(corrected_resampled_t(&[1.0], 0.0), None);
    assert_eq!(corrected_resampled_t(&[1.0, 2.0], -1.0), None);
    assert_eq!(corrected_resampled_t(&[0.0, 0.0], 1.0).unwrap().p, 1.0);
    assert_eq!(corrected_resampled_t(&[1.0, 1.0], 1.0).unwrap().p, 0.0);
    assert_eq!(bayesian_signed_rank(&[], 0.01, 1), None);
    assert_eq!(bayesian_signed_rank(&[f64::NAN], 0.01, 1), None);
    assert_eq!(bayesian_signed_rank(&[0.0], 0.0, 1).unwrap().equal, 1.0);
    assert_eq!(paired_difference(&[], &[], &Resamples::new(0, 1)), None);
    assert_eq!(paired_difference(&[1.0], &[1.0, 2.0], &Resamples::new(1, 1)), None);
    assert_eq!(paired_difference(&[1.0], &[2.0], &Resamples::new(1, 1)).unwrap().lost, 1.0);
}

#[test]
fn a_comparison_names_what_is_missing() {
    let compare = |values: &[f64], trials| {
        let one = Contender { name: "a", values, query: 0.0, initialization: 0.0 };
        compare_with_best(&[one], Margins::CORRELATION, &Resamples::new(trials, 1))
    };
    assert_eq!(
        compare_with_best(&[], Margins::NONE, &Resamples::new(0, 1)).unwrap_err(),
        CompareError::Nobody
    );
    assert_eq!(compare(&[], 0).unwrap_err(), CompareError::NoTrial);
    let error = compare(&[0.5], 2).unwrap_err().to_string();
    assert_eq!(error, "`a` has 1 trials, and 2 are compared; every predictor needs a value for every trial");
    let error = compare(&[0.5, f64::NAN], 2).unwrap_err().to_string();
    assert_eq!(error, "trial 1 of `a` has no finite value");
    assert!(compare(&[0.5, 0.6], 2).unwrap().others.is_empty());
}

#[test]
fn friedmans_test_of_too_little_or_of_ties_alone_has_a_sound_answer() {
    assert_eq!(friedman(&[]), Err(FriedmanError::TooFew { tables: 0, predictors: 0 }));
    assert_eq!(friedman(&[vec![1.0, 2.0]]), Err(FriedmanError::TooFew { tables: 1, predictors: 2 }));
    let uneven = FriedmanError::Uneven { table: 1, found: 1, expected: 2 };
    assert_eq!(friedman(&[vec![1.0, 2.0], vec![1.0]]), Err(uneven));
    let missing = FriedmanError::NotANumber { table: 1, predictor: 0 };
    assert_eq!(friedman(&[vec![1.0, 2.0], vec![f64::NAN, 1.0]]), Err(missing));
    let tied = friedman(&[vec![1.0, 1.0], vec![2.0, 2.0]]).unwrap();
    assert_eq!((tied.chi_squared, tied.chi_squared_p, tied.f_p), (0.0, 1.0, 1.0));
    let agreed = friedman(&[vec![1.0, 2.0, 3.0], vec![2.0, 4.0, f64::INFINITY]]).unwrap();
    assert_eq!((agreed.mean_ranks, agreed.f_p), (vec![3.0, 2.0, 1.0], 0.0));
    assert_eq!(
        (critical_difference(1, 6), critical_difference(11, 6), critical_difference(2, 0)),
        (None, None, None)
    );
}
