//! Builds the detached fixtures: a small plugin against a copy of the SDK in which one thing is changed.
//!
//! They cannot be members of the workspace, because a workspace holds one `archcast-abi`. Each variant is a workspace
//! of its own under `target/abi-fixtures/VARIANT/`; all share the target folder `target/abi-fixtures/target`, so that
//! what does not change is compiled once. Its crates lie one folder deeper, `VARIANT/VARIANT/sdk`: cargo tells crates
//! of equal name and version apart by their path **within** a workspace, and would else take one variant's for
//! another's. `tests/fixtures/abi/README.md` lists the variants.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Names of all variants that [`build_variant`] knows.
pub const VARIANTS: &[&str] = &[
    "plain",
    "older-sdk",
    "newer-sdk",
    "grown",
    "abi-2",
    "changed-layout",
    "undefined-symbol",
    "missing-library",
];

/// The root manifest of a detached workspace, as [`Files`] names it.
const MANIFEST: &str = "/Cargo.toml";

/// Builds a variant if it is not up to date, and gives the path of its library (`libabi_VARIANT.so`).
///
/// The plugin in it is named `abi-VARIANT` and offers one predictor, `mean`. Calls from several threads and processes
/// wait for each other.
///
/// # Panics
/// When the variant is unknown or cannot be built, with the compiler's words.
pub fn build_variant(name: &str) -> PathBuf {
    assert!(VARIANTS.contains(&name), "`{name}` is no variant; there are {}", VARIANTS.join(", "));
    let mut files = Files::workspace(name, &["sdk"], &["sdk/abi", "sdk", "plugin"]);
    files.add_folder("tests/fixtures/abi/plugin", "plugin");
    let package = format!("abi-{name}");
    if name != "plain" {
        files.replace("plugin/Cargo.toml", "name = \"abi-plain\"", &format!("name = \"{package}\""));
        files.replace("plugin/src/lib.rs", "name: \"abi-plain\"", &format!("name: \"{package}\""));
    }
    let mut arguments = Vec::new();
    let lock = Lock::take();
    match name {
        "older-sdk" => files.set_version("0.0.9"),
        "newer-sdk" => files.set_version("0.9.0"),
        "grown" => files.replace("plugin/Cargo.toml", "features = []", "features = [\"growth-drill\"]"),
        "abi-2" => files.replace("sdk/abi/Cargo.toml", "version = \"1.0.0\"", "version = \"2.0.0\""),
        "changed-layout" => {
            let (abi, shims) = ("sdk/abi/src/v1_0.rs", "sdk/src/export/shims.rs");
            files.replace(
                abi,
                "describe: extern \"C\" fn(index: u32)",
                "describe: extern \"C\" fn(index: u64)",
            );
            files.replace(
                shims,
                "extern \"C\" fn describe(index: u32)",
                "extern \"C\" fn describe(index: u64)",
            );
            files.replace(shims, "(Self::entry(index)?.describe)", "(Self::entry(index as u32)?.describe)");
        }
        "undefined-symbol" => {
            files.add_file("tests/fixtures/abi/extra/undefined-symbol.rs", "plugin/src/extra.rs")
        }
        "missing-library" => {
            files.add_file("tests/fixtures/abi/extra/missing-library.rs", "plugin/src/extra.rs");
            arguments.extend(["-L".into(), format!("native={}", absent_library(&lock).display())]);
        }
        _ => {}
    }
    files.write();
    let library = lock.build(name, &package, &["--lib"], &arguments).join(library_name(&package));
    if name == "missing-library" {
        fs::remove_dir_all(folder().join("absent")).expect("the library was there to be linked");
    }
    assert!(library.is_file(), "{} was not built", library.display());
    library
}

/// Builds the `archcast` command with tables of functions that have grown by a field, as a later 1.x would have
/// them, and gives the path of the program. It compiles the host's dependencies: minutes, the first time.
///
/// # Panics
/// When it cannot be built, with the compiler's words.
pub fn build_grown_host() -> PathBuf {
    let mut files = Files::workspace("grown-host", &["sdk", "host"], &["sdk/abi", "sdk", "host"]);
    // `archcast new` embeds the templates and the workspace's manifest, which lies one folder higher here.
    files.add_folder("templates", "templates");
    let (found, here) =
        ("let sdk = root.join(\"sdk\");", "let (sdk, root) = (root.join(\"sdk\"), root.join(\"..\"));");
    files.replace("host/build.rs", found, here);
    let lock = Lock::take();
    files.write();
    let selection = ["--bin", "archcast", "--features", "growth-drill"];
    let built = lock.build("grown-host", "archcast", &selection, &[]);
    built.join(format!("archcast{}", env::consts::EXE_SUFFIX))
}

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the checkout is there")
}

fn folder() -> PathBuf {
    checkout().join("target/abi-fixtures")
}

fn library_name(package: &str) -> String {
    format!("{}{}{}", env::consts::DLL_PREFIX, package.replace('-', "_"), env::consts::DLL_SUFFIX)
}

/// The folder of the library that `missing-library` is linked against.
fn absent_library(_lock: &Lock) -> PathBuf {
    let absent = folder().join("absent");
    fs::create_dir_all(&absent).expect("a folder in target");
    let mut compiler = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()));
    compiler.args(["-shared", "-fPIC", "-o"]).arg(absent.join(library_name("archcast_fixture_absent")));
    compiler.arg(checkout().join("tests/fixtures/abi/extra/absent.c"));
    let status = compiler.status().expect("a C compiler is installed");
    assert!(status.success(), "{compiler:?} failed");
    absent
}

/// The files of a detached workspace.
struct Files {
    /// The variant, and the folder of its crates.
    variant: String,
    /// Their contents by their path in the workspace.
    contents: BTreeMap<PathBuf, Vec<u8>>,
}

impl Files {
    /// A workspace of these folders of the checkout, with the checkout's versions, lints and profile.
    fn workspace(variant: &str, folders: &[&str], members: &[&str]) -> Self {
        let mut files = Self { variant: variant.to_owned(), contents: BTreeMap::new() };
        files.add_file("Cargo.toml", MANIFEST);
        let quoted: Vec<String> = members.iter().map(|member| format!("\"{variant}/{member}\"")).collect();
        files.replace_line(MANIFEST, "members = ", &format!("members = [{}]", quoted.join(", ")));
        files.replace_line(MANIFEST, "exclude = ", "exclude = []");
        files.remove_list(MANIFEST, "default-members = [");
        files.replace(MANIFEST, "path = \"sdk/abi\"", &format!("path = \"{variant}/sdk/abi\""));
        for folder in folders {
            files.add_folder(folder, folder);
            files.replace(
                MANIFEST,
                &format!("path = \"{folder}\""),
                &format!("path = \"{variant}/{folder}\""),
            );
        }
        files
    }

    /// Where a file of the variant lies in its workspace.
    fn place(&self, file: &str) -> PathBuf {
        if file == MANIFEST { "Cargo.toml".into() } else { Path::new(&self.variant).join(file) }
    }

    fn add_file(&mut self, from: &str, to: &str) {
        let bytes = fs::read(checkout().join(from)).unwrap_or_else(|error| panic!("{from}: {error}"));
        self.contents.insert(self.place(to), bytes);
    }

    fn add_folder(&mut self, from: &str, to: &str) {
        let entries = fs::read_dir(checkout().join(from)).unwrap_or_else(|error| panic!("{from}: {error}"));
        for entry in entries {
            let name = entry.expect("a readable folder").file_name();
            let name = name.to_str().expect("names in UTF-8");
            let (from, to) = (format!("{from}/{name}"), format!("{to}/{name}"));
            match checkout().join(&from).is_dir() {
                true if name == "target" => {}
                true => self.add_folder(&from, &to),
                false => self.add_file(&from, &to),
            }
        }
    }

    fn change(&mut self, file: &str, change: impl FnOnce(&str) -> String) {
        let place = self.place(file);
        let bytes = self.contents.get_mut(&place).unwrap_or_else(|| panic!("there is no {file}"));
        let before = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{file} is not text"));
        let after = change(before);
        assert_ne!(before, after, "{file} was not changed: adapt the replacement to what it holds now");
        *bytes = after.into_bytes();
    }

    fn replace(&mut self, file: &str, old: &str, new: &str) {
        self.change(file, |text| {
            assert_eq!(text.matches(old).count(), 1, "{file} does not hold `{old}` exactly once");
            text.replacen(old, new, 1)
        });
    }

    /// Puts another line in place of the only one that starts like this.
    fn replace_line(&mut self, file: &str, start: &str, new: &str) {
        self.change(file, |text| {
            let having = text.lines().filter(|line| line.starts_with(start)).count();
            assert_eq!(having, 1, "{file} does not hold one line that starts with `{start}`");
            text.lines()
                .map(|line| if line.starts_with(start) { new } else { line }.to_owned() + "\n")
                .collect()
        });
    }

    /// Removes the only list that starts like this, down to the line that closes it.
    fn remove_list(&mut self, file: &str, start: &str) {
        self.change(file, |text| {
            let (before, rest) = text.split_once(&format!("\n{start}\n")).expect("the list is there");
            let (_, after) = rest.split_once("\n]\n").expect("it is closed");
            format!("{before}\n{after}")
        });
    }

    /// Sets the version of the crates that take the workspace's: the SDK, but not the ABI.
    fn set_version(&mut self, version: &str) {
        self.replace_line(MANIFEST, "version = ", &format!("version = \"{version}\""));
    }

    /// Writes what differs and removes what is too much, so that cargo sees only true changes.
    fn write(&self) {
        let root = folder().join(&self.variant);
        for path in found(&root.join(&self.variant)) {
            if !self.contents.contains_key(path.strip_prefix(&root).expect("found below the root")) {
                fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            }
        }
        for (path, bytes) in &self.contents {
            let path = root.join(path);
            if fs::read(&path).is_ok_and(|have| have == *bytes) {
                continue;
            }
            fs::create_dir_all(path.parent().expect("files have folders")).expect("a folder in target");
            fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
        // Cargo adapts its copy of the lock file, which stays as long as the checkout's is older.
        let (shared, own) = (checkout().join("Cargo.lock"), root.join("Cargo.lock"));
        if shared.is_file() && !newer(&own, &shared) {
            fs::copy(&shared, &own).expect("a file in target");
        }
    }
}

fn newer(path: &Path, than: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|file| file.modified());
    matches!((modified(path), modified(than)), (Ok(one), Ok(other)) if one >= other)
}

/// All files below a folder that may not exist.
fn found(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(found(&path)),
            false => files.push(path),
        }
    }
    files
}

/// The right to build in the shared target folder, until it is dropped.
struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] fs::File);

impl Lock {
    fn take() -> Self {
        fs::create_dir_all(folder()).expect("a folder in target");
        let file = fs::File::create(folder().join("lock")).expect("a file in target");
        file.lock().expect("a lock on a file");
        Self(file)
    }

    /// Builds one package of a variant, without the network if that suffices; gives the folder of what was built.
    fn build(&self, variant: &str, package: &str, selection: &[&str], rustc: &[String]) -> PathBuf {
        let target = folder().join("target");
        let attempt = |network: &[&str]| {
            let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            cargo.current_dir(folder().join(variant)).args(["rustc", "--release", "--quiet"]).args(network);
            cargo.args(["--package", package]).args(selection).arg("--target-dir").arg(&target);
            if !rustc.is_empty() {
                cargo.arg("--").args(rustc);
            }
            // The crate under test must not lend its own settings to the build of another.
            cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
            cargo.env_remove("RUSTC_WORKSPACE_WRAPPER").env_remove("RUSTC_WRAPPER");
            let output = cargo.output().expect("cargo runs");
            (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let (mut built, mut words) = attempt(&["--offline"]);
        if !built && words.contains("offline mode") {
            (built, words) = attempt(&[]);
        }
        assert!(built, "the variant `{variant}` was not built\n{words}");
        target.join("release")
    }
}
