//! SHA-256 in the two forms used here: hex text for files and declarations, 128 bits for rows.

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes` in lower-case hex (64 characters).
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first 128 bits of the SHA-256 of the parts, one after the other, read as a big-endian number.
pub(crate) fn sha256_u128(parts: &[&[u8]]) -> u128 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).fold(0, |number, &byte| (number << 8) | u128::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    // "abc" is the first example of FIPS 180-2, appendix B.1.
    #[test]
    fn the_digest_of_abc_is_the_published_one() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sha256_u128(&[b"a", b"bc"]), 0xba78_16bf_8f01_cfea_4141_40de_5dae_2223);
    }
}
