//! A row alone and among a million: the same bits, in bounded memory.

use archcast_tests::{Run, archcast_command, fresh_folder, plugin_folder};
use std::{
    fmt::Write as _,
    fs,
    io::{BufWriter, Write as _},
    path::Path,
    thread,
    time::Duration,
};

/// How often the 15,625 cells of NAS-Bench-201 stand in the table: 64 times is a million rows. Code that is not optimised
/// gets fewer.
const TIMES: usize = if cfg!(debug_assertions) { 2 } else { 64 };

const COMPOSITION: &str = r#"
[data]
table  = "builtin:nas-bench-201"
labels = 100
where  = "zc_naswot is present"

[member.ridge]
use    = "linear/ridge"
inputs = ["adjacency-one-hot"]
target_transform = "normal-score"

[member.size]
column = "params_m"
goal   = "fit"

[member.stacked]
use    = "linear/ridge"
inputs = ["ridge", "size", "truncated-path"]

[member.team]
combine = "rank-mean"
members = ["ridge", "size", "stacked"]

[model]
output = "team"
"#;

/// One architecture of the table.
struct Row {
    text: String,
    size: String,
}

/// Writes a table in which row `n` is the architecture `n` times `step`, so that equal rows stand at different places of
/// the parts in which a table is read.
fn write_table(path: &Path, rows: &[Row], count: usize, step: usize) {
    let mut file = BufWriter::new(fs::File::create(path).unwrap());
    writeln!(file, "arch_str,params_m,zc_naswot").unwrap();
    for place in 0..count {
        let Row { text, size } = &rows[place * step % rows.len()];
        writeln!(file, "{text},{size},1").unwrap();
    }
    file.flush().unwrap();
}

/// Runs a command, and gives the most memory that it had, in MiB; 0 where the system does not tell.
fn peak_of(folder: &Path, arguments: &[&str]) -> usize {
    let mut child = archcast_command(folder, arguments).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().split(' ').next()?.parse::<usize>().ok());
        peak = peak.max(kib.unwrap_or(0) / 1024);
        match child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success());
                return peak;
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}

#[test]
fn a_row_is_predicted_the_same_bits_alone_and_among_a_million() {
    let (plugins, folder) = (plugin_folder(&["archcast-plugin-linear"]), fresh_folder());
    let (plugins, folder) = (plugins.path().to_str().unwrap(), folder.path());
    let run = |arguments: &[&str]| {
        Run::of(archcast_command(folder, &[&["--plugin-dir", plugins], arguments].concat())).succeeded()
    };
    fs::write(folder.join("mine.toml"), COMPOSITION).unwrap();
    run(&["fit", "mine.toml", "-o", "mine.model"]);
    let explained = run(&["explain", "mine.toml"]).out;
    assert!(explained.contains("a row's answer depends on that row alone"), "{explained}");

    run(&["table", "convert", "builtin:nas-bench-201", "all.csv"]);
    let all = fs::read_to_string(folder.join("all.csv")).unwrap();
    let mut lines = all.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let column = |name: &str| head.iter().position(|have| *have == name).unwrap();
    let (text, size) = (column("arch_str"), column("params_m"));
    let rows: Vec<Row> =
        lines.map(|line| Row { text: line[text].to_owned(), size: line[size].to_owned() }).collect();
    assert_eq!(rows.len(), 15_625);

    // The step shares no factor with the number of rows, so each comes `TIMES` times.
    let (count, step) = (rows.len() * TIMES, 7_919);
    write_table(&folder.join("million.csv"), &rows, count, step);
    write_table(&folder.join("part.csv"), &rows, rows.len() * 2, 1);
    let predict = |table: &str, out: &str| {
        peak_of(folder, &["--plugin-dir", plugins, "predict", "mine.model", "--table", table, "-o", out])
    };
    let peaks = (predict("part.csv", "part.out.csv"), predict("million.csv", "million.out.csv"));

    let told = fs::read_to_string(folder.join("million.out.csv")).unwrap();
    let told: Vec<&str> = told.lines().skip(1).collect();
    assert_eq!(told.len(), count);
    for place in rows.len()..count {
        assert_eq!(told[place], told[place - rows.len()], "rows {place} and {}", place - rows.len());
    }
    // In one order the neighbours are others than in the other.
    let part = fs::read_to_string(folder.join("part.out.csv")).unwrap();
    let part: Vec<&str> = part.lines().skip(1).collect();
    for place in 0..rows.len() {
        assert_eq!(told[place], part[place * step % rows.len()]);
    }
    for place in [0, 1, 8_191, 8_192, 15_624] {
        let mut alone = String::from("arch_str,params_m,zc_naswot\n");
        let Row { text, size } = &rows[place];
        writeln!(alone, "{text},{size},1").unwrap();
        fs::write(folder.join("alone.csv"), alone).unwrap();
        run(&["predict", "mine.model", "--table", "alone.csv", "-o", "alone.out.csv"]);
        let alone = fs::read_to_string(folder.join("alone.out.csv")).unwrap();
        assert_eq!(alone.lines().nth(1), Some(part[place]), "row {place}");
    }
    // What a row leaves behind is its place in the ranking and no more.
    println!("peak memory: {} MiB for {} rows, {} MiB for {count}", peaks.0, rows.len() * 2, peaks.1);
    let allowed = peaks.0 + 50 + count * 64 / (1 << 20);
    assert!(peaks.1 <= allowed, "{} MiB for {count} rows, {allowed} MiB were allowed", peaks.1);
}
