use proptest::prelude::*;

use super::*;

fn read(csv: &str, architecture: &str) -> Result<Architectures, String> {
    let space = Space::builtin("nas-bench-201").unwrap();
    let table = Table::from_bytes(csv.as_bytes(), "t.csv").unwrap();
    let text = format!("a = {architecture}");
    let read: std::collections::BTreeMap<String, Architecture> = toml::from_str(&text).unwrap();
    read["a"]
        .read(&table, Some(&space))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_pattern_joins_columns_and_the_text_between() {
    let read = read("left,right\n42,1211\n00,0000\n", "\"{left}{right}\"").unwrap();
    assert_eq!(read.texts.iter().collect::<Vec<_>>(), ["421211", "000000"]);
    assert_eq!(read.genotypes[..6], [4, 2, 1, 2, 1, 1]);
    let pattern: Architecture = "{{{normal}}} | {reduce}".parse().unwrap();
    assert_eq!(pattern.columns(), ["normal", "reduce"]);
    let table = Table::from_bytes(b"normal,reduce\n012345678901234567890,0:1\n", "t.csv").unwrap();
    let texts = pattern.read(&table, None).map_err(|_| ()).unwrap().texts;
    assert_eq!(texts.get(0), "{012345678901234567890} | 0:1");
}

#[test]
fn a_pattern_that_is_none_is_told_with_its_place() {
    for (text, message) in [
        ("a{b", "the pattern, at character 2: nothing closes this brace; as text it is written `{{`"),
        ("é}", "the pattern, at character 2: nothing opens this brace; as text it is written `}}`"),
        ("{}", "the pattern, at character 1: there is no column in these braces"),
        ("{a{b}}", "the pattern, at character 3: a brace inside braces; a column's name has none"),
    ] {
        assert_eq!(text.parse::<Architecture>().unwrap_err().to_string(), message);
    }
}

#[test]
fn decisions_are_names_or_indices() {
    let list = "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]";
    let rows = read("a,b,c,d,e,f\navg_pool_3x3,2,1,nor_conv_1x1,1,skip_connect\n", list).unwrap();
    assert_eq!(rows.genotypes, [4, 2, 1, 2, 1, 1]);
    assert!(rows.texts.get(0).starts_with("|avg_pool_3x3~0|+"));
    let wrong = read("a,b,c,d,e,f\n5,0,0,0,0,0\n0,0,0,conv_3x3,0,0\n0,0,0,0,,0\n", list).err().unwrap();
    assert_eq!(
        wrong,
        "t.csv: 3 architectures are not of the space nas-bench-201 (column `a, b, c, d, e, f`)\n  \
         line 2: `5` in `a` is no choice; they are numbered 0 to 4\n  \
         line 3: unknown choice `conv_3x3` in `d`; did you mean `nor_conv_3x3`?\n  \
         line 4: nothing in `e`"
    );
    assert_eq!(
        read("a,b\n0,0\n", "[\"a\",\"b\"]").err().unwrap(),
        "[data] `architecture`: 2 columns where the space nas-bench-201 has 6 decisions: \
         0-1, 0-2, 1-2, 0-3, 1-3, 2-3"
    );
}

#[test]
fn all_columns_that_are_not_there_are_named() {
    assert_eq!(
        read("left,right\n", "\"{leff},{rigt}\"").err().unwrap(),
        "t.csv has no column `leff`; did you mean `left`?\nt.csv has no column `rigt`; did you mean `right`?"
    );
}

proptest! {
    #[test]
    fn writing_and_reading_give_it_back(text in "[ab{},é]{0,8}") {
        if let Ok(architecture) = text.parse::<Architecture>() {
            let written = serde_json::to_string(&architecture).unwrap();
            prop_assert_eq!(serde_json::from_str::<Architecture>(&written).unwrap(), architecture);
        }
    }
}
