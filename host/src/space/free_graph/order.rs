//! The canonical order of nodes: one row for each network, whatever its nodes are called and wherever they stand.
//!
//! Nodes get colours by refinement (Weisfeiler and Leman, 1968), inputs and readers kept apart and places kept where
//! order matters; nodes of one colour are then told apart by choosing each of them first, in turn (McKay, Practical
//! graph isomorphism, 1981), and the least network wins. Branches that an automorphism maps to one seen before are
//! skipped, so symmetric networks cost little more than others.

use super::{Cell, Network, Node};

/// Most numberings compared. Twins are skipped, so only nodes of one colour that are *not* alike add to them; a
/// network that needs more is refused and not guessed at.
const MOST_NUMBERINGS: usize = 4096;

impl Cell {
    /// The same network with its nodes in canonical order: topological, then by colour; inputs whose order does not
    /// matter ascend. Equal for two networks exactly where they are the same up to the names of nodes. `None` where
    /// too many numberings would have to be compared. The network must have no flaw.
    pub fn canonical(&self, network: &Network) -> Option<Network> {
        let depths = network.depths(self.inputs.len())?;
        let first = |index: usize| {
            let output = network.outputs.iter().position(|&output| output == Some(index));
            // Depth comes first, so every order by colour is topological.
            (depths[index], network.nodes[index].operation, output)
        };
        let colours = ranks(&(0..network.nodes.len()).map(first).collect::<Vec<_>>());
        let mut search = Search::new(self, network);
        search.forms(colours)?.into_iter().min()
    }
}

/// What the search for the least numbering needs to know.
struct Search<'a> {
    cell: &'a Cell,
    network: &'a Network,
    /// For each node its readers, and the place at which each reads it, where that matters.
    readers: Vec<Vec<(usize, usize)>>,
    numberings: usize,
}

impl<'a> Search<'a> {
    fn new(cell: &'a Cell, network: &'a Network) -> Search<'a> {
        let mut readers = vec![Vec::new(); network.nodes.len()];
        for (reader, node) in network.nodes.iter().enumerate() {
            for (place, &input) in node.inputs.iter().enumerate() {
                if let Some(read) = input.checked_sub(cell.inputs.len()) {
                    let place = if cell.operations[node.operation].ordered { place } else { 0 };
                    readers[read].push((reader, place));
                }
            }
        }
        Search { cell, network, readers, numberings: 0 }
    }

    /// The different numbered networks that these colours lead to, less those that automorphisms make of others.
    fn forms(&mut self, colours: Vec<usize>) -> Option<Vec<Network>> {
        let colours = self.refined(colours);
        let Some(twins) = twins(&colours) else {
            return Some(vec![self.numbered(&colours)?]);
        };
        let mut forms: Vec<Network> = Vec::new();
        for &twin in &twins {
            let chosen = chosen(&colours, twin);
            // The same network under two numberings is an automorphism from the branch seen before to this one.
            if !forms.is_empty() && forms.contains(&self.first_form(chosen.clone())?) {
                continue;
            }
            forms.extend(self.forms(chosen)?);
        }
        Some(forms)
    }

    /// The numbered network at the end of the first branch.
    fn first_form(&mut self, colours: Vec<usize>) -> Option<Network> {
        let mut colours = self.refined(colours);
        while let Some(twins) = twins(&colours) {
            colours = self.refined(chosen(&colours, twins[0]));
        }
        self.numbered(&colours)
    }

    /// The coarsest colours, no coarser than these, under which nodes of one colour read and are read alike.
    fn refined(&self, mut colours: Vec<usize>) -> Vec<usize> {
        let mut count = distinct(&colours);
        loop {
            let signature = |(index, node): (usize, &Node)| {
                let mut readers: Vec<(usize, usize)> =
                    self.readers[index].iter().map(|&(reader, place)| (colours[reader], place)).collect();
                readers.sort_unstable();
                (colours[index], self.renamed(node, &colours), readers)
            };
            let finer = ranks(&self.network.nodes.iter().enumerate().map(signature).collect::<Vec<_>>());
            let finer_count = distinct(&finer);
            colours = finer;
            if finer_count == count {
                return colours;
            }
            count = finer_count;
        }
    }

    /// What a node reads, once nodes are called by these numbers.
    fn renamed(&self, node: &Node, numbers: &[usize]) -> Vec<usize> {
        let inputs = self.cell.inputs.len();
        let renamed =
            node.inputs.iter().map(|&id| id.checked_sub(inputs).map_or(id, |k| inputs + numbers[k]));
        let mut renamed: Vec<usize> = renamed.collect();
        if !self.cell.operations[node.operation].ordered {
            renamed.sort_unstable();
        }
        renamed
    }

    /// The network numbered by colours that are all different; `None` once too many have been made.
    fn numbered(&mut self, colours: &[usize]) -> Option<Network> {
        self.numberings += 1;
        if self.numberings > MOST_NUMBERINGS {
            return None;
        }
        let mut order: Vec<usize> = (0..colours.len()).collect();
        order.sort_unstable_by_key(|&index| colours[index]);
        let node = |&index: &usize| {
            let node = &self.network.nodes[index];
            Node { operation: node.operation, inputs: self.renamed(node, colours) }
        };
        let nodes = order.iter().map(node).collect();
        let outputs = self.network.outputs.iter().map(|output| output.map(|index| colours[index])).collect();
        Some(Network { nodes, outputs })
    }
}

/// The nodes of the least colour that more than one node has.
fn twins(colours: &[usize]) -> Option<Vec<usize>> {
    let of = |colour: usize| (0..colours.len()).filter(move |&index| colours[index] == colour);
    (0..colours.len()).map(|colour| of(colour).collect::<Vec<_>>()).find(|twins| twins.len() > 1)
}

/// The colours with one node put before the others of its colour.
fn chosen(colours: &[usize], first: usize) -> Vec<usize> {
    let split = |(index, &colour): (usize, &usize)| (colour, index != first);
    ranks(&colours.iter().enumerate().map(split).collect::<Vec<_>>())
}

/// For each key its rank among the different keys.
fn ranks<T: Ord>(keys: &[T]) -> Vec<usize> {
    let mut sorted: Vec<&T> = keys.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    keys.iter().map(|key| sorted.partition_point(|&other| other < key)).collect()
}

/// How many different colours there are, of ranks.
fn distinct(colours: &[usize]) -> usize {
    colours.iter().max().map_or(0, |most| most + 1)
}
