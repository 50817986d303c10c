//! What a contact was about, said when it is over.

use base::{Outcome, Problem, Scope, TopicKey};
use rules::contacts::{Command, ContactId, OutcomeKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::contacts::{Door, Turn};

/// What to say at wrap-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrapUpChoices {
    pub topics: Vec<TopicChoice>,
    pub outcomes: Vec<&'static str>,
    pub suggested_outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicChoice {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
}

impl App {
    /// What to choose from at wrap-up: the topic it had, what was sent along, what the words say.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn wrap_up_choices(&self, scope: &Scope, id: ContactId) -> Outcome<WrapUpChoices> {
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        let sent = store::chat::articles_sent(&self.database, &self.tenant, id).await?;
        let words = store::chat::citizens_words(&self.database, &self.tenant, id).await?;
        let mut keys: Vec<TopicKey> = sent;
        keys.extend(contact.topic.clone());
        keys.extend(self.topics_of_words(contact.municipality.as_ref(), &words).await?);
        let mut topics: Vec<TopicChoice> = Vec::new();
        for topic in keys {
            if topics.len() < 6 && !topics.iter().any(|choice| choice.topic == topic) {
                let title = self.article_title(&topic).await?;
                topics.push(TopicChoice { topic, title });
            }
        }
        let suggested = if !contact.hand_overs.is_empty() {
            OutcomeKind::HandedOver
        } else {
            match self.competence_of(&contact).await? {
                Some("other-authority") => OutcomeKind::OtherAuthority,
                _ => OutcomeKind::ClarifiedAtOnce,
            }
        };
        let outcomes = [
            OutcomeKind::ClarifiedAtOnce,
            OutcomeKind::HandedOver,
            OutcomeKind::OtherAuthority,
            OutcomeKind::Misdirected,
            OutcomeKind::CitizenLeft,
        ];
        Ok(WrapUpChoices {
            topics,
            outcomes: outcomes.into_iter().map(outcome_code).collect(),
            suggested_outcome: outcome_code(suggested),
        })
    }

    /// Ends the contact and says what it was about. May be corrected for ten minutes.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] when it is another agent's;
    /// [`Problem::Conflict`] `too-late`, `being-put-through`; [`Problem::Invalid`] for an unknown topic.
    pub async fn wrap_up(
        &self,
        scope: &Scope,
        id: ContactId,
        topic: Option<TopicKey>,
        outcome: OutcomeKind,
    ) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        if outcome == OutcomeKind::NotStated {
            return Err(Problem::invalid("outcome", "outcome-unknown"));
        }
        if let Some(topic) = &topic {
            self.article_title(topic)
                .await
                .map_err(|_| Problem::invalid("topic", "topic-unknown"))?;
        }
        let turn = Turn::of("wrap-up", Command::WrapUp { by, topic, outcome });
        self.change(scope, Door::Work, id, |_, _| self.check_ends(id).map(|()| turn)).await?;
        Ok(())
    }
}

/// The code of an outcome, on the wire and in the catalogue (`outcome-<code>`).
#[must_use]
pub const fn outcome_code(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::ClarifiedAtOnce => "clarified-at-once",
        OutcomeKind::HandedOver => "handed-over",
        OutcomeKind::OtherAuthority => "other-authority",
        OutcomeKind::Misdirected => "misdirected",
        OutcomeKind::CitizenLeft => "citizen-left",
        OutcomeKind::NotStated => "not-stated",
    }
}
