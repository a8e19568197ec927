//! The keys of [study] as flags.

use crate::{
    study::{Group, Sampling, StudySpec, Trials, fidelity_of_text, metrics::Metric},
    table::Fidelity,
};

/// Every key of [study]; what is given here goes before the file.
#[derive(Debug, clap::Args)]
pub struct Flags {
    /// Measure only these members, by their names.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    members: Option<Vec<String>>,
    /// Numbers of labelled rows that train.
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    labels: Option<Vec<usize>>,
    /// Epochs seen: numbers, shares of the final epoch (25%) or none.
    #[arg(long, value_name = "EPOCHS,…", value_delimiter = ',', value_parser = fidelity_of_text)]
    fidelities: Option<Vec<Fidelity>>,
    /// How many trials (40), or which ones (20..40).
    #[arg(long, value_name = "N")]
    trials: Option<Trials>,
    /// Rows that each trial is tested on.
    #[arg(long, value_name = "N")]
    test: Option<usize>,
    /// Seed of all draws.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How rows are drawn.
    #[arg(long, value_enum)]
    sampling: Option<Sampling>,
    /// What is never on both sides of a split.
    #[arg(long, value_enum)]
    group: Option<Group>,
    /// Test on rows of this table instead, a path or builtin:NAME.
    #[arg(long, value_name = "TABLE")]
    test_table: Option<String>,
    /// Take the rows of each trial from this file, as `evaluate export --splits` writes it.
    #[arg(long, value_name = "FILE")]
    splits: Option<String>,
    /// Columns with repeated runs of the target, for the noise ceiling.
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    runs: Option<Vec<String>>,
    /// The metric by which members are compared.
    #[arg(long, value_name = "METRIC")]
    metric: Option<Metric>,
    /// Leave out members that need what the table lacks.
    #[arg(long)]
    skip_impossible: bool,
}

impl Flags {
    /// What they say, as a file would.
    pub fn spec(self) -> StudySpec {
        StudySpec {
            members: self.members,
            labels: self.labels,
            fidelities: self.fidelities,
            trials: self.trials,
            test: self.test,
            seed: self.seed,
            sampling: self.sampling,
            group: self.group,
            test_table: self.test_table,
            splits: self.splits,
            runs: self.runs,
            metric: self.metric,
            skip_impossible: self.skip_impossible.then_some(true),
            ..StudySpec::default()
        }
    }
}
