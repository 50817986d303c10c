//! Streams followed by cursor: the bell inside the process, and what follows it.
//!
//! A bell says only that a stream may have grown; a follower then reads `seq > cursor` from the
//! store. A lost ring costs one poll interval, never an event. Rings coalesce in a set, so a slow
//! follower cannot lag: it is told the same stream once.

mod hub;

pub use hub::{Hub, Listener, Look, POLL};
