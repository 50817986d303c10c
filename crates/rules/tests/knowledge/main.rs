//! Articles, variants, guides and the collection of a content folder, on small texts.

mod articles;
mod folder;
mod guides;
mod texts;
