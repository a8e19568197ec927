//! The keys of a cell with operations on its nodes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Cell, NodeSpace};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// A cell with one operation on each inner node and a choice of edges between the nodes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeOperations {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    pub nodes: u16,
    pub most_edges: u16,
    pub operations: Vec<String>,
}

impl Declaration for NodeOperations {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        Ok(Arc::new(NodeSpace::new(Cell::new(self)?)))
    }
}
