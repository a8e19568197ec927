//! Answers of one model for rows: files of some rows each, by the digest of what is in them.

use super::{
    Cache, Kept,
    key::{Description, row_keys},
    store::ANSWERS,
};
use crate::{
    plugin::{HostServices, LoadedPredictor},
    space::digest::sha256_hex,
};
use archcast_sdk::{
    Dataset, Error, ErrorKind, Predictions, Result, Services,
    dynamic::{DynModel, DynPredictor},
    manifest::FamilyName,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// The answers of one model.
pub struct Answers {
    cache: Arc<Cache>,
    folder: String,
    /// Whether rows are asked one at a time: where each takes seconds, a run that ends early loses the rows under way alone.
    one_by_one: bool,
    /// What is known; read when it is first asked for.
    known: Mutex<Option<Batch>>,
}

/// Some rows of a model's answers.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Batch {
    /// Names of the outputs.
    outputs: Vec<String>,
    /// By the row's key.
    rows: BTreeMap<[u64; 2], Answer>,
}

/// What a model says of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Answer {
    /// A value for each output.
    Scored(Vec<f64>),
    /// Why the row is missing.
    Missing(String),
}

impl Batch {
    fn of(keys: &[[u64; 2]], told: &Predictions) -> Self {
        let answer = |row: usize| match told.reason(row) {
            Some(reason) => Answer::Missing(reason.to_owned()),
            None => Answer::Scored(told.outputs().map(|(_, values)| values[row]).collect()),
        };
        Self {
            outputs: told.outputs().map(|(name, _)| name.to_owned()).collect(),
            rows: keys.iter().enumerate().map(|(row, key)| (*key, answer(row))).collect(),
        }
    }

    /// Whether every row has a value for each output.
    fn is_sound(&self) -> bool {
        self.rows.values().all(|answer| match answer {
            Answer::Scored(values) => values.len() == self.outputs.len(),
            Answer::Missing(_) => true,
        })
    }

    /// Takes in another; of two that name outputs otherwise, the later one holds.
    fn add(&mut self, other: Batch) {
        if self.outputs != other.outputs {
            *self = other;
        } else {
            self.rows.extend(other.rows);
        }
    }

    /// The answers for these rows, as the model gives them; `None` where one is not known.
    fn predictions(&self, keys: &[[u64; 2]]) -> Option<Predictions> {
        let mut columns = vec![Vec::with_capacity(keys.len()); self.outputs.len()];
        let mut missing = Vec::new();
        for (row, key) in keys.iter().enumerate() {
            match self.rows.get(key)? {
                Answer::Scored(values) => {
                    columns.iter_mut().zip(values).for_each(|(column, &value)| column.push(value));
                }
                Answer::Missing(reason) => {
                    columns.iter_mut().for_each(|column| column.push(f64::NAN));
                    missing.push((row, reason));
                }
            }
        }
        let mut predictions = Predictions::new(keys.len());
        for (name, column) in self.outputs.iter().zip(columns) {
            predictions = predictions.output(name, column);
        }
        for (row, reason) in missing {
            predictions.set_missing(row, reason);
        }
        Some(predictions)
    }
}

impl Answers {
    /// The answers of the model with this state; `None` where none are kept. `files` are the parameters that name files:
    /// what is in them now counts, since a model may read them again.
    pub fn of(
        cache: &Arc<Cache>,
        predictor: &LoadedPredictor,
        params: &Value,
        files: &[&str],
        state: &[u8],
        services: &HostServices,
    ) -> Option<Self> {
        if !Kept::of(&predictor.info()).answers {
            return None;
        }
        let mut description = Description::of("answers")
            .text(&predictor.full_name())
            .text(predictor.plugin().digest()?)
            .bytes(state)
            .number(services.seed())
            .text(&services.device());
        for parameter in files {
            let path = params.get(parameter)?.as_str()?;
            description = description.text(&cache.file_digest(Path::new(path))?);
        }
        let folder = format!("{ANSWERS}/{}", description.key());
        let info = predictor.info();
        let one_by_one = info.family == FamilyName::ZeroCost && info.cost == "seconds";
        Some(Self { cache: Arc::clone(cache), folder, one_by_one, known: Mutex::default() })
    }

    /// What the model says of these rows: it is asked for those that are not known.
    pub fn predict(
        &self,
        model: &dyn DynModel,
        data: &Dataset<'_>,
        services: &HostServices,
    ) -> Result<Predictions> {
        let keys = row_keys(data, &|path| self.cache.file_digest(path)).filter(|keys| !keys.is_empty());
        let Some(keys) = keys else { return model.predict(data, services) };
        let open: Vec<usize> = self.with_known(|known| {
            (0..keys.len()).filter(|&row| !known.rows.contains_key(&keys[row])).collect()
        });
        self.cache.answers.add(keys.len(), keys.len() - open.len());
        if !open.is_empty() {
            let asked: Vec<[u64; 2]> = open.iter().map(|&row| keys[row]).collect();
            let telling = services.asking(open.len());
            let told = match self.one_by_one && open.len() > 1 {
                true => self.each(model, data, &open, &asked, &telling),
                false => self.together(model, data, &open, &asked, &telling),
            };
            let batch = match told {
                Ok(batch) => batch,
                Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
                // A failure is told by the places of all rows.
                Err(_) => return model.predict(data, services),
            };
            self.with_known(|known| known.add(batch));
        }
        match self.with_known(|known| known.predictions(&keys)) {
            Some(predictions) => Ok(predictions),
            None => model.predict(data, services),
        }
    }

    fn together(
        &self,
        model: &dyn DynModel,
        data: &Dataset<'_>,
        open: &[usize],
        keys: &[[u64; 2]],
        services: &HostServices,
    ) -> Result<Batch> {
        let told = match open.len() == data.rows() {
            true => model.predict(data, services)?,
            false => model.predict(&data.select(open)?.view()?, services)?,
        };
        let batch = Batch::of(keys, &told);
        self.write(&batch, services);
        Ok(batch)
    }

    /// Asks rows one at a time on all threads and writes each answer as it comes; the last file holds them all.
    fn each(
        &self,
        model: &dyn DynModel,
        data: &Dataset<'_>,
        open: &[usize],
        keys: &[[u64; 2]],
        services: &HostServices,
    ) -> Result<Batch> {
        let quiet = services.clone().on_progress(|_| ());
        // What a row was answered, and the name of its file.
        type Told = Mutex<Option<Result<(Batch, String)>>>;
        let told: Vec<Told> = open.iter().map(|_| Mutex::default()).collect();
        let done = AtomicUsize::new(0);
        services.parallel(open.len(), &|place| {
            let ask = || {
                let answer = model.predict(&data.select(&open[place..=place])?.view()?, &quiet)?;
                let batch = Batch::of(&keys[place..=place], &answer);
                let name = self.write(&batch, services);
                Ok((batch, name))
            };
            let answer = match services.cancelled() {
                true => Err(Error::cancelled()),
                false => ask(),
            };
            *told[place].lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            services.progress((done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / open.len() as f64);
        });
        let (mut all, mut names) = (Batch::default(), Vec::new());
        for answer in told {
            let answer = answer.into_inner().unwrap_or_else(PoisonError::into_inner);
            let (batch, name) = answer.unwrap_or_else(|| Err(Error::internal("a row was not asked")))?;
            all.add(batch);
            names.push(name);
        }
        self.write(&all, services);
        names.iter().for_each(|name| self.cache.store.remove(&self.folder, name));
        Ok(all)
    }

    /// Does something with what is known. The model is not asked meanwhile: it may use every thread.
    fn with_known<T>(&self, act: impl FnOnce(&mut Batch) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        act(known.get_or_insert_with(|| self.read()))
    }

    fn read(&self) -> Batch {
        let mut all = Batch::default();
        for name in self.cache.store.names(&self.folder) {
            let bytes = self.cache.store.read(&self.folder, &name);
            let batch: Option<Batch> = bytes.and_then(|bytes| rmp_serde::from_slice(&bytes).ok());
            if let Some(batch) = batch.filter(Batch::is_sound) {
                all.add(batch);
            }
        }
        all
    }

    /// Writes a file, and gives its name.
    fn write(&self, batch: &Batch, services: &HostServices) -> String {
        let Ok(bytes) = rmp_serde::to_vec(batch) else { return String::new() };
        let name = sha256_hex(&bytes);
        self.cache.write(&self.folder, &name, &bytes, services);
        name
    }
}

#[cfg(test)]
mod tests;
