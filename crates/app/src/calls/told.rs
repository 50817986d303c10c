//! What the exchange tells, as the contact's life.

use base::{Id, Language, Outcome, Problem, UnixMillis, kind};
use identity::AddressKind;
use rules::calls::call_back::{AGAIN_MS, WINDOW_MS, When, next_slot, slot_after};
use rules::calls::{CallId, Cause, Happened, Input, Keep, Target, Told};
use rules::contacts::{Channel, Command, Contact, ContactId, Destination, Party, PersonId, Phase};
use rules::hours::OpenSpan;
use store::calls::NUMBER;
use store::chat::NewText;

use super::Live;
use crate::App;
use crate::contacts::{Door, Turn};
use crate::queues::front_office;

impl App {
    /// Calls that ended with the program: their contacts go on without them.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away; the rest can be ended then by trying again.
    pub(super) async fn end_lost_calls(&self) -> Outcome<()> {
        for (call, contact) in store::calls::unended(&self.database, &self.tenant).await? {
            self.over(call, contact, Cause::CallerVanished, "program-ended", self.now()).await?;
        }
        Ok(())
    }

    /// A call is over, whatever the life of its contact says to that.
    async fn over(
        &self,
        call: CallId,
        contact: ContactId,
        cause: Cause,
        account: &str,
        at: UnixMillis,
    ) -> Outcome<()> {
        match self.ended(contact, cause).await {
            Ok(()) => {}
            Err(away @ Problem::Unavailable { code: "database-away" }) => return Err(away),
            Err(problem) => {
                tracing::warn!(%problem, %call, "a contact does not fit the end of its call");
            }
        }
        self.account_ended(call, account, at).await
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
            Happened::Asks { call, by, dialled, warm, .. } => {
                self.asks(*call, *by, dialled, *warm).await;
                Ok(())
            }
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
        let before = match &pseudonym {
            Some(pseudonym) => {
                let line = (municipality.as_ref(), department.as_ref());
                self.place_of_last_call(pseudonym, line).await?
            }
            None => None,
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
                legs: std::collections::BTreeMap::new(),
            },
        );
        self.say_outlook(call).await?;
        // A greeting that promises a colleague would be wrong.
        self.closed(call, contact).await?;
        Ok(())
    }

    /// Tells a caller whose line is closed so; whether it is.
    pub(super) async fn closed(&self, call: CallId, contact: ContactId) -> Outcome<bool> {
        let (contact, _) =
            crate::found(store::contacts::read(&self.database, &self.tenant, contact).await?)?;
        let offered = matches!(contact.phase, Phase::Offered { .. });
        if offered || contact.owner().is_some() || self.opens_of(&contact).await?.is_none() {
            return Ok(false);
        }
        // Who was let in before is served by whoever is there yet.
        if contact.phase == Phase::Waiting {
            let found = self.outlook_of_waiting(&contact).await?;
            if found.is_some_and(|found| found.agents > 0) {
                return Ok(false);
            }
        }
        self.tell_call(call, Input::ClosedNow { voice_mail: contact.department.is_some() });
        Ok(true)
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
                // Whoever else has it by now keeps it.
                self.of_its_call(contact, |contact| {
                    let theirs = contact.owner().is_none_or(|owner| owner == *from);
                    if theirs { into_line(contact, "telephone-lost") } else { vec![] }
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
                let account = serde_json::to_value(cause).ok();
                let account = account.as_ref().and_then(|cause| cause.as_str()).unwrap_or_default();
                if *cause == Cause::CallerVanished && self.goes_on_again(call, contact, at).await? {
                    self.account_ended(call, account, at).await?;
                } else {
                    self.over(call, contact, *cause, account, at).await?;
                }
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
        self.of_its_call(live.contact, |contact| into_line(contact, "telephone-lost")).await?;
        self.say_outlook(call).await
    }

    /// When a contact's line opens, far away when nobody knows; `None` when somebody can be asked now.
    pub(super) async fn opens_of(&self, contact: &Contact) -> Outcome<Option<UnixMillis>> {
        self.opens(contact.municipality.as_ref(), contact.department.as_ref()).await
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
            (Some(municipality), Some(opens)) => {
                let front = front_office();
                let department = contact.department.as_ref().unwrap_or(&front);
                let directory = self.directory().await?;
                let line = crate::found(directory.line(municipality, department))?;
                // Whoever answers for it may open before it does: that is what was said.
                let first = slot_after(opens);
                let within = next_slot(&line.hours, at).map(|own| match first.from < own.from {
                    true => first,
                    false => own,
                });
                within.map_or(When::Turn, |within| When::Booked { within })
            }
            _ => When::Turn,
        };
        if let Some(into) = self.owed_already(&contact, when, at).await? {
            return self.of_its_call(live.contact, |_| Some(Command::Merge { into })).await;
        }
        self.of_its_call(live.contact, |contact| {
            let mut commands = into_line(contact, "call-back");
            commands.push(Command::BookCallBack { by: Party::Citizen, when, number });
            commands
        })
        .await
    }

    /// What the end of its call is for a contact.
    pub(super) async fn ended(&self, contact: ContactId, cause: Cause) -> Outcome<()> {
        let from = self.now() + AGAIN_MS;
        self.of_its_call(contact, |contact| match (cause, &contact.phase, &contact.call_back) {
            (Cause::NotReached, Phase::Owned { by, .. }, Some(_)) => {
                vec![Command::CalledBack { by: *by, reached: false }]
            }
            // Their telephone never rang: that is no attempt, and it goes better in a while.
            (Cause::NotDialled, Phase::Owned { .. }, Some(owed)) => {
                let when = When::Booked { within: OpenSpan { from, to: from + WINDOW_MS } };
                let number = owed.number;
                let again = Command::BookCallBack { by: Party::System, when, number };
                vec![release("not-dialled"), again]
            }
            // However the call ended, the call-back is owed still.
            (_, Phase::Owned { .. }, Some(_)) => vec![release("telephone-lost")],
            (Cause::CallBack, ..) | (_, _, Some(_)) => vec![],
            (_, Phase::Arrived | Phase::Waiting | Phase::Offered { .. }, None) => {
                vec![Command::Abandon]
            }
            (Cause::CallerHungUp | Cause::CallerVanished, Phase::Owned { .. }, None) => {
                vec![Command::End { by: Party::Citizen }]
            }
            (_, Phase::Owned { by, .. }, None) => vec![Command::End { by: Party::Agent(*by) }],
            _ => vec![],
        })
        .await
    }

    /// Changes a contact in its call's name.
    pub(super) async fn of_its_call<C: IntoIterator<Item = Command>>(
        &self,
        contact: ContactId,
        choose: impl FnOnce(&Contact) -> C,
    ) -> Outcome<()> {
        let system = self.system("telephone");
        self.change(&system, Door::System, contact, |contact, _| {
            let commands = choose(contact).into_iter().collect();
            Ok(Turn { commands, texts: vec![], action: "telephone" })
        })
        .await?;
        Ok(())
    }
}

fn release(why: &str) -> Command {
    Command::Release { why: why.to_owned() }
}

/// What brings a caller into the line, or back to their place in it, whoever has the contact now.
pub(super) fn into_line(contact: &Contact, why: &str) -> Vec<Command> {
    vec![match contact.phase {
        Phase::Owned { .. } => release(why),
        Phase::Closed { .. } => Command::Reopen { by: Party::Citizen },
        _ => Command::Queue,
    }]
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
