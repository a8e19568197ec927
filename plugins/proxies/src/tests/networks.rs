use archcast_architectures::{Builder, Network, Operation, Settings, Space};
use archcast_sdk::{
    Rng,
    rand::{RngExt as _, SeedableRng as _},
};
use tch::{Device, Kind, Tensor};

use crate::torch::{
    Initialisation, Layer, Net, Norm, draw,
    initialise::standard_normal,
    net::{unseen, weight_shape},
};

const OPTIONS: (Kind, Device) = (Kind::Float, Device::Cpu);

fn net(network: &Network) -> Net<'_> {
    let mut rng = Rng::seed_from_u64(1);
    Net::new(network, draw(network, None, Initialisation::Default, &mut rng, OPTIONS).unwrap()).unwrap()
}

/// Genotypes of a space, drawn uniformly; those of nas-bench-101 may have no path.
fn genotypes(space: Space, count: usize) -> Vec<Vec<u16>> {
    let mut rng = Rng::seed_from_u64(2);
    let choices: Vec<u16> = space.info().decisions.iter().map(|one| one.choices.len() as u16).collect();
    (0..count).map(|_| choices.iter().map(|&choices| rng.random_range(0..choices)).collect()).collect()
}

#[test]
fn built_networks_have_the_weights_that_the_closed_forms_count() {
    for space in Space::ALL {
        let builder = Builder::new(space, &Settings::default()).unwrap();
        for genotype in genotypes(space, 40) {
            let Ok(count) = builder.count(&genotype) else { continue };
            let network = builder.whole(&genotype).unwrap();
            let empty = |shape: Vec<i64>| Layer {
                bias: (shape.len() == 2).then(|| Tensor::empty(&shape[..1], OPTIONS)),
                weight: Tensor::empty(&shape, OPTIONS),
            };
            let layers = network.nodes().iter().filter_map(weight_shape).map(empty).collect();
            let built = Net::new(&network, layers).unwrap();
            let weights: usize = built
                .layers()
                .iter()
                .map(|layer| layer.weight.numel() + layer.bias.as_ref().map_or(0, Tensor::numel))
                .sum();
            let norms = network.nodes().iter().filter(|node| node.operation == Operation::BatchNorm);
            let affine: usize = norms.map(|norm| 2 * norm.shape.channels).sum();
            assert_eq!((weights + affine) as u64, count.parameters, "{} {genotype:?}", space.name());
        }
    }
}

#[test]
fn every_tensor_has_the_shape_of_its_node() {
    for space in Space::ALL {
        for image in [16, 36] {
            let settings = Settings { classes: Some(7), channels: Some(8), cells: None, image: Some(image) };
            let builder = Builder::new(space, &settings).unwrap();
            for genotype in genotypes(space, 6) {
                let Ok(Some(network)) = builder.network(&genotype) else { continue };
                let side = i64::from(image);
                let images =
                    standard_normal(&[2, 3, side, side], &mut Rng::seed_from_u64(3), OPTIONS).unwrap();
                let mut tap = |node: &archcast_architectures::Node, _: &[&Tensor], output: &Tensor| {
                    let size: Vec<usize> = output.size().iter().map(|&size| size as usize).collect();
                    let shape = node.shape;
                    match size.len() {
                        4 => assert_eq!(size[1..], [shape.channels, shape.height, shape.width], "{node:?}"),
                        _ => assert_eq!(size[1..], [shape.channels]),
                    }
                    Ok(())
                };
                let logits = net(&network).forward(&images, Norm::Batch, &mut tap).unwrap();
                assert_eq!(logits.size(), [2, 7], "{}", space.name());
            }
        }
    }
}

#[test]
fn a_dead_part_does_not_change_what_a_network_computes() {
    let settings = Settings { channels: Some(8), cells: Some(1), image: Some(16), ..Settings::default() };
    let builder = Builder::new(Space::NasBench201, &settings).unwrap();
    let images = standard_normal(&[3, 3, 16, 16], &mut Rng::seed_from_u64(4), OPTIONS).unwrap();
    // Edge 0-1 leads into a node that nothing reads; edge 2-3 reads a node that nothing reaches.
    for (dead, live) in [([3, 0, 0, 2, 0, 0], [0, 0, 0, 2, 0, 0]), ([0, 0, 0, 2, 0, 3], [0, 0, 0, 2, 0, 0])] {
        let outputs = [dead, live].map(|cell: [u16; 6]| {
            let network = builder.network(&cell).unwrap().unwrap();
            net(&network).forward(&images, Norm::Batch, &mut unseen).unwrap()
        });
        assert_eq!(outputs[0], outputs[1]);
    }
}

#[test]
fn draws_have_the_spread_of_their_law() {
    let builder = Builder::new(Space::NasBench201, &Settings::default()).unwrap();
    let network = builder.network(&[3, 3, 3, 3, 3, 3]).unwrap().unwrap();
    let last_conv = |how, space| {
        let layers = draw(&network, space, how, &mut Rng::seed_from_u64(5), OPTIONS).unwrap();
        layers[layers.len() - 2].weight.var(false).double_value(&[]) * (64.0 * 9.0)
    };
    let near =
        |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 0.05, "{found} {expected}");
    near(last_conv(Initialisation::Default, None), 1.0 / 3.0);
    near(last_conv(Initialisation::KaimingFanIn, None), 2.0);
    near(last_conv(Initialisation::Published, Some(Space::NasBench101)), 2.0);
    near(last_conv(Initialisation::Published, Some(Space::NasBench201)), 1.0 / 3.0);
}
