//! Where the cache is, and how large it may become.

use super::Cache;
use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Name of the variable with the cache's folder; empty, there is no cache.
const FOLDER_VARIABLE: &str = "ARCHCAST_CACHE";
/// Name of the variable with the limit in MiB.
const LIMIT_VARIABLE: &str = "ARCHCAST_CACHE_MIB";
/// The limit where none is said: 1 GiB.
const LIMIT_MIB: u64 = 1024;

/// A limit that is no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{LIMIT_VARIABLE}` is `{value}`; give the limit of the cache in MiB, a whole number of at least 1")]
pub struct CacheLimitError {
    /// What the variable says.
    value: String,
}

impl Cache {
    /// The cache of this user: in `$ARCHCAST_CACHE`, or `archcast` in `$XDG_CACHE_HOME`, or `~/.cache/archcast`, of
    /// `$ARCHCAST_CACHE_MIB` MiB at most, 1 GiB where that is not said. `None` where `$ARCHCAST_CACHE` is empty or the user
    /// has no home.
    ///
    /// # Errors
    /// A limit that is no number.
    pub fn of_user() -> Result<Option<Cache>, CacheLimitError> {
        let limit = limit(env::var_os(LIMIT_VARIABLE))?;
        let folder = folder(env::var_os(FOLDER_VARIABLE), env::var_os("XDG_CACHE_HOME"), env::home_dir());
        Ok(folder.map(|folder| Cache::open(folder, limit)))
    }
}

fn limit(said: Option<OsString>) -> Result<u64, CacheLimitError> {
    let Some(said) = said else { return Ok(LIMIT_MIB << 20) };
    let value = said.to_string_lossy().into_owned();
    let mib = value.trim().parse::<u64>().ok().filter(|&mib| mib >= 1);
    mib.and_then(|mib| mib.checked_mul(1 << 20)).ok_or(CacheLimitError { value })
}

fn folder(own: Option<OsString>, caches: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    if let Some(own) = own {
        return (!own.is_empty()).then(|| std::path::absolute(&own).unwrap_or_else(|_| own.into()));
    }
    let caches = caches.filter(|path| Path::new(path).is_absolute()).map(PathBuf::from);
    let caches = caches.or_else(|| home.filter(|home| home.is_absolute()).map(|home| home.join(".cache")));
    caches.map(|caches| caches.join("archcast"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_own_one_or_the_users() {
        let home = || Some(PathBuf::from("/home/ada"));
        let told = |own: Option<&str>, caches: Option<&str>| {
            folder(own.map(Into::into), caches.map(Into::into), home())
        };
        assert_eq!(told(Some("/own"), Some("/caches")), Some("/own".into()));
        assert_eq!(told(None, Some("/caches")), Some("/caches/archcast".into()));
        assert_eq!(told(None, Some("caches")), Some("/home/ada/.cache/archcast".into()));
        assert_eq!(told(None, None), Some("/home/ada/.cache/archcast".into()));
        assert_eq!(told(Some(""), Some("/caches")), None);
        assert_eq!(folder(None, None, None), None);
    }

    #[test]
    fn the_limit_is_a_whole_number_of_mib() {
        assert_eq!(limit(None), Ok(1 << 30));
        assert_eq!(limit(Some("16".into())), Ok(16 << 20));
        for wrong in ["0", "-1", "1.5", "much", "", "99999999999999999999"] {
            let error = limit(Some(wrong.into())).unwrap_err().to_string();
            assert!(error.contains(&format!("`{wrong}`")) && error.contains("MiB"), "{error}");
        }
    }
}
