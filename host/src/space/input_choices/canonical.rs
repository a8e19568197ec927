//! The least genotype of a network: nodes that do not read each other may stand in another order.

use super::Cells;
use crate::space::Genotype;

impl Cells {
    /// The least genotype over all orders of the nodes in which each reads earlier ones, cell by cell. Every node
    /// feeds the output, so nothing is dead and no other genotype is the same wiring of the same operations.
    pub fn least(&self, genotype: &[u16]) -> Genotype {
        genotype.chunks(self.cell_len()).flat_map(|cell| self.least_cell(cell)).collect()
    }

    fn least_cell(&self, cell: &[u16]) -> Genotype {
        let inputs = usize::from(self.inputs);
        let nodes: Vec<&[[u16; 2]]> = self.reads_of(cell).collect();
        let mut numbers: Vec<Option<u16>> = vec![None; inputs + nodes.len()];
        (0..self.inputs).zip(&mut numbers).for_each(|(number, input)| *input = Some(number));
        let mut search = Search { inputs, nodes, least: Vec::new() };
        search.place(&mut numbers, &mut Vec::with_capacity(cell.len()), self.inputs);
        search.least
    }
}

/// A search through the orders of one cell's nodes. All nodes have the same number of values, so the least row begins
/// with the least node that can come first, and so on: only ties are tried.
struct Search<'a> {
    inputs: usize,
    nodes: Vec<&'a [[u16; 2]]>,
    least: Genotype,
}

impl Search<'_> {
    /// Gives number `next` to each node that can have it at the least; `numbers` are those given so far, `row` the
    /// genotype so far.
    fn place(&mut self, numbers: &mut Vec<Option<u16>>, row: &mut Genotype, next: u16) {
        let open: Vec<(Vec<[u16; 2]>, usize)> = (self.inputs..numbers.len())
            .filter(|&node| numbers[node].is_none())
            .filter_map(|node| Some((renumbered(self.nodes[node - self.inputs], numbers)?, node)))
            .collect();
        let Some(least) = open.iter().map(|(pairs, _)| pairs).min() else {
            if self.least.is_empty() || *row < self.least {
                self.least.clone_from(row);
            }
            return;
        };
        let before = row.len();
        row.extend(least.as_flattened());
        if self.least.is_empty() || row[..] <= self.least[..row.len()] {
            for (_, node) in open.iter().filter(|(pairs, _)| pairs == least) {
                numbers[*node] = Some(next);
                self.place(numbers, row, next + 1);
                numbers[*node] = None;
            }
        }
        row.truncate(before);
    }
}

/// What a node reads, by the new numbers and sorted; `None` where a node read has none yet.
fn renumbered(pairs: &[[u16; 2]], numbers: &[Option<u16>]) -> Option<Vec<[u16; 2]>> {
    let mut pairs = pairs
        .iter()
        .map(|&[read, operation]| Some([numbers[usize::from(read)]?, operation]))
        .collect::<Option<Vec<_>>>()?;
    pairs.sort_unstable();
    Some(pairs)
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use rand::SeedableRng;
    use rand::seq::SliceRandom;
    use rand_chacha::ChaCha8Rng;

    use crate::space::{Genotype, Space};

    const FIRST: [u16; 4] = [0, 0, 1, 0];

    fn darts() -> Space {
        Space::builtin("darts").unwrap()
    }

    fn with_normal(normal: [[u16; 4]; 4]) -> Genotype {
        let reduce = [FIRST, FIRST, FIRST, FIRST];
        normal.into_iter().chain(reduce).flatten().collect()
    }

    /// The same network with the nodes of each cell in an order drawn from those that are possible.
    fn shuffled(genotype: &[u16], rng: &mut ChaCha8Rng) -> Genotype {
        let mut row = Genotype::new();
        for cell in genotype.chunks(16) {
            let mut numbers: HashMap<u16, u16> = HashMap::from([(0, 0), (1, 1)]);
            while numbers.len() < 6 {
                let mut order = [2_u16, 3, 4, 5];
                order.shuffle(rng);
                let values = |node: u16| &cell[4 * usize::from(node - 2)..][..4];
                let node = order
                    .into_iter()
                    .find(|node| {
                        let values = values(*node);
                        !numbers.contains_key(node)
                            && [values[0], values[2]].iter().all(|read| numbers.contains_key(read))
                    })
                    .unwrap();
                let values = values(node);
                let mut pairs = [[numbers[&values[0]], values[1]], [numbers[&values[2]], values[3]]];
                pairs.sort_unstable();
                row.extend(pairs.as_flattened());
                numbers.insert(node, numbers.len() as u16);
            }
        }
        row
    }

    #[test]
    fn nodes_that_do_not_read_each_other_may_be_swapped() {
        let space = darts();
        let one = with_normal([[0, 3, 1, 3], [0, 5, 1, 2], FIRST, [2, 1, 3, 4]]);
        let other = with_normal([[0, 5, 1, 2], [0, 3, 1, 3], FIRST, [2, 4, 3, 1]]);
        assert_eq!(space.canonical(&one), space.canonical(&other));
        assert_eq!(
            space.parse(&space.canonical(&one)).unwrap(),
            with_normal([FIRST, [0, 3, 1, 3], [0, 5, 1, 2], [3, 1, 4, 4]])
        );
    }

    #[test]
    fn another_operation_or_another_reader_is_another_network() {
        let space = darts();
        let one = with_normal([[0, 3, 1, 3], [0, 5, 1, 2], FIRST, [2, 1, 3, 4]]);
        for other in space.neighbours(&one) {
            assert_ne!(space.canonical(&one), space.canonical(&other), "{other:?}");
        }
    }

    #[test]
    fn every_order_of_the_nodes_has_the_same_canonical_form_and_none_is_less() {
        let space = darts();
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..300 {
            let genotype = space.sample(&mut rng);
            let canonical = space.canonical(&genotype);
            let least = space.parse(&canonical).unwrap();
            for _ in 0..10 {
                let other = shuffled(&genotype, &mut rng);
                assert!(space.contains(&other), "{other:?}");
                assert_eq!(space.canonical(&other), canonical, "{genotype:?} {other:?}");
                assert!(least <= other);
            }
        }
    }

    // Twins that are read differently: the order that the reader decides must be found through the tie.
    #[test]
    fn ties_are_settled_by_the_readers() {
        let space = darts();
        let one = with_normal([FIRST, FIRST, [0, 0, 2, 6], [0, 0, 3, 5]]);
        let other = with_normal([FIRST, FIRST, [0, 0, 2, 5], [0, 0, 3, 6]]);
        assert_eq!(space.canonical(&one), space.canonical(&other));
        assert_eq!(space.parse(&space.canonical(&one)).unwrap(), other);
    }

    // Counted in another way: one cell of two nodes with two operations has 48 genotypes. The nodes can be swapped in
    // the 16 where the second reads the inputs alone; 4 of these are left as they are, so there are 48 - 12 / 2.
    #[test]
    fn a_small_space_has_as_many_classes_as_counted_by_hand() {
        let text = "kind = \"input-choices\"\nname = \"small\"\ncells = [\"c\"]\ninputs = 2\nnodes = 2\nreads = 2\n\
                    operations = [\"a\", \"b\"]\ntext = [\"pairs\"]\n";
        let space = Space::from_toml(text, "small.toml").unwrap();
        let classes: HashSet<String> =
            space.enumerate().unwrap().map(|genotype| space.canonical(&genotype)).collect();
        assert_eq!(classes.len(), 42);
        assert_eq!(space.representatives().unwrap().count(), 42);
    }
}
