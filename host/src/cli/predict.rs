//! `archcast predict MODEL`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json, table, tell_hits, warn},
    rows::Part,
};
use crate::{
    compose::{CacheHits, Candidates, FittedModel, Forecast, ForecastFile, Ranking},
    table::Format,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

const EXAMPLES: &str = "\
Examples:
  archcast predict first.model --top 10
  archcast predict first.model --table candidates.parquet -o predictions.csv.gz
  archcast predict first.model --arch '|nor_conv_3x3~0|+|skip_connect~0|none~1|+|none~0|none~1|nor_conv_1x1~2|'";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The model, a file that `archcast fit` wrote.
    model: PathBuf,
    /// The table to predict, in place of the one that the model was fitted on.
    #[arg(long, value_name = "TABLE", conflicts_with = "arch")]
    table: Option<String>,
    /// One architecture in the text form of its space (several may be given).
    #[arg(long, value_name = "TEXT")]
    arch: Vec<String>,
    /// How many of the best rows are shown.
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Write every row's prediction to this file: .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet.
    #[arg(long, short, value_name = "OUT")]
    output: Option<PathBuf>,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    if let Some(path) = &args.output {
        // Before anything is predicted for nothing.
        Format::of(path).map_err(failure)?;
    }
    let services = shared.services(0);
    let cache = shared.cache()?;
    let model = FittedModel::load_with_cache(&args.model, &shared.registry(), &services, cache.as_ref());
    let model = model.map_err(failure)?;
    let services = shared.services_with_rows(model.header().seed);
    let mut ranking = Ranking::new(model.header().goal, args.top);
    let mut file = args.output.as_deref().map(ForecastFile::new);
    let mut take = |forecast: Forecast| -> Result<(), Failure> {
        ranking.add(&forecast);
        file.as_mut().map_or(Ok(()), |file| file.add(&forecast)).map_err(failure)
    };
    if args.arch.is_empty() {
        let here = std::env::current_dir().map_err(failure)?;
        let candidates = Candidates::open(&model, args.table.as_deref(), &here).map_err(failure)?;
        let mut warned: BTreeSet<String> = candidates.warning().map(str::to_owned).into_iter().collect();
        warn(&warned.iter().cloned().collect::<Vec<_>>());
        let (mut before, total) = (0, candidates.total());
        for rows in candidates {
            let rows = rows.map_err(failure)?;
            shared.rows.within(total.map(|total| Part { before, rows: rows.len(), total }));
            before += rows.len();
            let new: Vec<String> =
                rows.warnings().iter().filter(|text| warned.insert((*text).clone())).cloned().collect();
            warn(&new);
            take(Forecast::of_rows(&model, rows, &services).map_err(failure)?)?;
        }
    } else {
        take(Forecast::of_architectures(&model, &args.arch, &services).map_err(failure)?)?;
    }
    file.map_or(Ok(()), ForecastFile::finish).map_err(failure)?;
    let hits = tell_hits(cache.as_deref(), shared.json);
    match shared.json {
        true => print_json(&as_json(&ranking, hits)),
        false => print(&as_text(&ranking, args.output.as_deref())),
    }
}

fn as_json(ranking: &Ranking, hits: Option<CacheHits>) -> Value {
    let best: Vec<Value> = ranking
        .best()
        .iter()
        .map(|row| {
            let outputs: serde_json::Map<String, Value> = ranking
                .output_names()
                .iter()
                .cloned()
                .zip(row.outputs.iter().map(|&value| value.into()))
                .collect();
            json!({ "id": row.id, "outputs": outputs, "true": row.truth, "missing": row.missing })
        })
        .collect();
    json!({
        "rows": ranking.len(),
        "training_rows": ranking.training_rows(),
        "same_network_rows": ranking.same_network_rows(),
        "missing_rows": ranking.missing_rows(),
        "best": best,
        "kendall_tau": ranking.kendall_tau().and_then(Result::ok),
        "compared_rows": ranking.compared(),
        "cache": hits,
    })
}

fn as_text(ranking: &Ranking, output: Option<&Path>) -> String {
    let names = ranking.output_names();
    let with_truth = ranking.has_truth();
    let mut head = vec!["rank", "architecture"];
    head.extend(names.iter().map(|name| if name == "mean" { "predicted" } else { name }));
    if with_truth {
        head.push("true");
    }
    let rows: Vec<Vec<String>> = ranking
        .best()
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let mut cells = vec![format!("{:>4}", place + 1), row.id.clone()];
            match &row.missing {
                Some(reason) => cells.push(format!("missing: {reason}")),
                None => cells.extend(row.outputs.iter().map(|value| format!("{value:9.3}"))),
            }
            if with_truth && row.missing.is_none() {
                cells.push(row.truth.map_or_else(String::new, |truth| format!("{truth:7.3}")));
            }
            cells
        })
        .collect();
    let mut text = table(&head, &rows);
    text.push('\n');
    match ranking.training_rows() {
        0 => text.push_str(&format!("{} predicted", rows_in_words(ranking.len()))),
        trained => text.push_str(&format!(
            "{} predicted, {trained} of them trained the model and are not ranked",
            rows_in_words(ranking.len())
        )),
    }
    if ranking.missing_rows() > 0 {
        text.push_str(&format!("; missing: {}", rows_in_words(ranking.missing_rows())));
    }
    text.push('\n');
    match ranking.kendall_tau() {
        Some(Ok(tau)) => {
            let left_out = match ranking.same_network_rows() {
                0 => String::new(),
                same => {
                    format!(" ({} the same network as one that trained are left out)", rows_in_words(same))
                }
            };
            text.push_str(&format!(
                "Kendall tau over {} unseen rows{left_out}: {tau:.3}\n",
                ranking.compared()
            ));
        }
        Some(Err(reason)) => text.push_str(&format!("Kendall tau cannot be told: {reason}\n")),
        None => {}
    }
    if let Some(path) = output {
        text.push_str(&format!("wrote {}\n", path.display()));
    }
    text
}

fn rows_in_words(count: usize) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}
