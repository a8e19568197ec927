//! The spaces that there are networks for.

pub mod darts;
pub mod nas_bench_101;
pub mod nas_bench_201;
pub mod nas_bench_macro;
pub mod transnas_micro;

use archcast_sdk::header::SpaceInfo;

use crate::ArchitectureError;

/// A space that there are networks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Space {
    /// Ying et al., NAS-Bench-101, ICML 2019.
    NasBench101,
    /// Dong and Yang, NAS-Bench-201, ICLR 2020.
    NasBench201,
    /// Liu et al., DARTS, ICLR 2019.
    Darts,
    /// Su et al., NAS-Bench-Macro, CVPR 2021.
    NasBenchMacro,
    /// Duan et al., TransNAS-Bench-101, CVPR 2021.
    TransnasMicro,
}

/// The choices of one decision by name.
type Choices = Vec<&'static str>;

impl Space {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::NasBench101, Self::NasBench201, Self::Darts, Self::NasBenchMacro, Self::TransnasMicro];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NasBench101 => "nas-bench-101",
            Self::NasBench201 => "nas-bench-201",
            Self::Darts => "darts",
            Self::NasBenchMacro => "nas-bench-macro",
            Self::TransnasMicro => "transnas-micro",
        }
    }

    /// The names of all, for a message.
    pub fn known() -> String {
        Self::ALL.map(|space| format!("`{}`", space.name())).join(", ")
    }

    /// The space that data belong to: by its name, and its decisions must be the published ones.
    ///
    /// # Errors
    /// A space that there are no networks for, or that has a published name and other decisions.
    pub fn of(info: &SpaceInfo) -> Result<Self, ArchitectureError> {
        let unknown = || ArchitectureError::Space(info.name.clone());
        let space = Self::ALL.into_iter().find(|space| space.name() == info.name).ok_or_else(unknown)?;
        let published = space.choices();
        let found: Vec<Vec<&str>> = (info.decisions.iter())
            .map(|decision| decision.choices.iter().map(String::as_str).collect())
            .collect();
        let told = |choices: Option<&Vec<&str>>| match choices {
            Some(choices) => format!("one of {}", choices.join(", ")),
            None => "none".to_owned(),
        };
        match (0..published.len().max(found.len())).find(|&place| published.get(place) != found.get(place)) {
            None => Ok(space),
            Some(place) => Err(ArchitectureError::Decision {
                space: space.name(),
                place: place + 1,
                found: told(found.get(place)),
                published: told(published.get(place)),
            }),
        }
    }

    /// Its decisions as published.
    pub(crate) fn choices(self) -> Vec<Choices> {
        match self {
            Self::NasBench101 => nas_bench_101::choices(),
            Self::NasBench201 => vec![nas_bench_201::OPERATIONS.to_vec(); nas_bench_201::EDGES.len()],
            Self::Darts => darts::choices(),
            Self::NasBenchMacro => vec![nas_bench_macro::BLOCKS.to_vec(); 8],
            Self::TransnasMicro => vec![transnas_micro::OPERATIONS.to_vec(); nas_bench_201::EDGES.len()],
        }
    }
}
