//! A loaded library, its predictors and their models: the safe face of the boundary.

use super::{Refusal, convert::columns_of, table::Call};
use crate::space::digest::sha256_hex;
use archcast_sdk::{
    Dataset, DatasetBuilder, Error, Predictions, Result, Services,
    archcast_abi::{
        ABI_VERSION, DatasetView, Model, Output, PluginRoot_Ref, ROOT_SYMBOL,
        abi_stable::{
            library::AbiHeaderRef,
            std_types::{RSlice, RSliceMut, RVec},
        },
        v1_0,
    },
    dynamic::{DynModel, DynPredictor, require_finite},
    export::error_of_abi,
    manifest::{Manifest, PredictorInfo},
};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// A plugin library in this process; it stays until the process ends.
pub struct LoadedPlugin {
    path: PathBuf,
    digest: OnceLock<Option<String>>,
    manifest: Manifest,
    root: PluginRoot_Ref,
}

impl std::fmt::Debug for LoadedPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedPlugin").field("name", &self.manifest.name).finish_non_exhaustive()
    }
}

impl LoadedPlugin {
    /// Loads a library whose manifest was read and found sound.
    ///
    /// # Errors
    /// Why the loader or the layout check refuses it.
    pub fn load(path: &Path, manifest: Manifest) -> Result<Self, Refusal> {
        // SAFETY: loading runs the library's initialisers; that is what installing a plugin means. RTLD_NOW makes an
        // unresolved symbol an error here instead of the end of the process at the first call.
        let library =
            unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map_err(|error| loader(&error))?;
        let other = |details: String| Refusal::ChangedLayout {
            abi: manifest.abi.clone(),
            sdk: manifest.sdk.clone(),
            details,
        };
        // SAFETY: the symbol is the header that `export_plugin!` emits; its first bytes are checked by `upgrade`.
        let header =
            *unsafe { library.get::<AbiHeaderRef>(ROOT_SYMBOL) }.map_err(|error| other(error.to_string()))?;
        // Plugins are never unloaded: models and their functions may live anywhere.
        std::mem::forget(library);
        let header = header.upgrade().map_err(|error| other(error.to_string()))?;
        // A plugin of this host's minor version or a later one is held to all of this host's types; an older one to
        // those of 1.0, since the check itself refuses a library with fewer fields than the host knows.
        if minor(&manifest.abi) >= minor(ABI_VERSION) {
            header.ensure_layout::<PluginRoot_Ref>().map_err(|error| other(error.to_string()))?;
        } else {
            header.ensure_layout::<v1_0::PluginRoot_Ref>().map_err(|error| other(error.to_string()))?;
        }
        // SAFETY: the layout was checked just now against this host's types, or against those of 1.0, of which this
        // host's are an extension by appended fields whose accessors look at the library's own count of fields.
        let root = unsafe { header.unchecked_layout::<PluginRoot_Ref>() }
            .map_err(|error| other(error.to_string()))?;
        Ok(Self { path: path.to_owned(), digest: OnceLock::new(), manifest, root })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of its file, read when it is first asked for; `None` where it cannot be read any more.
    pub fn digest(&self) -> Option<&str> {
        let read = || std::fs::read(&self.path).ok().map(|bytes| sha256_hex(&bytes));
        self.digest.get_or_init(read).as_deref()
    }

    /// Its predictor of this name.
    pub fn predictor(self: &Arc<Self>, name: &str) -> Option<LoadedPredictor> {
        let index = self.manifest.predictors.iter().position(|info| info.name == name)?;
        Some(LoadedPredictor { plugin: Arc::clone(self), index })
    }

    /// What the appended function of the growth drill makes of a number; `None` where the plugin lacks it.
    #[cfg(feature = "growth-drill")]
    pub fn drill(&self, number: u32) -> Option<u32> {
        self.root.drill().map(|drill| drill(number))
    }
}

fn broken_promise(predictor: &str, what: &str) -> Error {
    Error::internal(format!("the predictor `{predictor}` broke its promise: {what}"))
}

fn minor(version: &str) -> u32 {
    version.split('.').nth(1).and_then(|part| part.parse().ok()).unwrap_or(0)
}

fn loader(error: &libloading::Error) -> Refusal {
    let mut reason = error.to_string();
    if let Some(source) = std::error::Error::source(error) {
        reason = source.to_string();
    }
    if let Some(symbol) = reason.split("undefined symbol: ").nth(1) {
        let symbol = symbol.split([',', ' ', ')']).next().unwrap_or(symbol);
        return Refusal::UndefinedSymbol { symbol: symbol.trim_matches('"').to_owned() };
    }
    if let Some((before, _)) = reason.split_once(": cannot open shared object file") {
        let library = before.rsplit(' ').next().unwrap_or(before).trim_matches('"');
        let package = "the package that holds it".to_owned();
        return Refusal::MissingLibrary { library: library.to_owned(), package };
    }
    Refusal::Loader { reason }
}

/// A predictor of a loaded plugin.
#[derive(Debug, Clone)]
pub struct LoadedPredictor {
    plugin: Arc<LoadedPlugin>,
    index: usize,
}

impl LoadedPredictor {
    /// The plugin that offers it.
    pub fn plugin(&self) -> &Arc<LoadedPlugin> {
        &self.plugin
    }

    /// `plugin/name`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.plugin.manifest.name, self.plugin.manifest.predictors[self.index].name)
    }

    fn model(&self, model: Model, outputs: Vec<String>) -> Box<dyn DynModel> {
        Box::new(LoadedModel { name: self.full_name(), outputs, model, _plugin: Arc::clone(&self.plugin) })
    }
}

fn view_of<'a>(data: &Dataset<'a>, columns: &'a [archcast_sdk::archcast_abi::Column<'a>]) -> DatasetView<'a> {
    DatasetView {
        rows: data.rows() as u64,
        header: data.header_text().into(),
        columns: RSlice::from_slice(columns),
    }
}

impl DynPredictor for LoadedPredictor {
    fn info(&self) -> PredictorInfo {
        self.plugin.manifest.predictors[self.index].clone()
    }

    fn schema(&self) -> Result<Value> {
        let text =
            (self.plugin.root.describe())(self.index as u32).into_result().map_err(|e| error_of_abi(&e))?;
        let mut described: Value = serde_json::from_str(&text).map_err(|error| {
            broken_promise(&self.full_name(), &format!("its description is not JSON: {error}"))
        })?;
        Ok(described["schema"].take())
    }

    fn outputs(&self, parameters: &Value) -> Result<Vec<String>> {
        let text = parameters.to_string();
        let names = (self.plugin.root.outputs())(self.index as u32, text[..].into());
        let names = names.into_result().map_err(|error| error_of_abi(&error))?;
        serde_json::from_str(&names).map_err(|error| {
            broken_promise(&self.full_name(), &format!("its list of outputs is not JSON: {error}"))
        })
    }

    fn fit(
        &self,
        parameters: &Value,
        train: &Dataset<'_>,
        services: &dyn Services,
    ) -> Result<Box<dyn DynModel>> {
        let outputs = self.outputs(parameters)?;
        let columns = columns_of(train);
        let call = Call::new(services);
        let text = parameters.to_string();
        // SAFETY: columns, header and call outlive this call, and the plugin keeps none of them by the boundary's rule.
        let fitted = unsafe {
            (self.plugin.root.fit())(
                self.index as u32,
                text[..].into(),
                view_of(train, &columns),
                call.host(),
            )
        };
        let model = fitted.into_result().map_err(|error| error_of_abi(&error))?;
        Ok(self.model(model, outputs))
    }

    fn restore(&self, state: &[u8], services: &dyn Services) -> Result<Box<dyn DynModel>> {
        let (outputs, state) = split_state(state)?;
        let call = Call::new(services);
        // SAFETY: state and call outlive this call, and the plugin keeps neither by the boundary's rule.
        let restored = unsafe {
            (self.plugin.root.restore())(self.index as u32, RSlice::from_slice(state), call.host())
        };
        let model = restored.into_result().map_err(|error| error_of_abi(&error))?;
        Ok(self.model(model, outputs))
    }

    fn example(&self, n: usize, seed: u64) -> Option<(DatasetBuilder<'static>, Value)> {
        let request = serde_json::json!({ "predictor": self.index, "n": n, "seed": seed }).to_string();
        let answer = (self.plugin.root.extension())("example".into(), RSlice::from_slice(request.as_bytes()));
        rmp_serde::from_slice(&answer.into_result().ok()?).ok()?
    }
}

/// The outputs of a model stand before the plugin's own bytes, since they may depend on the parameters of the fit.
fn join_state(outputs: &[String], state: &[u8]) -> Result<Vec<u8>> {
    let names = serde_json::to_vec(outputs).map_err(|error| Error::internal(error.to_string()))?;
    let length = u32::try_from(names.len()).map_err(|_| Error::internal("too many outputs"))?;
    Ok([&length.to_le_bytes()[..], &names, state].concat())
}

fn split_state(bytes: &[u8]) -> Result<(Vec<String>, &[u8])> {
    let cut =
        || Error::bad_data(format!("the saved model is cut short ({} bytes); fit it again", bytes.len()));
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(cut)?;
    let (names, state) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
    let names = serde_json::from_slice(names)
        .map_err(|error| Error::bad_data(format!("these bytes are not a saved model: {error}")))?;
    Ok((names, state))
}

/// A fitted model of a loaded plugin.
pub struct LoadedModel {
    name: String,
    outputs: Vec<String>,
    model: Model,
    _plugin: Arc<LoadedPlugin>,
}

impl std::fmt::Debug for LoadedModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedModel")
            .field("name", &self.name)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}

// SAFETY: the boundary promises that a model is immutable and usable from several threads at once, and that it may be
// dropped on any thread.
unsafe impl Send for LoadedModel {}
// SAFETY: as above.
unsafe impl Sync for LoadedModel {}

impl Drop for LoadedModel {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `fit` or `restore`, is dropped here only, and is not used again.
        unsafe { (self.model.table.drop())(self.model.pointer) }
    }
}

impl DynModel for LoadedModel {
    fn predict(&self, queries: &Dataset<'_>, services: &dyn Services) -> Result<Predictions> {
        let rows = queries.rows();
        let columns = columns_of(queries);
        let call = Call::new(services);
        let mut outputs: Vec<Output<'_>> =
            self.outputs.iter().map(|name| Output { name: name[..].into(), values: RVec::new() }).collect();
        // SAFETY: the model is alive; columns, header, outputs and call outlive this call, and the plugin keeps none
        // of them by the boundary's rule.
        let answer = unsafe {
            (self.model.table.predict())(
                self.model.pointer,
                view_of(queries, &columns),
                call.host(),
                RSliceMut::from_mut_slice(&mut outputs),
            )
        };
        answer.into_result().map_err(|error| error_of_abi(&error))?;
        let mut predictions = Predictions::new(rows);
        for (row, reason) in call.into_missing() {
            predictions.set_missing(row as usize, reason);
        }
        for (name, output) in self.outputs.iter().zip(outputs) {
            predictions = predictions.output(name, output.values);
        }
        predictions
            .checked(rows, &self.outputs)
            .map_err(|error| require_finite(queries).err().unwrap_or_else(|| self.broke(error.message())))
    }

    fn save(&self) -> Result<Vec<u8>> {
        // SAFETY: the model is alive.
        let state = unsafe { (self.model.table.save())(self.model.pointer) };
        join_state(&self.outputs, &state.into_result().map_err(|error| error_of_abi(&error))?)
    }

    fn importance(&self) -> Result<Option<Vec<f64>>> {
        // SAFETY: the model is alive.
        let answer = unsafe {
            (self.model.table.extension())(self.model.pointer, "importance".into(), RSlice::from_slice(&[]))
        };
        match answer.into_result() {
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| self.broke(&format!("its importances are not JSON: {error}"))),
            Err(error) if error_of_abi(&error).kind() == archcast_sdk::ErrorKind::Unsupported => Ok(None),
            Err(error) => Err(error_of_abi(&error)),
        }
    }
}

impl LoadedModel {
    fn broke(&self, what: &str) -> Error {
        broken_promise(&self.name, what)
    }
}
