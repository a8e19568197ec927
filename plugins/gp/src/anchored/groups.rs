//! Feature columns in groups, and rows as the anchored process sees them.

use super::Params;
use archcast_scaling::moments;
use archcast_sdk::{
    dataset::Features,
    header::{FeatureInfo, FeatureKind, Role},
    prelude::*,
};

/// Largest absolute value of a scaled score.
const LARGEST: f64 = 3.0;
/// Positive scores whose largest is this many times their smallest are replaced by their logarithms.
const DECADES: f64 = 1e3;

/// The choice of a decision that an architecture does not have, as the operation of a sixth node of a cell of five.
const NO_DECISION: f64 = -1.0;

/// What a group of columns is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Scores of the training side of the learning curve.
    Training,
    /// Scores of the validation side.
    Validation,
    /// Scores of untrained networks.
    Proxies,
    /// Columns that only enter the kernel.
    Kernel,
    /// Numbers that encode the architecture.
    Encoding,
}

/// A column and its scale.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Column {
    feature: usize,
    /// The smallest value of which a logarithm is taken, where it is.
    logarithm: Option<f64>,
    median: f64,
    spread: f64,
    /// Whether it counts in the group's mean.
    anchored: bool,
}

/// A group of columns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Group {
    pub kind: Kind,
    pub columns: Vec<Column>,
}

/// All groups, and the decisions by which architectures are compared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Layout {
    width: usize,
    pub groups: Vec<Group>,
    /// Features that are decisions.
    categories: Vec<usize>,
    /// Whether the genotype's decisions count too.
    genotype: bool,
    /// Number of decisions.
    pub decisions: usize,
}

/// A row: for each group its scaled columns, the mean of those that anchor, and whether all are missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub scaled: Vec<Vec<f64>>,
    pub means: Vec<Option<f64>>,
    pub missing: Vec<bool>,
    pub decisions: Vec<f64>,
}

/// The features of a data set, and its genotypes where they are used.
pub(crate) struct Source<'a> {
    features: Features<'a>,
    genotypes: Option<ArrayView2<'a, u16>>,
}

impl Layout {
    /// Sorts the columns of training rows into groups and learns their scales.
    ///
    /// # Errors
    /// `bad_parameter` where a column is in two groups.
    pub(crate) fn of(params: &Params, train: &Dataset<'_>, cx: &Context<'_>) -> Result<Self> {
        let features = train.features()?;
        let width = features.values().ncols();
        let infos = &train.header()?.features;
        let mut layout =
            Self { width, groups: Vec::new(), categories: Vec::new(), genotype: false, decisions: 0 };
        let mut encoded = false;
        let mut places: Vec<Option<Kind>> = vec![None; width];
        for (feature, place) in places.iter_mut().enumerate() {
            let info = infos.get(feature);
            encoded |= info.is_some_and(|info| matches!(info.role, Role::Encoding(_)));
            match info {
                Some(info) if info.kind == FeatureKind::Categorical => layout.categories.push(feature),
                info => *place = Some(kind_of(params, info)?),
            }
        }
        tell_of_absent(params, infos, cx);
        let genotypes = train.genotypes().ok().filter(|_| !encoded);
        layout.genotype = genotypes.is_some();
        layout.decisions = layout.categories.len() + genotypes.map_or(0, |genotypes| genotypes.ncols());
        for kind in [Kind::Training, Kind::Validation, Kind::Proxies, Kind::Kernel, Kind::Encoding] {
            let mut columns = Vec::new();
            for feature in (0..width).filter(|&feature| places[feature] == Some(kind)) {
                let anchored = params.anchor.is_empty()
                    || infos.get(feature).is_some_and(|info| names(&params.anchor, info));
                columns.extend(Column::of(feature, anchored, &features));
            }
            // Where nothing is there of what should anchor, all does.
            if !columns.iter().any(|column: &Column| column.anchored) {
                columns.iter_mut().for_each(|column| column.anchored = true);
            }
            if !columns.is_empty() {
                layout.groups.push(Group { kind, columns });
            }
        }
        Ok(layout)
    }

    /// What the rows of a data set are read from.
    ///
    /// # Errors
    /// `bad_data` where features or genotypes are not those of the training rows.
    pub(crate) fn source<'a>(&self, data: &Dataset<'a>) -> Result<Source<'a>> {
        let features = data.features()?;
        let width = features.values().ncols();
        if width != self.width {
            let what = format!("{width} features, but the model was fitted on {}", self.width);
            return Err(Error::bad_data(what));
        }
        let genotypes = if self.genotype { Some(data.genotypes()?) } else { None };
        let decisions = self.categories.len() + genotypes.map_or(0, |genotypes| genotypes.ncols());
        if decisions != self.decisions {
            let what = format!("{decisions} decisions, but the model was fitted on {}", self.decisions);
            return Err(Error::bad_data(what));
        }
        Ok(Source { features, genotypes })
    }

    /// A row; `None` where a number of its encoding is missing.
    pub(crate) fn row(&self, source: &Source<'_>, row: usize) -> Option<Row> {
        let values = source.features.values();
        let value = |feature: usize| {
            Some(values[[row, feature]]).filter(|v| source.features.is_present(row, feature) && !v.is_nan())
        };
        let mut decisions = Vec::with_capacity(self.decisions);
        for &feature in &self.categories {
            decisions.push(value(feature).unwrap_or(NO_DECISION));
        }
        if let Some(genotypes) = source.genotypes {
            decisions.extend(genotypes.row(row).iter().map(|&choice| f64::from(choice)));
        }
        let mut read = Row { scaled: Vec::new(), means: Vec::new(), missing: Vec::new(), decisions };
        for group in &self.groups {
            let scaled: Vec<Option<f64>> =
                group.columns.iter().map(|column| Some(column.scale(value(column.feature)?))).collect();
            if group.kind == Kind::Encoding && scaled.iter().any(Option::is_none) {
                return None;
            }
            let mean_of = |every: bool| {
                let counted = (group.columns.iter().zip(&scaled))
                    .filter_map(|(column, scaled)| scaled.filter(|_| every || column.anchored));
                let (sum, count) = counted.fold((0.0, 0.0), |(sum, count), z| (sum + z, count + 1.0));
                (count > 0.0).then_some(sum / count)
            };
            // A row that lacks what should anchor it is anchored by what it has.
            read.means.push(mean_of(false).or_else(|| mean_of(true)));
            read.missing.push(scaled.iter().all(Option::is_none));
            read.scaled.push(scaled.into_iter().map(|scaled| scaled.unwrap_or(0.0)).collect());
        }
        Some(read)
    }
}

fn kind_of(params: &Params, info: Option<&FeatureInfo>) -> Result<Kind> {
    let Some(info) = info else { return Ok(Kind::Kernel) };
    if matches!(info.role, Role::Encoding(_)) {
        return Ok(Kind::Encoding);
    }
    let lists = [
        (Kind::Training, &params.groups.training),
        (Kind::Validation, &params.groups.validation),
        (Kind::Proxies, &params.groups.proxies),
        (Kind::Kernel, &params.groups.kernel),
    ];
    let mut having = lists.iter().filter(|(_, list)| names(list, info)).map(|(kind, _)| *kind);
    match (having.next(), having.next()) {
        (Some(_), Some(_)) => {
            Err(Error::bad_parameter("groups", format!("has `{}` in two groups; leave it in one", info.name)))
        }
        (Some(kind), None) => Ok(kind),
        // Higher is better in every score; of a column of the table that is not known.
        (None, _) => Ok(if matches!(info.role, Role::Member(_)) { Kind::Proxies } else { Kind::Kernel }),
    }
}

/// Whether a list names a column, by its own name or its member's.
fn names(list: &[String], info: &FeatureInfo) -> bool {
    let member = match &info.role {
        Role::Member(name) => Some(name),
        _ => None,
    };
    list.iter().any(|name| *name == info.name || Some(name) == member)
}

fn tell_of_absent(params: &Params, infos: &[FeatureInfo], cx: &Context<'_>) {
    let groups = &params.groups;
    let lists = [&groups.training, &groups.validation, &groups.proxies, &groups.kernel, &params.anchor];
    for name in lists.into_iter().flatten() {
        if !infos.iter().any(|info| names(std::slice::from_ref(name), info)) {
            cx.log(Level::Info, format!("`{name}` is in a group, but is no input; it is left out"));
        }
    }
}

impl Column {
    /// The scale of a column; `None` where no training row has a value.
    fn of(feature: usize, anchored: bool, features: &Features<'_>) -> Option<Self> {
        let column = features.values();
        let mut present: Vec<f64> = (0..column.nrows())
            .filter(|&row| features.is_present(row, feature))
            .map(|row| column[[row, feature]])
            .collect();
        present.sort_unstable_by(f64::total_cmp);
        let (&lowest, &highest) = (present.first()?, present.last()?);
        let logarithm = (lowest > 0.0 && highest / lowest > DECADES).then_some(lowest);
        if logarithm.is_some() {
            present.iter_mut().for_each(|value| *value = value.ln());
        }
        // Halves first: the difference of two large numbers may overflow.
        let half = quantile(&present, 0.84) / 2.0 - quantile(&present, 0.16) / 2.0;
        let deviation = moments(ArrayView1::from(&present[..])).1;
        let spread = [half, deviation].into_iter().find(|s| *s > 0.0 && s.is_finite()).unwrap_or(1.0);
        Some(Self { feature, logarithm, median: quantile(&present, 0.5), spread, anchored })
    }

    /// `3 tanh((x − median) / 3 s)`.
    fn scale(&self, value: f64) -> f64 {
        let value = self.logarithm.map_or(value, |lowest| value.max(lowest / DECADES).ln());
        LARGEST * ((value - self.median) / (self.spread * LARGEST)).tanh()
    }
}

/// A quantile of sorted numbers, linear between them.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] * (1.0 - part) + above * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_the_numbers() {
        let sorted = [1.0, 1.2, 2.0, 2.2, 2.5];
        for (share, want) in [(0.0, 1.0), (0.16, 1.128), (0.5, 2.0), (0.84, 2.308), (1.0, 2.5)] {
            assert!((quantile(&sorted, share) - want).abs() < 1e-12);
        }
        assert_eq!(quantile(&[7.0], 0.84), 7.0);
    }

    #[test]
    fn scores_that_span_decades_are_scaled_by_their_logarithms() {
        let scores = vec![1e10, 1e20, 1e30, 1e40, 1e50];
        let data = DatasetBuilder::new(5).features(&["synflow"], scores);
        let view = data.view().unwrap();
        let column = Column::of(0, true, &view.features().unwrap()).unwrap();
        assert!((column.median - 1e30f64.ln()).abs() < 1e-9);
        assert!((column.scale(1e40) + column.scale(1e20)).abs() < 1e-9);
        assert!(column.scale(-1.0).is_finite() && column.scale(0.0) < column.scale(1e10));
    }
}
