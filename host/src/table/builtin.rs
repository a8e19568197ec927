//! The tables that come with archcast. Their origins and licences stand beside the data.

use super::{
    CurveSource, CurveSpec, DataSpec, Goal, Repeats, SecondsSpec, Table, TableError, TableSource, TargetSpec,
    TargetValue, Unit,
};

/// Real, published data that is part of the program.
#[derive(Debug)]
pub struct BuiltinTable {
    name: &'static str,
    summary: &'static str,
    rows: usize,
    origin: &'static str,
    stored: &'static [u8],
    data: fn() -> DataSpec,
}

/// Every built-in table.
static BUILTIN: [BuiltinTable; 2] = [
    BuiltinTable {
        name: "nas-bench-201",
        summary: "all 15,625 cells of NAS-Bench-201 on CIFAR-10: accuracies, training times, zero-cost scores",
        rows: 15_625,
        origin: "NAS-Bench-201 (Dong and Yang 2020), MIT; columns from three extractions, MIT and Apache-2.0",
        stored: include_bytes!("../../tables/nas-bench-201/cifar10.csv.gz"),
        data: nas_bench_201,
    },
    BuiltinTable {
        name: "nas-bench-nlp",
        summary: "248 runs of 247 recurrent cells of NAS-Bench-NLP on WikiText-2: losses after each of 50 epochs",
        rows: 248,
        origin: "NAS-Bench-NLP (Klyuchnikov et al. 2022), Apache-2.0",
        stored: include_bytes!("../../tables/nas-bench-nlp/wikitext2-curves.jsonl.gz"),
        data: nas_bench_nlp,
    },
];

fn nas_bench_201() -> DataSpec {
    DataSpec {
        table: Some("builtin:nas-bench-201".into()),
        space: Some("nas-bench-201".into()),
        architecture: Some("arch_str".into()),
        id: None,
        target: Some(TargetSpec::column("val_acc", Goal::Maximize, Some(Unit::Percent))),
        seconds: Some(SecondsSpec::Total("train_time_s".to_owned())),
        ..DataSpec::default()
    }
}

/// One cell was trained twice, and others are written in two ways: all rows stay. Runs whose loss became NaN have no last
/// epoch, so they are unlabelled.
fn nas_bench_nlp() -> DataSpec {
    let curve = |column: &str| CurveSpec {
        source: CurveSource::List(column.to_owned()),
        goal: Goal::Minimize,
        unit: Some(Unit::Other("nats".to_owned())),
    };
    DataSpec {
        table: Some("builtin:nas-bench-nlp".into()),
        space: Some("nas-bench-nlp".into()),
        architecture: Some("cell".into()),
        id: Some("arch_index".into()),
        repeats: Some(Repeats::Keep),
        target: Some(TargetSpec {
            value: TargetValue::Curve { curve: "val_loss".to_owned(), epoch: None },
            goal: None,
            unit: None,
        }),
        curves: ["train_loss", "val_loss"].map(|name| (name.to_owned(), curve(name))).into(),
        seconds: Some(SecondsSpec::PerEpoch("epoch_time_s".to_owned())),
        horizon: Some(50),
        ..DataSpec::default()
    }
}

impl BuiltinTable {
    /// Every built-in table.
    pub fn all() -> &'static [BuiltinTable] {
        &BUILTIN
    }

    /// The built-in table of that name, without `builtin:`.
    pub fn named(name: &str) -> Option<&'static BuiltinTable> {
        BUILTIN.iter().find(|table| table.name == name)
    }

    /// Its name, without `builtin:`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// One line on what it holds.
    pub fn summary(&self) -> &'static str {
        self.summary
    }

    /// Number of its rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that it takes in the program.
    pub fn size(&self) -> usize {
        self.stored.len()
    }

    /// Where it comes from and under which licence.
    pub fn origin(&self) -> &'static str {
        self.origin
    }

    /// How to read it where a composition does not say.
    pub fn data(&self) -> DataSpec {
        (self.data)()
    }

    /// Reads it.
    ///
    /// # Errors
    /// None, unless the program is damaged.
    pub fn read(&'static self) -> Result<Table, TableError> {
        TableSource::Builtin(self).read()
    }

    /// The file as it stands in the program.
    pub(super) fn stored(&self) -> &'static [u8] {
        self.stored
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::space::Space;
    use crate::study::metrics::kendall_tau_b;

    #[test]
    fn every_built_in_table_reads_by_its_own_description_and_has_the_rows_that_it_says() {
        for table in BuiltinTable::all() {
            assert_eq!(table.read().unwrap().len(), table.rows(), "{}", table.name());
            if table.data().architecture.is_some() {
                let rows = super::super::Rows::read(&table.data(), Path::new(".")).unwrap();
                assert_eq!(rows.len(), table.rows(), "{}", table.name());
            }
        }
    }

    #[test]
    fn the_cells_of_nas_bench_nlp_and_their_losses_are_json() {
        let table = BuiltinTable::named("nas-bench-nlp").unwrap().read().unwrap();
        let names: Vec<&str> = table.columns().iter().map(|column| column.name()).collect();
        assert_eq!(
            names,
            ["arch_index", "cell", "params", "status", "train_loss", "val_loss", "test_loss", "epoch_time_s"]
        );
        let epochs = |text: &str| serde_json::from_str::<Vec<Option<f64>>>(text).unwrap().len();
        let whole = table.column("val_loss").unwrap().iter().filter(|text| epochs(text) == 50).count();
        assert_eq!(whole, 244);
        for cell in table.column("cell").unwrap().iter() {
            assert!(serde_json::from_str::<serde_json::Value>(cell).unwrap()["h_new_0"].is_object());
        }
        let mut numbers: Vec<&str> = table.column("arch_index").unwrap().iter().collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 247);
    }

    // The figures stand in the table's README; scipy.stats.kendalltau on the live cells.
    #[test]
    fn meco_is_there_for_the_cells_that_are_not_dead_and_orders_them() {
        let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
        let (scores, accuracy) = (table.numbers("meco").unwrap(), table.numbers("test_acc").unwrap());
        assert_eq!(scores.iter().filter(|score| score.is_none()).count(), 341);
        let (scores, accuracy): (Vec<f64>, Vec<f64>) =
            scores.into_iter().zip(accuracy).filter_map(|(score, accuracy)| score.zip(accuracy)).unzip();
        assert_eq!(format!("{:.3}", kendall_tau_b(&accuracy, &scores).unwrap()), "0.747");
    }

    #[test]
    fn every_cell_of_nas_bench_201_parses_and_prints_back() {
        let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
        let space = Space::builtin("nas-bench-201").unwrap();
        assert_eq!(table.len(), 15_625);
        let (architectures, digits) = (table.column("arch_str").unwrap(), table.column("ops").unwrap());
        for (text, digits) in architectures.iter().zip(digits.iter()) {
            let genotype = space.parse(text).unwrap();
            assert_eq!(space.print(&genotype), text);
            assert_eq!(genotype.iter().map(u16::to_string).collect::<String>(), digits);
            assert_eq!(space.parse(digits).unwrap(), genotype);
        }
    }

    // The published optimum: cell 6111 with a mean validation accuracy of 91.607.
    #[test]
    fn the_best_cell_is_the_published_one() {
        let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
        let accuracy = table.numbers("val_acc").unwrap();
        let best = (0..table.len()).max_by(|&a, &b| accuracy[a].partial_cmp(&accuracy[b]).unwrap()).unwrap();
        assert_eq!(table.column("arch_index").unwrap().get(best), "6111");
        assert_eq!(format!("{:.3}", accuracy[best].unwrap()), "91.607");
    }

    // 341 cells have no path from input to output: they and no others have a test accuracy of exactly 10.
    #[test]
    fn the_cells_with_nothing_left_are_those_that_guess() {
        let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
        let space = Space::builtin("nas-bench-201").unwrap();
        let accuracy = table.numbers("test_acc").unwrap();
        for (text, accuracy) in table.column("ops").unwrap().iter().zip(accuracy) {
            let dead = space.pruned_graph(&space.parse(text).unwrap()).is_empty();
            assert_eq!(dead, accuracy == Some(10.0), "{text}");
        }
    }

    #[test]
    fn scores_that_could_not_be_computed_are_missing() {
        let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
        let scores = table.numbers("zc_naswot").unwrap();
        assert_eq!(scores.iter().filter(|score| score.is_none()).count(), 201);
    }

    // scipy.stats.kendalltau of scipy 1.17.1 on the same columns.
    #[test]
    fn kendall_tau_over_the_whole_table_agrees_with_scipy() {
        let table = BuiltinTable::named("nas-bench-201").unwrap().read().unwrap();
        let column =
            |name: &str| -> Vec<f64> { table.numbers(name).unwrap().into_iter().flatten().collect() };
        let (validation, test, score) = (column("val_acc"), column("test_acc"), column("zc_logsynflow"));
        assert!((kendall_tau_b(&validation, &test).unwrap() - 0.8939716467807565).abs() < 1e-12);
        assert!((kendall_tau_b(&validation, &score).unwrap() - 0.5803327210382321).abs() < 1e-12);
    }
}
