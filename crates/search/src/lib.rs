//! Danish search over an embedded tantivy index
