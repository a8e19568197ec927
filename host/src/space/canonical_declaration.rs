//! The canonical declaration: what two files that declare the same space have in common.

use serde::Serialize;

use super::digest::sha256_hex;

/// The declaration as JSON on one line, and its SHA-256. The order of keys is that of the type's fields; prose is
/// left out by the type, so comments, layout, summary and citation do not make another space.
pub(super) fn canonical_and_digest(declared: &impl Serialize) -> (String, String) {
    let canonical = serde_json::to_string(declared).expect("a declaration holds only text and whole numbers");
    let digest = sha256_hex(canonical.as_bytes());
    (canonical, digest)
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    const TEXT: &str = include_str!("builtin/nas-bench-201.toml");

    #[test]
    fn layout_and_prose_do_not_change_the_digest() {
        let space = Space::from_toml(TEXT, "a").unwrap();
        let terse: String = TEXT
            .lines()
            .filter(|line| !line.starts_with(['#', 's', 'c']))
            .map(|line| format!("{line}\n"))
            .collect();
        let other = Space::from_toml(&terse, "b").unwrap();
        assert_eq!(other.summary(), "");
        assert_eq!(other.digest(), space.digest());
    }

    #[test]
    fn another_order_of_operations_is_another_space() {
        let space = Space::from_toml(TEXT, "a").unwrap();
        let swapped = TEXT.replace("\"none\", \"skip_connect\"", "\"skip_connect\", \"none\"");
        assert_ne!(Space::from_toml(&swapped, "b").unwrap().digest(), space.digest());
    }

    // Saved models name their space by this digest: if this test fails, models saved before no longer load.
    #[test]
    fn the_digest_of_nas_bench_201_holds_still() {
        let space = Space::from_toml(TEXT, "a").unwrap();
        assert_eq!(
            space.declaration(),
            r#"{"kind":"edge-operations","name":"nas-bench-201","nodes":4,"edges":["0-1","0-2","1-2","0-3","1-3","2-3"],"operations":["none","skip_connect","nor_conv_1x1","nor_conv_3x3","avg_pool_3x3"],"zero":"none","identity":"skip_connect","text":["op~source","digits"]}"#
        );
        assert_eq!(space.digest().len(), 64);
    }
}
