//! Unlabelled rows and costs: predictors that ask for them are handed them.

use archcast::{
    compose::{Composition, FittedModel, Plan, PlanError, Training},
    plugin::{HostServices, Registry},
    table::Rows,
};
use archcast_sdk::Predictions;
use archcast_tests::{fresh_folder, plugin_folder, registry};
use std::{fmt::Write as _, fs, path::Path};
use tempfile::TempDir;

/// A folder with tables, and the plugins.
struct Place {
    folder: TempDir,
    _plugins: TempDir,
    registry: Registry,
}

/// A table with a plain column, and what is planned on it.
struct Planned {
    rows: Rows,
    plan: Plan,
}

impl Place {
    fn new() -> Self {
        let plugins = plugin_folder(&["archcast-plugin-linear", "fixture-unlabelled"]);
        let registry = registry(plugins.path());
        Self { folder: fresh_folder(), _plugins: plugins, registry }
    }

    fn plan(&self, table: &str, data: &str, members: &str) -> Result<Planned, PlanError> {
        fs::write(self.folder.path().join("t.csv"), table).unwrap();
        let text = format!(
            "[data]\ntable = \"t.csv\"\ntarget = {{ column = \"y\", goal = \"maximize\" }}\n{data}\n{members}"
        );
        let composition = Composition::parse(&text, "mine.toml")?;
        let rows = Rows::read(&composition.data, self.folder.path())?;
        let plan = Plan::check(&composition, &self.registry, &rows, Path::new(""))?;
        Ok(Planned { rows, plan })
    }

    #[track_caller]
    fn planned(&self, table: &str, data: &str, members: &str) -> Planned {
        self.plan(table, data, members).unwrap_or_else(|error| panic!("{error}: {error:?}"))
    }
}

impl Planned {
    /// Fitted on the first rows of the table.
    #[track_caller]
    fn fit(&self, training: usize, seed: u64) -> FittedModel {
        let training = Training::from((0..training).collect::<Vec<_>>());
        let fitted = self.plan.fit(&self.rows, &training, seed, &HostServices::new(seed));
        fitted.unwrap_or_else(|error| panic!("{error}"))
    }

    fn predict(&self, model: &FittedModel) -> Predictions {
        model.predict_rows(&self.rows, &HostServices::new(0)).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Plain columns; the targets from row `hidden` on are other ones for each `salt`.
fn plain(rows: usize, hidden: usize, salt: usize) -> String {
    let mut table = String::from("id,x,y,t\n");
    for row in 0..rows {
        let target = if row < hidden { row * 7 % 11 } else { row * salt % 13 };
        let _ = writeln!(table, "r{row},{},{target},{}", row * row, row + 1);
    }
    table
}

/// Cells of NAS-Bench-201 with a target.
const CELLS: &str = "arch,y\n\
    |none~0|+|none~0|none~1|+|none~0|none~1|none~2|,1\n\
    |skip_connect~0|+|none~0|none~1|+|none~0|none~1|none~2|,2\n\
    |nor_conv_1x1~0|+|none~0|none~1|+|none~0|none~1|none~2|,3\n\
    |nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|,4\n\
    |avg_pool_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|,5\n";

const CENTRED: &str = "[member.a]\nuse = \"unlabelled/centred\"\ninputs = [\"column:x\"]\n";

fn told(predictions: &Predictions, output: &str) -> f64 {
    predictions.get(output).unwrap()[0]
}

#[test]
fn as_many_are_handed_over_as_the_data_say_or_the_predictor_prefers() {
    let place = Place::new();
    for (data, unlabelled) in [("", 20.0), ("unlabelled = 1.0", 10.0), ("unlabelled = 0.5", 5.0)] {
        let planned = place.planned(&plain(60, 60, 1), &format!("id = \"id\"\n{data}"), CENTRED);
        let predictions = planned.predict(&planned.fit(10, 0));
        assert_eq!((told(&predictions, "labelled"), told(&predictions, "unlabelled")), (10.0, unlabelled));
    }
}

#[test]
fn they_are_other_rows_of_the_table_and_their_targets_are_hidden() {
    let place = Place::new();
    let scores = |salt: usize, seed: u64| {
        let planned = place.planned(&plain(60, 10, salt), "id = \"id\"", CENTRED);
        planned.predict(&planned.fit(10, seed))
    };
    assert_eq!(scores(1, 0), scores(5, 0));
    assert_ne!(scores(1, 0), scores(1, 1));
    // Where all others are handed over, the centre is that of the whole table.
    let planned = place.planned(&plain(30, 10, 1), "id = \"id\"", CENTRED);
    let mean = (0..30).map(|row| f64::from(row * row)).sum::<f64>() / 30.0;
    assert!((told(&planned.predict(&planned.fit(10, 0)), "score") + mean).abs() < 1e-9);
}

#[test]
fn scores_of_members_are_handed_over_with_them_in_every_fold() {
    let place = Place::new();
    let members = "[member.ridge]\nuse = \"linear/ridge\"\ninputs = [\"column:x\"]\n\
        [member.a]\nuse = \"unlabelled/centred\"\ninputs = [\"column:x\", \"ridge\"]\n\
        [member.b]\nuse = \"linear/ridge\"\ninputs = [\"a.score\", \"a.unlabelled\"]\ntune = { trials = 2 }\n[model]\noutput = \"b\"\n";
    for folds in ["nested", "shared"] {
        let planned =
            place.planned(&plain(60, 60, 1), "id = \"id\"", &format!("{members}folds = \"{folds}\"\n"));
        let (one, other) = (planned.fit(20, 0), planned.fit(20, 0));
        assert_eq!(one.header(), other.header());
        let predictions = planned.predict(&one);
        assert!(predictions.missing_rows().is_empty());
        assert_eq!(predictions, planned.predict(&other));
    }
}

#[test]
fn a_tuned_predictor_is_handed_them_in_every_trial() {
    let place = Place::new();
    let members = CENTRED.to_owned() + "tune = { trials = 3, folds = 3 }\n";
    let planned = place.planned(&plain(60, 60, 1), "id = \"id\"", &members);
    let predictions = planned.predict(&planned.fit(12, 0));
    assert_eq!((told(&predictions, "labelled"), told(&predictions, "unlabelled")), (12.0, 24.0));
}

#[test]
fn where_the_table_has_too_few_they_are_sampled_from_the_space() {
    let place = Place::new();
    let data = "space = \"nas-bench-201\"\narchitecture = \"arch\"";
    let members = "[member.a]\nuse = \"unlabelled/centred\"\n";
    let planned = place.planned(CELLS, data, members);
    let model = planned.fit(5, 0);
    assert_eq!(model.header().warnings, Vec::<String>::new());
    let predictions = planned.predict(&model);
    assert_eq!((told(&predictions, "labelled"), told(&predictions, "unlabelled")), (5.0, 10.0));
}

#[test]
fn where_there_are_too_few_that_is_told() {
    let place = Place::new();
    let planned = place.planned(&plain(12, 12, 1), "id = \"id\"", CENTRED);
    let model = planned.fit(10, 0);
    assert_eq!(
        model.header().warnings,
        ["member `a`: the data have 2 of the 20 unlabelled rows that it would be handed"]
    );
    assert_eq!(told(&planned.predict(&model), "unlabelled"), 2.0);
}

#[test]
fn a_predictor_that_needs_them_is_refused_where_none_are_to_be_had() {
    let Err(error) = Place::new().plan(&plain(12, 12, 1), "id = \"id\"\nunlabelled = 0", CENTRED) else {
        panic!("it is refused")
    };
    let PlanError::Config(mistakes) = error else { panic!("{error}") };
    let line = &mistakes.lines()[0];
    assert!(line.contains("needs unlabelled rows") && line.contains("`unlabelled` in [data] is 0"), "{line}");
}

#[test]
fn training_seconds_are_handed_to_those_that_ask_and_unknown_ones_are_missing() {
    let place = Place::new();
    let members = "[member.a]\nuse = \"unlabelled/costly\"\n";
    let table = plain(6, 6, 1).replace("r5,25,2,6\n", "r5,25,2,\n");
    let planned = place.planned(&table, "id = \"id\"\nseconds = { total = \"t\" }", members);
    let predictions = planned.predict(&planned.fit(3, 0));
    assert_eq!(predictions.get("seconds").unwrap()[..5], [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(told(&predictions, "fitted"), 6.0);
    assert_eq!(predictions.reason(5), Some("its training time is unknown"));
    // What a cut at 2 of 10 epochs leaves is what no predictor sees more of.
    let data = "id = \"id\"\nseconds = { per_epoch = \"t\" }\nhorizon = 10\nfidelity = 2";
    let planned = place.planned(&table, data, members);
    assert_eq!(told(&planned.predict(&planned.fit(3, 0)), "fitted"), 12.0);

    let Err(PlanError::Config(mistakes)) = place.plan(&table, "id = \"id\"", members) else {
        panic!("it is refused")
    };
    assert!(
        mistakes.lines()[0].contains("write `seconds = { total = \"COLUMN\" }`"),
        "{:?}",
        mistakes.lines()
    );
}
