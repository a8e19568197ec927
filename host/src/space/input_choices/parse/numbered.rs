//! The two forms of numbers: `(((0, 3), (1, 3), ...), (...))` and `0:3 1:3 ... | ...`. Both say the node read first.

use super::cursor::Cursor;
use super::pairs::{Pairs, numbered_operation};
use crate::space::input_choices::Cells;
use crate::space::{Genotype, ParseError};

/// Reads the cells as tuples or lists of pairs, with or without a bracket around them all.
pub fn nested(text: &str, cursor: &mut Cursor<'_>, cells: &Cells) -> Result<Genotype, ParseError> {
    let depth = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .take_while(|letter| matches!(letter, '(' | '['))
        .count();
    let around = if depth > 2 { Some(cursor.open()?) } else { None };
    let mut genotype = Genotype::new();
    for (index, name) in cells.names.iter().enumerate() {
        if index > 0 {
            cursor.expect(',')?;
        }
        let mut pairs = Pairs::new(cells, name);
        let close = cursor.open()?;
        let mut position = cursor.position();
        let mut more = !cursor.take(close);
        while more {
            let pair_close = cursor.open()?;
            let read = cursor.word();
            cursor.expect(',')?;
            pairs.push(read, numbered_operation(cells, cursor.word())?)?;
            cursor.expect(pair_close)?;
            position = cursor.position();
            more = cursor.another(close)?;
        }
        genotype.extend(pairs.finish(position)?);
    }
    if let Some(around) = around {
        cursor.take(',');
        cursor.expect(around)?;
    }
    cursor.end()?;
    Ok(genotype)
}

/// Reads the cells parted by `|`.
pub fn pairs(cursor: &mut Cursor<'_>, cells: &Cells) -> Result<Genotype, ParseError> {
    let mut genotype = Genotype::new();
    for (index, name) in cells.names.iter().enumerate() {
        if index > 0 {
            cursor.expect('|')?;
        }
        let mut pairs = Pairs::new(cells, name);
        while cursor.peek().is_some_and(|next| next.is_alphanumeric()) {
            let read = cursor.word();
            cursor.expect(':')?;
            pairs.push(read, numbered_operation(cells, cursor.word())?)?;
        }
        genotype.extend(pairs.finish(cursor.position())?);
    }
    cursor.end()?;
    Ok(genotype)
}
