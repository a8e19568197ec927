use super::*;
use crate::{seal, test_data::*};
use archcast_sdk::{ErrorKind, NativeState, header::FeatureKind, parameters::schema_of, serde_json::json};

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<LightGbm>();
}

/// Made by `lightgbm==4.7.0` from PyPI on the same cells; `tests/peers/gbdt.py` compares more of them.
#[test]
fn predictions_are_those_of_the_python_package() {
    let (train, asked) = vectors();
    let unsampled = Params { feature_fraction: 1.0, bagging_freq: 0, ..Params::default() };
    for (params, seed, want) in [
        (Params::default(), 0, [0.711169523, -0.219314192, 0.142876762, -1.056284415, -2.854086288]),
        (Params::default(), 7, [0.932335058, -0.536954034, 0.331472392, -0.713574879, -2.311828492]),
        (unsampled, 0, [1.255835095, -0.012883153, -0.226426917, -0.558319556, -2.994186119]),
    ] {
        let model: LightGbm = fit(&params, &train, seed).unwrap();
        near(&means(&model, &asked), &want, 1e-8);
    }
}

#[test]
fn importance_is_by_gain_and_sums_to_one() {
    let model: LightGbm = fit(&Params::default(), &vectors().0, 0).unwrap();
    let shares = model.importance().unwrap();
    assert_eq!(shares.len(), 30);
    near(&[shares.iter().sum()], &[1.0], 1e-9);
    assert!(shares.iter().all(|&share| (0.0..0.9).contains(&share)), "{shares:?}");
}

#[test]
fn fits_on_several_threads_at_once_are_those_made_alone() {
    concurrent_fits_are_serial_ones::<LightGbm>(&Params { rounds: 60, ..Params::default() });
}

#[test]
fn a_damaged_state_is_refused() {
    damaged_states_are_refused::<LightGbm>(&Params { rounds: 20, ..Params::default() });
}

#[test]
fn a_sealed_state_that_the_library_cannot_read_is_an_error() {
    for (bytes, words) in [
        (&b"rubbish"[..], "LightGBM"),
        (b"tree\nversion=v4\n", "LightGBM"),
        (b"a\0b", "no text"),
        (b"\xff", "no text"),
    ] {
        let error = Booster::from_bytes(&seal::close(bytes)).err().unwrap();
        assert!(error.message().contains(words), "{error}");
    }
}

#[test]
fn the_librarys_own_words_come_with_the_parameters_name() {
    let plain = Params::default;
    for (params, name, words) in [
        (Params { num_leaves: 1, ..plain() }, "num_leaves", "Check failed: (num_leaves)"),
        (Params { learning_rate: -1.0, ..plain() }, "learning_rate", "Check failed: (learning_rate)"),
        (Params { feature_fraction: 1.5, ..plain() }, "feature_fraction", "Check failed: (feature_fraction)"),
        (Params { lambda_l2: -1.0, ..plain() }, "lambda_l2", "Check failed: (lambda_l2)"),
    ] {
        let error = fit::<LightGbm>(&params, &vectors().0, 0).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadParameter, "{error}");
        assert_eq!(error.details().parameter.as_deref(), Some(name));
        assert!(
            error.message().contains("is refused by LightGBM") && error.message().contains(words),
            "{error}"
        );
    }
}

#[test]
fn an_exception_of_the_library_is_an_error_and_the_model_goes_on() {
    let (train, asked) = vectors();
    let model: LightGbm = fit(&Params { rounds: 5, ..Params::default() }, &train, 0).unwrap();
    let before = means(&model, &asked);
    let rows = Training::of(&train.view().unwrap()).unwrap();
    let error = Data::new(&rows, "num_leaves=1", None).err().unwrap();
    assert!(error.message().ends_with("LightGBM: Check failed: (num_leaves) > (1)"), "{error}");
    assert_eq!(means(&model, &asked), before);
}

#[test]
fn a_fit_of_100_000_trees_ends_when_asked() {
    a_long_fit_ends_when_asked::<LightGbm>(&Params { rounds: 100_000, ..Params::default() });
}

#[test]
fn poor_data_give_sound_answers_all_the_same() {
    let params = Params { bagging_freq: 0, feature_fraction: 1.0, ..Params::default() };
    poor_data_give_sound_answers::<LightGbm>(&params, 1e-6);
}

#[test]
fn what_is_missing_is_learnt_from() {
    missing_is_a_value::<LightGbm>(&Params::default());
}

#[test]
fn infinite_values_are_told_by_feature_and_row() {
    infinity_is_told::<LightGbm>(&Params { rounds: 5, ..Params::default() });
}

#[test]
fn no_rows_are_answered_with_none() {
    let model: LightGbm = fit(&Params { rounds: 5, ..Params::default() }, &vectors().0, 0).unwrap();
    assert_eq!(means(&model, &vectors().0.view().unwrap().select(&[]).unwrap()), [0.0; 0]);
}

#[test]
fn categories_are_split_by_sets() {
    // One split tells the middle category from both its neighbours; of numbers it takes two.
    let values: Vec<Option<f64>> = (0..60).map(|i| Some(f64::from(i % 3))).collect();
    let targets: Vec<f64> = (0..60).map(|i| f64::from(u8::from(i % 3 == 1))).collect();
    let asked = column(vec![0.0, 1.0, 2.0], vec![0.0; 3]);
    let stump = Params { num_leaves: 2, rounds: 1, learning_rate: 1.0, bagging_freq: 0, ..Params::default() };
    let answer = |kind| {
        let model: LightGbm = fit(&stump, &column_of(kind, &values, targets.clone()), 0).unwrap();
        means(&model, &asked)
    };
    let categories = answer(FeatureKind::Categorical);
    assert!(categories[1] > 0.5 && categories[0] < 0.2 && categories[2] < 0.2, "{categories:?}");
    let ordered = answer(FeatureKind::Ordinal);
    assert!(ordered[1] == ordered[0] || ordered[1] == ordered[2], "{ordered:?}");
    assert_eq!(ordered, answer(FeatureKind::Number));
}

#[test]
fn few_rows_tell_apart_nothing_unless_leaves_adapt() {
    let (train, asked) = vectors();
    let few = train.view().unwrap().select(&(0..12).collect::<Vec<_>>()).unwrap();
    let distinct = |params: &Params| {
        let model: LightGbm = fit(params, &few, 0).unwrap();
        let mut means = means(&model, &asked);
        means.sort_by(f64::total_cmp);
        means.dedup();
        means.len()
    };
    let adapting = Params { adapt: true, ..Params::default() };
    assert!(distinct(&Params::default()) < distinct(&adapting));
    // An eighth of many rows is more than 5, and changes nothing.
    let model = |params: &Params| means(&fit::<LightGbm>(params, &train, 0).unwrap(), &asked);
    assert_eq!(model(&Params::default()), model(&adapting));
}

#[test]
fn early_stopping_makes_fewer_trees_of_all_rows() {
    let (train, asked) = vectors();
    let params = Params { early_stopping_rounds: Some(10), ..Params::default() };
    let model: LightGbm = fit(&params, &train, 3).unwrap();
    let services = archcast_sdk::LocalServices::new(3);
    let cx = Context::new(&services, &|_| None);
    let rounds = params.stop_early(&Training::of(&train.view().unwrap()).unwrap(), 10, &cx).unwrap();
    assert!((1..400).contains(&rounds), "{rounds}");
    let plain: LightGbm = fit(&Params { rounds, ..Params::default() }, &train, 3).unwrap();
    assert_eq!(means(&model, &asked), means(&plain, &asked));
}

#[test]
fn the_schema_gives_the_papers_ranges() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["num_leaves"]["x-tune"], json!({ "low": 10, "high": 99 }));
    assert_eq!(properties["learning_rate"]["x-tune"], json!({ "low": 0.001, "high": 0.1, "log": true }));
    assert_eq!(properties["feature_fraction"]["x-tune"], json!({ "low": 0.1, "high": 1.0 }));
}
