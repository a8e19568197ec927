//! Networks under other names, orders and steps; rows that are none; the benchmark's own cells.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use proptest::prelude::*;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Cell, FreeGraph, Network, Node};
use crate::space::{Genotype, Space};

const DECLARATION: &str = include_str!("../builtin/nas-bench-nlp.toml");

pub fn cell() -> Cell {
    Cell::new(&toml::from_str::<FreeGraph>(DECLARATION).unwrap()).unwrap()
}

fn space() -> Space {
    Space::builtin("nas-bench-nlp").unwrap()
}

/// The text of an architecture with other names, another order of nodes and keys, and another order of what linear,
/// sums and products read.
fn scrambled(text: &str, seed: u64) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let recipe: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).unwrap();
    let mut fresh: Vec<usize> = (0..recipe.len()).collect();
    fresh.shuffle(&mut rng);
    let inner = recipe.keys().filter(|name| !name.starts_with("h_new"));
    let names: HashMap<&String, String> =
        inner.zip(fresh).map(|(name, number)| (name, format!("node \"{number}\" é"))).collect();
    let renamed = |name: &String| serde_json::to_string(names.get(name).unwrap_or(name)).unwrap();
    let mut nodes: Vec<String> = Vec::new();
    for (name, node) in &recipe {
        let operation = node["op"].as_str().unwrap();
        let mut inputs: Vec<String> = serde_json::from_value(node["input"].clone()).unwrap();
        if operation != "blend" {
            inputs.shuffle(&mut rng);
        }
        let inputs: Vec<String> = inputs.iter().map(renamed).collect();
        let (operation, inputs) =
            (format!("\"op\" : \"{operation}\""), format!("\"input\":[ {} ]", inputs.join(" ,")));
        let keys = if rng.random_bool(0.5) { [operation, inputs] } else { [inputs, operation] };
        nodes.push(format!("{}:{{{}}}", renamed(name), keys.join(", ")));
    }
    nodes.shuffle(&mut rng);
    format!("{{\n{}}}", nodes.join(",\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn printing_and_parsing_give_the_genotype_back(seed in any::<u64>()) {
        let space = space();
        let genotype = space.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        prop_assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
    }

    #[test]
    fn names_and_orders_that_do_not_matter_give_the_same_genotype(seed in any::<u64>()) {
        let space = space();
        let genotype = space.sample(&mut ChaCha8Rng::seed_from_u64(seed));
        let other = space.parse(&scrambled(&space.print(&genotype), seed)).unwrap();
        prop_assert_eq!(space.canonical(&other), space.canonical(&genotype));
        prop_assert_eq!(other, genotype);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = space().parse(&text);
    }

    #[test]
    fn no_recipe_makes_the_parser_panic(
        nodes in prop::collection::vec(("[a-c]|h_new_[0-3]|x", 0_usize..8, prop::collection::vec("[a-c]|x|h_prev_[0-3]|h_new_[0-2]", 0..4)), 0..6)
    ) {
        let operations = ["activation_tanh", "activation_sigm", "elementwise_sum", "linear", "blend", "elementwise_prod", "linear", "op"];
        let nodes: Vec<String> = nodes
            .iter()
            .map(|(name, operation, inputs)| format!("\"{name}\":{{\"op\":\"{}\",\"input\":{inputs:?}}}", operations[*operation]))
            .collect();
        let (space, text) = (space(), format!("{{{}}}", nodes.join(",")));
        if let Ok(genotype) = space.parse(&text) {
            prop_assert!(space.contains(&genotype));
            prop_assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        }
    }

    #[test]
    fn no_row_of_choices_makes_the_check_panic(seed in any::<u64>()) {
        let space = space();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut row = space.sample(&mut rng);
        for _ in 0..rng.random_range(1..4) {
            let index = rng.random_range(0..row.len());
            row[index] = rng.random_range(0..space.decisions()[index].choices.len()) as u16;
        }
        if space.contains(&row) {
            prop_assert_eq!(space.parse(&space.print(&row)).unwrap(), row);
        }
    }
}

#[test]
fn the_order_of_what_blend_reads_tells_networks_apart() {
    let space = space();
    let text = |inputs: &str| {
        format!(
            r#"{{"a":{{"op":"linear","input":["x","h_prev_0"]}},"h_new_0":{{"op":"blend","input":[{inputs}]}}}}"#
        )
    };
    let orders = [
        "\"a\",\"x\",\"h_prev_0\"",
        "\"a\",\"h_prev_0\",\"x\"",
        "\"x\",\"a\",\"h_prev_0\"",
        "\"x\",\"h_prev_0\",\"a\"",
        "\"h_prev_0\",\"a\",\"x\"",
        "\"h_prev_0\",\"x\",\"a\"",
    ];
    let genotypes: HashSet<Genotype> =
        orders.iter().map(|order| space.parse(&text(order)).unwrap()).collect();
    assert_eq!(genotypes.len(), 6);
    let classes: HashSet<String> = genotypes.iter().map(|genotype| space.canonical(genotype)).collect();
    assert_eq!(classes.len(), 6);
}

#[test]
fn which_state_an_output_is_tells_networks_apart() {
    let space = space();
    let text = r#"{"h_new_0":{"op":"linear","input":["x","h_prev_0"]},"h_new_1":{"op":"linear","input":["x","h_prev_1"]}}"#;
    let crossed = text.replace("h_new_0", "h").replace("h_new_1", "h_new_0").replace("\"h\"", "\"h_new_1\"");
    assert_ne!(space.parse(text).unwrap(), space.parse(&crossed).unwrap());
}

/// A network numbered at random, still with its nodes after what they read.
fn renumbered(network: &Network, rng: &mut ChaCha8Rng) -> Network {
    let mut number: Vec<usize> = (0..network.nodes.len()).collect();
    number.shuffle(rng);
    let mut nodes = network.nodes.clone();
    for (old, node) in network.nodes.iter().enumerate() {
        let inputs = node.inputs.iter().map(|&id| if id < 4 { id } else { 4 + number[id - 4] });
        nodes[number[old]] = Node { operation: node.operation, inputs: inputs.collect() };
    }
    Network { nodes, outputs: network.outputs.iter().map(|output| output.map(|k| number[k])).collect() }
}

/// Layers of linear nodes that all read the three of the layer before: 6 ways to number each layer.
fn layers() -> Network {
    let mut nodes = Vec::new();
    for layer in 0..7 {
        let inputs = if layer == 0 { vec![0, 1] } else { (0..3).map(|k| 4 + 3 * (layer - 1) + k).collect() };
        nodes.extend((0..3).map(|_| Node { operation: 5, inputs: inputs.clone() }));
    }
    nodes.push(Node { operation: 5, inputs: vec![22, 23, 24] });
    Network { nodes, outputs: vec![Some(21), None, None] }
}

/// Six equal nodes in a ring, joined in pairs, and the pairs joined again: one ring of six, or two of three.
fn rings(next: [usize; 6]) -> Network {
    let mut nodes: Vec<Node> = (0..6).map(|_| Node { operation: 5, inputs: vec![0, 1] }).collect();
    nodes.extend((0..6).map(|k| Node { operation: 3, inputs: vec![4 + k, 4 + next[k]] }));
    nodes.push(Node { operation: 5, inputs: vec![10, 11, 12] });
    nodes.push(Node { operation: 5, inputs: vec![13, 14, 15] });
    nodes.push(Node { operation: 4, inputs: vec![16, 17] });
    Network { nodes, outputs: vec![Some(14), None, None] }
}

#[test]
fn symmetric_networks_have_one_canonical_form() {
    let cell = cell();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (ring, two_rings) = ([1, 2, 3, 4, 5, 0], [1, 2, 0, 4, 5, 3]);
    for network in [layers(), rings(ring), rings(two_rings)] {
        assert_eq!(cell.flaw(&network, &|k| k.to_string()), None);
        let canonical = cell.canonical(&network).unwrap();
        for _ in 0..50 {
            assert_eq!(cell.canonical(&renumbered(&network, &mut rng)).unwrap(), canonical);
        }
        assert_eq!(cell.canonical(&canonical).unwrap(), canonical);
    }
    assert_ne!(cell.canonical(&rings(ring)), cell.canonical(&rings(two_rings)));
}

// Every way to call the nodes of one network another's is tried: slow, and sure.
#[test]
fn canonical_forms_are_equal_exactly_where_a_renaming_exists() {
    let (space, cell) = (space(), cell());
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut networks = Vec::new();
    while networks.len() < 60 {
        let network = cell.network(&space.sample(&mut rng)).unwrap();
        if network.nodes.len() <= 5 {
            networks.push(renumbered(&network, &mut rng));
            networks.push(network);
        }
    }
    let canonical: Vec<Network> = networks.iter().map(|network| cell.canonical(network).unwrap()).collect();
    let mut equal = 0;
    for (i, one) in networks.iter().enumerate() {
        for (j, other) in networks.iter().enumerate().skip(i) {
            let same = renaming_exists(&cell, one, other);
            assert_eq!(canonical[i] == canonical[j], same, "{one:?} {other:?}");
            equal += usize::from(same && i != j);
        }
    }
    assert!(equal >= 30);
}

fn renaming_exists(cell: &Cell, one: &Network, other: &Network) -> bool {
    fn fits(cell: &Cell, one: &Network, other: &Network, to: &[usize]) -> bool {
        let node = |(k, node): (usize, &Node)| {
            let mut inputs: Vec<usize> =
                node.inputs.iter().map(|&id| if id < 4 { id } else { 4 + to[id - 4] }).collect();
            let mut wanted = other.nodes[to[k]].inputs.clone();
            if !cell.operations[node.operation].ordered {
                inputs.sort_unstable();
                wanted.sort_unstable();
            }
            node.operation == other.nodes[to[k]].operation && inputs == wanted
        };
        let outputs: Vec<Option<usize>> = one.outputs.iter().map(|output| output.map(|k| to[k])).collect();
        outputs == other.outputs && one.nodes.iter().enumerate().all(node)
    }
    fn search(cell: &Cell, one: &Network, other: &Network, to: &mut Vec<usize>) -> bool {
        if to.len() == one.nodes.len() {
            return fits(cell, one, other, to);
        }
        (0..one.nodes.len()).any(|next| {
            if to.contains(&next) {
                return false;
            }
            to.push(next);
            let found = search(cell, one, other, to);
            to.pop();
            found
        })
    }
    one.nodes.len() == other.nodes.len() && search(cell, one, other, &mut Vec::new())
}

#[test]
fn rows_that_are_no_architecture_say_why() {
    let space = space();
    let text = r#"{"a":{"op":"linear","input":["x","h_prev_0"]},"b":{"op":"activation_sigm","input":["a"]},"h_new_0":{"op":"blend","input":["a","b","x"]}}"#;
    let row = space.parse(text).unwrap();
    assert_eq!(row[..12], [6, 1, 2, 0, 1, 5, 0, 0, 7, 5, 6, 1]);
    let reason = |changes: &[(usize, u16)]| {
        let mut row = row.clone();
        changes.iter().for_each(|&(index, value)| row[index] = value);
        space.invalid(&row).unwrap()
    };
    assert_eq!(reason(&[(4, 0), (5, 0)]), "n2 is there and n1 before it is absent; close the gap");
    assert_eq!(reason(&[(4, 0)]), "n1 is absent and has inputs; set these to 0");
    assert_eq!(reason(&[(10, 0)]), "n2 has an absent input before one that is there; close the gap");
    assert_eq!(reason(&[(96, 9)]), "h_new_0 names n8, which is absent");
    assert_eq!(reason(&[(97, 3)]), "h_new_1 names n2, as another output does");
    assert_eq!(reason(&[(96, 0)]), "there is no `h_new_0`; outputs are used from the first on");
    assert_eq!(reason(&[(98, 1)]), "there is no `h_new_1`; outputs are used from the first on");
    assert_eq!(reason(&[(2, 0)]), "`linear` of node `n0` has 1 input; it takes 2 to 3");
    assert_eq!(reason(&[(10, 5)]), "node `n2` reads `n0` twice; each input is another node");
    assert_eq!(reason(&[(10, 2)]), "node `n1` leads to no output; remove it");
    assert_eq!(
        reason(&[(1, 3)]),
        "`h_prev_1` is read and there is no `h_new_1`; a state is both written and read"
    );
    let swapped = reason(&[(1, 2), (2, 1)]);
    assert!(
        swapped.starts_with("its nodes are not in canonical order; the row of this network is that of `{")
    );
    assert_eq!(reason(&[(1, 9)]), "it has no declared choice for each of the 99 decisions");
}

#[test]
fn different_networks_have_different_rows_of_the_encoding() {
    let space = space();
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let mut genotypes = HashSet::new();
    for _ in 0..40 {
        let genotype = space.sample(&mut rng);
        genotypes.extend(space.neighbours(&genotype));
        genotypes.insert(genotype);
    }
    let width = space.one_hot_features().len();
    let encoded = |genotype: &Genotype| {
        let mut row = vec![0.0; width];
        space.one_hot(genotype, &mut row);
        row.into_iter().map(f64::to_bits).collect::<Vec<u64>>()
    };
    assert!(genotypes.len() > 300);
    assert_eq!(genotypes.iter().map(encoded).collect::<HashSet<_>>().len(), genotypes.len());
}

#[test]
fn another_space_of_the_kind_has_its_own_names_and_sizes() {
    let text = r#"
        name = "mine"
        kind = "free-graph"
        capacity = 3
        inputs = ["left", "right"]
        outputs = ["sum \"of\" both"]
        operations = [{ name = "neg", inputs = [1, 1] }, { name = "sub", inputs = [2, 2], ordered = true }]
        [sampling]
        nodes = 3
        outputs = 1
        most = 3
        draws = [
            { operation = "neg", inputs = 1, weight = 1, reads = ["inputs", "nodes"] },
            { operation = "sub", inputs = 2, weight = 1, reads = ["inputs", "nodes"] },
        ]"#;
    let space = Space::from_toml(text, "mine.toml").unwrap();
    assert_eq!((space.decisions().len(), space.most_nodes()), (10, 6));
    assert_eq!(space.one_hot_features().len(), 3 * 2 + 3 + 3 * 3);
    assert_eq!(space.label_names(), ["left", "sum \"of\" both", "neg", "sub", "right"]);
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    let drawn: HashSet<Genotype> = (0..2_000).map(|_| space.sample(&mut rng)).collect();
    for genotype in &drawn {
        assert_eq!(space.parse(&space.print(genotype)).unwrap(), *genotype);
        assert!(space.neighbours(genotype).iter().all(|neighbour| space.contains(neighbour)));
        assert!(space.mutate(genotype, &mut rng) != *genotype);
    }
    // By hand. One node: sub of both. Two: neg of sub (2), sub of neg and the other input (4), sub of sub and an
    // input (8).
    let nodes = |row: &Genotype| row.chunks(3).take(3).filter(|node| node[0] > 0).count();
    let of = |count: usize| drawn.iter().filter(|row| nodes(row) == count).count();
    assert_eq!((of(1), of(2)), (2, 14));
}

/// The rows of the table of learning curves on WikiText-2; nothing where there is no such folder.
fn rows() -> Option<Vec<serde_json::Value>> {
    let Some(folder) = std::env::var_os("ARCHCAST_TABLES") else {
        println!("skipped: ARCHCAST_TABLES does not name the folder of the tables");
        return None;
    };
    let path = std::path::Path::new(&folder).join("nas-bench-nlp/wikitext2-curves.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn every_row_of_the_benchmark_is_read_and_printed() {
    let Some(rows) = rows() else { return };
    let (space, cell) = (space(), cell());
    assert_eq!(rows.len(), 248);
    let (mut operations, mut states, mut classes) = (HashMap::new(), [0; 4], HashMap::new());
    for row in &rows {
        let text = row["cell"].to_string();
        let genotype = space.parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        for seed in 0..3 {
            assert_eq!(space.parse(&scrambled(&text, seed)).unwrap(), genotype);
        }
        let network = cell.network(&genotype).unwrap();
        *operations.entry(network.nodes.len()).or_insert(0) += 1;
        states[network.outputs.iter().flatten().count()] += 1;
        classes
            .entry(space.canonical(&genotype))
            .or_insert_with(HashSet::new)
            .insert(row["arch_index"].as_u64());
    }
    assert_eq!(states, [0, 119, 96, 33]);
    assert_eq!((operations.keys().min(), operations.keys().max()), (Some(&2), Some(&15)));
    // Counted independently, by trying every renaming of each two rows. One cell is in the table twelve times.
    assert_eq!(classes.len(), 198);
    assert_eq!(classes.values().map(HashSet::len).max(), Some(12));
}
