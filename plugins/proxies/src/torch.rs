//! libtorch: devices, memory, networks as tensors, their first weights.

pub mod device;
pub mod gpu;
pub mod initialise;
pub mod memory;
pub mod net;
pub mod script;
pub mod subject;
mod together;

pub use device::Device;
pub use initialise::{Initialisation, draw};
pub use net::{Layer, Net, Norm};
pub use script::Script;
pub use subject::Subject;
pub use together::together;
