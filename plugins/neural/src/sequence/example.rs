//! Made-up sequences whose tokens make the target, for the conformance laws: a fit with the usual parameters takes seconds.

use archcast_sdk::{Rng, header::SequenceInfo, prelude::*, rand::RngExt as _, rand::SeedableRng as _};

/// `labelled` rows of six tokens that add up to the target, and so many more without one.
pub(crate) fn example(labelled: usize, unlabelled: usize, seed: u64) -> DatasetBuilder<'static> {
    let mut rng = Rng::seed_from_u64(seed);
    let rows: Vec<Vec<u32>> =
        (0..labelled + unlabelled).map(|_| (0..6).map(|_| rng.random_range(1..=4)).collect()).collect();
    let worth =
        |tokens: &Vec<u32>| tokens.iter().zip(1..).map(|(&token, weight)| f64::from(token * weight)).sum();
    let labels: Vec<Option<f64>> =
        rows.iter().enumerate().map(|(row, tokens)| (row < labelled).then(|| worth(tokens))).collect();
    let vocabulary = ["padding", "a", "b", "c", "d"].map(str::to_owned).to_vec();
    let info = SequenceInfo { vocabulary, length: 6, padding: 0 };
    let data = DatasetBuilder::new(rows.len()).sequences(&rows);
    let identities = (rows.iter().zip(0u64..))
        .map(|(tokens, row)| [tokens.iter().fold(0, |code, &token| 5 * code + u64::from(token)), row]);
    let data = data.identities(identities.collect::<Vec<_>>());
    let data = if unlabelled == 0 {
        data.targets(labels.into_iter().flatten().collect::<Vec<_>>())
    } else {
        data.labels(&labels)
    };
    data.header(move |header| header.sequences = Some(info))
}
