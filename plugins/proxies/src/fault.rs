//! Why a row has no score.

use tch::TchError;

/// Why a row has no score; the others go on.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// libtorch refused.
    #[error("{}", told(.0))]
    Torch(#[from] TchError),
    /// So many random numbers have no place.
    #[error("out of memory; a smaller `batch_size` may fit ({0} random numbers)")]
    Memory(usize),
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
        match self {
            Self::Memory(_) => true,
            Self::Torch(error) => of_memory(&text(error)).is_some(),
            _ => false,
        }
    }
}

fn text(error: &TchError) -> String {
    match error {
        TchError::Torch(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The line that says that memory did not suffice.
fn of_memory(text: &str) -> Option<&str> {
    text.lines().map(str::trim).find(|line| OF_MEMORY.iter().any(|sign| line.contains(sign)))
}

/// The line that counts of what libtorch says: the last of a network file's trace, else the first. The others are places in
/// its sources.
fn told(error: &TchError) -> String {
    const RAISED: &str = "RuntimeError: ";
    let text = text(error);
    let bare = |line: &str| line.strip_prefix(RAISED).unwrap_or(line).to_owned();
    if let Some(line) = of_memory(&text) {
        return format!("out of memory; a smaller `batch_size` may fit ({})", bare(line));
    }
    let raised = text.lines().map(str::trim).rfind(|line| line.starts_with(RAISED));
    let first = text.lines().next().unwrap_or_default().trim();
    format!("libtorch: {}", bare(raised.unwrap_or(first)))
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
        assert!(Fault::Memory(9).is_of_memory());
    }

    #[test]
    fn of_a_network_file_what_it_raised_is_told() {
        let text = "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript:\n  File \"a.py\"\nRuntimeError: mat1 and mat2 shapes cannot be multiplied\n";
        let fault = Fault::from(TchError::Torch(text.into()));
        assert_eq!(fault.to_string(), "libtorch: mat1 and mat2 shapes cannot be multiplied");
        assert!(!fault.is_of_memory());
    }
}
