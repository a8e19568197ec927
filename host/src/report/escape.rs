//! Names that come from outside, made harmless where they are shown.

/// A text within HTML or SVG, between tags or in a quoted attribute.
pub fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // No form of XML can hold these, and a drawing is also a file of its own.
            c if c.is_control() && !matches!(c, '\n' | '\t') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// A text as the address of a `data:` link of CSV.
pub fn csv_link(text: &str) -> String {
    let mut link = String::from("data:text/csv;charset=utf-8,");
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' | b':' | b'@' => {
                link.push(char::from(byte));
            }
            _ => link.push_str(&format!("%{byte:02X}")),
        }
    }
    link
}

/// A name that takes no more than so many characters, the last of them a sign that there is more.
pub fn short(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_open_a_tag_or_leave_an_attribute() {
        let name = "<script>\"'&\u{1b}</script>";
        assert_eq!(html(name), "&lt;script&gt;&quot;&#39;&amp;\u{fffd}&lt;/script&gt;");
    }

    #[test]
    fn a_link_holds_only_what_an_address_may() {
        assert_eq!(csv_link("a,b\n\"ü\",1"), "data:text/csv;charset=utf-8,a,b%0A%22%C3%BC%22,1");
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(short("ridge", 5), "ridge");
        assert_eq!(short("größer", 5), "größ…");
        assert_eq!(short("x", 0), "…");
    }
}
