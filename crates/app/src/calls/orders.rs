//! What happens to contacts, told to the exchange.

use std::collections::BTreeSet;

use base::{Id, Language, Outcome, kind};
use rules::calls::{CallId, EMERGENCY, Input, Outlook, RecordingStep};
use rules::contacts::{Contact, ContactId, Event, Party, PersonId};

use super::told::target_of;
use super::{Live, Order};
use crate::hand_overs::ErrandMail;
use crate::{App, found};

/// What the exchange must know of the consortium.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Numbering {
    /// Numbers that are answered here, as the directory writes them.
    pub lines: BTreeSet<String>,
    /// Numbers that may be called from here. 112 and 114 are always among them.
    pub outside: BTreeSet<String>,
    pub devices: Vec<Registered>,
}

/// A desk telephone that may register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub login: String,
    pub person: PersonId,
    pub secrets: String,
}

/// The number as it is dialled when it is one that may always be called.
pub(super) fn emergency(number: &str) -> Option<&'static str> {
    let written = number.split_whitespace().collect::<String>();
    EMERGENCY.into_iter().find(|emergency| *emergency == written)
}

impl App {
    /// Whatever changed a contact, its call follows. What the call itself brought about comes back
    /// as something that has already happened there.
    pub(crate) async fn tell_its_call(&self, contact: &Contact, events: &[Event]) {
        if events.contains(&Event::Unreachable) {
            let mail = ErrandMail::Unreached { contact: contact.id };
            if let Err(problem) = self.queue_mail(&format!("unreached-{}", contact.id), &mail).await
            {
                tracing::warn!(%problem, "a citizen is not written to");
            }
        }
        if !self.has_telephone() {
            return;
        }
        let call = self.call_of(contact.id).map(|(call, _)| call);
        for event in events {
            let dialled = match (event, &contact.call_back) {
                (Event::Accepted { by }, Some(owed)) if call.is_none() => Some((owed.number, *by)),
                (Event::CalledOut { by, number }, _) => Some((*number, *by)),
                _ => None,
            };
            if let Some((number, by)) = dialled {
                if let Err(problem) = self.call_citizen(contact.id, number, by).await {
                    // It is found without a call, and is owed still.
                    tracing::warn!(%problem, "a citizen could not be called");
                }
                continue;
            }
            let input = match event {
                Event::Accepted { by } => Input::Taken { by: *by },
                Event::Released { from, .. } => Input::AgentGone { person: *from },
                Event::Transferred { to, .. } => match target_of(to) {
                    Some(target) => Input::Transfer { target },
                    None => continue,
                },
                Event::Ended { by: Party::Agent(_) }
                | Event::CalledBack { reached: false, .. }
                | Event::Merged { .. } => Input::HangUp,
                // The citizen agreed to the other municipality's recording.
                Event::MunicipalityCorrected { .. } => Input::Record { step: RecordingStep::Ended },
                _ => continue,
            };
            if let Some(call) = call {
                self.tell_call(call, input);
            }
        }
    }

    /// The citizen is called, the agent's telephone first.
    async fn call_citizen(
        &self,
        contact: ContactId,
        text: Id<kind::Text>,
        by: PersonId,
    ) -> Outcome<()> {
        let number = store::chat::text(&self.database, &self.tenant, text).await?;
        let number = found(number)?;
        let at = self.now();
        let call: CallId = self.rng.id(at);
        self.account_called(call, contact, text, at).await?;
        let live = Live {
            contact,
            dialled: String::new(),
            since: at,
            picture: None,
            note: None,
            legs: std::collections::BTreeMap::new(),
        };
        self.calls().insert(call, live);
        self.order(Order::CallBack { call, number, by });
        Ok(())
    }

    /// Tells the exchange what is to be spoken to a caller.
    pub(super) async fn say_outlook(&self, call: CallId) -> Outcome<()> {
        let Some(live) = self.call(call) else { return Ok(()) };
        let read = store::contacts::read(&self.database, &self.tenant, live.contact).await?;
        let (contact, _) = found(read)?;
        let found = self.outlook_of_waiting(&contact).await?;
        let opens = self.opens_of(&contact).await?;
        let number = store::calls::number_of(&self.database, &self.tenant, call).await?;
        let outlook = Outlook {
            language: if contact.language == Language::En { Language::En } else { Language::Da },
            place: found.as_ref().and_then(|found| u32::try_from(found.position).ok()),
            wait_min: found.and_then(|found| found.wait).map(rules::queues::WaitRange::minutes),
            opens,
            call_back: number.is_some(),
        };
        self.order(Order::Outlook { call, outlook });
        Ok(())
    }

    /// The numbers, targets and desk telephones as they stand now.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn numbering(&self) -> Outcome<Numbering> {
        let directory = self.directory().await?;
        let devices = store::calls::devices(&self.database, &self.tenant).await?;
        Ok(Numbering {
            lines: directory.numbers().into_iter().map(str::to_owned).collect(),
            outside: directory
                .outside_numbers()
                .into_iter()
                .chain(EMERGENCY)
                .map(str::to_owned)
                .collect(),
            devices: devices
                .into_iter()
                .map(|device| Registered {
                    login: device.login,
                    person: device.person,
                    secrets: device.secrets,
                })
                .collect(),
        })
    }
}
