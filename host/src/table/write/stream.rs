//! Bytes on their way into a file, compressed or not.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::aside::Aside;

pub(super) enum Stream {
    Plain(Aside),
    Gzip(Box<GzEncoder<Aside>>),
}

impl Stream {
    pub(super) fn new(file: Aside, gzip: bool) -> Stream {
        match gzip {
            true => Stream::Gzip(Box::new(GzEncoder::new(file, Compression::default()))),
            false => Stream::Plain(file),
        }
    }

    pub(super) fn finish(self) -> io::Result<()> {
        match self {
            Stream::Plain(file) => file.commit(),
            Stream::Gzip(encoder) => encoder.finish()?.commit(),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(file) => file.write(bytes),
            Stream::Gzip(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(file) => file.flush(),
            Stream::Gzip(encoder) => encoder.flush(),
        }
    }
}
