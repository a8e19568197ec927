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

#[cfg(test)]
mod tests {
    use crate::space::Space;

    // Saved models name their space by the digest of this text: if this test fails, models saved before no longer load.
    #[test]
    fn the_declaration_of_nas_bench_graph_holds_still() {
        assert_eq!(
            Space::builtin("nas-bench-graph").unwrap().declaration(),
            r#"{"kind":"chosen-wiring","name":"nas-bench-graph","wirings":["0000","0001","0011","0012","0013","0111","0112","0122","0123"],"operations":["gat","gcn","gin","cheb","sage","arma","graph","fc","skip"],"identity":"skip","text":["links,operations"]}"#
        );
    }
}
