//! Pages of municipalities' own sites as the search sees them.

use std::collections::BTreeSet;

use base::{Language, MunicipalityKey, Outcome, Problem, TopicKey};
use search::{Document, DocumentKind};
use sha2::{Digest as _, Sha256};
use store::sites::SitePage;

use crate::App;

/// What the topics of pages begin with.
const PREFIX: &str = "site-page-";
/// A page is found after a text of ours that fits as well.
const BOOST: f32 = 0.8;

impl App {
    /// The documents of pages that are there: of all, or of those among these topics that are pages.
    pub(crate) async fn site_documents(
        &self,
        topics: Option<&BTreeSet<TopicKey>>,
    ) -> Outcome<Vec<Document>> {
        let keys: Option<Vec<TopicKey>> = topics.map(|topics| {
            topics.iter().filter(|topic| topic.as_str().starts_with(PREFIX)).cloned().collect()
        });
        let pages =
            store::sites::pages_there(&self.database, &self.tenant, keys.as_deref()).await?;
        Ok(pages.into_iter().map(document).collect())
    }
}

/// The topic under which the search knows a page.
///
/// # Errors
/// Never for a page of a municipality: the name is made of letters and digits.
pub fn page_topic(municipality: &MunicipalityKey, url: &str) -> Outcome<TopicKey> {
    use std::fmt::Write as _;
    let digest = Sha256::digest(format!("{municipality} {url}"));
    let mut name = PREFIX.to_owned();
    for byte in digest.iter().take(10) {
        let _ = write!(name, "{byte:02x}");
    }
    TopicKey::new(&name).map_err(|_| Problem::Unavailable { code: "unexpected" })
}

fn document(page: SitePage) -> Document {
    let english = page.language == Language::En;
    let in_english = |text: &str| if english { text.to_owned() } else { String::new() };
    Document {
        key: format!("{}@{}", page.key, page.municipality),
        topic: page.key,
        kind: DocumentKind::Page,
        municipality: Some(page.municipality),
        title_en: in_english(&page.title),
        summary_en: in_english(&page.summary),
        title: page.title,
        aliases: vec![],
        aliases_en: vec![],
        summary: page.summary,
        body: page.text,
        url_path: page.url,
        boost: BOOST,
    }
}
