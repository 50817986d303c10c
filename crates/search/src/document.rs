//! What is indexed.

use base::{MunicipalityKey, TopicKey};
use serde::{Deserialize, Serialize};

use crate::text::Fingerprint;

/// What a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentKind {
    Article,
    Guide,
    Referral,
    Department,
    Page,
}

impl DocumentKind {
    pub const ALL: [Self; 5] =
        [Self::Article, Self::Guide, Self::Referral, Self::Department, Self::Page];
}

/// One page as search sees it. A local variant is a document of its own with the whole merged
/// text; it takes the place of the common one for citizens of its municipality.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Unique; a later document of the same key replaces the earlier.
    pub key: String,
    pub topic: TopicKey,
    pub kind: DocumentKind,
    /// None: common to all municipalities.
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
    pub title_en: String,
    /// What people call it.
    pub aliases: Vec<String>,
    pub aliases_en: Vec<String>,
    pub summary: String,
    pub summary_en: String,
    /// Plain text without markup.
    pub body: String,
    pub url_path: String,
    /// Multiplies the score; 1 changes nothing.
    pub boost: f32,
}

impl Document {
    /// Of everything that is indexed; the same on every node.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut print = Fingerprint::default();
        let texts = [
            &self.key,
            &self.title,
            &self.title_en,
            &self.summary,
            &self.summary_en,
            &self.body,
            &self.url_path,
        ];
        for text in texts.into_iter().chain(&self.aliases).chain(&self.aliases_en) {
            print = print.with(&text.len().to_le_bytes()).with(text.as_bytes());
        }
        print.finish()
    }
}
