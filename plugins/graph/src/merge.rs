//! Nodes of several graphs that a network of so many layers cannot tell apart.
//!
//! In a network whose nodes hear of predecessors alone, many nodes of a batch compute the same: in NAS-Bench-201 every
//! input node, and all first operations of one kind. They are one row of the batch that counts as often as there are such
//! nodes, which takes away half of the arithmetic and changes no result but for rounding.

use std::collections::HashMap;

/// For each graph, by labels and what each node reads, the class of each node: nodes of one class have the same label and
/// read, up to `layers` steps back, the same. And how many classes there are.
pub(crate) fn classes<'a>(
    graphs: impl Iterator<Item = (&'a [usize], &'a [Vec<usize>])> + Clone,
    layers: usize,
) -> (Vec<Vec<usize>>, usize) {
    let mut classes: Vec<Vec<usize>> = graphs.clone().map(|(labels, _)| labels.to_vec()).collect();
    let mut count = 0;
    for _ in 0..layers {
        let mut known = HashMap::new();
        for (own, (_, reads)) in classes.iter_mut().zip(graphs.clone()) {
            let next = reads.iter().enumerate().map(|(node, reads)| {
                let mut heard: Vec<usize> = reads.iter().map(|&read| own[read]).collect();
                heard.sort_unstable();
                let fresh = known.len();
                *known.entry((own[node], heard)).or_insert(fresh)
            });
            *own = next.collect();
        }
        count = known.len();
    }
    (classes, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_differ_only_beyond_the_layers_are_one() {
        // Chains of three: 5 5 5 and 4 5 5; each node reads itself and the one before.
        let reads = [vec![0], vec![0, 1], vec![1, 2]];
        let (one, other) = ([5, 5, 5], [4, 5, 5]);
        let graphs = [(&one[..], &reads[..]), (&other[..], &reads[..])];
        assert_eq!(classes(graphs.into_iter(), 1), (vec![vec![0, 1, 1], vec![2, 3, 1]], 4));
        assert_eq!(classes(graphs.into_iter(), 2), (vec![vec![0, 1, 2], vec![3, 4, 5]], 6));
        let same = [graphs[0], graphs[0]];
        assert_eq!(classes(same.into_iter(), 2), (vec![vec![0, 1, 2]; 2], 3));
    }
}
