//! From genotype to text.

use super::{InputSpace, TextForm};
use crate::space::kind::Kind;

impl InputSpace {
    pub(super) fn write(&self, genotype: &[u16]) -> String {
        match self.text.first() {
            Some(TextForm::Nested) => self.nested(genotype),
            Some(TextForm::Pairs) => self.pairs(genotype),
            Some(TextForm::ConfigSpace) => self.configspace(genotype),
            Some(TextForm::Genotype) | None => self.genotype(genotype),
        }
    }

    /// What a message shows as the form to follow.
    pub(super) fn example_text(&self) -> String {
        self.write(&self.example())
    }

    /// Each cell's name and its values.
    fn cells_of<'a>(&'a self, genotype: &'a [u16]) -> impl Iterator<Item = (&'a str, &'a [u16])> {
        self.cells.names.iter().map(String::as_str).zip(genotype.chunks(self.cells.cell_len()))
    }

    fn genotype(&self, genotype: &[u16]) -> String {
        let first = self.cells.inputs;
        let concat: Vec<String> = (first..first + self.cells.nodes).map(|node| node.to_string()).collect();
        let concat = concat.join(", ");
        let cell = |(name, values)| {
            let pairs = joined(values, ", ", |[read, operation]| {
                format!("('{}', {read})", self.cells.operations[usize::from(operation)])
            });
            format!("{name}=[{pairs}], {name}_concat=[{concat}]")
        };
        format!("Genotype({})", self.cells_of(genotype).map(cell).collect::<Vec<_>>().join(", "))
    }

    fn nested(&self, genotype: &[u16]) -> String {
        let cell = |(_, values)| {
            let pairs = joined(values, ", ", |[read, operation]| format!("({read}, {operation})"));
            format!("({pairs}{})", if values.len() > 2 { "" } else { "," })
        };
        let cells: Vec<String> = self.cells_of(genotype).map(cell).collect();
        // A Python tuple of one needs its comma.
        format!("({}{})", cells.join(", "), if cells.len() > 1 { "" } else { "," })
    }

    fn pairs(&self, genotype: &[u16]) -> String {
        let cell = |(_, values)| joined(values, " ", |[read, operation]| format!("{read}:{operation}"));
        self.cells_of(genotype).map(cell).collect::<Vec<_>>().join(" | ")
    }

    /// The keys of NAS-Bench-301's configurations without their prefix.
    fn configspace(&self, genotype: &[u16]) -> String {
        let mut keys = Vec::new();
        for (cell, values) in self.cells_of(genotype) {
            for (node, pairs) in (self.cells.inputs..).zip(self.cells.reads_of(values)) {
                for &[read, operation] in pairs {
                    let edge = self.cells.first_edge(node) + read;
                    keys.push((
                        format!("edge_{cell}_{edge}"),
                        self.cells.operations[usize::from(operation)].clone(),
                    ));
                }
                if node > self.cells.reads {
                    let read: Vec<String> = pairs.iter().map(|[read, _]| read.to_string()).collect();
                    keys.push((format!("inputs_node_{cell}_{node}"), read.join("_")));
                }
            }
        }
        let keys: Vec<String> = keys
            .iter()
            .map(|(key, value)| format!("{}: {}", serde_json::json!(key), serde_json::json!(value)))
            .collect();
        format!("{{{}}}", keys.join(", "))
    }
}

fn joined(values: &[u16], between: &str, pair: impl Fn([u16; 2]) -> String) -> String {
    values.as_chunks().0.iter().map(|&values| pair(values)).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use crate::space::Space;

    const DARTS_V2: [u16; 32] = [
        0, 3, 1, 3, 0, 3, 1, 3, 0, 2, 1, 3, 0, 2, 2, 5, //
        0, 0, 1, 0, 1, 0, 2, 2, 0, 0, 2, 2, 1, 0, 2, 2,
    ];

    fn printed(form: &str) -> String {
        let text = include_str!("../builtin/darts.toml");
        let text =
            text.replace("[\"genotype\", \"nested\", \"pairs\", \"configspace\"]", &format!("[\"{form}\"]"));
        Space::from_toml(&text, form).unwrap().print(&DARTS_V2)
    }

    #[test]
    fn darts_v2_prints_in_each_form() {
        assert_eq!(
            Space::builtin("darts").unwrap().print(&DARTS_V2),
            "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), \
             ('skip_connect', 0), ('sep_conv_3x3', 1), ('skip_connect', 0), ('dil_conv_3x3', 2)], \
             normal_concat=[2, 3, 4, 5], \
             reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('max_pool_3x3', 1), ('skip_connect', 2), \
             ('max_pool_3x3', 0), ('skip_connect', 2), ('max_pool_3x3', 1), ('skip_connect', 2)], \
             reduce_concat=[2, 3, 4, 5])"
        );
        assert_eq!(
            printed("nested"),
            "(((0, 3), (1, 3), (0, 3), (1, 3), (0, 2), (1, 3), (0, 2), (2, 5)), \
             ((0, 0), (1, 0), (1, 0), (2, 2), (0, 0), (2, 2), (1, 0), (2, 2)))"
        );
        assert_eq!(printed("pairs"), "0:3 1:3 0:3 1:3 0:2 1:3 0:2 2:5 | 0:0 1:0 1:0 2:2 0:0 2:2 1:0 2:2");
    }

    #[test]
    fn the_configuration_of_darts_v2_has_the_published_keys() {
        let text = printed("configspace");
        let keys: std::collections::BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
        assert_eq!(keys.len(), 16 + 6);
        for (key, value) in [
            ("edge_normal_0", "sep_conv_3x3"),
            ("edge_normal_3", "sep_conv_3x3"),
            ("edge_normal_5", "skip_connect"),
            ("edge_normal_6", "sep_conv_3x3"),
            ("edge_normal_9", "skip_connect"),
            ("edge_normal_11", "dil_conv_3x3"),
            ("inputs_node_normal_3", "0_1"),
            ("inputs_node_normal_5", "0_2"),
            ("edge_reduce_10", "max_pool_3x3"),
            ("edge_reduce_11", "skip_connect"),
            ("inputs_node_reduce_3", "1_2"),
            ("inputs_node_reduce_4", "0_2"),
        ] {
            assert_eq!(keys.get(key).map(String::as_str), Some(value), "{key}");
        }
    }
}
