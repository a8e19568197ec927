//! What holds for sequences of layers, on the built-in spaces and on small ones of its own.

mod declarations;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::space::{Genotype, Space};
use crate::table::TableSource;

/// Two stages of one or two layers, at most one skip in all.
const SMALL: &str = r#"
name = "small"
kind = "layers"
stages = [{ from = 1, to = 2 }, { from = 1, to = 2 }]
identity = "skip"
text = ["{names}", "n{symbols}"]
block = [{ name = "skip" }, { name = "conv", symbol = "c" }, { name = "pool" }]
limit = [{ of = "skip", at_most = 1 }]
"#;

fn nas_bench_macro() -> Space {
    Space::builtin("nas-bench-macro").unwrap()
}

fn transnas() -> Space {
    Space::builtin("transnas-macro").unwrap()
}

fn small() -> Space {
    Space::from_toml(SMALL, "small.toml").unwrap()
}

fn message(space: &Space, text: &str) -> String {
    space.parse(text).unwrap_err().to_string()
}

#[test]
fn nas_bench_macro_holds_6561_genotypes_and_3969_networks() {
    let space = nas_bench_macro();
    assert_eq!(space.size(), Some(6_561));
    assert_eq!(space.enumerate().unwrap().count(), 6_561);
    assert_eq!(space.representatives().unwrap().count(), 3_969);
}

#[test]
fn transnas_macro_holds_3256_architectures() {
    let space = transnas();
    assert_eq!(space.size(), Some(3_256));
    let all: Vec<Genotype> = space.enumerate().unwrap().collect();
    assert_eq!(all.len(), 3_256);
    assert!(all.is_sorted());
    assert!(all.iter().all(|genotype| space.contains(genotype)));
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 3_256);
    assert_eq!(space.representatives().unwrap().count(), 3_256);
}

// By hand: rows of the published rule, counted without the space's own code.
#[test]
fn transnas_macro_holds_what_the_published_rule_allows() {
    let space = transnas();
    let mut allowed = 0;
    for length in 4..=6_u32 {
        for number in 0..4_u32.pow(length) {
            let text: String =
                (0..length).map(|at| char::from(b'1' + (number / 4_u32.pow(at) % 4) as u8)).collect();
            let count = |digits: [char; 2]| text.matches(digits).count();
            let fits = (1..=4).contains(&count(['3', '4'])) && (1..=3).contains(&count(['2', '4']));
            assert_eq!(space.parse(&text).is_ok(), fits, "{text}");
            allowed += usize::from(fits);
        }
    }
    assert_eq!(allowed, 3_256);
}

#[test]
fn a_small_space_enumerates_what_it_counts() {
    let space = small();
    // Without a skip 2 + 4 runs a stage, 36; one skip in one stage (1 + 4 runs) and none in the other: 2 · 5 · 6.
    assert_eq!(space.size(), Some(36 + 60));
    let all: Vec<Genotype> = space.enumerate().unwrap().collect();
    assert_eq!(all.len(), 96);
    assert!(all.is_sorted());
    for genotype in &all {
        assert_eq!(&space.parse(&space.print(genotype)).unwrap(), genotype);
    }
}

#[test]
fn moved_identities_are_one_network_but_not_where_they_stride() {
    let space = nas_bench_macro();
    let canonical = |text: &str| space.canonical(&space.parse(text).unwrap());
    assert_eq!(canonical("00000001"), canonical("00000010"));
    assert_ne!(canonical("10000000"), canonical("01000000"));
    assert_ne!(canonical("00010000"), canonical("00000010"));
}

#[test]
fn the_published_forms_are_read_and_digits_are_printed() {
    let space = transnas();
    let genotype = space.parse("64-1423-basic").unwrap();
    assert_eq!(genotype, [0, 3, 1, 2, 4, 4]);
    assert_eq!(space.parse("1423").unwrap(), genotype);
    assert_eq!(space.print(&genotype), "1423");
    assert_eq!(
        nas_bench_macro().parse("identity|identity|mb_k3_e3|identity|identity|mb_k5_e6|identity|identity"),
        Ok(vec![0, 0, 1, 0, 0, 2, 0, 0])
    );
}

#[test]
fn stages_of_variable_length_are_told_apart() {
    let space = small();
    assert_eq!(space.print(&[1, 3, 2, 1]), "conv/pool|conv");
    assert_eq!(space.parse("nc/2c").unwrap(), [1, 3, 2, 1]);
    assert_eq!(space.invalid(&[1, 1, 2, 3]), None);
    assert_eq!(
        message(&space, "conv"),
        "the text ends where stage 2 should begin at character 6; `/` stands between stages"
    );
    assert_eq!(message(&space, "conv/conv|conv|pool"), "3 layers end at character 20; stage 2 has 1 to 2");
    assert_eq!(message(&space, "conv/pool/pool"), "`/` after the last stage at character 10");
    assert_eq!(message(&space, "conv/skip|skip"), "it is invalid: 2 layers are `skip`; at most 1 may be");
}

#[test]
fn wrong_texts_are_refused_where_they_are_wrong() {
    let space = transnas();
    assert_eq!(
        message(&space, " 11523"),
        "`5` stands for no block at character 4; there are `1` plain, `2` double, `3` stride, `4` stride-and-double"
    );
    assert_eq!(message(&space, "123"), "3 layers end at character 4; the space has 4 to 6");
    assert_eq!(
        message(&space, "64-1423-bottleneck"),
        "expected `a` at character 10, found `o`; one looks like `64-111114-basic`"
    );
    assert_eq!(
        message(&space, "64-1423"),
        "expected `-` at character 8, found the end; one looks like `64-111114-basic`"
    );
    assert_eq!(message(&space, "11111"), "it is invalid: 0 layers are `striding`; it needs 1 or more");
    assert_eq!(message(&space, "444444"), "it is invalid: 6 layers are `striding`; at most 4 may be");
    let space = nas_bench_macro();
    assert_eq!(message(&space, "0000000"), "7 layers end at character 8; the space has 8");
    assert_eq!(
        message(&space, "identity|mb_k3_e4"),
        "unknown operation `mb_k3_e4` at character 10; did you mean `mb_k3_e3`?"
    );
}

#[test]
fn a_gap_is_no_architecture() {
    assert_eq!(
        transnas().invalid(&[0, 3, 1, 2, 4, 1]).unwrap(),
        "layer 5 is absent and layer 6 is not; absent layers stand at the end of their stage"
    );
}

// Upper 99.9 % points of the chi-square distribution by Wilson and Hilferty, for 3,255 and 95 degrees of freedom.
#[test]
fn sampling_is_uniform_over_architectures() {
    for (space, limit) in [(transnas(), 3_509.0), (small(), 142.0)] {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let draws = 100_000;
        let mut counts: HashMap<Genotype, u32> = HashMap::new();
        for _ in 0..draws {
            *counts.entry(space.sample(&mut rng)).or_default() += 1;
        }
        let size = space.size().unwrap() as f64;
        let expected = f64::from(draws) / size;
        let unseen = (size - counts.len() as f64) * expected;
        let chi_square: f64 =
            counts.values().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum();
        assert!(chi_square + unseen < limit, "{} {}", space.name(), chi_square + unseen);
        assert!(counts.keys().all(|genotype| space.contains(genotype)));
    }
}

#[test]
fn mutation_is_one_step_and_never_the_parent() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for space in [nas_bench_macro(), transnas(), small()] {
        for _ in 0..300 {
            let parent = space.sample(&mut rng);
            let near = space.neighbours(&parent);
            let child = space.mutate(&parent, &mut rng);
            assert!(near.contains(&child) && child != parent);
            assert_eq!(near.iter().collect::<HashSet<_>>().len(), near.len());
            assert!(near.iter().all(|one| space.contains(one) && *one != parent));
        }
    }
}

#[test]
fn neighbours_change_one_layer_or_the_length() {
    let space = nas_bench_macro();
    assert_eq!(space.neighbours(&[0, 1, 2, 0, 1, 2, 0, 1]).len(), 16);
    let space = transnas();
    // Digit 4 alone strides, so it may only become 3; a fifth layer may be any of four.
    let near: HashSet<String> =
        space.neighbours(&space.parse("1124").unwrap()).iter().map(|one| space.print(one)).collect();
    let expected = [
        "2124", "3124", "4124", "1224", "1324", "1424", "1114", "1134", "1144", "1123", "11241", "11242",
        "11243", "11244",
    ];
    assert_eq!(near, expected.iter().map(|text| text.to_string()).collect());
}

#[test]
fn where_no_layer_may_change_two_change_places() {
    let text = SMALL.replace("at_most = 1", "at_least = 1, at_most = 1").replace(", { name = \"pool\" }", "");
    let text = text.replace("[{ from = 1, to = 2 }, { from = 1, to = 2 }]", "[2]");
    let space = Space::from_toml(&text, "swap.toml").unwrap();
    assert_eq!(space.size(), Some(2));
    assert_eq!(space.neighbours(&[0, 1]), [[1, 0]]);
}

#[test]
fn graphs_are_paths_and_idle_layers_are_pruned() {
    let space = nas_bench_macro();
    let genotype = space.parse("01020010").unwrap();
    let full = space.full_graph(&genotype);
    assert_eq!(full.labels, [0, 2, 3, 2, 4, 2, 2, 3, 2, 1]);
    assert_eq!(full.parts, [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
    assert_eq!(full.len(), space.most_nodes());
    assert_eq!(full.edges[..2], [[0, 1, 0], [1, 2, 0]]);
    assert_eq!(full.edges.len(), 9);
    let pruned = space.pruned_graph(&genotype);
    assert_eq!(pruned.labels, [0, 2, 3, 2, 4, 2, 3, 1]);
    assert_eq!(pruned.parts, [0, 0, 0, 1, 1, 2, 2, 2]);
    assert_eq!(space.label_names(), ["input", "output", "identity", "mb_k3_e3", "mb_k5_e6"]);
    assert_eq!(space.part_names(), ["stage 1", "stage 2", "stage 3"]);
    let space = transnas();
    assert_eq!(space.full_graph(&[0, 3, 1, 2, 4, 4]).labels, [0, 2, 5, 3, 4, 1]);
}

#[test]
fn pruned_graphs_are_equal_exactly_for_one_network() {
    let space = nas_bench_macro();
    let mut graphs = HashMap::new();
    for genotype in space.enumerate().unwrap() {
        let graph = space.pruned_graph(&genotype);
        let known = graphs.entry((graph.labels, graph.parts)).or_insert_with(|| space.canonical(&genotype));
        assert_eq!(*known, space.canonical(&genotype));
    }
    assert_eq!(graphs.len(), 3_969);
}

#[test]
fn an_absent_layer_sets_no_indicator() {
    let space = transnas();
    let features = space.one_hot_features();
    assert_eq!(features.len(), 24);
    assert_eq!(features[23].name, "layer_6=stride-and-double");
    let mut row = [0.0; 24];
    space.one_hot(&[0, 3, 1, 2, 4, 4], &mut row);
    let set: Vec<usize> = (0..24).filter(|&at| row[at] == 1.0).collect();
    assert_eq!(set, [0, 7, 9, 14]);
    // 01201202 of nas-bench-macro, by the reference.
    let space = nas_bench_macro();
    let mut row = [0.0; 24];
    space.one_hot(&[0, 1, 2, 0, 1, 2, 0, 2], &mut row);
    let bits: String = row.iter().map(|&bit| if bit == 1.0 { '1' } else { '0' }).collect();
    assert_eq!(bits, "100010001100010001100001");
}

#[test]
fn a_space_larger_than_can_be_counted_still_samples() {
    let text = SMALL
        .replace("[{ from = 1, to = 2 }, { from = 1, to = 2 }]", "[200]")
        .replace("at_most = 1", "at_least = 1");
    let space = Space::from_toml(&text, "large.toml").unwrap();
    assert_eq!(space.size(), None);
    assert!(space.representatives().is_none());
    let genotype = space.sample(&mut ChaCha8Rng::seed_from_u64(1));
    assert!(space.contains(&genotype));
    let skips = genotype.iter().filter(|&&block| block == 0).count();
    assert!((40..95).contains(&skips), "{skips}");
}

proptest! {
    #[test]
    fn printing_and_parsing_give_the_genotype_back(seed in 0_u64..1000) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for space in [nas_bench_macro(), transnas(), small()] {
            let genotype = space.sample(&mut rng);
            prop_assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[0-9a-z_|/é \\-]{0,40}") {
        for space in [nas_bench_macro(), transnas(), small()] {
            let _ = space.parse(&text);
        }
    }

    #[test]
    fn no_text_in_the_published_frame_makes_the_parser_panic(text in "(64-)?[0-5]{0,7}(-basic)?-?") {
        let _ = transnas().parse(&text);
    }
}

#[test]
fn every_row_of_the_tables_is_read_and_printed_back() {
    let Some(tables) = std::env::var_os("ARCHCAST_TABLES") else {
        println!("skipped: ARCHCAST_TABLES does not name the folder of tables");
        return;
    };
    for (space, file, column, rows) in [
        (nas_bench_macro(), "nas-bench-macro/cifar10.csv.gz", "arch", 6_561),
        (transnas(), "nas-bench-suite-zero/transnas-macro-class_object.csv.gz", "blocks", 662),
    ] {
        let table = TableSource::open(file, Path::new(&tables)).unwrap();
        assert_eq!(table.len(), rows);
        for text in table.column(column).unwrap().iter() {
            let genotype = space.parse(text).unwrap();
            assert_eq!(space.print(&genotype), text);
            if space.name() == "transnas-macro" {
                assert_eq!(space.parse(&format!("64-{text}-basic")).unwrap(), genotype);
            }
        }
    }
}

#[test]
fn rows_of_one_network_have_one_accuracy_in_the_table() {
    let Some(tables) = std::env::var_os("ARCHCAST_TABLES") else {
        println!("skipped: ARCHCAST_TABLES does not name the folder of tables");
        return;
    };
    let space = nas_bench_macro();
    let table = TableSource::open("nas-bench-macro/cifar10.csv.gz", Path::new(&tables)).unwrap();
    let mut classes: HashMap<String, [&str; 3]> = HashMap::new();
    let columns = ["test_acc", "params", "flops"].map(|name| table.column(name).unwrap());
    for (row, text) in table.column("arch").unwrap().iter().enumerate() {
        let known = columns.map(|column| column.get(row));
        let class = space.canonical(&space.parse(text).unwrap());
        assert_eq!(*classes.entry(class).or_insert(known), known, "{text}");
    }
    assert_eq!(classes.len(), 3_969);
    // Different networks differ, so the classes are no coarser than they should be.
    let results: HashSet<&[&str; 3]> = classes.values().collect();
    assert!(results.len() > 3_900, "{}", results.len());
}
