use std::{io, path::PathBuf};

/// Why a crate was not written. Nothing was left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScaffoldError {
    /// The name cannot be a crate's.
    #[error("`{name}` {reason}; give a name of lower-case letters, digits and hyphens, e.g. `my-predictor`")]
    Name {
        /// The name asked for.
        name: String,
        /// What is wrong with it; the sentence goes on after the name.
        reason: String,
    },
    /// There is no template of this kind.
    #[error("unknown kind `{kind}`; the kinds are tabular, curve and native")]
    Kind {
        /// The kind asked for.
        kind: String,
    },
    /// The folder has something in it.
    #[error("the folder `{}` is not empty (it holds `{holds}`); give another name, or another folder with --path", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
        /// One thing that it holds.
        holds: String,
    },
    /// A file has the folder's name.
    #[error("`{}` is a file, not a folder; give another name, or another folder with --path", path.display())]
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The folder that should hold the SDK does not.
    #[error("{origin} is `{}`, which is not the SDK: {reason}; give the folder `sdk` of a checkout of archcast, or leave it out to use the sources in this program", path.display())]
    NotAnSdk {
        /// Where the folder was named: `--sdk` or `$ARCHCAST_SDK`.
        origin: &'static str,
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file system said no.
    #[error("cannot {doing} `{}`: {source}; nothing was left behind: mend that, or give another folder with --path", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Something embedded in this program is not sound.
    #[error(
        "the embedded file `{file}` is not sound ({reason}); this is a fault of archcast, please report it"
    )]
    Embedded {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}
