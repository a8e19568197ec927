//! The binary files of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): a record is one or two bytes of labels and then 32 × 32
//! pixels of red, green and blue.

use super::Pictures;
use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::PathBuf,
};

const SIDE: usize = 32;
const PIXELS: usize = 3 * SIDE * SIDE;

/// The first pictures of some files.
pub fn read(files: &[PathBuf], count: usize) -> Result<Pictures, String> {
    let mut pictures = Pictures { side: SIDE, labels: Vec::new(), pixels: Vec::new() };
    for path in files {
        let told = |error: std::io::Error| format!("`{}` cannot be read: {error}", path.display());
        let mut file = File::open(path).map_err(told)?;
        let length = file.seek(SeekFrom::End(0)).map_err(told)? as usize;
        file.rewind().map_err(told)?;
        // The last byte before the pixels is the label: CIFAR-100 has a coarse one before it.
        let label_bytes = match (length, length % (PIXELS + 1), length % (PIXELS + 2)) {
            (0, ..) => 0,
            (_, 0, _) => 1,
            (_, _, 0) => 2,
            _ => 0,
        };
        if label_bytes == 0 {
            return Err(format!(
                "`{}` has {length} bytes, no multiple of the {} of a record of CIFAR-10 or the {} of CIFAR-100; pictures are given by their folder",
                path.display(),
                PIXELS + 1,
                PIXELS + 2
            ));
        }
        let mut record = vec![0; PIXELS + label_bytes];
        for _ in 0..(length / record.len()).min(count - pictures.labels.len()) {
            file.read_exact(&mut record).map_err(told)?;
            pictures.labels.push(u32::from(record[label_bytes - 1]));
            pictures.pixels.extend_from_slice(&record[label_bytes..]);
        }
    }
    Ok(pictures)
}
