//! Load generator
fn main() {}
