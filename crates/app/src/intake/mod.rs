//! What comes in from elsewhere and goes out again: municipalities' own sites, files, the national
//! portal's articles, subjects of KLE, and the export of everything.
//!
//! Read first: [`sites`] (which sites are read), [`crawl`] (how), [`incoming`] (what files become).

pub mod crawl;
pub mod export;
pub mod incoming;
pub mod sites;

pub(crate) mod manners;
mod site_pages;
mod visit;

pub use site_pages::page_topic;
