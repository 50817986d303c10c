//! The one door through which a contact changes.
//!
//! [`App::change`] takes hold of the contact, asks `rules::people` whether the actor may, lets the
//! caller choose commands, lets `rules::contacts` decide, and writes events, projections, personal
//! texts, audit line and the hints that screens follow, in one transaction. After the commit the
//! bell rings.

use std::collections::BTreeSet;

use base::{Actor, Id, Outcome, Problem, Right, Scope, UnixMillis, kind};
use rules::contacts::{Command, Contact, ContactId, Event, Phase, decide};
use rules::directory::report;
use rules::people::{ContactGround, ContactView, may};
use store::Tx;
use store::chat::NewText;
use store::contacts::Held;
use store::streams::{self, StreamKey};

use crate::{App, found};

/// On which right somebody comes to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// To talk, hand over, wrap up; the citizen by its mark.
    Work,
    /// To deal with a hand-over.
    Inbox,
    /// The program itself: timers, the dispatcher, the end of duty.
    System,
}

/// What the caller wants to happen to a contact it has been shown.
#[derive(Debug, Default)]
pub struct Turn {
    pub commands: Vec<Command>,
    /// Personal texts that the commands point to.
    pub texts: Vec<NewText>,
    /// For the audit log: what was done (`accept`, `say` …).
    pub action: &'static str,
}

impl Turn {
    #[must_use]
    pub fn of(action: &'static str, command: Command) -> Self {
        Self { commands: vec![command], texts: vec![], action }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Changed {
    pub contact: Contact,
    /// The last number of its journal.
    pub seq: i64,
    /// Empty when everything had already happened.
    pub events: Vec<Event>,
}

impl App {
    /// Changes an existing contact.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is no such contact or the actor may not know of it; what
    /// `choose` and the contact's life refuse; [`Problem::Unavailable`] when the database is away.
    pub async fn change(
        &self,
        scope: &Scope,
        door: Door,
        id: ContactId,
        choose: impl FnOnce(&Contact, UnixMillis) -> Outcome<Turn>,
    ) -> Outcome<Changed> {
        let mut tx = self.database.begin().await?;
        let mut held = store::contacts::hold(&mut tx, &self.tenant, id).await?;
        let Some(mut before) = held.contact.clone() else { return Err(Problem::NotFound) };
        let mut at = self.now();
        let mut admitted = self.admit(&mut tx, scope, door, &before, at).await;
        if matches!(admitted, Err(Problem::NotFound)) && self.has_served_out(scope, &before).await?
        {
            drop(tx);
            self.grant_after_duty(scope, id).await?;
            tx = self.database.begin().await?;
            held = store::contacts::hold(&mut tx, &self.tenant, id).await?;
            before = found(held.contact.clone())?;
            at = self.now();
            admitted = self.admit(&mut tx, scope, door, &before, at).await;
        }
        let ground = admitted?;
        let turn = choose(&before, at)?;
        self.carry_out(tx, scope, Some(ground), held, id, turn, at).await
    }

    /// Begins a contact. `mark` says whose it is.
    ///
    /// # Errors
    /// As [`App::change`].
    pub(crate) async fn begin(
        &self,
        scope: &Scope,
        id: ContactId,
        name: Option<NewText>,
        mut turn: Turn,
    ) -> Outcome<Changed> {
        // Before the transaction: it may have to write a key of its own.
        let pseudonym = match &scope.actor {
            Actor::Citizen { mark } => Some(self.pseudonym_of_mark(mark).await?),
            _ => None,
        };
        let mut tx = self.database.begin().await?;
        let held = store::contacts::hold(&mut tx, &self.tenant, id).await?;
        let at = self.now();
        if let Actor::Citizen { mark } = &scope.actor {
            let name_id = name.as_ref().map(|name| name.id);
            turn.texts.extend(name);
            store::chat::set_mark(
                &mut tx,
                &self.tenant,
                id,
                Some(mark),
                pseudonym.as_deref(),
                name_id,
                at,
            )
            .await?;
        }
        let changed = self.carry_out(tx, scope, None, held, id, turn, at).await?;
        self.note_contact(scope, &changed.contact, at).await;
        Ok(changed)
    }

    /// Whether the actor may come to this contact by this door, and why.
    async fn admit(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        door: Door,
        contact: &Contact,
        at: UnixMillis,
    ) -> Outcome<ContactGround> {
        let right = match (door, &scope.actor) {
            (Door::System, Actor::System(_)) => return Ok(ContactGround::Role),
            (Door::System, _) => return Err(Problem::NotFound),
            (Door::Work, _) => Right::WorkContacts,
            (Door::Inbox, _) => Right::WorkInbox,
        };
        let mark = store::chat::held_mark(tx, &self.tenant, contact.id).await?;
        may(scope, right, &self.seen_as(contact, mark), at)
    }

    /// What is asked whether a contact may be seen. Whom its call is ringing up sees it as one who
    /// has it offered: the story comes before the answer.
    fn seen_as(&self, contact: &Contact, mark: Option<String>) -> ContactView {
        let mut view = ContactView::of(contact, mark);
        view.offered_to = view.offered_to.or_else(|| self.rung_up_for(contact.id));
        view
    }

    async fn carry_out(
        &self,
        mut tx: Tx,
        scope: &Scope,
        ground: Option<ContactGround>,
        held: Held,
        id: ContactId,
        turn: Turn,
        at: UnixMillis,
    ) -> Outcome<Changed> {
        let before = held.contact.clone();
        let mut after = before.clone();
        let mut events = Vec::new();
        let mut reports = Vec::new();
        for command in &turn.commands {
            for event in decide(after.as_ref(), command, at)? {
                reports.extend(after.as_ref().and_then(|state| report(state, &event, at)));
                after = rules::contacts::apply(after, &event, at);
                events.push(event);
            }
        }
        let Some(after) = after else { return Err(Problem::NotFound) };
        if events.is_empty() {
            return Ok(Changed { contact: after, seq: held.seq, events });
        }
        for text in &turn.texts {
            store::chat::add_text(&mut tx, &self.tenant, text, at).await?;
        }
        let recorded = store::contacts::record(&mut tx, &self.tenant, id, held, &events, at)
            .await
            .map_err(|error| {
                // Two offers to one agent at the same instant: the index let the first one through.
                if error.is_taken() { Problem::conflict("offer-gone") } else { error.into() }
            })?;
        let mut rung = vec![StreamKey::contact(id)];
        let mut streams = hints(before.as_ref(), &after, &events);
        if self.note_reports(&mut tx, &after, &reports, at).await? {
            streams.extend(after.municipality.as_ref().map(StreamKey::inbox));
        }
        for stream in streams {
            let body = format!("{{\"contact\":\"{id}\"}}");
            streams::append(&mut tx, &self.tenant, &stream, at, &[("changed", body)]).await?;
            rung.push(stream);
        }
        self.note_work(&mut tx, before.as_ref(), &events, at).await?;
        if let Actor::Person(_) = scope.actor {
            let municipality = after.municipality.as_ref();
            self.audit(&mut tx, scope, ground, municipality, turn.action, &id.to_string(), at)
                .await?;
        }
        tx.commit().await?;
        self.ring(&rung);
        self.tell_its_call(&after, &events).await;
        Ok(Changed { contact: after, seq: recorded.seq, events })
    }

    /// Keeps the presences true: misses in a row, and since when somebody has been idle.
    async fn note_work(
        &self,
        tx: &mut Tx,
        before: Option<&Contact>,
        events: &[Event],
        at: UnixMillis,
    ) -> Outcome<()> {
        use store::presences::{note_offer, note_release};
        let owed = before.is_some_and(|contact| contact.call_back.is_some());
        for event in events {
            match event {
                Event::Accepted { by } => {
                    note_offer(tx, &self.tenant, *by, false).await?;
                }
                // A call-back cannot be accepted where no telephone is: it was not missed.
                Event::OfferLapsed { .. } if owed && !self.has_telephone() => {}
                Event::OfferLapsed { to } => {
                    note_offer(tx, &self.tenant, *to, true).await?;
                }
                Event::WrappedUp { by, .. } | Event::Transferred { by, .. } => {
                    note_release(tx, &self.tenant, *by, at).await?;
                }
                Event::Released { from, .. } => {
                    note_release(tx, &self.tenant, *from, at).await?;
                }
                Event::Merged { .. } => {
                    if let Some(owner) = before.and_then(Contact::owner) {
                        note_release(tx, &self.tenant, owner, at).await?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A contact the actor may read now, with the last number of its journal.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none or the actor may not know of it.
    pub async fn see(
        &self,
        scope: &Scope,
        door: Door,
        id: ContactId,
    ) -> Outcome<(Contact, i64, ContactGround)> {
        let (database, tenant) = (&self.database, &self.tenant);
        let (mut contact, mut seq) = found(store::contacts::read(database, tenant, id).await?)?;
        let right = match door {
            Door::Inbox => Right::WorkInbox,
            Door::Work | Door::System => Right::WorkContacts,
        };
        let mark = store::chat::mark_of(database, tenant, id).await?;
        let mark = mark.and_then(|mark| mark.mark);
        let mut seen = may(scope, right, &self.seen_as(&contact, mark.clone()), self.now());
        if matches!(seen, Err(Problem::NotFound)) && self.has_served_out(scope, &contact).await? {
            self.grant_after_duty(scope, id).await?;
            (contact, seq) = found(store::contacts::read(database, tenant, id).await?)?;
            seen = may(scope, right, &self.seen_as(&contact, mark), self.now());
        }
        Ok((contact, seq, seen?))
    }

    /// Whether the contact is the actor's own live one, taken on a duty that has ended by the clock
    /// since. It may then be finished (product rule 7) from the first instant on, not only when the
    /// dispatcher has looked.
    async fn has_served_out(&self, scope: &Scope, contact: &Contact) -> Outcome<bool> {
        let now = self.now();
        let Some(me) = scope.person().filter(|me| contact.owner() == Some(*me)) else {
            return Ok(false);
        };
        if contact.grant.is_some() || !scope.holds_at(now) {
            return Ok(false);
        }
        let Some(card) = self.person_card(me).await? else { return Ok(false) };
        let duties = self.duties_around(now).await?;
        Ok(crate::queues::served_out(&card.member, &duties, contact, now))
    }

    async fn grant_after_duty(&self, scope: &Scope, id: ContactId) -> Outcome<()> {
        let Some(person) = scope.person() else { return Ok(()) };
        let mut tx = self.database.begin().await?;
        let held = store::contacts::hold(&mut tx, &self.tenant, id).await?;
        let turn = Turn::of("reach-ended", Command::EndDuty { person });
        let system = self.system("reach-ended");
        self.carry_out(tx, &system, None, held, id, turn, self.now()).await?;
        Ok(())
    }

    /// The scope of the program itself, for the audit log under a name.
    #[must_use]
    pub fn system(&self, name: &'static str) -> Scope {
        let at = self.now();
        Scope {
            tenant: self.tenant.clone(),
            actor: Actor::System(name),
            reach: vec![],
            areas: vec![],
            at,
            until: at.plus_seconds(60),
        }
    }
}

/// The streams whose screens show something else now, in the order in which counters are locked.
fn hints(before: Option<&Contact>, after: &Contact, events: &[Event]) -> BTreeSet<StreamKey> {
    let mut streams = BTreeSet::new();
    let stood = before.map(|contact| (&contact.phase, &contact.municipality, &contact.place));
    let moved = stood != Some((&after.phase, &after.municipality, &after.place));
    let named = |contact: &Contact| {
        let offered = match contact.phase {
            Phase::Offered { to, .. } => Some(to),
            _ => None,
        };
        contact.owner().into_iter().chain(offered).collect::<Vec<Id<kind::Person>>>()
    };
    if moved {
        for contact in before.into_iter().chain([after]) {
            streams.extend(contact.municipality.as_ref().map(StreamKey::queue));
            streams.extend(named(contact).into_iter().map(StreamKey::agent));
        }
    } else if before.is_some_and(|before| before.grant != after.grant) {
        streams.extend(named(after).into_iter().map(StreamKey::agent));
    }
    for event in events {
        let errand = match event {
            Event::HandedOver { hand_over, .. }
            | Event::HandOverTaken { hand_over, .. }
            | Event::HandOverAnswered { hand_over, .. }
            | Event::HandOverDone { hand_over, .. }
            | Event::PromiseMoved { hand_over, .. } => after.hand_overs.get(hand_over),
            _ => None,
        };
        streams.extend(errand.map(|errand| StreamKey::inbox(&errand.municipality)));
    }
    streams
}
