//! NAS-Bench-201's own rule for which cells are the same.

use super::Cell;

/// The unique string of a cell. Dong and Yang, NAS-Bench-201, ICLR 2020, appendix; as in the authors' library: a node is
/// the sorted sum of its inputs, a zero operation or a zero input is `#`, and an identity is what it reads.
///
/// Two networks that differ can have one string, since a result that is read twice is written twice; and one network can
/// have several, since a node with only zero inputs counts as something.
pub fn unique_string(cell: &Cell, genotype: &[u16]) -> String {
    let mut nodes = vec!["0".to_owned()];
    for edges in cell.incoming() {
        let mut terms: Vec<String> = edges
            .iter()
            .map(|&(from, decision)| {
                let (read, operation) = (&nodes[usize::from(from)], genotype[decision]);
                if Some(operation) == cell.zero || read == "#" {
                    "#".to_owned()
                } else if Some(operation) == cell.identity {
                    read.clone()
                } else {
                    format!("({read})@{}", cell.operations[usize::from(operation)])
                }
            })
            .collect();
        terms.sort_unstable();
        nodes.push(terms.join("+"));
    }
    nodes.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::space::Space;

    // The published number of unique cells: Dong and Yang, section 2.1.
    #[test]
    fn nas_bench_201_has_6466_unique_strings() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let strings: HashSet<_> =
            space.enumerate().unwrap().filter_map(|cell| space.published_class(&cell)).collect();
        assert_eq!(strings.len(), 6_466);
    }

    #[test]
    fn one_string_can_stand_for_two_networks() {
        let space = Space::builtin("nas-bench-201").unwrap();
        // One convolution read by two, and two convolutions of the same input read by one each.
        let (shared, apart) = ([3, 1, 0, 0, 2, 2], [3, 3, 0, 0, 2, 2]);
        assert_ne!(space.canonical(&shared), space.canonical(&apart));
    }
}
