//! The forms of a crate's name.

use super::ScaffoldError;

/// Longest name; file names with `lib` before and `.so` after it stay well below every system's limit.
const LONGEST: usize = 64;

/// What a type cannot be called in the templates: names that they use, and those of the two preludes.
const TAKEN_TYPES: &str = "\
    Array1 Array2 ArrayView1 ArrayView2 Box Clone Context Copy Cost CurveInfo Dataset DatasetBuilder \
    Default Descriptor Deserialize Drop Err Error Example Family Fn Gives Goal GraphForm Input Iterator \
    JsonSchema Level Lms LocalServices NativeState None Ok Option Params Predictions Predictor Result \
    ScoreForm Self Send Serialize Sized Some String Sync TargetTransform Threads Vec";

/// Words of the language, those that it keeps for later included.
const KEYWORDS: &str = "\
    abstract as async await become box break const continue crate do dyn else enum extern false final fn \
    for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct \
    super trait true try type typeof union unsafe unsized use virtual where while yield";

/// Crates that a plugin links already, or that the compiler brings.
const TAKEN_CRATES: &str = "\
    alloc archcast archcast-abi archcast-sdk cc core proc-macro schemars serde std test";

/// One name in its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    /// Of the crate, the plugin and the predictor: `my-knn`.
    pub kebab: String,
    /// Of the library: `my_knn`.
    pub snake: String,
    /// Of the type: `MyKnn`.
    pub pascal: String,
}

impl Names {
    /// The forms of a name, if a crate can have it.
    pub fn of(name: &str) -> Result<Self, ScaffoldError> {
        if let Some(reason) = fault(name) {
            return Err(ScaffoldError::Name { name: name.to_owned(), reason });
        }
        let mut pascal: String = name.split('-').map(capitalised).collect();
        if is_among(TAKEN_TYPES, &pascal) {
            pascal.push_str("Model");
        }
        Ok(Self { kebab: name.to_owned(), snake: name.replace('-', "_"), pascal })
    }
}

/// What is wrong with a name; the sentence goes on after it.
fn fault(name: &str) -> Option<String> {
    let odd = |c: &char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-');
    if name.is_empty() {
        return Some("is no name".into());
    }
    if let Some(c) = name.chars().find(odd) {
        return Some(format!("has {c:?} in it"));
    }
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some("does not begin with a letter".into());
    }
    if name.ends_with('-') || name.contains("--") {
        return Some("has a hyphen with nothing after it".into());
    }
    if name.len() > LONGEST {
        return Some(format!("has {} characters, where {LONGEST} are the most", name.len()));
    }
    if is_among(KEYWORDS, name) {
        return Some("is a word of the Rust language".into());
    }
    is_among(TAKEN_CRATES, name).then(|| "is the name of a crate that every plugin links".into())
}

fn is_among(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_three_forms() {
        for (name, snake, pascal) in
            [("knn", "knn", "Knn"), ("my-knn-2", "my_knn_2", "MyKnn2"), ("a3-b", "a3_b", "A3B")]
        {
            let names = Names::of(name).unwrap();
            assert_eq!((&names.snake[..], &names.pascal[..]), (snake, pascal));
        }
    }

    #[test]
    fn a_type_never_hides_what_the_template_uses() {
        assert_eq!(Names::of("error").unwrap().pascal, "ErrorModel");
        assert_eq!(Names::of("native-state").unwrap().pascal, "NativeStateModel");
    }

    #[test]
    fn what_no_crate_can_be_called_is_refused_with_the_reason() {
        for (name, reason) in [
            ("", "is no name"),
            ("Knn", "has 'K' in it"),
            ("my_knn", "has '_' in it"),
            ("../knn", "has '.' in it"),
            ("3knn", "does not begin with a letter"),
            ("-knn", "does not begin with a letter"),
            ("knn-", "has a hyphen with nothing after it"),
            ("k--nn", "has a hyphen with nothing after it"),
            ("match", "is a word of the Rust language"),
            ("serde", "is the name of a crate that every plugin links"),
        ] {
            let error = Names::of(name).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains("`my-predictor`"), "{name}: {error}");
        }
        assert!(Names::of(&"a".repeat(65)).is_err());
    }
}
