//! Tells the SDK for which target and with which compiler it is built: both stand in every plugin's manifest.

use std::{env, process::Command};

fn main() {
    let target = env::var("TARGET").unwrap_or_else(|_| "unknown".into());
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version =
        Command::new(rustc).arg("-V").output().ok().and_then(|out| String::from_utf8(out.stdout).ok());
    println!("cargo:rustc-env=ARCHCAST_TARGET={target}");
    println!("cargo:rustc-env=ARCHCAST_RUSTC={}", version.as_deref().unwrap_or("unknown").trim());
    println!("cargo:rerun-if-changed=build.rs");
}
