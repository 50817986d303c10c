//! An agent calls the citizen of an errand: what was promised by telephone is kept by telephone.

use base::{Id, Outcome, Problem, Right, Scope, kind};
use rules::contacts::{Command, ContactId, HandOverId, ReplyWay};
use rules::members::number_of;
use store::calls::NUMBER;
use store::chat::NewText;

use crate::contacts::{Door, Turn};
use crate::{App, found};

impl App {
    /// Calls the citizen of an errand, the agent's telephone first; the contact is the agent's for
    /// that, and comes to its desk. What may be called, and how much, the exchange decides as it does
    /// for call-backs.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach or without a number; [`Problem::Forbidden`]
    /// `not-your-role` for who takes no calls of the department; [`Problem::Invalid`] when the number
    /// is none of this country; [`Problem::Conflict`] `not-at-work`, `in-call`, or when somebody
    /// speaks with the citizen; [`Problem::Unavailable`] without a telephone.
    pub async fn call_errand(&self, scope: &Scope, id: HandOverId) -> Outcome<ContactId> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        let line = self.errand_line(scope, id).await?;
        if scope.allows(Right::WorkContacts, &line.municipality, Some(&line.department)).is_none() {
            return Err(Problem::forbidden("not-your-role"));
        }
        if !self.has_telephone() {
            return Err(Problem::Unavailable { code: "telephone-away" });
        }
        // Whose screens are not at work is taken for gone, and the contact with them.
        let present = store::presences::present(&self.database, &self.tenant, self.now()).await?;
        if present.iter().all(|presence| presence.person != by) {
            return Err(Problem::conflict("not-at-work"));
        }
        let owned = store::contacts::owned(&self.database, &self.tenant).await?;
        if owned.iter().any(|(own, _)| own.owner() == Some(by) && self.has_call(own.id)) {
            return Err(Problem::conflict("in-call"));
        }
        let read = store::contacts::read(&self.database, &self.tenant, line.contact).await?;
        let (contact, _) = found(read)?;
        let errand = found(contact.hand_overs.get(&id))?;
        let address = found(errand.address.filter(|_| errand.reply == ReplyWay::Telephone))?;
        let written = store::chat::text(&self.database, &self.tenant, address).await?;
        let body = number_of(&found(written)?)
            .ok_or_else(|| Problem::invalid("address", "number-not-danish"))?;
        let number: Id<kind::Text> = self.rng.id(self.now());
        let text = NewText { id: number, contact: Some(contact.id), kind: NUMBER, body };
        let command = Command::CallOut { by, number };
        let turn = Turn { commands: vec![command], texts: vec![text], action: "call-out" };
        let changed = self.change(scope, Door::Inbox, contact.id, |_, _| Ok(turn)).await?;
        Ok(changed.contact.id)
    }
}
