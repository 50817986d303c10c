//! The knowledge workshop's own tables: what is being written, every version that was published,
//! and what editors have to do. The texts as they stand are in [`crate::knowledge`].

pub mod drafts;
pub mod tasks;
pub mod versions;
