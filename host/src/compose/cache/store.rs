//! Files of the cache: whole or not at all, and never more than the limit.

use crate::{space::digest::sha256_hex, write_aside};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

const MAGIC: &[u8] = b"ARCHCAST CACHE 1\n";
/// Length of a digest in hexadecimal digits.
const DIGITS: usize = 64;
/// What a file takes at least on most file systems.
const BLOCK: u64 = 4096;

/// The folder of fitted predictors.
pub const FITS: &str = "fits";
/// The folder of answers.
pub const ANSWERS: &str = "answers";

/// Files by folder (two levels) and name below one folder. Several processes may use one at a time: files are written aside and
/// renamed, the same name always means the same content, and a file that vanished or is not whole is as good as none.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
    limit: u64,
    state: Mutex<State>,
}

/// What this process knows of the folder.
#[derive(Debug, Default)]
struct State {
    /// Bytes in the folder, as last counted and with what was written since; `None` before the first count.
    bytes: Option<u64>,
    /// Bytes written since the last count.
    written: u64,
    /// Whether writing failed once, so that nothing more is written.
    broken: bool,
}

/// A file of the cache, for the sweep.
struct Entry {
    used: SystemTime,
    bytes: u64,
    path: PathBuf,
}

impl Store {
    /// Files below a folder, which need not exist, of so many bytes in all.
    pub fn new(root: PathBuf, limit: u64) -> Self {
        Self { root, limit, state: Mutex::default() }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The content of a file, which counts as used now; `None` where there is none or it is not whole.
    pub fn read(&self, folder: &str, name: &str) -> Option<Vec<u8>> {
        let path = self.root.join(folder).join(name);
        let mut file = File::open(&path).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        if !is_whole(&bytes) {
            // The next one who needs it writes it anew.
            let _ = fs::remove_file(&path);
            return None;
        }
        // Only the order of eviction hangs on it.
        let _ = file.set_modified(SystemTime::now());
        bytes.truncate(bytes.len() - DIGITS);
        bytes.drain(..MAGIC.len());
        Some(bytes)
    }

    /// Removes a file that another one has made needless; one that is not there is as good as removed.
    pub fn remove(&self, folder: &str, name: &str) {
        if is_name(name) {
            let _ = fs::remove_file(self.root.join(folder).join(name));
        }
    }

    /// Names of the files in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let names = fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.retain(|name| is_name(name));
        names.sort();
        names
    }

    /// Writes a file, and removes those that were not used for the longest time where it would be one too many. A file that
    /// would take more than an eighth of the limit is left out.
    ///
    /// # Errors
    /// The first failure of the system; after it nothing more is written.
    pub fn write(&self, folder: &str, name: &str, content: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let bytes = [MAGIC, content].concat();
        let bytes = [&bytes[..], sha256_hex(&bytes).as_bytes()].concat();
        let size = on_disk(bytes.len() as u64);
        if state.broken || size > self.limit / 8 {
            return Ok(());
        }
        // Other processes write as well: the folder is counted again after a while.
        let stale = state.written > self.limit / 16;
        if state.bytes.is_none_or(|have| stale || have + size > self.limit) {
            state.bytes = Some(self.sweep(size));
            state.written = 0;
        }
        let path = self.root.join(folder).join(name);
        let written = self.put(&path, &bytes);
        state.broken = written.is_err();
        state.bytes = state.bytes.map(|have| have + size);
        state.written += size;
        written
    }

    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.root);
        let once = || fs::create_dir_all(folder).and_then(|()| write_aside(path, bytes));
        // Between the two another process may have removed the folder, since it was empty.
        once().or_else(|error| if error.kind() == io::ErrorKind::NotFound { once() } else { Err(error) })
    }

    /// Removes what was not used for the longest time until `more` bytes find a place, with some room to spare where
    /// anything is removed. Gives the bytes that are left.
    fn sweep(&self, more: u64) -> u64 {
        let mut entries = Vec::new();
        for folder in [FITS, ANSWERS].iter().flat_map(|kind| folders(&self.root.join(kind))) {
            entries.extend(files(&folder));
        }
        let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        if bytes + more <= self.limit {
            return bytes;
        }
        entries.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        let room = self.limit - self.limit / 8;
        for entry in entries {
            if bytes + more <= room {
                break;
            }
            if fs::remove_file(&entry.path).is_ok() {
                // Of the folder there may be nothing left; if there is, it stays.
                let _ = entry.path.parent().map(fs::remove_dir);
            }
            bytes = bytes.saturating_sub(entry.bytes);
        }
        bytes
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(body) = bytes.len().checked_sub(DIGITS) else { return false };
    bytes.starts_with(MAGIC) && body >= MAGIC.len() && sha256_hex(&bytes[..body]).as_bytes() == &bytes[body..]
}

/// Whether the cache writes files of this name: no other file is ever removed.
fn is_name(name: &str) -> bool {
    name.len() == DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn on_disk(bytes: u64) -> u64 {
    bytes.div_ceil(BLOCK) * BLOCK
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

/// Files of the cache in a folder, those that a process left half-written among them.
fn files(folder: &Path) -> Vec<Entry> {
    let entry = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let (first, rest) = name.split_at_checked(DIGITS)?;
        if !is_name(first) || !(rest.is_empty() || rest.ends_with(".part")) {
            return None;
        }
        let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some(Entry { used: about.modified().ok()?, bytes: on_disk(about.len()), path: entry.path() })
    };
    fs::read_dir(folder).into_iter().flatten().flatten().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn name(number: u64) -> String {
        format!("{number:064x}")
    }

    fn size(root: &Path) -> u64 {
        Store::new(root.to_owned(), u64::MAX).sweep(0)
    }

    #[test]
    fn what_was_written_is_read_and_a_file_that_is_not_whole_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned(), 1 << 20);
        store.write("fits/aa", &name(1), b"content").unwrap();
        assert_eq!(store.read("fits/aa", &name(1)).unwrap(), b"content");
        assert_eq!(store.read("fits/aa", &name(2)), None);
        let path = folder.path().join("fits/aa").join(name(1));
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(store.read("fits/aa", &name(1)), None, "{length}");
            assert!(!path.exists());
        }
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            fs::write(&path, changed).unwrap();
            assert_eq!(store.read("fits/aa", &name(1)), None, "{place}");
        }
    }

    #[test]
    fn the_folder_stays_under_its_limit_and_the_least_recently_used_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let limit = 40 * BLOCK;
        let store = Store::new(folder.path().to_owned(), limit);
        let long_ago = SystemTime::now() - Duration::from_secs(3600);
        for number in 0..40 {
            store.write("fits/aa", &name(number), &[7; 100]).unwrap();
            let file = File::open(folder.path().join("fits/aa").join(name(number))).unwrap();
            file.set_modified(long_ago + Duration::from_secs(number)).unwrap();
        }
        assert_eq!(size(folder.path()), limit);
        assert!(store.read("fits/aa", &name(0)).is_some());
        store.write("fits/bb", &name(100), &[7; 100]).unwrap();
        assert!(size(folder.path()) <= limit);
        assert_eq!(store.read("fits/aa", &name(1)), None);
        for kept in [0, 39] {
            assert!(store.read("fits/aa", &name(kept)).is_some(), "{kept}");
        }
        for number in 200..400 {
            store.write("answers/cc", &name(number), &[7; 9000]).unwrap();
            assert!(size(folder.path()) <= limit);
        }
    }

    #[test]
    fn what_would_fill_the_cache_alone_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::new(folder.path().to_owned(), 16 * BLOCK);
        store.write("fits/aa", &name(1), &[7; 3 * BLOCK as usize]).unwrap();
        assert_eq!(size(folder.path()), 0);
    }

    #[test]
    fn files_of_others_are_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("fits/aa")).unwrap();
        let other = folder.path().join("fits/aa/thesis.txt");
        fs::write(&other, vec![7; 1 << 20]).unwrap();
        let store = Store::new(folder.path().to_owned(), 16 * BLOCK);
        for number in 0..40 {
            store.write("fits/aa", &name(number), &[7; 100]).unwrap();
        }
        assert!(other.exists());
    }

    #[test]
    fn after_a_failure_nothing_more_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("file");
        fs::write(&root, "no folder").unwrap();
        let store = Store::new(root.clone(), 1 << 20);
        assert!(store.write("fits/aa", &name(1), b"x").is_err());
        fs::remove_file(&root).unwrap();
        assert!(store.write("fits/aa", &name(1), b"x").is_ok());
        assert!(!root.exists());
    }

    #[test]
    fn writers_and_readers_at_once_see_whole_files_only() {
        let folder = tempfile::tempdir().unwrap();
        let content = |number: u64| vec![number as u8; 5000];
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    // A store of its own, as another process has.
                    let store = Store::new(folder.path().to_owned(), 30 * 2 * BLOCK);
                    for number in 0..200 {
                        let place = number % 50;
                        store.write("fits/aa", &name(place), &content(place)).unwrap();
                        if let Some(read) = store.read("fits/aa", &name(place)) {
                            assert_eq!(read, content(place));
                        }
                    }
                });
            }
        });
    }
}
