//! The functions behind a plugin's root and models: each catches panics and turns errors into the boundary's.

use super::{columns::dataset_of_view, errors::error_to_abi, panics, services::HostServices};
use crate::{
    Error, Predictor, Result,
    dynamic::{DynModel, DynPredictor, Typed, TypedModel},
};
use archcast_abi::{
    AbiError, DatasetView, Host, Model, ModelTable, ModelTable_Ref, Output, PluginRoot, PluginRoot_Ref,
    abi_stable::{
        library::{__call_root_module_loader, RootModuleResult},
        prefix_type::WithMetadata,
        staticref,
        std_types::{RErr, ROk, RResult, RSlice, RSliceMut, RStr, RString, RVec},
    },
};
use serde_json::Value;
use std::{ffi::c_void, marker::PhantomData};

/// What `export_plugin!` says of a plugin.
pub trait Plugin: 'static {
    /// The manifest's JSON, the same bytes as in the library's section.
    const MANIFEST: &'static [u8];
    /// The predictors in the manifest's order.
    const ENTRIES: &'static [Entry];
}

/// One predictor type behind plain function pointers.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    describe: fn() -> Result<String>,
    outputs: fn(&Value) -> Result<Vec<String>>,
    fit: for<'a> fn(&Value, DatasetView<'a>, &HostServices) -> Result<Model>,
    restore: fn(&[u8]) -> Result<Model>,
    example: fn(usize, u64) -> Result<Vec<u8>>,
}

impl Entry {
    /// The entry of a predictor type.
    pub const fn of<P: Predictor>() -> Self {
        Self {
            describe: describe::<P>,
            outputs: |parameters| Typed::<P>::default().outputs(parameters),
            fit: |parameters, train, services| {
                Ok(ModelShim::wrap(Typed::<P>::fit_typed(parameters, &dataset_of_view(&train)?, services)?))
            },
            restore: |state| Ok(ModelShim::wrap(Typed::<P>::restore_typed(state)?)),
            example: example::<P>,
        }
    }
}

fn describe<P: Predictor>() -> Result<String> {
    let typed = Typed::<P>::default();
    let both = serde_json::json!({ "descriptor": typed.info(), "schema": typed.schema()? });
    Ok(both.to_string())
}

fn example<P: Predictor>(n: usize, seed: u64) -> Result<Vec<u8>> {
    let example = Typed::<P>::default().example(n, seed);
    rmp_serde::to_vec_named(&example).map_err(|error| Error::internal(error.to_string()))
}

/// Runs `f` with everything that may come out of it turned into the boundary's form.
fn guard<T>(f: impl FnOnce() -> Result<T>) -> RResult<T, AbiError> {
    let caught = panics::catch(f);
    clear_vector_registers();
    match caught {
        Ok(Ok(value)) => ROk(value),
        Ok(Err(error)) => RErr(error_to_abi(&error)),
        Err(caught) => RErr(error_to_abi(&caught.into_error())),
    }
}

/// Numeric libraries can come back with the upper halves of the vector registers in use (a decomposition by faer does),
/// and then every 128-bit instruction of this thread, the host's too, waits for the one before it: half the speed, until
/// someone clears them.
fn clear_vector_registers() {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx") {
        // SAFETY: the processor has AVX, and the compiler knows that this instruction changes the upper halves.
        unsafe { std::arch::x86_64::_mm256_zeroupper() }
    }
}

/// Makes the root of a plugin; called once, by the host's loader.
pub fn load_root<G: Plugin>() -> RootModuleResult {
    panics::install_hook();
    __call_root_module_loader(|| PluginRoot_Ref(RootShim::<G>::ROOT.as_prefix()))
}

struct RootShim<G>(PhantomData<G>);

impl<G: Plugin> RootShim<G> {
    staticref! {
        const ROOT: WithMetadata<PluginRoot> = WithMetadata::new(PluginRoot {
            manifest: Self::manifest,
            describe: Self::describe,
            outputs: Self::outputs,
            fit: Self::fit,
            restore: Self::restore,
            extension: Self::extension,
            #[cfg(feature = "growth-drill")]
            drill,
        });
    }

    fn entry(index: u32) -> Result<&'static Entry> {
        let count = G::ENTRIES.len();
        G::ENTRIES.get(index as usize).ok_or_else(|| {
            Error::unsupported(format!("this plugin has {count} predictors; there is no number {index}"))
        })
    }

    extern "C" fn manifest() -> RStr<'static> {
        std::str::from_utf8(G::MANIFEST).unwrap_or("").into()
    }

    extern "C" fn describe(index: u32) -> RResult<RString, AbiError> {
        guard(|| (Self::entry(index)?.describe)().map(Into::into))
    }

    extern "C" fn outputs(index: u32, parameters: RStr<'_>) -> RResult<RString, AbiError> {
        guard(|| {
            let names = (Self::entry(index)?.outputs)(&parse_parameters(&parameters)?)?;
            Ok(Value::from(names).to_string().into())
        })
    }

    unsafe extern "C" fn fit(
        index: u32,
        parameters: RStr<'_>,
        train: DatasetView<'_>,
        host: Host,
    ) -> RResult<Model, AbiError> {
        // SAFETY: the host keeps its handle valid for the length of this call.
        let services = unsafe { HostServices::new(host) };
        guard(|| (Self::entry(index)?.fit)(&parse_parameters(&parameters)?, train, &services))
    }

    unsafe extern "C" fn restore(index: u32, state: RSlice<'_, u8>, _host: Host) -> RResult<Model, AbiError> {
        guard(|| (Self::entry(index)?.restore)(state.as_slice()))
    }

    /// Knows `example`: `{"predictor": index, "n": rows, "seed": seed}` gives MessagePack of the data and parameters.
    extern "C" fn extension(name: RStr<'_>, payload: RSlice<'_, u8>) -> RResult<RVec<u8>, AbiError> {
        guard(|| match name.as_str() {
            "example" => {
                let request: Value = serde_json::from_slice(payload.as_slice())
                    .map_err(|error| Error::bad_data(error.to_string()))?;
                let number = |key: &str| request[key].as_u64().unwrap_or(0);
                let entry = Self::entry(number("predictor") as u32)?;
                Ok((entry.example)(number("n") as usize, number("seed"))?.into())
            }
            other => Err(Error::unsupported(format!("this plugin has no extension `{other}`"))),
        })
    }
}

fn parse_parameters(text: &RStr<'_>) -> Result<Value> {
    if text.is_empty() {
        return Ok(Value::Object(Default::default()));
    }
    serde_json::from_str(text)
        .map_err(|error| Error::bad_data(format!("the parameters are not JSON: {error}")))
}

#[cfg(feature = "growth-drill")]
extern "C" fn drill(number: u32) -> u32 {
    number.wrapping_add(1)
}

struct ModelShim<P>(PhantomData<P>);

impl<P: Predictor> ModelShim<P> {
    staticref! {
        const TABLE: WithMetadata<ModelTable> = WithMetadata::new(ModelTable {
            predict: Self::predict,
            save: Self::save,
            drop: Self::drop,
            extension: Self::extension,
            #[cfg(feature = "growth-drill")]
            drill,
        });
    }

    fn wrap(model: TypedModel<P>) -> Model {
        Model {
            pointer: Box::into_raw(Box::new(model)).cast(),
            table: ModelTable_Ref(Self::TABLE.as_prefix()),
        }
    }

    /// # Safety
    /// `pointer` must come from `wrap` of this type and not have been dropped.
    unsafe fn model<'m>(pointer: *const c_void) -> &'m TypedModel<P> {
        // SAFETY: by this function's contract it points to a live `TypedModel<P>`, which is never changed.
        unsafe { &*pointer.cast::<TypedModel<P>>() }
    }

    unsafe extern "C" fn predict<'a, 'o>(
        pointer: *const c_void,
        queries: DatasetView<'a>,
        host: Host,
        mut outputs: RSliceMut<'o, Output<'a>>,
    ) -> RResult<(), AbiError> {
        // SAFETY: the host passes the pointer that `wrap` made, and keeps its handle valid for the call.
        let (model, services) = unsafe { (Self::model(pointer), HostServices::new(host)) };
        guard(|| {
            let predictions = model.predict_shaped(&dataset_of_view(&queries)?, &services)?;
            for (&row, reason) in predictions.missing_rows() {
                services.row_missing(row, reason);
            }
            let wanted = outputs.as_mut_slice();
            let given = predictions.into_outputs();
            if wanted.len() != given.len() {
                return Err(Error::internal(format!("the host asked for {} outputs", wanted.len())));
            }
            for (output, (name, values)) in wanted.iter_mut().zip(given) {
                if output.name.as_str() != name {
                    return Err(Error::internal(format!("the host asked for another output than `{name}`")));
                }
                output.values = values;
            }
            Ok(())
        })
    }

    unsafe extern "C" fn save(pointer: *const c_void) -> RResult<RVec<u8>, AbiError> {
        // SAFETY: the host passes the pointer that `wrap` made.
        let model = unsafe { Self::model(pointer) };
        guard(|| model.save().map(Into::into))
    }

    unsafe extern "C" fn drop(pointer: *mut c_void) {
        // SAFETY: the host passes the pointer that `wrap` made, once, and does not use it again.
        let model = unsafe { Box::from_raw(pointer.cast::<TypedModel<P>>()) };
        // A panic in an author's `Drop` has nowhere to go.
        let _ = panics::catch(|| std::mem::drop(model));
    }

    /// Knows `importance`: a JSON list, or `null`.
    unsafe extern "C" fn extension(
        pointer: *const c_void,
        name: RStr<'_>,
        _payload: RSlice<'_, u8>,
    ) -> RResult<RVec<u8>, AbiError> {
        // SAFETY: the host passes the pointer that `wrap` made.
        let model = unsafe { Self::model(pointer) };
        guard(|| match name.as_str() {
            "importance" => serde_json::to_vec(&model.importance()?)
                .map(Into::into)
                .map_err(|error| Error::internal(error.to_string())),
            other => Err(Error::unsupported(format!("models of this plugin have no extension `{other}`"))),
        })
    }
}
