//! `[member.NAME]`: a configured predictor, a column of the table, or a combination of members.

use super::{
    Combiner, Input, Located, Mistake,
    input::{ItemKeys, list},
    params::{ParameterPlace, parameters},
    section::Section,
    tune::Tune,
};
use crate::space::nearest::{clip, nearest};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

/// A part of a composition under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: Located<String>,
    /// What it is.
    pub kind: MemberKind,
}

/// What a member is.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberKind {
    /// A predictor of a plugin.
    Use(Box<UseMember>),
    /// A column of the table, measured elsewhere.
    Column(ColumnMember),
    /// A combination of other members.
    Combine(CombineMember),
}

/// A configured predictor.
#[derive(Debug, Clone, PartialEq)]
pub struct UseMember {
    /// The predictor.
    pub predictor: Located<String>,
    /// What the predictor is fed with; left out, its default encoding.
    pub inputs: Option<Vec<Located<Input>>>,
    /// Its parameters as JSON.
    pub params: Value,
    /// Places of its parameters.
    pub places: Vec<ParameterPlace>,
    /// Its own seed; left out, that of the fit.
    pub seed: Option<u64>,
    /// How its parameters are chosen.
    pub tune: Option<Located<Tune>>,
    /// Transform of the target in place of the one that the predictor prefers.
    pub target_transform: Option<Located<String>>,
    /// Whether it gives intervals from held-out training rows.
    pub conformal: Option<Located<bool>>,
    /// Columns for which it stands in: a table that has one of them goes without it.
    pub unless: Option<Located<Vec<String>>>,
    /// The search spaces that it is for; left out, all.
    pub spaces: Option<Located<Vec<String>>>,
}

/// A column of the table as a score.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMember {
    /// The column.
    pub column: Located<String>,
    /// Which way is better.
    pub goal: ColumnGoal,
    /// What measuring a row took; left out, it is unknown.
    pub seconds: Option<Located<ColumnSeconds>>,
}

/// What measuring a column took, in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum ColumnSeconds {
    /// As many for each row.
    Each(#[schemars(range(min = 0))] f64),
    /// For each row what this column says; where it says nothing, that is unknown.
    Column(String),
}

/// Which way a column is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnGoal {
    /// Higher.
    Maximize,
    /// Lower.
    Minimize,
    /// Learnt: the sign of its rank correlation with the target over training rows.
    Fit,
}

/// A combination of members.
#[derive(Debug, Clone, PartialEq)]
pub struct CombineMember {
    /// How.
    pub combiner: Located<Combiner>,
    /// The members, in the order of the file.
    pub members: Vec<Located<Input>>,
    /// Of a cascade: the share of rows that each member but the last keeps.
    pub keep: Option<f64>,
    /// Whether it gives intervals from held-out training rows.
    pub conformal: Option<Located<bool>>,
}

const WHAT: [&str; 3] = ["use", "combine", "column"];

/// What a table `[member]` gives.
#[derive(Debug, Default)]
pub struct Members {
    /// The members that could be read.
    pub read: Vec<Member>,
    /// Names of the others.
    pub unread: Vec<String>,
}

/// Reads all members of the table `[member]`.
pub fn members(table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Members {
    let mut members = Members::default();
    for (name, value) in table {
        let title = format!("[member.{}]", name.get_ref());
        if name.get_ref().is_empty() || name.get_ref().contains([':', '.', '?']) {
            mistakes.push(
                Mistake::new(name.span(), format!("{title}: a name is not empty and has no `:`, `.` or `?`"))
                    .help("these part a name from its prefix, its output, or say that it may be absent"),
            );
            members.unread.push(name.get_ref().to_string());
            continue;
        }
        let DeValue::Table(table) = value.get_ref() else {
            mistakes.push(
                Mistake::new(value.span(), format!("{title} is a table"))
                    .help(format!("write `[member.{}]` with `use = \"PLUGIN/PREDICTOR\"`", name.get_ref())),
            );
            members.unread.push(name.get_ref().to_string());
            continue;
        };
        let given: Vec<&str> = WHAT.into_iter().filter(|key| table.contains_key(*key)).collect();
        let kind = match given[..] {
            ["use"] => use_member(&title, table, mistakes).map(Box::new).map(MemberKind::Use),
            ["combine"] => combine_member(&title, table, mistakes).map(MemberKind::Combine),
            [_] => column_member(&title, table, mistakes).map(MemberKind::Column),
            [] => {
                mistakes.push(match mistyped(table) {
                    Some((key, meant)) => {
                        Mistake::new(key.span(), format!("{title}: unknown key `{}`", clip(key.get_ref())))
                            .help(format!("did you mean `{meant}`?"))
                    }
                    None => Mistake::new(name.span(), format!("{title} does not say what it is"))
                        .help("write `use = \"PLUGIN/PREDICTOR\"` (`archcast plugins list` shows what there is), `combine = \"rank-mean\"` or `column = \"NAME\"`"),
                });
                None
            }
            [first, second, ..] => {
                let place = table
                    .iter()
                    .find(|(key, _)| key.get_ref() == second)
                    .map_or_else(|| name.span(), |(key, _)| key.span());
                mistakes.push(
                    Mistake::new(place, format!("{title} has both `{first}` and `{second}`"))
                        .help("a member is one of them; give the other a `[member.NAME]` of its own"),
                );
                None
            }
        };
        let name = Located { value: name.get_ref().to_string(), place: name.span() };
        match kind {
            Some(kind) => members.read.push(Member { name, kind }),
            None => members.unread.push(name.value),
        }
    }
    members
}

/// The key that is meant to say what a member is, and what it should be.
fn mistyped<'a, 't>(table: &'a DeTable<'t>) -> Option<(&'a Spanned<Cow<'t, str>>, &'static str)> {
    table.keys().find_map(|key| Some((key, nearest(key.get_ref(), WHAT)?)))
}

fn use_member(title: &str, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Option<UseMember> {
    let mut section = Section::new(title, table);
    let predictor = section.take_located::<String>("use", mistakes);
    let inputs = section.raw("inputs").and_then(|value| {
        let inputs = list(title, "inputs", value, ItemKeys::Transform, mistakes)?;
        if inputs.is_empty() {
            mistakes.push(Mistake::new(value.span(), format!("{title} `inputs` is empty")).help(
                "name an encoding, a column or a member, or leave `inputs` out for the predictor's default encoding",
            ));
        }
        Some(inputs)
    });
    let params = section.raw("params");
    let seed = section.take("seed", mistakes);
    let tune = section.take_located("tune", mistakes);
    let target_transform = section.take_located("target_transform", mistakes);
    let conformal = section.take_located("conformal", mistakes);
    let unless = section.take_located("unless", mistakes);
    let spaces = section.take_located("spaces", mistakes);
    section.finish(mistakes);
    let (params, places) = match params {
        Some(value) => parameters(title, value, mistakes),
        None => (Value::Object(Default::default()), Vec::new()),
    };
    let predictor = predictor?;
    Some(UseMember {
        predictor,
        inputs,
        params,
        places,
        seed,
        tune,
        target_transform,
        conformal,
        unless,
        spaces,
    })
}

fn column_member(title: &str, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Option<ColumnMember> {
    let mut section = Section::new(title, table);
    let column = section.take_located::<String>("column", mistakes);
    let goal = section.take("goal", mistakes);
    let seconds = section.raw("seconds").and_then(|value| column_seconds(title, value, mistakes));
    section.finish(mistakes);
    if goal.is_none() && !table.contains_key("goal") {
        let place = column.as_ref().map_or(0..1, |column| column.place.clone());
        mistakes
            .push(Mistake::new(place, format!("{title} does not say which way its column is better")).help(
            "write `goal = \"maximize\"`, `\"minimize\"`, or `\"fit\"` to learn the sign on training rows",
        ));
    }
    Some(ColumnMember { column: column?, goal: goal?, seconds })
}

/// `seconds = 2.5` or `seconds = "COLUMN"`.
fn column_seconds(
    title: &str,
    value: &Spanned<DeValue<'_>>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Located<ColumnSeconds>> {
    let place = value.span();
    let mut wrong = |what: &str| {
        let text = format!("{title} `seconds` {what}");
        mistakes.push(Mistake::new(place.clone(), text).help(
            "write the seconds that measuring a row took, `seconds = 2.5`, or the column that holds them",
        ));
        None
    };
    let seconds = match value.get_ref() {
        DeValue::String(column) => ColumnSeconds::Column(column.to_string()),
        DeValue::Integer(_) | DeValue::Float(_) => {
            match f64::deserialize(ValueDeserializer::from(value.clone())) {
                Ok(seconds) if seconds >= 0.0 && seconds.is_finite() => ColumnSeconds::Each(seconds),
                Ok(seconds) => return wrong(&format!("is {seconds}, which no measurement takes")),
                Err(error) => return wrong(&format!("is no number: {}", error.message().trim())),
            }
        }
        _ => return wrong("is neither a number nor the name of a column"),
    };
    Some(Located { value: seconds, place: value.span() })
}

fn combine_member(title: &str, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Option<CombineMember> {
    let mut section = Section::new(title, table);
    let combiner = section.take_located::<Combiner>("combine", mistakes);
    let kind = combiner.as_ref().map(|combiner| combiner.value);
    let keys = match kind {
        Some(Combiner::Weighted) => ItemKeys::Weight,
        Some(Combiner::Select) => ItemKeys::When,
        _ => ItemKeys::None,
    };
    let members = section.raw("members");
    let conformal = section.take_located("conformal", mistakes);
    let keep = match kind {
        Some(Combiner::Cascade) => section.take_located::<f64>("keep", mistakes),
        _ => {
            section.misplaced("keep", "only `combine = \"cascade\"` keeps a share", mistakes);
            None
        }
    };
    section.misplaced(
        "weights",
        "a weight stands with its member: `members = [{ from = \"NAME\", weight = 0.5 }]`",
        mistakes,
    );
    section.finish(mistakes);
    if let Some(keep) = &keep
        && !(keep.value > 0.0 && keep.value < 1.0)
    {
        mistakes.push(
            Mistake::new(keep.place.clone(), format!("{title} `keep` is {}, not a share", keep.value))
                .help("give a number between 0 and 1: `keep = 0.1` hands the best tenth on"),
        );
    }
    let combiner = combiner?;
    let Some(value) = members else {
        mistakes.push(
            Mistake::new(combiner.place, format!("{title} combines nothing"))
                .help("write `members = [\"NAME\", \"NAME\"]`"),
        );
        return None;
    };
    let members = list(title, "members", value, keys, mistakes)?;
    if members.is_empty() {
        mistakes.push(
            Mistake::new(value.span(), format!("{title} `members` is empty"))
                .help("name the members that it combines"),
        );
        return None;
    }
    Some(CombineMember { combiner, members, keep: keep.map(|keep| keep.value), conformal })
}
