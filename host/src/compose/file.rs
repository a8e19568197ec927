//! The file of a model: the line `ARCHCAST MODEL 1`, the length of the header (8 bytes, little-endian), the header
//! (JSON), the predictor's state, and the SHA-256 of all that stands before, in hex.

use crate::space::digest::sha256_hex;

const MAGIC: &[u8] = b"ARCHCAST MODEL 1\n";
const DIGEST_LENGTH: usize = 64;

/// The bytes of a file with this header and state.
pub fn join_file(header: &[u8], state: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
    bytes.extend_from_slice(header);
    bytes.extend_from_slice(state);
    let digest = sha256_hex(&bytes);
    bytes.extend_from_slice(digest.as_bytes());
    bytes
}

/// Header and state of a model's file, if it is whole.
pub fn split_file(bytes: &[u8]) -> Result<(&[u8], &[u8]), String> {
    const FIT_AGAIN: &str = "run `archcast fit` again";
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(match bytes.starts_with(b"ARCHCAST MODEL ") && bytes.len() > MAGIC.len() {
            true => "is a model of a newer archcast; use that version, or fit again".to_owned(),
            false if !bytes.is_empty() && MAGIC.starts_with(bytes) => format!("is cut short; {FIT_AGAIN}"),
            false => "is not an archcast model; give a file that `archcast fit -o` wrote".to_owned(),
        });
    };
    let cut = || format!("is cut short or was changed; {FIT_AGAIN}");
    let body =
        bytes.len().checked_sub(DIGEST_LENGTH).filter(|&body| body >= MAGIC.len() + 8).ok_or_else(cut)?;
    if sha256_hex(&bytes[..body]).as_bytes() != &bytes[body..] {
        return Err(cut());
    }
    let rest = &rest[..rest.len() - DIGEST_LENGTH];
    let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
    rest.split_at_checked(length).ok_or_else(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        join_file(b"{}", b"state")
    }

    #[test]
    fn a_whole_file_is_split() {
        assert_eq!(split_file(&file()), Ok((&b"{}"[..], &b"state"[..])));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = file();
        for length in 0..whole.len() {
            assert!(split_file(&whole[..length]).is_err(), "{length}");
        }
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(split_file(&changed).is_err(), "{place}");
        }
    }
}
