//! Whether the libraries that a plugin needs are on this system, told without loading anything.

use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::{Endianness, elf};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The first library that the ELF file at `path` needs and that is nowhere the loader would look.
pub fn missing_library(path: &Path, bytes: &[u8]) -> Option<String> {
    let (needed, run_paths) = dynamic_names(bytes)?;
    let mut folders = Vec::new();
    let origin = path.parent().map(|parent| parent.to_string_lossy().into_owned()).unwrap_or_default();
    for list in run_paths {
        folders.extend(
            list.split(':')
                .map(|one| one.replace("$ORIGIN", &origin).replace("${ORIGIN}", &origin))
                .map(PathBuf::from),
        );
    }
    if let Some(list) = env::var_os("LD_LIBRARY_PATH") {
        folders.extend(env::split_paths(&list));
    }
    folders.extend(system_folders());
    needed.into_iter().find(|name| match name.contains('/') {
        true => !Path::new(name).exists(),
        false => !folders.iter().any(|folder| folder.join(name).exists()),
    })
}

/// Names of the needed libraries and the run paths.
fn dynamic_names(bytes: &[u8]) -> Option<(Vec<String>, Vec<String>)> {
    let header = elf::FileHeader64::<Endianness>::parse(bytes).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, bytes).ok()?;
    let entries = segments.iter().find_map(|segment| segment.dynamic(endian, bytes).ok().flatten())?;
    let value_of = |tag: elf::DynamicTag| {
        entries.iter().find(|entry| entry.d_tag(endian) == tag).map(|entry| entry.d_val(endian))
    };
    let (table, size) = (value_of(elf::DT_STRTAB)?, value_of(elf::DT_STRSZ)?);
    let strings =
        segments.iter().find_map(|segment| segment.data_range(endian, bytes, table, size).ok().flatten())?;
    let text = |offset: u64| -> Option<String> {
        let rest = strings.get(usize::try_from(offset).ok()?..)?;
        let end = rest.iter().position(|&byte| byte == 0)?;
        Some(String::from_utf8_lossy(&rest[..end]).into_owned())
    };
    let (mut needed, mut run_paths) = (Vec::new(), Vec::new());
    for entry in entries {
        let tag = entry.d_tag(endian);
        if tag == elf::DT_NEEDED {
            needed.extend(text(entry.d_val(endian)));
        } else if tag == elf::DT_RUNPATH || tag == elf::DT_RPATH {
            run_paths.extend(text(entry.d_val(endian)));
        }
    }
    Some((needed, run_paths))
}

/// The loader's own folders: those of its configuration and the built-in ones.
fn system_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        ["/lib", "/usr/lib", "/lib64", "/usr/lib64"].iter().map(PathBuf::from).collect();
    let triple = format!("{}-linux-gnu", env::consts::ARCH);
    folders.extend([Path::new("/lib").join(&triple), Path::new("/usr/lib").join(&triple)]);
    let mut files = vec![PathBuf::from("/etc/ld.so.conf")];
    if let Ok(entries) = fs::read_dir("/etc/ld.so.conf.d") {
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    for file in files {
        let lines = fs::read_to_string(file).unwrap_or_default();
        folders.extend(lines.lines().map(str::trim).filter(|line| line.starts_with('/')).map(PathBuf::from));
    }
    folders
}
