//! The native bytes of a model under a digest: a library that reads damaged bytes may read beyond its memory, so that
//! it must never see them.

use archcast_sdk::{Error, Result};
use sha2::{Digest, Sha256};

/// Length of the digest.
const DIGEST: usize = 32;

/// Bytes behind their digest.
pub(crate) fn close(bytes: &[u8]) -> Vec<u8> {
    [&Sha256::digest(bytes)[..], bytes].concat()
}

/// The bytes, where they are what was closed.
///
/// # Errors
/// `bad_data` when they are damaged or cut short.
pub(crate) fn open<'a>(library: &str, sealed: &'a [u8]) -> Result<&'a [u8]> {
    match sealed.split_at_checked(DIGEST) {
        Some((digest, bytes)) if digest == &Sha256::digest(bytes)[..] => Ok(bytes),
        _ => Err(Error::bad_data(format!("the saved {library} model is damaged; fit it again"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_is_found() {
        let sealed = close(b"a model");
        assert_eq!(open("XGBoost", &sealed).unwrap(), b"a model");
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert!(open("XGBoost", &damaged).is_err() && open("XGBoost", &sealed[..place]).is_err());
        }
    }
}
