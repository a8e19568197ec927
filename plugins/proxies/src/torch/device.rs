//! The device that a parameter names.

use archcast_sdk::{Error, Level, Result, prelude::*};
use schemars::Schema;
use std::{borrow::Cow, sync::Once};

use super::gpu;

/// Where networks are computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Device {
    /// The processor.
    #[default]
    Cpu,
    /// The GPU of this number.
    Cuda(u32),
    /// The first GPU where there is one, else the processor.
    Auto,
}

impl TryFrom<String> for Device {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match (&text[..], text.strip_prefix("cuda:").map(str::parse)) {
            ("cpu", _) => Ok(Self::Cpu),
            ("auto", _) => Ok(Self::Auto),
            ("cuda", _) => Ok(Self::Cuda(0)),
            (_, Some(Ok(number))) => Ok(Self::Cuda(number)),
            _ => Err(format!("`{text}` is no device; it is `cpu`, `cuda:0` or `auto`")),
        }
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        match device {
            Device::Cpu => "cpu".into(),
            Device::Auto => "auto".into(),
            Device::Cuda(number) => format!("cuda:{number}"),
        }
    }
}

impl JsonSchema for Device {
    fn schema_name() -> Cow<'static, str> {
        "Device".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^(cpu|auto|cuda(:[0-9]+)?)$" })
    }
}

impl Device {
    /// The device as libtorch knows it; what the host names where none is given.
    ///
    /// # Errors
    /// A GPU that is not there, and what is no device.
    pub fn resolve(given: Option<Self>, cx: &Context<'_>) -> Result<tch::Device> {
        let seen = gpu::count();
        let device = match given {
            Some(device) => device,
            None => Self::try_from(cx.device()).map_err(|what| Error::bad_parameter("device", what))?,
        };
        match device {
            Self::Cpu => Ok(tch::Device::Cpu),
            Self::Auto if seen.is_ok_and(|gpus| gpus > 0) => Ok(tch::Device::Cuda(0)),
            Self::Auto => {
                // Once, for a host may ask row by row.
                static SAID: Once = Once::new();
                let why = seen.map_or_else(str::to_owned, |_| "libtorch sees none".to_owned());
                let sentence = format!(
                    "there is no GPU to compute on: {why}; `device = \"auto\"` computes on the processor"
                );
                SAID.call_once(|| cx.log(Level::Warn, sentence));
                Ok(tch::Device::Cpu)
            }
            Self::Cuda(number) if seen.is_ok_and(|gpus| i64::from(number) < gpus) => {
                Ok(tch::Device::Cuda(number as usize))
            }
            Self::Cuda(number) => {
                let why = seen.map_or_else(str::to_owned, |gpus| format!("libtorch sees {gpus} GPUs"));
                Err(Error::bad_parameter(
                    "device",
                    format!(
                        "is `cuda:{number}`, but {why}; write `cpu`, or `auto` for a GPU where there is one"
                    ),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use archcast_sdk::{ErrorKind, LocalServices};

    #[test]
    fn a_device_is_read_as_it_is_written() {
        for text in ["cpu", "auto", "cuda:0", "cuda:3"] {
            assert_eq!(String::from(Device::try_from(text.to_owned()).unwrap()), text);
        }
        assert!(Device::try_from("gpu".to_owned()).unwrap_err().contains("`cuda:0` or `auto`"));
    }

    #[test]
    fn a_gpu_that_is_not_there_is_an_error_and_auto_says_what_it_takes() {
        let services = LocalServices::new(0);
        let cx = Context::new(&services, &|_| None);
        let error = Device::resolve(Some(Device::Cuda(97)), &cx).unwrap_err();
        assert_eq!(
            (error.kind(), error.details().parameter.as_deref()),
            (ErrorKind::BadParameter, Some("device"))
        );
        if !tch::Cuda::is_available() {
            assert_eq!(Device::resolve(Some(Device::Auto), &cx).unwrap(), tch::Device::Cpu);
            assert_eq!(Device::resolve(None, &cx).unwrap(), tch::Device::Cpu);
            assert!(services.logged()[0].1.starts_with("there is no GPU to compute on"));
        }
    }
}
