//! Errands left with a department, with a deadline: made by an agent or by a citizen who leaves a
//! message, dealt with in the department's inbox, answered by e-mail or on the status page, and
//! promised anew **before** a promise is broken (product rule 5).

use base::{
    Actor, DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey,
    UnixMillis, kind,
};
use rules::contacts::{
    Channel, Command, Contact, ContactId, Event, HandOver, HandOverPhase, Party, ReplyWay,
};
use rules::text::FreeText;
use serde::{Deserialize, Serialize};
use store::chat::NewText;
use store::hand_overs::Line;
use utoipa::ToSchema;

use crate::contacts::{Changed, Door, Turn};
use crate::{App, away, found};

/// Longest note, answer or message, in characters.
pub const NOTE_LIMIT: usize = 4_000;
/// Longest telephone number or e-mail address, in characters.
const ADDRESS_LIMIT: usize = 120;
/// So long before a deadline the department is warned and the citizen is told if nobody has begun.
const WARN_BEFORE_S: i64 = 3600;
/// A promise that would be broken is moved by itself at most this often.
const MOVES: u8 = 3;

type HandOverId = Id<kind::HandOver>;

/// What is left with whom.
#[derive(Debug, Clone)]
pub struct NewHandOver {
    /// Made by the sender: sending again is harmless.
    pub id: HandOverId,
    pub municipality: MunicipalityKey,
    pub department: DepartmentKey,
    /// `None`: what the department promises by default.
    pub deadline: Option<UnixMillis>,
    pub reply: ReplyWay,
    /// Telephone number or e-mail address, as `reply` needs it.
    pub address: Option<String>,
    pub note: String,
}

/// A message a citizen leaves instead of waiting.
#[derive(Debug, Clone)]
pub struct LeaveMessage {
    pub municipality: MunicipalityKey,
    pub department: DepartmentKey,
    pub topic: Option<TopicKey>,
    pub language: Language,
    pub text: String,
    pub reply: ReplyWay,
    pub address: Option<String>,
}

/// The promise the citizen gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Promise {
    #[schema(value_type = String)]
    pub hand_over: HandOverId,
    #[schema(value_type = i64)]
    pub deadline: UnixMillis,
    pub department_name: String,
    /// Path of the status page, behind an unguessable token.
    pub status_url: String,
}

/// A line of an inbox, or one errand whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandOverView {
    #[schema(value_type = String)]
    pub id: HandOverId,
    #[schema(value_type = String)]
    pub contact: ContactId,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = String)]
    pub department: DepartmentKey,
    pub department_name: String,
    #[schema(value_type = Option<String>)]
    pub topic: Option<TopicKey>,
    pub title: String,
    pub phase: String,
    #[schema(value_type = i64)]
    pub deadline: UnixMillis,
    pub overdue: bool,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    /// Name of the agent who made it; `None` when the citizen left it.
    pub made_by: Option<String>,
    #[schema(value_type = Option<String>)]
    pub taken_by: Option<Id<kind::Person>>,
    pub taken_name: Option<String>,
    /// `telephone`, `email`, `status-page`.
    pub reply: String,
    /// With all but its ends hidden; the whole is asked for apart, and asking is logged.
    pub address: Option<String>,
    pub note: Option<String>,
    pub answer: Option<String>,
    pub moved: u8,
}

/// What an agent may choose when handing over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandOverChoices {
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    #[schema(value_type = Option<i64>)]
    pub deadline: Option<UnixMillis>,
    pub departments: Vec<DepartmentChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DepartmentChoice {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = String)]
    pub department: DepartmentKey,
    pub name: String,
    #[schema(value_type = i64)]
    pub deadline: UnixMillis,
}

/// Which errands of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InboxFilter {
    #[default]
    Open,
    Mine,
    Overdue,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Inbox {
    pub items: Vec<HandOverView>,
    pub counts: InboxCounts,
}

/// How many errands stand open, whatever is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct InboxCounts {
    pub open: usize,
    pub mine: usize,
    pub overdue: usize,
}

/// One errand with the conversation before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErrandStory {
    #[serde(flatten)]
    pub hand_over: HandOverView,
    pub story: Vec<crate::chat::Entry>,
    /// What was answered in guides, by the citizen and by agents for the citizen.
    pub guides: Vec<crate::desk::TrailLine>,
}

/// What the citizen sees on the status page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub municipality: MunicipalityKey,
    pub language: Language,
    pub errands: Vec<StatusErrand>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusErrand {
    pub department_name: String,
    pub phase: HandOverPhase,
    pub made_at: UnixMillis,
    pub deadline: UnixMillis,
    pub moved: u8,
    pub reply: ReplyWay,
    /// What the citizen wrote, when it was a message.
    pub message: Option<String>,
    pub answer: Option<String>,
}

/// A mail to a citizen about an errand, as a job keeps it. The text is made when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "kebab-case")]
pub enum ErrandMail {
    Promised { contact: ContactId, hand_over: HandOverId },
    Moved { contact: ContactId, hand_over: HandOverId },
    Answered { contact: ContactId, hand_over: HandOverId },
}

/// A turn that leaves an errand, and what its promise is said with.
struct ErrandTurn {
    turn: Turn,
    id: HandOverId,
    department_name: String,
}

/// The kinds of jobs this area runs.
pub const JOB_MAIL: &str = "errand-mail";
pub const JOB_WATCH: &str = "errand-watch";

impl App {
    /// What an agent may choose when handing a contact over.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn hand_over_choices(
        &self,
        scope: &Scope,
        contact: ContactId,
    ) -> Outcome<HandOverChoices> {
        let (contact, _, _) = self.see(scope, Door::Work, contact).await?;
        let at = self.now();
        let mut departments = Vec::new();
        if let Some(municipality) = &contact.municipality {
            for (department, name) in self.department_names(municipality).await? {
                let deadline = self.promise_of(municipality, &department, at).await?;
                let municipality = municipality.clone();
                departments.push(DepartmentChoice { municipality, department, name, deadline });
            }
        }
        let owner = match (&contact.municipality, &contact.topic) {
            (Some(municipality), Some(topic)) => self.owner_of(municipality, topic).await?,
            _ => None,
        };
        let best = owner.or_else(|| contact.department.clone());
        let deadline =
            departments.iter().find(|d| Some(&d.department) == best.as_ref()).map(|d| d.deadline);
        Ok(HandOverChoices {
            municipality: contact.municipality.clone(),
            department: best,
            deadline,
            departments,
        })
    }

    /// Leaves an errand of one's own contact with a department.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a missing address, an over-long note or a deadline in the past;
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] when it is another agent's.
    pub async fn hand_over(
        &self,
        scope: &Scope,
        contact: ContactId,
        wish: NewHandOver,
    ) -> Outcome<Promise> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (state, _, _) = self.see(scope, Door::Work, contact).await?;
        // An errand stays in the citizen's own municipality: nobody hands it to a stranger.
        if state.municipality.as_ref().is_some_and(|own| *own != wish.municipality) {
            return Err(Problem::invalid("municipality", "other-municipality"));
        }
        let by = Party::Agent(person);
        let made = self.errand_turn(contact, wish, by, vec![], vec![]).await?;
        let turn = made.turn;
        let changed = self.change(scope, Door::Work, contact, |_, _| Ok(turn)).await?;
        self.promise_made(changed, made.id, made.department_name).await
    }

    /// A citizen leaves a message instead of waiting, and gets a promise.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for empty or over-long text or a missing or malformed address;
    /// [`Problem::NotFound`] for an unknown department.
    pub async fn leave_message(&self, scope: &Scope, wish: LeaveMessage) -> Outcome<Promise> {
        let Actor::Citizen { .. } = &scope.actor else {
            return Err(Problem::forbidden("citizens-only"));
        };
        self.known_line(&wish.municipality, Some(&wish.department)).await?;
        let text = FreeText::accept(&wish.text, NOTE_LIMIT)?;
        let address = accept_address(wish.reply, wish.address.as_deref())?;
        let at = self.now();
        let contact: ContactId = self.rng.id(at);
        let text_id: Id<kind::Text> = self.rng.id(at);
        let message: Id<kind::Message> = self.rng.id(at);
        let urgent = match &wish.topic {
            Some(topic) => self.is_urgent(topic).await?,
            None => false,
        };
        let answers =
            self.answers_to_keep(scope, contact, &wish.municipality, wish.topic.as_ref()).await?;
        let arrive = Command::Arrive {
            contact,
            channel: Channel::Message,
            municipality: Some(wish.municipality.clone()),
            department: Some(wish.department.clone()),
            language: wish.language,
            topic: wish.topic,
            urgent,
        };
        let said = NewText {
            id: text_id,
            contact: Some(contact),
            kind: "message",
            body: text.into_string(),
        };
        let say = Command::Say { message, from: Party::Citizen, text: text_id, article: None };
        let errand = NewHandOver {
            id: self.rng.id(at),
            municipality: wish.municipality,
            department: wish.department,
            deadline: None,
            reply: wish.reply,
            address,
            note: String::new(),
        };
        // One transaction: there is never a message without its words or its promise.
        let before = vec![arrive, say, Command::LeaveMessage];
        let texts = std::iter::once(said).chain(answers).collect();
        let made = self.errand_turn(contact, errand, Party::Citizen, before, texts).await?;
        let changed = self.begin(scope, contact, None, made.turn).await?;
        self.promise_made(changed, made.id, made.department_name).await
    }

    /// The turn that leaves an errand, after what else is to happen.
    async fn errand_turn(
        &self,
        contact: ContactId,
        wish: NewHandOver,
        by: Party,
        mut commands: Vec<Command>,
        mut texts: Vec<NewText>,
    ) -> Outcome<ErrandTurn> {
        let at = self.now();
        let department_name = self.department_name(&wish.municipality, &wish.department).await?;
        let deadline = match wish.deadline {
            Some(deadline) if deadline <= at => {
                return Err(Problem::invalid("deadline", "deadline-past"));
            }
            Some(deadline) => deadline,
            None => self.promise_of(&wish.municipality, &wish.department, at).await?,
        };
        let address = accept_address(wish.reply, wish.address.as_deref())?;
        let mut text = |kind: &'static str, body: Option<String>| {
            body.map(|body| {
                let id: Id<kind::Text> = self.rng.id(at);
                texts.push(NewText { id, contact: Some(contact), kind, body });
                id
            })
        };
        let note = match wish.note.trim() {
            "" => None,
            note => Some(FreeText::accept_in("note", note, NOTE_LIMIT)?.into_string()),
        };
        let note = text("note", note);
        let address = text("address", address);
        commands.push(Command::HandOver {
            hand_over: wish.id,
            by,
            municipality: wish.municipality.clone(),
            department: wish.department.clone(),
            deadline,
            reply: wish.reply,
            note,
            address,
        });
        let turn = Turn { commands, texts, action: "hand-over" };
        Ok(ErrandTurn { turn, id: wish.id, department_name })
    }

    /// What follows an errand that was made: it is watched, and the citizen is told.
    async fn promise_made(
        &self,
        changed: Changed,
        id: HandOverId,
        department_name: String,
    ) -> Outcome<Promise> {
        let contact = changed.contact.id;
        let made = found(changed.contact.hand_overs.get(&id))?;
        self.watch_errand(contact, id, made.deadline).await?;
        if made.reply == ReplyWay::Email {
            let mail = ErrandMail::Promised { contact, hand_over: id };
            self.queue_mail(&format!("promised-{id}"), &mail).await?;
        }
        Ok(Promise {
            hand_over: id,
            deadline: made.deadline,
            department_name,
            status_url: self.status_path(&made.municipality, contact),
        })
    }

    /// Path of the status page of a contact: its token is made from the consortium's key, so it is
    /// stored nowhere and can be made again.
    pub(crate) fn status_path(&self, municipality: &MunicipalityKey, id: ContactId) -> String {
        let token = identity::link_token(&self.settings.secret, "status", &id.to_string());
        format!("/{municipality}/status/{id}.{token}")
    }

    /// The status page behind an unguessable link.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a wrong token, whatever the id.
    pub async fn status(&self, contact: ContactId, token: &str) -> Outcome<Status> {
        let subject = contact.to_string();
        if !identity::check_link_token(&self.settings.secret, "status", &subject, token) {
            return Err(Problem::NotFound);
        }
        let read =
            store::contacts::read(&self.database, &self.tenant, contact).await.map_err(away)?;
        let (state, _) = found(read)?;
        let municipality = found(state.municipality.clone())?;
        let texts =
            store::chat::texts_of(&self.database, &self.tenant, contact).await.map_err(away)?;
        let words = if state.channel == Channel::Message {
            store::chat::citizens_words(&self.database, &self.tenant, contact)
                .await
                .map_err(away)?
                .into_iter()
                .next()
        } else {
            None
        };
        let mut errands = Vec::new();
        for errand in state.hand_overs.values() {
            errands.push(StatusErrand {
                department_name: self
                    .department_name(&errand.municipality, &errand.department)
                    .await?,
                phase: errand.phase,
                made_at: errand.made_at,
                deadline: errand.deadline,
                moved: errand.moved,
                reply: errand.reply,
                message: words.clone(),
                answer: errand.answer.and_then(|id| texts.get(&id).cloned()),
            });
        }
        errands.sort_by_key(|errand| errand.made_at);
        Ok(Status { municipality, language: state.language, errands })
    }

    /// The errands of the departments the person works for: of one municipality, or of all in reach.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when the person has no inbox there.
    pub async fn inbox(
        &self,
        scope: &Scope,
        municipality: Option<&MunicipalityKey>,
        department: Option<&DepartmentKey>,
        filter: InboxFilter,
    ) -> Outcome<Inbox> {
        let reach = scope.municipalities(Right::WorkInbox);
        let wanted: Vec<&MunicipalityKey> = match municipality {
            Some(municipality) if reach.contains(municipality) => vec![municipality],
            Some(_) => return Err(Problem::NotFound),
            None => reach.into_iter().collect(),
        };
        let (database, tenant) = (&self.database, &self.tenant);
        let (person, now) = (scope.person(), self.now());
        let mine = |line: &Line| line.taken_by.is_some() && line.taken_by == person;
        let overdue = |line: &Line| line.deadline <= now;
        let mut inbox = Inbox { items: vec![], counts: InboxCounts::default() };
        for municipality in wanted {
            let in_reach = |line: &&Line| {
                department.is_none_or(|department| *department == line.department)
                    && scope
                        .allows(Right::WorkInbox, municipality, Some(&line.department))
                        .is_some()
            };
            let open =
                store::hand_overs::open(database, tenant, municipality).await.map_err(away)?;
            let done = match filter {
                InboxFilter::Done => store::hand_overs::finished(database, tenant, municipality)
                    .await
                    .map_err(away)?,
                _ => vec![],
            };
            for line in open.iter().filter(in_reach) {
                inbox.counts.open += 1;
                inbox.counts.mine += usize::from(mine(line));
                inbox.counts.overdue += usize::from(overdue(line));
                let shown = match filter {
                    InboxFilter::Open => true,
                    InboxFilter::Mine => mine(line),
                    InboxFilter::Overdue => overdue(line),
                    InboxFilter::Done => false,
                };
                if shown {
                    inbox.items.push(self.errand_view(line, false).await?);
                }
            }
            for line in done.iter().filter(in_reach) {
                inbox.items.push(self.errand_view(line, false).await?);
            }
        }
        Ok(inbox)
    }

    /// One errand, with what was said before it. The look is logged.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn errand(&self, scope: &Scope, id: HandOverId) -> Outcome<HandOverView> {
        let line = self.errand_line(scope, id).await?;
        self.note_look(scope, &line, "read-hand-over").await?;
        self.errand_view(&line, false).await
    }

    /// One errand with what was said and what happened before it. The look is logged.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn errand_with_story(&self, scope: &Scope, id: HandOverId) -> Outcome<ErrandStory> {
        let hand_over = self.errand(scope, id).await?;
        let story = self.entries(scope, Door::Inbox, hand_over.contact, 0).await?.entries;
        let guides = self.kept_walks(hand_over.contact).await?;
        Ok(ErrandStory { hand_over, story, guides })
    }

    /// One errand with the citizen's whole address; asking is logged as a look-up of its own.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn errand_address(&self, scope: &Scope, id: HandOverId) -> Outcome<HandOverView> {
        let line = self.errand_line(scope, id).await?;
        self.note_look(scope, &line, "read-address").await?;
        self.errand_view(&line, true).await
    }

    /// Takes an errand on.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Conflict`] when it has been answered.
    pub async fn take_errand(&self, scope: &Scope, id: HandOverId) -> Outcome<HandOverView> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        self.change_errand(scope, id, "take", Command::TakeHandOver { hand_over: id, by }, vec![])
            .await
    }

    /// Answers the citizen: on the status page, and by e-mail where that was asked for.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for empty or over-long text; [`Problem::NotFound`] out of reach;
    /// [`Problem::Conflict`] when it has been answered.
    pub async fn answer_errand(
        &self,
        scope: &Scope,
        id: HandOverId,
        text: &str,
    ) -> Outcome<HandOverView> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        let body = FreeText::accept(text, NOTE_LIMIT)?.into_string();
        let line = self.errand_line(scope, id).await?;
        let answer: Id<kind::Text> = self.rng.id(self.now());
        let text = NewText { id: answer, contact: Some(line.contact), kind: "answer", body };
        let command = Command::AnswerHandOver { hand_over: id, by, answer };
        let view = self.change_errand(scope, id, "answer", command, vec![text]).await?;
        if view.reply == reply_code(ReplyWay::Email) {
            let mail = ErrandMail::Answered { contact: line.contact, hand_over: id };
            self.queue_mail(&format!("answered-{id}"), &mail).await?;
        }
        self.forget_watch(id).await?;
        Ok(view)
    }

    /// Marks an errand as done: nothing more is owed.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn finish_errand(&self, scope: &Scope, id: HandOverId) -> Outcome<HandOverView> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        let command = Command::FinishHandOver { hand_over: id, by };
        let view = self.change_errand(scope, id, "finish", command, vec![]).await?;
        self.forget_watch(id).await?;
        Ok(view)
    }

    /// Promises a later time; the citizen is told at once.
    ///
    /// # Errors
    /// [`Problem::Invalid`] when it is not later; [`Problem::NotFound`] out of reach.
    pub async fn move_promise(
        &self,
        scope: &Scope,
        id: HandOverId,
        deadline: UnixMillis,
    ) -> Outcome<HandOverView> {
        let by = Party::Agent(scope.person().ok_or(Problem::SignedOut)?);
        let command = Command::MovePromise { hand_over: id, by, deadline };
        let view = self.change_errand(scope, id, "move-promise", command, vec![]).await?;
        self.watch_errand(view.contact, id, deadline).await?;
        self.tell_of_move(view.contact, id, &view.reply, view.moved).await?;
        Ok(view)
    }

    async fn tell_of_move(
        &self,
        contact: ContactId,
        id: HandOverId,
        reply: &str,
        moved: u8,
    ) -> Outcome<()> {
        if reply == reply_code(ReplyWay::Email) {
            let mail = ErrandMail::Moved { contact, hand_over: id };
            self.queue_mail(&format!("moved-{id}-{moved}"), &mail).await?;
        }
        Ok(())
    }

    async fn errand_line(&self, scope: &Scope, id: HandOverId) -> Outcome<Line> {
        let line = store::hand_overs::find(&self.database, &self.tenant, id).await.map_err(away)?;
        let line = found(line)?;
        scope
            .holds_at(self.now())
            .then(|| scope.allows(Right::WorkInbox, &line.municipality, Some(&line.department)))
            .flatten()
            .ok_or(Problem::NotFound)?;
        Ok(line)
    }

    async fn change_errand(
        &self,
        scope: &Scope,
        id: HandOverId,
        action: &'static str,
        command: Command,
        texts: Vec<NewText>,
    ) -> Outcome<HandOverView> {
        let line = self.errand_line(scope, id).await?;
        let turn = Turn { commands: vec![command], texts, action };
        self.change(scope, Door::Inbox, line.contact, |_, _| Ok(turn)).await?;
        let line = self.errand_line(scope, id).await?;
        self.errand_view(&line, false).await
    }

    async fn note_look(&self, scope: &Scope, line: &Line, action: &'static str) -> Outcome<()> {
        let mut tx = self.database.begin().await.map_err(away)?;
        let ground = Some(rules::people::ContactGround::Inbox);
        let municipality = Some(&line.municipality);
        let subject = line.contact.to_string();
        self.audit(&mut tx, scope, ground, municipality, action, &subject, self.now()).await?;
        tx.commit().await.map_err(away)
    }

    async fn errand_view(&self, line: &Line, whole_address: bool) -> Outcome<HandOverView> {
        let read = store::contacts::read(&self.database, &self.tenant, line.contact)
            .await
            .map_err(away)?;
        let (contact, _) = found(read)?;
        let errand: &HandOver = found(contact.hand_overs.get(&line.id))?;
        let text = |id: Option<Id<kind::Text>>| async move {
            match id {
                Some(id) => store::chat::text(&self.database, &self.tenant, id).await,
                None => Ok(None),
            }
        };
        let address = text(errand.address).await.map_err(away)?;
        let note = text(errand.note).await.map_err(away)?;
        let answer = text(errand.answer).await.map_err(away)?;
        let made_by = match errand.made_by {
            Party::Agent(person) => self.person_card(person).await?.map(|card| card.name.clone()),
            _ => None,
        };
        let taken_name = match errand.taken_by {
            Some(person) => self.person_card(person).await?.map(|card| card.name.clone()),
            None => None,
        };
        let department_name =
            self.department_name(&errand.municipality, &errand.department).await?;
        let now = self.now();
        Ok(HandOverView {
            id: line.id,
            contact: line.contact,
            municipality: errand.municipality.clone(),
            department: errand.department.clone(),
            title: self.title_of(&contact).await?,
            department_name,
            topic: contact.topic.clone(),
            phase: line.phase.clone(),
            deadline: errand.deadline,
            overdue: errand.deadline <= now
                && matches!(errand.phase, HandOverPhase::New | HandOverPhase::Taken),
            made_at: errand.made_at,
            made_by,
            taken_by: errand.taken_by,
            taken_name,
            reply: reply_code(errand.reply).to_owned(),
            address: if whole_address { address } else { address.map(|a| veiled(&a)) },
            note,
            answer,
            moved: errand.moved,
        })
    }

    /// The open errands of a contact, for the agent who has it.
    pub(crate) async fn errands_of(&self, contact: &Contact) -> Outcome<Vec<HandOverView>> {
        let mut views = Vec::new();
        for id in contact.hand_overs.keys() {
            let line =
                store::hand_overs::find(&self.database, &self.tenant, *id).await.map_err(away)?;
            if let Some(line) = line {
                views.push(self.errand_view(&line, false).await?);
            }
        }
        Ok(views)
    }

    async fn watch_errand(
        &self,
        contact: ContactId,
        id: HandOverId,
        deadline: UnixMillis,
    ) -> Outcome<()> {
        let body = serde_json::json!({ "contact": contact, "hand_over": id }).to_string();
        let run_at = deadline.plus_seconds(-WARN_BEFORE_S).max(self.now());
        self.add_job(JOB_WATCH, &id.to_string(), run_at, &body).await
    }

    async fn forget_watch(&self, id: HandOverId) -> Outcome<()> {
        self.cancel_job(JOB_WATCH, &id.to_string()).await
    }

    async fn queue_mail(&self, key: &str, mail: &ErrandMail) -> Outcome<()> {
        let body =
            serde_json::to_string(mail).map_err(|_| away(store::StoreError::Damaged("mail")))?;
        self.add_job(JOB_MAIL, key, self.now(), &body).await
    }

    /// The job an hour before a deadline: an errand that nobody has begun gets a later promise, and
    /// the citizen is told before the first one is broken. After three moves it is left to the
    /// department, which sees it as overdue.
    ///
    /// # Errors
    /// [`Problem::Unavailable`]: try again.
    pub async fn watch(&self, contact: ContactId, id: HandOverId) -> Outcome<()> {
        let read =
            store::contacts::read(&self.database, &self.tenant, contact).await.map_err(away)?;
        let Some((state, _)) = read else { return Ok(()) };
        let Some(errand) = state.hand_overs.get(&id) else { return Ok(()) };
        let open = matches!(errand.phase, HandOverPhase::New | HandOverPhase::Taken);
        if !open || errand.moved >= MOVES {
            return Ok(());
        }
        let from = errand.deadline.max(self.now());
        let later = self.promise_of(&errand.municipality, &errand.department, from).await?;
        let command = Command::MovePromise { hand_over: id, by: Party::System, deadline: later };
        let system = self.system("promises");
        let turn = Turn::of("move-promise", command);
        let changed = self.change(&system, Door::System, contact, |_, _| Ok(turn)).await?;
        if changed.events.iter().any(|event| matches!(event, Event::PromiseMoved { .. })) {
            let moved = errand.moved.saturating_add(1);
            self.tell_of_move(contact, id, reply_code(errand.reply), moved).await?;
            self.watch_errand(contact, id, later).await?;
        }
        Ok(())
    }
}

/// The code of a way to reply, as on the wire.
#[must_use]
pub const fn reply_code(reply: ReplyWay) -> &'static str {
    match reply {
        ReplyWay::Telephone => "telephone",
        ReplyWay::Email => "email",
        ReplyWay::StatusPage => "status-page",
    }
}

/// The address a reply needs, checked as far as it can be without asking it.
fn accept_address(reply: ReplyWay, address: Option<&str>) -> Outcome<Option<String>> {
    let address = address.map(str::trim).filter(|address| !address.is_empty());
    if reply != ReplyWay::StatusPage && address.is_some_and(|a| a.chars().count() > ADDRESS_LIMIT) {
        let limit = i64::try_from(ADDRESS_LIMIT).ok();
        return Err(Problem::Invalid { field: "address", code: "too-long", limit });
    }
    match (reply, address) {
        (ReplyWay::StatusPage, _) => Ok(None),
        (_, None) => Err(Problem::invalid("address", "address-missing")),
        (ReplyWay::Telephone, Some(number)) => {
            let digits = number.chars().filter(char::is_ascii_digit).count();
            let plain = number.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c));
            let abroad = number.starts_with('+') || number.starts_with("00");
            let fits = if abroad { (8..=15).contains(&digits) } else { digits == 8 };
            if plain && fits {
                Ok(Some(number.to_owned()))
            } else {
                Err(Problem::invalid("address", "telephone-digits"))
            }
        }
        (ReplyWay::Email, Some(mail)) => {
            let fits =
                !mail.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
                    && mail.split_once('@').is_some_and(|(user, host)| {
                        !user.is_empty()
                            && host.contains('.')
                            && !host.contains('@')
                            && !host.starts_with('.')
                            && !host.ends_with('.')
                    });
            if fits {
                Ok(Some(mail.to_owned()))
            } else {
                Err(Problem::invalid("address", "email-form"))
            }
        }
    }
}

/// Enough to recognise an address, too little to use it.
fn veiled(address: &str) -> String {
    if let Some((user, host)) = address.split_once('@') {
        let first: String = user.chars().take(1).collect();
        return format!("{first}…@{host}");
    }
    let tail: String =
        address.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    format!("•• •• •• {tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_must_fit_the_way_of_the_reply() {
        assert!(accept_address(ReplyWay::Telephone, Some("12 34 56 78")).is_ok());
        assert!(accept_address(ReplyWay::Telephone, Some("+46 70 123 45 67")).is_ok());
        for bad in ["1234567", "123456789", "abc", "12345678; drop"] {
            assert!(accept_address(ReplyWay::Telephone, Some(bad)).is_err(), "{bad}");
        }
        assert!(accept_address(ReplyWay::Email, Some("a@b.dk")).is_ok());
        for bad in ["a", "a@b", "a@b@c.dk", "a b@c.dk", "a@.dk", "x\r\nBcc: y@z.dk"] {
            assert!(accept_address(ReplyWay::Email, Some(bad)).is_err(), "{bad}");
        }
        assert!(accept_address(ReplyWay::Email, None).is_err());
        assert_eq!(accept_address(ReplyWay::StatusPage, Some("x")), Ok(None));
    }

    #[test]
    fn a_veiled_address_cannot_be_used() {
        assert_eq!(veiled("louise@post.dk"), "l…@post.dk");
        assert_eq!(veiled("12345678"), "•• •• •• 78");
    }
}
