//! Sets of parameters.

use archcast_sdk::prelude::*;

/// Where the parameters that are left out come from.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// What ranks well: searches that end at a maximum.
    #[default]
    Archcast,
    /// The setting of NASLib and of the study: 200 steps of Adam, wherever they lead. It wants
    /// `target_transform = "none"`.
    Naslib,
}
