//! Compiles the C library into the plugin.

fn main() {
    println!("cargo::rerun-if-changed=native");
    cc::Build::new()
        .file("native/lms.c")
        .warnings(true)
        .compile("lms");
}
