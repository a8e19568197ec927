//! What a native library says, as an error of archcast.

use archcast_sdk::{Error, ErrorKind};

/// An error of a library by name. `parameters` are pairs of the library's name and ours; the first that the message
/// names makes it a bad parameter.
pub(crate) fn error(library: &str, message: &str, parameters: &[(&str, &str)]) -> Error {
    let message = without_places(message);
    let mut words = message.split(|c: char| !c.is_alphanumeric() && c != '_');
    let named = words.find_map(|word| parameters.iter().find(|(native, _)| *native == word));
    match named {
        Some((_, ours)) => Error::bad_parameter(*ours, format!("is refused by {library}: {message}")),
        None => Error::new(ErrorKind::Internal, format!("{library} failed: {message}")),
    }
}

/// The message in one line, without times, the lines of the library's sources and its stack.
fn without_places(message: &str) -> String {
    let message = message.split("\nStack trace").next().unwrap_or(message);
    let message = message.split(" at /").next().unwrap_or(message);
    // `[12:34:56] /path/learner.cc:123: Check failed: …`
    let message = match message.trim().strip_prefix('[').and_then(|rest| rest.split_once(": ")) {
        Some((_, rest)) => rest,
        None => message,
    };
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_is_found_by_the_librarys_name_for_it() {
        let said = "value -1 for Parameter reg_lambda should be greater equal to 0\nreg_lambda: L2\n\nStack trace:\n  [0] x";
        let error = error("XGBoost", said, &[("reg_alpha", "alpha"), ("reg_lambda", "lambda")]);
        assert_eq!(error.kind(), ErrorKind::BadParameter);
        assert_eq!(
            error.message(),
            "`lambda` is refused by XGBoost: value -1 for Parameter reg_lambda should be greater equal to 0 reg_lambda: L2"
        );
    }

    #[test]
    fn places_in_the_librarys_sources_are_left_out() {
        let plain = "Check failed: (num_leaves) > (1)";
        for said in [
            "Check failed: (num_leaves) > (1) at /build/config_auto.cpp, line 352 .\n",
            "[12:34:56] /build/learner.cc:7: Check failed: (num_leaves) > (1)\nStack trace:\n [0] x",
            plain,
        ] {
            assert_eq!(without_places(said), plain);
        }
    }

    #[test]
    fn a_message_that_names_no_parameter_is_passed_on() {
        let error = error("LightGBM", "std::bad_alloc", &[("num_leaves", "num_leaves")]);
        assert_eq!((error.kind(), error.message()), (ErrorKind::Internal, "LightGBM failed: std::bad_alloc"));
    }
}
