//! From the safe [`Predictor`](crate::Predictor) to the boundary. Nothing here is for authors but [`export_plugin!`](crate::export_plugin).

mod columns;
mod errors;
mod json;
pub(crate) mod panics;
mod services;
mod shims;

pub use columns::dataset_of_view;
pub use errors::{error_of_abi, error_to_abi};
pub use json::{Json, ManifestSource};
pub use shims::{Entry, Plugin, load_root};

use crate::Descriptor;

/// Exports predictors as a plugin: once, at the end of the crate's `lib.rs`.
///
/// ```ignore
/// export_plugin! { name: "neighbours", predictors: [Nearest, Farthest] }
/// export_plugin! { name: "neighbours", summary: "Votes of near rows.", predictors: [Nearest] }
/// ```
///
/// It emits two symbols into the library: the manifest (a section that the host reads without running code) and the
/// root of the boundary.
#[macro_export]
macro_rules! export_plugin {
    (name: $name:literal, predictors: [$($predictor:ty),+ $(,)?] $(,)?) => {
        $crate::export_plugin! { name: $name, summary: env!("CARGO_PKG_DESCRIPTION"), predictors: [$($predictor),+] }
    };
    (name: $name:literal, summary: $summary:expr, predictors: [$($predictor:ty),+ $(,)?] $(,)?) => {
        const _: () = {
            const SOURCE: $crate::export::ManifestSource = $crate::export::ManifestSource {
                name: $name,
                version: env!("CARGO_PKG_VERSION"),
                summary: $summary,
                panic: if cfg!(panic = "unwind") { "unwind" } else { "abort" },
                profile: if cfg!(debug_assertions) { "debug" } else { "release" },
                predictors: &[$(<$predictor as $crate::Predictor>::DESCRIPTOR),+],
            };
            const LENGTH: usize = SOURCE.render::<0>().length();

            #[used]
            #[unsafe(link_section = ".archcast")]
            #[unsafe(no_mangle)]
            pub static ARCHCAST_MANIFEST: [u8; LENGTH] = SOURCE.render::<LENGTH>().into_bytes();

            struct ThisPlugin;

            impl $crate::export::Plugin for ThisPlugin {
                const MANIFEST: &'static [u8] = &ARCHCAST_MANIFEST;
                const ENTRIES: &'static [$crate::export::Entry] = &[$($crate::export::Entry::of::<$predictor>()),+];
            }

            extern "C" fn load() -> $crate::export::boundary::RootModuleResult {
                $crate::export::load_root::<ThisPlugin>()
            }

            // SAFETY: `load` gives the root module of exactly this type, made by the SDK.
            #[unsafe(no_mangle)]
            pub static ARCHCAST_ROOT_V1: $crate::export::boundary::LibHeader = unsafe {
                $crate::export::boundary::LibHeader::from_constructor::<$crate::archcast_abi::PluginRoot_Ref>(
                    load,
                    $crate::export::boundary::CheckTypeLayout::Yes,
                )
            };
        };
    };
}

/// What the macro names of abi_stable.
#[doc(hidden)]
pub mod boundary {
    pub use archcast_abi::abi_stable::library::{CheckTypeLayout, LibHeader, RootModuleResult};
}

/// A descriptor as JSON.
pub(crate) fn descriptor_json(descriptor: &Descriptor) -> String {
    // The const writer needs its length in a const; at run time a generous buffer serves.
    let mut json = Json::<65_536>::new();
    json.descriptor(descriptor);
    let length = json.length();
    String::from_utf8_lossy(&json.into_bytes()[..length]).into_owned()
}
