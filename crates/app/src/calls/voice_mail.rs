//! What callers leave: a message in the department's inbox, with a deadline like any errand.

use base::{Id, Outcome, Problem, Scope, kind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rules::calls::CallId;
use rules::contacts::{Channel, Command, Contact, Party, ReplyWay};
use store::calls::SOUND;
use store::chat::NewText;

use crate::contacts::Door;
use crate::hand_overs::NewHandOver;
use crate::queues::front_office;
use crate::{App, found};

/// How long (s) A-law of so many bytes is, the last second begun.
pub(super) fn seconds_of(bytes: i64) -> i64 {
    let whole = bytes.unsigned_abs().div_ceil(u64::from(sound::RATE));
    i64::try_from(whole).unwrap_or(i64::MAX)
}

impl App {
    /// A caller has spoken to a department: an errand.
    pub(super) async fn keep_message(&self, call: CallId, audio: &[u8]) -> Outcome<()> {
        let Some(live) = self.call(call) else { return Ok(()) };
        let at = self.now();
        let contact = live.contact;
        let sound = NewText {
            id: self.rng.id(at),
            contact: Some(contact),
            kind: SOUND,
            body: STANDARD.encode(audio),
        };
        let (state, _) =
            found(store::contacts::read(&self.database, &self.tenant, contact).await?)?;
        let municipality = state.municipality.clone();
        // Without a municipality there is no department whose errand it could be.
        let Some(municipality) = municipality.filter(|_| state.owner().is_none()) else {
            let mut tx = self.database.begin().await?;
            store::chat::add_text(&mut tx, &self.tenant, &sound, at).await?;
            return Ok(tx.commit().await?);
        };
        let number = store::calls::number_of(&self.database, &self.tenant, call).await?;
        let address = match number {
            Some(number) => store::chat::text(&self.database, &self.tenant, number).await?,
            None => None,
        };
        let errand = NewHandOver {
            // The same id each time it is tried.
            id: Id::from_uuid(call.uuid()),
            municipality,
            department: state.department.clone().unwrap_or_else(front_office),
            deadline: None,
            reply: if address.is_some() { ReplyWay::Telephone } else { ReplyWay::StatusPage },
            address,
            note: String::new(),
        };
        // Who pressed 1 after the tone waits to be called all the same.
        let before = match state.call_back {
            Some(_) => vec![],
            None => vec![Command::LeaveMessage],
        };
        let made = self.errand_turn(contact, errand, Party::Citizen, before, vec![sound]).await?;
        let turn = made.turn;
        let system = self.system("telephone");
        let changed = self.change(&system, Door::System, contact, |_, _| Ok(turn)).await?;
        self.promise_made(changed, made.id, made.department_name, true).await?;
        Ok(())
    }

    /// How long (s) what a caller said to the department is; `None` when it is no such contact or it
    /// was erased.
    pub(crate) async fn voice_s(&self, contact: &Contact) -> Outcome<Option<i64>> {
        if contact.channel != Channel::Call {
            return Ok(None);
        }
        let (database, tenant) = (&self.database, &self.tenant);
        let bytes = store::calls::sound_bytes(database, tenant, contact.id).await?;
        Ok(bytes.map(seconds_of))
    }

    /// What a caller said to the department, as a WAV file. The look is logged.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach, or when nothing was said or it was erased.
    pub async fn errand_sound(&self, scope: &Scope, id: Id<kind::HandOver>) -> Outcome<Vec<u8>> {
        let hand_over = self.errand(scope, id).await?;
        let (database, tenant) = (&self.database, &self.tenant);
        let sound = store::calls::sound_of(database, tenant, hand_over.contact).await?;
        STANDARD.decode(found(sound)?).map_err(|_| Problem::NotFound)
    }
}
