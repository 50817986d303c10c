//! Text beside the voice (product rule 15): a caller joins in writing, by a code that the agent says.

use base::{Actor, MunicipalityKey, Outcome, Problem, Scope};
use rules::contacts::{Channel, ContactId};

use crate::contacts::Door;
use crate::{App, found};

/// So long (s) a code that was said opens the contact.
const CODE_S: i64 = 600;
/// So many codes are tried for a free one.
const TRIES: usize = 5;
/// A browser may be wrong so often in [`CODE_S`], and everybody together so often: there are a
/// million codes, and few of them stand for a contact.
const WRONG_EACH: i64 = 5;
const WRONG_ALL: i64 = 200;

impl App {
    /// A code of six digits that lets the citizen of one's own call join in writing. A later one
    /// replaces it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or without a call; [`Problem::Forbidden`] when it is
    /// another agent's; [`Problem::Conflict`] for what began in writing: its citizen has a page.
    pub async fn spoken_code(&self, scope: &Scope, contact: ContactId) -> Outcome<String> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (state, _, _) = self.see(scope, Door::Work, contact).await?;
        if state.owner() != Some(person) {
            return Err(Problem::forbidden("not-owner"));
        }
        if !self.has_call(contact) {
            return Err(Problem::NotFound);
        }
        if state.channel != Channel::Call {
            return Err(Problem::conflict("began-in-writing"));
        }
        let now = self.now();
        for _ in 0..TRIES {
            let code = format!("{:06}", u32::from_le_bytes(self.rng.bytes::<4>()) % 1_000_000);
            let (database, tenant) = (&self.database, &self.tenant);
            let until = now.plus_seconds(CODE_S);
            if store::calls::give_code(database, tenant, contact, &code, now, until).await? {
                return Ok(code);
            }
        }
        Err(Problem::Unavailable { code: "no-code" })
    }

    /// A citizen's browser joins the call whose agent said this code.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a wrong code; [`Problem::TooMany`] after several.
    pub async fn join_in_writing(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        code: &str,
    ) -> Outcome<ContactId> {
        let Actor::Citizen { mark } = &scope.actor else {
            return Err(Problem::forbidden("citizens-only"));
        };
        let code: String = code.chars().filter(char::is_ascii_digit).collect();
        let now = self.now();
        let each = format!("spoken-code/{mark}");
        for (name, limit) in [(each.as_str(), WRONG_EACH), ("spoken-code", WRONG_ALL)] {
            let (database, tenant) = (&self.database, &self.tenant);
            let (count, since) =
                store::logins::count_attempt(database, tenant, name, now, CODE_S * 1000).await?;
            if count > limit {
                let retry_after_s = (since.plus_seconds(CODE_S) - now) / 1000 + 1;
                return Err(Problem::TooMany { retry_after_s });
            }
        }
        let mut tx = self.database.begin().await?;
        let wrong = Problem::invalid("code", "code-wrong");
        let taken = store::calls::take_code(&mut tx, &self.tenant, &code, now).await?;
        let contact = taken.ok_or(wrong.clone())?;
        let held = store::contacts::hold(&mut tx, &self.tenant, contact).await?;
        let state = found(held.contact)?;
        if state.municipality.as_ref() != Some(municipality) || state.owner().is_none() {
            return Err(wrong);
        }
        let before = store::chat::mark_of(&self.database, &self.tenant, contact).await?;
        let pseudonym = before.and_then(|mark| mark.pseudonym);
        let tenant = &self.tenant;
        store::chat::set_mark(
            &mut tx,
            tenant,
            contact,
            Some(mark),
            pseudonym.as_deref(),
            None,
            now,
        )
        .await?;
        for name in [each.as_str(), "spoken-code"] {
            store::logins::uncount_attempt(&mut tx, &self.tenant, name).await?;
        }
        tx.commit().await?;
        if let Some((call, live)) = self.call_of(contact) {
            self.show_call(call, &live).await?;
        }
        Ok(contact)
    }
}
