use super::*;
use std::fs;

fn request(folder: &Path, sdk: SdkSource) -> Request {
    Request { name: "my-knn".into(), kind: Kind::Tabular, folder: folder.to_owned(), sdk }
}

/// Names in a folder, hidden ones included.
fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_crate_of_each_kind_is_whole_and_says_what_comes_next() {
    let home = tempfile::tempdir().unwrap();
    for kind in Kind::ALL {
        let folder = home.path().join("deep").join(kind.as_str());
        let created = write(&Request { kind, ..request(&folder, SdkSource::Embedded) }).unwrap();
        assert!(created.files.iter().all(|file| folder.join(file).is_file()));
        for file in ["Cargo.toml", "README.md", "ensemble.toml", ".gitignore", "src/lib.rs"] {
            assert!(created.files.contains(&file.into()), "{kind} has no {file}");
        }
        assert!(folder.join("vendor/archcast-sdk/abi/src/lib.rs").is_file());
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(created.next_steps.iter().all(|step| readme.contains(step)), "{readme}");
        let told = created.to_string();
        assert!(told.contains("vendor/archcast-sdk/ (") && told.ends_with("plugins list"), "{told}");
    }
    assert_eq!(entries(&home.path().join("deep")).len(), 3, "something was left beside the crates");
}

#[test]
fn an_empty_folder_is_filled_in_place() {
    let home = tempfile::tempdir().unwrap();
    write(&request(home.path(), SdkSource::Embedded)).unwrap();
    let mut have = entries(home.path());
    have.sort();
    assert_eq!(have, [".gitignore", "Cargo.toml", "README.md", "ensemble.toml", "src", "vendor"]);
}

#[test]
fn a_checkout_is_named_by_its_absolute_path_and_not_copied() {
    let home = tempfile::tempdir().unwrap();
    let sdk = home.path().join("sdk");
    fs::create_dir(&sdk).unwrap();
    fs::write(sdk.join("Cargo.toml"), "[package]\nname = \"archcast-sdk\"\n").unwrap();
    let folder = home.path().join("my-knn");
    let created = write(&request(&folder, SdkSource::Checkout(home.path().to_owned()))).unwrap();
    assert!(!folder.join("vendor").exists());
    assert_eq!(created.files.len(), 5);
    let manifest: toml::Table = fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap();
    let path = manifest["dependencies"]["archcast-sdk"]["path"].as_str().unwrap();
    assert_eq!(Path::new(path), sdk.canonicalize().unwrap());
}

#[test]
fn a_folder_in_use_a_file_and_a_wrong_sdk_are_refused_and_nothing_changes() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("notes.txt");
    fs::write(&file, "mine").unwrap();
    let refuse = |folder: &Path, sdk: SdkSource| write(&request(folder, sdk)).unwrap_err().to_string();

    let error = refuse(home.path(), SdkSource::Embedded);
    assert!(error.contains("not empty (it holds `notes.txt`)") && error.contains("--path"), "{error}");
    let error = refuse(&file, SdkSource::Embedded);
    assert!(error.contains("is a file, not a folder"), "{error}");
    let error = refuse(&home.path().join("a"), SdkSource::Checkout(home.path().join("nowhere")));
    assert!(error.contains("is not the SDK"), "{error}");
    let error = refuse(&file.join("a/b"), SdkSource::Embedded);
    assert!(error.contains("cannot ") && error.contains("notes.txt"), "{error}");
    let bad = Request { name: "Knn".into(), ..request(&home.path().join("b"), SdkSource::Embedded) };
    assert!(matches!(write(&bad), Err(ScaffoldError::Name { .. })));

    assert_eq!(entries(home.path()), ["notes.txt"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}
