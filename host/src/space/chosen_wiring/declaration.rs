//! The keys of a space that chooses one wiring of a list.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{WiringSpace, Wirings};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// One wiring of a list, and one operation on each of its nodes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChosenWiring {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    pub wirings: Vec<String>,
    pub operations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    pub text: Vec<TextForm>,
}

/// How an architecture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextForm {
    /// `0013,graph|fc|gcn|cheb`: what each node reads, then the operation of each.
    #[serde(rename = "links,operations")]
    LinksOperations,
}

impl Declaration for ChosenWiring {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        let wirings = Wirings::new(self)?;
        Ok(Arc::new(WiringSpace { decisions: wirings.decisions(), wirings }))
    }
}
