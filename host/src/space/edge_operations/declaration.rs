//! The keys of a cell with one operation on each edge.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::frame::Form;
use super::paths::routes;
use super::{Cell, EdgeSpace};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// A cell with one operation on each edge.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EdgeOperations {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    pub nodes: u16,
    pub edges: Vec<String>,
    pub operations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    pub text: Vec<TextForm>,
}

/// How an architecture is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum TextForm {
    /// `|op~0|+|op~0|op~1|`: node by node, each operation with the node it reads.
    OpSource,
    /// `421`: one digit for each decision, in the order of the edges.
    Digits,
    /// `64-{0-1}_{0-2}{1-2}`: the digit of each edge in a frame of fixed text.
    Frame(String),
}

impl From<String> for TextForm {
    fn from(text: String) -> TextForm {
        match text.as_str() {
            "op~source" => TextForm::OpSource,
            "digits" => TextForm::Digits,
            _ => TextForm::Frame(text),
        }
    }
}

impl From<TextForm> for String {
    fn from(form: TextForm) -> String {
        match form {
            TextForm::OpSource => "op~source".to_owned(),
            TextForm::Digits => "digits".to_owned(),
            TextForm::Frame(text) => text,
        }
    }
}

impl Declaration for EdgeOperations {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        let cell = Cell::new(self)?;
        let forms: Result<Vec<Form>, String> = self.text.iter().map(|text| Form::new(text, &cell)).collect();
        let forms = forms.map_err(|reason| vec![reason])?;
        let (decisions, routes) = (cell.decisions(), routes(&cell.edges, cell.output()));
        Ok(Arc::new(EdgeSpace { decisions, routes, cell, forms }))
    }
}
