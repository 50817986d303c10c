//! The bell between nodes: a hint that a stream has grown
