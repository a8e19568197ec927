//! Rows to predict, in blocks of a fixed size: a row gets the same bits alone and among many.

use crate::graphs::{Read, Vocabulary};
use archcast_sdk::prelude::*;

/// Rows of nodes in a block; a larger graph has a block of its own, a multiple of this.
pub(crate) const NODES: usize = 128;
/// Most graphs of a block.
pub(crate) const GRAPHS: usize = 32;
/// Rows between two looks at whether to end.
const CHUNK: usize = 512;

/// The graphs that make up a block, and how many rows of nodes it has, filled up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) graphs: std::ops::Range<usize>,
    pub(crate) nodes: usize,
}

/// Blocks for graphs of so many nodes, one after the other.
pub(crate) fn blocks(nodes: impl IntoIterator<Item = usize>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut used = 0;
    for (graph, nodes) in nodes.into_iter().enumerate() {
        match blocks.last_mut() {
            Some(last) if used + nodes <= NODES && last.graphs.len() < GRAPHS => {
                last.graphs.end = graph + 1;
                used += nodes;
            }
            _ => {
                let filled = nodes.div_ceil(NODES).max(1) * NODES;
                blocks.push(Block { graphs: graph..graph + 1, nodes: filled });
                used = nodes;
            }
        }
    }
    blocks
}

/// What `predict` gives for each sound graph, and for the others what is wrong with them.
///
/// # Errors
/// `cancelled`.
pub(crate) fn answers<T, A: Send>(
    queries: &Dataset<'_>,
    vocabulary: Vocabulary,
    cx: &Context<'_>,
    make: impl Fn(&[u32], &[(u32, u32)]) -> T + Sync,
    predict: impl Fn(&Read<T>) -> Result<Vec<A>> + Sync,
) -> Result<Vec<std::result::Result<A, &'static str>>> {
    let graphs = queries.graphs(GraphForm::Full)?;
    let rows = queries.rows();
    let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
        cx.check()?;
        let some = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
        let checks: Vec<_> = some.clone().map(|row| vocabulary.check(&graphs.row(row))).collect();
        let sound = some.zip(&checks).filter(|(_, check)| check.is_ok()).map(|(row, _)| row);
        let mut answers = predict(&Read::of(&graphs, sound, &make))?.into_iter();
        let lost = "its prediction is lost";
        Ok(checks.into_iter().map(|check| check.and_then(|()| answers.next().ok_or(lost))).collect())
    });
    Ok(chunks.into_iter().collect::<Result<Vec<Vec<_>>>>()?.into_iter().flatten().collect())
}

/// Marks as missing the rows that have no sound graph, and those whose answer is not finite.
pub(crate) fn mark_missing<A>(
    predictions: &mut Predictions,
    answers: &[std::result::Result<A, &'static str>],
    is_finite: impl Fn(&A) -> bool,
) {
    for (row, answer) in answers.iter().enumerate() {
        match answer {
            Err(what) => predictions.set_missing(row, *what),
            Ok(answer) if !is_finite(answer) => predictions.set_missing(row, "the prediction overflows"),
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_a_fixed_size_whatever_is_in_them() {
        let block = |graphs, nodes| Block { graphs, nodes };
        assert_eq!(blocks([8; 17]), [block(0..16, NODES), block(16..17, NODES)]);
        assert_eq!(blocks([1; 33]), [block(0..32, NODES), block(32..33, NODES)]);
        assert_eq!(blocks([8, 300, 8]), [block(0..1, NODES), block(1..2, 384), block(2..3, NODES)]);
        assert_eq!(blocks([]), []);
    }
}
