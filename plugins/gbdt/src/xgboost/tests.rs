use super::*;
use crate::{rows::Rows, seal, test_data::*};
use archcast_sdk::{ErrorKind, NativeState, header::FeatureKind, parameters::schema_of, serde_json::json};

#[test]
fn every_law_holds() {
    archcast_sdk::conformance::check::<XGBoost>();
}

/// Made by `xgboost==1.6.2` from PyPI on the same cells; `tests/peers/gbdt.py` compares more of them.
#[test]
fn predictions_are_those_of_the_python_package() {
    let (train, asked) = vectors();
    let started_at_zero = Params { base_score: 0.0, ..Params::default() };
    let one_round = Params { rounds: 1, ..Params::default() };
    let sampled = Params { colsample_bytree: 0.5, colsample_bylevel: 0.7, rounds: 50, ..Params::default() };
    for (params, seed, want) in [
        (Params::default(), 0, [0.40522885, 0.23799132, 0.3814204, 0.40772825, -1.2702129]),
        (one_round, 0, [0.49764672, 0.43241462, 0.43241462, 0.4732451, 0.31917328]),
        (started_at_zero, 0, [0.4154234, 0.3509115, 0.4112347, 0.42399538, -1.146047]),
        (sampled, 7, [0.35643232, 0.20249976, 0.17436178, 0.4591344, -1.3201466]),
    ] {
        let model: XGBoost = fit(&params, &train, seed).unwrap();
        near(&means(&model, &asked), &want, 1e-6);
    }
}

/// Total gains by `xgboost==1.6.2`, as shares of their sum.
#[test]
fn importance_is_that_of_the_python_package() {
    let model: XGBoost = fit(&Params::default(), &vectors().0, 0).unwrap();
    let shares = model.importance().unwrap();
    assert_eq!(shares.len(), 30);
    near(&shares[..6], &[0.110719, 0.020411, 0.043027, 0.141036, 0.011625, 0.070254], 1e-5);
    near(&[shares.iter().sum()], &[1.0], 1e-9);
}

#[test]
fn fits_on_several_threads_at_once_are_those_made_alone() {
    concurrent_fits_are_serial_ones::<XGBoost>(&Params {
        colsample_bylevel: 0.5,
        subsample: 0.7,
        rounds: 60,
        ..Params::default()
    });
}

#[test]
fn a_saved_model_is_the_model_to_the_bit_whatever_its_base_score() {
    let (train, asked) = vectors();
    for base_score in [0.5, 0.0, -1.25, 0.1] {
        let model: XGBoost = fit(&Params { base_score, rounds: 20, ..Params::default() }, &train, 0).unwrap();
        let again =
            XGBoost { width: 30, booster: Booster::from_bytes(&model.booster.to_bytes().unwrap()).unwrap() };
        assert_eq!(means(&model, &asked), means(&again, &asked));
    }
}

#[test]
fn a_damaged_state_is_refused() {
    damaged_states_are_refused::<XGBoost>(&Params { rounds: 20, ..Params::default() });
}

#[test]
fn a_sealed_state_that_the_library_cannot_read_is_an_error() {
    for (bytes, words) in [
        (&b"rubbish"[..], "begin like JSON"),
        (b"{\"learner\": ", "XGBoost"),
        (b"{\"version\": [1, 6, 2], \"learner\": {}}", "XGBoost"),
        (b"{\xff", "utf-8"),
    ] {
        let error = Booster::from_bytes(&seal::close(bytes)).err().unwrap();
        assert!(error.message().contains(words), "{error}");
    }
}

#[test]
fn the_librarys_own_words_come_with_the_parameters_name() {
    let plain = Params::default;
    for (params, name, words) in [
        (Params { learning_rate: -1.0, ..plain() }, "learning_rate", "should be greater equal to 0"),
        (Params { lambda: -2.0, ..plain() }, "lambda", "reg_lambda"),
        (Params { gamma: -0.5, ..plain() }, "gamma", "min_split_loss"),
        (Params { subsample: 2.0, ..plain() }, "subsample", "exceed bound [0,1]"),
        (Params { colsample_bytree: 1.5, ..plain() }, "colsample_bytree", "exceed bound [0,1]"),
    ] {
        let error = fit::<XGBoost>(&params, &vectors().0, 0).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::BadParameter, "{error}");
        assert_eq!(error.details().parameter.as_deref(), Some(name));
        assert!(
            error.message().contains("is refused by XGBoost") && error.message().contains(words),
            "{error}"
        );
        assert!(!error.message().contains("Stack trace"), "{error}");
    }
}

#[test]
fn an_exception_of_the_library_is_an_error_and_the_model_goes_on() {
    let (train, asked) = vectors();
    let model: XGBoost = fit(&Params { rounds: 5, ..Params::default() }, &train, 0).unwrap();
    let before = means(&model, &asked);
    let wide = Matrix::of(&Rows { values: vec![0.0; 31], count: 1, width: 31 }).unwrap();
    let error = model.booster.predict(&wide).err().unwrap();
    assert!(error.message().contains("XGBoost"), "{error}");
    assert_eq!(means(&model, &asked), before);
}

#[test]
fn a_fit_of_100_000_trees_ends_when_asked() {
    a_long_fit_ends_when_asked::<XGBoost>(&Params { rounds: 100_000, ..Params::default() });
}

#[test]
fn poor_data_give_sound_answers_all_the_same() {
    poor_data_give_sound_answers::<XGBoost>(&Params::default(), 1e-4);
}

#[test]
fn what_is_missing_is_learnt_from() {
    missing_is_a_value::<XGBoost>(&Params::default());
}

#[test]
fn infinite_values_are_told_by_feature_and_row() {
    infinity_is_told::<XGBoost>(&Params { rounds: 5, ..Params::default() });
}

#[test]
fn no_rows_are_answered_with_none() {
    let model: XGBoost = fit(&Params { rounds: 5, ..Params::default() }, &vectors().0, 0).unwrap();
    assert_eq!(means(&model, &vectors().0.view().unwrap().select(&[]).unwrap()), [0.0; 0]);
}

#[test]
fn categories_are_read_as_their_numbers() {
    let values: Vec<Option<f64>> = (0..30).map(|i| Some(f64::from(i % 3))).collect();
    let targets: Vec<f64> = (0..30).map(|i| f64::from(u8::from(i % 3 == 1))).collect();
    let asked = column(vec![0.0, 1.0, 2.0], vec![0.0; 3]);
    let [categories, numbers] = [FeatureKind::Categorical, FeatureKind::Number].map(|kind| {
        let model: XGBoost = fit(&Params::default(), &column_of(kind, &values, targets.clone()), 0).unwrap();
        means(&model, &asked)
    });
    near(&categories, &[0.0, 1.0, 0.0], 0.05);
    assert_eq!(categories, numbers);
}

#[test]
fn early_stopping_makes_fewer_trees_of_all_rows() {
    let (train, asked) = vectors();
    let params = Params { early_stopping_rounds: Some(10), ..Params::default() };
    let model: XGBoost = fit(&params, &train, 3).unwrap();
    let services = archcast_sdk::LocalServices::new(3);
    let cx = Context::new(&services, &|_| None);
    let rounds = params.stop_early(&Training::of(&train.view().unwrap()).unwrap(), 10, &cx).unwrap();
    assert!((1..200).contains(&rounds), "{rounds}");
    let plain: XGBoost = fit(&Params { rounds, ..Params::default() }, &train, 3).unwrap();
    assert_eq!(means(&model, &asked), means(&plain, &asked));
}

#[test]
fn the_schema_gives_the_papers_ranges() {
    let properties = &schema_of::<Params>()["properties"];
    assert_eq!(properties["max_depth"]["x-tune"], json!({ "low": 1, "high": 14 }));
    assert_eq!(properties["min_child_weight"]["x-tune"], json!({ "low": 1, "high": 9, "integer": true }));
    assert_eq!(properties["learning_rate"]["x-tune"], json!({ "low": 0.001, "high": 0.5, "log": true }));
    for share in ["colsample_bytree", "colsample_bylevel"] {
        assert_eq!(properties[share]["x-tune"], json!({ "low": 0.05, "high": 1.0 }));
    }
}
