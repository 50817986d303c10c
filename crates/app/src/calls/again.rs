//! Callers who dial again: they have their place back, and a number is not called by everybody whom it
//! asked.

use base::{DepartmentKey, MunicipalityKey, Outcome, UnixMillis};
use rules::calls::call_back::{AGAIN_MS, When};
use rules::calls::{CallId, PHONE_SILENT_MS};
use rules::contacts::{Command, Contact, ContactId, Phase};

use crate::App;
use crate::contacts::{Door, Turn};

/// So long a caller who hung up while waiting finds the place again.
const AGAIN_S: i64 = 180;
/// So many call-backs are owed to one number at a time: who sends a stranger's number must not make every
/// line call it.
const OWED_MOST: usize = 3;

impl App {
    /// The contact that whoever calls left waiting in the same line just now: its place is theirs, once.
    pub(super) async fn place_of_last_call(
        &self,
        pseudonym: &str,
        line: (Option<&MunicipalityKey>, Option<&DepartmentKey>),
    ) -> Outcome<Option<ContactId>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let since = self.now().plus_seconds(-AGAIN_S);
        Ok(store::calls::hung_up_waiting(database, tenant, pseudonym, line, since).await?)
    }

    /// Whether the caller of a call that was cut off dialled again before it was missed. Their new call
    /// goes on in the contact of the old one then, which has the place.
    pub(super) async fn goes_on_again(
        &self,
        call: CallId,
        contact: ContactId,
        at: UnixMillis,
    ) -> Outcome<bool> {
        // It is told once more.
        if self.calls().iter().any(|(other, live)| *other != call && live.contact == contact) {
            return Ok(true);
        }
        let (database, tenant) = (&self.database, &self.tenant);
        // Half as long again: the exchange looks from time to time.
        let since = at + -PHONE_SILENT_MS * 3 / 2;
        let found = store::calls::dialled_again(database, tenant, call, since).await?;
        let Some((again, newer)) = found else { return Ok(false) };
        let old = crate::found(store::contacts::read(database, tenant, contact).await?)?.0;
        if !waits(&old) || old.place.is_none() || old.call_back.is_some() {
            return Ok(false);
        }
        let system = self.system("telephone");
        let joined = self
            .change(&system, Door::System, newer, |newer, _| {
                let merge = (waits(newer) && newer.call_back.is_none())
                    .then_some(Command::Merge { into: contact });
                let commands = merge.into_iter().collect();
                Ok(Turn { commands, texts: vec![], action: "telephone" })
            })
            .await?;
        if joined.contact.merged_into != Some(contact) {
            return Ok(false);
        }
        store::calls::move_to(database, tenant, again, contact).await?;
        if let Some(live) = self.calls().get_mut(&again) {
            live.contact = contact;
        }
        Ok(true)
    }

    /// Another contact of the same number that is called back no later, when this one need not be: of the
    /// same line, or of any when the number is owed enough calls.
    pub(super) async fn owed_already(
        &self,
        contact: &Contact,
        when: When,
        at: UnixMillis,
    ) -> Outcome<Option<ContactId>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let mut open = store::calls::open_of_same_number(database, tenant, contact.id).await?;
        open.retain(|other| other.call_back.is_some());
        let no_later = |other: &Contact| when != When::Turn || other.is_due(at + AGAIN_MS);
        let same_line = open.iter().find(|other| {
            (&other.municipality, &other.department) == (&contact.municipality, &contact.department)
                && no_later(other)
        });
        let first = open.first().filter(|_| open.len() >= OWED_MOST);
        Ok(same_line.or(first).map(|other| other.id))
    }
}

/// Nobody has it yet.
const fn waits(contact: &Contact) -> bool {
    matches!(contact.phase, Phase::Arrived | Phase::Waiting | Phase::Offered { .. })
}
