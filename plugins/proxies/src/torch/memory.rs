//! The memory of large tensors of the processor, kept from one network for the next. What the binding lacks is in `memory.cpp`.

use std::sync::{Mutex, PoisonError};

unsafe extern "C" {
    fn proxies_memory_keep();
    fn proxies_memory_release();
}

/// How many live.
static LIVE: Mutex<usize> = Mutex::new(0);

/// While one of these lives, the memory of large tensors is kept for the next ones of their size. As the last one goes, what
/// is kept goes back to the system.
#[derive(Debug)]
pub struct Kept(());

impl Default for Kept {
    fn default() -> Self {
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        *live += 1;
        if *live == 1 {
            // SAFETY: it can be called at any time: tensors that are there know who frees them.
            unsafe { proxies_memory_keep() }
        }
        Self(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        *live -= 1;
        if *live == 0 {
            // SAFETY: it can be called at any time: it frees blocks that hold nothing, under a lock.
            unsafe { proxies_memory_release() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, Tensor};

    #[test]
    fn a_large_tensor_takes_the_memory_of_one_before_it() {
        let kept = Kept::default();
        // No other test has tensors of this size.
        let place = |value: f64| {
            let tensor = Tensor::full([1_234_567], value, (Kind::Double, Device::Cpu));
            assert_eq!(tensor.mean(Kind::Double).double_value(&[]), value);
            tensor.data_ptr() as usize
        };
        assert_eq!(place(1.0), place(2.0));
        let outlives = Tensor::ones([1_234_567], (Kind::Double, Device::Cpu));
        drop(kept);
        assert_eq!(outlives.sum(Kind::Double).double_value(&[]), 1_234_567.0);
    }
}
