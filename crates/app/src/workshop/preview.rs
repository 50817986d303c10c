//! How a text would look: as the citizens of any municipality in reach, or as an agent, with the
//! draft in the place of the published text.

use base::{Language, MunicipalityKey, Outcome, Problem, Scope};
use rules::workshop::{Text, TextKind};
use serde_json::Value;

use super::check::read_body;
use crate::App;
use crate::articles::{ArticleView, Knowledge};

/// What is to be shown.
#[derive(Debug, Clone)]
pub struct Preview {
    pub kind: TextKind,
    /// As whose citizens; `None`: the common text alone.
    pub municipality: Option<MunicipalityKey>,
    pub body: Value,
    pub language: Language,
}

impl App {
    /// The knowledge base with a text that is being written in the place of the published one, and
    /// what somebody of the municipality would see of it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a municipality out of reach; [`Problem::Invalid`] for a body of
    /// another form; [`Problem::Conflict`] `master-gone` for a local text without a master.
    pub async fn preview(
        &self,
        scope: &Scope,
        preview: Preview,
    ) -> Outcome<(ArticleView, Knowledge)> {
        if let Some(place) = &preview.municipality {
            self.may_read_knowledge(scope, Some(place))?;
        }
        let text = read_body(preview.kind, &preview.body)?;
        let place = preview.municipality.or_else(|| text.municipality().cloned());
        self.may_read_knowledge(scope, place.as_ref())?;
        let mut knowledge = Knowledge::clone(&*self.knowledge().await?);
        let topic = text.topic().clone();
        if text.municipality().is_some() && knowledge.head(&topic).is_none() {
            return Err(Problem::conflict("master-gone"));
        }
        match text {
            Text::Article(mut article) => {
                // A draft is published as the next version; until then its variants stand over it.
                if let Some(standing) = knowledge.articles.get(&topic) {
                    article.version = standing.version;
                }
                knowledge.articles.insert(topic.clone(), *article);
            }
            Text::Guide(mut guide) => {
                if let Some(standing) = knowledge.guides.get(&topic) {
                    guide.version = standing.version;
                }
                knowledge.guides.insert(topic.clone(), *guide);
            }
            Text::Variant(mut variant) => {
                if let Some(master) = knowledge.articles.get(&topic) {
                    self.show_stale(&mut variant, master).await?;
                }
                let place = variant.municipality.clone();
                knowledge.variants.entry(topic.clone()).or_default().insert(place, *variant);
            }
            Text::Branches(own) => {
                let place = own.municipality.clone();
                knowledge.branches.entry(topic.clone()).or_default().insert(place, *own);
            }
        }
        let view = self.view_in(&knowledge, place.as_ref(), &topic, preview.language).await?;
        Ok((view, knowledge))
    }
}
