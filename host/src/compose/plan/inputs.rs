//! What the inputs of a predictor mean: encodings, columns of the table, scores of members.

use super::super::{
    Input, InputName, Located, Mistake,
    features::{Part, ScorePart},
    scores::ScoreForm,
};
use super::{PlanNode, Surroundings};
use crate::{encoding::Encoding, space::nearest::suggest, table::Rows};

/// Whether the target is read from this column.
pub fn is_target(rows: &Rows, column: &str) -> bool {
    rows.target().is_some_and(|target| target.column == column)
}

/// The member of `NAME.OUTPUT`.
pub fn member_name(text: &str) -> &str {
    text.split_once('.').map_or(text, |(name, _)| name)
}

/// What a user is told of inputs that may be absent and are.
pub fn absent_in_words(title: &str, names: &[&str]) -> Option<String> {
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match listed.len() {
        0 => None,
        1 => Some(format!("{title}: {} may be absent and is", listed[0])),
        _ => Some(format!("{title}: {} may be absent and are", listed.join(", "))),
    }
}

/// The part of a feature matrix that an input means; `None` after a mistake, or where it may be absent and is: then its
/// name is among the `absent`.
pub fn part<'i>(
    title: &str,
    input: &'i Located<Input>,
    form: ScoreForm,
    around: &Surroundings<'_>,
    nodes: &[PlanNode],
    mistakes: &mut Vec<Mistake>,
    absent: &mut Vec<&'i str>,
) -> Option<Part> {
    let columns = around.columns();
    let is_column = |name: &str| columns.contains(&name);
    let is_member = |name: &str| around.member(member_name(name)).is_some();
    let is_encoding = |name: &str| Encoding::named(name).is_ok();
    let optional = input.value.optional;
    let name = input.value.text();
    // A name that means nothing at all is a slip of the pen; one that these data cannot give is theirs.
    let lacking = match &input.value.name {
        InputName::Column(name) => !is_column(name),
        InputName::Encoding(name) | InputName::Bare(name) => is_encoding(name),
        _ => false,
    };
    let mut wrong = |message: String, help: String| {
        let mut mistake = Mistake::new(input.place.clone(), format!("{title}: {message}")).help(help);
        mistake.lacking = lacking;
        mistakes.push(mistake);
        None
    };
    if let InputName::Bare(name) = &input.value.name {
        let meanings: Vec<&str> =
            [("encoding", is_encoding(name)), ("column", is_column(name)), ("member", is_member(name))]
                .into_iter()
                .filter_map(|(kind, is)| is.then_some(kind))
                .collect();
        if meanings.len() > 1 {
            let article = |kind: &&str| match *kind {
                "encoding" => "an encoding",
                "column" => "a column of the table",
                _ => "a member",
            };
            let articles: Vec<&str> = meanings.iter().map(article).collect();
            let forms: Vec<String> = meanings.iter().map(|kind| format!("`{kind}:{name}`")).collect();
            return wrong(
                format!("`{name}` is {}", articles.join(" and ")),
                format!("write {}", forms.join(" or ")),
            );
        }
    }
    match &input.value.name {
        InputName::Encoding(name) | InputName::Bare(name) if is_encoding(name) => match around.space() {
            _ if around.sure_rows().is_none() => Some(Part::Encoding(name.clone())),
            Some(space) => match Encoding::named(name).map(|encoding| encoding.require(space)) {
                Ok(Err(_)) if optional => {
                    absent.push(name);
                    None
                }
                Ok(Err(error)) => wrong(error.to_string(), "choose another encoding".to_owned()),
                _ => Some(Part::Encoding(name.clone())),
            },
            None if optional => {
                absent.push(name);
                None
            }
            None => wrong(
                format!("the encoding `{name}` needs a search space"),
                "write `space = \"…\"` and `architecture = \"…\"` in [data], or name columns as `inputs`"
                    .to_owned(),
            ),
        },
        InputName::Column(name) | InputName::Bare(name) if is_column(name) => {
            let rows = around.rows?;
            if is_target(rows, name) {
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
        InputName::Member(name) | InputName::Bare(name) if is_member(name) => {
            // After a mistake of the member itself there is nothing more to say.
            let place = around.places[around.member(member_name(name))?];
            let Some(member) = place else {
                if optional {
                    absent.push(name);
                }
                return None;
            };
            let outputs = nodes[member].gives.outputs();
            let output = name.split_once('.').map(|(_, output)| output.to_owned());
            if let Some(output) = &output
                && !outputs.contains(output)
            {
                return wrong(
                    format!("the member `{}` gives no `{output}`", member_name(name)),
                    suggest(output, outputs.iter().map(String::as_str)),
                );
            }
            Some(Part::Score(ScorePart {
                member,
                name: nodes[member].name.clone(),
                output,
                form: input.value.form.unwrap_or(form),
                map: None,
            }))
        }
        InputName::Curve(_) => None,
        _ if optional => {
            absent.push(name);
            None
        }
        InputName::Encoding(name) => wrong(
            format!("unknown encoding `{name}`"),
            suggest(name, Encoding::names().iter().map(|name| &name[..])),
        ),
        // What cannot be looked up is not called unknown.
        InputName::Column(_) if around.rows.is_none() => None,
        InputName::Member(_) | InputName::Bare(_) if around.may_be_meant(&input.value.name) => None,
        InputName::Column(name) => wrong(
            format!("the table {} has no column `{name}`", around.origin()),
            suggest(name, columns.iter().copied()),
        ),
        InputName::Member(name) => {
            wrong(format!("there is no member `{name}`"), suggest(member_name(name), around.member_names()))
        }
        InputName::Bare(name) => {
            let encodings = Encoding::names();
            let mut all: Vec<&str> = encodings.iter().map(|name| &name[..]).collect();
            all.extend(&columns);
            all.extend(around.member_names());
            wrong(
                format!("`{name}` is neither an encoding, a column of the table nor a member"),
                suggest(name, all),
            )
        }
    }
}
