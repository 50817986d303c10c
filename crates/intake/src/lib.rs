//! Texts that come from elsewhere: other sites, files, public XML.
//!
//! Read first: [`fetch`] (the one guarded way to read a site), [`site`] (robots, sitemaps, what of a
//! page is its text), [`files`] (what comes in as files). Nothing here decides what becomes of a text.

mod encoding;
pub mod fetch;
pub mod files;
mod nesting;
pub mod site;
mod xml;

pub use encoding::text_of;
pub use fetch::{FetchError, Fetched, Fetcher};
