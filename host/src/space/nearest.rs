//! Help after a mistyped name.

use std::{fs, path::Path};

/// Longest text compared or quoted in full: what is longer is not a mistyped name.
const LONGEST: usize = 80;

/// The candidate most like `name`, if one is like it at all; upper and lower case count as the same.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase();
            // One name inside the other is a part left out ("conv_3x3" for "nor_conv_3x3"): nearer than its distance.
            let inside =
                name.len() >= 3 && (other.contains(&name) || name.contains(&other) && !other.is_empty());
            let likeness = strsim::normalized_damerau_levenshtein(&name, &other);
            (if inside { likeness.max(0.5) } else { likeness }, candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.5)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// The end of a message on an unknown name: ``did you mean `x`?`` where a candidate is like it, else the candidates.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    const LISTED: usize = 20;
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(nearest) = nearest(name, candidates.iter().copied()) {
        return format!("did you mean `{nearest}`?");
    }
    if candidates.is_empty() {
        return "there is none to choose from".into();
    }
    if let [only] = candidates[..] {
        return format!("there is only `{only}`");
    }
    let listed: Vec<String> =
        candidates.iter().take(LISTED).map(|candidate| format!("`{candidate}`")).collect();
    let more = candidates.len().saturating_sub(LISTED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("there are {}{rest}", listed.join(", "))
}

/// The name most like that of a file that is not there, among those of its folder.
pub fn nearest_file(path: &Path) -> Option<String> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    // The folder's order is the file system's; messages are the same everywhere.
    names.sort_unstable();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    nearest(&name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// A text for use in a message: cut to a length that a reader can bear, control characters escaped.
pub fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(LONGEST).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    if clipped.chars().any(char::is_control) { clipped.escape_debug().collect() } else { clipped }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATIONS: [&str; 5] = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];

    #[test]
    fn the_nearest_name_is_found_through_a_typing_mistake() {
        assert_eq!(nearest("nor_conv_3x4", OPERATIONS), Some("nor_conv_3x3"));
        assert_eq!(nearest("conv_3x3", OPERATIONS), Some("nor_conv_3x3"));
        assert_eq!(nearest("None", OPERATIONS), Some("none"));
    }

    #[test]
    fn a_name_like_no_other_lists_what_there_is() {
        assert_eq!(nearest("lstm", OPERATIONS), None);
        assert_eq!(suggest("lstm", ["a", "b"]), "there are `a`, `b`");
    }

    #[test]
    fn a_long_text_is_cut_before_it_is_quoted() {
        assert_eq!(clip(&"x".repeat(1000)).chars().count(), LONGEST + 1);
        assert_eq!(clip("a\nb"), "a\\nb");
    }
}
