//! What stands around the cells that a genotype describes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArchitectureError, Space};

/// What stands around the cells that a genotype describes. What is left out is as published for the space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Outputs of the network.
    #[schemars(range(min = 1, max = 100_000))]
    pub classes: Option<u32>,
    /// Channels of the first cells: 16 for nas-bench-201, 128 for nas-bench-101, 32 for darts, 64 for transnas-micro;
    /// for nas-bench-macro 32, those of the stem.
    #[schemars(range(min = 8, max = 1024))]
    pub channels: Option<u32>,
    /// Cells: of a stage in nas-bench-201 (5), nas-bench-101 (3) and transnas-micro (2), in all in darts (8).
    #[schemars(range(min = 1, max = 60))]
    pub cells: Option<u32>,
    /// Width and height of an image, in pixels: 32, and 256 for transnas-micro.
    #[schemars(range(min = 8, max = 1024))]
    pub image: Option<u32>,
}

/// The settings of a space with nothing left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub classes: usize,
    pub channels: usize,
    pub cells: usize,
    pub image: usize,
}

impl Plan {
    /// The settings with what the space's benchmark published where they say nothing.
    pub fn of(space: Space, settings: &Settings) -> Result<Self, ArchitectureError> {
        let published = match space {
            Space::NasBench101 => Plan { classes: 10, channels: 128, cells: 3, image: 32 },
            Space::NasBench201 => Plan { classes: 10, channels: 16, cells: 5, image: 32 },
            Space::Darts => Plan { classes: 10, channels: 32, cells: 8, image: 32 },
            Space::NasBenchMacro => Plan { classes: 10, channels: 32, cells: 1, image: 32 },
            Space::TransnasMicro => Plan { classes: 100, channels: 64, cells: 2, image: 256 },
        };
        let or = |given: Option<u32>, published: usize| given.map_or(published, |given| given as usize);
        let plan = Plan {
            classes: or(settings.classes, published.classes),
            channels: or(settings.channels, published.channels),
            cells: or(settings.cells, published.cells),
            image: or(settings.image, published.image),
        };
        let wrong = |setting, sentence: String| Err(ArchitectureError::Setting { setting, sentence });
        if space == Space::NasBenchMacro && settings.cells.is_some() {
            return wrong(
                "cells",
                "is given, but nas-bench-macro has eight layers always; leave it out".into(),
            );
        }
        if space == Space::Darts && plan.cells < 3 {
            let sentence =
                format!("is {}; a darts network has at least 3, two of them reductions", plan.cells);
            return wrong("cells", sentence);
        }
        if plan.classes == 0 || plan.cells == 0 {
            return wrong(
                if plan.classes == 0 { "classes" } else { "cells" },
                "is 0; it is at least 1".into(),
            );
        }
        if plan.channels < 8 || !plan.channels.is_multiple_of(2) {
            return wrong("channels", format!("is {}; it is an even number from 8 on", plan.channels));
        }
        // A reduction of nas-bench-201 adds a strided convolution and a pool, which round odd sizes otherwise.
        let step = if space == Space::NasBench201 { 4 } else { 1 };
        if plan.image < 8 || !plan.image.is_multiple_of(step) {
            let multiple = if step == 1 { String::new() } else { format!(" and a multiple of {step}") };
            return wrong("image", format!("is {}; it is at least 8{multiple}", plan.image));
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(space: Space, settings: Settings) -> String {
        Plan::of(space, &settings).unwrap_err().to_string()
    }

    #[test]
    fn settings_that_no_network_can_have_are_refused_with_what_would_be_right() {
        let image = Settings { image: Some(30), ..Settings::default() };
        assert_eq!(refusal(Space::NasBench201, image), "`image` is 30; it is at least 8 and a multiple of 4");
        assert!(Plan::of(Space::Darts, &image).is_ok());
        let channels = Settings { channels: Some(9), ..Settings::default() };
        assert_eq!(refusal(Space::Darts, channels), "`channels` is 9; it is an even number from 8 on");
        let cells = Settings { cells: Some(2), ..Settings::default() };
        assert!(refusal(Space::Darts, cells).starts_with("`cells` is 2;"));
        assert!(refusal(Space::NasBenchMacro, cells).ends_with("leave it out"));
    }
}
