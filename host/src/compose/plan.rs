//! A composition held against the installed plugins and the data: only a plan that was checked is run.

use super::{
    Composition, ConfigError, FittedModel, Input, Located, Member, Mistake, ModelError, Training,
    features::Part,
    files::{ParameterFile, resolve_files},
};
use crate::{
    encoding::Encoding,
    plugin::{LoadedPredictor, PluginError, Registry},
    space::nearest::suggest,
    table::{DataError, Rows},
};
use archcast_sdk::{
    dynamic::DynPredictor,
    manifest::{InputInfo, PredictorInfo},
    parameters,
};
use std::{ops::Range, path::Path};

/// Why there is no plan.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[non_exhaustive]
pub enum PlanError {
    /// Mistakes in the file.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] ConfigError),
    /// The data cannot be read.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// What a composition comes to with these plugins and this data.
#[derive(Debug)]
pub struct Plan {
    pub(super) member: Member,
    pub(super) predictor: LoadedPredictor,
    pub(super) info: PredictorInfo,
    pub(super) features: Vec<Part>,
    pub(super) curves: Vec<String>,
    pub(super) files: Vec<ParameterFile>,
}

impl Plan {
    /// Checks a composition against the plugins and the rows that it will run on. `base` is the folder of the file, to
    /// which paths in parameters are relative.
    ///
    /// # Errors
    /// All mistakes together, each with its place in the file.
    pub fn check(
        composition: &Composition,
        registry: &Registry,
        rows: &Rows,
        base: &Path,
    ) -> Result<Self, PlanError> {
        let mut mistakes = Vec::new();
        let mut answer = None;
        for (index, member) in composition.members.iter().enumerate() {
            let plan = check_member(member, registry, rows, base, &mut mistakes);
            if index == composition.output {
                answer = plan;
            }
        }
        match answer {
            Some(plan) if mistakes.is_empty() => Ok(plan),
            _ => Err(composition.error(mistakes).into()),
        }
    }

    /// The member that answers.
    pub fn member(&self) -> &str {
        &self.member.name.value
    }

    /// The predictor of the member that answers.
    pub fn predictor(&self) -> &LoadedPredictor {
        &self.predictor
    }

    /// Fewest labelled rows of the predictor that answers.
    pub fn minimum_rows(&self) -> usize {
        self.info.minimum_rows as usize
    }

    /// Fits the plan on these rows.
    ///
    /// # Errors
    /// What the predictor says, and columns that hold no numbers.
    pub fn fit(
        &self,
        rows: &Rows,
        training: &Training,
        seed: u64,
        services: &(dyn Fn(u64) -> crate::plugin::HostServices + '_),
    ) -> Result<FittedModel, ModelError> {
        FittedModel::fit(self, rows, training, seed, services)
    }
}

fn check_member(
    member: &Member,
    registry: &Registry,
    rows: &Rows,
    base: &Path,
    mistakes: &mut Vec<Mistake>,
) -> Option<Plan> {
    let title = format!("[member.{}]", member.name.value);
    let place = &member.predictor.place;
    let predictor = match registry.predictor(&member.predictor.value) {
        Ok(predictor) => predictor,
        Err(error) => {
            let (message, help) = match error {
                PluginError::UnknownPredictor { name, suggestion } => {
                    (format!("{title}: unknown predictor `{name}`"), Some(suggestion))
                }
                other => (format!("{title}: {other}"), None),
            };
            let mistake = Mistake::new(place.clone(), message);
            mistakes.push(match help {
                Some(help) => mistake.help(help),
                None => mistake,
            });
            return None;
        }
    };
    let before = mistakes.len();
    let mut member = member.clone();
    let files = check_parameters(&title, &mut member, &predictor, base, mistakes);
    let info = predictor.info();
    let features = features(&title, &member, &info, rows, mistakes);
    let curves = curves(&title, &member, &info, rows, mistakes);
    for need in &info.needs {
        if let Some(lack) = lacks(need, rows, &curves) {
            mistakes.push(Mistake::new(
                place.clone(),
                format!("{title}: `{}` needs {need}, and {lack}", info.name),
            ));
        }
    }
    (mistakes.len() == before).then_some(Plan { member, predictor, info, features, curves, files })
}

/// Checks the parameters, and makes those that name files absolute.
fn check_parameters(
    title: &str,
    member: &mut Member,
    predictor: &LoadedPredictor,
    base: &Path,
    mistakes: &mut Vec<Mistake>,
) -> Vec<ParameterFile> {
    let mut files = Vec::new();
    let places = member.places.clone();
    let predictor_place = member.predictor.place.clone();
    let whole = || predictor_place.clone();
    let place_of = |path: &[String]| -> Range<usize> {
        let found = (0..=path.len()).rev().find_map(|length| {
            places.iter().find(|(have, _)| have[..] == path[..length]).map(|(_, place)| place.clone())
        });
        found.unwrap_or_else(whole)
    };
    let schema = match predictor.schema() {
        Ok(schema) => schema,
        Err(error) => {
            mistakes.push(Mistake::new(whole(), format!("{title}: {error}")));
            return files;
        }
    };
    let before = mistakes.len();
    for violation in parameters::check(&schema, &member.params) {
        let text = format!("{title}: the parameter `{}` {}", violation.parameter(), violation.sentence);
        let mistake = Mistake::new(place_of(&violation.path), text);
        let last = violation.path.last().map(String::as_str).unwrap_or("");
        mistakes.push(match &violation.known {
            Some(known) if !known.is_empty() => mistake.help(suggest(last, known.iter().map(String::as_str))),
            _ => mistake,
        });
    }
    if mistakes.len() == before {
        for (name, problem) in resolve_files(&schema, &mut member.params, base, &mut files) {
            let text = format!("{title}: the parameter `{name}` {problem}");
            mistakes.push(Mistake::new(place_of(&[name]), text));
        }
    }
    if mistakes.len() == before
        && let Err(error) = predictor.outputs(&member.params)
    {
        mistakes.push(Mistake::new(place_of(&[]), format!("{title}: {error}")));
    }
    files
}

/// Why the data cannot give this input, if they cannot.
fn lacks(need: &InputInfo, rows: &Rows, curves: &[String]) -> Option<String> {
    let without_space =
        || rows.space().is_none().then(|| "[data] names no `space` to derive it from".to_owned());
    match need {
        InputInfo::Features => None,
        InputInfo::Genotypes | InputInfo::FullGraph | InputInfo::PrunedGraph | InputInfo::Sequences => {
            without_space()
        }
        InputInfo::AnyOf { of } => {
            let lacks: Vec<Option<String>> = of.iter().map(|one| lacks(one, rows, curves)).collect();
            match lacks.iter().all(Option::is_some) {
                true => lacks.into_iter().flatten().next(),
                false => None,
            }
        }
        InputInfo::Curve { metric, .. } => curves.is_empty().then(|| {
            format!("the data have no curve `{metric}`; write `curves.{metric} = {{ columns = \"…_{{epoch}}\", goal = \"…\" }}` in [data]")
        }),
        _ => Some("the data have none".to_owned()),
    }
}

/// The curves that a predictor is handed: those named, else its default ones as far as the data have them.
fn curves(
    title: &str,
    member: &Member,
    info: &PredictorInfo,
    rows: &Rows,
    mistakes: &mut Vec<Mistake>,
) -> Vec<String> {
    let defaults: Vec<&String> = info
        .inputs()
        .filter_map(|input| match input {
            InputInfo::Curve { metric, .. } => Some(metric),
            _ => None,
        })
        .collect();
    let have = &rows.curves().by_name;
    let mut named = Vec::new();
    for input in member.inputs.iter().flatten() {
        let Input::Curve(name) = &input.value else { continue };
        let wrong = match (defaults.is_empty(), have.contains_key(name)) {
            (true, _) => {
                Some((format!("`{}` reads no curve", info.name), "leave it out of `inputs`".to_owned()))
            }
            (false, false) => Some((
                format!("the data have no curve `{name}`"),
                suggest(name, have.keys().map(String::as_str)),
            )),
            (false, true) => None,
        };
        match wrong {
            Some((message, help)) => {
                mistakes.push(Mistake::new(input.place.clone(), format!("{title}: {message}")).help(help));
            }
            None => named.push(name.clone()),
        }
    }
    match named.is_empty() {
        true => defaults.into_iter().filter(|metric| have.contains_key(*metric)).cloned().collect(),
        false => named,
    }
}

fn features(
    title: &str,
    member: &Member,
    info: &PredictorInfo,
    rows: &Rows,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Part> {
    let inputs: Option<Vec<&Located<Input>>> = member
        .inputs
        .as_ref()
        .map(|inputs| inputs.iter().filter(|input| !matches!(input.value, Input::Curve(_))).collect());
    // A list that names only curves says nothing of features.
    let Some(inputs) = inputs.filter(|inputs| !inputs.is_empty()) else {
        let needed = info.needs.contains(&InputInfo::Features);
        if !needed {
            return Vec::new();
        }
        let default =
            Located { value: Input::Encoding(info.encoding.clone()), place: member.predictor.place.clone() };
        return part(title, &default, rows, mistakes).into_iter().collect();
    };
    if !info.inputs().any(|input| *input == InputInfo::Features) {
        if let Some(first) = inputs.first() {
            mistakes.push(Mistake::new(
                first.place.clone(),
                format!("{title}: `{}` takes no features, so it takes no `inputs`", info.name),
            ));
        }
        return Vec::new();
    }
    inputs.iter().filter_map(|input| part(title, input, rows, mistakes)).collect()
}

fn part(title: &str, input: &Located<Input>, rows: &Rows, mistakes: &mut Vec<Mistake>) -> Option<Part> {
    let mut wrong = |message: String, help: String| {
        mistakes.push(Mistake::new(input.place.clone(), format!("{title}: {message}")).help(help));
        None
    };
    let columns: Vec<&str> = rows.table().columns().iter().map(|column| column.name()).collect();
    let is_column = |name: &str| columns.contains(&name);
    let encoding = |name: &str| Encoding::named(name).is_ok();
    match &input.value {
        Input::Bare(name) if encoding(name) && is_column(name) => wrong(
            format!("`{name}` is an encoding and a column of the table"),
            format!("write `encoding:{name}` or `column:{name}`"),
        ),
        Input::Encoding(name) | Input::Bare(name) if encoding(name) => match rows.space() {
            Some(space) => match Encoding::named(name).map(|encoding| encoding.require(space)) {
                Ok(Err(error)) => wrong(error.to_string(), "choose another encoding".to_owned()),
                _ => Some(Part::Encoding(name.clone())),
            },
            None => wrong(
                format!("the encoding `{name}` needs a search space"),
                "write `space = \"…\"` and `architecture = \"…\"` in [data], or name columns as `inputs`"
                    .to_owned(),
            ),
        },
        Input::Column(name) | Input::Bare(name) if is_column(name) => {
            if rows.target().is_some_and(|target| &target.column == name) {
                return wrong(
                    format!("the column `{name}` is the target itself"),
                    "leave it out of `inputs`".to_owned(),
                );
            }
            match rows.numbers(name) {
                Ok(_) => Some(Part::Column(name.clone())),
                Err(error) => wrong(error.to_string(), "name a column of numbers".to_owned()),
            }
        }
        Input::Curve(_) => None,
        Input::Encoding(name) => wrong(
            format!("unknown encoding `{name}`"),
            suggest(name, Encoding::names().iter().map(|name| &name[..])),
        ),
        Input::Column(name) => wrong(
            format!("the table {} has no column `{name}`", rows.table().origin()),
            suggest(name, columns.iter().copied()),
        ),
        Input::Bare(name) => {
            let encodings = Encoding::names();
            let mut all: Vec<&str> = encodings.iter().map(|name| &name[..]).collect();
            all.extend(&columns);
            wrong(format!("`{name}` is neither an encoding nor a column of the table"), suggest(name, all))
        }
    }
}
