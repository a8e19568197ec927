//! Files of which nobody ever sees half.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Tells apart what threads of this process write aside at a time.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A file that is written aside and takes its name when all is written. Dropped before, it leaves nothing.
pub(crate) struct Aside {
    path: PathBuf,
    aside: PathBuf,
    /// Nothing once it has its name.
    file: Option<BufWriter<File>>,
}

impl Aside {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this names no file"))?;
        let mut aside = name.to_os_string();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        aside.push(format!(".{}.{number}.part", std::process::id()));
        let aside = path.with_file_name(aside);
        let file = Some(BufWriter::with_capacity(64 << 10, File::create(&aside)?));
        Ok(Self { path: path.to_owned(), aside, file })
    }

    /// Gives it its name, over an older file of that name.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        self.flush()?;
        fs::rename(&self.aside, &self.path)?;
        self.file = None;
        Ok(())
    }
}

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.flush())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.file.is_some() {
            // The first error is the one to tell; a leftover is only untidy.
            let _ = fs::remove_file(&self.aside);
        }
    }
}

/// Writes a file at once.
pub(crate) fn write_aside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Aside::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "old").unwrap();
        let mut file = Aside::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = Aside::create(&folder.path().join("a.csv")).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
