//! The edges of a cell as bit sets.

/// Most nodes of a cell. A drawn row has no edge from the input but the one to the output, and so is valid, once in
/// 2^(n-1) rows: the limit keeps drawing until valid short. A cell of n nodes has up to 2^(n-2) paths.
pub const MOST_NODES: usize = 10;

/// The pairs of nodes in the order of a matrix's upper triangle, row by row.
pub fn pairs(nodes: usize) -> impl Iterator<Item = (usize, usize)> + Clone {
    (0..nodes).flat_map(move |from| (from + 1..nodes).map(move |to| (from, to)))
}

/// The members of a set of nodes, ascending.
pub fn members(set: u16) -> impl Iterator<Item = usize> {
    let mut rest = set;
    std::iter::from_fn(move || {
        let node = rest.trailing_zeros() as usize;
        // Takes the lowest bit out; nothing is left to take out of an empty set.
        rest &= rest.checked_sub(1)?;
        Some(node)
    })
}

/// A graph whose edges lead from lower to higher nodes. Node 0 is the input, the last the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dag {
    nodes: usize,
    /// For each node the set of those that read it.
    readers: [u16; MOST_NODES],
}

impl Dag {
    /// The graph of so many nodes whose edges are the pairs with a 1; pairs that are not there count as 0.
    pub fn new(nodes: usize, bits: &[u16]) -> Dag {
        let packed = bits.iter().zip(0..u64::BITS).fold(0, |all, (&bit, at)| all | u64::from(bit & 1) << at);
        let mut dag = Dag { nodes, readers: [0; MOST_NODES] };
        let mut rest = packed;
        for (from, readers) in dag.readers[..nodes].iter_mut().enumerate() {
            let pairs = nodes - 1 - from;
            *readers = ((rest & !(u64::MAX << pairs)) << (from + 1)) as u16;
            rest >>= pairs;
        }
        dag
    }

    /// The graph whose matrix is this number: the first pair is the highest of its bits.
    pub fn numbered(nodes: usize, number: u32) -> Dag {
        let mut dag = Dag { nodes, readers: [0; MOST_NODES] };
        let mut rest = number << (u32::BITS as usize - nodes * (nodes - 1) / 2);
        for from in 0..nodes {
            for to in from + 1..nodes {
                dag.readers[from] |= ((rest >> (u32::BITS - 1)) as u16) << to;
                rest <<= 1;
            }
        }
        dag
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Whether there is an edge.
    pub fn has(&self, from: usize, to: usize) -> bool {
        self.readers[from] >> to & 1 == 1
    }

    /// The nodes that read this one.
    pub fn readers(&self, node: usize) -> u16 {
        self.readers[node]
    }

    /// The nodes that this one reads.
    pub fn sources(&self, node: usize) -> u16 {
        (0..node).fold(0, |set, from| set | (self.readers[from] >> node & 1) << from)
    }

    /// Number of edges.
    pub fn edges(&self) -> usize {
        // Four sets at a time: counting ones is slow on processors that are not told to have an instruction for it.
        let together = |sets: &[u16]| sets.iter().fold(0_u64, |all, &set| all << 16 | u64::from(set));
        self.readers.chunks(4).map(|sets| together(sets).count_ones() as usize).sum()
    }

    /// The nodes on a path from input to output, those included; empty where there is no path.
    pub fn live(&self) -> u16 {
        let last = self.nodes - 1;
        let mut fed = 1_u16;
        for node in 0..last {
            fed |= if fed >> node & 1 == 1 { self.readers[node] } else { 0 };
        }
        let mut read = 1_u16 << last;
        for node in (0..last).rev() {
            read |= u16::from(self.readers[node] & read != 0) << node;
        }
        fed & read
    }

    /// The same graph with the edges between `kept` nodes alone.
    pub fn within(mut self, kept: u16) -> Dag {
        for node in 0..self.nodes {
            self.readers[node] &= if kept >> node & 1 == 1 { kept } else { 0 };
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(nodes: usize, edges: &[(usize, usize)]) -> Dag {
        let bits: Vec<u16> = pairs(nodes).map(|pair| u16::from(edges.contains(&pair))).collect();
        Dag::new(nodes, &bits)
    }

    #[test]
    fn pairs_follow_the_rows_of_the_matrix() {
        assert!(pairs(4).eq([(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]));
    }

    #[test]
    fn the_first_pair_is_the_highest_bit_of_a_matrix() {
        assert_eq!(Dag::numbered(3, 0b100), Dag::new(3, &[1, 0, 0]));
        assert_eq!(Dag::numbered(7, 1), with(7, &[(5, 6)]));
    }

    #[test]
    fn members_of_a_set_come_in_order() {
        assert!(members(0b1000_0000_0100_1001).eq([0, 3, 6, 15]));
        assert_eq!(members(0).next(), None);
    }

    #[test]
    fn what_is_not_fed_or_not_read_is_dead() {
        // 0 > 1 > 4; 2 > 4 is not fed, 0 > 3 is not read.
        let dag = with(5, &[(0, 1), (1, 4), (2, 4), (0, 3)]);
        assert_eq!(dag.live(), 0b1_0011);
        let pruned = dag.within(dag.live());
        assert_eq!(pruned.edges(), 2);
        assert!(pruned.has(0, 1) && pruned.has(1, 4) && !pruned.has(2, 4) && !pruned.has(0, 3));
        assert_eq!(with(5, &[(0, 1)]).live(), 0);
    }
}
