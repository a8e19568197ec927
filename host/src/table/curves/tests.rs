use super::*;
use crate::table::Table;

fn full(csv: &str, spec: &str) -> Result<FullCurves, DataError> {
    let table = Table::from_bytes(csv.as_bytes(), "t.csv").unwrap();
    let mut failures = Vec::new();
    let full = FullCurves::read(&table, &toml::from_str(spec).unwrap(), &mut failures);
    failures.pop().map_or(Ok(full), Err)
}

fn read(csv: &str, spec: &str) -> Result<Curves, DataError> {
    Curves::cut(&full(csv, spec)?, &toml::from_str(spec).unwrap())
}

const SPEC: &str = "curves.val_loss = { columns = \"l_{epoch}\", goal = \"minimize\" }\n";
const LIST: &str = "curves.val_loss = { column = \"l\", goal = \"minimize\" }\n";

#[test]
fn a_curve_is_read_ragged_and_cut_at_the_fidelity() {
    let csv = "id,l_1,l_2,l_3\na,3,2,1\nb,5,,\n";
    let whole = read(csv, SPEC).unwrap();
    assert_eq!(*whole.by_name["val_loss"].1, [vec![3.0, 2.0, 1.0], vec![5.0]]);
    let cut = read(csv, &format!("{SPEC}horizon = 4\nfidelity = \"50%\"")).unwrap();
    assert_eq!(*cut.by_name["val_loss"].1, [vec![3.0, 2.0], vec![5.0]]);
    assert_eq!(cut.fidelity, Some(2));
    assert!(read(csv, &format!("{SPEC}fidelity = \"none\"")).unwrap().by_name.is_empty());
}

#[test]
fn a_list_column_is_a_curve_too() {
    let csv = "id,l\na,\"[3, 2.5, 1]\"\nb,\"[5, null]\"\nc,\nd,[null]\n";
    let whole = read(csv, LIST).unwrap();
    assert_eq!(*whole.by_name["val_loss"].1, [vec![3.0, 2.5, 1.0], vec![5.0], vec![], vec![]]);
}

#[test]
fn a_curve_ends_where_it_diverges_and_the_row_is_counted() {
    for (csv, spec) in [
        ("id,l\na,\"[3, NaN, 2]\"\nb,\"[5, 4, \"\"Infinity\"\"]\"\nc,[1]\n", LIST),
        ("id,l_0,l_1,l_2\na,3,nan,2\nb,5,4,inf\nc,1,,\n", SPEC),
    ] {
        let curve = full(csv, spec).unwrap().by_name.remove("val_loss").unwrap();
        assert_eq!(*curve.values, [vec![3.0], vec![5.0, 4.0], vec![1.0]]);
        assert_eq!((curve.diverged, curve.trained), (2, vec![3, 3, 1]));
    }
}

#[test]
fn what_cannot_be_a_curve_is_named() {
    for (csv, spec, part) in [
        ("id,x\na,1\n", SPEC, "no column is named like `l_{epoch}`"),
        ("id,loss_1\na,1\n", SPEC, "`l_{epoch}`; the nearest is `loss_1`"),
        ("id,l_1,l_3\na,1,2\n", SPEC, "epoch 2 has no column"),
        ("id,l_1,l_01\na,1,2\n", SPEC, "both `l_01` and `l_1` are epoch 1"),
        ("id,l_5\na,1\n", SPEC, "first column is epoch 5"),
        (
            "id,l_1,l_2\na,,2\n",
            SPEC,
            "1 row cannot be read\n  line 2: a hole: `l_2` has a value after a missing one",
        ),
        ("id,l_1\na,x\n", SPEC, "line 2: `x` in `l_1` is not a number"),
        (
            "id,l\na,\"[1,null,3]\"\n",
            LIST,
            "1 list in `l` cannot be read\n  line 2: a hole: epoch 3 has a value",
        ),
        ("id,l\na,7\n", LIST, "line 2: `7` is no list"),
        ("id,ll\na,7\n", LIST, "t.csv has no column `l`"),
        ("id,l_1\na,1\n", &format!("{SPEC}fidelity = \"10%\""), "does not say `horizon`"),
        (
            "id,l_1\na,1\n",
            &format!("{SPEC}horizon = 3\nfidelity = 4"),
            "4 epochs are more than the final epoch",
        ),
        ("id,l_1\na,1\n", &format!("{SPEC}fidelity = \"some\""), "`some` is neither"),
    ] {
        let message = read(csv, spec).unwrap_err().to_string();
        assert!(message.contains(part), "{part}\n{message}");
    }
}

#[test]
fn a_curve_says_where_it_stands_once() {
    let message = |spec: &str| toml::from_str::<CurveSpec>(spec).unwrap_err().message().to_owned();
    assert!(message("goal = \"minimize\"").contains("`columns = \"…_{epoch}\"`"));
    assert!(message("goal = \"minimize\"\ncolumn = \"a\"\ncolumns = \"b\"").contains("not both"));
    assert!(message("column = \"a\"").contains("`goal`"));
    assert!(message("colum = \"a\"").contains("unknown key `colum`; did you mean `column`?"));
    let list: CurveSpec = toml::from_str("column = \"a\"\ngoal = \"minimize\"\nunit = \"nats\"").unwrap();
    assert_eq!(toml::from_str::<CurveSpec>(&toml::to_string(&list).unwrap()).unwrap(), list);
}
