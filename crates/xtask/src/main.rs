//! What ./dev needs Rust for
fn main() {}
