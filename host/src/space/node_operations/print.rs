//! From genotype to text.

use super::NodeSpace;
use super::dag::pairs;
use crate::space::kind::Kind;

impl NodeSpace {
    pub(super) fn write(&self, genotype: &[u16]) -> String {
        let nodes = self.written_nodes(genotype);
        let dag = self.cell.dag(genotype);
        let mut text = format!("{nodes},");
        for (from, to) in pairs(nodes) {
            let to = if to == nodes - 1 { self.cell.nodes - 1 } else { to };
            text.push(if dag.has(from, to) { '1' } else { '0' });
        }
        text.push(',');
        for operation in &self.cell.chosen(genotype)[..nodes - 2] {
            text.push_str(&operation.to_string());
        }
        text
    }

    /// How many nodes a cell has as it is written: fewer than it could have where its live inner nodes come first and
    /// all others have no edges and operation 0, which is what reading a smaller cell gives; else all.
    pub(super) fn written_nodes(&self, genotype: &[u16]) -> usize {
        let dag = self.cell.dag(genotype);
        let operations = self.cell.chosen(genotype);
        // Input and output are live in every valid cell.
        let nodes = dag.live().count_ones() as usize;
        let live_first = (1..nodes - 1).all(|node| dag.live() >> node & 1 == 1);
        let empty = |node| dag.readers(node) == 0 && dag.sources(node) == 0 && operations[node - 1] == 0;
        if live_first && (nodes - 1..self.cell.nodes - 1).all(empty) { nodes } else { self.cell.nodes }
    }

    /// What a message shows as the form to follow.
    pub(super) fn example_text(&self) -> String {
        self.write(&self.example())
    }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    fn again(text: &str) -> String {
        let space = Space::builtin("nas-bench-101").unwrap();
        space.print(&space.parse(text).unwrap())
    }

    #[test]
    fn cells_without_dead_nodes_print_as_they_were_read() {
        for text in ["2,1,", "3,101,0", "3,111,1", "4,110011,02", "7,100110100001001010101,02001"] {
            assert_eq!(again(text), text);
        }
    }

    #[test]
    fn cells_with_dead_nodes_print_with_all_their_nodes() {
        // Node 2 of four has no readers, and node 1 is dead while node 2 is not.
        assert_eq!(again("4,110010,02"), "7,110000000010000000000,02000");
        assert_eq!(again("4,010001,00"), "7,010000000000001000000,00000");
        let all = "7,110000000010000000000,02000";
        assert_eq!(again(all), all);
    }

    #[test]
    fn empty_nodes_behind_the_live_ones_are_left_out() {
        assert_eq!(again("7,100001000010000000000,10000"), "3,111,1");
        // An operation of its own is part of the genotype, even where it is dead.
        let dead = "7,100001000010000000000,10001";
        assert_eq!(again(dead), dead);
    }
}
