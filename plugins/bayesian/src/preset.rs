//! Sets of parameters.

use archcast_sdk::prelude::*;

/// Where the parameters that are left out come from.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// What ranks well and gives deviations that held-out rows confirm.
    #[default]
    Archcast,
    /// The setting of NASLib and of the study, without the faults of its code. It wants `target_transform = "none"`, and
    /// its deviations are too small.
    Naslib,
}
