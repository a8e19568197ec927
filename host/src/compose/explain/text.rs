//! A plan as a tree in text: the answer at the root, each member once.

use super::{
    super::ColumnSeconds, Bound, ExplainedInput, ExplainedMember, Explanation, Folds, InputSource, What,
};
use serde_json::Value;
use std::fmt::{self, Write as _};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tree = Tree { all: self, shown: vec![false; self.members.len()], text: String::new() };
        if let Some(answer) = self.members.len().checked_sub(1) {
            tree.member(answer, "", "", "");
        }
        f.write_str(&tree.text)?;
        writeln!(f, "\n{}", self.fits_in_words())?;
        writeln!(f, "{}", self.rows_in_words())?;
        for plugin in &self.plugins {
            let file = plugin.file.as_ref().map_or_else(|| "?".into(), |file| file.to_string_lossy());
            writeln!(f, "plugin {} {}: {file}", plugin.name, plugin.version)?;
        }
        for warning in &self.warnings {
            writeln!(f, "note: {warning}")?;
        }
        Ok(())
    }
}

impl Explanation {
    fn fits_in_words(&self) -> String {
        let bound = match self.bound {
            Bound::Exact => "",
            Bound::AtMost => "at most ",
            Bound::MoreThan => "more than ",
        };
        let folds = match (self.members.iter().any(|member| member.cross_fitted_in.is_some()), self.folds) {
            (false, _) | (true, Folds::None) => "",
            (true, Folds::Nested) => ", in nested folds",
            (true, Folds::Shared) => ", in shared folds",
        };
        let (rows, fits) = (self.training_rows, self.fits);
        format!(
            "{rows} training {}; {bound}{fits} {} of predictors in all{folds}",
            plural(rows, "row"),
            plural(fits, "fit")
        )
    }

    fn rows_in_words(&self) -> &'static str {
        match self.row_independent {
            true => "a row's answer depends on that row alone",
            false => "a row's answer depends on which other rows are asked",
        }
    }
}

pub fn plural(count: usize, word: &str) -> String {
    format!("{word}{}", if count == 1 { "" } else { "s" })
}

struct Tree<'e> {
    all: &'e Explanation,
    shown: Vec<bool>,
    text: String,
}

impl Tree<'_> {
    /// A member behind `first` (its own line) and `rest` (all further lines), with what its reader says of it.
    fn member(&mut self, place: usize, first: &str, rest: &str, note: &str) {
        let Some(member) = self.all.members.get(place) else { return };
        let seen = std::mem::replace(&mut self.shown[place], true);
        let name = match note {
            "" => member.name.clone(),
            note => format!("{} ({note})", member.name),
        };
        if seen {
            let _ = writeln!(self.text, "{first}{name}: as above");
            return;
        }
        let _ = writeln!(self.text, "{first}{name}: {}", member.what);
        let below: Vec<&ExplainedInput> =
            member.inputs.iter().filter(|input| matches!(input.source, InputSource::Member { .. })).collect();
        let bar = if below.is_empty() { "   " } else { "│  " };
        for (key, value) in facts(member) {
            let _ = writeln!(self.text, "{rest}{bar}{key:<8} {value}");
        }
        for (at, input) in below.iter().enumerate() {
            let InputSource::Member { place, .. } = &input.source else { continue };
            let last = at + 1 == below.len();
            let (branch, under) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            self.member(*place, &format!("{rest}{branch}"), &format!("{rest}{under}"), &note_of(input));
        }
    }
}

/// What a reader says of a member that it reads.
pub fn note_of(input: &ExplainedInput) -> String {
    let mut notes = Vec::new();
    if let InputSource::Member { output, form, weight, rows, .. } = &input.source {
        notes.extend(output.as_ref().map(|output| format!("`{output}`")));
        notes.extend(form.map(|form| match form {
            "raw" => "as it is".to_owned(),
            "rank" => "as rank".to_owned(),
            _ => "standardised".to_owned(),
        }));
        notes.extend(weight.map(|weight| format!("weight {weight}")));
        notes.extend(rows.map(|(least, most)| match most {
            Some(most) => format!("for {least} to {most} training rows"),
            None => format!("for {least} or more training rows"),
        }));
    }
    if input.optional {
        notes.push("may be absent".to_owned());
    }
    notes.join(", ")
}

/// What a member reads beside other members.
pub fn data_in_words(member: &ExplainedMember) -> Vec<String> {
    let text = |input: &ExplainedInput| {
        let named = match &input.source {
            InputSource::Encoding { name } => format!("encoding {name}"),
            InputSource::Column { name } => format!("column {name}"),
            InputSource::Curve { name } => format!("curve {name}"),
            InputSource::Member { .. } => return None,
        };
        Some(if input.optional { format!("{named} (may be absent)") } else { named })
    };
    member.inputs.iter().filter_map(text).collect()
}

/// The lines on a member, each with its key.
pub fn facts(member: &ExplainedMember) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let mut data = data_in_words(member);
    if let What::Predictor { unlabelled, .. } = &member.what
        && *unlabelled > 0.0
    {
        data.push(format!("{unlabelled} unlabelled for each labelled row"));
    }
    if !data.is_empty() {
        facts.push(("reads", data.join(", ")));
    }
    if !member.absent.is_empty() {
        facts.push(("absent", format!("{} (may be, and is)", member.absent.join(", "))));
    }
    let levels: Vec<String> = member.intervals.iter().map(|level| format!("{level} %")).collect();
    let intervals = match levels.is_empty() {
        true => String::new(),
        false => format!(", intervals of {} from held-out training rows", levels.join(", ")),
    };
    facts.push(("gives", format!("{} ({}){intervals}", member.gives, member.outputs.join(", "))));
    if let What::Predictor { seed, tune, target_transform, complexity, cost, cached, .. } = &member.what {
        facts.push(("target", target_transform.clone()));
        let costs = [complexity.clone(), cost_in_words(cost).to_owned()];
        let costs: Vec<String> = costs.into_iter().filter(|cost| !cost.is_empty()).collect();
        if !costs.is_empty() {
            facts.push(("cost", costs.join("; ")));
        }
        facts.push(("cached", cached.to_string()));
        facts.extend(seed.map(|seed| ("seed", seed.to_string())));
        facts.extend(tune.as_ref().map(|tune| {
            let seconds = tune.seconds.map(|seconds| format!(", {seconds} s at most")).unwrap_or_default();
            let text = format!(
                "{} {} in {} folds by {}{seconds}",
                tune.trials,
                plural(tune.trials, "setting"),
                tune.folds,
                tune.metric.name()
            );
            ("tuned", text)
        }));
    }
    if let What::Column { seconds: Some(seconds), .. } = &member.what {
        let took = match seconds {
            ColumnSeconds::Each(seconds) => format!("{seconds} s for a row"),
            ColumnSeconds::Column(column) => format!("the seconds of column {column} for a row"),
        };
        facts.push(("cost", took));
    }
    let fits = format!("{} {}", member.fits, plural(member.fits, "fit"));
    let learns = match (member.learns, member.cross_fitted_in) {
        (false, _) => "nothing".to_owned(),
        (true, None) => "of targets".to_owned(),
        (true, Some(folds)) => format!("of targets, cross-fitted in {folds} {}", plural(folds, "fold")),
    };
    facts.push(match &member.what {
        What::Predictor { .. } => ("learns", format!("{learns}; {fits}")),
        _ => ("learns", learns),
    });
    if !member.row_independent {
        facts.push(("rows", "a row's score depends on which other rows are asked".to_owned()));
    }
    facts
}

fn cost_in_words(class: &str) -> &str {
    match class {
        "micro" => "microseconds for a row",
        "milli" => "milliseconds for a row",
        "seconds" => "seconds for a row",
        other => other,
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Predictor { predictor, params, .. } => {
                f.write_str(predictor)?;
                let shown = params.iter().map(|(name, value)| match value {
                    Value::String(text) => format!("{name} = {text:?}"),
                    value => format!("{name} = {value}"),
                });
                let shown: Vec<String> = shown.collect();
                if shown.is_empty() { Ok(()) } else { write!(f, ", {}", shown.join(", ")) }
            }
            What::Column { column, goal: "fit", .. } => write!(f, "column {column}, its sign learnt"),
            What::Column { column, goal: "minimize", .. } => write!(f, "column {column}, lower is better"),
            What::Column { column, .. } => write!(f, "column {column}, higher is better"),
            What::Combination { combine, keep, learnt } => {
                f.write_str(combine)?;
                match (keep, *combine, learnt) {
                    (Some(keep), ..) => write!(f, ", each keeps {keep} for the next"),
                    (None, "weighted", true) => f.write_str(", weights learnt on training rows"),
                    (None, "select", true) => f.write_str(", chosen on training rows"),
                    _ => Ok(()),
                }
            }
        }
    }
}
