//! From bytes as stored to the bytes of the table. What they are is told by how they begin, whatever the file's name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::PathBuf;

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::TableError;
use crate::space::digest::hex;

/// First bytes of every gzip stream (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// First bytes of every Parquet file.
const PARQUET: &[u8] = b"PAR1";
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// How far white space is followed to the first character.
const HEAD: usize = 64 << 10;
const BUFFER: usize = 64 << 10;
/// Longer lines are refused: they are no rows, and would fill the memory.
pub(super) const LONGEST_LINE: usize = 64 << 20;

/// Bytes that can be read more than once.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    Bytes(Bytes),
    File(PathBuf),
}

impl Stored {
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Stored::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
            Stored::File(path) => Box::new(File::open(path)?),
        })
    }

    /// What the system says of them, as an error of the table.
    pub(super) fn error(&self, origin: &str, error: io::Error) -> TableError {
        match self {
            Stored::File(path) => TableError::Read { path: path.clone(), source: error },
            Stored::Bytes(_) => TableError::Damaged { origin: origin.to_owned(), reason: error.to_string() },
        }
    }
}

/// A table's content, told apart by its first characters.
pub(super) enum Content {
    Delimited(Plain),
    JsonLines(Plain),
    Parquet(Stored),
}

impl Content {
    /// Looks at the first characters.
    ///
    /// # Errors
    /// What cannot be read; [`TableError::Empty`] where there is nothing but white space.
    pub(super) fn open(stored: &Stored, origin: &str) -> Result<Content, TableError> {
        let raw = stored.open().map_err(|error| stored.error(origin, error))?;
        let mut raw = BufReader::with_capacity(BUFFER, raw);
        let compressed = raw.fill_buf().map_err(|error| stored.error(origin, error))?.starts_with(&GZIP);
        let source: Box<dyn Read + Send> =
            if compressed { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) };
        let mut plain = Plain {
            stored: stored.clone(),
            origin: origin.to_owned(),
            compressed,
            source,
            head: Vec::new(),
            taken: 0,
            read: 0,
            digest: Sha256::new(),
        };
        plain.look()?;
        if is_parquet(&plain.head) {
            let stored = if compressed { plain.into_memory()? } else { stored.clone() };
            return Ok(Content::Parquet(stored));
        }
        if plain.head.starts_with(BYTE_ORDER_MARK) {
            plain.taken = BYTE_ORDER_MARK.len();
        }
        match plain.head.get(plain.taken..).unwrap_or_default().trim_ascii_start().first() {
            None if plain.head.len() < HEAD => Err(TableError::Empty { origin: origin.to_owned() }),
            Some(b'{') => Ok(Content::JsonLines(plain)),
            _ => Ok(Content::Delimited(plain)),
        }
    }
}

/// Whether a Parquet file begins so. A CSV file may begin with a column `PAR1`, but goes on with text.
fn is_parquet(head: &[u8]) -> bool {
    let text = |byte: &u8| *byte >= b' ' || byte.is_ascii_whitespace();
    head.starts_with(PARQUET) && !head.get(PARQUET.len()).is_some_and(text)
}

/// The content without compression and byte order mark. Its errors are [`TableError`] inside [`io::Error`].
pub(super) struct Plain {
    stored: Stored,
    origin: String,
    compressed: bool,
    source: Box<dyn Read + Send>,
    /// The first bytes, which were looked at.
    head: Vec<u8>,
    /// How many of those were read since.
    taken: usize,
    read: usize,
    digest: Sha256,
}

impl Plain {
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// SHA-256 of what was read from the beginning, byte order mark included, in lower-case hex.
    pub(super) fn digest(&self) -> String {
        hex(&self.digest.clone().finalize())
    }

    /// An error of reading as one of the table.
    pub(super) fn error(&self, error: io::Error) -> TableError {
        error.downcast::<TableError>().unwrap_or_else(|error| TableError::Damaged {
            origin: self.origin.clone(),
            reason: error.to_string(),
        })
    }

    /// Reads ahead to the first character that is not white space.
    fn look(&mut self) -> Result<(), TableError> {
        let mut piece = [0; 4096];
        let mut text = 0;
        while self.head.len() < HEAD {
            let count = self.fetch(&mut piece)?;
            self.head.extend_from_slice(&piece[..count]);
            if text == 0 && self.head.starts_with(BYTE_ORDER_MARK) {
                text = BYTE_ORDER_MARK.len();
            }
            let enough = self.head.len() > PARQUET.len()
                && !self.head.get(text..).unwrap_or_default().trim_ascii_start().is_empty();
            if count == 0 || enough {
                break;
            }
        }
        Ok(())
    }

    fn into_memory(mut self) -> Result<Stored, TableError> {
        let mut content = Vec::new();
        match self.read_to_end(&mut content) {
            Ok(_) => Ok(Stored::Bytes(content.into())),
            Err(error) => Err(self.error(error)),
        }
    }

    /// Reads from the source.
    fn fetch(&mut self, buffer: &mut [u8]) -> Result<usize, TableError> {
        let count = loop {
            match self.source.read(buffer) {
                Ok(count) => break count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(error)),
            }
        };
        self.read += count;
        self.digest.update(&buffer[..count]);
        Ok(count)
    }

    fn failed(&self, error: io::Error) -> TableError {
        let origin = self.origin.clone();
        match error.kind() {
            ErrorKind::UnexpectedEof if self.compressed => TableError::Truncated { origin, read: self.read },
            ErrorKind::InvalidInput | ErrorKind::InvalidData if self.compressed => {
                TableError::Damaged { origin, reason: error.to_string() }
            }
            _ => self.stored.error(&origin, error),
        }
    }
}

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let head = self.head.get(self.taken..).unwrap_or_default();
        if head.is_empty() {
            return self.fetch(buffer).map_err(io::Error::other);
        }
        let count = head.len().min(buffer.len());
        buffer[..count].copy_from_slice(&head[..count]);
        self.taken += count;
        Ok(count)
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

    fn open(stored: &[u8]) -> Result<Content, TableError> {
        Content::open(&Stored::Bytes(stored.to_vec().into()), "t.csv.gz")
    }

    fn plain(stored: &[u8]) -> Result<Vec<u8>, TableError> {
        let Content::Delimited(mut plain) = open(stored)? else { panic!("no CSV") };
        let mut content = Vec::new();
        plain.read_to_end(&mut content).map_err(|error| plain.error(error))?;
        Ok(content)
    }

    #[test]
    fn gzip_is_known_by_its_content() {
        assert_eq!(plain(b"a,b\n").unwrap(), b"a,b\n");
        assert_eq!(plain(&gzip(b"a,b\n")).unwrap(), b"a,b\n");
    }

    #[test]
    fn joined_gzip_streams_are_one_content() {
        let joined = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        assert_eq!(plain(&joined).unwrap(), b"a,b\n1,2\n");
    }

    #[test]
    fn gzip_cut_anywhere_is_refused_as_cut_short() {
        let whole = gzip("0,1,2,3,4\n".repeat(50).as_bytes());
        for length in 2..whole.len() {
            let error = plain(&whole[..length]).unwrap_err();
            assert!(matches!(error, TableError::Truncated { .. }), "{length}: {error}");
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_as_damage() {
        let mut stored = gzip(b"a,b\n1,2\n");
        let checksum = stored.len() - 8;
        stored[checksum] ^= 1;
        let error = plain(&stored).unwrap_err().to_string();
        assert!(error.starts_with("t.csv.gz is damaged: "), "{error}");
    }

    #[test]
    fn the_first_character_tells_json_lines_from_csv_through_white_space_and_compression() {
        let spaces = " \n".repeat(5000);
        for text in ["{\"a\":1}", "\u{feff}{\"a\":1}", &format!("{spaces}{{}}"), "\u{feff}\r\n{"] {
            assert!(matches!(open(text.as_bytes()), Ok(Content::JsonLines(_))), "{text}");
            assert!(matches!(open(&gzip(text.as_bytes())), Ok(Content::JsonLines(_))), "{text}");
        }
        for text in ["a{\n", "\"{\"\n1\n", "PAR1,b\n", "PAR1\n"] {
            assert!(matches!(open(text.as_bytes()), Ok(Content::Delimited(_))), "{text}");
        }
        for bytes in [&b"PAR1\x15"[..], b"PAR1"] {
            assert!(matches!(open(bytes), Ok(Content::Parquet(_))));
            assert!(matches!(open(&gzip(bytes)), Ok(Content::Parquet(_))));
        }
    }
}
