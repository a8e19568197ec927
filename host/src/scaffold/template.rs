//! The template crates, and the filling of their placeholders.

use super::{Names, ScaffoldError};
use std::{fmt, str::FromStr};

/// What the predictor of a new crate looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Features: near architectures vote.
    #[default]
    Tabular,
    /// A partial learning curve: its smoothed end.
    Curve,
    /// Features, by a C library behind a safe handle.
    Native,
}

impl Kind {
    /// All kinds, the default first.
    pub const ALL: [Self; 3] = [Self::Tabular, Self::Curve, Self::Native];

    /// The kind as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tabular => "tabular",
            Self::Curve => "curve",
            Self::Native => "native",
        }
    }

    /// Names and texts of its files.
    const fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Tabular => TABULAR,
            Self::Curve => CURVE,
            Self::Native => NATIVE,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = ScaffoldError;

    fn from_str(word: &str) -> Result<Self, ScaffoldError> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == word);
        known.ok_or_else(|| ScaffoldError::Kind { kind: word.to_owned() })
    }
}

/// The files of one template, each by its own path.
macro_rules! template {
    ($kind:literal: $($file:literal)+) => {
        &[$(($file, include_str!(concat!("../../../templates/plugins/", $kind, "/", $file)))),+]
    };
}

static TABULAR: &[(&str, &str)] =
    template!("tabular": ".gitignore" "Cargo.toml" "README.md" "ensemble.toml" "src/lib.rs");
static CURVE: &[(&str, &str)] =
    template!("curve": ".gitignore" "Cargo.toml" "README.md" "ensemble.toml" "src/lib.rs");
static NATIVE: &[(&str, &str)] = template!(
    "native": ".gitignore" "Cargo.toml" "README.md" "build.rs" "ensemble.toml" "native/lms.c" "native/lms.h"
    "src/lib.rs" "src/lms.rs"
);

/// The files of a kind with their placeholders filled: `{{name}}`, `{{snake}}`, `{{Type}}`, `{{sdk}}` (the path of
/// the SDK, as the inside of a TOML text) and `{{sdk_note}}`.
pub(super) fn fill(
    kind: Kind,
    names: &Names,
    sdk: &str,
    sdk_note: &str,
) -> Result<Vec<(String, String)>, ScaffoldError> {
    // A JSON text is a TOML text, too; only the quotes stand in the template already.
    let quoted = serde_json::Value::from(sdk).to_string();
    let value = |placeholder: &str| match placeholder {
        "name" => Some(&names.kebab[..]),
        "snake" => Some(&names.snake[..]),
        "Type" => Some(&names.pascal[..]),
        "sdk" => quoted.get(1..quoted.len() - 1),
        "sdk_note" => Some(sdk_note),
        _ => None,
    };
    let mut files = Vec::new();
    for &(file, text) in kind.files() {
        let filled = filled(text, value).map_err(|reason| ScaffoldError::Embedded {
            file: format!("templates/plugins/{kind}/{file}"),
            reason,
        })?;
        files.push((file.to_owned(), filled));
    }
    Ok(files)
}

/// One pass over the text, so that a value that looks like a placeholder stays as it is.
fn filled<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (placeholder, tail) = after.split_once("}}").ok_or("a placeholder does not end")?;
        out.push_str(before);
        out.push_str(value(placeholder).ok_or_else(|| format!("unknown placeholder `{placeholder}`"))?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_filled_whole() {
        let names = Names::of("my-knn").unwrap();
        for kind in Kind::ALL {
            let files = fill(kind, &names, "/a \"b\"/sdk", "Note.").unwrap();
            assert!(files.iter().all(|(_, text)| !text.contains("{{") && !text.contains("}}")), "{kind}");
            let text = |file: &str| &files.iter().find(|(name, _)| name == file).unwrap().1;
            let manifest: toml::Table = toml::from_str(text("Cargo.toml")).unwrap();
            assert_eq!(manifest["dependencies"]["archcast-sdk"]["path"].as_str(), Some("/a \"b\"/sdk"));
            assert_eq!(manifest["package"]["name"].as_str(), Some("my-knn"));
            assert_eq!(manifest["lib"]["crate-type"].as_array().unwrap().len(), 1);
            let ensemble: toml::Table = toml::from_str(text("ensemble.toml")).unwrap();
            assert_eq!(ensemble["member"]["mine"]["use"].as_str(), Some("my-knn/my-knn"));
            assert!(text("src/lib.rs").contains("struct MyKnn {"));
            assert!(text("README.md").contains("libmy_knn.so") && text("README.md").ends_with("Note.\n"));
        }
    }

    #[test]
    fn a_value_is_not_filled_again() {
        assert_eq!(filled("<{{a}}>", |_| Some("{{b}}")).unwrap(), "<{{b}}>");
        assert!(filled("{{a", |_| Some("")).is_err());
        assert!(filled("{{a}}", |_| None).unwrap_err().contains("`a`"));
    }

    #[test]
    fn a_kind_is_read_from_its_word() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse::<Kind>().unwrap(), kind);
        }
        assert!("graph".parse::<Kind>().unwrap_err().to_string().contains("tabular, curve and native"));
    }
}
