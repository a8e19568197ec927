//! The numbers of a chart as CSV.

use super::escape::csv_link;
use crate::table::number::push_float;

/// A table that is written row by row. Numbers have all their digits, so that they come back as they were; what is not known
/// is empty.
#[derive(Debug, Default)]
pub struct Csv {
    text: String,
    at: usize,
}

impl Csv {
    /// With these columns.
    pub fn new(columns: &[&str]) -> Self {
        let mut csv = Self::default();
        columns.iter().for_each(|column| csv.word(column));
        csv.row();
        csv
    }

    /// Ends a row.
    pub fn row(&mut self) {
        self.text.push('\n');
        self.at = 0;
    }

    /// A text.
    pub fn word(&mut self, word: &str) {
        self.comma();
        if word.contains([',', '"', '\n', '\r']) {
            self.text.push_str(&format!("\"{}\"", word.replace('"', "\"\"")));
        } else {
            self.text.push_str(word);
        }
    }

    /// A whole number.
    pub fn count(&mut self, count: Option<u64>) {
        self.comma();
        if let Some(count) = count {
            self.text.push_str(&count.to_string());
        }
    }

    /// A number.
    pub fn number(&mut self, number: Option<f64>) {
        self.comma();
        if let Some(number) = number.filter(|number| number.is_finite()) {
            push_float(&mut self.text, number);
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as an address.
    pub fn link(&self) -> String {
        csv_link(&self.text)
    }

    fn comma(&mut self) {
        if self.at > 0 {
            self.text.push(',');
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_and_quotes_come_back() {
        let mut csv = Csv::new(&["name", "n", "value"]);
        csv.word("a,\"b\"");
        csv.count(None);
        csv.number(Some(0.1 + 0.2));
        csv.row();
        assert_eq!(csv.text(), "name,n,value\n\"a,\"\"b\"\"\",,0.30000000000000004\n");
        let mut reader = csv::Reader::from_reader(csv.text().as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!((&row[0], row[2].parse::<f64>().unwrap()), ("a,\"b\"", 0.1 + 0.2));
    }
}
