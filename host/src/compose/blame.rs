//! Which failures of reading the data are mistakes of `[data]`, and in which of its keys.

use super::{Composition, Mistake, PlanError};
use crate::table::{Architecture, CurveSource, DataError, SecondsSpec, TableError, TargetSpec, Where};
use std::ops::Range;

/// The section itself, among the places of its keys.
pub(super) const SECTION: &str = "";

impl Composition {
    /// Reads another table, named on the command line: what is wrong with it is then no mistake of the file.
    pub fn replace_table(&mut self, table: String) {
        self.data.table = Some(table);
        self.data_places.remove("table");
    }

    /// Trains on another number of rows, given on the command line.
    pub fn replace_labels(&mut self, labels: usize) {
        self.data.labels = Some(labels);
        self.data_places.remove("labels");
    }

    /// A failure to read the data, at its place in the file where it is a mistake of the file.
    pub fn blame(&self, error: DataError) -> PlanError {
        match self.mistakes_of(&error) {
            Some(mistakes) => self.error(mistakes).into(),
            None => error.into(),
        }
    }

    /// A failure to read the data as mistakes of the file; `None` where a part of it is none, which would be lost among
    /// those that are.
    pub(super) fn mistakes_of(&self, error: &DataError) -> Option<Vec<Mistake>> {
        let placed = error.each().iter().map(|one| {
            let place = self.place(self.key_of(one)?)?;
            Some(Mistake::new(place, one.to_string()))
        });
        placed.collect()
    }

    fn key_of(&self, error: &DataError) -> Option<&'static str> {
        match error {
            DataError::MissingKey { .. } => Some(SECTION),
            DataError::Fidelity { .. } => Some("fidelity"),
            DataError::Key { key, .. } => Some(key),
            DataError::Space(_) => Some("space"),
            DataError::Table(
                TableError::UnknownBuiltin { .. } | TableError::Missing { .. } | TableError::Read { .. },
            ) => Some("table"),
            DataError::Table(TableError::NoColumn { column, .. }) => self.key_of_column(column),
            _ => None,
        }
    }

    fn key_of_column(&self, column: &str) -> Option<&'static str> {
        let data = &self.data;
        let curves = data.curves.values().filter_map(|curve| match &curve.source {
            CurveSource::List(column) => Some(column.as_str()),
            CurveSource::Wide(_) => None,
        });
        let keys: [(&str, Vec<&str>); 7] = [
            ("where", data.filter.as_ref().map(Where::columns).unwrap_or_default()),
            ("architecture", data.architecture.as_ref().map(Architecture::columns).unwrap_or_default()),
            ("id", data.id.as_deref().into_iter().collect()),
            ("network", data.network.iter().map(|network| network.column.as_str()).collect()),
            ("target", data.target.iter().filter_map(TargetSpec::column_name).collect()),
            ("curves", curves.collect()),
            ("seconds", data.seconds.iter().map(SecondsSpec::column).collect()),
        ];
        keys.into_iter().find(|(_, named)| named.contains(&column)).map(|(key, _)| key)
    }

    pub(super) fn place(&self, key: &str) -> Option<Range<usize>> {
        match self.data_places.get(key) {
            Some(place) => Some(place.clone()),
            None => (key == SECTION).then(|| 0..self.text.len().min(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compose::ConfigError, table::Rows};

    const MEMBER: &str = "[member.ridge]\nuse = \"linear/ridge\"\n";

    fn lines(error: ConfigError) -> Vec<String> {
        error.lines()
    }

    #[test]
    fn each_mistake_stands_at_the_key_that_names_the_column() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("t.csv"), "left,right,acc\n42,1211,90\n").unwrap();
        let read = |data: &str| {
            let text = format!("[data]\ntable = \"t.csv\"\nspace = \"nas-bench-201\"\n{data}\n{MEMBER}");
            let composition = Composition::parse(&text, "m.toml").unwrap();
            match composition.blame(Rows::read(&composition.data, folder.path()).unwrap_err()) {
                PlanError::Config(error) => {
                    lines(error).join("\n").replace(&*folder.path().to_string_lossy(), "")
                }
                other => panic!("{other}"),
            }
        };
        assert_eq!(
            read(
                "architecture = \"{left}{rigt}\"\ntarget = { column = \"ac\", goal = \"maximize\" }\n\
                 unlabelled = -1\nseconds = { total = \"time\" }"
            ),
            "m.toml:4:16: /t.csv has no column `rigt`; did you mean `right`?\n\
             m.toml:5:10: /t.csv has no column `ac`; did you mean `acc`?\n\
             m.toml:6:14: [data] `unlabelled`: -1 is no factor; it is 0 or more (1.0: as many as labelled rows)\n\
             m.toml:7:11: /t.csv has no column `time`; there are `left`, `right`, `acc`"
        );
        assert!(
            read("architecture = [\"left\", \"right\"]")
                .starts_with("m.toml:4:16: [data] `architecture`: 2 columns")
        );
        assert!(read("architecture = \"{left}{right}\"\nwhere = \"ac > 3\"").starts_with("m.toml:5:9: "));
    }

    #[test]
    fn a_description_that_is_none_is_told_with_its_place() {
        let wrong = |data: &str| {
            lines(Composition::parse(&format!("[data]\n{data}\n{MEMBER}"), "m.toml").unwrap_err()).join("\n")
        };
        assert_eq!(
            wrong("target = { colum = \"a\" }"),
            "m.toml:2:12: [data] `target`: unknown key `colum`; did you mean `column`?"
        );
        assert_eq!(
            wrong("curves.loss = { column = \"a\", goal = \"minimize\", units = \"nats\" }"),
            "m.toml:2:50: [data] `curves`: unknown key `units`; did you mean `unit`?"
        );
        assert_eq!(
            wrong("where = \"a = 3\""),
            "m.toml:2:9: [data] `where`: at character 3: expected `==`, `!=`, `<`, `<=`, `>`, `>=` or `is`, found `=`; \
             equality is `==`"
        );
        assert_eq!(
            wrong("seconds = {}\nrepeats = \"avg\""),
            "m.toml:2:11: [data] `seconds`: it is one of `{ total = COLUMN }`, `{ per_epoch = COLUMN }` and \
             `{ cumulative = COLUMN }`\n\
             m.toml:3:11: [data] `repeats`: unknown value `avg`; expected one of `error`, `mean`, `keep`"
        );
    }
}
