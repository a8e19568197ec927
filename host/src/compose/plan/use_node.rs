//! A predictor in a plan: its parameters, and what it is fed with.

use super::super::{
    InputName, Located, Mistake, UseMember,
    features::Part,
    files::{ParameterFile, resolve_files},
    scores::ScoreForm,
    target::TRANSFORMS,
    tune::{Tune, TuneMetric},
};
use super::{
    Gives, NodeKind, PlanNode, Surroundings, UseNode,
    inputs::{absent_in_words, part},
    left_out,
};
use crate::{
    plugin::{LoadedPredictor, PluginError},
    space::{Space, nearest::suggest},
    table::{Goal, Rows, Unit},
};
use archcast_sdk::{
    dynamic::DynPredictor,
    manifest::{GivesName, InputInfo, PredictorInfo},
    parameters,
};
use serde_json::Value;
use std::{collections::BTreeMap, ops::Range, path::Path};

/// Most settings that a tuning tries: more are a slip, not a plan.
const MOST_TRIALS: usize = 1_000_000;

pub fn plan(
    title: &str,
    name: String,
    used: &UseMember,
    around: &Surroundings<'_>,
    nodes: &[PlanNode],
    mistakes: &mut Vec<Mistake>,
    warnings: &mut Vec<String>,
) -> Option<PlanNode> {
    let place = &used.predictor.place;
    let optional = around.composition.is_optional(&name);
    if let Some((place, reason)) = not_for(used, around) {
        match optional {
            true => warnings.push(left_out(&name, reason)),
            false => mistakes.push(
                Mistake::new(place.clone(), format!("{title} would be left out: {reason}"))
                    .help(format!("write `{name}?` where it is read, which says that it may be absent"))
                    .of_data(),
            ),
        }
        return None;
    }
    let predictor = match around.registry.predictor(&used.predictor.value) {
        Ok(predictor) => predictor,
        Err(error) if optional && is_not_installed(&error, &used.predictor.value, around) => {
            warnings.push(left_out(&name, error));
            return None;
        }
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
    if optional && let Some(curve) = lacking_curve(used, around) {
        warnings.push(left_out(&name, format!("the data have no curve `{curve}`")));
        return None;
    }
    let before = mistakes.len();
    let mut params = used.params.clone();
    let base = around.composition.included_folder(place).unwrap_or(around.base);
    let files = check_parameters(title, &mut params, used, &predictor, base, mistakes);
    let info = predictor.info();
    let parts = features(title, used, &info, around, nodes, mistakes, warnings);
    let curves = curves(title, used, &info, around, mistakes);
    for need in &info.needs {
        if let Some(lack) = around.sure_rows().and_then(|rows| lacks(need, rows, &curves)) {
            let text = format!("{title}: `{}` needs {need}, and {lack}", info.name);
            if optional && mistakes.len() == before {
                warnings.push(left_out(&name, text));
                return None;
            }
            mistakes.push(Mistake::new(place.clone(), text).of_data());
        }
    }
    if mistakes.len() == before && parts.is_empty() && may_all_be_absent(used, &info) {
        if optional {
            warnings.push(left_out(&name, "all its inputs are absent"));
            return None;
        }
        let text = format!("{title}: all its inputs may be absent and are");
        mistakes.push(
            Mistake::new(place.clone(), text)
                .help("name an encoding or a column that these data have")
                .of_data(),
        );
    }
    let transform = transform(title, used, &info, around.sure_rows(), mistakes);
    if let Some(tune) = &used.tune {
        check_tune(title, tune, &info, mistakes);
    }
    if mistakes.len() > before {
        return None;
    }
    let outputs = predictor.outputs(&params).unwrap_or_default();
    let reads = |part: &Part| match part {
        Part::Score(score) => Some(&nodes[score.member]),
        _ => None,
    };
    let learns = info.minimum_rows > 0 || parts.iter().filter_map(reads).any(|node| node.learns);
    let row_independent =
        info.row_independent && parts.iter().filter_map(reads).all(|node| node.row_independent);
    let gives = Gives::of(&info, outputs);
    let tune = used.tune.as_ref().map(|tune| tune.value.clone());
    let unlabelled = unlabelled(&info, around.rows);
    let seed = used.seed;
    let node = UseNode {
        predictor,
        info,
        params,
        files,
        seed,
        parts,
        curves,
        transform,
        tune,
        unlabelled,
        cache: None,
    };
    let kind = NodeKind::Use(Box::new(node));
    Some(PlanNode { name, kind, gives, learns, row_independent, conformal: false })
}

/// Why the data at hand go without a member that says for which it is, and where it says so.
fn not_for<'u>(used: &'u UseMember, around: &Surroundings<'_>) -> Option<(&'u Range<usize>, String)> {
    let rows = around.sure_rows()?;
    if let Some(unless) = &used.unless {
        let columns = around.columns();
        if let Some(column) = unless.value.iter().find(|column| columns.contains(&&column[..])) {
            return Some((&unless.place, format!("the table has the column `{column}`")));
        }
    }
    let spaces = used.spaces.as_ref()?;
    let name = rows.space().map(Space::name);
    let is_one = name.is_some_and(|name| spaces.value.iter().any(|space| space == name));
    let told = name.map_or("of no search space".to_owned(), |name| format!("of the space `{name}`"));
    (!is_one)
        .then(|| (&spaces.place, format!("the data are {told}, and it is for {}", spaces.value.join(", "))))
}

/// Whether a predictor is not to be had because its plugin is not there, or cannot be used here.
fn is_not_installed(error: &PluginError, predictor: &str, around: &Surroundings<'_>) -> bool {
    match error {
        PluginError::Refused { .. } => true,
        PluginError::UnknownPredictor { .. } => {
            predictor.split_once('/').is_some_and(|(plugin, _)| around.registry.plugin(plugin).is_err())
        }
        _ => false,
    }
}

/// Unlabelled rows for each labelled one: as the data say, else as the predictor prefers.
fn unlabelled(info: &PredictorInfo, rows: Option<&Rows>) -> f64 {
    let preferred = info.inputs().find_map(|input| match input {
        InputInfo::Unlabelled { factor } => Some(f64::from(*factor)),
        _ => None,
    });
    let given = rows.and_then(|rows| rows.spec().unlabelled);
    preferred.map_or(0.0, |preferred| given.unwrap_or(preferred))
}

/// The transform of the target: that of the file, else the one that the predictor prefers.
fn transform(
    title: &str,
    used: &UseMember,
    info: &PredictorInfo,
    rows: Option<&Rows>,
    mistakes: &mut Vec<Mistake>,
) -> String {
    let Some(named) = &used.target_transform else {
        let preferred = &info.target_transform;
        // What needs a best value falls back where the unit says none.
        return match preferred == "log-error" && rows.and_then(best_value).is_none() {
            true => "standard".to_owned(),
            false => preferred.clone(),
        };
    };
    if !TRANSFORMS.contains(&&named.value[..]) {
        let text = format!("{title}: unknown transform `{}` of the target", named.value);
        mistakes.push(Mistake::new(named.place.clone(), text).help(suggest(&named.value, TRANSFORMS)));
    } else if named.value == "log-error" && rows.is_some_and(|rows| best_value(rows).is_none()) {
        let text = format!("{title}: `log-error` needs a target to maximize in percent or as a fraction");
        mistakes.push(
            Mistake::new(named.place.clone(), text)
                .help("write `unit = \"percent\"` or `\"fraction\"` in the target, or use `normal-score`"),
        );
    }
    named.value.clone()
}

/// The best value that the target can have, where its unit and goal say so.
pub fn best_value(rows: &Rows) -> Option<f64> {
    let target = rows.target()?;
    match (&target.unit, target.goal) {
        (Some(Unit::Percent), Goal::Maximize) => Some(100.0),
        (Some(Unit::Fraction), Goal::Maximize) => Some(1.0),
        _ => None,
    }
}

fn check_tune(title: &str, tune: &Located<Tune>, info: &PredictorInfo, mistakes: &mut Vec<Mistake>) {
    let Tune { trials, folds, seconds, metric } = &tune.value;
    let no_deviations = *metric == TuneMetric::Nll && info.gives != GivesName::Distribution;
    let wrong = [
        (*trials == 0).then(|| "`trials` is 0; try at least 1 setting".to_owned()),
        (*trials > MOST_TRIALS).then(|| format!("`trials` is {trials}; try at most {MOST_TRIALS} settings")),
        (*folds < 2).then(|| format!("`folds` is {folds}; cross-validation needs at least 2")),
        seconds
            .filter(|seconds| seconds.is_nan() || *seconds <= 0.0)
            .map(|seconds| format!("`seconds` is {seconds}; give a number above 0")),
        no_deviations.then(|| {
            format!(
                "`{}` gives no deviations, so `metric` cannot be \"nll\"; write \"rmse\" or \"kendall-tau\"",
                info.name
            )
        }),
    ];
    for wrong in wrong.into_iter().flatten() {
        mistakes.push(Mistake::new(tune.place.clone(), format!("{title} `tune`: {wrong}")));
    }
}

/// Whether all that would be its features is said to be absent in some data.
fn may_all_be_absent(used: &UseMember, info: &PredictorInfo) -> bool {
    let named = used.inputs.iter().flatten();
    let mut features = named.filter(|input| !matches!(input.value.name, InputName::Curve(_))).peekable();
    info.needs.contains(&InputInfo::Features)
        && features.peek().is_some()
        && features.all(|input| input.value.optional)
}

fn features(
    title: &str,
    used: &UseMember,
    info: &PredictorInfo,
    around: &Surroundings<'_>,
    nodes: &[PlanNode],
    mistakes: &mut Vec<Mistake>,
    warnings: &mut Vec<String>,
) -> Vec<Part> {
    let form = ScoreForm::named(&info.score_form).unwrap_or(ScoreForm::Rank);
    let inputs: Option<Vec<_>> = used.inputs.as_ref().map(|inputs| {
        inputs.iter().filter(|input| !matches!(input.value.name, InputName::Curve(_))).collect()
    });
    // A list that names only curves says nothing of features.
    let Some(inputs) = inputs.filter(|inputs| !inputs.is_empty()) else {
        let needed = info.needs.contains(&InputInfo::Features);
        if !needed {
            return Vec::new();
        }
        let value = super::super::Input {
            name: InputName::Encoding(info.encoding.clone()),
            optional: false,
            form: None,
            weight: None,
            when: None,
        };
        let default = Located { value, place: used.predictor.place.clone() };
        return part(title, &default, form, around, nodes, mistakes, &mut Vec::new()).into_iter().collect();
    };
    if !info.inputs().any(|input| *input == InputInfo::Features) {
        if let Some(first) = inputs.first() {
            mistakes.push(
                Mistake::new(
                    first.place.clone(),
                    format!("{title}: `{}` takes no features, so it takes no `inputs`", info.name),
                )
                .help(match inputs.len() {
                    1 => "leave `inputs` out".to_owned(),
                    _ => "leave all but curves out of `inputs`".to_owned(),
                }),
            );
        }
        return Vec::new();
    }
    let mut absent = Vec::new();
    let parts = inputs
        .iter()
        .filter_map(|input| part(title, input, form, around, nodes, mistakes, &mut absent))
        .collect();
    warnings.extend(absent_in_words(title, &absent));
    parts
}

/// Checks the parameters, and makes those that name files absolute.
fn check_parameters(
    title: &str,
    params: &mut Value,
    used: &UseMember,
    predictor: &LoadedPredictor,
    base: &Path,
    mistakes: &mut Vec<Mistake>,
) -> Vec<ParameterFile> {
    let mut files = Vec::new();
    let places = &used.places;
    let predictor_place = used.predictor.place.clone();
    let whole = || predictor_place.clone();
    let found = |path: &[String]| {
        (0..=path.len()).rev().find_map(|length| places.iter().find(|have| have.path[..] == path[..length]))
    };
    let place_of = |path: &[String]| found(path).map_or_else(whole, |place| place.value.clone());
    let key_of = |path: &[String]| found(path).map_or_else(whole, |place| place.key.clone());
    let schema = match predictor.schema() {
        Ok(schema) => schema,
        Err(error) => {
            mistakes.push(Mistake::new(whole(), format!("{title}: {error}")));
            return files;
        }
    };
    let before = mistakes.len();
    for violation in parameters::check(&schema, params) {
        let text = format!("{title}: the parameter `{}` {}", violation.parameter(), violation.sentence);
        let place =
            if violation.known.is_some() { key_of(&violation.path) } else { place_of(&violation.path) };
        let mistake = Mistake::new(place, text);
        let last = violation.path.last().map(String::as_str).unwrap_or("");
        mistakes.push(match &violation.known {
            Some(known) if !known.is_empty() => mistake.help(suggest(last, known.iter().map(String::as_str))),
            _ => mistake,
        });
    }
    if mistakes.len() == before {
        for (name, problem) in resolve_files(&schema, params, base, &mut files) {
            let text = format!("{title}: the parameter `{name}` {problem}");
            mistakes.push(Mistake::new(place_of(&[name]), text));
        }
    }
    if mistakes.len() == before
        && let Err(error) = predictor.outputs(params)
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
        InputInfo::Networks => rows.networks().is_none().then(|| {
            "the data have no network files; write `network = { column = \"…\", input = [3, 32, 32] }` in [data]".to_owned()
        }),
        InputInfo::Curve { metric, .. } if curves.is_empty() => Some(format!(
            "the data have no curve `{metric}`; write `curves.{metric} = {{ columns = \"…_{{epoch}}\", goal = \"…\" }}` in [data]"
        )),
        InputInfo::Curve { shortest, .. } => {
            let all = curves.iter().filter_map(|name| rows.curves().by_name.get(name));
            let longest = all.flat_map(|(_, values)| values.iter()).map(Vec::len).max().unwrap_or(0);
            (longest < *shortest as usize).then(|| match rows.curves().fidelity {
                Some(fidelity) => format!(
                    "at `fidelity = {fidelity}` no curve is longer than {longest}; give more in [data]"
                ),
                None => format!("no curve of the data is longer than {longest}"),
            })
        }
        InputInfo::Unlabelled { .. } => (rows.spec().unlabelled == Some(0.0))
            .then(|| "`unlabelled` in [data] is 0; write a number above 0, or leave it out".to_owned()),
        InputInfo::Costs => rows.spec().seconds.is_none().then(|| {
            "the data say nothing of training times; write `seconds = { total = \"COLUMN\" }` in [data]".to_owned()
        }),
        _ => Some("the data have none".to_owned()),
    }
}

/// A curve that the file names and that the data lack.
fn lacking_curve<'u>(used: &'u UseMember, around: &Surroundings<'_>) -> Option<&'u str> {
    let have = &around.sure_rows()?.curves().by_name;
    used.inputs.iter().flatten().find_map(|input| match &input.value.name {
        InputName::Curve(name) if !input.value.optional && !have.contains_key(name) => Some(&name[..]),
        _ => None,
    })
}

/// The curves that a predictor is handed: those named, else its default ones as far as the data have them.
fn curves(
    title: &str,
    used: &UseMember,
    info: &PredictorInfo,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<String> {
    let defaults: Vec<&String> = info
        .inputs()
        .filter_map(|input| match input {
            InputInfo::Curve { metric, .. } => Some(metric),
            _ => None,
        })
        .collect();
    let none = BTreeMap::new();
    let have = around.rows.map_or(&none, |rows| &rows.curves().by_name);
    let mut named = Vec::new();
    for input in used.inputs.iter().flatten() {
        let InputName::Curve(name) = &input.value.name else { continue };
        let absent = !have.contains_key(name);
        let wrong = match (defaults.is_empty(), !absent) {
            (true, _) => {
                Some((format!("`{}` reads no curve", info.name), "leave it out of `inputs`".to_owned()))
            }
            (false, false) if input.value.optional || around.sure_rows().is_none() => None,
            (false, false) => Some((
                format!("the data have no curve `{name}`"),
                suggest(name, have.keys().map(String::as_str)),
            )),
            (false, true) => None,
        };
        match wrong {
            Some((message, help)) => {
                let mut mistake = Mistake::new(input.place.clone(), format!("{title}: {message}")).help(help);
                mistake.lacking = absent && !defaults.is_empty();
                mistakes.push(mistake);
            }
            None if have.contains_key(name) => named.push(name.clone()),
            None => {}
        }
    }
    match named.is_empty() {
        true => defaults.into_iter().filter(|metric| have.contains_key(*metric)).cloned().collect(),
        false => named,
    }
}
