//! The page: one file that loads nothing.

use super::{chart::Chart, csv::Csv, escape::html, made::made, numbers::Numbers, table::table};

/// What drawings look like; also within drawings that are files of their own.
const STYLE: &str = include_str!("style.css");
/// What the page looks like.
const PAGE_STYLE: &str = include_str!("page.css");
/// Sorting, filtering, the theme, the names of legends.
const SCRIPT: &str = include_str!("page.js");
/// Patterns of cells of the map.
const PATTERNS: &str = "<defs id=\"patterns\">\
    <pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path class=\"hatching\" d=\"M-1 1L1 -1M0 6L6 0M5 7L7 5\"/></pattern>\
    <pattern id=\"cross\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path class=\"hatching\" d=\"M0 0L6 6M0 6L6 0\"/></pattern></defs>";

/// The page of these charts.
pub fn page(numbers: &Numbers<'_>, title: &str, charts: &[Chart]) -> (String, Csv) {
    let mut page = String::new();
    let title = html(title);
    page.push_str(&format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\
         <link rel=\"icon\" href=\"data:,\"><title>{title}</title>\
         <style id=\"style\">\n{STYLE}</style><style>\n{PAGE_STYLE}</style></head><body>\n\
         <svg class=\"hidden\" aria-hidden=\"true\">{PATTERNS}</svg>\
         <header><h1>{title}</h1><button id=\"theme\" type=\"button\">light / dark</button></header>\n"
    ));
    page.push_str(&answer(numbers));
    page.push_str("<main><div class=\"charts\">\n");
    charts.iter().filter(|chart| !chart.folded).for_each(|chart| figure(&mut page, chart));
    page.push_str("</div>\n");
    for chart in charts.iter().filter(|chart| chart.folded) {
        page.push_str(&format!("<section><details><summary>{}</summary>", html(&chart.title)));
        figure(&mut page, chart);
        page.push_str("</details></section>\n");
    }
    let (rows, csv) = table(numbers);
    page.push_str(&format!(
        "<section><h2>All members and budgets</h2>\
         <p class=\"words\">A heading sorts. Times by the table come from the machine that trained the networks, measured ones from this machine.</p>\
         <input id=\"filter\" type=\"search\" placeholder=\"filter, e.g. a name\" aria-label=\"filter\">\
         <div class=\"scroll\">{rows}</div><div class=\"links\"><a download=\"numbers.csv\" href=\"{}\">CSV</a></div></section>\n",
        csv.link()
    ));
    page.push_str(&format!("<section><h2>How it was made</h2>{}</section></main>\n", made(numbers)));
    page.push_str(&format!("<script>\n{SCRIPT}</script></body></html>\n"));
    (page, csv)
}

/// The answer in a sentence, and what is still to come.
fn answer(numbers: &Numbers<'_>) -> String {
    let results = numbers.results;
    let mut text = match results.answer(numbers.metric) {
        Ok(answer) => format!("<p class=\"answer\">{}</p>\n", html(&answer.sentence)),
        Err(reason) => format!(
            "<p class=\"answer\">Which is best at the largest budget cannot be told: {}.</p>\n",
            html(&reason.to_string())
        ),
    };
    let (done, total) = results.done();
    if done < total {
        text.push_str(&format!("<p>The study is not complete: {done} of {total} cells are done.</p>\n"));
    }
    text
}

fn figure(page: &mut String, chart: &Chart) {
    let (name, title) = (chart.name, html(&chart.title));
    page.push_str(&format!(
        "<figure id=\"{name}\"><h2>{title}</h2><div class=\"draw\">{}</div><figcaption class=\"words\">{}</figcaption>\
         <div class=\"links\"><a download=\"{name}.csv\" href=\"{}\">CSV</a>\
         <button type=\"button\" data-svg=\"{name}.svg\">SVG</button></div></figure>\n",
        chart.svg,
        html(&chart.words),
        chart.csv.link()
    ));
}

/// A chart as a file of its own, in light and dark as its reader is.
pub fn standalone(chart: &Chart) -> String {
    let inner = chart.svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    let style = format!("><style>{STYLE}</style>{PATTERNS}");
    inner.replacen('>', &style, 1)
}
