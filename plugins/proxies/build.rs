//! Compiles what the binding of libtorch lacks, and writes a run path to libtorch into the plugin, so that it loads without any
//! variable.

use std::path::PathBuf;

fn main() {
    const SOURCES: [&str; 2] = ["src/torch/gpu.cpp", "src/torch/memory.cpp"];
    SOURCES.iter().for_each(|source| println!("cargo:rerun-if-changed={source}"));
    let Some(folder) = std::env::var_os("DEP_TCH_LIBTORCH_LIB").map(PathBuf::from) else { return };
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", folder.display());
    let headers = folder.with_file_name("include");
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .warnings(false)
        .include(&headers)
        .files(SOURCES)
        .compile("proxies_torch");
}
