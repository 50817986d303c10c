//! Question guides: one tree for citizen and agent alike (product rule 9).

use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Scope, TopicKey};
use rules::guides::{Guide, NodeKind, Path, Way, walk};
use serde::Serialize;
use utoipa::ToSchema;

use crate::articles::{Knowledge, topic_path};
use crate::directory::Directory;
use crate::{App, found};

/// Where somebody stands in a guide. Texts are Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GuideView {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
    pub summary: String,
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

impl GuideView {
    /// Where a path leads in a guide, for citizens of a municipality. `None` for a guide without
    /// nodes.
    pub(crate) fn of(
        guide: &Guide,
        knowledge: &Knowledge,
        directory: &Directory,
        municipality: &MunicipalityKey,
        path: &str,
        language: Language,
    ) -> Option<Self> {
        let step = walk(guide, municipality, &Path::parse(path))?;
        let ways = match &step.node.kind {
            NodeKind::Question(_) => vec![],
            NodeKind::Answer(ways) => ways
                .iter()
                .filter_map(|way| way_of(way, knowledge, directory, municipality, language))
                .collect(),
        };
        let head = knowledge.head(&guide.topic)?;
        Some(Self {
            topic: guide.topic.clone(),
            title: head.title_in(language).to_owned(),
            summary: head.summary_in(language).to_owned(),
            step: GuideStep {
                node: step.node.id.clone(),
                title: step.node.title.clone(),
                markdown: step.node.markdown.clone(),
                options: step
                    .options
                    .iter()
                    .map(|option| GuideOption {
                        text: option.text.to_owned(),
                        path: option.path.to_string(),
                    })
                    .collect(),
                ways,
            },
            so_far: step
                .so_far
                .iter()
                .map(|answered| AnswerGiven {
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
    /// Where a citizen of a municipality stands in a guide after some answers.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] for an unknown municipality or guide.
    pub async fn guide_step(
        &self,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        path: &str,
        language: Language,
    ) -> Outcome<GuideView> {
        self.known_line(municipality, None).await?;
        let knowledge = self.knowledge().await?;
        let directory = self.directory().await?;
        let guide = found(knowledge.guides.get(topic))?;
        found(GuideView::of(guide, &knowledge, &directory, municipality, path, language))
    }

    /// The same for staff who walk it with a citizen; without a municipality as citizens of the
    /// guide's owner see it.
    ///
    /// # Errors
    /// [`base::Problem::NotFound`] out of reach or for an unknown guide.
    pub async fn guide(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        topic: &TopicKey,
        path: &str,
        language: Language,
    ) -> Outcome<GuideView> {
        self.may_read_knowledge(scope, municipality)?;
        let knowledge = self.knowledge().await?;
        let directory = self.directory().await?;
        let guide = found(knowledge.guides.get(topic))?;
        let site = municipality.unwrap_or(&guide.owner);
        found(GuideView::of(guide, &knowledge, &directory, site, path, language))
    }
}
