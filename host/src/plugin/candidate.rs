//! One library file, looked at from outside: its manifest and what can be checked without running it.

use super::{Refusal, needed};
use archcast_sdk::{
    archcast_abi::{ABI_VERSION, MANIFEST_SECTION},
    manifest::Manifest,
};
use object::{Architecture, BinaryFormat, Object, ObjectKind, ObjectSection, ObjectSegment};
use std::{env, fs, path::Path};

/// The manifest of a library, read without running any of its code, and why the library is refused, if it is.
/// A library can have a readable manifest and still be refused (another ABI, a missing library).
pub fn read_manifest(path: &Path) -> (Option<Manifest>, Option<Refusal>) {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return (None, Some(Refusal::Unreadable { reason: error.to_string() })),
    };
    match inspect(&bytes) {
        Ok(manifest) => {
            let refusal = judge(path, &bytes, &manifest).err();
            (Some(manifest), refusal)
        }
        Err(refusal) => (None, Some(refusal)),
    }
}

fn inspect(bytes: &[u8]) -> Result<Manifest, Refusal> {
    if !looks_like_a_library(bytes) {
        let what = match std::str::from_utf8(&bytes[..bytes.len().min(512)]) {
            _ if bytes.is_empty() => "an empty file",
            Ok(_) => "a text file",
            Err(_) => "an unknown format",
        };
        return Err(Refusal::NotALibrary { what: what.to_owned() });
    }
    whole(bytes)?;
    let file =
        object::File::parse(bytes).map_err(|error| Refusal::NotALibrary { what: error.to_string() })?;
    if file.kind() != ObjectKind::Dynamic {
        return Err(Refusal::NotALibrary { what: format!("a {:?} file", file.kind()).to_lowercase() });
    }
    let format = |binary: BinaryFormat, architecture: Architecture| {
        format!("{architecture:?} {binary:?}").to_lowercase()
    };
    let ours = (BinaryFormat::native_object(), native_architecture());
    if (file.format(), file.architecture()) != ours {
        return Err(Refusal::OtherPlatform {
            theirs: format(file.format(), file.architecture()),
            ours: format(ours.0, ours.1),
        });
    }
    let section = file.section_by_name(MANIFEST_SECTION).ok_or(Refusal::NotAPlugin)?;
    let text = section.data().map_err(|error| Refusal::BadManifest { reason: error.to_string() })?;
    serde_json::from_slice(text).map_err(|error| Refusal::BadManifest { reason: error.to_string() })
}

fn looks_like_a_library(bytes: &[u8]) -> bool {
    const MAGICS: [&[u8]; 4] = [b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ"];
    MAGICS.iter().any(|magic| bytes.starts_with(magic))
}

/// The loader maps what the headers say and dies of a signal where the file ends before: compare first.
fn whole(bytes: &[u8]) -> Result<(), Refusal> {
    let have = bytes.len() as u64;
    let cut = |need: u64| Refusal::Truncated { have, need };
    if bytes.starts_with(b"\x7fELF") {
        let header: [u8; 64] = match bytes.first_chunk() {
            Some(header) => *header,
            None => return Err(cut(64)),
        };
        let word = |at: usize, size: usize| {
            header[at..at + size].iter().rev().fold(0u64, |value, &byte| value << 8 | u64::from(byte))
        };
        // 64-bit little-endian ELF: offset, entry size and count of the section headers, which stand at the end.
        if header[4] == 2 && header[5] == 1 {
            let need = word(0x28, 8).saturating_add(word(0x3a, 2) * word(0x3c, 2));
            if need > have {
                return Err(cut(need));
            }
        }
    }
    if let Ok(file) = object::File::parse(bytes) {
        for segment in file.segments() {
            let (start, size) = segment.file_range();
            if start.saturating_add(size) > have {
                return Err(cut(start.saturating_add(size)));
            }
        }
    }
    Ok(())
}

fn native_architecture() -> Architecture {
    match env::consts::ARCH {
        "x86_64" => Architecture::X86_64,
        "aarch64" => Architecture::Aarch64,
        _ => Architecture::Unknown,
    }
}

fn judge(path: &Path, bytes: &[u8], manifest: &Manifest) -> Result<(), Refusal> {
    let major = |version: &str| version.split('.').next().and_then(|part| part.parse::<u32>().ok());
    if major(&manifest.abi).is_none() || major(&manifest.abi) != major(ABI_VERSION) {
        return Err(Refusal::OtherAbi {
            theirs: manifest.abi.clone(),
            sdk: manifest.sdk.clone(),
            ours: ABI_VERSION.to_owned(),
        });
    }
    if manifest.panic != "unwind" {
        return Err(Refusal::Aborts);
    }
    match needed::missing_library(path, bytes) {
        Some(library) => Err(Refusal::MissingLibrary { library, package: package(manifest) }),
        None => Ok(()),
    }
}

/// What a plugin says that it links, for a user who lacks it.
fn package(manifest: &Manifest) -> String {
    let mut named: Vec<&str> = Vec::new();
    for library in manifest.predictors.iter().flat_map(|predictor| &predictor.native_libraries) {
        if !named.contains(&&library[..]) {
            named.push(library);
        }
    }
    if named.is_empty() { "the package that holds it".to_owned() } else { named.join(" and ") }
}
