//! What the other keys of `[data]` do to the rows.

use std::fs;
use std::path::Path;

use super::{CELLS, message, read};
use crate::space::Space;
use crate::table::{DataError, DataSpec, Rows, TableSource};

const RUNS: &str = "ops,seed,acc,time,l_1,l_2,l_3\n\
    421211,1,90,10,3,2,1\n\
    000000,1,10,,5,4,\n\
    421211,2,92,20,5,4,\n\
    421211,3,,,,,\n";
const CURVE: &str = "curves.val_loss = { columns = \"l_{epoch}\", goal = \"minimize\", unit = \"nats\" }\n";

#[test]
fn rows_that_do_not_match_do_not_exist() {
    let text = "ops,epochs,acc\n421211,12,x\n421211,200,93.5\nnonsense,12,1\n";
    let spec =
        format!("{CELLS}where = \"epochs == 200\"\ntarget = {{ column = \"acc\", goal = \"maximize\" }}");
    let rows = read(text, &spec).unwrap();
    assert_eq!((rows.len(), rows.table().line(0)), (1, 3));
    assert_eq!(rows.target().unwrap().values, [Some(93.5)]);
    assert_eq!(rows.numbers("epochs").unwrap()[..], [Some(200.0)]);
    assert_eq!(
        message(text, &format!("{CELLS}where = \"epoch == 200\"")),
        "t.csv has no column `epoch`; did you mean `epochs`?"
    );
}

#[test]
fn a_target_can_be_an_epoch_of_a_curve_that_the_fidelity_hides() {
    let spec = format!(
        "{CELLS}{CURVE}where = \"seed == 1\"\nfidelity = 1\ntarget = {{ curve = \"val_loss\", epoch = 3 }}"
    );
    let rows = read(RUNS, &spec).unwrap();
    let target = rows.target().unwrap();
    assert_eq!(target.values, [Some(1.0), None]);
    assert_eq!((target.column.as_str(), target.goal), ("l_3", crate::table::Goal::Minimize));
    assert_eq!(target.unit.as_ref().map(|unit| unit.name()), Some("nats"));
    assert_eq!(*rows.curves().by_name["val_loss"].1, [[3.0], [5.0]]);
    let spec = |rest: &str| format!("{CELLS}{CURVE}where = \"seed == 1\"\n{rest}");
    let horizon =
        read(RUNS, &spec("horizon = 2\ntarget = { curve = \"val_loss\", goal = \"maximize\" }")).unwrap();
    assert_eq!(horizon.target().unwrap().values, [Some(2.0), Some(4.0)]);
    assert_eq!(horizon.target().unwrap().goal, crate::table::Goal::Maximize);
    for (rest, part) in [
        ("target = { curve = \"val_los\" }", "`curves` has no curve `val_los`; did you mean `val_loss`?"),
        ("target = { curve = \"val_loss\" }", "write the `epoch`, or the final one as `horizon`"),
        ("horizon = 2\ntarget = { curve = \"val_loss\", epoch = 3 }", "epoch 3 is past the final one"),
    ] {
        let message = message(RUNS, &spec(rest));
        assert!(message.starts_with("[data] `target`: ") && message.contains(part), "{part}\n{message}");
    }
}

#[test]
fn repeats_become_their_mean() {
    let spec = format!(
        "{CELLS}{CURVE}repeats = \"mean\"\nseconds = {{ total = \"time\" }}\n\
         target = {{ column = \"acc\", goal = \"maximize\" }}"
    );
    let rows = read(RUNS, &spec).unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!((rows.id(0), rows.id(1)), ("421211", "000000"));
    assert_eq!(rows.genotypes().unwrap().nrows(), 2);
    assert_eq!(rows.identities().len(), 2);
    assert_eq!(rows.target().unwrap().values, [Some(91.0), Some(10.0)]);
    assert_eq!(rows.numbers("seed").unwrap()[..], [Some(2.0), Some(1.0)]);
    assert_eq!(rows.numbers("time").unwrap()[..], [Some(15.0), None]);
    assert_eq!(*rows.curves().by_name["val_loss"].1, [[4.0, 3.0], [5.0, 4.0]]);
    assert_eq!((rows.seconds(0, None), rows.seconds(0, Some(1))), (Some(15.0), Some(5.0)));
    assert_eq!((rows.seconds(1, None), rows.table().line(1)), (None, 3));
    let text = "ops,run\n421211,a\n421211,b\n000000,a\n";
    assert!(
        message(text, &format!("{CELLS}id = \"run\"\nrepeats = \"mean\""))
            .contains("line 4: `a` repeats line 2")
    );
}

#[test]
fn repeats_can_be_kept_and_are_a_mistake_otherwise() {
    let rows = read(RUNS, &format!("{CELLS}repeats = \"keep\"")).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.identities()[0], rows.identities()[2]);
    assert_ne!(rows.identities()[0], rows.identities()[1]);
    assert!(message(RUNS, CELLS).starts_with("t.csv: 2 rows repeat a row above"));
    assert!(message(RUNS, &format!("{CELLS}repeats = \"error\"")).starts_with("t.csv: 2 rows repeat"));
}

#[test]
fn a_total_is_shared_out_over_the_epochs_of_the_row() {
    let spec = format!("{CELLS}where = \"seed == 1\"\nseconds = {{ total = \"time\" }}\n");
    let rows = read(RUNS, &format!("{spec}{CURVE}horizon = 100")).unwrap();
    assert!((rows.seconds(0, Some(1)).unwrap() - 10.0 / 3.0).abs() < 1e-12);
    let rows = read(RUNS, &format!("{spec}horizon = 100")).unwrap();
    assert_eq!((rows.seconds(0, Some(1)), rows.seconds(1, Some(1))), (Some(0.1), None));
    let rows = read(
        RUNS,
        &format!("{spec}{CURVE}horizon = 100\nseconds = {{ total = \"time\" }}").replacen(
            "seconds = { total = \"time\" }\n",
            "",
            1,
        ),
    )
    .unwrap();
    assert_eq!(rows.seconds(0, Some(4)), None);
    assert_eq!(read(RUNS, &format!("{CELLS}repeats = \"keep\"")).unwrap().seconds(0, None), None);
}

#[test]
fn what_is_odd_and_no_mistake_is_a_warning() {
    let text = "ops,acc,time,curve\n421211,0.9,0,\"[0.1, NaN]\"\n000000,0.1,,\"[0.3, 95.0]\"\n";
    let rows = read(
        text,
        &format!(
            "{CELLS}target = {{ column = \"acc\", goal = \"maximize\", unit = \"percent\" }}\n\
             curves.val_acc = {{ column = \"curve\", goal = \"maximize\", unit = \"fraction\" }}\n\
             seconds = {{ total = \"time\" }}"
        ),
    )
    .unwrap();
    let warnings = rows.warnings();
    assert_eq!(
        warnings[..3],
        [
            "the target `acc` has the unit `percent`, but its values go from 0.1 to 0.9, which look like fractions: \
             is `unit = \"fraction\"` meant?",
            "the curve `val_acc` has the unit `fraction`, but its values go from 0.1 to 95, which are no fractions: \
             is `unit = \"percent\"` meant?",
            "the curve `val_acc` diverges (NaN or infinite) in 1 row, and ends there",
        ]
    );
    assert!(warnings[3].ends_with("t.csv with 0 in `time`: taken as unknown"), "{warnings:?}");
    assert_eq!(rows.seconds(0, None), None);
    assert!(read("ops\n421211\n", CELLS).unwrap().warnings().is_empty());
}

#[test]
fn network_files_count_from_the_folder_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("nets")).unwrap();
    for (name, content) in [("a.onnx", "a"), ("b.onnx", "b"), ("same.onnx", "a")] {
        fs::write(path("nets").join(name), content).unwrap();
    }
    let read = |csv: &str| {
        fs::write(path("nets/t.csv"), csv).unwrap();
        let spec: DataSpec =
            toml::from_str("table = \"nets/t.csv\"\nnetwork = { column = \"file\", input = [3, 32, 32] }")
                .unwrap();
        Rows::read(&spec, folder.path())
    };
    let rows = read("file\na.onnx\nb.onnx\n").unwrap();
    let networks = rows.networks().unwrap();
    assert_eq!(
        (networks.paths[1].as_ref(), &networks.input[..]),
        (Some(&path("nets/b.onnx")), &[3, 32, 32][..])
    );
    assert_eq!(rows.id(1), "b.onnx");
    let again = read("file\nsame.onnx\n").unwrap();
    assert_eq!(rows.identities()[0], again.identities()[0]);
    assert!(
        read("file\na.onnx\nsame.onnx\n").unwrap_err().to_string().contains("`same.onnx` repeats line 2")
    );
    let message = read("file\na.onx\nzzz\n.\n").unwrap_err().to_string();
    assert!(
        message.starts_with("[data] `network`: ") && message.contains("3 files of `file` cannot be had"),
        "{message}"
    );
    assert!(message.contains("line 2: there is no file `a.onx`; did you mean `a.onnx`?"), "{message}");
    assert!(message.ends_with("line 3: there is no file `zzz`\n  line 4: `.` is a folder"), "{message}");
}

#[test]
fn mistakes_that_do_not_hang_on_each_other_come_together() {
    let spec = format!(
        "{CELLS}unlabelled = -1\nid = \"name\"\ntarget = {{ column = \"ac\", goal = \"maximize\" }}\n\
         curves.val_loss = {{ column = \"los\", goal = \"minimize\" }}\nseconds = {{ total = \"tim\" }}"
    );
    let error = read("ops,acc,time\n42121,1,1\n", &spec).unwrap_err();
    assert_eq!(error.each().len(), 6, "{error}");
    assert!(error.each().iter().any(|one| matches!(one, DataError::Architectures { .. })));
}

#[test]
fn candidates_may_lack_what_only_fitting_needs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), "ops,l\n421211,[1]\n").unwrap();
    let spec: DataSpec = toml::from_str(&format!(
        "table = \"t.csv\"\n{CELLS}where = \"epochs == 200\"\nseconds = {{ total = \"s\" }}\n\
         target = {{ curve = \"acc\", epoch = 3 }}\ncurves.acc = {{ column = \"a\", goal = \"maximize\" }}\n\
         curves.loss = {{ column = \"l\", goal = \"minimize\" }}"
    ))
    .unwrap();
    let table = TableSource::open("t.csv", folder.path()).unwrap();
    let candidates = |curve: &str| {
        let (spec, warning) = Rows::spec_of_candidates(spec.clone(), &table, &[curve.to_owned()]);
        let space = Space::builtin("nas-bench-201");
        (Rows::from_table(table.clone(), spec, space, folder.path()), warning)
    };
    let (rows, warning) = candidates("loss");
    let rows = rows.unwrap();
    assert!(rows.target().is_none() && rows.curves().by_name.len() == 1);
    assert!(
        warning.unwrap().ends_with("no column `epochs`, so `where` was not applied and every row counts")
    );
    assert!(candidates("acc").0.is_err());
    assert!(Rows::read(&spec, Path::new(folder.path())).is_err());
}
