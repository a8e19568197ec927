//! The pairs of one cell as they are read: which node each belongs to, and what it may hold.

use crate::space::input_choices::Cells;
use crate::space::nearest::{clip, suggest};
use crate::space::{Genotype, ParseError};

/// The pairs of one cell, read so far.
pub struct Pairs<'a> {
    cells: &'a Cells,
    cell: &'a str,
    read: Vec<[u16; 2]>,
}

impl<'a> Pairs<'a> {
    pub fn new(cells: &'a Cells, cell: &'a str) -> Pairs<'a> {
        Pairs { cells, cell, read: Vec::with_capacity(cells.cell_len() / 2) }
    }

    /// Adds the next pair: the text of the node read, with its position, and the operation.
    pub fn push(&mut self, (text, position): (&str, usize), operation: u16) -> Result<(), ParseError> {
        let reads = usize::from(self.cells.reads);
        if self.read.len() >= self.cells.cell_len() / 2 {
            return Err(self.wrong_count("a pair too many".into(), position));
        }
        let node = self.cells.number_at(2 * self.read.len());
        let Some(read) = number(text).filter(|&read| read < node) else {
            let sources: Vec<String> = (0..node).map(|source| source.to_string()).collect();
            let sources = sources.join(", ");
            return Err(ParseError::UnknownSource { node, read: clip(text), sources, position });
        };
        let first = self.read.len() - self.read.len() % reads;
        if self.read[first..].iter().any(|&[other, _]| other == read) {
            return Err(ParseError::RepeatedSource { node, read, position });
        }
        self.read.push([read, operation]);
        Ok(())
    }

    /// The values of the cell with the pairs of each node sorted; `position` is where the pairs end.
    pub fn finish(mut self, position: usize) -> Result<Genotype, ParseError> {
        if self.read.len() < self.cells.cell_len() / 2 {
            let plural = if self.read.len() == 1 { "" } else { "s" };
            return Err(self.wrong_count(format!("{} pair{plural}", self.read.len()), position));
        }
        self.read.chunks_mut(usize::from(self.cells.reads)).for_each(<[_]>::sort_unstable);
        Ok(self.read.into_flattened())
    }

    fn wrong_count(&self, what: String, position: usize) -> ParseError {
        let Cells { inputs, nodes, reads, .. } = self.cells;
        ParseError::Wrong {
            what: format!("{what} for `{}`", self.cell),
            position,
            mend: format!(
                "; a cell has {}, {reads} for each of the nodes {inputs} to {}",
                nodes * reads,
                inputs + nodes - 1
            ),
        }
    }
}

/// The operation of that name.
pub fn named_operation(cells: &Cells, (name, position): (&str, usize)) -> Result<u16, ParseError> {
    let index = cells.operations.iter().position(|operation| operation == name);
    index.and_then(|index| u16::try_from(index).ok()).ok_or_else(|| ParseError::UnknownOperation {
        name: clip(name),
        suggestion: suggest(name, cells.operations.iter().map(String::as_str)),
        position,
    })
}

/// The operation of that number.
pub fn numbered_operation(cells: &Cells, (text, position): (&str, usize)) -> Result<u16, ParseError> {
    let known = number(text).filter(|&number| usize::from(number) < cells.operations.len());
    known.ok_or_else(|| ParseError::Wrong {
        what: format!("`{}`", clip(text)),
        position,
        mend: format!(" is no operation; they are the numbers 0 to {}", cells.operations.len() - 1),
    })
}

/// A number written in digits alone.
pub fn number(text: &str) -> Option<u16> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
