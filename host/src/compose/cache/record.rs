//! What a predictor says during a fit: kept with the fit, and said again when the fit is known.

use crate::plugin::HostServices;
use archcast_sdk::{Level, Result, Services};
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// Messages in the order in which they came.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Messages(Vec<(Importance, String)>);

/// A level that can be written down.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Importance {
    Warn,
    Info,
    Debug,
}

impl Messages {
    /// Says them.
    pub fn say(&self, services: &HostServices) {
        for (importance, message) in &self.0 {
            let level = match importance {
                Importance::Warn => Level::Warn,
                Importance::Info => Level::Info,
                Importance::Debug => Level::Debug,
            };
            services.say(level, message);
        }
    }
}

/// The host's services, with an ear for messages.
pub struct Recording<'s> {
    services: &'s HostServices,
    messages: Mutex<Messages>,
}

impl<'s> Recording<'s> {
    /// Services that pass everything on and keep the messages.
    pub fn new(services: &'s HostServices) -> Self {
        Self { services, messages: Mutex::default() }
    }

    /// What was said.
    pub fn into_messages(self) -> Messages {
        self.messages.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Services for Recording<'_> {
    fn seed(&self) -> u64 {
        self.services.seed()
    }

    fn threads(&self) -> usize {
        self.services.threads()
    }

    fn parallel(&self, count: usize, body: &(dyn Fn(usize) + Sync)) {
        self.services.parallel(count, body);
    }

    fn progress(&self, done: f64) {
        self.services.progress(done);
    }

    fn cancelled(&self) -> bool {
        self.services.cancelled()
    }

    fn log(&self, level: Level, message: &str) {
        let importance = match level {
            Level::Warn => Importance::Warn,
            Level::Info => Importance::Info,
            _ => Importance::Debug,
        };
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.0.push((importance, message.to_owned()));
        drop(messages);
        self.services.log(level, message);
    }

    fn device(&self) -> String {
        self.services.device()
    }

    fn cache_folder(&self) -> Option<PathBuf> {
        self.services.cache_folder()
    }

    fn extension(&self, name: &str, payload: &[u8]) -> Result<Vec<u8>> {
        self.services.extension(name, payload)
    }
}
