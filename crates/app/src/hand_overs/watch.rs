//! A promise is looked after: the department is warned, and the citizen told **before** it is broken.

use base::{Outcome, UnixMillis};
use rules::contacts::{Command, ContactId, Event, HandOverPhase, Party};
use serde::{Deserialize, Serialize};

use super::HandOverId;
use super::inbox::reply_code;
use crate::App;
use crate::contacts::{Door, Turn};

/// So long before a deadline the department is warned and the citizen is told if nobody has begun.
const WARN_BEFORE_S: i64 = 3600;
/// A promise that would be broken is moved by itself at most this often.
const MOVES: u8 = 3;
/// The kinds of jobs this area runs.
pub const JOB_MAIL: &str = "errand-mail";
pub const JOB_WATCH: &str = "errand-watch";

/// A mail to a citizen about an errand or a call-back, as a job keeps it. The text is made when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "kebab-case")]
pub enum ErrandMail {
    Promised {
        contact: ContactId,
        hand_over: HandOverId,
    },
    Moved {
        contact: ContactId,
        hand_over: HandOverId,
    },
    Answered {
        contact: ContactId,
        hand_over: HandOverId,
    },
    /// The citizen was called back as often as is promised, and nobody answered.
    Unreached {
        contact: ContactId,
    },
}

impl App {
    pub(super) async fn watch_errand(
        &self,
        contact: ContactId,
        id: HandOverId,
        deadline: UnixMillis,
    ) -> Outcome<()> {
        let body = serde_json::json!({ "contact": contact, "hand_over": id }).to_string();
        let run_at = deadline.plus_seconds(-WARN_BEFORE_S).max(self.now());
        self.add_job(JOB_WATCH, &id.to_string(), run_at, &body).await
    }

    pub(super) async fn forget_watch(&self, id: HandOverId) -> Outcome<()> {
        self.cancel_job(JOB_WATCH, &id.to_string()).await
    }

    pub(crate) async fn queue_mail(&self, key: &str, mail: &ErrandMail) -> Outcome<()> {
        let body = serde_json::to_string(mail).map_err(|_| store::StoreError::Damaged("mail"))?;
        self.add_job(JOB_MAIL, key, self.now(), &body).await
    }

    /// The job an hour before a deadline: an errand that nobody has begun gets a later promise, and
    /// the citizen is told before the first one is broken. After three moves it is left to the
    /// department, which sees it as overdue.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`]: try again.
    pub async fn watch(&self, contact: ContactId, id: HandOverId) -> Outcome<()> {
        let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
        let Some((state, _)) = read else { return Ok(()) };
        let Some(errand) = state.hand_overs.get(&id) else { return Ok(()) };
        let open = matches!(errand.phase, HandOverPhase::New | HandOverPhase::Taken);
        if !open || errand.moved >= MOVES {
            return Ok(());
        }
        let from = errand.deadline.max(self.now());
        let later = self.promise_of(&errand.municipality, &errand.department, from).await?;
        let command = Command::MovePromise { hand_over: id, by: Party::System, deadline: later };
        let system = self.system("promises");
        let turn = Turn::of("move-promise", command);
        let changed = self.change(&system, Door::System, contact, |_, _| Ok(turn)).await?;
        if changed.events.iter().any(|event| matches!(event, Event::PromiseMoved { .. })) {
            let moved = errand.moved.saturating_add(1);
            self.tell_of_move(contact, id, reply_code(errand.reply), moved).await?;
            self.watch_errand(contact, id, later).await?;
        }
        Ok(())
    }
}
