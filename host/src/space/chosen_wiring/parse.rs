//! From text to genotype.

use super::WiringSpace;
use super::wiring::Wiring;
use crate::space::kind::Kind;
use crate::space::nearest::{clip, suggest};
use crate::space::{Genotype, ParseError};

impl WiringSpace {
    /// In nas-bench-graph that is `0013,graph|fc|gcn|cheb`: what each node reads, then its operation. Links in another
    /// order than a declared wiring has are put in its order, together with the operations.
    pub(super) fn read(&self, text: &str) -> Result<Genotype, ParseError> {
        let Some((links, operations)) = text.split_once(',') else {
            return Err(ParseError::Expected {
                expected: ',',
                position: text.chars().count() + 1,
                found: "the end".into(),
                example: self.print(&self.example()),
            });
        };
        let wiring = self.wiring(links.trim_end())?;
        let operations = self.operations(operations, links.chars().count() + 2)?;
        let wirings = &self.wirings.wirings;
        let same = wirings.iter().position(|declared| *declared == wiring).map(|index| (index, None));
        let found = same.or_else(|| {
            let orders = wirings.iter().map(|declared| wiring.order_as(declared)).enumerate();
            orders.into_iter().find(|(_, order)| order.is_some())
        });
        let Some((index, order)) = found else {
            let declared: Vec<String> =
                wirings.iter().map(|wiring| format!("`{}`", wiring.digits())).collect();
            return Err(ParseError::Wrong {
                what: format!("`{}`", wiring.digits()),
                position: 1,
                mend: format!(" is no wiring of the space; they are {}", declared.join(", ")),
            });
        };
        let mut genotype = vec![u16::try_from(index).unwrap_or(u16::MAX)];
        match order {
            None => genotype.extend(operations),
            Some(order) => genotype.extend(order.into_iter().map(|node| operations[node])),
        }
        Ok(genotype)
    }

    fn wiring(&self, text: &str) -> Result<Wiring, ParseError> {
        let mut links = Vec::with_capacity(self.wirings.nodes);
        for (node, digit) in text.chars().enumerate().take(self.wirings.nodes) {
            let link = digit.to_digit(10).and_then(|link| u16::try_from(link).ok());
            match link.filter(|&link| usize::from(link) <= node) {
                Some(link) => links.push(link),
                None => return Err(no_link(digit, node)),
            }
        }
        let found = text.chars().count();
        if found != self.wirings.nodes {
            let plural = if found == 1 { "" } else { "s" };
            let mend = format!("; the space has {} nodes, each with one link", self.wirings.nodes);
            return Err(ParseError::Wrong { what: format!("{found} link{plural}"), position: 1, mend });
        }
        Wiring::new(links).map_err(|node| no_link('?', node))
    }

    fn operations(&self, text: &str, first: usize) -> Result<Vec<u16>, ParseError> {
        let (known, nodes) = (&self.wirings.operations, self.wirings.nodes);
        let mut operations = Vec::with_capacity(nodes);
        let mut position = first;
        for item in text.split('|') {
            let name = item.trim_start();
            let at = position + (item.chars().count() - name.chars().count());
            let name = name.trim_end();
            let index = known.iter().position(|operation| operation == name);
            let Some(index) = index.and_then(|index| u16::try_from(index).ok()) else {
                let suggestion = suggest(name, known.iter().map(String::as_str));
                return Err(ParseError::UnknownOperation { name: clip(name), suggestion, position: at });
            };
            operations.push(index);
            position += item.chars().count() + 1;
        }
        if operations.len() == nodes {
            return Ok(operations);
        }
        let plural = if operations.len() == 1 { "" } else { "s" };
        let what = format!("{} operation{plural}", operations.len());
        let mend = format!("; the space has {nodes} nodes, each with one operation");
        Err(ParseError::Wrong { what, position: first, mend })
    }
}

/// A link that leads to no earlier node; `node` is an index.
fn no_link(digit: char, node: usize) -> ParseError {
    ParseError::Wrong {
        what: format!("`{}`", digit.escape_debug()),
        position: node + 1,
        mend: format!(" is no link of node {}, which reads 0 to {node}", node + 1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::space::Space;
    use crate::table::TableSource;

    fn space() -> Space {
        Space::builtin("nas-bench-graph").unwrap()
    }

    fn message(text: &str) -> String {
        space().parse(text).unwrap_err().to_string()
    }

    #[test]
    fn links_and_operations_give_the_genotype() {
        assert_eq!(space().parse("0013,graph|fc|gcn|cheb").unwrap(), [4, 6, 7, 1, 3]);
        assert_eq!(space().parse(" 0013 , graph | fc | gcn | cheb\n").unwrap(), [4, 6, 7, 1, 3]);
        assert_eq!(space().print(&[4, 6, 7, 1, 3]), "0013,graph|fc|gcn|cheb");
    }

    #[test]
    fn links_in_another_order_take_their_operations_along() {
        assert_eq!(space().print(&space().parse("0010,gat|gcn|gin|cheb").unwrap()), "0001,gat|gcn|cheb|gin");
        assert_eq!(space().print(&space().parse("0113,gat|gcn|gin|cheb").unwrap()), "0112,gat|gin|gcn|cheb");
    }

    #[test]
    fn an_unknown_operation_brings_the_nearest_one_and_its_place() {
        assert_eq!(
            message("0013,graph|fc|gnc|cheb"),
            "unknown operation `gnc` at character 15; did you mean `gcn`?"
        );
        assert!(
            message("0013,é|ü|gcn|cheb").starts_with("unknown operation `é` at character 6; there are `gat`")
        );
        assert!(message("0013,").starts_with("unknown operation `` at character 6; "));
    }

    #[test]
    fn wrong_numbers_of_links_and_operations_are_refused() {
        assert_eq!(
            message("001,gat|gat|gat|gat"),
            "3 links at character 1; the space has 4 nodes, each with one link"
        );
        assert_eq!(
            message("00123,gat|gat|gat|gat"),
            "5 links at character 1; the space has 4 nodes, each with one link"
        );
        assert_eq!(
            message("0012,gat|gat|gat"),
            "3 operations at character 6; the space has 4 nodes, each with one operation"
        );
        assert!(
            message("0012")
                .starts_with("expected `,` at character 5, found the end; one looks like `0000,gat|")
        );
    }

    #[test]
    fn a_node_that_reads_no_earlier_one_is_refused_in_its_place() {
        assert_eq!(
            message("0031,gat|gat|gat|gat"),
            "`3` at character 3 is no link of node 3, which reads 0 to 2"
        );
        assert_eq!(
            message("0-11,gat|gat|gat|gat"),
            "`-` at character 2 is no link of node 2, which reads 0 to 1"
        );
    }

    #[test]
    fn links_like_no_declared_wiring_are_refused() {
        let text = include_str!("../builtin/nas-bench-graph.toml").replace(", \"0122\", \"0123\"", "");
        let space = Space::from_toml(&text, "fewer").unwrap();
        assert_eq!(
            space.parse("0123,gat|gat|gat|gat").unwrap_err().to_string(),
            "`0123` at character 1 is no wiring of the space; they are `0000`, `0001`, `0011`, `0012`, `0013`, `0111`, \
             `0112`"
        );
    }

    #[test]
    fn a_network_of_identities_alone_is_invalid() {
        assert_eq!(
            message("0123,skip|skip|skip|skip"),
            "it is invalid: every node is `skip`, so that nothing is computed; give one of them another operation"
        );
    }

    #[test]
    fn every_row_of_the_published_tables_is_read_and_printed_and_has_a_class_of_its_own() {
        let Ok(tables) = std::env::var("ARCHCAST_TABLES") else {
            println!("skipped: ARCHCAST_TABLES does not name the folder of tables");
            return;
        };
        let space = space();
        for name in ["cora", "citeseer", "pubmed", "cs"] {
            let path = format!("nas-bench-graph/{name}.csv.gz");
            let table = TableSource::open(&path, tables.as_ref()).unwrap();
            let columns = ["links", "ops", "arch_hash"].map(|column| table.column(column).unwrap());
            let mut classes = std::collections::HashSet::new();
            for row in 0..table.len() {
                let [links, ops, hash] = columns.map(|column| column.get(row));
                let text = format!("{links},{ops}");
                let genotype = space.parse(&text).unwrap();
                assert_eq!(space.print(&genotype), text);
                let digits: String = genotype.iter().map(u16::to_string).collect();
                assert_eq!(
                    digits.trim_start_matches('0').parse::<u32>().unwrap_or(0),
                    hash.parse::<u32>().unwrap()
                );
                classes.insert(space.canonical(&genotype));
            }
            assert_eq!((table.len(), classes.len()), (26_206, 26_206), "{name}");
        }
    }

    proptest! {
        #[test]
        fn printing_and_parsing_give_the_genotype_back(genotype in prop::collection::vec(0u16..9, 5)) {
            let space = space();
            prop_assume!(space.contains(&genotype));
            prop_assert_eq!(space.parse(&space.print(&genotype)).unwrap(), genotype);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[0-9|,a-zé ]{0,40}") {
            let _ = space().parse(&text);
        }

        #[test]
        fn any_links_to_earlier_nodes_name_an_architecture_of_the_same_class(
            links in (0..2u16, 0..3u16, 0..4u16), genotype in prop::collection::vec(0usize..9, 4),
        ) {
            prop_assume!(genotype.iter().any(|&operation| operation != 8));
            let names = ["gat", "gcn", "gin", "cheb", "sage", "arma", "graph", "fc", "skip"];
            let operations: Vec<&str> = genotype.iter().map(|&operation| names[operation]).collect();
            let links = format!("0{}{}{}", links.0, links.1, links.2);
            // The space of these links alone keeps them in their order.
            let text = include_str!("../builtin/nas-bench-graph.toml");
            let list = &text[text.find("[\"0000\"").unwrap()..=text.find(']').unwrap()];
            let alone = Space::from_toml(&text.replace(list, &format!("[\"{links}\"]")), "alone").unwrap();
            let text = format!("{links},{}", operations.join("|"));
            let (one, other) = (alone.parse(&text).unwrap(), space().parse(&text).unwrap());
            prop_assert_eq!(alone.canonical(&one), space().canonical(&other));
        }
    }
}
