//! A column of the table in a plan, and what measuring it took.

use super::super::{ColumnGoal, ColumnMember, ColumnSeconds, Located, Mistake};
use super::{Gives, NodeKind, Plan, PlanNode, Surroundings, columns, inputs::is_target, left_out};
use crate::{
    space::nearest::{clip, suggest},
    table::{DataError, Rows},
};

pub fn plan(
    title: &str,
    name: String,
    member: &ColumnMember,
    around: &Surroundings<'_>,
    mistakes: &mut Vec<Mistake>,
    warnings: &mut Vec<String>,
) -> Option<PlanNode> {
    let text = &member.column.value;
    let seconds = member.seconds.as_ref().map(|seconds| seconds.value.clone());
    let planned = || PlanNode {
        name: name.clone(),
        kind: NodeKind::Column { column: text.clone(), goal: member.goal, seconds },
        gives: Gives::Score,
        learns: member.goal == ColumnGoal::Fit,
        row_independent: true,
        conformal: false,
    };
    let Some(rows) = around.rows else { return Some(planned()) };
    let before = mistakes.len();
    let columns = around.columns();
    let is_there = columns.contains(&&text[..]);
    let mut wrong = |message: String, help: String| {
        let place = member.column.place.clone();
        let mut mistake = Mistake::new(place, format!("{title}: {message}")).help(help);
        mistake.lacking = !is_there;
        mistakes.push(mistake);
    };
    if !is_there {
        if around.composition.is_optional(&name) {
            warnings.push(left_out(&name, format!("the table has no column `{text}`")));
            return None;
        }
        let origin = rows.table().origin();
        wrong(format!("the table {origin} has no column `{text}`"), suggest(text, columns));
    } else if is_target(rows, text) {
        let help = "name a column that is known before training".to_owned();
        wrong(format!("the column `{text}` is the target itself"), help);
    } else if let Err(error) = rows.numbers(text) {
        wrong(error.to_string(), "name a column of numbers".to_owned());
    }
    if let Some(seconds) = &member.seconds {
        check_seconds(title, seconds, rows, mistakes);
    }
    (mistakes.len() == before).then(planned)
}

fn check_seconds(title: &str, seconds: &Located<ColumnSeconds>, rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let ColumnSeconds::Column(column) = &seconds.value else { return };
    let origin = rows.table().origin();
    let mut wrong = |message: String, help: String| {
        let text = format!("{title} `seconds`: {message}");
        mistakes.push(Mistake::new(seconds.place.clone(), text).help(help));
    };
    let columns = columns(Some(rows));
    if !columns.contains(&&column[..]) {
        return wrong(format!("the table {origin} has no column `{column}`"), suggest(column, columns));
    }
    let numbers = match rows.numbers(column) {
        Ok(numbers) => numbers,
        Err(error) => return wrong(error.to_string(), "name a column of numbers".to_owned()),
    };
    let negative = |(row, seconds): (usize, &Option<f64>)| Some((row, seconds.filter(|&s| s < 0.0)?));
    if let Some((row, took)) = numbers.iter().enumerate().find_map(negative) {
        wrong(
            format!("`{}` took {took} seconds by the column `{column}`", clip(rows.id(row))),
            "name a column of times, in seconds, none below 0".to_owned(),
        );
    }
}

impl Plan {
    /// Seconds that measuring each of these rows takes before any predictor is asked: the sum over all members of the plan
    /// that are columns. Unknown where one of them is; 0 where there is none. Where a cascade asks a member for some rows
    /// only, it is as if it asked for all.
    ///
    /// # Errors
    /// A column that these rows lack or that holds no numbers.
    pub fn query_seconds(&self, rows: &Rows) -> Result<Vec<Option<f64>>, DataError> {
        let mut sums = vec![Some(0.0); rows.len()];
        for node in &self.nodes {
            let NodeKind::Column { seconds, .. } = &node.kind else { continue };
            match seconds {
                None => sums.fill(None),
                Some(ColumnSeconds::Each(seconds)) => {
                    sums.iter_mut().flatten().for_each(|sum| *sum += seconds);
                }
                Some(ColumnSeconds::Column(column)) => {
                    for (sum, took) in sums.iter_mut().zip(rows.numbers(column)?.iter()) {
                        *sum = sum.zip(*took).map(|(sum, took)| sum + took);
                    }
                }
            }
        }
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compose::{Composition, PlanError},
        plugin::{Folders, Registry},
    };
    use std::{fs, path::Path};

    const TABLE: &str = "id,y,a,b,c,fast,slow,wrong,text\nr,1,2,3,4,0.5,10,1,x\ns,2,3,4,5,,20,-3,y\n";

    fn planned(seconds: [&str; 3], output: &str) -> Result<(Rows, Plan), PlanError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("t.csv"), TABLE).unwrap();
        let [a, b, c] = seconds;
        let text = format!(
            "[data]\ntable = \"t.csv\"\nid = \"id\"\ntarget = {{ column = \"y\", goal = \"maximize\" }}\n\
             [member.a]\ncolumn = \"a\"\ngoal = \"maximize\"\n{a}\n\
             [member.b]\ncolumn = \"b\"\ngoal = \"maximize\"\n{b}\n\
             [member.c]\ncolumn = \"c\"\ngoal = \"maximize\"\n{c}\n\
             [member.two]\ncombine = \"rank-mean\"\nmembers = [\"a\", \"b\"]\n\
             [member.all]\ncombine = \"rank-mean\"\nmembers = [\"two\", \"a\", \"c\"]\n\
             [model]\noutput = \"{output}\"\n"
        );
        let composition = Composition::parse(&text, "t.toml")?;
        let rows = Rows::read(&composition.data, folder.path())?;
        let registry = Registry::discover(Folders::only(&[]));
        let plan = Plan::check(&composition, &registry, &rows, Path::new("."))?;
        Ok((rows, plan))
    }

    fn seconds(seconds: [&str; 3], output: &str) -> Vec<Option<f64>> {
        let (rows, plan) = planned(seconds, output).unwrap();
        plan.query_seconds(&rows).unwrap()
    }

    #[test]
    fn seconds_are_summed_over_the_columns_that_the_answer_needs() {
        let all = ["seconds = \"fast\"", "seconds = 2", "seconds = \"slow\""];
        assert_eq!(seconds(all, "all"), [Some(12.5), None]);
        assert_eq!(seconds(all, "two"), [Some(2.5), None]);
        assert_eq!(seconds(all, "b"), [Some(2.0), Some(2.0)]);
        assert_eq!(seconds(["seconds = 0", "seconds = 0.0", ""], "two"), [Some(0.0), Some(0.0)]);
    }

    #[test]
    fn a_column_whose_seconds_are_not_said_makes_the_sum_unknown() {
        assert_eq!(seconds(["seconds = 1", "", "seconds = 1"], "two"), [None, None]);
    }

    #[test]
    fn wrong_seconds_are_named() {
        for (written, message) in [
            ("seconds = -1", "`seconds` is -1, which no measurement takes"),
            ("seconds = inf", "`seconds` is inf"),
            ("seconds = nan", "`seconds` is NaN"),
            ("seconds = [1]", "`seconds` is neither a number nor the name of a column"),
            ("seconds = \"fats\"", "t.csv has no column `fats`"),
            ("seconds = \"text\"", "`seconds`: "),
            ("seconds = \"wrong\"", "`seconds`: `s` took -3 seconds by the column `wrong`"),
        ] {
            let Err(PlanError::Config(error)) = planned([written, "", ""], "a") else { panic!("{written}") };
            let lines = error.lines();
            assert!(
                lines.len() == 1
                    && lines[0].starts_with("t.toml:8:11: [member.a] ")
                    && lines[0].contains(message),
                "{lines:?}"
            );
        }
    }
}
