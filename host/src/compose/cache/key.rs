//! Keys: the SHA-256 of a canonical description of what was asked.

use crate::space::digest::hex;
use archcast_sdk::{
    Dataset, Result,
    dataset::{Column, Shape, Values, names},
};
use sha2::{Digest as _, Sha256};
use std::{ops::Range, path::Path};

/// What stands first in every description; another host may ask otherwise, and read states otherwise.
const VERSION: &str = concat!("archcast cache 1, archcast ", env!("CARGO_PKG_VERSION"));

/// The content of a file as a digest; `None` where it cannot be read.
pub type FileDigest<'f> = &'f dyn Fn(&Path) -> Option<String>;

/// A description in the making: parts that cannot run into each other.
pub struct Description(Sha256);

impl Description {
    /// A description of this kind of question.
    pub fn of(kind: &str) -> Self {
        Self(Sha256::new()).text(VERSION).text(kind)
    }

    /// One more part.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// One more part.
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// One more part.
    pub fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// A whole data set: the header and every column as the predictor is handed it. Of network files it is the content that
    /// counts; `None` where one cannot be read.
    pub fn data(mut self, data: &Dataset<'_>, file: FileDigest<'_>) -> Option<Self> {
        self = self.number(data.rows() as u64).text(data.header_text());
        for column in data.columns() {
            self = self.column(column);
            if column.name() == names::NETWORK {
                for path in data.networks().ok()? {
                    self = self.network(path, file)?;
                }
            }
            let all = 0..column.values().len();
            self = self.values(column.values(), all);
            self = self.bytes(bytemuck::cast_slice(column.offsets())).bytes(column.validity());
        }
        Some(self)
    }

    fn column(self, column: &Column<'_>) -> Self {
        let shape: &str = match column.shape() {
            Shape::Fixed => "fixed",
            Shape::Ragged => "ragged",
            Shape::Text => "text",
        };
        self.text(column.name()).text(shape).number(column.width() as u64)
    }

    fn network(self, path: Option<&str>, file: FileDigest<'_>) -> Option<Self> {
        match path {
            Some(path) => Some(self.text(&file(Path::new(path))?)),
            None => Some(self.text("")),
        }
    }

    fn values(self, values: Values<'_>, range: Range<usize>) -> Self {
        match values {
            Values::F64(values) => self.text("f64").bytes(bytemuck::cast_slice(&values[range])),
            Values::U16(values) => self.text("u16").bytes(bytemuck::cast_slice(&values[range])),
            Values::U32(values) => self.text("u32").bytes(bytemuck::cast_slice(&values[range])),
            Values::U64(values) => self.text("u64").bytes(bytemuck::cast_slice(&values[range])),
            Values::U8(values) => self.text("u8").bytes(&values[range]),
            _ => self.text("unknown"),
        }
    }

    /// The key: 64 hexadecimal digits.
    pub fn key(self) -> String {
        hex(&self.0.finalize())
    }

    /// The first 128 bits of the key, for what is kept many in a file.
    fn short(self) -> [u64; 2] {
        let digest = self.0.finalize();
        let half = |from: usize| {
            digest.iter().skip(from).take(8).fold(0_u64, |number, &byte| (number << 8) | u64::from(byte))
        };
        [half(0), half(8)]
    }
}

/// A key for each row: its identity and all else that the predictor is handed of it. `None` where a network file cannot be
/// read, or the columns are not what they say.
pub fn row_keys(data: &Dataset<'_>, file: FileDigest<'_>) -> Option<Vec<[u64; 2]>> {
    // What is the same for all rows is digested once.
    let common = data
        .columns()
        .iter()
        .fold(Description::of("row").text(data.header_text()), |common, column| common.column(column));
    let common = common.key();
    let networks: Result<Vec<Option<&str>>> = match data.column(names::NETWORK) {
        Some(_) => data.networks(),
        None => Ok(vec![None; data.rows()]),
    };
    let networks = networks.ok()?;
    (0..data.rows())
        .map(|row| {
            let mut key = Description::of("row").text(&common).network(networks[row], file)?;
            for column in data.columns() {
                let (width, offsets) = (column.width(), column.offsets());
                let (values, cells) = match column.shape() {
                    Shape::Fixed => (row * width..(row + 1) * width, row * width..(row + 1) * width),
                    Shape::Ragged | Shape::Text => {
                        let ends = offsets.get(row..row + 2)?;
                        (ends[0] as usize..ends[1] as usize, row..row + 1)
                    }
                };
                key = key.values(column.values(), values);
                key = key.bytes(if column.validity().is_empty() {
                    &[]
                } else {
                    column.validity().get(cells)?
                });
            }
            Some(key.short())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::DatasetBuilder;
    use std::collections::HashSet;

    fn data(values: [f64; 4]) -> DatasetBuilder<'static> {
        DatasetBuilder::new(2).features(&["a", "b"], values.to_vec()).identities([[1, 2], [3, 4]])
    }

    fn key(data: &DatasetBuilder<'_>) -> String {
        Description::of("fit").data(&data.view().unwrap(), &|_| None).unwrap().key()
    }

    #[test]
    fn everything_that_a_predictor_is_handed_counts() {
        let values = [1.0, 2.0, 3.0, 4.0];
        let all = [
            data(values),
            data([1.0, 2.0, 3.0, 5.0]),
            data(values).targets(vec![1.0, 2.0]),
            data(values).targets(vec![1.0, 2.5]),
            data(values).labels(&[Some(1.0), None]),
            data(values).header(|header| header.horizon = Some(20)),
            data(values).identities([[1, 2], [3, 5]]),
            data(values).curve("c", Default::default(), &[vec![1.0], vec![2.0, 3.0]]),
            data(values).curve("c", Default::default(), &[vec![1.0, 2.0], vec![3.0]]),
        ];
        let keys: HashSet<String> = all.iter().map(key).collect();
        assert_eq!(keys.len(), all.len());
        assert_eq!(key(&data(values)), key(&data(values)));
        assert_ne!(Description::of("a").text("bc").key(), Description::of("ab").text("c").key());
    }

    #[test]
    fn a_row_has_the_same_key_alone_and_among_others() {
        let whole = data([1.0, 2.0, 3.0, 4.0]).curve("c", Default::default(), &[vec![1.0], vec![2.0, 3.0]]);
        let view = whole.view().unwrap();
        let keys = row_keys(&view, &|_| None).unwrap();
        let alone = view.select(&[1]).unwrap();
        assert_eq!(row_keys(&alone.view().unwrap(), &|_| None).unwrap(), keys[1..]);
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn of_a_network_file_the_content_counts() {
        let data = DatasetBuilder::new(1).networks(&[Some("/net".into())]);
        let view = data.view().unwrap();
        let key = |content: &str| {
            let file = |_: &Path| Some(content.to_owned());
            (row_keys(&view, &file).unwrap(), Description::of("fit").data(&view, &file).unwrap().key())
        };
        let (one, other) = (key("a"), key("b"));
        assert!(one.0 != other.0 && one.1 != other.1);
        assert_eq!(row_keys(&view, &|_| None), None);
    }
}
