//! The published form, a Python expression:
//! `Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=[2, 3, 4, 5], reduce=[...], reduce_concat=range(2, 6))`.

use super::cursor::Cursor;
use super::pairs::{Pairs, named_operation, number};
use crate::space::input_choices::Cells;
use crate::space::nearest::{clip, suggest};
use crate::space::{Genotype, ParseError};

/// What ends a cell's name where its value is the list of nodes that feed the output.
const CONCAT: &str = "_concat";

/// Reads the fields in any order; the lists of what feeds the output may be left out, since every node does.
pub fn genotype(cursor: &mut Cursor<'_>, cells: &Cells) -> Result<Genotype, ParseError> {
    let (word, position) = cursor.word();
    if word != "Genotype" {
        let mend = "; the architecture begins with `Genotype(`".into();
        return Err(ParseError::Wrong { what: format!("`{}`", clip(word)), position, mend });
    }
    cursor.expect('(')?;
    let mut read: Vec<Option<Genotype>> = vec![None; cells.names.len()];
    let mut seen = Vec::new();
    loop {
        let (field, position) = cursor.word();
        let name = field.strip_suffix(CONCAT).unwrap_or(field);
        let Some(cell) = cells.names.iter().position(|cell| cell == name) else {
            let fields = cells.names.iter().flat_map(|cell| [cell.clone(), format!("{cell}{CONCAT}")]);
            let fields: Vec<String> = fields.collect();
            let mend = format!(" is no field; {}", suggest(field, fields.iter().map(String::as_str)));
            return Err(ParseError::Wrong { what: format!("`{}`", clip(field)), position, mend });
        };
        if seen.contains(&field) {
            let what = format!("a second `{field}`");
            return Err(ParseError::Wrong { what, position, mend: "; write each field once".into() });
        }
        seen.push(field);
        cursor.expect('=')?;
        if field == name {
            read[cell] = Some(pairs(cursor, cells, name)?);
        } else {
            concat(cursor, cells)?;
        }
        if !cursor.another(')')? {
            break;
        }
    }
    let position = cursor.position();
    cursor.end()?;
    if let Some((name, _)) = cells.names.iter().zip(&read).find(|(_, read)| read.is_none()) {
        let what = format!("the end without `{name}`");
        let mend = format!("; add `{name}=[...]`");
        return Err(ParseError::Wrong { what, position, mend });
    }
    Ok(read.into_iter().flatten().flatten().collect())
}

fn pairs(cursor: &mut Cursor<'_>, cells: &Cells, name: &str) -> Result<Genotype, ParseError> {
    let mut pairs = Pairs::new(cells, name);
    let close = cursor.open()?;
    let mut position = cursor.position();
    let mut more = !cursor.take(close);
    while more {
        let pair_close = cursor.open()?;
        let operation = named_operation(cells, cursor.quoted()?)?;
        cursor.expect(',')?;
        pairs.push(cursor.word(), operation)?;
        cursor.expect(pair_close)?;
        position = cursor.position();
        more = cursor.another(close)?;
    }
    pairs.finish(position)
}

/// Reads `[2, 3, 4, 5]`, `range(2, 6)` or `list(range(2, 6))`, which must be every node of the cell.
fn concat(cursor: &mut Cursor<'_>, cells: &Cells) -> Result<(), ParseError> {
    let (first, last) = (cells.inputs, cells.inputs + cells.nodes - 1);
    let position = cursor.position();
    let nodes: Option<Vec<u16>> = match cursor.word().0 {
        "" => numbers(cursor)?,
        "range" => range(cursor)?,
        "list" => {
            cursor.expect('(')?;
            let nodes = if cursor.word().0 == "range" { range(cursor)? } else { None };
            cursor.expect(')')?;
            nodes
        }
        _ => None,
    };
    let mut nodes = nodes.unwrap_or_default();
    nodes.sort_unstable();
    if nodes.into_iter().eq(first..=last) {
        return Ok(());
    }
    let mend = format!("; every node feeds it, so write `range({first}, {})`", last + 1);
    Err(ParseError::Wrong { what: "other nodes than the cell has feed its output".into(), position, mend })
}

fn range(cursor: &mut Cursor<'_>) -> Result<Option<Vec<u16>>, ParseError> {
    let ends = numbers(cursor)?;
    Ok(ends.and_then(|ends| match ends[..] {
        [from, to] => Some((from..to).collect()),
        _ => None,
    }))
}

fn numbers(cursor: &mut Cursor<'_>) -> Result<Option<Vec<u16>>, ParseError> {
    let close = cursor.open()?;
    let mut numbers = Vec::new();
    let mut more = !cursor.take(close);
    while more {
        numbers.push(number(cursor.word().0));
        more = cursor.another(close)?;
    }
    Ok(numbers.into_iter().collect())
}
