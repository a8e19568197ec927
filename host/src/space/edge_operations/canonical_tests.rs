use std::collections::HashSet;

use crate::space::Space;

// 5,425 classes of cells that compute the same function for all weights were counted in another way: by expanding
// identities in sums and comparing under all orders of the operations.
#[test]
fn nas_bench_201_has_5425_different_networks() {
    let space = Space::builtin("nas-bench-201").unwrap();
    let all: HashSet<String> = space.enumerate().unwrap().map(|cell| space.canonical(&cell)).collect();
    assert_eq!(all.len(), 5_425);
    assert_eq!(space.representatives().unwrap().count(), 5_425);
}

#[test]
fn identical_networks_share_a_canonical_text() {
    let space = Space::builtin("nas-bench-201").unwrap();
    // A convolution on 0-1 or on 0-2, passed on unchanged.
    let (first, second) = ([3, 0, 0, 0, 1, 0], [0, 3, 0, 0, 0, 1]);
    assert_eq!(space.canonical(&first), space.canonical(&second));
    assert_eq!(space.canonical(&[0; 6]), "nothing");
}

#[test]
fn a_cell_has_24_neighbours_at_one_changed_operation() {
    let space = Space::builtin("nas-bench-201").unwrap();
    let cell = [4, 2, 1, 2, 1, 1];
    let neighbours = space.neighbours(&cell);
    assert_eq!(neighbours.iter().collect::<HashSet<_>>().len(), 24);
    for neighbour in neighbours {
        assert_eq!(neighbour.iter().zip(&cell).filter(|(a, b)| a != b).count(), 1);
    }
}

#[test]
fn mutation_changes_one_operation_and_reaches_every_neighbour() {
    use rand::SeedableRng;
    let space = Space::builtin("nas-bench-201").unwrap();
    let cell = [4, 2, 1, 2, 1, 1];
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
    let reached: HashSet<_> = (0..1000).map(|_| space.mutate(&cell, &mut rng)).collect();
    assert_eq!(reached, space.neighbours(&cell).into_iter().collect());
}
