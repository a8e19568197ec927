//! The hash by which NAS-Bench-101 names cells: equal for isomorphic ones. Ying et al. 2019, after Ying's
//! `hash_module`: MD5 over what each node sees of its neighbours, as often as there are nodes.

use md5::{Digest, Md5};

use super::dag::{Dag, MOST_NODES, members};

/// MD5 in lower-case hex.
type Hex = [u8; 32];

/// The hash of a graph without dead nodes. `live` are its nodes, `operation` gives the digit of an inner node.
pub fn graph_hash(dag: &Dag, live: u16, operation: impl Fn(usize) -> u16) -> String {
    let last = dag.nodes() - 1;
    let mut hashes = [[0; 32]; MOST_NODES];
    let mut all_sources = [0; MOST_NODES];
    for node in members(live) {
        all_sources[node] = dag.sources(node);
        let (readers, sources) = (dag.readers(node).count_ones(), all_sources[node].count_ones());
        let label = match node {
            0 => -1,
            node if node == last => -2,
            node => i32::from(operation(node)),
        };
        hashes[node] = md5_hex(format!("({readers}, {sources}, {label})").as_bytes());
    }
    let mut text = Vec::with_capacity(32 * dag.nodes() + 2);
    for _ in members(live) {
        let before = hashes;
        for node in members(live) {
            text.clear();
            sorted(&before, all_sources[node], |hash| text.extend_from_slice(hash));
            text.push(b'|');
            sorted(&before, dag.readers(node), |hash| text.extend_from_slice(hash));
            text.push(b'|');
            text.extend_from_slice(&before[node]);
            hashes[node] = md5_hex(&text);
        }
    }
    // The list as Python prints it.
    text.clear();
    sorted(&hashes, live, |hash| {
        text.extend_from_slice(if text.is_empty() { b"['" } else { b", '" });
        text.extend_from_slice(hash);
        text.push(b'\'');
    });
    text.push(b']');
    md5_hex(&text).iter().map(|&digit| char::from(digit)).collect()
}

/// Visits the hashes of a set of nodes in ascending order.
fn sorted(hashes: &[Hex; MOST_NODES], set: u16, visit: impl FnMut(&Hex)) {
    let mut chosen = [&hashes[0]; MOST_NODES];
    let mut count = 0;
    for node in members(set) {
        chosen[count] = &hashes[node];
        count += 1;
    }
    let chosen = &mut chosen[..count];
    chosen.sort_unstable();
    chosen.iter().copied().for_each(visit);
}

fn md5_hex(text: &[u8]) -> Hex {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 32];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(Md5::digest(text)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Space;

    fn hash(text: &str) -> String {
        let space = Space::builtin("nas-bench-101").unwrap();
        space.canonical(&space.parse(text).unwrap())
    }

    // RFC 1321, appendix A.5; and the first step of the hash of an input read by three nodes.
    #[test]
    fn md5_is_written_in_lower_case_hex() {
        assert_eq!(&md5_hex(b"abc"), b"900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(&md5_hex(b"(3, 0, -1)"), b"3d482e8e629c3a30daf52ea423544a8c");
    }

    // The first row of the benchmark's table in the order of its hashes, and three small cells.
    #[test]
    fn hashes_are_those_that_the_benchmark_publishes() {
        assert_eq!(hash("7,100110100001001010101,02001"), "00005c142e6f48ac74fdcf73e3439874");
        assert_eq!(hash("2,1,"), "043721b9c7fe8c5fad811d47d83132ec");
        assert_eq!(hash("3,101,0"), "b49ac8c578b4561d79ac7087988f1c61");
        assert_eq!(hash("3,111,1"), "09fc2d10bdd6225e167a6f81a22a3f06");
    }

    #[test]
    fn isomorphic_cells_and_dead_nodes_share_a_hash_and_other_cells_do_not() {
        // Nodes 1 and 2 exchanged, in a cell where both feed the output.
        assert_eq!(hash("4,110011,01"), hash("4,110011,10"));
        assert_ne!(hash("4,110011,01"), hash("4,110011,02"));
        // Node 2 is fed by nothing: with or without it, and whatever its operation, the cell is the same.
        assert_eq!(hash("4,101011,02"), hash("3,111,0"));
        assert_eq!(hash("4,100010,02"), hash("3,101,0"));
        assert_ne!(hash("4,100101,00"), hash("4,100101,01"));
    }
}
