//! Published counts, and networks against closed forms.

use super::*;
use crate::Operation;
use proptest::prelude::*;

fn builder(space: Space) -> Builder {
    Builder::new(space, &Settings::default()).unwrap()
}

fn with(space: Space, classes: u32, channels: u32, cells: Option<u32>) -> Builder {
    let settings = Settings { classes: Some(classes), channels: Some(channels), cells, image: None };
    Builder::new(space, &settings).unwrap()
}

fn digits(text: &str) -> Vec<u16> {
    text.bytes().map(|digit| u16::from(digit - b'0')).collect()
}

/// The genotype of a text form of nas-bench-101: vertices, upper triangle, operations.
fn cell_101(vertices: usize, adjacency: &str, operations: &str) -> Vec<u16> {
    let mut genotype = vec![0; 26];
    let seven = |vertex: usize| if vertex == vertices - 1 { 6 } else { vertex };
    let place = |from: usize, to: usize| (0..from).map(|row| 6 - row).sum::<usize>() + to - from - 1;
    let pairs = (0..vertices).flat_map(|from| (from + 1..vertices).map(move |to| (from, to)));
    for ((from, to), bit) in pairs.zip(digits(adjacency)) {
        genotype[place(seven(from), seven(to))] = bit;
    }
    genotype[21..21 + operations.len()].copy_from_slice(&digits(operations));
    genotype
}

/// A cell of darts: eight pairs of state and operation.
fn cell_of(pairs: [(u16, u16); 8]) -> Vec<u16> {
    pairs.iter().flat_map(|&(state, operation)| [state, operation]).collect()
}

fn darts_v2() -> Vec<u16> {
    let normal = [(0, 3), (1, 3), (0, 3), (1, 3), (0, 2), (1, 3), (0, 2), (2, 5)];
    let reduction = [(0, 0), (1, 0), (1, 0), (2, 2), (0, 0), (2, 2), (1, 0), (2, 2)];
    [cell_of(normal), cell_of(reduction)].concat()
}

#[test]
fn nas_bench_201_counts_as_published() {
    let builder = builder(Space::NasBench201);
    for (cell, parameters) in [
        ("421211", 129_306),
        ("334131", 802_426),
        ("433444", 559_386),
        ("410001", 73_306),
        ("333123", 1_073_466),
    ] {
        assert_eq!(builder.count(&digits(cell)).unwrap().parameters, parameters, "{cell}");
    }
    for (cell, flops) in [("333123", 153_272_960), ("132323", 121_815_680), ("421211", 15_647_360)] {
        assert_eq!(builder.count(&digits(cell)).unwrap().multiply_adds, flops, "{cell}");
    }
}

#[test]
fn nas_bench_101_counts_as_published() {
    let builder = builder(Space::NasBench101);
    for (vertices, adjacency, operations, parameters) in [
        (7, "100110100001001010101", "02001", 8_555_530),
        (7, "100000100001000111101", "11010", 5_878_154),
        (3, "111", "1", 2_793_866),
        (3, "101", "0", 10_177_674),
    ] {
        let cell = cell_101(vertices, adjacency, operations);
        assert_eq!(builder.count(&cell).unwrap().parameters, parameters, "{adjacency}");
    }
}

#[test]
fn dead_vertices_of_nas_bench_101_do_not_count() {
    let builder = builder(Space::NasBench101);
    let small = cell_101(3, "101", "0");
    let mut dead = small.clone();
    // Vertex 2 is read by nothing, vertex 3 reads nothing.
    dead[1] = 1;
    dead[17] = 1;
    assert_eq!(builder.count(&dead), builder.count(&small));
    assert_eq!(builder.network(&dead), builder.network(&small));
}

#[test]
fn darts_v2_counts_as_published() {
    for (channels, cells, parameters) in [(36, 20, 3_349_342), (32, 8, 919_722), (16, 8, 246_106)] {
        let builder = with(Space::Darts, 10, channels, Some(cells));
        assert_eq!(builder.count(&darts_v2()).unwrap().parameters, parameters);
        assert_eq!(builder.whole(&darts_v2()).unwrap().count().parameters, parameters);
    }
}

/// P-DARTS (Chen et al., ICCV 2019) is said to have 3.43 million parameters and PC-DARTS (Xu et al., ICLR 2020) 3.63; the last
/// digits are those of the modules in PyTorch.
#[test]
fn cells_found_by_searches_of_darts_count_as_published() {
    let builder = with(Space::Darts, 10, 36, Some(20));
    for (normal, reduction, parameters) in [
        (
            [(0, 2), (1, 5), (0, 2), (1, 3), (1, 3), (3, 3), (0, 3), (4, 6)],
            [(0, 1), (1, 4), (0, 3), (2, 6), (0, 0), (1, 5), (1, 5), (3, 6)],
            3_433_798,
        ),
        (
            [(0, 2), (1, 3), (0, 3), (1, 5), (0, 4), (1, 3), (0, 1), (1, 5)],
            [(0, 0), (1, 4), (1, 4), (2, 4), (0, 3), (3, 3), (1, 3), (2, 3)],
            3_634_678,
        ),
    ] {
        let genotype = [cell_of(normal), cell_of(reduction)].concat();
        assert_eq!(builder.count(&genotype).unwrap().parameters, parameters);
        assert_eq!(builder.whole(&genotype).unwrap().count().parameters, parameters);
    }
}

#[test]
fn nas_bench_macro_counts_as_published() {
    let builder = builder(Space::NasBenchMacro);
    for (layers, parameters, flops) in [
        ("00000000", 387_882, 7_713_280),
        ("00000001", 791_594, 14_115_328),
        ("22222222", 2_932_586, 105_660_928),
    ] {
        let expected = Count { parameters, multiply_adds: flops };
        assert_eq!(builder.count(&digits(layers)).unwrap(), expected, "{layers}");
    }
}

#[test]
fn transnas_micro_counts_as_the_suite_measured() {
    let builder = builder(Space::TransnasMicro);
    assert_eq!(builder.count(&digits("000202")).unwrap().parameters, 1_612_932);
}

#[test]
fn a_dead_edge_is_counted_as_published_and_not_built() {
    let builder = builder(Space::NasBench201);
    // Edge 0-1 is a convolution into a node that nothing reads.
    let cell = digits("300100");
    assert_eq!(builder.count(&cell).unwrap().parameters, 73_306 + 243_040);
    assert_eq!(builder.live_count(&cell).unwrap().parameters, 73_306);
    // Edge 1-3 reads a node that nothing reaches.
    assert_eq!(builder.live_count(&digits("000130")).unwrap().parameters, 73_306);
}

#[test]
fn a_cell_whose_input_does_not_reach_its_output_has_no_network() {
    let builder = builder(Space::NasBench201);
    assert_eq!(builder.network(&digits("333000")).unwrap(), None);
    assert_eq!(builder.live_count(&digits("333000")).unwrap(), Count::default());
    let all: Vec<Vec<u16>> =
        (0..5_u16.pow(6)).map(|index| (0..6).map(|place| index / 5_u16.pow(place) % 5).collect()).collect();
    let small =
        Builder::new(Space::NasBench201, &Settings { cells: Some(1), ..Settings::default() }).unwrap();
    assert_eq!(all.iter().filter(|cell| small.network(cell).unwrap().is_none()).count(), 341);
}

#[test]
fn convolutions_of_one_tensor_share_its_rectification() {
    let settings = Settings { cells: Some(1), ..Settings::default() };
    let builder = Builder::new(Space::NasBench201, &settings).unwrap();
    let network = builder.network(&digits("330300")).unwrap().unwrap();
    let uses = |node: &crate::Node| match node.operation {
        Operation::Relu { uses } => Some(uses),
        _ => None,
    };
    // Of the three convolutions that read node 0 only the one into node 3 is live: 3 cells, 2 in each reduction, the end.
    let live: Vec<usize> = network.nodes().iter().filter_map(uses).collect();
    assert_eq!((live.len(), live.iter().sum::<usize>()), (8, 8));
    let network = builder.network(&digits("330311")).unwrap().unwrap();
    let live: Vec<usize> = network.nodes().iter().filter_map(uses).collect();
    // A cell and the reduction behind it rectify different tensors.
    assert_eq!((live.len(), live.iter().sum::<usize>()), (8, 14));
}

#[test]
fn a_genotype_of_another_space_is_refused() {
    let error = builder(Space::NasBench201).count(&[5, 0, 0, 0, 0, 0]).unwrap_err();
    assert_eq!(error.to_string(), "the genotype [5, 0, 0, 0, 0, 0] is none of the space `nas-bench-201`");
    assert!(builder(Space::Darts).network(&[0; 6]).is_err());
}

#[test]
fn a_space_is_told_by_its_name_and_its_decisions() {
    use archcast_sdk::header::{DecisionInfo, SpaceInfo};
    let mut info = SpaceInfo::default();
    info.name = "nas-bench-nlp".into();
    let unknown = Space::of(&info).unwrap_err().to_string();
    assert!(
        unknown.starts_with("there are no networks for the space `nas-bench-nlp`, only for `nas-bench-101`")
    );
    for space in Space::ALL {
        info.name = space.name().into();
        let decision = |choices: &Vec<&str>| DecisionInfo {
            name: String::new(),
            choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
        };
        info.decisions = space.choices().iter().map(decision).collect();
        assert_eq!(Space::of(&info), Ok(space));
        info.decisions[1].choices.reverse();
        assert!(Space::of(&info).unwrap_err().to_string().contains("its decision 2 is one of "));
    }
}

/// Any genotype of a space, and settings other than the published ones.
fn any() -> impl Strategy<Value = (Builder, Vec<u16>)> {
    let space = prop::sample::select(Space::ALL.to_vec());
    let settings = (1..30_u32, 4..12_u32, 3..5_u32, 2..5_u32);
    (space, settings).prop_flat_map(|(space, (classes, half, cells, eighth))| {
        let settings = Settings {
            classes: Some(classes),
            channels: Some(2 * half),
            cells: (space != Space::NasBenchMacro).then_some(cells),
            image: Some(8 * eighth),
        };
        let builder = Builder::new(space, &settings).unwrap();
        let genotype: Vec<_> = builder.choices.iter().map(|&choices| 0..choices as u16).collect();
        (Just(builder), genotype)
    })
}

proptest! {
    #[test]
    fn a_whole_network_costs_what_the_closed_form_says((builder, genotype) in any()) {
        // No path through a cell of nas-bench-101 is no cell at all.
        prop_assume!(builder.count(&genotype).is_ok());
        prop_assert_eq!(builder.whole(&genotype).unwrap().count(), builder.count(&genotype).unwrap());
    }

    #[test]
    fn a_live_network_is_whole_and_in_order((builder, genotype) in any()) {
        let Some(network) = builder.network(&genotype).unwrap() else { return Ok(()) };
        let nodes = network.nodes();
        for (index, node) in nodes.iter().enumerate() {
            prop_assert!(node.inputs.iter().all(|&input| input < index));
            let is_read = nodes.iter().any(|reader| reader.inputs.contains(&index));
            prop_assert_eq!(is_read, index + 1 < nodes.len());
            let sizes: Vec<_> = node.inputs.iter().map(|&input| nodes[input].shape).collect();
            match node.operation {
                Operation::Add => prop_assert!(sizes.len() > 1 && sizes.iter().all(|&size| size == node.shape)),
                Operation::Concat => {
                    prop_assert_eq!(sizes.iter().map(|size| size.channels).sum::<usize>(), node.shape.channels);
                    prop_assert!(sizes.iter().all(|size| size.area() == node.shape.area()));
                }
                Operation::Conv(conv) => prop_assert_eq!(conv.inputs, sizes[0].channels),
                Operation::FirstChannels => prop_assert!(sizes[0].channels > node.shape.channels),
                Operation::Zero => prop_assert!(false, "zeros are never live here"),
                _ => {}
            }
        }
        prop_assert!(network.count().parameters <= builder.count(&genotype).unwrap().parameters);
        prop_assert!(network.features().is_some());
    }
}
