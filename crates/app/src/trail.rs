//! What a visitor searched and read in the last 24 hours: shown to the visitor, removed on request,
//! seen by the agent who opens the contact, and gone after a day (product rule 14).

use base::{Actor, MunicipalityKey, Outcome, Problem, Scope, TopicKey, UnixMillis};
use rules::contacts::Contact;
use rules::text::FreeText;
use serde::Serialize;
use store::trail::{Step, StepId, Walk, What};
use utoipa::ToSchema;

use crate::App;
use crate::desk::TrailLine;
use crate::guides::TrailAnswer;

/// A trail is kept so long.
pub const KEPT_S: i64 = 24 * 3600;
/// Longest text of a step, in characters; what is longer is cut.
const TEXT_LIMIT: usize = 300;

/// What a visitor did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    Search,
    Article,
    Guide,
    Page,
}

impl StepKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Article => "article",
            Self::Guide => "guide",
            Self::Page => "page",
        }
    }
}

/// A step to be remembered.
#[derive(Debug, Clone)]
pub struct NewStep {
    pub municipality: MunicipalityKey,
    pub kind: StepKind,
    /// The words searched for.
    pub text: Option<String>,
    pub topic: Option<TopicKey>,
    /// How many hits a search had.
    pub found: Option<i64>,
}

/// A step as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepView {
    #[schema(value_type = String)]
    pub id: StepId,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    /// `search`, `article`, `guide`, `page`.
    pub kind: String,
    /// The words; the topic's title when there are none.
    pub text: String,
    #[schema(value_type = Option<String>)]
    pub topic: Option<TopicKey>,
    pub found: Option<i64>,
    /// What was asked and answered in a guide.
    pub answers: Vec<TrailAnswer>,
}

/// Which steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    One(StepId),
    All,
}

impl App {
    /// Remembers a step of the visitor. The same as the last one (a reload) is not remembered twice.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody without a mark or an unknown municipality.
    pub async fn add_step(&self, scope: &Scope, new: NewStep) -> Outcome<()> {
        let mark = mark_in(scope)?;
        self.known_line(&new.municipality, None).await?;
        let text = new.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let text = text
            .map(|text| {
                let short: String = text.chars().take(TEXT_LIMIT).collect();
                FreeText::accept(&short, TEXT_LIMIT).map(FreeText::into_string)
            })
            .transpose()
            // Nothing but invisible characters: nothing to remember.
            .unwrap_or(None);
        let at = self.now();
        let step = Step {
            id: self.rng.id(at),
            at,
            municipality: new.municipality,
            kind: new.kind.code().to_owned(),
            what: What { text, topic: new.topic, found: new.found, walk: None },
        };
        let before = self.steps(mark).await?;
        if let Some(last) = before.last()
            && last.kind == step.kind
            && last.municipality == step.municipality
            && last.what == step.what
        {
            return Ok(());
        }
        Ok(store::trail::add(&self.database, &self.tenant, mark, &step).await?)
    }

    /// Remembers how far the visitor has come in a guide: the next answer takes the place of the one
    /// before.
    pub(crate) async fn add_walk(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
        walk: Walk,
    ) -> Outcome<()> {
        let mark = mark_in(scope)?;
        let at = self.now();
        let what = What { topic: Some(topic.clone()), walk: Some(walk), ..What::default() };
        let step = Step {
            id: self.rng.id(at),
            at,
            municipality: municipality.clone(),
            kind: StepKind::Guide.code().to_owned(),
            what,
        };
        if let Some(last) = self.steps(mark).await?.last()
            && is_walk(last, municipality, topic)
        {
            if last.what == step.what {
                return Ok(());
            }
            self.forget(mark, Some(last.id)).await?;
        }
        Ok(store::trail::add(&self.database, &self.tenant, mark, &step).await?)
    }

    /// The visitor's own last walk of a guide, and when its last step was.
    pub(crate) async fn last_walk(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
    ) -> Outcome<Option<(UnixMillis, Walk)>> {
        self.walk_of_mark(mark_in(scope)?, municipality, topic).await
    }

    /// A mark's last walk of a guide. For the one who has looked whether it may be seen.
    pub(crate) async fn walk_of_mark(
        &self,
        mark: &str,
        municipality: &MunicipalityKey,
        topic: &TopicKey,
    ) -> Outcome<Option<(UnixMillis, Walk)>> {
        let steps = self.steps(mark).await?;
        let last = steps.into_iter().rev().find(|step| is_walk(step, municipality, topic));
        Ok(last.and_then(|step| Some((step.at, step.what.walk?))))
    }

    /// The visitor's own trail, oldest first.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody without a mark.
    pub async fn trail(&self, scope: &Scope) -> Outcome<Vec<StepView>> {
        self.trail_of(mark_in(scope)?).await
    }

    /// The trail of a mark, oldest first. For the one who shows a contact and has looked whether it
    /// may be seen (and written so in the audit log).
    pub(crate) async fn trail_of(&self, mark: &str) -> Outcome<Vec<StepView>> {
        let knowledge = self.knowledge().await?;
        let mut views = Vec::new();
        for step in self.steps(mark).await? {
            let What { text, topic, found, walk } = step.what;
            let title = topic.as_ref().and_then(|topic| knowledge.head(topic));
            let title = title.map(|head| head.title.to_owned());
            let answers = match (&topic, &walk) {
                (Some(topic), Some(Walk { edition, walked })) => {
                    let all = usize::MAX;
                    self.answers_on(&step.municipality, topic, edition, &walked.path, all).await?
                }
                _ => vec![],
            };
            views.push(StepView {
                id: step.id,
                at: step.at,
                municipality: step.municipality,
                kind: step.kind,
                text: text.or(title).unwrap_or_default(),
                topic,
                found,
                answers,
            });
        }
        Ok(views)
    }

    /// What the citizen searched and read in the contact's municipality until an agent took over, as
    /// long as it is kept; for the agent who has the contact.
    pub(crate) async fn trail_before(
        &self,
        mark: &str,
        contact: &Contact,
    ) -> Outcome<Vec<TrailLine>> {
        let steps = self.trail_of(mark).await?;
        let home = contact.municipality.as_ref();
        Ok(steps
            .into_iter()
            .filter(|step| home.is_none_or(|home| *home == step.municipality))
            .filter(|step| contact.first_answer_at.is_none_or(|answered| step.at <= answered))
            .map(|step| TrailLine {
                at: step.at,
                kind: step.kind,
                text: step.text,
                topic: step.topic,
                found: step.found,
                answers: step.answers,
            })
            .collect())
    }

    /// Removes one step of the visitor's own trail, or the whole.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody without a mark.
    pub async fn remove_steps(&self, scope: &Scope, which: Which) -> Outcome<()> {
        let step = match which {
            Which::One(step) => Some(step),
            Which::All => None,
        };
        let mark = mark_in(scope)?;
        // What is written down of searches for the improvement loop is not told apart by steps:
        // whoever removes one removes all of it.
        self.forget_searches(mark).await?;
        self.forget(mark, step).await
    }

    async fn steps(&self, mark: &str) -> Outcome<Vec<Step>> {
        let since = self.now().plus_seconds(-KEPT_S);
        Ok(store::trail::of(&self.database, &self.tenant, mark, since).await?)
    }

    async fn forget(&self, mark: &str, step: Option<StepId>) -> Outcome<()> {
        store::trail::remove(&self.database, &self.tenant, mark, step).await?;
        Ok(())
    }
}

fn is_walk(step: &Step, municipality: &MunicipalityKey, topic: &TopicKey) -> bool {
    step.what.walk.is_some()
        && step.municipality == *municipality
        && step.what.topic.as_ref() == Some(topic)
}

fn mark_in(scope: &Scope) -> Outcome<&str> {
    match &scope.actor {
        Actor::Citizen { mark } => Ok(mark),
        Actor::Person(_) | Actor::System(_) => Err(Problem::NotFound),
    }
}
