//! From the files of a study to its cells.

use super::{
    Budgets, Cell, Drawing, Group, Members, Runs, ScoreSeconds, Split, StudyError, StudyFiles, StudyHeader,
    StudyMember, Tables,
    cells::{cells, settings},
    header::{FileHeader, MemberHeader, TableHeader},
    metrics::Metric,
    sets::{read_splits, target_of},
};
use crate::{
    plugin::Registry,
    space::digest::sha256_hex,
    table::{DataSpec, Rows},
};
use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc};

/// Trials of a study that does not say how many.
const TRIALS: usize = 20;

/// A study, ready to run.
#[derive(Debug)]
pub struct Study {
    /// What it is.
    pub header: StudyHeader,
    /// Its members, by name.
    pub members: Vec<StudyMember>,
    /// Its budgets.
    pub budgets: Budgets,
    /// Its trials.
    pub trials: Range<usize>,
    /// The rows of each trial.
    pub splits: Vec<Split>,
    /// What is run, trial by trial.
    pub cells: Vec<Cell>,
    /// What a user should know before it runs.
    pub warnings: Vec<String>,
    /// The rows that train, by the epochs seen.
    pub(super) levels: BTreeMap<u32, Rows>,
    /// The rows that are tested, by the epochs seen, where they are of another table.
    pub(super) tested: Option<BTreeMap<u32, Rows>>,
}

impl Study {
    /// Reads the data of a study, checks its members and draws its trials. Tables named on the command line are relative to
    /// `here`.
    ///
    /// # Errors
    /// [`StudyError`]: mistakes in files, settings that cannot be, data that do not serve.
    pub fn prepare(files: &StudyFiles, registry: &Registry, here: &Path) -> Result<Self, StudyError> {
        let rows = files.rows(here)?;
        rows.keep_encodings();
        target_of(&rows).map_err(|error| files.wrong("table", error.to_string()))?;
        let other = other_table(files, &rows, here)?;
        let tables = Tables { train: &rows, test: other.as_ref() };
        let budgets = Budgets::of(files, &rows, tables.tested())?;
        let at = |rows: &Rows| -> BTreeMap<u32, Rows> {
            budgets.fidelities.iter().map(|&level| (level, rows.at_fidelity(Some(level)))).collect()
        };
        let (levels, tested) = (at(&rows), other.as_ref().map(at));
        let Members { mut able, impossible, mut warnings } =
            Members::check(files, registry, &levels, &budgets)?;
        for member in &mut able {
            member.score_seconds = Arc::new(ScoreSeconds::of(member, tables)?);
        }
        if !impossible.is_empty() && !files.spec.skip_impossible.unwrap_or(false) {
            return Err(StudyError::Impossible { members: impossible });
        }
        warnings.splice(0..0, rows.warnings().iter().cloned());
        let trials = files.spec.trials.map_or(0..TRIALS, |trials| trials.range());
        let runs = Runs::of(files, tables.tested())?;
        let drawing = drawing(files, &budgets, &able);
        let (mut splits, split_digest) = splits(files, &drawing, tables, trials.clone())?;
        for split in &mut splits {
            split.ceiling = runs.as_ref().and_then(|runs| runs.ceiling(&split.test));
        }
        let short = splits.iter().map(|split| split.train.len()).min().unwrap_or(0);
        let learns = able.iter().any(|member| member.by_labels);
        if let Some(&most) = budgets.labels.last().filter(|&&most| learns && most > short) {
            let larger: Vec<String> =
                budgets.labels.iter().filter(|&&labels| labels > short).map(usize::to_string).collect();
            return Err(files.wrong("labels", too_many(most, short, drawing.test, &larger)));
        }
        let cells = cells(&able, &budgets, &splits);
        if cells.is_empty() {
            let what = match able.first() {
                None => "no member can run on these data".to_owned(),
                Some(_) => "every member needs more labelled rows than the study gives".to_owned(),
            };
            return Err(StudyError::Nothing { what });
        }
        for member in &able {
            let left_out: Vec<String> = match member.by_labels {
                true => budgets
                    .labels
                    .iter()
                    .filter(|&&labels| labels < member.minimum_rows)
                    .map(usize::to_string)
                    .collect(),
                false => Vec::new(),
            };
            if !left_out.is_empty() {
                warnings.push(format!(
                    "member `{}` needs {} labelled rows, so it is not run with {}",
                    member.name,
                    member.minimum_rows,
                    left_out.join(", ")
                ));
            }
        }
        let header = StudyHeader {
            archcast: env!("CARGO_PKG_VERSION").to_owned(),
            files: files
                .files
                .iter()
                .map(|file| FileHeader { path: file.path.display().to_string(), digest: file.digest.clone() })
                .collect(),
            data: rows.spec().clone(),
            table: table_header(&rows)?,
            test_table: other.as_ref().map(table_header).transpose()?,
            members: able.iter().map(|member| member_header(member, &budgets)).collect(),
            left_out: impossible,
            labels: budgets.labels.clone(),
            fidelities: budgets.fidelities.clone(),
            longest_curve: rows.longest_curve(),
            test: drawing.test,
            seed: drawing.seed,
            sampling: split_digest.is_none().then_some(drawing.sampling),
            group: drawing.group,
            splits: split_digest,
            runs: runs.map(|runs| runs.columns).unwrap_or_default(),
            metric: files.spec.metric.unwrap_or(Metric::KendallTau),
        };
        Ok(Self { header, members: able, budgets, trials, splits, cells, warnings, levels, tested })
    }

    /// The member of that name.
    pub fn member(&self, name: &str) -> Option<&StudyMember> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The rows that train and those that are tested when so many epochs are seen. A member that reads no curves is served
    /// by any of them.
    pub(super) fn rows_at(&self, fidelity: Option<u32>) -> Option<(&Rows, &Rows)> {
        let of = |levels: &'_ BTreeMap<u32, Rows>| match fidelity {
            Some(level) => levels.contains_key(&level).then_some(level),
            None => levels.keys().next().copied(),
        };
        let level = of(&self.levels)?;
        let train = self.levels.get(&level)?;
        let test = match &self.tested {
            Some(tested) => tested.get(&level)?,
            None => train,
        };
        Some((train, test))
    }
}

/// The message where there are more labels than rows.
fn too_many(most: usize, possible: usize, test: usize, larger: &[String]) -> String {
    format!(
        "{most} labelled rows, and beside {test} tested rows only {possible} can train in every trial (rows that are the same network as a tested one cannot); the cells with {} labels cannot be run, and the largest possible number of labels is {possible}",
        larger.join(", ")
    )
}

/// The table that is tested in place of the one that trains.
fn other_table(files: &StudyFiles, rows: &Rows, here: &Path) -> Result<Option<Rows>, StudyError> {
    let Some(name) = &files.spec.test_table else { return Ok(None) };
    let spec = DataSpec { table: Some(name.clone()), ..rows.spec().clone() };
    let other = Rows::read(&spec.absolute(here), here)
        .map_err(|error| files.wrong("test_table", error.to_string()))?;
    other.keep_encodings();
    let digest = |rows: &Rows| rows.space().map(|space| space.digest().to_owned());
    if digest(&other) != digest(rows) {
        return Err(
            files.wrong("test_table", "it is of another search space than the table that trains".to_owned())
        );
    }
    target_of(&other).map_err(|error| files.wrong("test_table", error.to_string()))?;
    Ok(Some(other))
}

fn drawing(files: &StudyFiles, budgets: &Budgets, members: &[StudyMember]) -> Drawing {
    let spec = &files.spec;
    let most = match members.iter().any(|member| member.by_labels) {
        true => budgets.labels.last().copied().unwrap_or(0),
        false => 0,
    };
    Drawing {
        seed: spec.seed.unwrap_or(0),
        test: budgets.test,
        labels: most,
        sampling: spec.sampling.unwrap_or_default(),
        group: spec.group.unwrap_or_default(),
    }
}

/// The rows of the trials: those of a file with its digest, or drawn.
fn splits(
    files: &StudyFiles,
    drawing: &Drawing,
    tables: Tables<'_>,
    trials: Range<usize>,
) -> Result<(Vec<Split>, Option<String>), StudyError> {
    let Some(path) = &files.spec.splits else {
        let drawn = drawing.draw(tables, trials).map_err(|error| match error {
            StudyError::TooFewRows { labels, possible, test } => {
                let larger: Vec<String> = files
                    .spec
                    .labels
                    .iter()
                    .flatten()
                    .filter(|&&labels| labels > possible)
                    .map(usize::to_string)
                    .collect();
                files.wrong("labels", too_many(labels, possible, test, &larger))
            }
            StudyError::TestTooLarge { .. } => files.wrong("test", error.to_string()),
            StudyError::NoMutation { .. } | StudyError::SmallNeighbourhood { .. } => {
                files.wrong("sampling", error.to_string())
            }
            other => other,
        });
        return Ok((drawn?, None));
    };
    if drawing.group == Group::Canonical && tables.test.is_some() && files.spec.sampling.is_some() {
        return Err(files.wrong("sampling", "the file of splits says which rows are taken".to_owned()));
    }
    let digest = std::fs::read(path).map(|bytes| sha256_hex(&bytes));
    let digest = digest.map_err(|error| files.wrong("splits", format!("{path}: {error}")))?;
    let mut read = read_splits(Path::new(path), tables)?;
    if files.spec.trials.is_some() {
        read.retain(|split| trials.contains(&split.trial));
    }
    if read.is_empty() {
        return Err(files.wrong("splits", format!("{path} holds none of the trials {trials:?}")));
    }
    Ok((read, Some(digest)))
}

fn table_header(rows: &Rows) -> Result<TableHeader, StudyError> {
    let target = target_of(rows)?;
    Ok(TableHeader {
        origin: rows.table().origin().to_owned(),
        digest: rows.table().digest().to_owned(),
        rows: rows.len(),
        labelled: target.values.iter().filter(|value| value.is_some()).count(),
        space: rows.space().map(|space| space.name().to_owned()),
        space_digest: rows.space().map(|space| space.digest().to_owned()),
        target: target.column.clone(),
        goal: target.goal,
        unit: target.unit.clone(),
    })
}

fn member_header(member: &StudyMember, budgets: &Budgets) -> MemberHeader {
    let settings = settings(member, budgets);
    let mut labels: Vec<usize> = settings.iter().filter_map(|setting| setting.labels).collect();
    labels.dedup();
    let mut fidelities: Vec<u32> = settings.iter().filter_map(|setting| setting.fidelity).collect();
    fidelities.sort_unstable();
    fidelities.dedup();
    labels.sort_unstable();
    labels.dedup();
    MemberHeader {
        name: member.name.clone(),
        description: member.description.clone(),
        gives: member.gives.clone(),
        by_labels: member.by_labels,
        by_fidelity: member.by_fidelity,
        labels,
        fidelities,
        fingerprint: sha256_hex(member.fingerprint.as_bytes()),
        varies: member.varies,
        absent: member.absent.clone(),
    }
}
