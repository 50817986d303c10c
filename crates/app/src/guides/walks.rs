//! The walk of one citizen: counted, seen and gone on with by an agent, kept with the contact.

use base::{Id, Language, MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnixMillis, kind};
use rules::contacts::{Contact, ContactId};
use rules::guides::{Counted, NodeKind, Path, Walked, tally, walk};
use serde::Serialize;
use store::chat::NewText;
use store::guides::{CountedAt, KeptWalk, Walker};
use store::trail::Walk;
use utoipa::ToSchema;

use super::{GuideView, today};
use crate::contacts::Door;
use crate::desk::TrailLine;
use crate::{App, found};

/// Where a walk beside a conversation stands, and whose answers those are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactWalk {
    #[serde(flatten)]
    pub guide: GuideView,
    /// How many of the first answers the citizen gave.
    pub by_citizen: usize,
    /// Whether the answers are kept with the contact.
    pub kept: bool,
}

/// One answer of a walk, as it is shown to whoever has the contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrailAnswer {
    pub question: String,
    pub answer: String,
    /// An agent answered for the citizen.
    pub by_agent: bool,
}

impl App {
    /// Counts what is new in a citizen's walk, and remembers it for the visitor's trail.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody without a mark.
    pub async fn note_guide_step(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        view: &GuideView,
    ) -> Outcome<()> {
        let knowledge = self.knowledge().await?;
        let walking =
            self.walking(&knowledge, municipality, &view.topic, Some(&view.edition)).await?;
        let before = self.last_walk(scope, municipality, &view.topic).await?;
        let before = before.filter(|(_, walk)| walk.edition == view.edition);
        let after_s = before.as_ref().map(|(at, _)| self.now().seconds_since(*at));
        let before = before.map(|(_, walk)| walk.walked);
        let path = Path::parse(&view.path);
        let (walked, counted) =
            tally(&walking.guide, municipality, before.as_ref(), &path, after_s);
        let version = walking.edition.guide;
        self.count_walk(municipality, &view.topic, version, &counted).await?;
        let walk = Walk { edition: view.edition.clone(), walked };
        self.add_walk(scope, municipality, &view.topic, walk).await
    }

    /// Counts an answer to "did this help?" at the answer of a guide that the visitor came to; a
    /// visitor's second one is not counted.
    pub(crate) async fn note_guide_helped(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        yes: bool,
    ) -> Outcome<()> {
        let knowledge = self.knowledge().await?;
        if !knowledge.guides.contains_key(topic) {
            return Ok(());
        }
        let Some((_, mut last)) = self.last_walk(scope, municipality, topic).await? else {
            return Ok(());
        };
        let walking = self.walking(&knowledge, municipality, topic, Some(&last.edition)).await?;
        let path = Path::parse(&last.walked.path);
        let Some(step) = walk(&walking.guide, municipality, &path) else { return Ok(()) };
        let node = step.node.id.clone();
        if walking.lost
            || !matches!(step.node.kind, NodeKind::Answer(_))
            || !last.walked.judges(&node)
        {
            return Ok(());
        }
        let counted = [Counted::Helped { node, yes }];
        self.count_walk(municipality, topic, walking.edition.guide, &counted).await?;
        self.add_walk(scope, municipality, topic, last).await
    }

    /// Counts what a citizen did.
    async fn count_walk(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        version: u32,
        counted: &[Counted],
    ) -> Outcome<()> {
        if counted.is_empty() {
            return Ok(());
        }
        let day = today(self).to_string();
        let at = CountedAt { topic, municipality, day: &day, version, who: Walker::Citizen };
        let mut tx = self.database.begin().await?;
        store::guides::count(&mut tx, &self.tenant, at, counted).await?;
        Ok(tx.commit().await?)
    }

    /// What was asked and answered on a path of an edition, the first `by_citizen` by the citizen;
    /// empty when the edition is gone.
    pub(crate) async fn answers_on(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        edition: &str,
        path: &str,
        by_citizen: usize,
    ) -> Outcome<Vec<TrailAnswer>> {
        let knowledge = self.knowledge().await?;
        let walking = match self.walking(&knowledge, municipality, topic, Some(edition)).await {
            Ok(walking) if !walking.lost => walking,
            Ok(_) | Err(Problem::NotFound) => return Ok(vec![]),
            Err(problem) => return Err(problem),
        };
        let Some(step) = walk(&walking.guide, municipality, &Path::parse(path)) else {
            return Ok(vec![]);
        };
        let answers = step.so_far.iter().enumerate().map(|(index, said)| TrailAnswer {
            question: said.question.title.clone(),
            answer: said.answer.to_owned(),
            by_agent: index >= by_citizen,
        });
        Ok(answers.collect())
    }

    /// Where the walk of a guide stands in a contact: what is kept with it, else the citizen's own
    /// walk of the last day.
    async fn walk_in(
        &self,
        contact: &Contact,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
    ) -> Outcome<Option<KeptWalk>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let kept = store::guides::kept(database, tenant, contact.id).await?;
        if let Some((_, walk)) = kept.into_iter().find(|(_, walk)| walk.topic == *topic) {
            return Ok(Some(walk));
        }
        let mark = store::chat::mark_of(database, tenant, contact.id).await?;
        let Some(mark) = mark.and_then(|mark| mark.mark) else { return Ok(None) };
        let walk = self.walk_of_mark(&mark, municipality, topic).await?;
        Ok(walk.map(|(_, walk)| {
            let by_citizen = Path::parse(&walk.walked.path).len();
            KeptWalk {
                topic: topic.clone(),
                municipality: municipality.clone(),
                edition: walk.edition,
                walked: walk.walked,
                by_citizen,
                by: None,
            }
        }))
    }

    /// A guide beside a conversation: it begins where the citizen's walk (or a colleague's) stands.
    /// With `step` the answer is given for the citizen, and kept with the contact for whoever gets it
    /// next.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or for an unknown guide; [`Problem::Forbidden`] when
    /// somebody who does not have the contact answers.
    pub async fn contact_guide(
        &self,
        scope: &Scope,
        contact: ContactId,
        topic: &TopicKey,
        step: Option<(&str, &str)>,
        language: Language,
    ) -> Outcome<ContactWalk> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, ground) = self.see(scope, Door::Work, contact).await?;
        let knowledge = self.knowledge().await?;
        let owner = &found(knowledge.guides.get(topic))?.owner;
        let site = contact.municipality.as_ref().unwrap_or(owner);
        let before = self.walk_in(&contact, site, topic).await?;
        let Some((edition, path)) = step else {
            // A corrected municipality has other branches: the answers hold there as far as they go.
            let known = before.as_ref().filter(|walk| walk.municipality == *site);
            let edition = known.map(|walk| walk.edition.as_str());
            let path = before.as_ref().map_or("", |walk| walk.walked.path.as_str());
            let guide = self.step_of(site, topic, edition, path, language).await?;
            let by_citizen = before.as_ref().map_or(0, |walk| walk.by_citizen);
            let kept = before.is_some_and(|walk| walk.by.is_some());
            let by_citizen = by_citizen.min(guide.so_far.len());
            return Ok(ContactWalk { guide, by_citizen, kept });
        };
        if contact.owner() != Some(me) {
            return Err(Problem::forbidden("not-owner"));
        }
        let guide = self.step_of(site, topic, Some(edition), path, language).await?;
        let path = Path::parse(&guide.path);
        let stood = before.as_ref().map(|walk| Path::parse(&walk.walked.path)).unwrap_or_default();
        let by_citizen =
            before.as_ref().map_or(0, |walk| walk.by_citizen.min(path.in_common(&stood)));
        let walking = self.walking(&knowledge, site, topic, Some(&guide.edition)).await?;
        let earlier = match before {
            Some(walk) if walk.by.is_some() && walk.edition == guide.edition => walk.walked,
            // What the citizen did is counted as the citizen's.
            _ => Walked::from(&walking.guide, site, &stood),
        };
        let (walked, counted) = tally(&walking.guide, site, Some(&earlier), &path, None);
        let walk = KeptWalk {
            topic: topic.clone(),
            municipality: site.clone(),
            edition: guide.edition.clone(),
            walked,
            by_citizen,
            by: Some(me),
        };
        let at = self.now();
        let id: Id<kind::Text> = self.rng.id(at);
        let mut tx = self.database.begin().await?;
        store::guides::keep(&mut tx, &self.tenant, contact.id, id, &walk, at).await?;
        let counted_at = CountedAt {
            topic,
            municipality: site,
            day: &today(self).to_string(),
            version: walking.edition.guide,
            who: Walker::Agent,
        };
        store::guides::count(&mut tx, &self.tenant, counted_at, &counted).await?;
        let subject = contact.id.to_string();
        let place = contact.municipality.as_ref();
        self.audit(&mut tx, scope, Some(ground), place, "walk-guide", &subject, at).await?;
        tx.commit().await?;
        Ok(ContactWalk { guide, by_citizen, kept: true })
    }

    /// The citizen's answers in the guide that a new contact is about, to be kept with it: they
    /// follow it wherever it goes.
    pub(crate) async fn answers_to_keep(
        &self,
        scope: &Scope,
        contact: ContactId,
        municipality: &MunicipalityKey,
        topic: Option<&TopicKey>,
    ) -> Outcome<Option<NewText>> {
        let Some(topic) = topic else { return Ok(None) };
        if !self.knowledge().await?.guides.contains_key(topic) {
            return Ok(None);
        }
        let Some((_, walk)) = self.last_walk(scope, municipality, topic).await? else {
            return Ok(None);
        };
        let by_citizen = Path::parse(&walk.walked.path).len();
        if by_citizen == 0 {
            return Ok(None);
        }
        let kept = KeptWalk {
            topic: topic.clone(),
            municipality: municipality.clone(),
            edition: walk.edition,
            walked: walk.walked,
            by_citizen,
            by: None,
        };
        let body = serde_json::to_string(&kept).map_err(|_| store::StoreError::Damaged("guide"))?;
        let id = self.rng.id(self.now());
        Ok(Some(NewText { id, contact: Some(contact), kind: store::guides::TEXT_KIND, body }))
    }

    /// The walks kept with a contact, as lines of its trail.
    pub(crate) async fn kept_walks(&self, contact: ContactId) -> Outcome<Vec<TrailLine>> {
        let kept = store::guides::kept(&self.database, &self.tenant, contact).await?;
        let mut lines = Vec::new();
        for (at, walk) in kept {
            lines.push(self.line_of_walk(at, &walk).await?);
        }
        Ok(lines)
    }

    async fn line_of_walk(&self, at: UnixMillis, walk: &KeptWalk) -> Outcome<TrailLine> {
        let (place, path) = (&walk.municipality, &walk.walked.path);
        let answers =
            self.answers_on(place, &walk.topic, &walk.edition, path, walk.by_citizen).await?;
        let knowledge = self.knowledge().await?;
        Ok(TrailLine {
            at,
            kind: "guide".to_owned(),
            text: knowledge.head(&walk.topic).map_or("", |head| head.title).to_owned(),
            topic: Some(walk.topic.clone()),
            found: None,
            answers,
        })
    }
}
