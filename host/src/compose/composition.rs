//! The TOML of a composition, read and checked for itself: types, names, references between its parts.

use super::{
    ConfigError, Folds, Input, InputName, Member, MemberKind, Mistake,
    blame::SECTION,
    include::{self, IncludedFile, file_at},
    member::{Members, members},
    section::Section,
};
use crate::{space::nearest::suggest, study::StudySpec, table::DataSpec};
use std::{collections::HashMap, ops::Range, path::Path};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value and its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file; those of included files come after it.
    pub place: Range<usize>,
}

/// A composition as its file says it.
#[derive(Debug, Clone)]
pub struct Composition {
    /// The file's name, for messages.
    pub origin: String,
    /// The file's text, for messages.
    pub text: String,
    /// The files that it includes.
    pub(super) included: Vec<IncludedFile>,
    /// How to read the data.
    pub data: DataSpec,
    /// Places of the keys of `[data]`; that of the section itself has no name.
    pub(super) data_places: HashMap<String, Range<usize>>,
    /// The members in the order of the file, and those of included files after them.
    pub members: Vec<Member>,
    /// The member that answers, an index into `members`.
    pub output: usize,
    /// How cross-fitting cuts chains of fitted members.
    pub folds: Folds,
    /// How its members are studied, where the file says so.
    pub study: Option<StudySpec>,
    /// Of which parts all is known; of those with mistakes it is not.
    pub(super) sure: Sure,
}

/// Of which parts of a composition all is known: what may follow from a mistake is not called one.
#[derive(Debug, Clone)]
pub(super) struct Sure {
    /// `[data]`.
    pub data: bool,
    /// All files that it includes.
    pub files: bool,
    /// Every member but these.
    pub unread: Vec<String>,
    /// The whole.
    pub all: bool,
}

/// Whether a composition must say which of its members answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Needed,
    Open,
}

/// What could be read of a composition, and what is wrong with the rest. With mistakes it serves only to look for more of
/// them: [`Checked::of`](super::Checked::of).
#[derive(Debug, Clone)]
pub struct Recovered {
    /// The composition, without the parts that have mistakes.
    pub composition: Composition,
    /// The mistakes.
    pub(super) mistakes: Vec<Mistake>,
}

impl Recovered {
    /// The composition, where nothing is wrong with it.
    fn sound(self) -> Result<Composition, ConfigError> {
        match self.mistakes.is_empty() {
            true => Ok(self.composition),
            false => Err(self.composition.error(self.mistakes)),
        }
    }
}

impl Composition {
    /// Reads a composition and the files that it includes. `origin` is the file's path, for messages and for `include`.
    ///
    /// # Errors
    /// All mistakes of all files together.
    pub fn parse(text: &str, origin: &str) -> Result<Self, ConfigError> {
        Self::recover(text, origin)?.sound()
    }

    /// The same of a file whose members are studied side by side, so that it need not say which of them answers.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_members(text: &str, origin: &str) -> Result<Self, ConfigError> {
        Self::read(text, origin, Answer::Open)?.sound()
    }

    /// What [`parse`](Self::parse) gives, with its mistakes still to be told: those against the data and the plugins can
    /// come with them.
    ///
    /// # Errors
    /// Slips of syntax in the file itself, after which nothing more is known of it.
    pub fn recover(text: &str, origin: &str) -> Result<Recovered, ConfigError> {
        Self::read(text, origin, Answer::Needed)
    }

    fn read(text: &str, origin: &str, answer: Answer) -> Result<Recovered, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut mistakes = Vec::new();
        let Some(root) = include::parse(text, 0, &mut mistakes) else {
            return Err(ConfigError::new(origin, text, mistakes));
        };
        let mut top = Section::new("the file", root.get_ref());
        let section = top.table("data", &mut mistakes);
        let data_places = section.map(|table| data_places(root.get_ref(), table)).unwrap_or_default();
        let data = section.map(|table| data(table, &mut mistakes)).unwrap_or_default();
        let sure_of_data = mistakes.is_empty();
        let study = top.table("study", &mut mistakes);
        let study = study.map(|table| StudySpec::read(root.get_ref(), table, &mut mistakes));
        let includes = top.raw("include");
        let Members { read: mut members, mut unread } = match top.table("member", &mut mistakes) {
            Some(table) => members(table, &mut mistakes),
            None => Members::default(),
        };
        let own_end = members.last().map(|member| member.name.place.clone());
        let asks = own_end.or_else(|| includes.map(Spanned::span));
        let names = includes.map(|value| include::names(value, &mut mistakes)).unwrap_or_default();
        let included = include::read(origin, text.len(), names, &members, &mut mistakes);
        members.extend(included.members);
        unread.extend(included.unread);
        let model = top.raw("model");
        // Where a file could not be read, which members there are is not known.
        let (output, folds) = match included.whole {
            true => output(model, &members, &unread, asks, answer, &mut mistakes),
            false => (None, Folds::default()),
        };
        top.finish(&mut mistakes);
        if members.is_empty() && mistakes.is_empty() {
            mistakes.push(
                Mistake::new(0..text.len().min(1), "there is no member")
                    .help("write `[member.NAME]` with `use = \"PLUGIN/PREDICTOR\"`"),
            );
        }
        let sure = Sure { data: sure_of_data, files: included.whole, unread, all: mistakes.is_empty() };
        let composition = Self {
            origin: origin.to_owned(),
            text: text.to_owned(),
            included: included.files,
            data,
            data_places,
            members,
            // Without an output there is a mistake, and nothing answers.
            output: output.unwrap_or_default(),
            folds,
            study,
            sure,
        };
        Ok(Recovered { composition, mistakes })
    }

    /// Whether a name that no member has may be that of one that could not be read.
    pub(super) fn may_be_member(&self, name: &str) -> bool {
        !self.sure.files || self.sure.unread.iter().any(|unread| unread == name)
    }

    /// Where a member says what it is.
    pub(super) fn place_of(&self, name: &str) -> Range<usize> {
        let member = self.members.iter().find(|member| member.name.value == name);
        member.map_or(0..0, |member| match &member.kind {
            MemberKind::Use(used) => used.predictor.place.clone(),
            MemberKind::Column(column) => column.column.place.clone(),
            MemberKind::Combine(combined) => combined.combiner.place.clone(),
        })
    }

    /// The line of a place, with the file where it is an included one.
    pub(super) fn line(&self, place: &Range<usize>) -> String {
        let line = |text: &str, offset: usize| {
            text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count() + 1
        };
        match file_at(&self.included, place.start) {
            Some(file) => format!("line {} of {}", line(&file.text, place.start - file.start), file.origin),
            None => format!("line {}", line(&self.text, place.start)),
        }
    }

    /// The composition of one of its members: that one, and those that it reads, directly or through others.
    #[must_use]
    pub fn of_member(&self, member: usize) -> Self {
        let kept = self.read_by(member);
        let places: Vec<usize> = (0..kept.len()).filter(|&place| kept[place]).collect();
        let output = places.iter().position(|&place| place == member).unwrap_or(0);
        let members = places.into_iter().map(|place| self.members[place].clone()).collect();
        Self { members, output, ..self.clone() }
    }

    /// Whether a member is of an included file and the answer does not read it: of such a file a part may be wanted, so
    /// the others may need what the data lack.
    pub(super) fn is_spare(&self, member: usize) -> bool {
        let included = |member: &Member| self.included_folder(&member.name.place).is_some();
        self.members.get(member).is_some_and(included)
            && !self.read_by(self.output).get(member).copied().unwrap_or(false)
    }

    /// For each member whether it is this one, or read by it, directly or through others.
    fn read_by(&self, member: usize) -> Vec<bool> {
        let mut kept = vec![false; self.members.len()];
        let mut open = vec![member];
        while let Some(next) = open.pop() {
            if std::mem::replace(&mut kept[next], true) {
                continue;
            }
            let meant = |input: &Located<Input>| match &input.value.name {
                InputName::Member(text) | InputName::Bare(text) => {
                    let name = text.split('.').next();
                    self.members.iter().position(|member| Some(&member.name.value[..]) == name)
                }
                _ => None,
            };
            open.extend(inputs_of(&self.members[next]).iter().filter_map(meant));
        }
        kept
    }

    /// Whether members read this one, and all say that it may be absent.
    pub(super) fn is_optional(&self, name: &str) -> bool {
        let inputs = self.members.iter().flat_map(inputs_of);
        let mut meant = inputs.filter(|input: &&Located<Input>| match &input.value.name {
            InputName::Member(text) | InputName::Bare(text) => text.split('.').next() == Some(name),
            _ => false,
        });
        let first = meant.next();
        first.is_some_and(|first| first.value.optional) && meant.all(|input| input.value.optional)
    }

    /// The folder of the included file at a place; `None` for the composition's own file.
    pub(super) fn included_folder(&self, place: &Range<usize>) -> Option<&Path> {
        file_at(&self.included, place.start).map(|file| &*file.folder)
    }

    /// These mistakes of its files as an error.
    pub fn error(&self, mistakes: Vec<Mistake>) -> ConfigError {
        ConfigError::of_files(&self.origin, &self.text, &self.included, mistakes)
    }
}

/// What a member names as inputs.
fn inputs_of(member: &Member) -> &[Located<Input>] {
    match &member.kind {
        MemberKind::Use(used) => used.inputs.as_deref().unwrap_or(&[]),
        MemberKind::Combine(combined) => &combined.members,
        MemberKind::Column(_) => &[],
    }
}

fn data_places(root: &DeTable<'_>, table: &DeTable<'_>) -> HashMap<String, Range<usize>> {
    let header = root.keys().find(|key| key.get_ref() == "data").map(|key| (SECTION.to_owned(), key.span()));
    let values = table.iter().map(|(key, value)| (key.get_ref().to_string(), value.span()));
    header.into_iter().chain(values).collect()
}

fn data(table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> DataSpec {
    let mut section = Section::new("[data]", table);
    let spec = DataSpec {
        table: section.take("table", mistakes),
        space: section.take("space", mistakes),
        architecture: section.take("architecture", mistakes),
        id: section.take("id", mistakes),
        network: section.take("network", mistakes),
        filter: section.take("where", mistakes),
        repeats: section.take("repeats", mistakes),
        target: section.take("target", mistakes),
        labels: section.take("labels", mistakes),
        unlabelled: section.take("unlabelled", mistakes),
        curves: section.take("curves", mistakes).unwrap_or_default(),
        seconds: section.take("seconds", mistakes),
        horizon: section.take("horizon", mistakes),
        fidelity: section.take("fidelity", mistakes),
    };
    section.finish(mistakes);
    spec
}

fn output(
    model: Option<&Spanned<DeValue<'_>>>,
    members: &[Member],
    unread: &[String],
    asks: Option<Range<usize>>,
    answer: Answer,
    mistakes: &mut Vec<Mistake>,
) -> (Option<usize>, Folds) {
    let names =
        || members.iter().map(|member| &member.name.value[..]).chain(unread.iter().map(|name| &name[..]));
    let table = match model.map(|value| (value.get_ref(), value.span())) {
        Some((DeValue::Table(table), _)) => Some(table),
        Some((_, place)) => {
            mistakes.push(
                Mistake::new(place, "the file: `model` is a table")
                    .help("write `[model]` with `output = \"NAME\"`"),
            );
            return (None, Folds::default());
        }
        None => None,
    };
    let (mut named, mut folds) = (None, Folds::default());
    if let Some(table) = table {
        let mut section = Section::new("[model]", table);
        named = section.take_located::<String>("output", mistakes);
        folds = section.take("folds", mistakes).unwrap_or_default();
        section.finish(mistakes);
    }
    let output = match named {
        Some(Located { value: name, place }) => {
            let found = members.iter().position(|member| member.name.value == name);
            if found.is_none() && !members.is_empty() && !unread.contains(&name) {
                mistakes.push(
                    Mistake::new(place, format!("[model] `output`: there is no member `{name}`"))
                        .help(suggest(&name, names())),
                );
            }
            found
        }
        None if members.len() == 1 || (answer == Answer::Open && !members.is_empty()) => Some(0),
        None => {
            if let Some(place) = asks.filter(|_| !members.is_empty() && mistakes.is_empty()) {
                let all: Vec<&str> = names().collect();
                mistakes
                    .push(Mistake::new(place, "there are several members and none is said to answer").help(
                        format!("write `[model]` with `output = \"NAME\"`, one of {}", all.join(", ")),
                    ));
            }
            None
        }
    };
    (output, folds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composition_is_read() {
        let text = r#"
            [data]
            table = "builtin:nas-bench-201"
            labels = 100
            [member.ridge]
            use = "linear/ridge"
            inputs = ["adjacency-one-hot", "column:params_m"]
            params = { penalty = 1.5 }
        "#;
        let read = Composition::parse(text, "first.toml").unwrap();
        assert_eq!(read.data.labels, Some(100));
        let MemberKind::Use(member) = &read.members[read.output].kind else { panic!("it is a predictor") };
        assert_eq!(member.params, serde_json::json!({"penalty": 1.5}));
        assert_eq!(member.inputs.as_ref().unwrap()[1].value.name, InputName::Column("params_m".into()));
    }

    #[test]
    fn all_mistakes_of_a_file_come_together_with_their_places() {
        let text = "[data]\ntabel = \"x\"\nlabels = \"many\"\n[member.a]\nuse = 3\n[member.b]\nuse = \"r\"\n[model]\noutput = \"c\"\n";
        let error = Composition::parse(text, "f.toml").unwrap_err();
        let lines = error.lines();
        for (place, part) in [
            ("f.toml:2:1", "unknown key `tabel`"),
            ("f.toml:3:10", "`labels`"),
            ("f.toml:5:7", "`use`"),
            ("f.toml:9:10", "no member `c`"),
        ] {
            assert!(
                lines.iter().any(|line| line.starts_with(place) && line.contains(part)),
                "{place} {part}\n{lines:#?}"
            );
        }
        assert_eq!(error.mistakes[0].help.as_deref().map(|help| help.contains("table")), Some(true));
    }

    #[test]
    fn a_slip_of_syntax_is_shown_alone() {
        let error = Composition::parse("[data\nlabels = 3\n[member.a]\nuse = \n", "f.toml").unwrap_err();
        assert!(!error.mistakes.is_empty());
        assert!(error.lines().iter().all(|line| !line.contains("unknown key")), "{:?}", error.lines());
    }
}
