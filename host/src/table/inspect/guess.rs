//! What a name and a range say of a column.

use archcast_sdk::header::Goal;

use crate::table::Unit;

/// What a column seems to measure, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// An accuracy, or another score of which more is better.
    Score,
    /// A loss or an error.
    Loss,
    /// Seconds and the like.
    Time,
    /// Size or work: parameters, operations, energy.
    Cost,
    /// Anything else.
    Unknown,
}

const SCORES: [&str; 14] = [
    "acc",
    "accuracy",
    "accs",
    "f1",
    "auc",
    "ssim",
    "map",
    "miou",
    "iou",
    "psnr",
    "precision",
    "recall",
    "top1",
    "score",
];
const LOSSES: [&str; 12] =
    ["loss", "error", "err", "nll", "mse", "rmse", "mae", "ppl", "perplexity", "wer", "fid", "regret"];
const TIMES: [&str; 9] =
    ["time", "seconds", "second", "sec", "secs", "latency", "duration", "hours", "minutes"];
const COSTS: [&str; 9] =
    ["params", "flops", "macs", "energy", "memory", "size", "parameters", "nparams", "power"];

impl Measure {
    /// By the words of a name.
    pub(super) fn of(name: &str) -> Measure {
        let words = words(name);
        let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        // `train_acc_time_s` is a time, and `acc_loss` a loss.
        match () {
            () if any(&TIMES) => Measure::Time,
            () if any(&COSTS) => Measure::Cost,
            () if any(&LOSSES) => Measure::Loss,
            () if any(&SCORES) => Measure::Score,
            () => Measure::Unknown,
        }
    }

    /// Which way is better.
    pub(super) fn goal(self) -> Option<Goal> {
        match self {
            Measure::Score => Some(Goal::Maximize),
            Measure::Loss | Measure::Time | Measure::Cost => Some(Goal::Minimize),
            Measure::Unknown => None,
        }
    }
}

/// The words of a name in lower case: `valAcc_12ep` has val, acc, 12 and ep.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in name.chars() {
        let digit = |character: char| character.is_ascii_digit();
        // `f1` and `top1` are words; elsewhere a digit begins a new one.
        let joins = words.last().is_some_and(|word| digit(character) && (word == "f" || word == "top"));
        let begins = !before.is_alphanumeric()
            || character.is_uppercase() && before.is_lowercase()
            || digit(character) != digit(before) && !joins;
        if character.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !begins => word.extend(character.to_lowercase()),
                _ => words.push(character.to_lowercase().collect()),
            }
        }
        before = character;
    }
    words
}

/// A curve's name in the field's words.
pub(super) fn curve_name(column: &str) -> String {
    let skip = ["curve", "curves", "epoch", "epochs", "history", "by", "per", "ep", "list"];
    let words: Vec<String> = words(column)
        .into_iter()
        .filter(|word| !skip.contains(&word.as_str()))
        .map(|word| match word.as_str() {
            "valid" | "validation" => "val".to_owned(),
            "accuracy" => "acc".to_owned(),
            "training" => "train".to_owned(),
            _ => word,
        })
        .collect();
    if words.is_empty() { "curve".to_owned() } else { words.join("_") }
}

/// The unit of values that span this range.
pub(super) fn unit(name: &str, measure: Measure, range: Option<(f64, f64)>) -> Option<Unit> {
    let last = words(name).pop().unwrap_or_default();
    match (measure, range) {
        (Measure::Score, Some((lowest, highest))) if lowest >= 0.0 && highest <= 1.0 => Some(Unit::Fraction),
        (Measure::Score, Some((lowest, highest))) if lowest >= 0.0 && highest > 1.5 && highest <= 100.0 => {
            Some(Unit::Percent)
        }
        (Measure::Time, _) if ["s", "ms", "us", "h"].contains(&last.as_str()) => Some(Unit::Other(last)),
        _ => None,
    }
}

/// How likely a column is the value to predict; `None` where it is not.
pub(super) fn target_rank(name: &str) -> Option<u32> {
    let words = words(name);
    let has = |word: &str| words.iter().any(|have| have == word);
    if ["zc", "std", "seed", "proxy", "index", "id"].iter().any(|word| has(word)) {
        return None;
    }
    let measure = match Measure::of(name) {
        Measure::Score => 40,
        Measure::Loss => 20,
        Measure::Unknown if has("metric") || has("target") || has("reward") => 10,
        _ => return None,
    };
    let part = match () {
        () if has("val") || has("valid") || has("validation") => 3,
        () if has("test") => 2,
        () if has("train") || has("training") => 0,
        () => 1,
    };
    // A single run, or a shorter training, is not what the table is about.
    let plain = u32::from(!has("run") && !words.iter().any(|word| word.parse::<u32>().is_ok()));
    Some(measure + 8 * plain + part)
}
