//! Fits that are known: a saved state in place of a fit.

use super::{
    Cache, Kept,
    answers::Answers,
    key::Description,
    record::{Messages, Recording},
    store::FITS,
};
use crate::{
    compose::{ParameterFile, UseHeader},
    plugin::{HostServices, LoadedPredictor},
};
use archcast_sdk::{
    Dataset, Predictions, Result, Services,
    dynamic::{DynModel, DynPredictor},
};
use serde_json::Value;
use std::sync::Arc;

/// What determines a fit beside the data.
pub struct FitOf<'a> {
    /// The predictor.
    pub predictor: &'a LoadedPredictor,
    /// Its parameters.
    pub params: &'a Value,
    /// Files that the parameters name.
    pub files: &'a [ParameterFile],
    /// Seed, device, threads, log.
    pub services: &'a HostServices,
}

/// A fitted model as the cache knows it.
pub struct Known {
    state: Vec<u8>,
    answers: Option<Answers>,
}

impl Known {
    /// The saved state: the same bytes whether the model was fitted or was known.
    pub fn state(&self) -> &[u8] {
        &self.state
    }

    /// What the model says of these rows, without asking it for answers that are known.
    pub fn predict(
        &self,
        model: &dyn DynModel,
        data: &Dataset<'_>,
        services: &HostServices,
    ) -> Result<Predictions> {
        match &self.answers {
            Some(answers) => answers.predict(model, data, services),
            None => model.predict(data, services),
        }
    }
}

impl FitOf<'_> {
    /// Fits, if need be; with a cache, a fit of the same predictor, parameters, seed and data is taken from there.
    pub fn fit(
        &self,
        cache: Option<&Arc<Cache>>,
        data: &Dataset<'_>,
    ) -> Result<(Box<dyn DynModel>, Option<Known>)> {
        let kept = cache.and_then(|cache| Some((cache, self.key(cache, data)?)));
        let Some((cache, key)) = kept else {
            return Ok((self.predictor.fit(self.params, data, self.services)?, None));
        };
        // Many files in one folder are slow on some file systems.
        let folder = format!("{FITS}/{}", &key[..2]);
        let known = cache.store.read(&folder, &key);
        if let Some((messages, state)) = known.as_deref().and_then(split)
            && let Ok(model) = self.predictor.restore(state, self.services)
        {
            messages.say(self.services);
            cache.fits.add(1, 1);
            return Ok((model, Some(self.known(cache, state.to_vec()))));
        }
        let recording = Recording::new(self.services);
        let model = self.predictor.fit(self.params, data, &recording)?;
        cache.fits.add(1, 0);
        // What cannot be saved is told when it is to be saved.
        let Ok(state) = model.save() else { return Ok((model, None)) };
        if let Some(content) = join(&recording.into_messages(), &state) {
            cache.write(&folder, &key, &content, self.services);
        }
        Ok((model, Some(self.known(cache, state))))
    }

    fn key(&self, cache: &Cache, data: &Dataset<'_>) -> Option<String> {
        if !Kept::of(&self.predictor.info()).fits {
            return None;
        }
        let mut description = Description::of("fit")
            .text(&self.predictor.full_name())
            .text(self.predictor.plugin().digest()?)
            .text(&self.params.to_string())
            .number(self.services.seed())
            .text(&self.services.device())
            .number(self.files.len() as u64);
        for file in self.files {
            description = description.text(&file.parameter).text(&file.digest);
        }
        Some(description.data(data, &|path| cache.file_digest(path))?.key())
    }

    fn known(&self, cache: &Arc<Cache>, state: Vec<u8>) -> Known {
        let files: Vec<&str> = self.files.iter().map(|file| &file.parameter[..]).collect();
        let answers = Answers::of(cache, self.predictor, self.params, &files, &state, self.services);
        Known { state, answers }
    }
}

impl Cache {
    /// What is known of a model that was restored from this state; `services` have the seed of its fit.
    pub fn known(
        self: &Arc<Self>,
        predictor: &LoadedPredictor,
        about: &UseHeader,
        state: &[u8],
        services: &HostServices,
    ) -> Known {
        let fit = FitOf { predictor, params: &about.params, files: &about.files, services };
        fit.known(self, state.to_vec())
    }
}

/// The messages (JSON after its length, 8 bytes little-endian) and then the state.
fn join(messages: &Messages, state: &[u8]) -> Option<Vec<u8>> {
    let messages = serde_json::to_vec(messages).ok()?;
    Some([&(messages.len() as u64).to_le_bytes()[..], &messages, state].concat())
}

fn split(content: &[u8]) -> Option<(Messages, &[u8])> {
    let (length, rest) = content.split_first_chunk::<8>()?;
    let (messages, state) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(messages).ok()?, state))
}
