//! The best setting of every predictor under every pair of budgets.

use std::cmp::Ordering;

use crate::study::statistics::mean;

/// A predictor as it was measured with so many training rows and so many epochs.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Name of the predictor.
    pub predictor: &'a str,
    /// Initialization time in seconds; a setting without known cost is never affordable.
    pub initialization: f64,
    /// Query time in seconds.
    pub query: f64,
    /// One value per trial; higher is better.
    pub values: &'a [f64],
}

/// The trials by which the setting of a predictor is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenOn {
    /// The trials that are reported, which favours predictors with many settings; a report must say so.
    SameTrials,
    /// Every second trial from the first on; the others are reported. A setting with one trial has nothing to report.
    OtherTrials,
}

impl ChosenOn {
    fn chosen(self, values: &[f64]) -> Option<f64> {
        match self {
            ChosenOn::SameTrials => mean(values),
            ChosenOn::OtherTrials => mean(&values.iter().copied().step_by(2).collect::<Vec<_>>()),
        }
    }

    fn reported(self, values: &[f64]) -> Vec<f64> {
        match self {
            ChosenOn::SameTrials => values.to_vec(),
            ChosenOn::OtherTrials => values.iter().copied().skip(1).step_by(2).collect(),
        }
    }
}

/// What a predictor reaches under a pair of budgets.
#[derive(Debug, Clone, PartialEq)]
pub struct Affordable {
    /// The setting, by its place among those given.
    pub setting: usize,
    /// Its reported trials.
    pub values: Vec<f64>,
    /// Mean of the reported trials.
    pub mean: f64,
}

/// For every predictor and every pair of budgets the best setting that both budgets pay.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetMap {
    predictors: Vec<String>,
    initialization: Vec<f64>,
    query: Vec<f64>,
    /// What each setting reports; `None` where it reports nothing.
    settings: Vec<Option<Affordable>>,
    /// By predictor, then initialization budget, then query budget: the place of the setting.
    cells: Vec<Option<usize>>,
}

impl BudgetMap {
    /// Finds the settings with the highest mean; of equal ones the cheaper, by query, then by initialization time.
    /// Budgets and costs are in the same unit. A setting without trials or with one that is not finite is left out.
    pub fn new(
        settings: &[Setting],
        initialization: &[f64],
        query: &[f64],
        chosen_on: ChosenOn,
    ) -> BudgetMap {
        let mut predictors: Vec<String> = Vec::new();
        for setting in settings {
            if !predictors.iter().any(|name| name == setting.predictor) {
                predictors.push(setting.predictor.to_owned());
            }
        }
        let report = |(place, setting): (usize, &Setting)| {
            let values = chosen_on.reported(setting.values);
            let finite = setting.values.iter().all(|value| value.is_finite());
            mean(&values).filter(|_| finite).map(|mean| Affordable { setting: place, values, mean })
        };
        let reports: Vec<Option<Affordable>> = settings.iter().enumerate().map(report).collect();
        let mut cells = Vec::with_capacity(predictors.len() * initialization.len() * query.len());
        for predictor in &predictors {
            let mut own: Vec<(usize, f64)> = (0..settings.len())
                .filter(|&place| settings[place].predictor == predictor && reports[place].is_some())
                .filter_map(|place| Some((place, chosen_on.chosen(settings[place].values)?)))
                .collect();
            own.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| cheaper(&settings[a.0], &settings[b.0])));
            for &initialization in initialization {
                cells.extend(query.iter().map(|&query| {
                    let pays = |setting: &Setting| {
                        setting.initialization <= initialization && setting.query <= query
                    };
                    own.iter().find(|(place, _)| pays(&settings[*place])).map(|(place, _)| *place)
                }));
            }
        }
        let (initialization, query) = (initialization.to_vec(), query.to_vec());
        BudgetMap { predictors, initialization, query, settings: reports, cells }
    }

    /// The predictors, in the order of their first settings.
    pub fn predictors(&self) -> &[String] {
        &self.predictors
    }

    /// The initialization budgets, as given.
    pub fn initialization(&self) -> &[f64] {
        &self.initialization
    }

    /// The query budgets, as given.
    pub fn query(&self) -> &[f64] {
        &self.query
    }

    /// What a predictor reaches under a pair of budgets, all by their places; `None` where it cannot be afforded.
    pub fn affordable(&self, predictor: usize, initialization: usize, query: usize) -> Option<&Affordable> {
        let (rows, columns) = (self.initialization.len(), self.query.len());
        if predictor >= self.predictors.len() || initialization >= rows || query >= columns {
            return None;
        }
        let cell = self.cells[(predictor * rows + initialization) * columns + query]?;
        self.settings[cell].as_ref()
    }

    /// The predictor with the highest reported mean under a pair of budgets, and what it reaches; of equal ones the first.
    /// `None` where none can be afforded.
    pub fn winner(&self, initialization: usize, query: usize) -> Option<(usize, &Affordable)> {
        let reached = (0..self.predictors.len())
            .filter_map(|predictor| Some((predictor, self.affordable(predictor, initialization, query)?)));
        reached.reduce(|best, next| if next.1.mean > best.1.mean { next } else { best })
    }
}

fn cheaper(a: &Setting, b: &Setting) -> Ordering {
    a.query.total_cmp(&b.query).then(a.initialization.total_cmp(&b.initialization))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn setting<'a>(predictor: &'a str, initialization: f64, query: f64, values: &'a [f64]) -> Setting<'a> {
        Setting { predictor, initialization, query, values }
    }

    #[test]
    fn every_cell_has_the_best_setting_that_both_budgets_pay() {
        let settings = [
            setting("tree", 10.0, 0.0, &[0.5, 0.5]),
            setting("tree", 100.0, 0.0, &[0.7, 0.7]),
            setting("curve", 0.0, 5.0, &[0.6, 0.6]),
            // Its quality falls with a longer curve.
            setting("curve", 0.0, 50.0, &[0.4, 0.4]),
            setting("unknown", f64::NAN, 0.0, &[1.0, 1.0]),
            setting("failed", 0.0, 0.0, &[f64::NAN, 1.0]),
        ];
        let map = BudgetMap::new(&settings, &[0.0, 10.0, 1000.0], &[1.0, 100.0], ChosenOn::SameTrials);
        assert_eq!(map.predictors(), ["tree", "curve", "unknown", "failed"]);
        let winner =
            |i, q| map.winner(i, q).map(|(predictor, reached)| (predictor, reached.setting, reached.mean));
        assert_eq!(winner(0, 0), None);
        assert_eq!(winner(0, 1), Some((1, 2, 0.6)));
        assert_eq!(winner(1, 0), Some((0, 0, 0.5)));
        assert_eq!(winner(1, 1), Some((1, 2, 0.6)));
        assert_eq!(winner(2, 0), Some((0, 1, 0.7)));
        assert_eq!(winner(3, 0), None);
        assert_eq!(map.affordable(2, 2, 1), None);
        assert_eq!(map.affordable(3, 2, 1), None);
    }

    #[test]
    fn settings_can_be_chosen_on_other_trials_than_those_reported() {
        let settings = [
            setting("a", 1.0, 0.0, &[0.9, 0.1, 0.9, 0.3]),
            setting("a", 2.0, 0.0, &[0.5, 0.5, 0.5, 0.5]),
            setting("b", 1.0, 0.0, &[0.9]),
        ];
        let map = BudgetMap::new(&settings, &[5.0], &[0.0], ChosenOn::OtherTrials);
        let reached = map.affordable(0, 0, 0).unwrap();
        assert_eq!((reached.setting, reached.values.as_slice(), reached.mean), (0, &[0.1, 0.3][..], 0.2));
        assert_eq!(map.affordable(1, 0, 0), None);
    }

    #[test]
    fn of_equal_settings_the_cheaper_is_taken() {
        let settings =
            [setting("a", 5.0, 2.0, &[0.5]), setting("a", 9.0, 1.0, &[0.5]), setting("a", 7.0, 1.0, &[0.5])];
        let map = BudgetMap::new(&settings, &[10.0], &[10.0], ChosenOn::SameTrials);
        assert_eq!(map.affordable(0, 0, 0).unwrap().setting, 2);
    }

    proptest! {
        #[test]
        fn a_larger_budget_never_reaches_less(
            settings in prop::collection::vec((0u8..9, 0u8..9, -1.0f64..1.0), 0..20)
        ) {
            let values: Vec<[f64; 1]> = settings.iter().map(|setting| [setting.2]).collect();
            let settings: Vec<Setting> = settings
                .iter()
                .zip(&values)
                .map(|(&(initialization, query, _), value)| {
                    setting("a", initialization.into(), query.into(), value)
                })
                .collect();
            let budgets: Vec<f64> = (0..9).map(f64::from).collect();
            let map = BudgetMap::new(&settings, &budgets, &budgets, ChosenOn::SameTrials);
            let value = |i, q| map.winner(i, q).map_or(f64::NEG_INFINITY, |(_, reached)| reached.mean);
            for i in 1..9 {
                for q in 1..9 {
                    prop_assert!(value(i, q) >= value(i - 1, q) && value(i, q) >= value(i, q - 1));
                }
            }
        }
    }
}
