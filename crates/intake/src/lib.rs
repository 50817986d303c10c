//! What comes from elsewhere: texts of other sites, files and public XML; people of directory servers.
//!
//! Read first: [`fetch`] (the one guarded way to read a site), [`site`] (robots, sitemaps, what of a
//! page is its text), [`files`] (what comes in as files), [`ldap`] (who stands in a municipality's own
//! directory). Nothing here decides what becomes of it.

mod encoding;
pub mod fetch;
pub mod files;
pub mod ldap;
mod nesting;
pub mod site;
mod xml;

pub use encoding::text_of;
pub use fetch::{FetchError, Fetched, Fetcher};
