//! Why a library is refused, and why a predictor is not to be had.

use std::path::PathBuf;

/// Why a library is not used: one sentence that says what it is, what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The file could not be read.
    #[error("the file cannot be read ({reason}); check its permissions")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// The file is no library at all.
    #[error(
        "this is not a dynamic library ({what}); a plugin is the file that `cargo build --release` makes of a cdylib"
    )]
    NotALibrary {
        /// What it is, as far as can be told.
        what: String,
    },
    /// The file is shorter than it says.
    #[error(
        "the file is cut short: it has {have} bytes and its header speaks of {need}; copy or build it again"
    )]
    Truncated {
        /// Bytes in the file.
        have: u64,
        /// Bytes that its headers need.
        need: u64,
    },
    /// A library without a manifest.
    #[error("this library has no archcast manifest, so it is not a plugin; plugins end in `export_plugin!`")]
    NotAPlugin,
    /// The manifest is not understood.
    #[error("its manifest is not understood ({reason}); build it again with a current archcast-sdk")]
    BadManifest {
        /// What is wrong with it.
        reason: String,
    },
    /// Built for another platform.
    #[error("it is built for {theirs} and this host runs on {ours}; build it for this platform")]
    OtherPlatform {
        /// The library's platform.
        theirs: String,
        /// The host's.
        ours: String,
    },
    /// Built against another major version of the ABI.
    #[error(
        "it is built against ABI {theirs} (SDK {sdk}) and this host speaks ABI {ours}; build it with an SDK of the same major ABI"
    )]
    OtherAbi {
        /// The plugin's ABI.
        theirs: String,
        /// The plugin's SDK.
        sdk: String,
        /// The host's ABI.
        ours: String,
    },
    /// A panic in it would end the process.
    #[error(
        "it is built with panic = \"abort\", so a fault in it would end the host; build it with panic = \"unwind\""
    )]
    Aborts,
    /// A library that it needs is not there.
    #[error("it needs the library `{library}`, which is not on this system; install {package}")]
    MissingLibrary {
        /// The library's name.
        library: String,
        /// What holds it, by the plugin's own words where it says any.
        package: String,
    },
    /// A symbol that it needs is nowhere.
    #[error("it needs the symbol `{symbol}`, which no library offers; link the library that defines it")]
    UndefinedSymbol {
        /// The symbol.
        symbol: String,
    },
    /// The system's loader refused it.
    #[error("the system's loader refused it: {reason}")]
    Loader {
        /// What the loader says.
        reason: String,
    },
    /// Its types do not have the layout of the ABI.
    #[error(
        "its types do not have the layout of ABI {abi} although it says so (SDK {sdk}); build it with an unchanged archcast-sdk"
    )]
    ChangedLayout {
        /// The ABI that it names.
        abi: String,
        /// The SDK that it names.
        sdk: String,
        /// The layout check's own words; long.
        details: String,
    },
}

/// Why a predictor is not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PluginError {
    /// No plugin offers it.
    #[error("unknown predictor `{name}`; {suggestion}")]
    UnknownPredictor {
        /// The name asked for.
        name: String,
        /// The nearest name, or where was looked.
        suggestion: String,
    },
    /// Two plugins offer it.
    #[error("the predictor `{name}` is offered by several plugins; write {}", choices.join(" or "))]
    Ambiguous {
        /// The name asked for.
        name: String,
        /// The full names.
        choices: Vec<String>,
    },
    /// Its plugin is refused.
    #[error("the plugin `{plugin}` ({path}) is refused: {refusal}", path = path.display())]
    Refused {
        /// Name of the plugin, or of its file.
        plugin: String,
        /// The file.
        path: PathBuf,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// No plugin of this name.
    #[error("unknown plugin `{name}`; {suggestion}")]
    UnknownPlugin {
        /// The name asked for.
        name: String,
        /// The nearest name, or where was looked.
        suggestion: String,
    },
}

impl PluginError {
    /// What can be said beyond the sentence, where there is more: long, and for who builds the plugin.
    pub fn details(&self) -> Option<&str> {
        match self {
            Self::Refused { refusal, .. } => match &**refusal {
                Refusal::ChangedLayout { details, .. } => Some(details),
                _ => None,
            },
            _ => None,
        }
    }
}
