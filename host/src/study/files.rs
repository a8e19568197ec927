//! The files of a study: compositions over one and the same data, and what is measured.

use super::{StudyError, StudySpec};
use crate::{
    compose::{Composition, Mistake},
    space::{digest::sha256_hex, nearest::suggest},
    table::{DataError, DataSpec, Rows},
};
use std::path::{Path, PathBuf};

/// A file of a study.
#[derive(Debug, Clone)]
pub struct StudyFile {
    /// As messages and clashing names have it: the name without folder and ending.
    pub stem: String,
    /// Its path as it was given.
    pub path: PathBuf,
    /// Its folder, absolute: paths in it are relative to that.
    pub base: PathBuf,
    /// SHA-256 of its text.
    pub digest: String,
    /// What it says.
    pub composition: Composition,
}

/// The files of a study with the data and the settings that hold for all of them.
#[derive(Debug)]
pub struct StudyFiles {
    /// The files in the order in which they were given.
    pub files: Vec<StudyFile>,
    /// How to read the data; paths are absolute.
    pub data: DataSpec,
    /// What is measured: the command line's words before those of the file.
    pub spec: StudySpec,
    /// The file whose [data] it is.
    data_file: usize,
    /// The file whose [study] it is.
    study_file: Option<usize>,
}

impl StudyFiles {
    /// Reads compositions. `flags` go before what the files say, `table` before their table; both are relative to `here`.
    ///
    /// # Errors
    /// All mistakes of the first file that has some; files that contradict each other.
    pub fn read(
        paths: &[PathBuf],
        flags: StudySpec,
        table: Option<String>,
        here: &Path,
    ) -> Result<Self, StudyError> {
        let mut files = Vec::new();
        for path in paths {
            let origin = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|error| StudyError::File { path: origin.clone(), error })?;
            let mut composition = Composition::parse_members(&text, &origin)?;
            let base = path.parent().map_or_else(|| here.to_owned(), |parent| here.join(parent));
            composition.data = std::mem::take(&mut composition.data).absolute(&base);
            if let Some(study) = &mut composition.study {
                for file in [&mut study.test_table, &mut study.splits].into_iter().flatten() {
                    if !file.starts_with("builtin:") {
                        *file = base.join(&*file).to_string_lossy().into_owned();
                    }
                }
            }
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let digest = sha256_hex(text.as_bytes());
            files.push(StudyFile { stem, path: path.clone(), base, digest, composition });
        }
        let (data_file, data) = one_data(&mut files, table, here)?;
        let (study_file, study) = one_study(&files)?;
        let spec = flags.or(study);
        Ok(Self { files, data, spec, data_file, study_file })
    }

    /// Reads the rows, of which all epochs of the curves are seen.
    ///
    /// # Errors
    /// What is wrong with the data, at its place in the file where it is a mistake of the file.
    pub fn rows(&self, here: &Path) -> Result<Rows, StudyError> {
        Rows::read(&self.data, here).map_err(|error| self.blame(error))
    }

    /// A failure to read the data, as a mistake of the file where it is one.
    pub fn blame(&self, error: DataError) -> StudyError {
        match self.files.get(self.data_file) {
            Some(file) => file.composition.blame(error).into(),
            None => error.into(),
        }
    }

    /// A setting that cannot be: at its place in the file, or by its name where the command line gave it.
    pub fn wrong(&self, key: &'static str, what: String) -> StudyError {
        let file = self.study_file.and_then(|file| self.files.get(file));
        match (file, self.spec.places.get(key)) {
            (Some(file), Some(place)) => {
                let mistake = Mistake::new(place.clone(), format!("[study] `{key}`: {what}"));
                file.composition.error(vec![mistake]).into()
            }
            _ => StudyError::Setting { key, what },
        }
    }

    /// The members that are measured, each as a file and a place in it, with the name that it has in the study: its own, or
    /// with the file before it where two files have a member of that name.
    ///
    /// # Errors
    /// Names that no member has.
    pub fn members(&self) -> Result<Vec<(usize, usize, String)>, StudyError> {
        let all = self.names();
        let study = self.study_file.and_then(|file| self.files[file].composition.study.as_ref());
        let from_flags = match study {
            Some(study) => self.spec.members.is_some() && self.spec.members != study.members,
            None => self.spec.members.is_some(),
        };
        let Some(wanted) = self.spec.members.as_ref().filter(|_| from_flags) else {
            return self.chosen_by_files(all);
        };
        let mut chosen = Vec::new();
        for name in wanted {
            let found = all.iter().find(|(file, member, full)| {
                full == name
                    || format!("{}:{}", self.files[*file].stem, self.own_name(*file, *member)) == *name
            });
            match found {
                Some(found) if chosen.contains(found) => {}
                Some(found) => chosen.push(found.clone()),
                None => {
                    let names = all.iter().map(|(_, _, full)| &full[..]);
                    return Err(self
                        .wrong("members", format!("there is no member `{name}`; {}", suggest(name, names))));
                }
            }
        }
        Ok(chosen)
    }

    fn own_name(&self, file: usize, member: usize) -> &str {
        &self.files[file].composition.members[member].name.value
    }

    fn names(&self) -> Vec<(usize, usize, String)> {
        let of_file =
            |file: usize| (0..self.files[file].composition.members.len()).map(move |member| (file, member));
        let all: Vec<(usize, usize)> = (0..self.files.len()).flat_map(of_file).collect();
        let clashes = |name: &str| {
            all.iter().filter(|(file, member)| self.own_name(*file, *member) == name).count() > 1
        };
        let same_stem = |stem: &str| self.files.iter().filter(|file| file.stem == stem).count() > 1;
        all.iter()
            .map(|&(file, member)| {
                let own = self.own_name(file, member);
                let name = match clashes(own) {
                    false => own.to_owned(),
                    true if same_stem(&self.files[file].stem) => {
                        format!("{}:{own}", self.files[file].path.display())
                    }
                    true => format!("{}:{own}", self.files[file].stem),
                };
                (file, member, name)
            })
            .collect()
    }

    /// Those that each file's own [study] names, or all of the file.
    fn chosen_by_files(
        &self,
        all: Vec<(usize, usize, String)>,
    ) -> Result<Vec<(usize, usize, String)>, StudyError> {
        for file in &self.files {
            let Some(study) = &file.composition.study else { continue };
            let names = || file.composition.members.iter().map(|member| &member.name.value[..]);
            let unknown = study.members.iter().flatten().find(|name| !names().any(|have| have == *name));
            if let Some(name) = unknown {
                let text = format!("[study] `members`: there is no member `{name}`");
                let place = study.places.get("members").cloned().unwrap_or(0..1);
                return Err(file
                    .composition
                    .error(vec![Mistake::new(place, text).help(suggest(name, names()))])
                    .into());
            }
        }
        let wanted = |file: usize, member: usize| {
            let study = self.files[file].composition.study.as_ref();
            study
                .and_then(|study| study.members.as_ref())
                .is_none_or(|members| members.iter().any(|name| name == self.own_name(file, member)))
        };
        Ok(all.into_iter().filter(|(file, member, _)| wanted(*file, *member)).collect())
    }
}

/// The [data] that holds for all files; labels and fidelity aside, which a study sets itself.
fn one_data(
    files: &mut [StudyFile],
    table: Option<String>,
    here: &Path,
) -> Result<(usize, DataSpec), StudyError> {
    let studied = |data: &DataSpec| DataSpec { labels: None, fidelity: None, ..data.clone() };
    if let Some(table) = table {
        for file in files.iter_mut() {
            file.composition.replace_table(table.clone());
            file.composition.data = std::mem::take(&mut file.composition.data).absolute(here);
        }
    }
    let describes = |data: &DataSpec| DataSpec { table: None, ..studied(data) } != DataSpec::default();
    let first = files.iter().position(|file| describes(&file.composition.data));
    let first =
        first.or_else(|| files.iter().position(|file| file.composition.data.table.is_some())).unwrap_or(0);
    let data = files.get(first).map(|file| studied(&file.composition.data)).unwrap_or_default();
    let differs = |file: &&StudyFile| {
        let own = studied(&file.composition.data);
        own != DataSpec::default() && own != data && (describes(&own) || own.table != data.table)
    };
    match (files.iter().find(differs), files.get(first)) {
        (Some(other), Some(first)) => Err(StudyError::OtherData {
            first: first.path.display().to_string(),
            second: other.path.display().to_string(),
        }),
        _ => Ok((first, data)),
    }
}

/// The [study] of the files, if any has one; several must say the same.
fn one_study(files: &[StudyFile]) -> Result<(Option<usize>, StudySpec), StudyError> {
    let mut found: Option<(usize, &StudySpec)> = None;
    for (place, file) in files.iter().enumerate() {
        match (&file.composition.study, found) {
            (Some(study), None) => found = Some((place, study)),
            (Some(study), Some((first, other))) if !study.agrees(other) => {
                return Err(StudyError::OtherStudy {
                    first: files[first].path.display().to_string(),
                    second: file.path.display().to_string(),
                });
            }
            _ => {}
        }
    }
    Ok(found.map_or((None, StudySpec::default()), |(place, study)| (Some(place), study.clone())))
}
