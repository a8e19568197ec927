//! The spaces that come with archcast.

use super::Space;

/// Name and declaration of every built-in space.
const BUILTIN: [(&str, &str); 9] = [
    ("nas-bench-101", include_str!("builtin/nas-bench-101.toml")),
    ("nas-bench-201", include_str!("builtin/nas-bench-201.toml")),
    ("darts", include_str!("builtin/darts.toml")),
    ("nas-bench-nlp", include_str!("builtin/nas-bench-nlp.toml")),
    ("nas-bench-macro", include_str!("builtin/nas-bench-macro.toml")),
    ("nas-bench-graph", include_str!("builtin/nas-bench-graph.toml")),
    ("transnas-micro", include_str!("builtin/transnas-micro.toml")),
    ("transnas-macro", include_str!("builtin/transnas-macro.toml")),
    ("spikenas", include_str!("builtin/spikenas.toml")),
];

impl Space {
    /// The built-in space of that name.
    pub fn builtin(name: &str) -> Option<Space> {
        let (name, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        Some(Space::from_toml(text, name).expect("a test reads every built-in declaration"))
    }

    /// Names of the built-in spaces.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_space_declares_the_name_it_is_found_under() {
        for name in Space::builtin_names() {
            assert_eq!(Space::builtin(name).unwrap().name(), name);
        }
        assert!(Space::builtin("nas-bench-202").is_none());
    }

    #[test]
    fn nas_bench_201_has_six_decisions_of_five_operations() {
        let space = Space::builtin("nas-bench-201").unwrap();
        let names: Vec<&str> = space.decisions().iter().map(|decision| decision.name.as_str()).collect();
        assert_eq!(names, ["0-1", "0-2", "1-2", "0-3", "1-3", "2-3"]);
        for decision in space.decisions() {
            assert_eq!(
                decision.choices,
                ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"]
            );
        }
    }
}
