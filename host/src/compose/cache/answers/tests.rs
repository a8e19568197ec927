use super::*;
use archcast_sdk::{DatasetBuilder, Error};
use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Doubles the feature; a negative one has no answer, and 13 ends in an error. Counts the rows that it is asked for.
#[derive(Default)]
struct Doubles(AtomicUsize);

impl DynModel for Doubles {
    fn predict(&self, queries: &Dataset<'_>, _services: &dyn Services) -> Result<Predictions> {
        self.0.fetch_add(queries.rows(), Ordering::Relaxed);
        let values: Vec<f64> = queries.features()?.values().column(0).to_vec();
        if let Some(row) = values.iter().position(|&value| value == 13.0) {
            return Err(Error::bad_data(format!("row {row} is 13")));
        }
        let mut predictions = Predictions::scores(values.iter().map(|value| 2.0 * value).collect::<Vec<_>>());
        for row in (0..values.len()).filter(|&row| values[row] < 0.0) {
            predictions.set_missing(row, "it is negative");
        }
        predictions.checked(queries.rows(), &["score".to_owned()])
    }

    fn save(&self) -> Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn importance(&self) -> Result<Option<Vec<f64>>> {
        Ok(None)
    }
}

struct Place {
    folder: tempfile::TempDir,
    model: Doubles,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), model: Doubles::default() }
    }

    /// What a process of its own says, and for how many rows it asked the model.
    fn ask(&self, values: &[f64]) -> (Result<Predictions>, usize) {
        let cache = Arc::new(Cache::open(self.folder.path().to_owned(), 1 << 20));
        let answers = answers(cache, false);
        self.ask_of(&answers, values)
    }

    fn ask_of(&self, answers: &Answers, values: &[f64]) -> (Result<Predictions>, usize) {
        let before = self.model.0.load(Ordering::Relaxed);
        let data = DatasetBuilder::new(values.len()).features(&["x"], values.to_vec());
        let told = answers.predict(&self.model, &data.view().unwrap(), &HostServices::new(0));
        (told, self.model.0.load(Ordering::Relaxed) - before)
    }

    fn plain(&self, values: &[f64]) -> Predictions {
        let data = DatasetBuilder::new(values.len()).features(&["x"], values.to_vec());
        self.model.predict(&data.view().unwrap(), &HostServices::new(0)).unwrap()
    }

    fn files(&self) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(self.folder.path().join(ANSWERS).join("model")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn answers(cache: Arc<Cache>, one_by_one: bool) -> Answers {
    Answers { cache, folder: format!("{ANSWERS}/model"), one_by_one, known: Mutex::default() }
}

/// Equal in every bit, that of a missing row's NaN included.
fn same(one: &Predictions, other: &Predictions) -> bool {
    let bits = |told: &Predictions| -> Vec<(String, Vec<u64>)> {
        let of =
            |(name, values): (&str, &[f64])| (name.to_owned(), values.iter().map(|v| v.to_bits()).collect());
        told.outputs().map(of).collect()
    };
    bits(one) == bits(other) && one.missing_rows() == other.missing_rows()
}

#[test]
fn only_rows_that_are_not_known_are_asked() {
    let place = Place::new();
    for (values, asked) in [
        (&[1.0, -2.0, 3.0][..], 3),
        (&[3.0, 1.0, -2.0], 0),
        (&[4.0, -2.0, 5.0, 1.0], 2),
        (&[5.0, 4.0, 3.0, -2.0, 1.0], 0),
        (&[], 0),
    ] {
        let (told, rows) = place.ask(values);
        assert!(same(&told.unwrap(), &place.plain(values)), "{values:?}");
        assert_eq!(rows, asked, "{values:?}");
    }
}

#[test]
fn a_file_that_is_not_whole_is_asked_anew() {
    let place = Place::new();
    place.ask(&[1.0, 2.0]).0.unwrap();
    let [file] = &place.files()[..] else { panic!("one file") };
    let whole = fs::read(file).unwrap();
    fs::write(file, &whole[..whole.len() / 2]).unwrap();
    let (told, rows) = place.ask(&[1.0, 2.0]);
    assert!(same(&told.unwrap(), &place.plain(&[1.0, 2.0])));
    assert_eq!(rows, 2);
    assert_eq!(place.ask(&[1.0, 2.0]).1, 0);
}

#[test]
fn files_that_vanish_in_between_are_no_loss() {
    let place = Place::new();
    let cache = Arc::new(Cache::open(place.folder.path().to_owned(), 1 << 20));
    let answers = answers(cache, false);
    place.ask_of(&answers, &[1.0, 2.0]).0.unwrap();
    fs::remove_dir_all(place.folder.path().join(ANSWERS)).unwrap();
    assert_eq!(place.ask_of(&answers, &[1.0, 2.0]).1, 0);
    assert_eq!(place.ask(&[1.0]).1, 1);
    place.ask_of(&answers, &[3.0]).0.unwrap();
    assert_eq!(place.ask(&[3.0]).1, 0);
}

#[test]
fn a_failure_names_the_row_among_all_rows_and_is_not_kept() {
    let place = Place::new();
    place.ask(&[1.0]).0.unwrap();
    let (told, _) = place.ask(&[1.0, 2.0, 13.0]);
    assert_eq!(told.unwrap_err().message(), "row 2 is 13");
    assert_eq!(place.ask(&[2.0]).1, 1);
}

/// Asks rows one at a time in a process of its own.
fn ask_each(place: &Place, values: &[f64]) -> (Result<Predictions>, usize) {
    let cache = Arc::new(Cache::open(place.folder.path().to_owned(), 1 << 20));
    place.ask_of(&answers(cache, true), values)
}

#[test]
fn rows_asked_one_at_a_time_are_kept_in_one_file_at_the_end() {
    let place = Place::new();
    let values = [1.0, -2.0, 3.0, 4.0];
    let (told, rows) = ask_each(&place, &values);
    assert!(same(&told.unwrap(), &place.plain(&values)));
    assert_eq!((rows, place.files().len()), (4, 1));
    assert_eq!(ask_each(&place, &values).1, 0);
    assert_eq!(place.ask(&values).1, 0);
}

#[test]
fn rows_asked_one_at_a_time_are_told_one_at_a_time() {
    let place = Place::new();
    place.ask(&[1.0, 2.0]).0.unwrap();
    let cache = Arc::new(Cache::open(place.folder.path().to_owned(), 1 << 20));
    let told = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&told);
    let take = move |member: &str, done, of| taken.lock().unwrap().push((member.to_owned(), done, of));
    let services = HostServices::new(0).on_caller().on_rows(take).of_member("m");
    let data = DatasetBuilder::new(5).features(&["x"], vec![1.0, 2.0, 3.0, 4.0, 5.0]);
    answers(cache, true).predict(&place.model, &data.view().unwrap(), &services).unwrap();
    // Rows that are known are not among them.
    let of_m = |done| ("m".to_owned(), done, 3);
    assert_eq!(*told.lock().unwrap(), [of_m(1), of_m(2), of_m(3)]);
}

#[test]
fn a_row_that_ends_the_run_loses_no_other() {
    let place = Place::new();
    let (told, _) = ask_each(&place, &[1.0, 13.0, 3.0, 4.0]);
    assert_eq!(told.unwrap_err().message(), "row 1 is 13");
    // The next run asks for the one that is not known.
    let (told, rows) = ask_each(&place, &[1.0, 5.0, 3.0, 4.0]);
    assert!(same(&told.unwrap(), &place.plain(&[1.0, 5.0, 3.0, 4.0])));
    assert_eq!(rows, 1);
}
