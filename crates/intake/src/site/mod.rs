//! Other sites as a polite visitor sees them: what may be visited, what there is, what a page says.

mod page;
mod robots;
mod sitemap;

pub use page::{Page, is_noindex, language_of, read_page, same_page};
pub use robots::Robots;
pub use sitemap::{Entry, Map, read_sitemap};
