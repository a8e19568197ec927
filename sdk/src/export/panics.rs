//! Panics become errors with message and place, and never unwind across the boundary.

use crate::{Error, ErrorKind};
use std::{
    any::Any,
    cell::{Cell, RefCell},
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    static LAST: RefCell<Option<Caught>> = const { RefCell::new(None) };
}

/// A panic that was caught.
#[derive(Debug, Clone)]
pub struct Caught {
    message: String,
    location: Option<String>,
}

impl Caught {
    pub fn into_error(self) -> Error {
        let error = Error::new(ErrorKind::Internal, format!("the predictor panicked: {}", self.message));
        match self.location {
            Some(location) => error.at(location),
            None => error,
        }
    }
}

/// Keeps message and place of panics inside [`catch`], silently; others go on to the hook that was there before.
pub fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if DEPTH.get() == 0 {
                before(info);
                return;
            }
            let caught = Caught {
                message: text_of(info.payload()),
                location: info.location().map(|place| place.to_string()),
            };
            LAST.with(|last| *last.borrow_mut() = Some(caught));
        }));
    });
}

/// Runs `f`; a panic in it, or one carried over from another thread, is caught.
pub fn catch<T>(f: impl FnOnce() -> T) -> Result<T, Caught> {
    DEPTH.set(DEPTH.get() + 1);
    let outcome = panic::catch_unwind(AssertUnwindSafe(f));
    DEPTH.set(DEPTH.get() - 1);
    outcome.map_err(|payload| {
        let noted = LAST.with(|last| last.borrow_mut().take());
        match payload.downcast::<Caught>() {
            Ok(carried) => *carried,
            Err(payload) => noted.unwrap_or_else(|| Caught { message: text_of(&*payload), location: None }),
        }
    })
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
