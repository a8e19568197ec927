//! A manifest of the workspace, turned into one that stands alone.

use toml::{Table, Value};

/// Sections that name dependencies.
const DEPENDENCIES: [&str; 2] = ["dependencies", "build-dependencies"];

/// The manifest `name` of the SDK with every `workspace = true` replaced by what the workspace says, and without what
/// only the SDK's own tests need. An error is a sentence.
pub(super) fn standing_alone(name: &str, text: &str, workspace: &str) -> Result<String, String> {
    let parse = |text: &str| text.parse::<Table>().map_err(|error| error.to_string());
    let (mut manifest, root) = (parse(text)?, parse(workspace)?);
    let shared = root.get("workspace").and_then(Value::as_table).ok_or("the root has no [workspace]")?;
    let section = |key: &str| shared.get(key).and_then(Value::as_table);

    manifest.remove("dev-dependencies");
    if let Some(Value::Table(package)) = manifest.get_mut("package") {
        for (key, value) in package.iter_mut().filter(|(_, value)| is_inherited(value)) {
            *value = section("package")
                .and_then(|package| package.get(key))
                .cloned()
                .ok_or_else(|| format!("the workspace gives no `{key}`"))?;
        }
    }
    let up = "../".repeat(name.matches('/').count());
    for key in DEPENDENCIES {
        let Some(Value::Table(dependencies)) = manifest.get_mut(key) else { continue };
        for (dependency, value) in dependencies.iter_mut().filter(|(_, value)| is_inherited(value)) {
            let inherited = section("dependencies").and_then(|all| all.get(dependency));
            let inherited =
                inherited.ok_or_else(|| format!("the workspace has no dependency `{dependency}`"))?;
            *value = resolved(inherited, value, &up);
        }
    }
    if manifest.get("lints").is_some_and(is_inherited) {
        match section("lints") {
            Some(lints) => manifest.insert("lints".into(), Value::Table(lints.clone())),
            None => manifest.remove("lints"),
        };
    }
    toml::to_string(&manifest).map_err(|error| error.to_string())
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// A dependency as the workspace gives it, with what the crate adds. A path within the SDK becomes one from the
/// manifest's own folder; `up` leads from there to the SDK's.
fn resolved(inherited: &Value, own: &Value, up: &str) -> Value {
    let mut table = match inherited {
        Value::Table(table) => table.clone(),
        version => Table::from_iter([("version".to_owned(), version.clone())]),
    };
    if let Some(path) = table.get("path").and_then(Value::as_str) {
        let within = path.strip_prefix("sdk").map_or(path, |rest| rest.trim_start_matches('/'));
        table.insert("path".into(), Value::String(format!("{up}{within}")));
    }
    for (key, value) in own.as_table().into_iter().flatten().filter(|(key, _)| *key != "workspace") {
        match (table.get_mut(key), value) {
            // Features add up; everything else is the crate's to say.
            (Some(Value::Array(have)), Value::Array(more)) => have.extend(more.iter().cloned()),
            _ => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
    match table.get("version") {
        Some(version) if table.len() == 1 => version.clone(),
        _ => Value::Table(table),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = r#"
        [workspace.package]
        version = "0.1.0"
        [workspace.dependencies]
        plain = "1"
        rich = { version = "2", features = ["a"] }
        archcast-abi = { path = "sdk/abi" }
        [workspace.lints.rust]
        missing_docs = "warn"
    "#;

    #[test]
    fn every_inherited_key_becomes_plain() {
        let manifest = r#"
            [package]
            name = "archcast-sdk"
            version.workspace = true
            [dependencies]
            plain.workspace = true
            rich = { workspace = true, features = ["b"], optional = true }
            archcast-abi.workspace = true
            [dev-dependencies]
            proptest.workspace = true
            [lints]
            workspace = true
        "#;
        let expected = r#"
            [package]
            name = "archcast-sdk"
            version = "0.1.0"
            [dependencies]
            plain = "1"
            rich = { version = "2", features = ["a", "b"], optional = true }
            archcast-abi = { path = "abi" }
            [lints.rust]
            missing_docs = "warn"
        "#;
        let have: Table = standing_alone("Cargo.toml", manifest, ROOT).unwrap().parse().unwrap();
        assert_eq!(have, expected.parse::<Table>().unwrap());
    }

    #[test]
    fn what_the_workspace_does_not_give_is_named() {
        let manifest = "[dependencies]\nabsent.workspace = true\n";
        assert!(standing_alone("Cargo.toml", manifest, ROOT).unwrap_err().contains("`absent`"));
        let manifest = "[package]\nedition.workspace = true\n";
        assert!(standing_alone("Cargo.toml", manifest, ROOT).unwrap_err().contains("`edition`"));
    }
}
