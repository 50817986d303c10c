//! Who gets the contact: the picture of those who wait and those who work, the dispatcher that
//! carries out what `rules::queues` decides, and what a citizen is told about a line.
//!
//! There is no leader: every node dispatches. A decision is carried out by the same door as all
//! else ([`App::change`]), which looks again whether it still holds, so a dispatcher that dies
//! half-way leaves nothing half done and two that decide at once offer a contact only once.

mod outlook;
mod presence;
mod sweep;

use base::{DepartmentKey, Id, Outcome, Problem, Scope, UnixMillis, kind};
use rules::contacts::{Channel, Command, Contact, ContactId, Phase};
use rules::duty::Duty;
use rules::queues::{
    Agent, CHATS_AT_ONCE, Config, Decision, FRONT_OFFICE, Picture, Post, Steps, Waiting, decide,
};
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::contacts::{Changed, Door, Turn};

pub use outlook::{LineState, WaitRange};
pub use presence::{LEASE_S, PresenceView, SetPresence, attendance_code, attendance_of};
pub(crate) use sweep::served_out;

impl App {
    /// Takes an offer.
    ///
    /// # Errors
    /// [`Problem::Conflict`] when somebody else was first or the time is up; [`Problem::NotFound`]
    /// out of reach; [`Problem::Unavailable`] `telephone-away` where nobody can be called back from.
    pub async fn accept(&self, scope: &Scope, contact: ContactId) -> Outcome<Changed> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        self.change(scope, Door::Work, contact, |contact, _| {
            if contact.call_back.is_some() && !self.has_telephone() {
                return Err(Problem::Unavailable { code: "telephone-away" });
            }
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

    async fn withdraw_offer_of(&self, person: Id<kind::Person>) -> Outcome<()> {
        let line = store::contacts::in_line(&self.database, &self.tenant).await?;
        for (contact, _) in line {
            if matches!(contact.phase, Phase::Offered { to, .. } if to == person) {
                self.by_system("presence", contact.id, Command::Withdraw).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn by_system(
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
        let line = store::contacts::in_line(&self.database, &self.tenant).await?;
        let owned = store::contacts::owned(&self.database, &self.tenant).await?;
        let workforce = self.workforce(now).await?;
        let mut waiting = Vec::new();
        for (contact, _) in line.iter().filter(|(contact, _)| contact.is_due(now)) {
            let steps = self.steps_of(contact, &workforce.duties, now).await?;
            waiting.extend(Waiting::of(contact, contact.aimed_at, contact.lapsed_at, steps));
        }
        let speaking = self.in_calls();
        let mut agents = Vec::new();
        for (id, (presence, person)) in &workforce.present {
            let (duties, hotline) = (&workforce.duties, &workforce.hotline);
            let Some(post) = Post::of(&person.member, duties, hotline, now) else { continue };
            let reserved = line.iter().find_map(|(contact, _)| match contact.phase {
                Phase::Offered { to, .. } if to == *id => Some(contact.id),
                _ => None,
            });
            let own = owned.iter().filter(|(c, _)| c.owner() == Some(*id));
            let in_call =
                speaking.contains(id) || own.clone().any(|(c, _)| c.channel_now() == Channel::Call);
            let chats = own.filter(|(c, _)| c.channel_now() != Channel::Call).count();
            agents.push(Agent {
                id: *id,
                post,
                presence: attendance_of(&presence.state),
                reserved,
                chats: u8::try_from(chats).unwrap_or(u8::MAX),
                in_call,
                capacity: u8::try_from(person.capacity).unwrap_or(CHATS_AT_ONCE),
                languages: person.languages.iter().copied().collect(),
                skills: std::collections::BTreeSet::new(),
                idle_since: presence.idle_since,
                misses: u8::try_from(presence.misses).unwrap_or(u8::MAX),
            });
        }
        Ok(Picture { waiting, agents })
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
