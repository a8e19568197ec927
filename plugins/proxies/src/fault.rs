//! Why a row has no score.

use tch::TchError;

/// Why a row has no score; the others go on.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// libtorch refused.
    #[error("{}", told(.0))]
    Torch(#[from] TchError),
    /// A value that is no number.
    #[error("{0} is not finite")]
    NotFinite(&'static str),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// What becomes of a row or a part of it.
pub type Outcome<T> = Result<T, Fault>;

/// What libtorch says where memory does not suffice: of a GPU, of a processor, of a machine of another kind.
const OF_MEMORY: [&str; 3] = ["out of memory", "can't allocate memory", "not enough memory"];

impl Fault {
    /// Whether memory did not suffice.
    pub fn is_of_memory(&self) -> bool {
        matches!(self, Self::Torch(error) if is_of_memory(&text(error)))
    }
}

fn text(error: &TchError) -> String {
    match error {
        TchError::Torch(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_of_memory(text: &str) -> bool {
    OF_MEMORY.iter().any(|sign| text.contains(sign))
}

/// The first line of what libtorch says: the others are places in its sources.
fn told(error: &TchError) -> String {
    let text = text(error);
    let first = text.lines().next().unwrap_or_default().trim();
    match is_of_memory(&text) {
        true => format!("out of memory; a smaller `batch_size` may fit ({first})"),
        false => format!("libtorch: {first}"),
    }
}

/// A value that must be a number.
pub fn finite(value: f64, what: &'static str) -> Outcome<f64> {
    if value.is_finite() { Ok(value) } else { Err(Fault::NotFinite(what)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_of_memory_is_told_with_what_may_help() {
        let error = TchError::Torch("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.\nException raised".into());
        let fault = Fault::from(error);
        assert!(fault.is_of_memory() && !Fault::NotFinite("it").is_of_memory());
        let text = fault.to_string();
        assert!(text.starts_with("out of memory; a smaller `batch_size` may fit ([enforce fail"), "{text}");
        assert!(!text.contains("Exception"), "{text}");
    }
}
