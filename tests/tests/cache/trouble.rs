//! A cache that is damaged, shared, small, or cannot be written: the model is the same.

use super::{Place, files};
use archcast_tests::Run;
use std::{fs, process::Command, process::Stdio};

#[test]
fn a_damaged_cache_is_as_good_as_none() {
    let place = Place::new();
    let (all, _) = place.fit("mine.toml", "a.model");
    for (number, file) in files(&place.cache).iter().enumerate() {
        let whole = fs::read(file).unwrap();
        match number % 3 {
            0 => fs::write(file, &whole[..whole.len() / 2]).unwrap(),
            1 => fs::write(file, "").unwrap(),
            _ => {
                let mut changed = whole;
                let middle = changed.len() / 2;
                changed[middle] ^= 1;
                fs::write(file, changed).unwrap();
            }
        }
    }
    assert_eq!(place.fit("mine.toml", "b.model"), (all, 0));
    assert_eq!(place.fit("mine.toml", "c.model"), (all, all));
    let models = ["a.model", "b.model", "c.model"].map(|name| place.model(name));
    assert!(models[0] == models[1] && models[1] == models[2]);
}

#[test]
fn several_processes_share_a_cache() {
    let place = Place::new();
    let whole = place.uncached("mine.toml");
    let names: Vec<String> = (0..4).map(|number| format!("{number}.model")).collect();
    let started: Vec<_> = names
        .iter()
        .map(|name| {
            let mut command = place.command(&["fit", "mine.toml", "-o", name]);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for process in started {
        let ended = process.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success() && err.starts_with("cache: "), "{err}");
    }
    for name in &names {
        assert!(place.model(name) == whole, "{name}");
    }
    let (all, known) = place.fit("mine.toml", "last.model");
    assert_eq!(known, all);
    assert!(files(&place.cache).iter().all(|file| file.extension().is_none()));
}

#[test]
fn the_cache_stays_under_its_limit() {
    let place = Place::new();
    for labels in 40..60 {
        let composition = place.change("labels = 40", &format!("labels = {labels}"));
        let mut command = place.command(&["fit", &composition, "-o", "a.model"]);
        command.env("ARCHCAST_CACHE_MIB", "1");
        Run::of(command).succeeded();
        let size = |file| fs::metadata(file).map_or(0, |about| about.len().div_ceil(4096) * 4096);
        assert!(files(&place.cache).iter().map(size).sum::<u64>() <= 1 << 20);
    }
    // 20 runs of more than 30 files would not find a place.
    assert!(files(&place.cache).len() > 200);
    let (all, known) = place.fit("changed.toml", "b.model");
    assert_eq!(known, all);
}

#[test]
fn a_wrong_limit_is_named() {
    let place = Place::new();
    let mut command = place.command(&["fit", "mine.toml", "-o", "a.model"]);
    command.env("ARCHCAST_CACHE_MIB", "plenty");
    let run = Run::of(command);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("ARCHCAST_CACHE_MIB") && run.err.contains("`plenty`"), "{}", run.err);
}

#[test]
fn a_folder_that_cannot_be_written_is_told_once_and_the_fit_goes_on() {
    let place = Place::new();
    fs::write(&place.cache, "a file where the folder would be").unwrap();
    let run = place.run(&["fit", "mine.toml", "-o", "a.model"]);
    assert_eq!(run.err.matches("warning: ").count(), 1, "{}", run.err);
    assert!(
        run.err.contains("cannot be written") && run.err.contains("so nothing new is kept"),
        "{}",
        run.err
    );
    assert_eq!(place.model("a.model"), place.uncached("mine.toml"));
    assert_eq!(fs::read_to_string(&place.cache).unwrap(), "a file where the folder would be");
}

// A limit on the size of files ends a write in its middle, as a full disk does.
#[test]
fn a_disk_that_is_full_is_told_once_and_leaves_nothing_half_written() {
    let place = Place::new();
    place.run(&["fit", "mine.toml", "-o", "a.model", "--no-cache"]);
    let told = place.run(&["predict", "a.model", "--no-cache"]);
    let archcast = place.command(&["predict", "a.model"]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"]).arg(archcast.get_program());
    command.args(archcast.get_args()).current_dir(place.folder.path());
    for (name, value) in archcast.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let run = Run::of(command).succeeded();
    assert_eq!(run.out, told.out);
    assert_eq!(run.err.matches("warning: the cache in ").count(), 1, "{}", run.err);
    assert_eq!(files(&place.cache).len(), 0);
}
