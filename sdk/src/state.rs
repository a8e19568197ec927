//! Saved models: MessagePack with named fields in an envelope that tells what it is and whether it is whole.

use crate::{Error, Predictor, Result};
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 8] = b"ACSTATE1";

/// What stands before the payload.
#[derive(Serialize, Deserialize)]
struct Prelude {
    predictor: String,
    state_version: u32,
    /// The declared outputs, which may depend on the parameters of the fit.
    outputs: Vec<String>,
    length: u64,
}

/// The bytes of a fitted predictor: magic, length of the prelude, prelude (JSON), payload (MessagePack).
pub(crate) fn save<P: Predictor>(model: &P, outputs: &[String]) -> Result<Vec<u8>> {
    let payload = rmp_serde::to_vec_named(model)
        .map_err(|error| Error::internal(format!("the model could not be saved: {error}")))?;
    let prelude = Prelude {
        predictor: P::DESCRIPTOR.name.to_owned(),
        state_version: P::DESCRIPTOR.state_version,
        outputs: outputs.to_vec(),
        length: payload.len() as u64,
    };
    let prelude = serde_json::to_vec(&prelude).map_err(|error| Error::internal(error.to_string()))?;
    let mut bytes = Vec::with_capacity(MAGIC.len() + 4 + prelude.len() + payload.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(prelude.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&prelude);
    bytes.extend_from_slice(&payload);
    Ok(bytes)
}

/// The fitted predictor of these bytes, and the outputs that it declared.
pub(crate) fn restore<P: Predictor>(bytes: &[u8]) -> Result<(P, Vec<String>)> {
    let name = P::DESCRIPTOR.name;
    let cut = || {
        Error::bad_data(format!(
            "the saved state of `{name}` is cut short ({} bytes); fit the model again",
            bytes.len()
        ))
    };
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        return Err(if MAGIC.starts_with(bytes) {
            cut()
        } else {
            Error::bad_data(format!("these bytes are not a saved state of `{name}`"))
        });
    };
    let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (prelude, payload) = rest.split_at_checked(length).ok_or_else(cut)?;
    let prelude: Prelude = serde_json::from_slice(prelude).map_err(|error| {
        Error::bad_data(format!("the saved state of `{name}` has no readable prelude: {error}"))
    })?;
    if prelude.predictor != name {
        return Err(Error::bad_data(format!(
            "this is a saved state of `{}`, not of `{name}`",
            prelude.predictor
        )));
    }
    P::compatible(prelude.state_version)?;
    match (payload.len() as u64).cmp(&prelude.length) {
        std::cmp::Ordering::Less => return Err(cut()),
        std::cmp::Ordering::Greater => {
            return Err(Error::bad_data(format!("the saved state of `{name}` has rubbish at its end")));
        }
        std::cmp::Ordering::Equal => {}
    }
    let model = rmp_serde::from_slice(payload).map_err(|error| {
        Error::bad_data(format!("the saved state of `{name}` could not be read: {error}"))
    })?;
    Ok((model, prelude.outputs))
}

/// Serde for a native handle: a field that a native library writes to bytes and reads from them.
///
/// ```
/// # use archcast_sdk::{Error, NativeState, Result};
/// # use serde::{Deserialize, Serialize};
/// struct Handle(String);
/// impl NativeState for Handle {
///     fn to_bytes(&self) -> Result<Vec<u8>> {
///         Ok(self.0.clone().into_bytes())
///     }
///     fn from_bytes(bytes: &[u8]) -> Result<Self> {
///         String::from_utf8(bytes.to_vec()).map(Handle).map_err(|error| Error::bad_data(error.to_string()))
///     }
/// }
/// #[derive(Serialize, Deserialize)]
/// struct Model {
///     #[serde(with = "archcast_sdk::native_state")]
///     handle: Handle,
/// }
/// ```
pub trait NativeState: Sized {
    /// The handle as the library's own bytes.
    ///
    /// # Errors
    /// What the library says.
    fn to_bytes(&self) -> Result<Vec<u8>>;

    /// A handle from the library's own bytes.
    ///
    /// # Errors
    /// What the library says: bytes of another version, cut short.
    fn from_bytes(bytes: &[u8]) -> Result<Self>;
}

/// For `#[serde(with = "archcast_sdk::native_state")]` on a [`NativeState`] field.
pub mod native_state {
    use super::NativeState;
    use serde::{Deserializer, Serializer, de, ser};

    /// Writes the handle's bytes.
    ///
    /// # Errors
    /// What the library says.
    pub fn serialize<S: Serializer, T: NativeState>(handle: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&handle.to_bytes().map_err(ser::Error::custom)?)
    }

    /// Reads the handle's bytes.
    ///
    /// # Errors
    /// What the library says.
    pub fn deserialize<'de, D: Deserializer<'de>, T: NativeState>(deserializer: D) -> Result<T, D::Error> {
        struct Bytes;
        impl<'de> de::Visitor<'de> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the bytes of a native library")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        T::from_bytes(&deserializer.deserialize_bytes(Bytes)?).map_err(de::Error::custom)
    }
}
