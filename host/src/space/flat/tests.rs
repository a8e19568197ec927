//! What holds for lists of choices: counted against enumeration, drawn against counting.

mod declarations;

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::encoding::{Encoding, FeatureKind};
use crate::space::{Genotype, Pool, Space};

/// Eleven for depth 2 to 4 and their kernels, times two for the activation: see `a_small_space_is_counted_by_hand`.
const SMALL: &str = r#"
name = "small"
kind = "flat"
[[choice]]
name = "kernel_3"
ordinal = [3, 5, 7]
when = { depth = [3, 4] }
[[choice]]
name = "depth"
ordinal = { from = 2, to = 4 }
[[choice]]
name = "kernel_4"
ordinal = [3, 5.5]
when = { depth = 4, kernel_3 = [5, 7] }
[[choice]]
name = "activation"
categorical = ["relu", "swish"]
"#;

fn small() -> Space {
    Space::from_toml(SMALL, "small.toml").unwrap()
}

fn message(text: &str) -> String {
    small().parse(text).unwrap_err().to_string()
}

fn chi_square(space: &Space, draws: u32, seed: u64) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut counts: HashMap<Genotype, u32> = HashMap::new();
    for _ in 0..draws {
        *counts.entry(space.sample(&mut rng)).or_default() += 1;
    }
    assert!(counts.keys().all(|genotype| space.contains(genotype)));
    let expected = f64::from(draws) / space.size().unwrap() as f64;
    space
        .enumerate()
        .unwrap()
        .map(|genotype| (f64::from(*counts.get(&genotype).unwrap_or(&0)) - expected).powi(2) / expected)
        .sum()
}

// Depth 2: 1. Depth 3: 3 kernels. Depth 4: kernel 3 alone, kernels 5 and 7 with two more each: 1 + 4. All twice.
#[test]
fn a_small_space_is_counted_by_hand() {
    let space = small();
    assert_eq!(space.size(), Some(18));
    let all: Vec<Genotype> = space.enumerate().unwrap().collect();
    assert_eq!(all.len(), 18);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 18);
    assert!(all.iter().all(|genotype| space.contains(genotype)));
    assert_eq!(space.representatives().unwrap().count(), 18);
    let identities: HashSet<String> = all.iter().map(|genotype| space.canonical(genotype)).collect();
    assert_eq!(identities.len(), 18);
}

// 99.9 % point of the chi-square distribution with 17 degrees of freedom: 40.79 (its table).
#[test]
fn sampling_is_uniform_over_architectures() {
    let found = chi_square(&small(), 100_000, 5);
    assert!(found < 40.79, "{found}");
}

#[test]
fn the_text_form_is_read_in_any_order() {
    let space = small();
    let genotype = space.parse("depth=4 kernel_3=5 kernel_4=5.5 activation=swish").unwrap();
    assert_eq!(genotype, [1, 2, 1, 1]);
    assert_eq!(space.print(&genotype), "kernel_3=5 depth=4 kernel_4=5.5 activation=swish");
    assert_eq!(space.parse("activation=swish, kernel_4=5.50,depth=4.0 ,\tkernel_3=5"), Ok(genotype));
    assert_eq!(space.print(&[0, 0, 0, 0]), "depth=2 activation=relu");
}

#[test]
fn wrong_texts_are_refused_where_they_are_wrong() {
    assert_eq!(
        message("depth=2 activation=rely"),
        "unknown value `rely` of `activation` at character 20; did you mean `relu`?"
    );
    assert_eq!(message(" depht=2"), "unknown choice `depht` at character 2; did you mean `depth`?");
    assert_eq!(message("depth=2 depth=3"), "`depth` a second time at character 9; one value for each choice");
    assert_eq!(message("depth 2"), "`depth` at character 1; write `name=value`");
    assert_eq!(
        message("depth=3 activation=relu"),
        "`kernel_3` is missing at character 24; add `kernel_3=3` or another value"
    );
    assert_eq!(
        message("depth=2 activation=relu kernel_3=5"),
        "`kernel_3` is not active here, and given at character 25; it needs `depth=3` or `depth=4`; leave it out"
    );
    assert_eq!(
        message("depth=5 activation=relu"),
        "unknown value `5` of `depth` at character 7; there are `2`, `3`, `4`"
    );
}

#[test]
fn an_inactive_choice_holds_its_first_value() {
    assert_eq!(
        small().invalid(&[1, 0, 0, 0]).unwrap(),
        "`kernel_3` has a value and is not active; it needs `depth=3` or `depth=4`, and holds its first value elsewhere"
    );
    assert!(!small().contains(&[0, 2, 1, 0]));
}

#[test]
fn neighbours_change_one_choice_and_what_hangs_on_it() {
    let space = small();
    let near = |text: &str| -> Vec<String> {
        space.neighbours(&space.parse(text).unwrap()).iter().map(|one| space.print(one)).collect()
    };
    assert_eq!(
        near("depth=4 kernel_3=7 kernel_4=5.5 activation=relu"),
        [
            "kernel_3=3 depth=4 activation=relu",
            "kernel_3=5 depth=4 kernel_4=5.5 activation=relu",
            "depth=2 activation=relu",
            "kernel_3=7 depth=3 activation=relu",
            "kernel_3=7 depth=4 kernel_4=3 activation=relu",
            "kernel_3=7 depth=4 kernel_4=5.5 activation=swish",
        ]
    );
    assert_eq!(
        near("depth=2 activation=swish"),
        [
            "kernel_3=3 depth=3 activation=swish",
            "kernel_3=3 depth=4 activation=swish",
            "depth=2 activation=relu"
        ]
    );
}

#[test]
fn mutation_is_valid_and_never_the_parent() {
    let space = small();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut reached = HashSet::new();
    let mut genotype = space.sample(&mut rng);
    for _ in 0..2_000 {
        let child = space.mutate(&genotype, &mut rng);
        assert!(space.contains(&child) && child != genotype);
        reached.insert(child.clone());
        genotype = child;
    }
    assert_eq!(reached.len(), 18);
}

#[test]
fn a_space_of_one_architecture_mutates_to_itself() {
    let space = Space::from_toml("name='x'\nkind='flat'\nchoice=[{name='a',ordinal=[1]}]", "x").unwrap();
    assert_eq!(space.mutate(&[0], &mut ChaCha8Rng::seed_from_u64(0)), [0]);
    assert!(space.neighbours(&[0]).is_empty());
}

#[test]
fn columns_of_an_inactive_choice_are_missing() {
    let text = SMALL.replace(
        "categorical = [\"relu\", \"swish\"]",
        "categorical = [\"relu\", \"swish\"]\nwhen = { depth = 2 }",
    );
    let space = Space::from_toml(&text, "x").unwrap();
    let features = space.one_hot_features();
    let names: Vec<&str> = features.iter().map(|feature| feature.name.as_str()).collect();
    assert_eq!(names, ["kernel_3", "depth", "kernel_4", "activation=relu", "activation=swish"]);
    assert!(features.iter().all(|feature| feature.kind == FeatureKind::Number));
    let show = |row: Vec<f64>| format!("{row:?}");
    let pool = Pool::from_shape_vec((2, 4), vec![2, 2, 1, 0, 0, 0, 0, 1]).unwrap();
    let encoded = Encoding::AdjacencyOneHot.encode(&space, pool.view());
    assert_eq!(show(encoded.row(0).to_vec()), "[7.0, 4.0, 5.5, NaN, NaN]");
    assert_eq!(show(encoded.row(1).to_vec()), "[NaN, 2.0, NaN, 0.0, 1.0]");
    let kinds: Vec<FeatureKind> = space.categorical_features().iter().map(|feature| feature.kind).collect();
    assert_eq!(kinds[2..], [FeatureKind::Ordinal, FeatureKind::Categorical]);
    let encoded = Encoding::AdjacencyCategorical.encode(&space, pool.view());
    assert_eq!(show(encoded.row(0).to_vec()), "[2.0, 2.0, 1.0, NaN]");
    assert_eq!(show(encoded.row(1).to_vec()), "[NaN, 0.0, NaN, 1.0]");
}

#[test]
fn there_is_no_graph() {
    let space = small();
    for genotype in space.enumerate().unwrap() {
        assert!(space.full_graph(&genotype).is_empty() && space.pruned_graph(&genotype).is_empty());
    }
    assert_eq!(space.label_names(), ["input", "output"]);
    assert_eq!((space.most_nodes(), space.part_names().len()), (0, 0));
    assert!(space.path_space().is_none() && space.paths(&[0; 4]).is_empty());
    let refused = Encoding::OperationCounts.require(&space).unwrap_err().to_string();
    assert!(refused.ends_with("its architectures are no graphs; use `adjacency-one-hot`"), "{refused}");
}

#[test]
fn a_large_space_is_counted_and_drawn_without_walking_through_it() {
    // Five stages of depth 2 to 4, each with kernel and expansion of the blocks that are there: once-for-all.
    let mut text = "name = 'ofa'\nkind = 'flat'\n".to_owned();
    for stage in 1..=5 {
        text.push_str(&format!("[[choice]]\nname = 'd{stage}'\nordinal = [2, 3, 4]\n"));
        for block in 1..=4 {
            for what in ["k", "e"] {
                text.push_str(&format!("[[choice]]\nname = '{what}{stage}_{block}'\nordinal = [3, 5, 7]\n"));
                if block > 2 {
                    text.push_str(&format!(
                        "when = {{ d{stage} = {} }}\n",
                        if block == 3 { "[3, 4]" } else { "4" }
                    ));
                }
            }
        }
    }
    let space = Space::from_toml(&text, "ofa").unwrap();
    let stage: u128 = (2..=4).map(|depth| 9_u128.pow(depth)).sum();
    assert_eq!(space.size(), Some(stage.pow(5)));
    // Depth 4 holds 6,561 of 7,371 architectures of a stage. Five standard deviations.
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let deep = (0..2_000).filter(|_| space.sample(&mut rng)[0] == 2).count() as f64;
    assert!((deep - 2_000.0 * 6_561.0 / 7_371.0).abs() < 70.0, "{deep}");
}

#[test]
fn a_space_larger_than_any_number_still_samples() {
    let choices: Vec<String> = (0..900)
        .map(|k| {
            format!(
                "[[choice]]\nname = 'c{k}'\nordinal = {{ from = 1, to = 10 }}\nwhen = {{ root = 'on' }}\n"
            )
        })
        .collect();
    let text = format!(
        "name = 'x'\nkind = 'flat'\n[[choice]]\nname = 'root'\ncategorical = ['off', 'on']\n{}",
        choices.concat()
    );
    let space = Space::from_toml(&text, "x").unwrap();
    assert_eq!(space.size(), None);
    let genotype = space.sample(&mut ChaCha8Rng::seed_from_u64(4));
    assert!(space.contains(&genotype));
    assert_eq!(genotype[0], 1);
}

/// A space with conditions by chance: up to six choices, each depending on up to two others that are declared in any
/// order.
fn by_chance(seed: u64) -> Option<Space> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count = rng.random_range(1..=6);
    let mut text = "name = 'x'\nkind = 'flat'\n".to_owned();
    let rank: Vec<u32> = (0..count).map(|_| rng.random()).collect();
    let values: Vec<u32> = (0..count).map(|_| rng.random_range(1..=3)).collect();
    for choice in 0..count {
        text.push_str(&format!(
            "[[choice]]\nname = 'c{choice}'\nordinal = {{ from = 1, to = {} }}\n",
            values[choice]
        ));
        let earlier: Vec<usize> = (0..count).filter(|&other| rank[other] < rank[choice]).collect();
        let on: HashSet<usize> = (0..2)
            .filter(|_| !earlier.is_empty())
            .map(|_| earlier[rng.random_range(0..earlier.len())])
            .collect();
        let when: Vec<String> =
            on.iter().map(|&on| format!("c{on} = [{}]", rng.random_range(1..=values[on]))).collect();
        text.push_str(&format!("when = {{ {} }}\n", when.join(", ")));
    }
    Space::from_toml(&text, "chance").ok()
}

/// Counts rows of choices that are valid, without the space's own enumeration.
fn count_by_trying(space: &Space) -> usize {
    let decisions = space.decisions();
    let rows: usize = decisions.iter().map(|decision| decision.choices.len()).product();
    let row = |mut number: usize| -> Genotype {
        decisions
            .iter()
            .map(|decision| {
                let value = number % decision.choices.len();
                number /= decision.choices.len();
                value as u16
            })
            .collect()
    };
    (0..rows).filter(|&number| space.contains(&row(number))).count()
}

proptest! {
    #[test]
    fn counting_enumerating_and_trying_agree(seed in any::<u64>()) {
        if let Some(space) = by_chance(seed) {
            let tried = count_by_trying(&space);
            prop_assert_eq!(space.size(), Some(tried as u128));
            let all: HashSet<Genotype> = space.enumerate().unwrap().collect();
            prop_assert_eq!(all.len(), tried);
            prop_assert_eq!(space.enumerate().unwrap().count(), tried);
            for genotype in &all {
                prop_assert!(space.contains(genotype));
                prop_assert_eq!(&space.parse(&space.print(genotype)).unwrap(), genotype);
                let near = space.neighbours(genotype);
                prop_assert!(near.iter().all(|one| space.contains(one) && one != genotype));
                prop_assert_eq!(near.iter().collect::<HashSet<_>>().len(), near.len());
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "(depth|kernel_3|é|activation|=|[0-9. ,]){0,20}") {
        let _ = small().parse(&text);
    }
}

// Uniform where conditions overlap, too: 99.99 % point by Wilson and Hilferty, for twenty spaces.
#[test]
fn sampling_is_uniform_under_conditions_by_chance() {
    let mut checked = 0;
    for space in (0..).filter_map(by_chance).filter(|space| space.size() > Some(10)).take(20) {
        let freedom = space.size().unwrap() as f64 - 1.0;
        let part = 2.0 / (9.0 * freedom);
        let limit = freedom * (1.0 - part + 3.719 * part.sqrt()).powi(3);
        let found = chi_square(&space, 5_000, 1);
        assert!(found < limit, "{found} of {limit}: {}", space.declaration());
        checked += 1;
    }
    assert_eq!(checked, 20);
}
