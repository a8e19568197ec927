use super::*;
use archcast_networks::{Optimiser, Rule};
use archcast_sdk::rand::SeedableRng as _;

const SHAPE: Shape = Shape { vocabulary: 9, units: 4, width: 3, decoder: true };
const EXACT: Aim = Aim { trade_off: 0.8, dropout: 0.0 };

/// Three cells of NAS-Bench-201 as NASLib writes them, which differ in six of 35 tokens.
fn cells() -> Array2<u32> {
    let frame: Vec<char> = "2o21o211o1211o12111o112121o1112122e".chars().collect();
    let operations = [[5, 3, 4, 6, 5, 7], [7, 6, 5, 5, 3, 4], [4, 4, 4, 4, 4, 4]];
    let mut cells = Array2::zeros((3, 35));
    for (row, operations) in operations.iter().enumerate() {
        let mut next = operations.iter();
        for (step, sign) in frame.iter().enumerate() {
            cells[[row, step]] = match sign {
                'o' => *next.next().unwrap(),
                'e' => 8,
                digit => digit.to_digit(10).unwrap(),
            };
        }
    }
    cells
}

fn targets() -> Array2<f64> {
    Array2::from(vec![[0.5], [-0.25], [-1.5]])
}

fn sines(count: usize) -> Vec<f64> {
    (0..count).map(|k| 0.5 * (k as f64).sin()).collect()
}

fn rng() -> Rng {
    Rng::seed_from_u64(0)
}

fn near(have: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(have.len(), want.len());
    for (a, b) in have.iter().zip(want) {
        assert!((a - b).abs() <= tolerance, "{have:?}\n{want:?}");
    }
}

#[test]
fn code_value_and_reconstruction_are_those_of_torch() {
    let network = Autoencoder::new(SHAPE);
    assert_eq!(network.length(), 717);
    let parameters = sines(717);
    let encoded = network.encode(&parameters, cells().view(), |_| None);
    let code = [-0.914806491763, -0.251431074916, 0.257717100228, 0.183012003552];
    near(&encoded.code.row(0).to_vec(), &code, 1e-11);
    let values = network.predict(&parameters, cells().view());
    near(&values, &[-0.712594307917, -0.712276855560, -0.692959663928], 1e-11);
    let decoded = network.decoder.as_ref().unwrap().forward(&parameters, cells().view(), &encoded, |_| None);
    let logs = [
        -2.895034179945,
        -2.307760859282,
        -2.227770847281,
        -1.914910147440,
        -1.399261197542,
        -2.305310933372,
        -2.553696227971,
        -2.394982268066,
        -2.595336714425,
    ];
    near(&decoded.logs.row(0).to_vec(), &logs, 1e-11);
}

#[test]
fn loss_gradient_and_a_step_are_those_of_torch() {
    let network = Autoencoder::new(SHAPE);
    let mut parameters = sines(717);
    let mut gradient = vec![0.0; 717];
    let data = (cells(), targets());
    let loss = network.slope(&parameters, (data.0.view(), data.1.view()), EXACT, &mut rng(), &mut gradient);
    near(&[loss], &[1.0825204147137397], 1e-12);
    let norm = gradient.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
    near(&[norm], &[0.7767651595205154], 1e-11);
    let mut optimiser = Optimiser::new(Rule::Adam { betas: (0.9, 0.999), decay: 1e-4 }, 717);
    optimiser.step(&mut parameters, &gradient, 1e-3);
    let values = network.predict(&parameters, data.0.view());
    near(&values, &[-0.704095636296, -0.703766925256, -0.684887808290], 1e-9);
}

#[test]
fn the_gradient_is_that_of_central_differences_with_dropout_and_without_a_decoder() {
    for (decoder, dropout) in [(true, 0.3), (false, 0.3), (false, 0.0)] {
        let network = Autoencoder::new(Shape { decoder, ..SHAPE });
        let parameters = sines(network.length());
        let data = (cells(), targets());
        let aim = Aim { dropout, ..EXACT };
        // The same generator drops the same entries each time.
        let loss = |at: &[f64]| {
            let mut gradient = vec![0.0; at.len()];
            let loss = network.slope(at, (data.0.view(), data.1.view()), aim, &mut rng(), &mut gradient);
            (loss, gradient)
        };
        let gradient = loss(&parameters).1;
        let mut moved = parameters.clone();
        for place in (0..parameters.len()).step_by(29) {
            let mut by = |step: f64| {
                moved[place] = parameters[place] + step;
                let loss = loss(&moved).0;
                moved[place] = parameters[place];
                loss
            };
            let slope = (by(1e-6) - by(-1e-6)) / 2e-6;
            assert!((slope - gradient[place]).abs() < 1e-7, "{place}: {} {slope}", gradient[place]);
        }
    }
}

#[test]
fn a_row_gets_the_same_bits_alone_and_among_many() {
    let network = Autoencoder::new(Shape { units: 24, width: 7, ..SHAPE });
    let parameters: Vec<f32> = network.initial(&mut rng());
    let tokens = Array2::from_shape_fn((150, 11), |(row, step)| ((row * row + 3 * step) % 9) as u32);
    let all = network.predict(&parameters, tokens.view());
    for row in [0, 1, 63, 64, 149] {
        let alone = network.predict(&parameters, tokens.slice(s![row..=row, ..]));
        assert_eq!(alone[0].to_bits(), all[row].to_bits());
    }
}
