//! The sequences of operations that lead from a cell's input to its output.

use super::NodeSpace;
use super::dag::{Dag, members};
use crate::space::{Path, PathSpace};

impl NodeSpace {
    /// A path of one edge has no operation; one of every edge that a cell may have visits all but one node.
    pub(super) fn possible_paths(&self) -> PathSpace {
        PathSpace {
            blocks: vec![String::new()],
            operations: self.cell.operations.clone(),
            shortest: 0,
            longest: (self.cell.nodes - 2).min(self.cell.most_edges - 1),
        }
    }

    /// Each different sequence once, shorter ones first.
    pub(super) fn sequences(&self, genotype: &[u16]) -> Vec<Path> {
        let mut paths = Vec::new();
        self.visit_sequences(genotype, &mut |block, operations| {
            paths.push(Path { block, operations: operations.to_vec() });
        });
        paths.sort_unstable_by(|a, b| {
            (a.operations.len(), &a.operations).cmp(&(b.operations.len(), &b.operations))
        });
        paths.dedup();
        paths
    }

    /// Every sequence, one for each way through the cell.
    pub(super) fn visit_sequences(&self, genotype: &[u16], visit: &mut dyn FnMut(usize, &[u16])) {
        let (dag, _) = self.pruned(genotype);
        let walk = Walk { dag, operations: self.cell.chosen(genotype) };
        walk.follow(0, 0, &mut [0; MOST_INNER], visit);
    }
}

/// Most inner nodes of a cell.
const MOST_INNER: usize = 8;

struct Walk<'a> {
    dag: Dag,
    operations: &'a [u16],
}

impl Walk<'_> {
    /// Visits the paths that go on from `node`, which was reached over the first `length` of `path`.
    fn follow(
        &self,
        node: usize,
        length: usize,
        path: &mut [u16; MOST_INNER],
        visit: &mut dyn FnMut(usize, &[u16]),
    ) {
        for next in members(self.dag.readers(node)) {
            match self.operations.get(next - 1) {
                Some(&operation) => {
                    path[length] = operation;
                    self.follow(next, length + 1, path, visit);
                }
                None => visit(0, &path[..length]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::space::{Path, Space};

    /// The column of a path: those of fewer operations come before.
    fn column(path: &Path) -> u64 {
        let before: u64 = (0..path.operations.len() as u32).map(|length| 3_u64.pow(length)).sum();
        let place: u64 = path
            .operations
            .iter()
            .zip(0..)
            .map(|(&operation, at)| u64::from(operation) * 3_u64.pow(at))
            .sum();
        before + place
    }

    fn columns(text: &str) -> Vec<u64> {
        let space = Space::builtin("nas-bench-101").unwrap();
        space.paths(&space.parse(text).unwrap()).iter().map(column).collect()
    }

    #[test]
    fn paths_are_those_of_the_published_encoding() {
        assert_eq!(columns("7,100110100001001010101,02001"), [2, 7, 10, 73]);
        assert_eq!(columns("3,111,1"), [0, 2]);
        assert_eq!(columns("2,1,"), [0]);
    }

    #[test]
    fn operations_stand_in_the_order_of_the_path() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let paths = space.paths(&space.parse("5,1000100101,012").unwrap());
        assert_eq!(paths, [Path { block: 0, operations: vec![0, 1, 2] }]);
    }

    #[test]
    fn equal_paths_count_once_and_dead_ones_not_at_all() {
        // 0 > 1 > 6 and 0 > 2 > 6 with one operation; 0 > 3 ends there.
        assert_eq!(columns("7,111000000010001000000,11200"), [2]);
    }

    #[test]
    fn the_longest_path_holds_every_inner_node() {
        let space = Space::builtin("nas-bench-101").unwrap();
        let possible = space.path_space().unwrap();
        assert_eq!((possible.shortest, possible.longest), (0, 5));
        assert_eq!(possible.operations.len(), 3);
        let chain = "7,100000100001000100101,22222";
        assert_eq!(columns(chain), [363]);
    }

    #[test]
    fn eight_operations_on_a_path_are_told_apart() {
        let names: Vec<String> = (0..10).map(|index| format!("\"o{index}\"")).collect();
        let text = format!(
            "kind = \"node-operations\"\nname = \"x\"\nnodes = 10\nmost_edges = 9\noperations = [{}]",
            names.join(", ")
        );
        let space = Space::from_toml(&text, "x").unwrap();
        let cell = space.parse("10,100000000100000001000000100000100001000100101,92345679").unwrap();
        assert_eq!(space.paths(&cell), [Path { block: 0, operations: vec![9, 2, 3, 4, 5, 6, 7, 9] }]);
    }

    #[test]
    fn few_edges_make_short_paths() {
        let text = include_str!("../builtin/nas-bench-101.toml").replace("most_edges = 9", "most_edges = 3");
        assert_eq!(Space::from_toml(&text, "few").unwrap().path_space().unwrap().longest, 2);
    }
}
