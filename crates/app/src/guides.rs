//! Question guides: one tree for citizen and agent alike (product rule 9).
//!
//! Read first: [`Walking`] (the edition somebody walks: who began a version finishes it),
//! [`App::guide_step`] (the citizen's), [`App::contact_guide`] (beside a conversation, where the
//! citizen's answers are carried on).

mod statistics;
mod workshop;

use base::{
    DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnixMillis,
    kind,
};
use jiff::civil::Date;
use rules::contacts::{Contact, ContactId};
use rules::guides::{Edition, Guide, Node, NodeKind, Path, Walked, Way, graft, tally, walk};
use serde::Serialize;
use store::chat::NewText;
use store::guides::{CountedAt, KeptWalk, Walker};
use utoipa::ToSchema;

use crate::articles::{Knowledge, topic_path};
use crate::contacts::Door;
use crate::desk::TrailLine;
use crate::directory::Directory;
use crate::{App, away, found};

pub use statistics::{GuideStatistics, NodeStatistics, Turned};
pub use workshop::GuideText;

/// Where somebody stands in a guide. Texts are Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GuideView {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
    pub summary: String,
    /// The versions that are walked, as an address carries them.
    pub edition: String,
    /// Since it was begun a newer one has been published.
    pub newer: bool,
    /// The address named a version that never was: this is the start of today's.
    pub lost: bool,
    pub step: GuideStep,
    /// What was asked and answered, first question first.
    pub so_far: Vec<AnswerGiven>,
    /// The most questions that can follow; 0 at an answer.
    pub longest_way_left: usize,
    /// The part of the given path that holds.
    pub path: String,
}

/// A question or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GuideStep {
    pub node: String,
    pub title: String,
    pub markdown: String,
    /// The last day on which it was true, when that is over.
    #[schema(value_type = Option<String>)]
    pub expired: Option<Date>,
    /// Empty at an answer.
    pub options: Vec<GuideOption>,
    /// The ways on from an answer, best first; empty at a question.
    pub ways: Vec<GuideWay>,
}

/// A choice, and the path that taking it makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GuideOption {
    pub text: String,
    pub path: String,
}

/// A question that has been answered; `path` leads back to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerGiven {
    /// The id of the question.
    pub node: String,
    pub question: String,
    pub answer: String,
    pub path: String,
}

/// Where an answer leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "way", rename_all = "kebab-case")]
pub enum GuideWay {
    Topic {
        #[schema(value_type = String)]
        topic: TopicKey,
        kind: &'static str,
        title: String,
        summary: String,
        url: String,
    },
    /// A site outside, `https://` only.
    Link { label: String, url: String },
    Department {
        #[schema(value_type = String)]
        department: DepartmentKey,
        name: String,
        url: String,
    },
    /// A person, who sees the answers given so far.
    Person { url: String },
}

/// An edition of a guide as one municipality's citizens walk it.
#[derive(Debug, Clone)]
pub(crate) struct Walking {
    /// With the municipality's branches.
    pub guide: Guide,
    pub edition: Edition,
    pub newer: bool,
    pub lost: bool,
}

/// What a step is shown with.
struct Shown<'a> {
    knowledge: &'a Knowledge,
    directory: &'a Directory,
    municipality: &'a MunicipalityKey,
    language: Language,
    today: Date,
}

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

impl GuideView {
    /// Where a path leads. `None` for a guide without nodes.
    fn of(walking: &Walking, shown: &Shown<'_>, path: &str) -> Option<Self> {
        let guide = &walking.guide;
        let path = if walking.lost { Path::default() } else { Path::parse(path) };
        let step = walk(guide, shown.municipality, &path)?;
        let (title, summary) = match shown.language {
            Language::Da => (&guide.title, &guide.summary),
            Language::En => (&guide.title_en, &guide.summary_en),
        };
        Some(Self {
            topic: guide.topic.clone(),
            title: title.clone(),
            summary: summary.clone(),
            edition: walking.edition.to_string(),
            newer: walking.newer,
            lost: walking.lost,
            step: GuideStep {
                node: step.node.id.clone(),
                title: step.node.title.clone(),
                markdown: step.node.markdown.clone(),
                expired: step.node.until.filter(|until| *until < shown.today),
                options: step
                    .options
                    .iter()
                    .map(|option| GuideOption {
                        text: option.text.to_owned(),
                        path: option.path.to_string(),
                    })
                    .collect(),
                ways: shown.ways(step.node),
            },
            so_far: step
                .so_far
                .iter()
                .map(|answered| AnswerGiven {
                    node: answered.question.id.clone(),
                    question: answered.question.title.clone(),
                    answer: answered.answer.to_owned(),
                    path: answered.before.to_string(),
                })
                .collect(),
            longest_way_left: step.longest_way_left,
            path: step.path.to_string(),
        })
    }
}

impl Shown<'_> {
    /// The ways on from a node. An answer never leaves anybody alone: where it is over, or what it
    /// led to is gone, a person helps.
    fn ways(&self, node: &Node) -> Vec<GuideWay> {
        let NodeKind::Answer(ways) = &node.kind else { return vec![] };
        let person = || {
            way_of(&Way::Person, self.knowledge, self.directory, self.municipality, self.language)
        };
        if node.until.is_some_and(|until| until < self.today) {
            return person().into_iter().collect();
        }
        let found: Vec<GuideWay> = ways
            .iter()
            .filter_map(|way| {
                way_of(way, self.knowledge, self.directory, self.municipality, self.language)
            })
            .collect();
        if found.is_empty() { person().into_iter().collect() } else { found }
    }
}

/// A way that leads somewhere in this municipality.
fn way_of(
    way: &Way,
    knowledge: &Knowledge,
    directory: &Directory,
    municipality: &MunicipalityKey,
    language: Language,
) -> Option<GuideWay> {
    Some(match way {
        Way::Topic(topic) => {
            let head = knowledge.head(topic)?;
            GuideWay::Topic {
                topic: topic.clone(),
                kind: head.kind.word(),
                title: head.title_in(language).to_owned(),
                summary: head.summary_in(language).to_owned(),
                url: format!("/{municipality}{}", topic_path(head.kind, topic)),
            }
        }
        Way::Link { url, label } => GuideWay::Link { label: label.clone(), url: url.clone() },
        Way::Department(department) => {
            let line = directory.line(municipality, department)?;
            GuideWay::Department {
                department: department.clone(),
                name: match language {
                    Language::Da => line.department.name.clone(),
                    Language::En => line.department.name_en.clone(),
                },
                url: format!("/{municipality}/contact/{department}"),
            }
        }
        Way::Person => GuideWay::Person { url: format!("/{municipality}/chat") },
    })
}

impl App {
    /// The edition that is walked: the one named, or today's.
    pub(crate) async fn walking(
        &self,
        knowledge: &Knowledge,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        asked: Option<&str>,
    ) -> Outcome<Walking> {
        let master = found(knowledge.guides.get(topic))?;
        let own = knowledge.branches.get(topic).and_then(|all| all.get(municipality));
        let edition =
            Edition { guide: master.version, branches: own.map(|branches| branches.version) };
        let today = |lost| Walking {
            guide: graft(master, own.map(std::slice::from_ref).unwrap_or_default()),
            edition,
            newer: false,
            lost,
        };
        let asked = match asked.filter(|asked| !asked.is_empty()).map(str::parse::<Edition>) {
            None => return Ok(today(false)),
            Some(Ok(asked)) if asked == edition => return Ok(today(false)),
            Some(Ok(asked)) => asked,
            Some(Err(_)) => return Ok(today(true)),
        };
        let old_master = if asked.guide == master.version {
            Some(master.clone())
        } else {
            self.old_text(topic, None, asked.guide).await?
        };
        let old_own = match (asked.branches, own) {
            (None, _) => Some(vec![]),
            (Some(version), Some(own)) if own.version == version => Some(vec![own.clone()]),
            (Some(version), _) => {
                self.old_text(topic, Some(municipality), version).await?.map(|own| vec![own])
            }
        };
        Ok(match (old_master, old_own) {
            (Some(master), Some(own)) => {
                Walking { guide: graft(&master, &own), edition: asked, newer: true, lost: false }
            }
            _ => today(true),
        })
    }

    /// A version that was published once.
    async fn old_text<T: serde::de::DeserializeOwned>(
        &self,
        topic: &TopicKey,
        municipality: Option<&MunicipalityKey>,
        version: u32,
    ) -> Outcome<Option<T>> {
        let key = (topic.clone(), municipality.cloned());
        let (database, tenant, number) = (&self.database, &self.tenant, i64::from(version));
        let old = store::workshop::versions::get(database, tenant, &key, number)
            .await
            .map_err(away)?
            .filter(|old| old.what == "published");
        // One that this program cannot read any more is as good as gone: the walk begins anew.
        let mut body: serde_json::Value =
            match old.and_then(|old| serde_json::from_str(&old.body).ok()) {
                Some(body) => body,
                None => return Ok(None),
            };
        // The number of the text is the version, whatever the body was sent with.
        if let Some(fields) = body.as_object_mut() {
            fields.insert("version".to_owned(), version.into());
        }
        Ok(serde_json::from_value(body).ok())
    }

    /// The first step of today's edition.
    pub(crate) fn first_step(
        &self,
        knowledge: &Knowledge,
        directory: &Directory,
        guide: &Guide,
        municipality: &MunicipalityKey,
        language: Language,
    ) -> Option<GuideView> {
        let own = knowledge.branches.get(&guide.topic).and_then(|all| all.get(municipality));
        let walking = Walking {
            guide: graft(guide, own.map(std::slice::from_ref).unwrap_or_default()),
            edition: Edition { guide: guide.version, branches: own.map(|own| own.version) },
            newer: false,
            lost: false,
        };
        let today = today(self);
        let shown = Shown { knowledge, directory, municipality, language, today };
        GuideView::of(&walking, &shown, "")
    }

    async fn step_of(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        edition: Option<&str>,
        path: &str,
        language: Language,
    ) -> Outcome<GuideView> {
        let knowledge = self.knowledge_of(Some(municipality)).await?;
        let directory = self.directory().await?;
        let walking = self.walking(&knowledge, municipality, topic, edition).await?;
        let shown = Shown {
            knowledge: &knowledge,
            directory: &directory,
            municipality,
            language,
            today: today(self),
        };
        found(GuideView::of(&walking, &shown, path))
    }

    /// Where a citizen of a municipality stands in an edition of a guide after some answers; without
    /// one, in today's. Who names an edition that never was begins today's anew.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or guide.
    pub async fn guide_step(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        edition: Option<&str>,
        path: &str,
        language: Language,
    ) -> Outcome<GuideView> {
        self.known_line(municipality, None).await?;
        self.step_of(municipality, topic, edition, path, language).await
    }

    /// The same for staff who read it; without a municipality as citizens of the guide's owner see
    /// it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or for an unknown guide.
    pub async fn guide(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        topic: &TopicKey,
        edition: Option<&str>,
        path: &str,
        language: Language,
    ) -> Outcome<GuideView> {
        self.may_read_knowledge(scope, municipality)?;
        let owner = found(self.knowledge().await?.guides.get(topic))?.owner.clone();
        let site = municipality.unwrap_or(&owner);
        self.step_of(site, topic, edition, path, language).await
    }

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
        let before = before.filter(|walk| walk.edition == view.edition).map(|walk| walk.walked);
        let path = Path::parse(&view.path);
        let (walked, counted) = tally(&walking.guide, municipality, before.as_ref(), &path);
        if !counted.is_empty() {
            let mut tx = self.database.begin().await.map_err(away)?;
            let at = CountedAt {
                topic: &view.topic,
                municipality,
                day: &today(self).to_string(),
                version: walking.edition.guide,
                who: Walker::Citizen,
            };
            store::guides::count(&mut tx, &self.tenant, at, &counted).await.map_err(away)?;
            tx.commit().await.map_err(away)?;
        }
        let walk = store::trail::Walk { edition: view.edition.clone(), walked };
        self.add_walk(scope, municipality, &view.topic, walk).await
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
        let kept = store::guides::kept(database, tenant, contact.id).await.map_err(away)?;
        if let Some((_, walk)) = kept.into_iter().find(|(_, walk)| walk.topic == *topic) {
            return Ok(Some(walk));
        }
        let mark = store::chat::mark_of(database, tenant, contact.id).await.map_err(away)?;
        let Some(mark) = mark.and_then(|mark| mark.mark) else { return Ok(None) };
        let walk = self.walk_of_mark(&mark, municipality, topic).await?;
        Ok(walk.map(|walk| {
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
        let (walked, counted) = tally(&walking.guide, site, Some(&earlier), &path);
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
        let mut tx = self.database.begin().await.map_err(away)?;
        store::guides::keep(&mut tx, &self.tenant, contact.id, id, &walk, at)
            .await
            .map_err(away)?;
        let counted_at = CountedAt {
            topic,
            municipality: site,
            day: &today(self).to_string(),
            version: walking.edition.guide,
            who: Walker::Agent,
        };
        store::guides::count(&mut tx, &self.tenant, counted_at, &counted).await.map_err(away)?;
        let subject = contact.id.to_string();
        let place = contact.municipality.as_ref();
        self.audit(&mut tx, scope, Some(ground), place, "walk-guide", &subject, at).await?;
        tx.commit().await.map_err(away)?;
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
        let Some(walk) = self.last_walk(scope, municipality, topic).await? else {
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
        let body =
            serde_json::to_string(&kept).map_err(|_| away(store::StoreError::Damaged("guide")))?;
        let id = self.rng.id(self.now());
        Ok(Some(NewText { id, contact: Some(contact), kind: store::guides::TEXT_KIND, body }))
    }

    /// The walks kept with a contact, as lines of its trail.
    pub(crate) async fn kept_walks(&self, contact: ContactId) -> Outcome<Vec<TrailLine>> {
        let kept =
            store::guides::kept(&self.database, &self.tenant, contact).await.map_err(away)?;
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

/// Today in Denmark.
fn today(app: &App) -> Date {
    rules::hours::Zone::default().date(app.now())
}
