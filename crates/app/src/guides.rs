//! Question guides: one tree for citizen and agent alike (product rule 9).
//!
//! Read first: [`Walking`] (the edition somebody walks: who began a version finishes it),
//! [`App::guide_step`] (the citizen's), [`App::contact_guide`] (beside a conversation, where the
//! citizen's answers are carried on).

mod statistics;
mod walks;
mod workshop;

use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Scope, TopicKey};
use jiff::civil::Date;
use rules::guides::{Edition, Guide, Node, NodeKind, Path, Way, graft, walk};
use serde::Serialize;
use utoipa::ToSchema;

use crate::articles::{Knowledge, topic_path};
use crate::directory::Directory;
use crate::{App, found};

pub use statistics::{GuideStatistics, NodeStatistics, Turned};
pub use walks::{ContactWalk, TrailAnswer};
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
            .await?
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
    /// [`base::Problem::NotFound`] for an unknown municipality or guide.
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
    /// [`base::Problem::NotFound`] out of reach or for an unknown guide.
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

/// Today in Denmark.
fn today(app: &App) -> Date {
    rules::hours::Zone::default().date(app.now())
}
