//! A combination in a plan.

use super::super::{CombineMember, Combiner, Input, InputName, Located, Mistake, input::When};
use super::{CombineNode, Gives, NodeKind, PlanNode, Surroundings, left_out};
use crate::space::nearest::suggest;

/// Share that a cascade keeps where its file says none.
const KEEP: f64 = 0.1;

pub fn plan(
    title: &str,
    name: String,
    combined: &CombineMember,
    around: &Surroundings<'_>,
    nodes: &[PlanNode],
    mistakes: &mut Vec<Mistake>,
    warnings: &mut Vec<String>,
) -> Option<PlanNode> {
    let before = mistakes.len();
    let mut used: Vec<(&Located<Input>, usize)> = Vec::new();
    for input in &combined.members {
        let Some(member) = member(title, input, around, mistakes) else { continue };
        match around.places[member] {
            Some(place) if used.iter().any(|(_, have)| *have == place) => mistakes.push(
                Mistake::new(input.place.clone(), format!("{title} names `{}` twice", input.value.text()))
                    .help("name each member once"),
            ),
            Some(place) => used.push((input, place)),
            None if input.value.optional => {
                warnings.push(format!("{title}: `{}` may be absent and is", input.value.text()));
            }
            // After a mistake of the member itself there is nothing more to say.
            None if mistakes.is_empty() && around.is_sure() => {
                let text = format!("{title}: the member `{}` is absent from these data", input.value.text());
                mistakes.push(
                    Mistake::new(input.place.clone(), text)
                        .help(format!("write `\"{}?\"` if it may be absent", input.value.text()))
                        .of_data(),
                );
            }
            None => {}
        }
    }
    if mistakes.len() > before {
        return None;
    }
    if used.is_empty() {
        warnings.push(left_out(&name, "all that it combines is absent"));
        return None;
    }
    let places: Vec<usize> = used.iter().map(|(_, place)| *place).collect();
    let common = places.iter().all(|&place| nodes[place].gives.is_value());
    let combiner = combined.combiner.value;
    if matches!(combiner, Combiner::Mean | Combiner::Median)
        && let Some((input, place)) = used.iter().find(|(_, place)| !nodes[*place].gives.is_value())
    {
        let gives = match &nodes[*place].gives {
            Gives::Named(names) => format!("`{}`", names.join("`, `")),
            _ => "a score without a unit".to_owned(),
        };
        mistakes.push(
            Mistake::new(
                input.place.clone(),
                format!(
                    "{title}: `{}` gives {gives}, so there is no {} in a common scale",
                    input.value.text(),
                    combiner.name()
                ),
            )
            .help("use `combine = \"rank-mean\"`, which needs no common scale"),
        );
        return None;
    }
    let weights = weights(title, combined, &used, mistakes);
    let whens = whens(title, combined, &used, mistakes);
    if mistakes.len() > before {
        return None;
    }
    let independent = places.iter().all(|&place| nodes[place].row_independent);
    let learnt = match combiner {
        Combiner::Weighted => weights.is_none(),
        Combiner::Select => whens.is_none(),
        _ => false,
    };
    let deviations = places.iter().all(|&place| nodes[place].gives == Gives::Distribution);
    let gives = match combiner {
        Combiner::Mean | Combiner::Weighted if common && deviations => Gives::Distribution,
        Combiner::Mean | Combiner::Median => Gives::Value,
        Combiner::Weighted if common => Gives::Value,
        Combiner::Select => nodes[places[0]].gives.clone(),
        _ => Gives::Score,
    };
    if combiner == Combiner::Select
        && let Some((input, place)) =
            used.iter().find(|(_, place)| nodes[*place].gives.is_value() != gives.is_value())
    {
        let text = format!(
            "{title}: `{}` and `{}` do not give the same kind of answer",
            nodes[places[0]].name, nodes[*place].name
        );
        mistakes.push(
            Mistake::new(input.place.clone(), text)
                .help("select among members that all give values, or all give scores"),
        );
        return None;
    }
    Some(PlanNode {
        name,
        learns: learnt || places.iter().any(|&place| nodes[place].learns),
        row_independent: independent && combiner != Combiner::Cascade,
        conformal: false,
        gives,
        kind: NodeKind::Combine(CombineNode {
            combiner,
            optional: used.iter().map(|(input, _)| input.value.optional).collect(),
            members: places,
            weights,
            whens,
            keep: combined.keep.unwrap_or(KEEP),
        }),
    })
}

fn member(
    title: &str,
    input: &Located<Input>,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Option<usize> {
    let mut wrong = |message: String, help: String| {
        mistakes.push(Mistake::new(input.place.clone(), format!("{title}: {message}")).help(help));
        None
    };
    match &input.value.name {
        InputName::Member(name) | InputName::Bare(name) => match around.member(name) {
            Some(member) => Some(member),
            None if around.may_be_meant(&InputName::Member(name.clone())) => None,
            None => wrong(format!("there is no member `{name}`"), suggest(name, around.member_names())),
        },
        _ => wrong(
            format!("`{}` is no member", input.value.text()),
            "a combination takes members; give a column a `[member.NAME]` with `column = \"…\"`".to_owned(),
        ),
    }
}

/// The weights as given: for all members, or for none.
fn weights(
    title: &str,
    combined: &CombineMember,
    used: &[(&Located<Input>, usize)],
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<f64>> {
    if combined.members.iter().all(|input| input.value.weight.is_none()) {
        return None;
    }
    for input in &combined.members {
        let text = match input.value.weight {
            None => format!("{title}: `{}` has no weight, although others have one", input.value.text()),
            Some(weight) if !(weight >= 0.0 && weight.is_finite()) => {
                format!("{title}: `{}` has the weight {weight}", input.value.text())
            }
            Some(_) => continue,
        };
        mistakes.push(Mistake::new(input.place.clone(), text).help(
            "give every member `{ from = \"NAME\", weight = 0.5 }` of at least 0, or none for learnt weights",
        ));
    }
    let weights: Vec<f64> = used.iter().filter_map(|(input, _)| input.value.weight).collect();
    if mistakes.is_empty() && weights.iter().sum::<f64>() <= 0.0 {
        let place = combined.combiner.place.clone();
        mistakes.push(
            Mistake::new(place, format!("{title}: all weights are 0"))
                .help("give one of them a weight above 0"),
        );
    }
    Some(weights)
}

/// The rules of a selection: for all members, or for none.
fn whens(
    title: &str,
    combined: &CombineMember,
    used: &[(&Located<Input>, usize)],
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<When>> {
    if combined.members.iter().all(|input| input.value.when.is_none()) {
        return None;
    }
    let always = When { min_labels: 0, max_labels: usize::MAX };
    for input in combined.members.iter().rev().skip(1) {
        if input.value.when.is_none() {
            mistakes.push(
                Mistake::new(input.place.clone(), format!("{title}: `{}` has no rule, although others have one", input.value.text()))
                    .help("write `{ from = \"NAME\", when = { min_labels = 300 } }`; only the last member may have none: it serves the rest"),
            );
        }
    }
    Some(used.iter().map(|(input, _)| input.value.when.unwrap_or(always)).collect())
}
