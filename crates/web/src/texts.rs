//! The language catalogue (`i18n/{da,en}/*.ftl`) as functions, made by `build.rs`.
//!
//! `texts::search_count(lang, n, query)` and, in templates, `t.search_count(n, query)`. Between
//! stars a text is bold where a page says so (`|rich`).

include!(concat!(env!("OUT_DIR"), "/texts.rs"));
