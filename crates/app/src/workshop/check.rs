//! The check of a text on save: what `rules::checks` and `rules::guides` find in it, with what is
//! known of the world now.

use base::{Outcome, Problem, Scope};
use rules::checks::{self, Finding, Known, NumberBook};
use rules::content::AllowedNumbers;
use rules::workshop::{Text, TextKind};
use serde_json::Value;

use super::DRAFT_LIMIT;
use crate::App;
use crate::directory::{ALLOWED_NUMBERS, PLAIN_WORDS};
use crate::guides::GuideText;

impl App {
    /// What the checks know of the world now.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub(crate) async fn check_known(&self) -> Outcome<Known> {
        let knowledge = self.knowledge().await?;
        let directory = self.directory().await?;
        let members: Vec<_> = directory.places().map(|place| &place.member).collect();
        let allowed: Option<AllowedNumbers> = self.brought(ALLOWED_NUMBERS).await?;
        let expired = store::workshop::versions::expired(&self.database, &self.tenant).await?;
        Ok(Known {
            topics: knowledge.heads().map(|head| head.topic.clone()).collect(),
            expired,
            numbers: NumberBook::new(
                allowed.unwrap_or_default(),
                directory.consortium.as_ref(),
                &members,
            ),
            words: self.brought(PLAIN_WORDS).await?.unwrap_or_default(),
            today: self.today(),
        })
    }

    async fn brought<T: serde::de::DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Outcome<Option<T>> {
        let text = store::settings::get(&self.database, &self.tenant, name).await?;
        text.map(|text| {
            serde_json::from_str(&text).map_err(|_| store::StoreError::Damaged(name).into())
        })
        .transpose()
    }

    /// Everything an editor should know about a text. Errors keep it from being published.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub(crate) async fn check_text(&self, text: &Text) -> Outcome<Vec<Finding>> {
        let known = self.check_known().await?;
        Ok(match text {
            Text::Article(article) => checks::check_article(article, &known),
            Text::Variant(variant) => checks::check_variant(variant, &known),
            Text::Guide(guide) => {
                let mut findings = checks::check_guide_texts(guide, &known);
                let guide = GuideText::Guide(guide.clone());
                findings.extend(self.guide_findings(&guide).await?);
                findings
            }
            Text::Branches(own) => {
                let nodes = &own.nodes;
                let mut findings =
                    checks::check_nodes(&own.topic, &own.municipality, nodes, &known);
                let branches = GuideText::Branches(own.clone());
                findings.extend(self.guide_findings(&branches).await?);
                findings
            }
        })
    }

    /// The check of words that are not saved.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who may not read knowledge; [`Problem::Invalid`] for another form.
    pub async fn check_body(
        &self,
        scope: &Scope,
        kind: TextKind,
        body: &Value,
    ) -> Outcome<Vec<Finding>> {
        self.may_read_knowledge(scope, None)?;
        self.check_text(&read_body(kind, body)?).await
    }
}

/// A text as it was sent.
///
/// # Errors
/// [`Problem::Invalid`] `too-long` or `text-form`.
pub(crate) fn read_body(kind: TextKind, body: &Value) -> Outcome<Text> {
    let sent = body.to_string();
    if sent.len() > DRAFT_LIMIT {
        let limit = i64::try_from(DRAFT_LIMIT).ok();
        return Err(Problem::Invalid { field: "body", code: "too-long", limit });
    }
    Text::read(kind, &sent).map_err(|_| Problem::invalid("body", "text-form"))
}
