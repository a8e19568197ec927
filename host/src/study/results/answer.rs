//! The answer of a study in a sentence.

use super::{BudgetComparison, Results};
use crate::study::{
    cells::budget_in_words,
    metrics::Metric,
    statistics::{Against, CompareError, Verdict},
};

/// Most members that a sentence names.
const NAMED: usize = 6;

/// Which member is best at the largest budget, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What it is made of.
    pub compared: BudgetComparison,
    /// The sentence.
    pub sentence: String,
}

impl Results {
    /// The answer at the largest budget of the study.
    ///
    /// # Errors
    /// Nothing is done at that budget.
    pub fn answer(&self, metric: Metric) -> Result<Answer, CompareError> {
        let labels = self.members().iter().flat_map(|member| &member.labels).max().copied();
        let fidelity = self.members().iter().flat_map(|member| &member.fidelities).max().copied();
        let compared = self.compare(labels, fidelity, metric)?;
        let sentence = sentence(&compared);
        Ok(Answer { compared, sentence })
    }
}

fn sentence(compared: &BudgetComparison) -> String {
    let comparison = &compared.comparison;
    let best = &comparison.best;
    let turned =
        |value: f64| if compared.metric.turned(1.0) < compared.metric.turned(0.0) { -value } else { value };
    let near = matches!(compared.metric.better(), crate::study::metrics::Better::Near(_));
    let value = if near { format!("{:.3} off", -best.mean) } else { format!("{:.3}", turned(best.mean)) };
    let interval = best
        .interval
        .map_or(String::new(), |interval| format!(" ± {:.3} (95 % interval)", interval.half_width()));
    let trials =
        if comparison.trials == 1 { "1 trial".to_owned() } else { format!("{} trials", comparison.trials) };
    let mut text = format!(
        "{} ranks best{}: {} {value}{interval} over {trials}",
        best.name,
        budget(compared),
        compared.metric.in_words()
    );
    if let Some(next) = comparison.others.iter().find(|other| other.verdict != Verdict::Tied) {
        let way = if turned(1.0) > 0.0 && !near { "above" } else { "better than" };
        match next.verdict {
            Verdict::Worse => {
                let (name, sure) = (&next.standing.name, certainty(next));
                text.push_str(&format!(", {:.3} {way} {name} (paired, {sure})", next.difference));
            }
            _ => text
                .push_str(&format!("; against {} it is undecided, {trials} are too few", next.standing.name)),
        }
    }
    let tied: Vec<&str> = comparison.tied().skip(1).map(|standing| &standing.name[..]).collect();
    match tied.len() {
        0 if comparison.others.is_empty() => {}
        0 => text.push_str("; tied: none"),
        more if more > NAMED => {
            text.push_str(&format!("; tied: {} and {} more", tied[..NAMED].join(", "), more - NAMED))
        }
        _ => text.push_str(&format!("; tied: {}", tied.join(", "))),
    }
    text.push('.');
    text
}

fn budget(compared: &BudgetComparison) -> String {
    match budget_in_words(compared.labels, compared.fidelity) {
        both if both.is_empty() => String::new(),
        both => format!(" at {}", both.join(" and ")),
    }
}

/// How sure a difference is: by its p-value, or by its interval where the trials are too few for a small one.
fn certainty(against: &Against) -> String {
    match (against.holm_p, against.interval) {
        (p, _) if p < 0.001 => "p < 0.001".to_owned(),
        (p, Some(interval)) if p >= 0.05 => {
            format!("95 % interval {:.3} to {:.3}", interval.lower, interval.upper)
        }
        (p, _) => format!("p = {p:.3}"),
    }
}
