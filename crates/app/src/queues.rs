//! Who gets the contact: the picture of those who wait and those who work, the dispatcher that
//! carries out what `rules::queues` decides, and what a citizen is told about a line.
//!
//! There is no leader: every node dispatches. A decision is carried out by the same door as all
//! else ([`App::change`]), which looks again whether it still holds, so a dispatcher that dies
//! half-way leaves nothing half done and two that decide at once offer a contact only once.

use std::collections::BTreeMap;

use base::scope::Ground;
use base::{DepartmentKey, Id, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis, kind};
use rules::contacts::{Command, Contact, ContactId, PersonId, Phase};
use rules::duty::Duty;
use rules::hours::HoursState;
use rules::people::{Member, Role};
use rules::queues::{
    Agent, CHATS_AT_ONCE, Config, Decision, FRONT_OFFICE, Outlook, Pace, Picture, Post,
    Presence as Attendance, Steps, Waiting, decide, outlook,
};
use serde::Serialize;
use store::people::Person;
use store::presences::Presence;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::contacts::{Changed, Door, Turn};
use crate::{App, away};

/// A browser that has not been heard of for so long counts as gone.
pub const LEASE_S: i64 = 60;
/// A waiting citizen who has not been seen for so long has left.
const CITIZEN_GONE_S: i64 = 15 * 60;
/// So long a wrap-up waits for an agent whose browser is gone.
const WRAP_UP_PATIENCE_S: i64 = 30 * 60;
/// So long before closing a line says that it closes soon.
const CLOSING_SOON_S: i64 = 15 * 60;

/// A wait as it is said to a citizen: `code` names the text `wait-<code>` of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitRange {
    pub code: &'static str,
}

/// What a citizen is told about a line before asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineState {
    pub open: bool,
    /// When it closes; the evening hotline is counted in when it follows without a gap.
    #[schema(value_type = Option<i64>)]
    pub until: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    pub opens_at: Option<UnixMillis>,
    /// Who answers now when it is not the municipality itself.
    #[schema(value_type = Option<String>)]
    pub answering: Option<MunicipalityKey>,
    pub waiting: usize,
    pub wait: Option<WaitRange>,
    /// Whether somebody is signed in who could take it.
    pub staffed: bool,
    pub closing_soon: bool,
}

/// What an agent does: `ready`, `busy`, `break`, `offline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PresenceView {
    pub state: String,
    pub reason: String,
    #[schema(value_type = Option<i64>)]
    pub back_at: Option<UnixMillis>,
    #[schema(value_type = i64)]
    pub since: UnixMillis,
}

/// What an agent says of being there.
#[derive(Debug, Clone)]
pub struct SetPresence {
    pub state: Attendance,
    pub reason: String,
    pub back_at: Option<UnixMillis>,
}

impl App {
    /// Takes an offer.
    ///
    /// # Errors
    /// [`Problem::Conflict`] when somebody else was first or the time is up; [`Problem::NotFound`]
    /// out of reach.
    pub async fn accept(&self, scope: &Scope, contact: ContactId) -> Outcome<Changed> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        self.change(scope, Door::Work, contact, |_, _| {
            Ok(Turn::of("accept", Command::Accept { by }))
        })
        .await
    }

    /// Sends an offer back to its place.
    ///
    /// # Errors
    /// [`Problem::Conflict`] when it is gone already.
    pub async fn decline(&self, scope: &Scope, contact: ContactId) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        self.change(scope, Door::Work, contact, |_, _| {
            Ok(Turn::of("decline", Command::Decline { by }))
        })
        .await?;
        Ok(())
    }

    /// Says whether one can be given contacts. Going offline gives an offer back at once.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an over-long reason.
    pub async fn set_presence(&self, scope: &Scope, wish: SetPresence) -> Outcome<PresenceView> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let reason = match wish.reason.trim() {
            "" => String::new(),
            reason => rules::text::FreeText::accept_in("reason", reason, 60)?.into_string(),
        };
        let at = self.now();
        let before =
            store::presences::of(&self.database, &self.tenant, person).await.map_err(away)?;
        let state = attendance_code(wish.state);
        let was_ready = before.as_ref().is_some_and(|p| p.state == "ready" && p.lease_until > at);
        let presence = Presence {
            person,
            state: state.to_owned(),
            reason,
            back_at: wish.back_at,
            since: at,
            idle_since: match &before {
                Some(before) if was_ready => before.idle_since,
                _ => at,
            },
            misses: 0,
            lease_until: at.plus_seconds(LEASE_S),
        };
        let mut tx = self.database.begin().await.map_err(away)?;
        store::presences::set(&mut tx, &self.tenant, &presence).await.map_err(away)?;
        let streams = self.tell_colleagues(&mut tx, scope, person, at).await?;
        tx.commit().await.map_err(away)?;
        self.ring(&streams);
        if wish.state != Attendance::Ready {
            self.withdraw_offer_of(person).await?;
        }
        Ok(view(&presence))
    }

    /// The person's browser is there.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn renew_presence(&self, person: Id<kind::Person>) -> Outcome<()> {
        let until = self.now().plus_seconds(LEASE_S);
        store::presences::renew(&self.database, &self.tenant, person, until).await.map_err(away)
    }

    /// The person's presence; offline when the browser is gone.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn presence_of(&self, person: Id<kind::Person>) -> Outcome<PresenceView> {
        let now = self.now();
        let presence =
            store::presences::of(&self.database, &self.tenant, person).await.map_err(away)?;
        Ok(match presence {
            Some(presence) if presence.lease_until > now => view(&presence),
            _ => PresenceView {
                state: attendance_code(Attendance::Offline).to_owned(),
                reason: String::new(),
                back_at: None,
                since: now,
            },
        })
    }

    /// Colleagues see on their desks who is there: the hint goes to the queues in reach.
    async fn tell_colleagues(
        &self,
        tx: &mut store::Tx,
        scope: &Scope,
        person: Id<kind::Person>,
        at: UnixMillis,
    ) -> Outcome<Vec<store::streams::StreamKey>> {
        let mut streams: Vec<_> = scope
            .municipalities(Right::WorkContacts)
            .into_iter()
            .map(store::streams::StreamKey::queue)
            .collect();
        streams.push(store::streams::StreamKey::agent(person));
        streams.sort();
        for stream in &streams {
            store::streams::append(tx, &self.tenant, stream, at, &[("presence", "{}".to_owned())])
                .await
                .map_err(away)?;
        }
        Ok(streams)
    }

    async fn withdraw_offer_of(&self, person: Id<kind::Person>) -> Outcome<()> {
        let line = store::contacts::in_line(&self.database, &self.tenant).await.map_err(away)?;
        for (contact, _) in line {
            if matches!(contact.phase, Phase::Offered { to, .. } if to == person) {
                self.by_system("presence", contact.id, Command::Withdraw).await?;
            }
        }
        Ok(())
    }

    async fn by_system(
        &self,
        name: &'static str,
        contact: ContactId,
        command: Command,
    ) -> Outcome<Changed> {
        let scope = self.system(name);
        let turn = Turn::of(name, command);
        self.change(&scope, Door::System, contact, |_, _| Ok(turn)).await
    }

    /// Who waits and who works, as the router sees them.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn picture(&self) -> Outcome<Picture> {
        let now = self.now();
        let line = store::contacts::in_line(&self.database, &self.tenant).await.map_err(away)?;
        let owned = store::contacts::owned(&self.database, &self.tenant).await.map_err(away)?;
        let workforce = self.workforce(now).await?;
        let mut waiting = Vec::new();
        for (contact, _) in &line {
            let steps = self.steps_of(contact, &workforce.duties, now).await?;
            waiting.extend(Waiting::of(contact, contact.aimed_at, contact.lapsed_at, steps));
        }
        let mut agents = Vec::new();
        for (id, (presence, person)) in &workforce.present {
            let (duties, hotline) = (&workforce.duties, &workforce.hotline);
            let Some(post) = Post::of(&person.member, duties, hotline, now) else { continue };
            let reserved = line.iter().find_map(|(contact, _)| match contact.phase {
                Phase::Offered { to, .. } if to == *id => Some(contact.id),
                _ => None,
            });
            let chats = owned.iter().filter(|(c, _)| c.owner() == Some(*id)).count();
            agents.push(Agent {
                id: *id,
                post,
                presence: attendance_of(&presence.state),
                reserved,
                chats: u8::try_from(chats).unwrap_or(u8::MAX),
                capacity: u8::try_from(person.capacity).unwrap_or(CHATS_AT_ONCE),
                languages: person.languages.iter().copied().collect(),
                skills: std::collections::BTreeSet::new(),
                idle_since: presence.idle_since,
                misses: u8::try_from(presence.misses).unwrap_or(u8::MAX),
            });
        }
        Ok(Picture { waiting, agents })
    }

    /// The picture for what citizens are told: at most a second old, looked at once for all.
    async fn told_picture(&self) -> Outcome<Picture> {
        if let Some(picture) = self.0.memory.picture() {
            return Ok(Picture::clone(&picture));
        }
        let picture = self.picture().await?;
        self.0.memory.keep_picture(std::sync::Arc::new(picture.clone()));
        Ok(picture)
    }

    /// Which steps of the ladder are open for a contact. One that was let in before a step closed
    /// keeps it.
    async fn steps_of(
        &self,
        contact: &Contact,
        duties: &[Duty],
        now: UnixMillis,
    ) -> Outcome<Steps> {
        let Some(municipality) = &contact.municipality else { return Ok(Steps::default()) };
        let front = front_office();
        let department = contact.department.as_ref().unwrap_or(&front);
        let since = contact.place.map_or(now, |place| place.since);
        let hotline = self.hotline_members().await?.contains(municipality);
        let mut steps = Steps { department: false, front_office: false, hotline: false };
        for at in [since, now] {
            steps.department |= self.hours_state(municipality, department, at).await?.is_open();
            steps.front_office |= self.hours_state(municipality, &front, at).await?.is_open();
            steps.hotline |= hotline && rules::duty::on_duty_at(duties, at).iter().any(is_hotline);
        }
        Ok(steps)
    }

    /// Looks at the picture once and does what `rules::queues` decides. Answers with how many
    /// offers were made.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away: try again.
    pub async fn dispatch(&self) -> Outcome<usize> {
        let now = self.now();
        let picture = self.picture().await?;
        let mut offers = 0;
        for decision in decide(&picture, now, &Config::default()) {
            match decision {
                Decision::Offer { contact, agent, until, why } => {
                    let offer = Command::Offer { to: agent, until, why: why.to_text() };
                    match self.by_system("dispatch", contact, offer).await {
                        Ok(_) => offers += 1,
                        // Another node was first: the next look shows what it made of it.
                        Err(Problem::Conflict { .. }) => {}
                        Err(problem) => return Err(problem),
                    }
                }
                Decision::Pause { agent, .. } => self.pause(agent).await?,
            }
        }
        Ok(offers)
    }

    /// Somebody who does not answer offers is set on break; their screen says so.
    async fn pause(&self, person: Id<kind::Person>) -> Outcome<()> {
        let presence =
            store::presences::of(&self.database, &self.tenant, person).await.map_err(away)?;
        let Some(mut presence) = presence else { return Ok(()) };
        presence.state = attendance_code(Attendance::Break).to_owned();
        "missed-offers".clone_into(&mut presence.reason);
        presence.since = self.now();
        let stream = store::streams::StreamKey::agent(person);
        let mut tx = self.database.begin().await.map_err(away)?;
        store::presences::set(&mut tx, &self.tenant, &presence).await.map_err(away)?;
        store::streams::append(
            &mut tx,
            &self.tenant,
            &stream,
            presence.since,
            &[("paused", "{}".to_owned())],
        )
        .await
        .map_err(away)?;
        tx.commit().await.map_err(away)?;
        self.ring([&stream]);
        Ok(())
    }

    /// What time alone brings about: offers that ran out, agents whose browser, duty or role is
    /// gone, grants that are over, citizens who left.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away: try again.
    pub async fn sweep(&self) -> Outcome<()> {
        let now = self.now();
        let workforce = self.workforce(now).await?;
        let line = store::contacts::in_line(&self.database, &self.tenant).await.map_err(away)?;
        for (contact, _) in &line {
            if let Phase::Offered { to, until } = contact.phase {
                if now >= until {
                    self.by_system("lapse", contact.id, Command::Lapse).await?;
                } else if !workforce.reaches(to, contact, now) {
                    self.by_system("reach-ended", contact.id, Command::Withdraw).await?;
                }
            }
        }
        let owned = store::contacts::owned(&self.database, &self.tenant).await.map_err(away)?;
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
        let gone =
            store::chat::left_alone(&self.database, &self.tenant, before).await.map_err(away)?;
        for contact in gone {
            self.by_system("citizen-gone", contact, Command::Abandon).await?;
        }
        Ok(())
    }

    /// Who is at work now, with everything their reach is computed from.
    async fn workforce(&self, now: UnixMillis) -> Outcome<Workforce> {
        let present =
            store::presences::present(&self.database, &self.tenant, now).await.map_err(away)?;
        let mut people: BTreeMap<PersonId, Person> =
            store::people::present(&self.database, &self.tenant, now)
                .await
                .map_err(away)?
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

    /// Runs until cancelled: woken by the queues' bells, and by itself once a second.
    pub async fn run_dispatcher(self, stop: CancellationToken) {
        let mut listener = self.hub.listener();
        if let Ok(municipalities) = self.municipality_keys().await {
            for municipality in &municipalities {
                listener.follow(&store::streams::StreamKey::queue(municipality).to_string());
            }
        }
        loop {
            if let Err(problem) = self.turn_of_dispatcher().await {
                tracing::warn!(%problem, "the dispatcher could not look; it tries again");
            }
            let second = tokio::time::sleep(std::time::Duration::from_secs(1));
            tokio::select! {
                () = stop.cancelled() => return,
                _ = listener.rung() => {}
                () = second => {}
            }
        }
    }

    async fn turn_of_dispatcher(&self) -> Outcome<()> {
        self.sweep().await?;
        self.dispatch().await?;
        Ok(())
    }

    /// Place in line and expected wait of a waiting contact.
    pub(crate) async fn position_of(
        &self,
        contact: &Contact,
    ) -> Outcome<(Option<u32>, Option<WaitRange>)> {
        let mut picture = self.told_picture().await?;
        let now = self.now();
        // One that is shown to an agent just now stands where it stood.
        if !picture.waiting.iter().any(|waiting| waiting.contact == contact.id) {
            let mut stands = contact.clone();
            stands.phase = Phase::Waiting;
            let duties = self.duties_around(now).await?;
            let steps = self.steps_of(&stands, &duties, now).await?;
            picture.waiting.extend(Waiting::of(&stands, stands.aimed_at, stands.lapsed_at, steps));
        }
        let found = outlook(&picture, contact.id, now, &Config::default(), Pace::default());
        let Some(Outlook { position, wait, .. }) = found else { return Ok((None, None)) };
        Ok((u32::try_from(position).ok(), wait.map(|wait| WaitRange { code: wait.code() })))
    }

    /// What a citizen is told about a line before asking.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or department.
    pub async fn line_state(
        &self,
        municipality: &MunicipalityKey,
        department: Option<&DepartmentKey>,
    ) -> Outcome<LineState> {
        self.known_line(municipality, department).await?;
        let now = self.now();
        let front = front_office();
        let department = department.unwrap_or(&front);
        let own = self.hours_state(municipality, department, now).await?;
        let duties = self.duties_around(now).await?;
        let shares = self.hotline_members().await?.contains(municipality);
        let hotline_at = |at: UnixMillis| {
            duties.iter().find(|duty| shares && is_hotline(duty) && duty.covers(at))
        };
        let next_duty = duties
            .iter()
            .filter(|duty| shares && is_hotline(duty) && !duty.cancelled && duty.starts() > now)
            .map(Duty::starts)
            .min();
        let tonight = hotline_at(now);
        let (open, until, opens_at) = match (own, tonight) {
            (HoursState::Open { until }, tonight) => {
                let follows = until.and_then(hotline_at).map(Duty::ends);
                let until = until.max(follows).max(tonight.map(Duty::ends));
                (true, until, None)
            }
            (HoursState::Closed { .. }, Some(duty)) => (true, Some(duty.ends()), None),
            (HoursState::Closed { opens_at }, None) => {
                let first = [opens_at, next_duty].into_iter().flatten().min();
                (false, None, first)
            }
        };
        let answering = match (own, tonight) {
            (HoursState::Closed { .. }, Some(duty)) if duty.serving != *municipality => {
                Some(duty.serving.clone())
            }
            _ => None,
        };
        let (waiting, wait, staffed) = self.outlook_of(municipality, department, open).await?;
        Ok(LineState {
            open,
            until,
            opens_at,
            answering,
            waiting,
            wait,
            staffed,
            closing_soon: until.is_some_and(|until| until - now <= CLOSING_SOON_S * 1000),
        })
    }

    /// How it would stand for somebody who asked now.
    async fn outlook_of(
        &self,
        municipality: &MunicipalityKey,
        department: &DepartmentKey,
        open: bool,
    ) -> Outcome<(usize, Option<WaitRange>, bool)> {
        if !open {
            return Ok((0, None, false));
        }
        let mut picture = self.told_picture().await?;
        let now = self.now();
        let waiting = picture
            .waiting
            .iter()
            .filter(|w| w.municipality.as_ref() == Some(municipality))
            .count();
        let id = Id::from_uuid(uuid::Uuid::max());
        let arrives = [
            rules::contacts::Event::Arrived {
                contact: id,
                channel: rules::contacts::Channel::Chat,
                municipality: Some(municipality.clone()),
                department: Some(department.clone()),
                language: base::Language::Da,
                topic: None,
                urgent: false,
            },
            rules::contacts::Event::Queued {
                place: rules::contacts::Place { since: now, contact: id },
            },
        ];
        let contact =
            arrives.iter().fold(None, |state, event| rules::contacts::apply(state, event, now));
        let Some(contact) = contact else { return Ok((waiting, None, false)) };
        let duties = self.duties_around(now).await?;
        let steps = self.steps_of(&contact, &duties, now).await?;
        picture.waiting.extend(Waiting::of(&contact, None, None, steps));
        let found = outlook(&picture, id, now, &Config::default(), Pace::default());
        Ok(match found {
            Some(found) => {
                (waiting, found.wait.map(|wait| WaitRange { code: wait.code() }), found.agents > 0)
            }
            None => (waiting, None, false),
        })
    }

    /// Who answered for a municipality at an instant: the one on hotline duty when it was closed
    /// itself.
    pub(crate) async fn answering_for(
        &self,
        municipality: &MunicipalityKey,
        at: UnixMillis,
    ) -> Outcome<Option<MunicipalityKey>> {
        if self.hours_state(municipality, &front_office(), at).await?.is_open()
            || !self.hotline_members().await?.contains(municipality)
        {
            return Ok(None);
        }
        let duties = self.duties_around(at).await?;
        let duty = duties.iter().find(|duty| is_hotline(duty) && duty.covers(at));
        Ok(duty.map(|duty| duty.serving.clone()))
    }

    /// On which ground the person works for a municipality now: own role or duty.
    #[must_use]
    pub fn works_for(&self, scope: &Scope, municipality: &MunicipalityKey) -> Option<Ground> {
        scope
            .reach
            .iter()
            .filter(|r| r.right == Right::WorkContacts && r.municipality == *municipality)
            .map(|r| r.ground)
            .min()
    }
}

/// Who is at work, their duties and the members that share the hotline.
struct Workforce {
    present: BTreeMap<PersonId, (Presence, Person)>,
    duties: Vec<Duty>,
    hotline: Vec<MunicipalityKey>,
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

fn is_hotline(duty: &&Duty) -> bool {
    duty.kind == rules::duty::DutyKind::Hotline
}

/// The department that takes what has no other.
#[must_use]
pub fn front_office() -> DepartmentKey {
    // A constant of `rules` that its own tests hold to the form of a key.
    DepartmentKey::new(FRONT_OFFICE).unwrap_or_else(|_| unreachable!("a key by construction"))
}

/// The code of a presence, as stored and on the wire.
#[must_use]
pub const fn attendance_code(presence: Attendance) -> &'static str {
    match presence {
        Attendance::Ready => "ready",
        Attendance::Busy => "busy",
        Attendance::Break => "break",
        Attendance::Offline => "offline",
    }
}

/// The presence of a code; what is not known counts as offline.
#[must_use]
pub fn attendance_of(code: &str) -> Attendance {
    match code {
        "ready" => Attendance::Ready,
        "busy" => Attendance::Busy,
        "break" => Attendance::Break,
        _ => Attendance::Offline,
    }
}

fn view(presence: &Presence) -> PresenceView {
    PresenceView {
        state: presence.state.clone(),
        reason: presence.reason.clone(),
        back_at: presence.back_at,
        since: presence.since,
    }
}
