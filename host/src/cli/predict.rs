//! `archcast predict MODEL`.

use super::{
    Failure, Shared,
    output::{failure, print, print_json, sentence, table, warn},
};
use crate::{
    compose::{FittedModel, Forecast},
    table::Rows,
};
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  archcast predict first.model --top 10
  archcast predict first.model --table candidates.csv -o predictions.csv
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
    /// Write every row's prediction to this CSV file.
    #[arg(long, short, value_name = "OUT")]
    output: Option<PathBuf>,
}

pub fn run(args: Args, shared: &Shared) -> Result<(), Failure> {
    let services = shared.services(0);
    let model = FittedModel::load(&args.model, &shared.registry(), &services).map_err(failure)?;
    let services = shared.services(model.header().seed);
    let forecast = if args.arch.is_empty() {
        let rows = read_rows(&model, args.table)?;
        Forecast::of_rows(&model, rows, &services).map_err(failure)?
    } else {
        Forecast::of_architectures(&model, &args.arch, &services).map_err(failure)?
    };
    if let Some(path) = &args.output {
        forecast.write_csv(path).map_err(|error| sentence(format!("{}: {error}", path.display())))?;
    }
    match shared.json {
        true => print_json(&as_json(&forecast, args.top)),
        false => print(&as_text(&forecast, args.top, args.output.as_deref())),
    }
}

fn read_rows(model: &FittedModel, table: Option<String>) -> Result<Rows, Failure> {
    let here = std::env::current_dir().map_err(failure)?;
    let mut spec = model.header().data.clone();
    if let Some(table) = table {
        spec.table = Some(table);
    }
    let rows = Rows::read_candidates(&spec, &here, &model.header().curves()).map_err(failure)?;
    warn(rows.warnings());
    Ok(rows)
}

fn as_json(forecast: &Forecast, top: usize) -> Value {
    let best: Vec<Value> = forecast
        .best(top)
        .into_iter()
        .map(|row| {
            let outputs: serde_json::Map<String, Value> =
                forecast.outputs(row).map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
            json!({
                "id": forecast.id(row),
                "outputs": outputs,
                "true": forecast.truth(row),
                "missing": forecast.reason(row),
            })
        })
        .collect();
    json!({
        "rows": forecast.len(),
        "training_rows": forecast.training_rows(),
        "missing_rows": forecast.missing_rows(),
        "best": best,
        "kendall_tau": forecast.kendall_tau().and_then(Result::ok),
        "compared_rows": forecast.compared(),
    })
}

fn as_text(forecast: &Forecast, top: usize, output: Option<&std::path::Path>) -> String {
    let best = forecast.best(top);
    let names: Vec<String> = forecast.output_names();
    let with_truth = forecast.has_truth();
    let mut head = vec!["rank", "architecture"];
    let shown: Vec<String> =
        names.iter().map(|name| if name == "mean" { "predicted".to_owned() } else { name.clone() }).collect();
    head.extend(shown.iter().map(String::as_str));
    if with_truth {
        head.push("true");
    }
    let rows: Vec<Vec<String>> = best
        .iter()
        .enumerate()
        .map(|(place, &row)| {
            let mut cells = vec![format!("{:>4}", place + 1), forecast.id(row).to_owned()];
            match forecast.reason(row) {
                Some(reason) => cells.push(format!("missing: {reason}")),
                None => cells.extend(forecast.outputs(row).map(|(_, value)| format!("{value:9.3}"))),
            }
            if with_truth && forecast.reason(row).is_none() {
                cells.push(forecast.truth(row).map_or_else(String::new, |truth| format!("{truth:7.3}")));
            }
            cells
        })
        .collect();
    let mut text = table(&head, &rows);
    text.push('\n');
    match forecast.training_rows() {
        0 => text.push_str(&format!("{} predicted", rows_in_words(forecast.len()))),
        trained => text.push_str(&format!(
            "{} predicted, {trained} of them trained the model and are not ranked",
            rows_in_words(forecast.len())
        )),
    }
    if forecast.missing_rows() > 0 {
        text.push_str(&format!("; missing: {}", rows_in_words(forecast.missing_rows())));
    }
    text.push('\n');
    match forecast.kendall_tau() {
        Some(Ok(tau)) => {
            text.push_str(&format!("Kendall tau over {} unseen rows: {tau:.3}\n", forecast.compared()));
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
