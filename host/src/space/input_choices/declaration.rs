//! The keys of cells whose nodes choose what they read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Cells, InputSpace};
use crate::space::declaration::Declaration;
use crate::space::kind::Kind;

/// Cells whose nodes choose what they read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputChoices {
    pub kind: String,
    pub name: String,
    #[serde(default, skip_serializing)]
    pub summary: String,
    #[serde(default, skip_serializing)]
    pub cite: String,
    pub cells: Vec<String>,
    pub inputs: u16,
    pub nodes: u16,
    pub reads: u16,
    pub operations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    pub text: Vec<TextForm>,
}

/// How an architecture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextForm {
    /// `Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=[2, 3, 4, 5], ...)`: operation and node read.
    Genotype,
    /// `(((0, 3), (1, 3), ...), (...))`: node read and number of the operation.
    Nested,
    /// `0:3 1:3 ... | 0:0 1:0 ...`: node read and number of the operation.
    Pairs,
    /// `{"edge_normal_0": "sep_conv_3x3", "inputs_node_normal_3": "0_1", ...}`: a JSON object.
    ConfigSpace,
}

impl Declaration for InputChoices {
    fn prose(&self) -> [&str; 3] {
        [&self.name, &self.summary, &self.cite]
    }

    fn check(&self) -> Result<Arc<dyn Kind>, Vec<String>> {
        let cells = Cells::new(self)?;
        Ok(Arc::new(InputSpace { decisions: cells.decisions(), cells, text: self.text.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    // Saved models name their space by the digest of this text: if this test fails, models saved before no longer load.
    #[test]
    fn the_declaration_of_darts_holds_still() {
        assert_eq!(
            Space::builtin("darts").unwrap().declaration(),
            r#"{"kind":"input-choices","name":"darts","cells":["normal","reduce"],"inputs":2,"nodes":4,"reads":2,"operations":["max_pool_3x3","avg_pool_3x3","skip_connect","sep_conv_3x3","sep_conv_5x5","dil_conv_3x3","dil_conv_5x5"],"identity":"skip_connect","text":["genotype","nested","pairs","configspace"]}"#
        );
    }
}
