//! How the writing of a text begins: a new one, the next version of one that stands, a municipality's own,
//! or its end.

use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis};
use rules::articles::{Article, Competence, Part, TopicKind, Variant};
use rules::guides::{Branches, Guide, Node, NodeKind, Way};
use rules::improvement::capital;
use rules::people::may_edit_text;
use rules::text::FreeText;
use rules::workshop::{Draft, Text, TextKind};
use store::knowledge::EntryKey;
use store::people::PersonId;
use store::workshop::drafts::{self, Drafted};
use uuid::Uuid;

use super::publish::{Origin, area_of};
use super::{DraftView, TITLE_LIMIT, json_of, kind_of, text_of};
use crate::{App, found};

/// A text to begin with.
#[derive(Debug, Clone)]
pub struct NewText {
    /// `None`: made from the title.
    pub topic: Option<TopicKey>,
    pub kind: TextKind,
    pub area: String,
    pub municipality: Option<MunicipalityKey>,
    pub title: String,
    /// The piece of work of the worklist that asks for it.
    pub improvement: Option<Uuid>,
}

/// What a new text is written from: what citizens asked, in their words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    /// What they wrote.
    pub(crate) words: Vec<String>,
    /// What the text should answer; each becomes a part.
    pub(crate) questions: Vec<String>,
    pub(crate) related: Vec<TopicKey>,
    pub(crate) department: Option<DepartmentKey>,
}

impl App {
    /// Begins a new text, or a municipality's text over a master.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] out of reach; [`Problem::NotFound`] for a
    /// local text without a master, [`Problem::Conflict`] `master-gone` when there was one;
    /// [`Problem::Conflict`] `text-exists`; [`Problem::Invalid`] for a title or an area.
    pub async fn begin_text(&self, scope: &Scope, new: NewText) -> Outcome<DraftView> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        if new.kind.is_local() != new.municipality.is_some() {
            return Err(Problem::invalid("kind", "kind-place"));
        }
        let knowledge = self.knowledge().await?;
        let (key, area, text) = match &new.municipality {
            Some(municipality) => {
                let topic = new.topic.clone().ok_or(Problem::invalid("topic", "empty"))?;
                let key = (topic, Some(municipality.clone()));
                may_edit_text(scope, "", Some(municipality), Right::EditKnowledge, at)?;
                let master = self.master_of(&key).await?;
                let text = self.empty_local(&master, municipality).await?;
                if text.kind() != new.kind {
                    return Err(Problem::invalid("kind", "kind-place"));
                }
                (key, area_of(&master), text)
            }
            None => {
                may_edit_text(scope, &new.area, None, Right::EditKnowledge, at)?;
                let directory = self.directory().await?;
                if !directory.areas.iter().any(|area| area.key == new.area) {
                    return Err(Problem::invalid("area", "area-unknown"));
                }
                let title = FreeText::accept_in("title", &new.title, TITLE_LIMIT)?.into_string();
                let topic = match &new.topic {
                    Some(topic) => topic.clone(),
                    None => topic_of(&title).ok_or(Problem::invalid("title", "empty"))?,
                };
                let home = found(self.person_card(me).await?)?.home.clone();
                let outline = match new.improvement {
                    Some(id) => self.outline_of(scope, id).await?,
                    None => Outline::default(),
                };
                let text = self.first_master(&topic, &new, title, home, outline);
                ((topic, None), new.area.clone(), text)
            }
        };
        let there = match &key.1 {
            None => knowledge.head(&key.0).is_some(),
            Some(municipality) => {
                let branches = knowledge.branches.get(&key.0);
                knowledge.variant(&key.0, municipality).is_some()
                    || branches.is_some_and(|all| all.contains_key(municipality))
            }
        };
        if there {
            return Err(Problem::conflict("text-exists"));
        }
        let drafted = self.draft_of(me, key, area, &text, 0, at)?;
        self.write_new(scope, drafted, "text-begun").await
    }

    /// The open draft of a text, begun from the published one when there is none.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or without a text; [`Problem::Conflict`] `master-gone`
    /// for a local text whose master was taken away; [`Problem::Forbidden`] `imported-text`.
    pub async fn open_draft(&self, scope: &Scope, key: &EntryKey) -> Outcome<DraftView> {
        let at = self.now();
        let open = drafts::open_of(&self.database, &self.tenant, key).await?;
        if let Some(open) = open {
            self.may_work_on(scope, &open.area, key.1.as_ref())?;
            return self.draft_view(scope, open).await;
        }
        if let Some(municipality) = &key.1 {
            may_edit_text(scope, "", Some(municipality), Right::EditKnowledge, at)?;
            self.master_of(key).await?;
        }
        let drafted = self.draft_of_standing(scope, key).await?;
        match self.write_new(scope, drafted, "draft-opened").await {
            // Somebody opened it at the same moment: it is the same draft.
            Err(Problem::Conflict { code: "text-exists" }) => {
                let open = drafts::open_of(&self.database, &self.tenant, key).await?;
                self.draft_view(scope, found(open)?).await
            }
            done => done,
        }
    }

    /// Begins a draft that takes a text away when it is published: a local text also when its master
    /// stands no more.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or without a text; [`Problem::Forbidden`] `imported-text`;
    /// [`Problem::Conflict`] `draft-open` while somebody is writing.
    pub async fn begin_removal(&self, scope: &Scope, key: &EntryKey) -> Outcome<DraftView> {
        let before = drafts::open_of(&self.database, &self.tenant, key).await?;
        if let Some(open) = before {
            self.may_work_on(scope, &open.area, key.1.as_ref())?;
            return match open.draft.removes {
                true => self.draft_view(scope, open).await,
                false => Err(Problem::conflict("draft-open")),
            };
        }
        let mut drafted = self.draft_of_standing(scope, key).await?;
        drafted.draft.removes = true;
        match self.write_new(scope, drafted, "draft-opened").await {
            // Somebody began to write at the same moment.
            Err(Problem::Conflict { code: "text-exists" }) => Err(Problem::conflict("draft-open")),
            done => done,
        }
    }

    /// A draft of a text as it stands, not stored yet.
    async fn draft_of_standing(&self, scope: &Scope, key: &EntryKey) -> Outcome<Drafted> {
        let at = self.now();
        let me = scope.person().ok_or(Problem::SignedOut)?;
        if let Some(municipality) = &key.1 {
            may_edit_text(scope, "", Some(municipality), Right::EditKnowledge, at)?;
        }
        let entry = store::knowledge::get(&self.database, &self.tenant, key).await?;
        let entry = found(entry)?;
        let text = text_of(kind_of(&entry.kind)?, &entry.body)?;
        let area = match key.1 {
            Some(_) => area_of(&self.last_master_of(key).await?.0),
            None => area_of(&text),
        };
        may_edit_text(scope, &area, key.1.as_ref(), Right::EditKnowledge, at)?;
        if Origin::is_foreign(&entry.origin) {
            return Err(Problem::forbidden("imported-text"));
        }
        let mut drafted = self.draft_of(me, key.clone(), area, &text, entry.number, at)?;
        drafted.draft.expires_at = entry.expires_at;
        Ok(drafted)
    }

    /// A draft of these words, not stored yet.
    pub(crate) fn draft_of(
        &self,
        me: PersonId,
        key: EntryKey,
        area: String,
        text: &Text,
        base: i64,
        at: UnixMillis,
    ) -> Outcome<Drafted> {
        Ok(Drafted {
            id: self.rng.id(at),
            key,
            kind: text.kind(),
            area,
            draft: Draft::begun_by(me),
            base,
            body: json_of(text)?,
            made_at: at,
            changed_at: at,
            ended_at: None,
        })
    }

    pub(crate) async fn write_new(
        &self,
        scope: &Scope,
        drafted: Drafted,
        action: &'static str,
    ) -> Outcome<DraftView> {
        let at = drafted.made_at;
        let mut tx = self.database.begin().await?;
        drafts::put(&mut tx, &self.tenant, &drafted).await.map_err(|error| {
            if error.is_taken() { Problem::conflict("text-exists") } else { error.into() }
        })?;
        self.note_draft(&mut tx, scope, &drafted, action, at).await?;
        tx.commit().await?;
        self.draft_view(scope, drafted).await
    }

    /// A master to be written, with nothing in it but what citizens asked.
    fn first_master(
        &self,
        topic: &TopicKey,
        new: &NewText,
        title: String,
        owner: MunicipalityKey,
        outline: Outline,
    ) -> Text {
        use jiff::ToSpan as _;
        let today = self.today();
        let review = today.saturating_add(1.year());
        let department = outline.department.unwrap_or_else(crate::queues::front_office);
        let (words, related) = (outline.words, outline.related);
        if new.kind == TextKind::Guide {
            let start = Node {
                id: "start".to_owned(),
                title: String::new(),
                markdown: String::new(),
                line: 0,
                until: None,
                kind: NodeKind::Answer(vec![Way::Person]),
            };
            return Text::Guide(Box::new(Guide {
                topic: topic.clone(),
                version: 0,
                title,
                title_en: String::new(),
                area: new.area.clone(),
                department,
                competence: Competence::General,
                urgent: false,
                summary: String::new(),
                summary_en: String::new(),
                words,
                words_en: vec![],
                figures_year: None,
                rules: vec![],
                related,
                owner,
                reviewed: today,
                review,
                nodes: vec![start],
            }));
        }
        let referral = new.kind == TextKind::Referral;
        let part = |id: String, heading: String| Part { id, heading, markdown: String::new() };
        let mut parts = vec![part("todo".to_owned(), String::new())];
        for question in outline.questions {
            let id = topic_of(&question).map(|key| key.to_string());
            if let Some(id) = id.filter(|id| parts.iter().all(|part| part.id != *id)) {
                parts.push(part(id, capital(&question)));
            }
        }
        Text::Article(Box::new(Article {
            topic: topic.clone(),
            kind: if referral { TopicKind::Referral } else { TopicKind::Article },
            version: 0,
            title,
            title_en: String::new(),
            area: new.area.clone(),
            department,
            competence: if referral { Competence::OtherAuthority } else { Competence::General },
            urgent: false,
            summary: String::new(),
            summary_en: String::new(),
            words,
            words_en: vec![],
            self_service: None,
            figures_year: None,
            rules: vec![],
            related,
            owner,
            reviewed: today,
            review,
            authority: None,
            facts: vec![],
            parts,
        }))
    }

    /// A local text without words, written against the master as it stands.
    async fn empty_local(&self, master: &Text, municipality: &MunicipalityKey) -> Outcome<Text> {
        let directory = self.directory().await?;
        let usual = match master {
            Text::Article(article) => article.department.clone(),
            Text::Guide(guide) => guide.department.clone(),
            Text::Variant(_) | Text::Branches(_) => return Err(Problem::NotFound),
        };
        let owner = directory.owner_of(municipality, master.topic(), &usual).cloned();
        let department = owner.unwrap_or(usual);
        let (topic, of) = (master.topic().clone(), master.version());
        let (municipality, reviewed) = (municipality.clone(), self.today());
        Ok(match master {
            Text::Guide(_) => Text::Branches(Box::new(Branches {
                topic,
                of,
                version: 0,
                municipality,
                department,
                reviewed,
                nodes: vec![],
                choices: vec![],
            })),
            _ => Text::Variant(Box::new(Variant {
                topic,
                of,
                municipality,
                department,
                reviewed,
                demo: false,
                words: vec![],
                facts: vec![],
                self_service: None,
                parts: vec![],
            })),
        })
    }
}

/// A title as the key of a topic: Danish letters spelled out, everything else a hyphen.
fn topic_of(title: &str) -> Option<TopicKey> {
    let mut key = String::new();
    for letter in title.to_lowercase().chars() {
        match letter {
            'æ' => key.push_str("ae"),
            'ø' => key.push_str("oe"),
            'å' => key.push_str("aa"),
            'é' => key.push('e'),
            'a'..='z' | '0'..='9' => key.push(letter),
            _ if key.ends_with('-') || key.is_empty() => {}
            _ => key.push('-'),
        }
    }
    let key: String = key.chars().take(60).collect();
    TopicKey::new(key.trim_matches('-')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_key_that_can_be_read() {
        let key = |title: &str| topic_of(title).map(|key| key.to_string());
        assert_eq!(key("Pas til børn under 18 år").as_deref(), Some("pas-til-boern-under-18-aar"));
        assert_eq!(key("  ¿?  "), None);
    }
}
