//! What the exchange tells, as the contact's life.

use std::time::Duration;

use base::{Id, Language, Outcome, Problem, UnixMillis, kind};
use identity::AddressKind;
use rules::calls::call_back::{When, next_slot};
use rules::calls::{CallId, Cause, Happened, Input, Keep, Phase as Stage, Target, Told};
use rules::contacts::{
    Channel, Command, Contact, ContactId, Destination, Event, Party, PersonId, Phase,
};
use store::calls::NUMBER;
use store::chat::NewText;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use super::{Live, Order};
use crate::App;
use crate::contacts::{Door, Turn};
use crate::hand_overs::ErrandMail;
use crate::queues::front_office;

/// So long a caller who hung up while waiting finds the place again.
const AGAIN_S: i64 = 180;
/// While the database is away what was told is tried again so often.
const PATIENCE: Duration = Duration::from_millis(500);
/// Who waits is told how it stands as of so long ago at most.
const LOOK: Duration = Duration::from_secs(5);

impl App {
    /// Writes what the exchange tells, in its order, until cancelled. While the database is away it
    /// waits; nothing is lost, and the calls go on.
    pub async fn run_calls(
        self,
        mut happened: UnboundedReceiver<Happened>,
        stop: CancellationToken,
    ) {
        self.end_lost_calls().await;
        let (mut known, mut spoken) = (None, Vec::new());
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {
                    self.keep_telling(&mut known).await;
                    if let Err(problem) = self.tell_prompts(&mut spoken).await {
                        tracing::debug!(%problem, "callers hear what was recorded before");
                    }
                }
                one = happened.recv() => {
                    let Some(one) = one else { return };
                    while let Err(problem) = self.hear(&one).await {
                        if !matches!(problem, Problem::Unavailable { .. }) {
                            tracing::warn!(%problem, "a call's contact does not fit what was told");
                            break;
                        }
                        tokio::select! {
                            () = stop.cancelled() => return,
                            () = tokio::time::sleep(PATIENCE) => {}
                        }
                    }
                }
            }
        }
    }

    /// Calls that ended with the program: their contacts go on without them.
    async fn end_lost_calls(&self) {
        let ended = async {
            for (call, contact) in store::calls::unended(&self.database, &self.tenant).await? {
                self.ended(contact, Cause::CallerVanished).await?;
                self.account_ended(call, "program-ended", self.now()).await?;
            }
            Outcome::Ok(())
        };
        if let Err(problem) = ended.await {
            tracing::warn!(%problem, "calls of the last run are not closed yet");
        }
    }

    /// Takes in one thing that happened; may be run again after [`Problem::Unavailable`].
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away; what the contact's life refuses.
    pub async fn hear(&self, happened: &Happened) -> Outcome<()> {
        match happened {
            Happened::Arrived { call, dialled, caller, at } => {
                self.arrived(*call, dialled, caller.as_deref(), *at).await
            }
            Happened::Told { call, told, at } => self.told(*call, told, *at).await,
            Happened::Stands { call, picture, at } => self.stands(*call, picture, *at).await,
            Happened::Kept { call, keep: Keep::Message, audio, .. } => {
                self.keep_message(*call, audio).await
            }
            Happened::Kept { call, keep: Keep::Conversation { by }, audio, from, at } => {
                self.keep_recording(*call, *by, audio, (*from, *at)).await
            }
        }
    }

    /// A call is a contact of the line that was dialled. Nobody is asked before its caller is there.
    async fn arrived(
        &self,
        call: CallId,
        dialled: &str,
        caller: Option<&str>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let line = self.directory().await?.line_of_number(dialled);
        let (municipality, department) = line.ok_or(Problem::NotFound)?;
        let pseudonym = match caller {
            Some(number) => Some(self.pseudonym(AddressKind::Telephone, number).await?),
            None => None,
        };
        let before = match (&pseudonym, &municipality, &department) {
            (Some(pseudonym), Some(municipality), Some(department)) => {
                let since = self.now().plus_seconds(-AGAIN_S);
                let (database, tenant) = (&self.database, &self.tenant);
                store::calls::hung_up_waiting(
                    database,
                    tenant,
                    pseudonym,
                    municipality,
                    department,
                    since,
                )
                .await?
            }
            _ => None,
        };
        // The same id each time it is tried.
        let contact = before.unwrap_or_else(|| Id::from_uuid(call.uuid()));
        if before.is_none() {
            let arrive = Command::Arrive {
                contact,
                channel: Channel::Call,
                municipality,
                department,
                language: Language::Da,
                topic: None,
                urgent: false,
            };
            let system = self.system("telephone");
            let begun = self.begin(&system, contact, None, Turn::of("arrive", arrive)).await;
            if !matches!(begun, Ok(_) | Err(Problem::Conflict { .. })) {
                begun?;
            }
        }
        let number = caller.map(|number| NewText {
            id: self.rng.id(at),
            contact: Some(contact),
            kind: NUMBER,
            body: number.to_owned(),
        });
        self.account_begun(call, contact, dialled, number, pseudonym.as_deref(), at).await?;
        self.calls().insert(
            call,
            Live {
                contact,
                dialled: dialled.to_owned(),
                since: at,
                picture: None,
                note: None,
                again: before.is_some(),
                legs: std::collections::BTreeMap::new(),
            },
        );
        self.say_outlook(call).await?;
        // A greeting that promises a colleague would be wrong.
        self.closed(call, contact).await?;
        Ok(())
    }

    /// Tells a caller whose line is closed so; whether it is.
    async fn closed(&self, call: CallId, contact: ContactId) -> Outcome<bool> {
        let (contact, _) =
            crate::found(store::contacts::read(&self.database, &self.tenant, contact).await?)?;
        let waits = matches!(contact.phase, Phase::Waiting | Phase::Offered { .. });
        let closed =
            !waits && contact.owner().is_none() && self.opens_of(&contact).await?.is_some();
        if closed {
            self.tell_call(call, Input::ClosedNow { voice_mail: contact.department.is_some() });
        }
        Ok(closed)
    }

    async fn told(&self, call: CallId, told: &Told, at: UnixMillis) -> Outcome<()> {
        let Some(live) = self.call(call) else { return Ok(()) };
        let contact = live.contact;
        match told {
            Told::Queue => self.queue(call, &live).await?,
            Told::Reached => {
                self.of_its_call(contact, |contact| {
                    let by = contact.owner()?;
                    Some(Command::CalledBack { by, reached: true })
                })
                .await?;
            }
            Told::Released { from } => {
                self.of_its_call(contact, |contact| {
                    (contact.owner() == Some(*from)).then(|| release("telephone-lost"))
                })
                .await?;
            }
            Told::TransferredTo { target } => self.put_through(call, &live, target).await?,
            Told::Unanswered { target } => self.note_unanswered(contact, target, at).await?,
            // The contact stayed the agent's all the while.
            Told::CameBack { .. } => {}
            Told::Recording { step, by } => {
                let (step, by) = (*step, *by);
                self.of_its_call(contact, |_| Some(Command::Recording { by, step })).await?;
            }
            Told::CallBackAsked => self.book(call, &live, at).await?,
            Told::Ended { cause } => {
                self.ended(contact, *cause).await?;
                let cause = serde_json::to_value(cause).ok();
                let cause = cause.as_ref().and_then(|cause| cause.as_str()).unwrap_or_default();
                self.account_ended(call, cause, at).await?;
                self.calls().remove(&call);
                self.show_call(call, &live).await?;
            }
        }
        Ok(())
    }

    /// The caller is there: into the line, or told that it is closed.
    async fn queue(&self, call: CallId, live: &Live) -> Outcome<()> {
        self.say_outlook(call).await?;
        if self.closed(call, live.contact).await? {
            return Ok(());
        }
        let again = live.again;
        self.of_its_call(live.contact, |contact| match contact.phase {
            Phase::Owned { .. } => Some(release("telephone-lost")),
            Phase::Closed { .. } if again => Some(Command::Reopen { by: Party::Citizen }),
            _ => Some(Command::Queue),
        })
        .await?;
        self.say_outlook(call).await
    }

    /// When a contact's line opens; `None` when somebody can be asked now, or it was let in before.
    pub(super) async fn opens_of(&self, contact: &Contact) -> Outcome<Option<UnixMillis>> {
        let Some(municipality) = &contact.municipality else { return self.hotline_opens().await };
        let line = self.line_state(municipality, contact.department.as_ref()).await?;
        Ok(if line.open { None } else { Some(line.opens_at.unwrap_or(self.now())) })
    }

    async fn put_through(&self, call: CallId, live: &Live, target: &Target) -> Outcome<()> {
        match target {
            Target::Person { person } => self.taken_over(call, live, *person).await,
            // The contact went there first, and its call after it.
            Target::Queue { .. } => Ok(()),
            // Nobody of us speaks with the citizen any more: what it was about can be said.
            Target::Outside { .. } => {
                self.of_its_call(live.contact, |contact| {
                    contact.owner().map(|by| Command::End { by: Party::Agent(by) })
                })
                .await
            }
        }
    }

    async fn taken_over(&self, call: CallId, live: &Live, to: PersonId) -> Outcome<()> {
        let at = self.now();
        let contact = live.contact;
        let texts: Vec<NewText> = live
            .note
            .iter()
            .map(|note| NewText {
                id: self.rng.id(at),
                contact: Some(contact),
                kind: "note",
                body: note.clone(),
            })
            .collect();
        let note = texts.first().map(|text| text.id);
        let system = self.system("telephone");
        self.change(&system, Door::System, contact, |contact, _| {
            let commands = contact
                .owner()
                .map(|from| Command::PutThrough { from, to, note })
                .into_iter()
                .collect();
            Ok(Turn { commands, texts, action: "telephone" })
        })
        .await?;
        if let Some(live) = self.calls().get_mut(&call) {
            live.note = None;
        }
        Ok(())
    }

    /// A call-back: in the caller's turn, or when a closed line has opened.
    async fn book(&self, call: CallId, live: &Live, at: UnixMillis) -> Outcome<()> {
        let number = store::calls::number_of(&self.database, &self.tenant, call).await?;
        // Who hides the number cannot be called; the exchange does not offer it.
        let number: Id<kind::Text> = number.ok_or(Problem::NotFound)?;
        let (contact, _) =
            crate::found(store::contacts::read(&self.database, &self.tenant, live.contact).await?)?;
        let when = match (&contact.municipality, self.opens_of(&contact).await?) {
            (Some(municipality), Some(_)) => {
                let front = front_office();
                let department = contact.department.as_ref().unwrap_or(&front);
                let directory = self.directory().await?;
                let line = crate::found(directory.line(municipality, department))?;
                next_slot(&line.hours, at).map_or(When::Turn, |within| When::Booked { within })
            }
            _ => When::Turn,
        };
        self.of_its_call(live.contact, |_| {
            Some(Command::BookCallBack { by: Party::Citizen, when, number })
        })
        .await
    }

    /// What the end of its call is for a contact.
    async fn ended(&self, contact: ContactId, cause: Cause) -> Outcome<()> {
        self.of_its_call(contact, |contact| match (cause, &contact.phase) {
            // A call-back is owed, or was: that is what the contact waits for now.
            (Cause::NotReached, Phase::Owned { by, .. }) => {
                Some(Command::CalledBack { by: *by, reached: false })
            }
            (Cause::AgentGone, Phase::Owned { .. }) => Some(release("telephone-lost")),
            (Cause::CallBack, _) => None,
            (_, Phase::Arrived | Phase::Waiting | Phase::Offered { .. }) => {
                contact.call_back.is_none().then_some(Command::Abandon)
            }
            (Cause::CallerHungUp | Cause::CallerVanished, Phase::Owned { .. }) => {
                Some(Command::End { by: Party::Citizen })
            }
            (_, Phase::Owned { by, .. }) => Some(Command::End { by: Party::Agent(*by) }),
            _ => None,
        })
        .await
    }

    /// Changes a contact in its call's name.
    async fn of_its_call(
        &self,
        contact: ContactId,
        choose: impl FnOnce(&Contact) -> Option<Command>,
    ) -> Outcome<()> {
        let system = self.system("telephone");
        let changed = self
            .change(&system, Door::System, contact, |contact, _| {
                let commands = choose(contact).into_iter().collect();
                Ok(Turn { commands, texts: vec![], action: "telephone" })
            })
            .await?;
        if changed.events.contains(&Event::Unreachable) {
            let mail = ErrandMail::Unreached { contact };
            self.queue_mail(&format!("unreached-{contact}"), &mail).await?;
        }
        Ok(())
    }

    /// What was not told when it changed: places in line, numbers of the directory.
    async fn keep_telling(&self, known: &mut Option<super::Numbering>) {
        match self.numbering().await {
            Ok(numbering) if known.as_ref() != Some(&numbering) => {
                self.order(Order::Know(numbering.clone()));
                *known = Some(numbering);
            }
            Ok(_) => {}
            Err(problem) => tracing::debug!(%problem, "the exchange keeps the numbers it knows"),
        }
        let waiting: Vec<CallId> = self
            .calls()
            .iter()
            .filter(|(_, live)| {
                live.picture
                    .as_ref()
                    .is_some_and(|call| matches!(call.phase, Stage::Waiting { .. }))
            })
            .map(|(call, _)| *call)
            .collect();
        for call in waiting {
            if let Err(problem) = self.say_outlook(call).await {
                tracing::debug!(%problem, "who waits hears what was known before");
            }
        }
    }
}

fn release(why: &str) -> Command {
    Command::Release { why: why.to_owned() }
}

/// Where a contact that was transferred went to, as its call's target.
pub(super) fn target_of(to: &Destination) -> Option<Target> {
    match to {
        Destination::Department { department, .. } => {
            Some(Target::Queue { department: department.clone() })
        }
        // Whoever takes it over speaks with the caller already.
        Destination::Person { .. } => None,
    }
}
