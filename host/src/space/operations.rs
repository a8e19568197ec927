//! Checks of the operations that a declaration lists.

use super::nearest::suggest;

/// Most operations of a space: encodings have columns for each, and for each place where it can stand.
const MOST: usize = 256;

/// Adds what is wrong with the names of the operations; none of them may hold one of `parts`, the characters that part
/// the text form.
pub(super) fn check_operations(operations: &[String], parts: &[char], reasons: &mut Vec<String>) {
    if operations.is_empty() || operations.len() > MOST {
        reasons.push(format!("{} operations; a space has 1 to {MOST}", operations.len()));
        return;
    }
    check_names(operations, parts, reasons);
}

/// Adds what is wrong with the names alone, however many there are.
pub(super) fn check_names(operations: &[String], parts: &[char], reasons: &mut Vec<String>) {
    for (index, operation) in operations.iter().enumerate() {
        if operation.is_empty() || operation.trim() != operation {
            reasons.push(format!("operation `{operation}` is empty or has spaces around it"));
        }
        if operation.contains(parts) {
            let parts: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
            reasons.push(format!(
                "operation `{operation}` holds one of {}, which part the text form",
                parts.join(", ")
            ));
        }
        if operations[..index].contains(operation) {
            reasons.push(format!("operation `{operation}` is declared twice"));
        }
    }
}

/// The index of the operation that the key `role` names.
pub(super) fn find_role(
    role: &str,
    name: Option<&str>,
    operations: &[String],
    reasons: &mut Vec<String>,
) -> Option<u16> {
    let name = name?;
    let index = operations.iter().position(|operation| operation == name);
    if index.is_none() {
        let suggestion = suggest(name, operations.iter().map(String::as_str));
        reasons.push(format!("`{role}` names the unknown operation `{name}`; {suggestion}"));
    }
    index.and_then(|index| u16::try_from(index).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(operations: &[&str]) -> Vec<String> {
        let operations: Vec<String> = operations.iter().map(|&operation| operation.to_owned()).collect();
        let mut reasons = Vec::new();
        check_operations(&operations, &['|', ','], &mut reasons);
        reasons
    }

    #[test]
    fn names_that_cannot_be_told_apart_in_a_text_are_refused() {
        assert_eq!(reasons(&["conv", "pool"]), [""; 0]);
        assert_eq!(
            reasons(&["a|b", " a", "c", "c"]),
            [
                "operation `a|b` holds one of `|`, `,`, which part the text form",
                "operation ` a` is empty or has spaces around it",
                "operation `c` is declared twice"
            ]
        );
    }

    #[test]
    fn no_operation_and_too_many_are_refused() {
        assert_eq!(reasons(&[]), ["0 operations; a space has 1 to 256"]);
        assert_eq!(reasons(&["a"; 300]), ["300 operations; a space has 1 to 256"]);
    }

    #[test]
    fn a_role_without_an_operation_names_the_nearest() {
        let (operations, mut reasons) = (["skip".to_owned(), "conv".to_owned()], Vec::new());
        assert_eq!(find_role("identity", Some("conv"), &operations, &mut reasons), Some(1));
        assert_eq!(find_role("identity", Some("skp"), &operations, &mut reasons), None);
        assert_eq!(reasons, ["`identity` names the unknown operation `skp`; did you mean `skip`?"]);
    }
}
