//! GPUs: CUDA's part of libtorch, and a stream of work for each thread. What the binding lacks is in `gpu.cpp`.

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use std::{
    error::Error as _,
    ffi::{CStr, c_char, c_int, c_void},
    marker::PhantomData,
    ptr::NonNull,
    sync::OnceLock,
};

use crate::fault::{Fault, Outcome};

/// The driver, without which there is nothing to open.
const DRIVER: &str = "libcuda.so.1";
/// CUDA's part of libtorch: it makes itself known as it is loaded.
const CUDA: &str = "libtorch_cuda.so";

unsafe extern "C" {
    fn proxies_gpu_settle() -> *mut c_char;
    fn proxies_gpu_release() -> *mut c_char;
    fn proxies_gpu_enter(device: c_int, entered: *mut *mut c_void) -> *mut c_char;
    fn proxies_gpu_leave(entered: *mut c_void);
    fn free(block: *mut c_void);
}

/// GPUs that libtorch sees.
///
/// The first call opens CUDA's part of libtorch where a driver is there. Before anything else is asked of libtorch: it keeps
/// what it first finds. Without a driver nothing is opened, for that part is large.
///
/// # Errors
/// Why none can be seen.
pub fn count() -> Result<i64, &'static str> {
    static OPENED: OnceLock<Result<(), String>> = OnceLock::new();
    match OPENED.get_or_init(|| {
        open(DRIVER).map_err(|what| format!("there is no NVIDIA driver ({what})"))?;
        open(CUDA).map_err(|what| {
            format!("libtorch has no part for CUDA, or it cannot be loaded ({what}); `cargo xtask torch` takes the libtorch of a PyTorch with CUDA that `LIBTORCH` names")
        })
    }) {
        Ok(()) => Ok(if tch::Cuda::is_available() { tch::Cuda::device_count() } else { 0 }),
        Err(what) => Err(what),
    }
}

/// Opens a library for good; it is looked for where that of the processor is.
fn open(name: &str) -> Result<(), String> {
    // SAFETY: both libraries are made to be loaded at any time, and their initialisers ask nothing of the caller.
    let library = unsafe { Library::open(Some(name), RTLD_NOW | RTLD_LOCAL) };
    // libtorch holds what the library made known, so it must stay.
    library.map(std::mem::forget).map_err(|error| error.source().unwrap_or(&error).to_string())
}

/// Gives back the memory of the device that libtorch keeps for later: libraries beside it need some of their own.
///
/// # Errors
/// What libtorch says.
pub fn release(device: tch::Device) -> Outcome<()> {
    match device.is_cuda() {
        // SAFETY: it takes nothing, and its text is that of `strdup`.
        true => told(unsafe { proxies_gpu_release() }),
        false => Ok(()),
    }
}

/// While it lives, this thread works on a stream of its own, so that several networks are in flight.
#[derive(Debug)]
pub struct Entered {
    entered: NonNull<c_void>,
    /// It is of one thread.
    thread: PhantomData<*mut ()>,
}

impl Entered {
    /// The stream of this thread where the device is a GPU. Kernels are the same each time, in full precision.
    ///
    /// # Errors
    /// What libtorch says.
    pub fn on(device: tch::Device) -> Outcome<Option<Self>> {
        let tch::Device::Cuda(number) = device else { return Ok(None) };
        // SAFETY: it takes nothing, and its text is that of `strdup`.
        told(unsafe { proxies_gpu_settle() })?;
        let mut entered = std::ptr::null_mut();
        // SAFETY: `entered` can be written, and the text is that of `strdup`.
        told(unsafe { proxies_gpu_enter(number as c_int, &mut entered) })?;
        Ok(NonNull::new(entered).map(|entered| Self { entered, thread: PhantomData }))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // SAFETY: it came from `proxies_gpu_enter` on this thread, for it is not `Send`, and is left once.
        unsafe { proxies_gpu_leave(self.entered.as_ptr()) }
    }
}

/// The failure that a text tells, and none for no text.
fn told(text: *mut c_char) -> Outcome<()> {
    if text.is_null() {
        return Ok(());
    }
    // SAFETY: the text is that of `strdup`: it ends with a zero, is ours, and is freed once.
    let owned = unsafe {
        let owned = CStr::from_ptr(text).to_string_lossy().into_owned();
        free(text.cast());
        owned
    };
    Err(Fault::Torch(tch::TchError::Torch(owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_is_not_there_is_told_by_its_name() {
        let what = open("libtorch_of_no_gpu.so").unwrap_err();
        assert!(what.contains("libtorch_of_no_gpu.so"), "{what}");
    }

    #[test]
    fn a_device_of_no_part_of_libtorch_is_told() {
        assert!(Entered::on(tch::Device::Cpu).unwrap().is_none());
        if count().is_err() {
            let what = Entered::on(tch::Device::Cuda(0)).unwrap_err().to_string();
            assert!(what.starts_with("libtorch: "), "{what}");
            assert!(release(tch::Device::Cuda(0)).is_err() && release(tch::Device::Cpu).is_ok());
        }
    }
}
