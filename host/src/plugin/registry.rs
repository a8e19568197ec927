//! The plugins of a process by name; each library is loaded once, when one of its predictors is first asked for.

use super::{Folders, Found, LoadedPlugin, LoadedPredictor, PluginError, Refusal, Status, discover};
use crate::space::nearest::suggest;
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};

/// All plugins that were found.
#[derive(Debug)]
pub struct Registry {
    folders: Folders,
    found: Vec<Found>,
    loaded: Mutex<HashMap<PathBuf, Result<Arc<LoadedPlugin>, Refusal>>>,
}

impl Registry {
    /// Looks into these folders; runs nothing.
    pub fn discover(folders: Folders) -> Self {
        let found = discover(&folders);
        Self { folders, found, loaded: Mutex::default() }
    }

    /// Everything that was found, usable or not.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// Where was looked.
    pub fn folders(&self) -> &Folders {
        &self.folders
    }

    /// The plugins that are used.
    fn ready(&self) -> impl Iterator<Item = &Found> {
        self.found.iter().filter(|found| found.status == Status::Ready)
    }

    /// `plugin/name` of every predictor that can be used.
    pub fn predictor_names(&self) -> Vec<String> {
        self.ready()
            .filter_map(|found| found.manifest.as_ref())
            .flat_map(|manifest| {
                manifest.predictors.iter().map(move |info| format!("{}/{}", manifest.name, info.name))
            })
            .collect()
    }

    /// The plugin of this name, used or refused.
    ///
    /// # Errors
    /// [`PluginError::UnknownPlugin`] with the nearest name.
    pub fn plugin(&self, name: &str) -> Result<&Found, PluginError> {
        let by_name = |found: &&Found| found.name() == name;
        self.ready().find(by_name).or_else(|| self.found.iter().find(by_name)).ok_or_else(|| {
            let names: Vec<String> =
                self.found.iter().filter(|found| found.is_plugin()).map(Found::name).collect();
            PluginError::UnknownPlugin { name: name.to_owned(), suggestion: self.suggestion(name, &names) }
        })
    }

    /// Loads a library, once.
    ///
    /// # Errors
    /// [`PluginError::Refused`].
    pub fn load(&self, found: &Found) -> Result<Arc<LoadedPlugin>, PluginError> {
        let refused = |refusal| PluginError::Refused {
            plugin: found.name(),
            path: found.path.clone(),
            refusal: Box::new(refusal),
        };
        let manifest = match (&found.status, &found.manifest) {
            (Status::Refused(refusal), _) => return Err(refused(refusal.clone())),
            (_, None) => return Err(refused(Refusal::NotAPlugin)),
            (_, Some(manifest)) => manifest,
        };
        let mut loaded = self.loaded.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        loaded
            .entry(found.path.clone())
            .or_insert_with(|| LoadedPlugin::load(&found.path, manifest.clone()).map(Arc::new))
            .clone()
            .map_err(refused)
    }

    /// The predictor `plugin/name`, or `name` alone where one plugin offers it.
    ///
    /// # Errors
    /// Unknown or ambiguous names, and the refusal of its plugin.
    pub fn predictor(&self, name: &str) -> Result<LoadedPredictor, PluginError> {
        let (plugin, short) = match name.split_once('/') {
            Some((plugin, short)) => (Some(plugin), short),
            None => (None, name),
        };
        let offers = |found: &&Found| {
            found.manifest.as_ref().is_some_and(|manifest| {
                plugin.is_none_or(|plugin| manifest.name == plugin)
                    && manifest.predictors.iter().any(|info| info.name == short)
            })
        };
        let candidates: Vec<&Found> = self.ready().filter(offers).collect();
        match candidates[..] {
            [found] => self.load(found)?.predictor(short).ok_or_else(|| self.unknown(name)),
            // A refused plugin that offers it explains itself, in place of "unknown".
            [] => match self
                .found
                .iter()
                .filter(|found| matches!(found.status, Status::Refused(_)))
                .find(offers)
            {
                Some(found) => Err(self.load(found).err().unwrap_or_else(|| self.unknown(name))),
                None => Err(self.unknown(name)),
            },
            [..] => Err(PluginError::Ambiguous {
                name: name.to_owned(),
                choices: candidates.iter().map(|found| format!("`{}/{short}`", found.name())).collect(),
            }),
        }
    }

    fn unknown(&self, name: &str) -> PluginError {
        PluginError::UnknownPredictor {
            name: name.to_owned(),
            suggestion: self.suggestion(name, &self.predictor_names()),
        }
    }

    fn suggestion(&self, name: &str, names: &[String]) -> String {
        if names.is_empty() {
            let places: Vec<String> =
                self.folders.iter().map(|folder| folder.path.display().to_string()).collect();
            return format!("no plugin was found in {}", places.join(", "));
        }
        suggest(name, names.iter().map(String::as_str))
    }
}
