//! Zero-cost proxies through the compiled plugin and the command.

use archcast_tests::{archcast_in, fresh_folder, is_built, plugin_folder, skipped};
use std::{fs, path::Path};

const PLUGIN: &str = "archcast-plugin-proxies";

/// Whether the plugin is there; the story is noted as left out where it is not.
fn is_here(story: &str) -> bool {
    let is_here = is_built(PLUGIN);
    if !is_here {
        skipped(story, "the plugin proxies is not built; `cargo xtask torch` builds it");
    }
    is_here
}

fn run(folder: &Path, plugins: &Path, arguments: &[&str]) -> archcast_tests::Run {
    let plugins = plugins.display().to_string();
    archcast_in(folder, &[&["--plugin-dir", &plugins], arguments].concat())
}

/// A composition of small networks of the built-in table.
fn composition(scores: &str, more: &str) -> String {
    format!(
        "[data]\ntable = \"builtin:nas-bench-201\"\nwhere = \"arch_index < 12\"\nlabels = 4\n\
         [member.proxies]\nuse = \"proxies/zero-cost\"\nparams.scores = {scores}\n\
         params.options = {{ batch_size = 4, network = {{ channels = 8, cells = 1, image = 8 }} {more} }}\n"
    )
}

#[test]
fn proxies_load_without_any_variable_and_pass_the_laws() {
    if !is_here("proxies_load_without_any_variable_and_pass_the_laws") {
        return;
    }
    let plugins = plugin_folder(&[PLUGIN]);
    let run = run(Path::new("."), plugins.path(), &["plugins", "check", "proxies/naswot"]);
    assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
    // Of a score that learns nothing no law on few rows can be judged.
    let laws = archcast_sdk::conformance::laws().len() - 1;
    assert!(run.out.contains(&format!("{laws} passed, 0 failed")), "{}", run.out);
}

#[test]
fn several_scores_are_named_outputs_and_feed_other_members() {
    if !is_here("several_scores_are_named_outputs_and_feed_other_members") {
        return;
    }
    let (plugins, folder) = (plugin_folder(&[PLUGIN, "archcast-plugin-linear"]), fresh_folder());
    let scores = "[\"synflow\", \"naswot\", \"live-params\"]";
    fs::write(folder.path().join("p.toml"), composition(scores, "")).unwrap();
    run(folder.path(), plugins.path(), &["fit", "p.toml", "-o", "p.model"]).succeeded();
    run(folder.path(), plugins.path(), &["predict", "p.model", "-o", "p.csv"]).succeeded();
    let told = fs::read_to_string(folder.path().join("p.csv")).unwrap();
    let header = told.lines().next().unwrap();
    for output in ["synflow", "naswot", "live-params"] {
        assert!(header.split(',').any(|name| name == output), "{header}");
    }
    assert_eq!(told.lines().count(), 13);
    let ridge = "[member.ridge]\nuse = \"linear/ridge\"\ninputs = [\"proxies.synflow\", \"proxies.live-params\"]\n\
                 [model]\noutput = \"ridge\"\n";
    fs::write(folder.path().join("r.toml"), composition(scores, "") + ridge).unwrap();
    run(folder.path(), plugins.path(), &["fit", "r.toml", "-o", "r.model"]).succeeded();
    run(folder.path(), plugins.path(), &["predict", "r.model", "--top", "3"]).succeeded();
}

#[test]
fn the_template_of_own_networks_ranks_torchscript_files() {
    if !is_here("the_template_of_own_networks_ranks_torchscript_files") {
        return;
    }
    let (plugins, folder) = (plugin_folder(&[PLUGIN, "archcast-plugin-linear"]), fresh_folder());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let network = fs::read(root.join("plugins/proxies/fixtures/resnet.pt")).unwrap();
    let mut table = "path,accuracy\n".to_owned();
    for number in 0..9 {
        // A comment of one byte at the end of the archive makes another file of the same network.
        let mut bytes = network[..network.len() - 2].to_vec();
        bytes.extend([1, 0, number]);
        let name = format!("{number}.pt");
        fs::write(folder.path().join(&name), bytes).unwrap();
        let accuracy = if number < 6 { (80 + number).to_string() } else { String::new() };
        table += &format!("{name},{accuracy}\n");
    }
    fs::write(folder.path().join("networks.csv"), table).unwrap();
    let template = root.join("templates/ensembles/own-networks.toml").display().to_string();
    let fit = ["fit", &template, "--table", "networks.csv", "--labels", "6", "-o", "own.model"];
    run(folder.path(), plugins.path(), &fit).succeeded();
    let predict = ["predict", "own.model", "--table", "networks.csv", "--top", "2"];
    let told = run(folder.path(), plugins.path(), &predict).succeeded().out;
    let ranked = told.lines().filter(|line| line.contains(".pt")).count();
    assert_eq!(ranked, 2, "{told}");
}

#[test]
fn omni_computes_its_proxy_where_the_table_has_none() {
    if !is_here("omni_computes_its_proxy_where_the_table_has_none") {
        return;
    }
    let (plugins, folder) =
        (plugin_folder(&[PLUGIN, "archcast-plugin-trees", "archcast-plugin-curves"]), fresh_folder());
    // Cells of few convolutions, as networks of full size take long.
    let cells =
        ["000100", "000400", "000200", "100100", "100400", "400400", "000110", "000410", "104001", "401100"];
    let mut table = "cell,accuracy\n".to_owned();
    for (place, cell) in cells.iter().enumerate() {
        table += &format!("{cell},{}\n", 60 + (7 * place) % 10);
    }
    fs::write(folder.path().join("t.csv"), table).unwrap();
    let members = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/members/omni.toml");
    let composition = |data: &str| {
        let text = format!("include = [{members:?}]\n[data]\n{data}\n[model]\noutput = \"omni\"\n");
        fs::write(folder.path().join("c.toml"), text).unwrap();
        run(folder.path(), plugins.path(), &["explain", "c.toml"]).succeeded()
    };
    let explained = composition("table = \"builtin:nas-bench-201\"\nlabels = 8");
    let left_out = "member `computed-jacobian` is left out: the table has the column `zc_naswot`";
    assert!(explained.err.contains(left_out) || explained.out.contains(left_out), "{}", explained.err);
    composition(
        "table = \"t.csv\"\nspace = \"nas-bench-201\"\narchitecture = \"cell\"\nlabels = 8\n\
         target = { column = \"accuracy\", goal = \"maximize\" }",
    );
    let fitted = run(folder.path(), plugins.path(), &["fit", "c.toml", "-o", "c.model"]).succeeded();
    assert!(!fitted.err.contains("`computed-jacobian` is left out"), "{}", fitted.err);
    let told = run(folder.path(), plugins.path(), &["predict", "c.model", "--top", "2"]).succeeded().out;
    assert!(told.contains("10 rows predicted, 8 of them trained"), "{told}");
}

#[test]
fn a_gpu_that_is_not_there_is_told_and_auto_goes_on() {
    if !is_here("a_gpu_that_is_not_there_is_told_and_auto_goes_on") {
        return;
    }
    let (plugins, folder) = (plugin_folder(&[PLUGIN]), fresh_folder());
    fs::write(folder.path().join("p.toml"), composition("[\"l2-norm\"]", "")).unwrap();
    let told = run(folder.path(), plugins.path(), &["--device", "cuda:97", "fit", "p.toml", "-o", "p.model"]);
    assert_ne!(told.code, 0);
    assert!(told.err.contains("`device` is `cuda:97`, but "), "{}", told.err);
    run(folder.path(), plugins.path(), &["--device", "auto", "fit", "p.toml", "-o", "p.model"]).succeeded();
    let told = run(folder.path(), plugins.path(), &["--device", "gpu", "fit", "p.toml", "-o", "p.model"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("a device is `cpu`, `cuda:0` or `auto`"), "{}", told.err);
}

#[test]
fn a_libtorch_that_is_not_there_is_told_in_one_sentence() {
    if !is_here("a_libtorch_that_is_not_there_is_told_in_one_sentence") {
        return;
    }
    let plugins = plugin_folder(&[PLUGIN, "archcast-plugin-linear"]);
    let library = archcast_tests::library(PLUGIN);
    let mut bytes = fs::read(&library).unwrap();
    // A name that is nowhere, as where libtorch was removed.
    let name = b"libtorch_cpu.so\0";
    let place = bytes.windows(name.len()).position(|window| window == name).expect("it links libtorch");
    bytes[place..place + name.len()].copy_from_slice(b"libtorch_cpu.s0\0");
    fs::write(plugins.path().join(library.file_name().unwrap()), bytes).unwrap();
    let list = run(Path::new("."), plugins.path(), &["plugins", "list"]).succeeded().out;
    assert!(
        list.contains(
            "it needs the library `libtorch_cpu.s0`, which is not on this system; install libtorch 2.11.0"
        ),
        "{list}"
    );
    let ridge = list.lines().find(|line| line.contains(" ridge ")).unwrap_or_default();
    assert!(ridge.contains(" ready "), "{list}");
}
