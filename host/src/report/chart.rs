//! A chart of the report: a drawing, what it shows in words, and its numbers.

use super::csv::Csv;

/// A chart.
#[derive(Debug)]
pub struct Chart {
    /// Its name in addresses and files.
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// What is drawn and how to read it.
    pub words: String,
    /// The drawing.
    pub svg: String,
    /// All numbers that are drawn.
    pub csv: Csv,
    /// Whether the page shows it only when asked.
    pub folded: bool,
}
