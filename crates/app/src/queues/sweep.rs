//! What time alone brings about.

use std::collections::BTreeMap;

use base::{MunicipalityKey, Outcome, Right, UnixMillis};
use rules::contacts::{Channel, Command, Contact, PersonId, Phase};
use rules::duty::Duty;
use rules::people::{Member, Role};
use store::people::Person;
use store::presences::Presence;

use super::is_hotline;
use crate::App;
use crate::contacts::{Door, Turn};

/// A waiting citizen who has not been seen for so long has left.
const CITIZEN_GONE_S: i64 = 15 * 60;
/// So long a wrap-up waits for an agent whose browser is gone.
const WRAP_UP_PATIENCE_S: i64 = 30 * 60;

/// Who is at work, their duties and the members that share the hotline.
pub(super) struct Workforce {
    pub(super) present: BTreeMap<PersonId, (Presence, Person)>,
    pub(super) duties: Vec<Duty>,
    pub(super) hotline: Vec<MunicipalityKey>,
}

impl Workforce {
    /// Whether the person's reach covers the contact's municipality at `now`.
    fn reaches(&self, person: PersonId, contact: &Contact, now: UnixMillis) -> bool {
        let Some((_, person)) = self.present.get(&person) else { return false };
        let scope = rules::people::scope(&person.member, &self.duties, &self.hotline, now);
        let reach = scope.municipalities(Right::WorkContacts);
        match &contact.municipality {
            Some(municipality) => reach.contains(municipality),
            None => !reach.is_empty(),
        }
    }

    /// Whether the person is there and still an agent at home.
    fn is_agent(&self, person: PersonId) -> bool {
        self.present.get(&person).is_some_and(|(_, person)| {
            person.member.active && person.member.at_home(Role::Agent).is_some()
        })
    }

    /// Whether the duty on which the owner took the contact has ended by the clock.
    fn served_out(&self, owner: PersonId, contact: &Contact, now: UnixMillis) -> bool {
        let Some((_, person)) = self.present.get(&owner) else { return false };
        served_out(&person.member, &self.duties, contact, now)
    }
}

impl App {
    /// What time alone brings about: offers that ran out, agents whose browser, duty or role is
    /// gone, grants that are over, citizens who left.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away: try again.
    pub async fn sweep(&self) -> Outcome<()> {
        let now = self.now();
        let workforce = self.workforce(now).await?;
        let line = store::contacts::in_line(&self.database, &self.tenant).await?;
        for (contact, _) in &line {
            if let Phase::Offered { to, until } = contact.phase {
                if now >= until {
                    self.by_system("lapse", contact.id, Command::Lapse).await?;
                } else if !workforce.reaches(to, contact, now) {
                    self.by_system("reach-ended", contact.id, Command::Withdraw).await?;
                }
            }
        }
        let owned = store::contacts::owned(&self.database, &self.tenant).await?;
        for (contact, _) in &owned {
            let Some(owner) = contact.owner() else { continue };
            let wrapping = matches!(contact.phase, Phase::WrappingUp { since, .. }
                if now.seconds_since(since) < WRAP_UP_PATIENCE_S);
            let command = match &contact.grant {
                // The conversation is over: what it was about can be said when the browser is back.
                _ if wrapping && !workforce.present.contains_key(&owner) => continue,
                _ if !workforce.present.contains_key(&owner) => release("connection-lost"),
                Some(grant) if now >= grant.until => release("grant-over"),
                Some(_) if workforce.is_agent(owner) => continue,
                None if workforce.reaches(owner, contact, now) => continue,
                // Duty ended by the clock: the live contact may be finished (product rule 7).
                None if workforce.served_out(owner, contact, now) => {
                    Command::EndDuty { person: owner }
                }
                // A swap, sickness, a revoked role, a removed agent: closed at once.
                _ => release("reach-ended"),
            };
            self.by_system("reach-ended", contact.id, command).await?;
        }
        let before = now.plus_seconds(-CITIZEN_GONE_S);
        let gone = store::chat::left_alone(&self.database, &self.tenant, before).await?;
        for contact in gone {
            // Who was called about it waits on the line, and not on a page.
            self.change(&self.system("citizen-gone"), Door::System, contact, |contact, _| {
                let abandon = (contact.channel_now() != Channel::Call).then_some(Command::Abandon);
                let commands = abandon.into_iter().collect();
                Ok(Turn { commands, texts: vec![], action: "citizen-gone" })
            })
            .await?;
        }
        Ok(())
    }

    /// Who is at work now, with everything their reach is computed from.
    pub(super) async fn workforce(&self, now: UnixMillis) -> Outcome<Workforce> {
        let present = store::presences::present(&self.database, &self.tenant, now).await?;
        let mut people: BTreeMap<PersonId, Person> =
            store::people::present(&self.database, &self.tenant, now)
                .await?
                .into_iter()
                .map(|person| (person.member.id, person))
                .collect();
        Ok(Workforce {
            present: present
                .into_iter()
                .filter_map(|presence| {
                    let person = people.remove(&presence.person)?;
                    Some((presence.person, (presence, person)))
                })
                .collect(),
            duties: self.duties_around(now).await?,
            hotline: self.hotline_members().await?,
        })
    }
}

/// Whether the duty on which an agent took the contact has ended by the clock.
pub(crate) fn served_out(
    owner: &Member,
    duties: &[Duty],
    contact: &Contact,
    now: UnixMillis,
) -> bool {
    let (Phase::Owned { since, .. } | Phase::WrappingUp { since, .. }) = contact.phase else {
        return false;
    };
    if !owner.active || owner.at_home(Role::Agent).is_none() {
        return false;
    }
    duties.iter().any(|duty| {
        is_hotline(&duty)
            && duty.covers(since)
            && duty.ends() <= now
            && duty.includes(owner.id, &owner.home)
    })
}

fn release(why: &str) -> Command {
    Command::Release { why: why.to_owned() }
}
