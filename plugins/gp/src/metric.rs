//! Distances between rows of features.
//!
//! Columns of an encoding count as they are (one-hot columns hold 0 and 1); other numbers are standardised on the
//! training rows. A category adds 2 to the squared distance where it differs, as its one-hot columns would. Differences
//! are taken before they are squared, so that near rows lose no digits.

use archcast_scaling::moments;
use archcast_sdk::{
    header::{FeatureKind, Role},
    prelude::*,
};

/// Most different distances that are looked up rather than kept for each pair.
const FEW: usize = 1024;
/// Pairs between two looks at whether to end.
const PAIRS: usize = 1 << 16;

/// How the features of a row become its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Metric {
    width: usize,
    numbers: Vec<Number>,
    /// Features whose numbers are categories.
    categories: Vec<usize>,
}

/// A number and how it is scaled.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Number {
    feature: usize,
    shift: f64,
    scale: f64,
}

impl Metric {
    /// Learns the scales from training rows.
    ///
    /// # Errors
    /// `bad_data` where a feature is missing; `numerical` where the deviation of one overflows.
    pub(crate) fn of(train: &Dataset<'_>) -> Result<Self> {
        let rows = train.features()?.complete()?;
        let infos = &train.header()?.features;
        let mut metric = Self { width: rows.ncols(), numbers: Vec::new(), categories: Vec::new() };
        for (feature, column) in rows.columns().into_iter().enumerate() {
            let info = infos.get(feature);
            let kind = info.map(|info| info.kind).unwrap_or_default();
            let encoded = info.is_some_and(|info| matches!(info.role, Role::Encoding(_)));
            if kind == FeatureKind::Categorical {
                metric.categories.push(feature);
                continue;
            }
            let (shift, scale) = if encoded && kind == FeatureKind::Number {
                (0.0, 1.0)
            } else {
                let (mean, deviation) = moments(column);
                if !deviation.is_finite() || !mean.is_finite() {
                    let what =
                        format!("the standard deviation of feature {feature} overflows; scale the column");
                    return Err(Error::numerical(what));
                }
                (mean, if deviation > 0.0 { 1.0 / deviation } else { 0.0 })
            };
            metric.numbers.push(Number { feature, shift, scale });
        }
        Ok(metric)
    }

    /// Refuses queries of another width than the training rows.
    ///
    /// # Errors
    /// `bad_data` with both widths.
    pub(crate) fn check_width(&self, width: usize) -> Result<()> {
        if width == self.width {
            return Ok(());
        }
        Err(Error::bad_data(format!("{width} features, but the model was fitted on {}", self.width)))
    }

    /// The place of a row: its scaled numbers, then its categories.
    pub(crate) fn place(&self, row: ArrayView1<'_, f64>) -> Vec<f64> {
        let numbers = self.numbers.iter().map(|number| (row[number.feature] - number.shift) * number.scale);
        numbers.chain(self.categories.iter().map(|&feature| row[feature])).collect()
    }

    /// The places of these rows, one after another.
    pub(crate) fn places(&self, rows: ArrayView2<'_, f64>) -> Vec<Vec<f64>> {
        rows.rows().into_iter().map(|row| self.place(row)).collect()
    }

    /// The squared distance of two places.
    pub(crate) fn squared(&self, a: &[f64], b: &[f64]) -> f64 {
        let split = self.numbers.len();
        let differ = a[split..].iter().zip(&b[split..]).filter(|(a, b)| a != b).count();
        squared_difference(&a[..split], &b[..split]) + 2.0 * differ as f64
    }
}

/// Sum of squared differences, in one fixed order.
fn squared_difference(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += (a - b) * (a - b);
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| (a - b) * (a - b)).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// Squared distances of all pairs of n rows. One-hot rows of g decisions have at most g + 1 different ones, and a kernel
/// is then computed once for each of these.
#[derive(Debug)]
pub(crate) struct Distances {
    rows: usize,
    /// Squared distances: the different ones, or one for each pair.
    pub values: Vec<f64>,
    /// For each pair the place of its distance, column by column below the diagonal.
    pub index: Vec<u32>,
}

impl Distances {
    /// Of the places of n rows.
    ///
    /// # Errors
    /// `numerical` where a distance overflows; `cancelled`.
    pub(crate) fn of(metric: &Metric, places: &[Vec<f64>], cx: &Context<'_>) -> Result<Self> {
        let rows = places.len();
        let mut pairs = Vec::with_capacity(rows * rows.saturating_sub(1) / 2);
        for (column, a) in places.iter().enumerate() {
            if pairs.len() % PAIRS < rows {
                cx.check()?;
            }
            pairs.extend(places[column + 1..].iter().map(|b| metric.squared(a, b)));
        }
        if pairs.iter().any(|squared: &f64| !squared.is_finite()) {
            return Err(Error::numerical("the distance of two training rows overflows; scale the features"));
        }
        Ok(Self::from_pairs(rows, pairs))
    }

    fn from_pairs(rows: usize, pairs: Vec<f64>) -> Self {
        let mut values = pairs.clone();
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        if values.len() > FEW {
            let index = (0..pairs.len() as u32).collect();
            return Self { rows, values: pairs, index };
        }
        let place = |pair: &f64| values.partition_point(|value| value < pair) as u32;
        let index = pairs.iter().map(place).collect();
        Self { rows, values, index }
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{LocalServices, header::FeatureInfo};

    fn info(name: &str, kind: FeatureKind, role: Role) -> FeatureInfo {
        FeatureInfo { name: name.into(), kind, role }
    }

    fn metric() -> (Metric, Vec<Vec<f64>>) {
        let infos = vec![
            info("code", FeatureKind::Number, Role::Encoding("e".into())),
            info("kind", FeatureKind::Categorical, Role::Column),
            info("size", FeatureKind::Number, Role::Column),
            info("same", FeatureKind::Number, Role::Column),
        ];
        let values = vec![0.0, 3.0, 10.0, 0.1, 1.0, 3.0, 30.0, 0.1, 1.0, 4.0, 20.0, 0.1];
        let data = DatasetBuilder::new(3).feature_matrix(infos, values, Vec::new());
        let view = data.view().unwrap();
        let metric = Metric::of(&view).unwrap();
        let places = metric.places(view.features().unwrap().values());
        (metric, places)
    }

    #[test]
    fn each_kind_of_column_counts_in_its_own_way() {
        let (metric, places) = metric();
        // 20 is 2 · sqrt(3/2) deviations of 10, 30, 20.
        assert!((metric.squared(&places[0], &places[1]) - (1.0 + 6.0)).abs() < 1e-12);
        assert!((metric.squared(&places[1], &places[2]) - (2.0 + 1.5)).abs() < 1e-12);
        assert!(metric.check_width(5).is_err());
    }

    #[test]
    fn pairs_find_their_distance_few_or_many() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let (metric, places) = metric();
        let distances = Distances::of(&metric, &places, &cx).unwrap();
        let want =
            [(0, 1), (0, 2), (1, 2)].map(|(a, b): (usize, usize)| metric.squared(&places[a], &places[b]));
        assert_eq!(distances.rows(), 3);
        for (index, want) in distances.index.iter().zip(want) {
            assert_eq!(distances.values[*index as usize], want);
        }
        let pairs: Vec<f64> = (0..2 * FEW).map(|pair| (pair * 7919 % (2 * FEW)) as f64).collect();
        let many = Distances::from_pairs(65, pairs.clone());
        assert!(many.index.iter().zip(&pairs).all(|(&index, pair)| many.values[index as usize] == *pair));
        let few: Vec<f64> = pairs.iter().map(|pair| pair % 5.0).collect();
        let shared = Distances::from_pairs(65, few.clone());
        assert_eq!(shared.values, [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert!(shared.index.iter().zip(&few).all(|(&index, pair)| shared.values[index as usize] == *pair));
    }
}
