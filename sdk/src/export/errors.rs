//! Errors on their way across the boundary.

use crate::{Details, Error, ErrorKind};
use archcast_abi::AbiError;

/// An error that crossed the boundary.
pub fn error_of_abi(error: &AbiError) -> Error {
    let details: Details = serde_json::from_str(&error.details).unwrap_or_default();
    Error::new(ErrorKind::from_code(error.kind), error.message.as_str()).with_details(details)
}

/// An error about to cross the boundary.
pub fn error_to_abi(error: &Error) -> AbiError {
    AbiError {
        kind: error.kind() as u32,
        message: error.message().into(),
        details: serde_json::to_string(error.details()).unwrap_or_default().into(),
    }
}
