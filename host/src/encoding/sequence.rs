//! Architectures as token sequences. Luo et al., Neural Architecture Optimization, NeurIPS 2018; in the form of SemiNAS,
//! NeurIPS 2020: node by node whether it reads each earlier node, then what it does.

use crate::space::{Graph, Space};

/// Token that fills short sequences, and where reading begins.
pub const PADDING: u32 = 0;
const NO_EDGE: u32 = 1;
const EDGE: u32 = 2;
/// Token of the node label 0; the others follow.
const FIRST_LABEL: u32 = 3;

/// Names of the tokens of a space, in their order.
pub fn vocabulary(space: &Space) -> Vec<String> {
    let fixed = ["padding", "no-edge", "edge"].map(str::to_owned);
    fixed.into_iter().chain(space.label_names()).collect()
}

/// Tokens of the largest architecture of a space: for `n` nodes `(n + 2) (n - 1) / 2`.
pub fn length(space: &Space) -> usize {
    let nodes = space.most_nodes();
    (nodes + 2) * nodes.saturating_sub(1) / 2
}

/// The tokens of a graph, without padding: for each node after the first a token for each node before it, then the token
/// of its label. Nodes stand in topological order; where the graph's own order is not one, the first that can go, goes.
pub fn sequence(graph: &Graph) -> Vec<u32> {
    let order = topological(graph);
    let mut place = vec![0; graph.len()];
    order.iter().enumerate().for_each(|(index, &node)| place[node] = index);
    let mut reads = vec![vec![false; graph.len()]; graph.len()];
    for &[from, to, _] in &graph.edges {
        reads[place[to as usize]][place[from as usize]] = true;
    }
    let mut tokens = Vec::new();
    for (index, &node) in order.iter().enumerate().skip(1) {
        tokens.extend(reads[index][..index].iter().map(|&edge| if edge { EDGE } else { NO_EDGE }));
        tokens.push(FIRST_LABEL + graph.labels[node]);
    }
    tokens
}

fn topological(graph: &Graph) -> Vec<usize> {
    let mut waiting = vec![0_usize; graph.len()];
    graph.edges.iter().for_each(|edge| waiting[edge[1] as usize] += 1);
    let mut done = vec![false; graph.len()];
    let mut order = Vec::with_capacity(graph.len());
    while let Some(node) = (0..graph.len()).find(|&node| !done[node] && waiting[node] == 0) {
        done[node] = true;
        order.push(node);
        for edge in graph.edges.iter().filter(|edge| edge[0] as usize == node) {
            waiting[edge[1] as usize] -= 1;
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    // The form of Luo et al. as NASLib writes it, with this space's own numbers of tokens: 3 input, 4 output, 5 none,
    // 6 skip, 7 conv1x1, 8 conv3x3, 9 pool.
    #[test]
    fn the_tokens_of_a_cell_tell_its_edges_and_operations() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let tokens = sequence(&space.full_graph(&[4, 2, 1, 2, 1, 1]));
        assert_eq!(tokens.len(), length(&space));
        let columns: [&[u32]; 7] = [
            &[2, 9],
            &[2, 1, 7],
            &[1, 2, 1, 6],
            &[2, 1, 1, 1, 7],
            &[1, 2, 1, 1, 1, 6],
            &[1, 1, 2, 2, 1, 1, 6],
            &[1, 1, 1, 1, 2, 2, 2, 4],
        ];
        assert_eq!(tokens, columns.concat());
        let names = vocabulary(&space);
        assert_eq!((&names[4][..], &names[9][..]), ("output", "avg_pool_3x3"));
    }

    // Row 1 of the benchmark's table as NASLib writes it: 3 output, 4 conv3x3, 5 conv1x1, 6 pool; here one more, since the
    // input has a token of its own.
    #[test]
    fn a_cell_of_nas_bench_101_has_the_known_tokens() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let cell = space.parse("7,100110100001001010101,02001").unwrap();
        let tokens = sequence(&space.full_graph(&cell));
        let theirs: Vec<u32> = tokens.iter().map(|&token| token - u32::from(token > EDGE)).collect();
        let columns: [&[u32]; 6] = [
            &[2, 4],
            &[1, 2, 6],
            &[1, 1, 2, 4],
            &[2, 1, 1, 1, 4],
            &[2, 1, 1, 2, 2, 5],
            &[1, 1, 2, 1, 1, 2, 3],
        ];
        assert_eq!(theirs, columns.concat());
        assert_eq!((tokens.len(), length(&space)), (27, 27));
    }

    #[test]
    fn every_space_has_tokens_within_its_vocabulary_and_length() {
        use rand::SeedableRng;
        for name in Space::builtin_names() {
            let space = Space::builtin(name).unwrap();
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
            let (tokens, longest) = (vocabulary(&space).len() as u32, length(&space));
            for _ in 0..50 {
                let sequence = sequence(&space.full_graph(&space.sample(&mut rng)));
                assert!(sequence.len() <= longest && sequence.iter().all(|&token| token < tokens), "{name}");
            }
        }
    }

    #[test]
    fn a_graph_out_of_order_is_read_in_topological_order() {
        let straight = Graph { labels: vec![0, 2, 1], parts: vec![0; 3], edges: vec![[0, 1, 0], [1, 2, 0]] };
        let turned = Graph { labels: vec![0, 1, 2], parts: vec![0; 3], edges: vec![[0, 2, 0], [2, 1, 0]] };
        assert_eq!(sequence(&straight), sequence(&turned));
        assert_eq!(sequence(&straight), [2, 5, 1, 2, 4]);
    }
}
