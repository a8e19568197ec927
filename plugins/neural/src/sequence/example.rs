//! Made-up sequences whose tokens make the target, for the conformance laws: a fit with the usual parameters takes seconds.

use archcast_sdk::{
    Rng,
    header::{FeatureInfo, FeatureKind, Role, SequenceInfo},
    prelude::*,
    rand::RngExt as _,
    rand::SeedableRng as _,
};

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

/// The same rows with the score of a member beside them, which every ninth lacks: the token that weighs most, so that many
/// are equal.
pub(crate) fn with_score(data: DatasetBuilder<'static>) -> Option<DatasetBuilder<'static>> {
    let view = data.view().ok()?;
    let sequences = view.sequences().ok()?;
    let values: Vec<f64> = (0..view.rows())
        .map(|row| match row % 9 {
            8 => f64::NAN,
            _ => sequences.row(row).last().copied().map_or(0.0, f64::from),
        })
        .collect();
    let validity: Vec<u8> = values.iter().map(|value| u8::from(!value.is_nan())).collect();
    let name = || "proxy".to_owned();
    let info = FeatureInfo { name: name(), kind: FeatureKind::Number, role: Role::Member(name()) };
    Some(data.feature_matrix(vec![info], values, validity))
}
