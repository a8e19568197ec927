//! Why a row has no score.

use tch::{Device, TchError};

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

/// What libtorch says where memory does not suffice: of a GPU, of a library of it, of a processor.
const OF_MEMORY: [&str; 4] = ["out of memory", "ALLOC_FAILED", "can't allocate memory", "not enough memory"];

impl Fault {
    /// Whether it may come of the memory that other rows take. Libraries of a GPU tell that in many ways.
    pub fn may_be_of_others(&self, device: Device) -> bool {
        self.is_of_memory() || (device.is_cuda() && matches!(self, Self::Torch(_)))
    }

    /// Whether memory did not suffice.
    fn is_of_memory(&self) -> bool {
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
        // Behind this stands how full a GPU was at that moment.
        let line = line.split(" GPU ").next().unwrap_or(line);
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
        let error = TchError::Torch("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.18 GiB of which 1 is free.".into());
        let text = Fault::from(error).to_string();
        assert!(text.ends_with("(CUDA out of memory. Tried to allocate 2.00 GiB.)"), "{text}");
        let error = TchError::Torch(
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`".into(),
        );
        assert!(Fault::from(error).is_of_memory());
    }

    #[test]
    fn of_a_network_file_what_it_raised_is_told() {
        let text = "The following operation failed in the TorchScript interpreter.\nTraceback of TorchScript:\n  File \"a.py\"\nRuntimeError: mat1 and mat2 shapes cannot be multiplied\n";
        let fault = Fault::from(TchError::Torch(text.into()));
        assert_eq!(fault.to_string(), "libtorch: mat1 and mat2 shapes cannot be multiplied");
        assert!(!fault.may_be_of_others(Device::Cpu) && fault.may_be_of_others(Device::Cuda(0)));
    }
}
