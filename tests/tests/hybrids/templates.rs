//! The templates run as they are, and a team is better than its members where its page says so.

use archcast_tests::{archcast_in, fresh_folder, plugin_folder};
use std::path::Path;

fn tau(template: &str, member: Option<&str>) -> f64 {
    let plugins = plugin_folder(&["archcast-plugin-linear"]);
    let folder = fresh_folder();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ensembles").join(template);
    let mut text = std::fs::read_to_string(&path).unwrap();
    if let Some(member) = member {
        text =
            text.split("[model]").next().unwrap().to_owned() + &format!("[model]\noutput = \"{member}\"\n");
    }
    std::fs::write(folder.path().join("mine.toml"), text).unwrap();
    let run = |arguments: &[&str]| {
        let plugins = plugins.path().to_str().unwrap();
        archcast_in(folder.path(), &[&["--plugin-dir", plugins, "--json"], arguments].concat())
            .succeeded()
            .out
    };
    run(&["fit", "mine.toml", "-o", "mine.model"]);
    let told: serde_json::Value = serde_json::from_str(&run(&["predict", "mine.model"])).unwrap();
    told["kendall_tau"].as_f64().unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn every_template_fits_and_predicts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ensembles");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(tau(&name, None) > 0.3, "{name}");
        seen += 1;
    }
    assert!(seen >= 4);
}

#[test]
fn the_rank_team_beats_each_of_its_members() {
    let team = tau("rank-team.toml", None);
    for member in ["ridge", "naswot", "synflow"] {
        let alone = tau("rank-team.toml", Some(member));
        assert!(team > alone, "{member}: {alone} against {team}");
    }
}

#[test]
fn the_readme_shows_what_templates_and_their_members_reach() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    for (template, members) in [
        ("rank-team.toml", &["ridge", "naswot", "synflow"][..]),
        ("stacked.toml", &["short", "naswot", "synflow"]),
        ("cascade.toml", &["synflow", "ridge"]),
    ] {
        let line = readme.lines().find(|line| line.contains(&format!("| `{template}` |"))).unwrap();
        let members = members.iter().map(|&member| tau(template, Some(member)));
        for tau in members.chain([tau(template, None)]) {
            assert!(line.contains(&format!("{tau:.3}")), "{template}: {tau:.3} is not in {line}");
        }
    }
}
