//! Spaces of one cell with an operation on each inner node and a choice of edges: nas-bench-101.

mod cell;
mod classes;
mod dag;
mod declaration;
mod features;
mod graph;
mod hash;
mod parse;
mod paths;
mod print;
mod step;
#[cfg(test)]
mod table;

pub use cell::Cell;
pub use declaration::NodeOperations;

use std::sync::OnceLock;

use rand::Rng;

use super::kind::{Genotypes, Kind};
use super::{Decision, Genotype, Graph, ParseError, Path, PathSpace};
use crate::encoding::FeatureSpec;
use dag::Dag;

/// A space of one cell with an operation on each inner node.
#[derive(Debug)]
pub struct NodeSpace {
    cell: Cell,
    decisions: Vec<Decision>,
    size: OnceLock<Option<u128>>,
}

impl NodeSpace {
    fn new(cell: Cell) -> NodeSpace {
        NodeSpace { decisions: cell.decisions(), cell, size: OnceLock::new() }
    }

    /// The cell without what is dead, and the nodes that are left; numbers stay.
    fn pruned(&self, genotype: &[u16]) -> (Dag, u16) {
        let dag = self.cell.dag(genotype);
        let live = dag.live();
        (dag.within(live), live)
    }

    /// Whether there is a path, and as few edges as there may be once dead nodes are left out.
    fn is_valid(&self, dag: &Dag) -> bool {
        let live = dag.live();
        live != 0 && dag.within(live).edges() <= self.cell.most_edges
    }

    /// Why the edges make no cell of this space.
    fn fault(&self, dag: &Dag) -> Option<String> {
        if self.is_valid(dag) {
            return None;
        }
        let live = dag.live();
        if live == 0 {
            return Some("no path leads from input to output".to_owned());
        }
        let (edges, most) = (dag.within(live).edges(), self.cell.most_edges);
        Some(format!("its {edges} edges are more than {most} once dead nodes are left out"))
    }
}

impl Kind for NodeSpace {
    fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    fn invalid(&self, genotype: &[u16]) -> Option<String> {
        self.fault(&self.cell.dag(genotype))
    }

    fn parse(&self, text: &str) -> Result<Genotype, ParseError> {
        self.read(text)
    }

    /// The number of nodes, the upper triangle and the digits of the inner nodes. A cell without dead nodes whose nodes
    /// come first is written as the smaller cell that it is; any other with all the nodes of the space.
    fn print(&self, genotype: &[u16]) -> String {
        self.write(genotype)
    }

    /// Input, the first operation, output.
    fn example(&self) -> Genotype {
        self.cell.genotype(&Dag::new(3, &[1, 0, 1]), &[0])
    }

    /// Counted once, for up to seven nodes.
    fn size(&self) -> Option<u128> {
        *self.size.get_or_init(|| self.count_valid())
    }

    /// By number of nodes, then matrix, then operations, each in the least form of its class. Not for more than seven
    /// nodes or a thousand ways to put operations on them.
    fn representatives(&self) -> Option<Genotypes<'_>> {
        self.least_cells()
    }

    fn mutate(&self, genotype: &[u16], rng: &mut dyn Rng) -> Genotype {
        self.changed(genotype, rng)
    }

    fn neighbours(&self, genotype: &[u16]) -> Vec<Genotype> {
        self.one_step(genotype)
    }

    /// The benchmark's hash of the cell without dead nodes. It tells cells apart by what each node sees around it, which
    /// is exact for up to seven nodes. It does not see that two different graphs compute the same.
    fn canonical(&self, genotype: &[u16]) -> String {
        let (dag, live) = self.pruned(genotype);
        let operations = self.cell.chosen(genotype);
        hash::graph_hash(&dag, live, |node| operations[node - 1])
    }

    fn label_names(&self) -> Vec<String> {
        let ends = ["input".to_owned(), "output".to_owned()];
        ends.into_iter().chain(self.cell.operations.iter().cloned()).collect()
    }

    fn most_nodes(&self) -> usize {
        self.cell.nodes
    }

    fn full_graph(&self, genotype: &[u16]) -> Graph {
        self.graph(genotype)
    }

    fn path_space(&self) -> Option<PathSpace> {
        Some(self.possible_paths())
    }

    fn paths(&self, genotype: &[u16]) -> Vec<Path> {
        self.sequences(genotype)
    }

    fn visit_paths(&self, genotype: &[u16], visit: &mut dyn FnMut(usize, &[u16])) {
        self.visit_sequences(genotype, visit);
    }

    fn one_hot_features(&self) -> Vec<FeatureSpec> {
        self.indicators()
    }

    fn one_hot(&self, genotype: &[u16], row: &mut [f64]) {
        self.write_indicators(genotype, row);
    }

    fn categorical(&self, genotype: &[u16], row: &mut [f64]) {
        self.write_numbers(genotype, row);
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use crate::space::Space;

    fn space() -> Space {
        Space::builtin("nas-bench-101").unwrap()
    }

    // Rows are drawn again for their edges alone, so operations stay uniform; edges do not.
    // 99.9 % point of the chi-square distribution with 10 degrees of freedom: 29.588 (its table).
    #[test]
    fn sampling_draws_operations_uniformly() {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let draws = 100_000;
        let mut counts = [[0_u32; 3]; 5];
        for _ in 0..draws {
            for (node, &value) in space.sample(&mut rng)[21..].iter().enumerate() {
                counts[node][usize::from(value)] += 1;
            }
        }
        let expected = f64::from(draws) / 3.0;
        let chi_square: f64 =
            counts.iter().flatten().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        assert!(chi_square < 29.588, "{chi_square}");
    }

    // Live nodes of NASLib's samples, from 20,000 draws: 9.9, 19.7, 28.1, 30.0, 12.0 and 0.35 percent have 2 to 7.
    #[test]
    fn samples_are_as_small_as_those_of_the_field() {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let draws = 20_000;
        let mut counts = [0_u32; 8];
        for _ in 0..draws {
            counts[space.pruned_graph(&space.sample(&mut rng)).len()] += 1;
        }
        let known = [0.0, 0.0, 0.099, 0.197, 0.281, 0.300, 0.120, 0.0035];
        for (nodes, (&count, share)) in counts.iter().zip(known).enumerate() {
            assert!((f64::from(count) / f64::from(draws) - share).abs() < 0.015, "{nodes}: {count}");
        }
    }

    // 1,538,083 of the 2^21 matrices are valid, counted in another way: by the transitive closure of each. They stand
    // for a share of 0.733, which is how often a row of fair bits is accepted.
    #[test]
    fn the_size_is_the_number_of_valid_rows() {
        assert_eq!(space().size(), Some(1_538_083 * 243));
    }

    #[test]
    fn rows_that_make_no_cell_are_not_of_the_space() {
        let space = space();
        assert!(!space.contains(&[0; 26]));
        assert_eq!(space.invalid(&[0; 26]).unwrap(), "no path leads from input to output");
        let mut all = [1; 26];
        all[21..].fill(0);
        assert_eq!(space.invalid(&all).unwrap(), "its 21 edges are more than 9 once dead nodes are left out");
    }
}
