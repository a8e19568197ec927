//! What cannot be run, and what is said of it.

use super::{LINEAR, Place};
use archcast::study::JOURNAL;
use std::fs;

#[test]
fn more_labels_than_rows_are_refused_with_the_cells_and_the_largest_possible() {
    let place = Place::linear();
    place.refused(
        "evaluate linear.toml --labels 10,20000,30000",
        1,
        &[
            "`labels`",
            "the cells with 20000, 30000 labels cannot be run",
            "the largest possible number of labels is 1",
        ],
    );
    place.write("s.toml", &LINEAR.replace("[10, 30]", "[10, 99999]"));
    place.refused("evaluate s.toml", 2, &["s.toml:17:", "99999 labelled rows"]);
    place.refused(
        "evaluate linear.toml --test 15625",
        1,
        &["`test`", "15625 rows of builtin:nas-bench-201 have a target"],
    );
    place.refused("evaluate linear.toml --labels 0", 1, &["0 labelled rows teach nothing"]);
    place.refused("evaluate linear.toml --test 1", 1, &["have no order"]);
}

#[test]
fn an_unknown_metric_or_member_brings_the_nearest() {
    let place = Place::linear();
    place.refused(
        "evaluate linear.toml --metric kendal-tau",
        2,
        &["unknown metric `kendal-tau`; did you mean `kendall-tau`?"],
    );
    place.write("s.toml", &format!("{LINEAR}metric = \"precision\"\n"));
    place.refused("evaluate s.toml", 2, &["[study] `metric`", "`precision@10`"]);
    place.refused(
        "evaluate linear.toml --members ridg",
        1,
        &["there is no member `ridg`; did you mean `ridge`?"],
    );
    place.write("t.toml", &format!("{LINEAR}members = [\"ridg\"]\n"));
    place.refused("evaluate t.toml", 2, &["t.toml:20:", "there is no member `ridg`"]);
}

#[test]
fn members_that_need_what_the_table_lacks_are_listed_or_left_out() {
    let place = Place::new(&["fixture-curve"]);
    let lacking =
        "[member.last]\nuse = \"curve/last\"\n[member.score]\ncolumn = \"zc_jacov\"\ngoal = \"maximize\"\n";
    place.write("s.toml", &format!("{LINEAR}\n{lacking}"));
    place.refused(
        "evaluate s.toml --out s",
        1,
        &[
            "2 members cannot run on these data",
            "--skip-impossible",
            "last:",
            "no curve `val_loss`",
            "score:",
            "no column `zc_jacov`",
        ],
    );
    place.run("evaluate s.toml --out s --skip-impossible").succeeded();
    let results = place.open("s");
    assert_eq!((results.members().len(), results.header().left_out.len()), (3, 2));
    // A slip of the pen is none of the data's, and is not passed over.
    place.write("t.toml", &format!("{LINEAR}\n[member.x]\nuse = \"linear/rige\"\n"));
    place.refused("evaluate t.toml --skip-impossible", 2, &["unknown predictor `linear/rige`"]);
}

#[test]
fn another_study_a_newer_journal_and_a_second_process_are_refused() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out s").succeeded();
    place.refused(
        "evaluate linear.toml --out s --seed 1",
        1,
        &["s holds another study (its seed: 0 there, 1 here)"],
    );
    place.refused("evaluate linear.toml --out s --labels 10", 1, &["its labels: [10, 30] there, [10] here"]);
    let lock = fs::File::open(place.path("s/lock")).unwrap();
    lock.lock().unwrap();
    place.refused("evaluate linear.toml --out s", 1, &["another process works in s"]);
    drop(lock);
    let text =
        place.read(&format!("s/{JOURNAL}")).replace("\"archcast_journal\":1", "\"archcast_journal\":2");
    place.write(&format!("s/{JOURNAL}"), &text);
    place.refused("evaluate linear.toml --out s", 1, &["version 2 of the journal", "use a newer archcast"]);
    place.refused("evaluate export s -o r.csv", 1, &["version 2 of the journal"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_the_study_with_the_journal_whole() {
    let place = Place::linear();
    place.run("evaluate linear.toml --out whole --trials 40").succeeded();
    let arguments: Vec<String> = place
        .command("evaluate linear.toml --out s --trials 40")
        .get_args()
        .map(|one| one.to_string_lossy().into_owned())
        .collect();
    let program = place.command("").get_program().to_string_lossy().into_owned();
    // A limit on the size of files is what a full disk looks like, if the signal is passed over.
    let script = format!("trap '' XFSZ; ulimit -f 120; exec {program} {}", arguments.join(" "));
    let mut command = std::process::Command::new("bash");
    command.args(["-c", &script]).current_dir(place.path("")).env("XDG_DATA_HOME", "/nonexistent");
    let run = archcast_tests::Run::of(command);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err.contains("cannot be written (") && run.err.contains("finished cells in it are whole"),
        "{}",
        run.err
    );
    assert!(place.read(&format!("s/{JOURNAL}")).ends_with('\n'));
    place.run("evaluate linear.toml --out s --trials 40").succeeded();
    assert_eq!(place.finished("s"), place.finished("whole"));
}

#[test]
fn files_that_contradict_each_other_are_refused() {
    let place = Place::linear();
    place.write(
        "other.toml",
        "[data]\ntable = \"builtin:nas-bench-nlp\"\n[member.r]\nuse = \"linear/ridge\"\n",
    );
    place.refused("evaluate linear.toml other.toml", 1, &["do not have the same [data]", "--table"]);
    place.write("third.toml", "[member.r]\nuse = \"linear/ridge\"\n[study]\ntest = 7\n");
    place.refused("evaluate linear.toml third.toml", 1, &["both have a [study]"]);
    place.refused("evaluate nothing.toml", 1, &["nothing.toml: "]);
    place.refused("evaluate", 2, &["<FILES>"]);
}

#[test]
fn splits_that_name_other_rows_are_refused_line_by_line() {
    let place = Place::linear();
    place.write("splits.csv", "trial,set,place,id\n0,test,0,nothing\n0,tset,0,x\n");
    place.refused(
        "evaluate linear.toml --splits splits.csv",
        1,
        &["line 2: `nothing` is no row of the table", "line 3: `tset` is no set"],
    );
    place.refused("evaluate linear.toml --splits none.csv", 1, &["`splits`", "none.csv"]);
}
