//! The citizen's status page, behind a link that nobody guesses.

use base::{Language, MunicipalityKey, Outcome, Problem, UnixMillis};
use rules::contacts::{Channel, ContactId, HandOverPhase, ReplyWay};

use crate::{App, found};

/// What the citizen sees on the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub municipality: MunicipalityKey,
    pub language: Language,
    pub errands: Vec<StatusErrand>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusErrand {
    pub department_name: String,
    pub phase: HandOverPhase,
    pub made_at: UnixMillis,
    pub deadline: UnixMillis,
    pub moved: u8,
    pub reply: ReplyWay,
    /// What the citizen wrote, when it was a message.
    pub message: Option<String>,
    pub answer: Option<String>,
}

impl App {
    /// Path of the status page of a contact: its token is made from the consortium's key, so it is
    /// stored nowhere and can be made again.
    pub(crate) fn status_path(&self, municipality: &MunicipalityKey, id: ContactId) -> String {
        let token = identity::link_token(&self.settings.secret, "status", &id.to_string());
        format!("/{municipality}/status/{id}.{token}")
    }

    /// The status page behind an unguessable link.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a wrong token, whatever the id.
    pub async fn status(&self, contact: ContactId, token: &str) -> Outcome<Status> {
        let subject = contact.to_string();
        if !identity::check_link_token(&self.settings.secret, "status", &subject, token) {
            return Err(Problem::NotFound);
        }
        let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
        let (state, _) = found(read)?;
        let municipality = found(state.municipality.clone())?;
        let texts = store::chat::texts_of(&self.database, &self.tenant, contact).await?;
        let words = if state.channel == Channel::Message {
            store::chat::citizens_words(&self.database, &self.tenant, contact)
                .await?
                .into_iter()
                .next()
        } else {
            None
        };
        let mut errands = Vec::new();
        for errand in state.hand_overs.values() {
            errands.push(StatusErrand {
                department_name: self
                    .department_name(&errand.municipality, &errand.department)
                    .await?,
                phase: errand.phase,
                made_at: errand.made_at,
                deadline: errand.deadline,
                moved: errand.moved,
                reply: errand.reply,
                message: words.clone(),
                answer: errand.answer.and_then(|id| texts.get(&id).cloned()),
            });
        }
        errands.sort_by_key(|errand| errand.made_at);
        Ok(Status { municipality, language: state.language, errands })
    }
}
