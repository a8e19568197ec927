//! From bytes as stored to the bytes of the table: gzip is known by its first two bytes, whatever the file's name.

use std::borrow::Cow;
use std::io::{ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use super::TableError;

/// First bytes of every gzip stream (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The content, decompressed where it is compressed.
pub(super) fn plain<'a>(stored: &'a [u8], origin: &str) -> Result<Cow<'a, [u8]>, TableError> {
    if !stored.starts_with(&GZIP) {
        return Ok(Cow::Borrowed(stored));
    }
    let mut content = Vec::new();
    match MultiGzDecoder::new(stored).read_to_end(&mut content) {
        Ok(_) => Ok(Cow::Owned(content)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(TableError::Truncated { origin: origin.to_owned(), read: content.len() })
        }
        Err(error) => Err(TableError::Damaged { origin: origin.to_owned(), reason: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_known_by_its_content() {
        assert_eq!(plain(b"a,b\n", "t").unwrap().as_ref(), b"a,b\n");
        assert_eq!(plain(&gzip(b"a,b\n"), "t").unwrap().as_ref(), b"a,b\n");
    }

    #[test]
    fn joined_gzip_streams_are_one_content() {
        let joined = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        assert_eq!(plain(&joined, "t").unwrap().as_ref(), b"a,b\n1,2\n");
    }

    #[test]
    fn gzip_cut_anywhere_is_refused_as_cut_short() {
        let whole = gzip("0,1,2,3,4\n".repeat(50).as_bytes());
        for length in 2..whole.len() {
            let error = plain(&whole[..length], "t.csv.gz").unwrap_err();
            assert!(matches!(error, TableError::Truncated { .. }), "{length}: {error}");
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_as_damage() {
        let mut stored = gzip(b"a,b\n1,2\n");
        let checksum = stored.len() - 8;
        stored[checksum] ^= 1;
        let error = plain(&stored, "t.csv.gz").unwrap_err().to_string();
        assert!(error.starts_with("t.csv.gz is damaged: "), "{error}");
    }
}
