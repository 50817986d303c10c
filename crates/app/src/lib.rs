//! Use cases: check the scope, load, let rules decide, write
