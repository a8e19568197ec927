use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::space::Space;
use crate::table::TableSource;

const DARTS_V2: [u16; 32] = [
    0, 3, 1, 3, 0, 3, 1, 3, 0, 2, 1, 3, 0, 2, 2, 5, //
    0, 0, 1, 0, 1, 0, 2, 2, 0, 0, 2, 2, 1, 0, 2, 2,
];
// As its authors print it: pairs of a node in any order.
const PUBLISHED: &str = "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), \
    ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], \
    normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), \
    ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), ('max_pool_3x3', 1)], \
    reduce_concat=[2, 3, 4, 5])";
const PAIRS: &str = "0:3 1:3 0:3 1:3 1:3 0:2 0:2 2:5 | 0:0 1:0 2:2 1:0 0:0 2:2 2:2 1:0";

fn darts() -> Space {
    Space::builtin("darts").unwrap()
}

fn printing(form: &str) -> Space {
    let text = include_str!("../../builtin/darts.toml")
        .replace("[\"genotype\"", &format!("[\"{form}\", \"genotype\""));
    Space::from_toml(&text, form).unwrap()
}

fn message(text: &str) -> String {
    darts().parse(text).unwrap_err().to_string()
}

#[test]
fn every_form_gives_the_genotype_of_darts_v2() {
    let space = darts();
    let compact = "((0,3),(1,3),(0,3),(1,3),(1,3),(0,2),(0,2),(2,5)), ((0,0),(1,0),(2,2),(1,0),(0,0),(2,2),(2,2),(1,0))";
    for text in [
        PUBLISHED,
        &PUBLISHED.replace("[2, 3, 4, 5]", "range(2, 6)"),
        &PUBLISHED.replace("[2, 3, 4, 5]", "list(range(2, 6))"),
        &PUBLISHED.replace('\'', "\"").replace(", ", ","),
        &PUBLISHED.replace(", normal_concat=[2, 3, 4, 5]", "").replace(", reduce_concat=[2, 3, 4, 5]", ""),
        compact,
        &format!("({compact})"),
        &compact.replace('(', "[").replace(')', "]"),
        PAIRS,
        &PAIRS.replace(" | ", "|"),
    ] {
        assert_eq!(space.parse(text).unwrap(), DARTS_V2, "{text}");
    }
}

#[test]
fn fields_may_stand_in_any_order() {
    let (normal, reduce) = PUBLISHED.strip_prefix("Genotype(").unwrap().split_once(", reduce=").unwrap();
    let text = format!("Genotype(reduce={}, {normal})", reduce.strip_suffix(')').unwrap());
    assert_eq!(darts().parse(&text).unwrap(), DARTS_V2);
}

#[test]
fn a_configuration_is_read_with_or_without_its_prefix() {
    let text = printing("configspace").print(&DARTS_V2);
    assert_eq!(darts().parse(&text).unwrap(), DARTS_V2);
    let text = text.replace("\"edge", "\"NetworkSelectorDatasetInfo:darts:edge");
    let text = text.replace("\"inputs", "\"NetworkSelectorDatasetInfo:darts:inputs");
    assert_eq!(darts().parse(&text).unwrap(), DARTS_V2);
}

#[test]
fn an_unknown_operation_brings_the_nearest_one_and_its_place() {
    assert_eq!(
        message(&PUBLISHED.replacen("sep_conv_3x3", "sep_conv3x3", 1)),
        "unknown operation `sep_conv3x3` at character 20; did you mean `sep_conv_3x3`?"
    );
    assert_eq!(
        message(&PAIRS.replacen("0:3", "0:7", 1)),
        "`7` at character 3 is no operation; they are the numbers 0 to 6"
    );
    let configuration = printing("configspace").print(&DARTS_V2);
    assert!(
        message(&configuration.replacen("sep_conv_3x3", "none", 1))
            .starts_with("unknown operation `none` at character 3; there are `max_pool_3x3`, ")
    );
}

#[test]
fn a_node_that_reads_one_node_twice_or_a_later_one_is_refused_in_its_place() {
    assert_eq!(
        message(&PAIRS.replacen("1:3", "0:3", 1)),
        "node 2 reads node 0 a second time at character 5; one operation for each edge"
    );
    assert_eq!(
        message(&PAIRS.replacen("2:5", "5:5", 1)),
        "node 5 has no edge from `5` (character 29); it reads 0, 1, 2, 3, 4"
    );
    assert!(message("((0,3),(-1,3))").starts_with("expected `,` at character 9, found `-`; one looks like "));
    assert_eq!(message("((0,3),(99999,3))"), "node 2 has no edge from `99999` (character 9); it reads 0, 1");
}

#[test]
fn too_few_and_too_many_pairs_are_refused() {
    assert_eq!(
        message(&PAIRS.replacen(" 2:5", "", 1)),
        "7 pairs for `normal` at character 29; a cell has 8, 2 for each of the nodes 2 to 5"
    );
    assert_eq!(
        message(&PAIRS.replacen(" 2:5", " 2:5 0:0", 1)),
        "a pair too many for `normal` at character 33; a cell has 8, 2 for each of the nodes 2 to 5"
    );
    assert!(message("Genotype(normal=[])").starts_with("0 pairs for `normal` at character 18"));
    assert!(message("0:3").starts_with("1 pair for `normal` at character 4"));
}

#[test]
fn fields_that_are_missing_repeated_or_unknown_are_named() {
    let (normal, _) = PUBLISHED.split_once(", reduce=").unwrap();
    assert_eq!(
        message(&format!("{normal})")),
        format!("the end without `reduce` at character {}; add `reduce=[...]`", normal.len() + 2)
    );
    assert_eq!(
        message(&PUBLISHED.replace("reduce=", "reduction=")),
        format!(
            "`reduction` at character {} is no field; did you mean `reduce`?",
            PUBLISHED.find("reduce=").unwrap() + 1
        )
    );
    assert_eq!(
        message(&PUBLISHED.replace("reduce=", "normal=")),
        format!(
            "a second `normal` at character {}; write each field once",
            PUBLISHED.find("reduce=").unwrap() + 1
        )
    );
    assert_eq!(
        message("genotype(normal=[])"),
        "`genotype` at character 1; the architecture begins with `Genotype(`"
    );
    assert_eq!(message(&format!("{PUBLISHED} x")), {
        format!("`x` at character {}; the architecture ends before it", PUBLISHED.len() + 2)
    });
}

#[test]
fn an_output_that_leaves_nodes_out_is_refused() {
    let at = PUBLISHED.find("[2, 3").unwrap() + 1;
    for other in ["[2, 3, 4]", "[2, 2, 3, 4, 5]", "range(2, 5)", "range(2)", "[a]", "set(2, 6)"] {
        let found = message(&PUBLISHED.replacen("[2, 3, 4, 5]", other, 1));
        let what = format!("other nodes than the cell has feed its output at character {at}; ");
        assert!(found.starts_with(&what), "{other}: {found}");
        assert!(found.ends_with("so write `range(2, 6)`"));
    }
}

#[test]
fn a_configuration_with_missing_or_idle_keys_is_refused() {
    let text = printing("configspace").print(&DARTS_V2);
    assert!(
        message(&text.replacen("\"edge_normal_3\"", "\"edge_normal_4\"", 1))
            .starts_with("the end without `edge_normal_3` at character ")
    );
    assert_eq!(
        message(&text.replacen('{', "{\"edge_normal_13\": \"skip_connect\", ", 1)),
        "`edge_normal_13` at character 3 is an edge that no node reads; leave it out"
    );
    assert_eq!(
        message(&text.replacen('{', "{\"edges_reduce_10\": \"skip_connect\", ", 1)),
        "`edges_reduce_10` at character 3 is no key of this architecture; did you mean `edge_reduce_10`?"
    );
    assert!(message(&text.replacen("\"0_1\"", "\"0_1_2\"", 1)).starts_with("`0_1_2` at character "),);
    assert!(message("{\"a\": 1}").starts_with("no JSON object of texts at character 7; "));
}

#[test]
fn positions_count_characters_and_not_bytes() {
    let text = PUBLISHED.replacen("('sep_conv_3x3', 0)", "('é', 0)", 1);
    assert!(message(&text).starts_with("unknown operation `é` at character 20; "));
    assert!(message("  0:3 é:1").contains("(character 7)"));
}

#[test]
fn nothing_is_not_an_architecture() {
    assert!(
        message(" ")
            .starts_with("the architecture is empty; one looks like `Genotype(normal=[('max_pool_3x3', 0)")
    );
}

// The rows are as their authors drew them, so the pairs of a node are in any order.
#[test]
fn every_row_of_the_zero_cost_table_is_read_and_printed() {
    let Ok(tables) = std::env::var("ARCHCAST_TABLES") else {
        println!("skipped: ARCHCAST_TABLES does not name the folder of tables");
        return;
    };
    let path = "nas-bench-suite-zero/nas-bench-301-cifar10.csv.gz";
    let table = TableSource::open(path, tables.as_ref()).unwrap();
    let (normal, reduce) = (table.column("normal").unwrap(), table.column("reduce").unwrap());
    let space = printing("pairs");
    for (normal, reduce) in normal.iter().zip(reduce.iter()) {
        let genotype = space.parse(&format!("{normal} | {reduce}")).unwrap();
        let sorted = [normal, reduce].map(|cell| {
            let mut pairs: Vec<&str> = cell.split(' ').collect();
            pairs.chunks_mut(2).for_each(<[_]>::sort_unstable);
            pairs.join(" ")
        });
        assert_eq!(space.print(&genotype), sorted.join(" | "));
        let published = darts().print(&genotype);
        assert_eq!(darts().parse(&published).unwrap(), genotype);
    }
    assert_eq!(table.len(), 365);
}

proptest! {
    #[test]
    fn printing_and_parsing_give_the_genotype_back_in_every_form(seed in any::<u64>()) {
        let genotype = darts().sample(&mut ChaCha8Rng::seed_from_u64(seed));
        for form in ["genotype", "nested", "pairs", "configspace"] {
            // The form printed may be listed a second time.
            let space = printing(form);
            let text = space.print(&genotype);
            prop_assert_eq!(space.parse(&text).unwrap(), genotype.clone(), "{}", text);
            prop_assert_eq!(darts().parse(&text).unwrap(), genotype.clone(), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r#"[\(\)\[\]\{\}|:,='" a-z_0-9é]{0,60}"#) {
        let _ = darts().parse(&text);
    }

    #[test]
    fn no_damage_makes_the_parser_panic(
        form in 0..4_usize, at in 0..400_usize, cut in 0..8_usize, put in r#"[\(\)\[\]\{\}|:,='" a-z_0-9é]{0,6}"#,
    ) {
        let text = printing(["genotype", "nested", "pairs", "configspace"][form]).print(&DARTS_V2);
        let at = at % text.len();
        let end = (at + cut).min(text.len());
        let _ = darts().parse(&format!("{}{put}{}", &text[..at], &text[end..]));
    }
}
