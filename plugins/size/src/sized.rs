//! What the three sizes share.

use archcast_architectures::{ArchitectureError, Builder, Settings, Space};
use archcast_sdk::{Rng, prelude::*};
use std::marker::PhantomData;

/// Rows between two looks at whether to end.
const CHUNK: usize = 1024;

/// Parameters of each size.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Params {
    /// What stands around the cells; as published where it is left out.
    pub network: Settings,
}

/// A size that is a predictor.
pub trait Size: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// What it is, in one sentence.
    const SUMMARY: &'static str;

    /// That of a genotype's network.
    fn of(builder: &Builder, genotype: &[u16]) -> Result<u64, ArchitectureError>;
}

/// The predictor that gives a size, under settings that fit the space.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct BySize<S> {
    network: Settings,
    #[serde(skip)]
    size: PhantomData<fn() -> S>,
}

impl<S: Size> Predictor for BySize<S> {
    type Params = Params;
    const DESCRIPTOR: Descriptor = Descriptor::new(S::NAME, Family::ZeroCost)
        .summary(S::SUMMARY)
        .cite("White, Khodak, Tu, Shah, Bubeck and Dey, A Deeper Look at Zero-Cost Proxies for Lightweight NAS, ICLR Blog Track 2022")
        .complexity("predict O(layers) a row")
        .needs(&[Input::Genotypes])
        .minimum_rows(0)
        .threads(Threads::Many);

    fn fit(params: &Params, train: &Dataset<'_>, _cx: &Context<'_>) -> Result<Self> {
        Builder::of(train, &params.network)?;
        Ok(Self { network: params.network, size: PhantomData })
    }

    fn predict(&self, queries: &Dataset<'_>, cx: &Context<'_>) -> Result<Predictions> {
        let builder = Builder::of(queries, &self.network)?;
        let genotypes = queries.genotypes()?;
        let rows = queries.rows();
        let chunks = cx.parallel_map(rows.div_ceil(CHUNK), |chunk| {
            cx.check()?;
            let asked = chunk * CHUNK..rows.min((chunk + 1) * CHUNK);
            Ok(asked.map(|row| S::of(&builder, &genotypes.row(row).to_vec())).collect::<Vec<_>>())
        });
        let sizes = chunks.into_iter().collect::<Result<Vec<_>>>()?.concat();
        let score = |size: &Result<u64, ArchitectureError>| size.as_ref().map_or(0.0, |&size| size as f64);
        let mut predictions = Predictions::scores(sizes.iter().map(score).collect::<Vec<_>>());
        for (row, size) in sizes.iter().enumerate() {
            if let Err(error) = size {
                predictions.set_missing(row, error.to_string());
            }
        }
        Ok(predictions)
    }

    fn example(n: usize, seed: u64) -> Option<Example<Params>> {
        Some(example(n, seed))
    }
}

/// Cells of nas-bench-201 whose target follows the number of their convolutions.
fn example(n: usize, seed: u64) -> Example<Params> {
    let mut rng = <Rng as archcast_sdk::rand::SeedableRng>::seed_from_u64(seed);
    let genotypes =
        Array2::from_shape_simple_fn((n, 6), || archcast_sdk::rand::RngExt::random_range(&mut rng, 0..5_u16));
    let worth = |row: ArrayView1<'_, u16>| row.iter().filter(|&&digit| digit == 3).count() as f64;
    let identity = |row: ArrayView1<'_, u16>| {
        [row.iter().fold(1, |identity, &digit| identity * 5 + u64::from(digit)), 201]
    };
    let data = DatasetBuilder::new(n)
        .owned_genotypes(&genotypes)
        .identities(genotypes.rows().into_iter().map(identity))
        .targets(genotypes.rows().into_iter().map(worth).collect::<Vec<_>>())
        .header(|header| header.space = Some(Space::NasBench201.info()));
    Example { data, params: Params::default() }
}

#[cfg(test)]
mod tests {
    use crate::{flops::Flops, live_params::LiveParameters, params::Parameters};
    use archcast_sdk::{LocalServices, conformance, prelude::*};

    fn scores<P: Predictor<Params = super::Params>>(cells: &[[u16; 6]]) -> Vec<f64> {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let genotypes = Array2::from_shape_fn((cells.len(), 6), |(row, edge)| cells[row][edge]);
        let data = DatasetBuilder::new(cells.len())
            .genotypes(genotypes.view())
            .header(|header| header.space = Some(archcast_architectures::Space::NasBench201.info()));
        let view = data.view().unwrap();
        let model = P::fit(&P::Params::default(), &view, &cx).unwrap();
        model.predict(&view, &cx).unwrap().get("score").unwrap().to_vec()
    }

    /// A live cell, the same with a dead convolution, and one whose input does not reach its output.
    const CELLS: [[u16; 6]; 3] = [[0, 0, 0, 3, 0, 0], [3, 0, 0, 3, 0, 0], [3, 3, 3, 0, 0, 0]];

    #[test]
    fn dead_convolutions_count_in_all_but_live_parameters() {
        assert_eq!(scores::<Parameters>(&CELLS), [316_346.0, 559_386.0, 802_426.0]);
        assert_eq!(scores::<Flops>(&CELLS), [43_172_480.0, 78_561_920.0, 113_951_360.0]);
        assert_eq!(scores::<LiveParameters>(&CELLS), [316_346.0, 316_346.0, 0.0]);
    }

    #[test]
    fn parameters_obey_the_laws() {
        conformance::check::<Parameters>();
    }

    #[test]
    fn flops_obey_the_laws() {
        conformance::check::<Flops>();
    }

    #[test]
    fn live_parameters_obey_the_laws() {
        conformance::check::<LiveParameters>();
    }
}
