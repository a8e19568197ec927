//! Files that are no plugins, or no longer: cut short, text, empty, another platform, a library without a manifest.

use super::{beside_features, features_still_work, found, is_one_sentence, refusal_of};
use archcast::plugin::{Refusal, Status};
use archcast_tests::{archcast, library, registry};
use std::{fs, path::Path, process::Command};

/// Refused when discovered and when used; the features fixture works before and after.
#[track_caller]
fn refused(folder: &Path, file: &str) -> Refusal {
    let registry = registry(folder);
    features_still_work(&registry);
    let refusal = refusal_of(&registry, file);
    is_one_sentence(&refusal.to_string());
    let error = registry.load(found(&registry, file)).expect_err("refused").to_string();
    assert!(error.contains(&refusal.to_string()) && error.contains(file), "{error}");
    features_still_work(&registry);
    refusal
}

#[test]
fn a_file_that_is_cut_short_anywhere_is_refused_and_the_process_survives() {
    let whole = fs::read(library("fixture-native")).unwrap();
    let length = whole.len();
    let mut lengths =
        vec![0, 1, 4, 10, 63, 64, 65, 1000, 4096, length / 4, length / 2, length - 4096, length - 1];
    lengths.extend((1..60).map(|part| length * part / 60));
    let folder = beside_features(|_| {});
    let file = folder.path().join("libfixture_native.so");
    for cut in lengths {
        fs::write(&file, &whole[..cut]).unwrap();
        let refusal = refused(folder.path(), "libfixture_native.so");
        let sentence = refusal.to_string();
        match cut {
            0..4 => assert!(sentence.contains("this is not a dynamic library"), "{cut}: {sentence}"),
            _ => assert!(
                matches!(refusal, Refusal::Truncated { have, need } if have == cut as u64 && need > have)
                    && sentence.contains("cut short"),
                "{cut}: {sentence}"
            ),
        }
    }
    fs::write(&file, &whole).unwrap();
    assert_eq!(found(&registry(folder.path()), "libfixture_native.so").status, Status::Ready);
}

#[test]
fn the_command_survives_a_file_that_is_cut_short() {
    let whole = fs::read(library("fixture-native")).unwrap();
    for cut in [10, whole.len() / 2, whole.len() - 1] {
        let folder = beside_features(|folder| fs::write(folder.join("half.so"), &whole[..cut]).unwrap());
        let plugins = folder.path().to_str().unwrap();
        let listed = archcast(&["--plugin-dir", plugins, "plugins", "list"]).succeeded();
        assert!(
            listed.out.contains(&format!("half.so: the file is cut short: it has {cut} bytes")),
            "{}",
            listed.out
        );
        let used = archcast(&["--plugin-dir", plugins, "plugins", "info", "half.so"]);
        assert_eq!((used.code, &used.out[..]), (1, ""), "{}", used.err);
        assert!(used.err.contains("cut short"), "{}", used.err);
    }
}

#[test]
fn a_text_file_and_an_empty_one_are_told_for_what_they_are() {
    for (content, what) in [
        (&b"[member.ridge]\nuse = \"linear/ridge\"\n"[..], "a text file"),
        (b"", "an empty file"),
        (b"\xff\xfe\x00\x01", "an unknown format"),
    ] {
        let folder = beside_features(|folder| fs::write(folder.join("plugin.so"), content).unwrap());
        let refusal = refused(folder.path(), "plugin.so");
        assert_eq!(refusal, Refusal::NotALibrary { what: what.to_owned() });
        assert!(refusal.to_string().contains("this is not a dynamic library"), "{refusal}");
    }
}

#[test]
fn rubbish_behind_a_librarys_first_bytes_is_refused() {
    let rubbish = [b"\x7fELF".to_vec(), vec![0xa5; 5000]].concat();
    let folder = beside_features(|folder| {
        fs::write(folder.join("rubbish.so"), rubbish).unwrap();
        fs::write(folder.join("windows.so"), b"MZ and no more").unwrap();
    });
    for file in ["rubbish.so", "windows.so"] {
        assert!(matches!(refused(folder.path(), file), Refusal::NotALibrary { .. }), "{file}");
    }
}

#[test]
fn a_library_for_another_machine_is_refused_with_both_platforms() {
    let mut bytes = fs::read(library("fixture-native")).unwrap();
    let machine = u16::from_le_bytes([bytes[18], bytes[19]]);
    // AArch64 where this is x86-64, and the reverse.
    let (other, word) = if machine == 183 { (62_u16, "x86_64") } else { (183, "aarch64") };
    bytes[18..20].copy_from_slice(&other.to_le_bytes());
    let folder = beside_features(|folder| fs::write(folder.join("libfixture_native.so"), bytes).unwrap());
    let refusal = refused(folder.path(), "libfixture_native.so");
    let Refusal::OtherPlatform { theirs, ours } = &refusal else { panic!("{refusal}") };
    assert_eq!(theirs, &format!("{word} elf"));
    assert!(ours.starts_with(std::env::consts::ARCH), "{ours}");
    assert!(refusal.to_string().contains("build it for this platform"));
}

#[test]
fn a_library_without_a_manifest_is_shown_only_on_request() {
    let folder = beside_features(|folder| {
        let source = folder.join("plain.c");
        fs::write(&source, "double plain(void) { return 1.0; }\n").unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(folder.join("libplain.so")).arg(&source);
        assert!(compiler.status().unwrap().success());
    });
    assert_eq!(refused(folder.path(), "libplain.so"), Refusal::NotAPlugin);
    let plugins = folder.path().to_str().unwrap();
    let listed = archcast(&["--plugin-dir", plugins, "plugins", "list"]).succeeded().out;
    assert!(listed.contains("nearest") && !listed.contains("libplain.so"), "{listed}");
    let all = archcast(&["--plugin-dir", plugins, "plugins", "list", "--all"]).succeeded().out;
    let sentence = "libplain.so: this library has no archcast manifest, so it is not a plugin";
    assert!(all.contains("nearest") && all.contains(sentence), "{all}");
}

#[test]
fn a_manifest_that_is_not_understood_is_refused() {
    let mut bytes = fs::read(library("fixture-native")).unwrap();
    let place =
        bytes.windows(8).position(|window| window == b"{\"name\":").expect("the manifest is plain text");
    bytes[place] = b'[';
    let folder = beside_features(|folder| fs::write(folder.join("libfixture_native.so"), bytes).unwrap());
    let refusal = refused(folder.path(), "libfixture_native.so");
    assert!(matches!(refusal, Refusal::BadManifest { .. }), "{refusal}");
}
