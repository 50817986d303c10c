//! A department's inbox: the errands left with it, taken, answered, finished, promised anew.

use base::{
    DepartmentKey, Id, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey, UnixMillis, kind,
};
use rules::contacts::{Command, Contact, ContactId, HandOver, HandOverPhase, Party, ReplyWay};
use rules::members::number_of;
use rules::text::FreeText;
use serde::{Deserialize, Serialize};
use store::chat::NewText;
use store::hand_overs::Line;
use utoipa::ToSchema;

use super::watch::ErrandMail;
use super::{HandOverId, NOTE_LIMIT};
use crate::contacts::{Door, Turn};
use crate::{App, found};

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
    /// Whether the citizen can be called from here.
    pub callable: bool,
    /// How long (s) what the caller said is, where it was left by telephone and is still kept.
    pub voice_s: Option<i64>,
    pub answer: Option<String>,
    pub moved: u8,
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

impl App {
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
            let open = store::hand_overs::open(database, tenant, municipality).await?;
            let done = match filter {
                InboxFilter::Done => {
                    store::hand_overs::finished(database, tenant, municipality).await?
                }
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

    pub(super) async fn tell_of_move(
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

    pub(crate) async fn errand_line(&self, scope: &Scope, id: HandOverId) -> Outcome<Line> {
        let line = store::hand_overs::find(&self.database, &self.tenant, id).await?;
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
        let mut tx = self.database.begin().await?;
        let ground = Some(rules::people::ContactGround::Inbox);
        let municipality = Some(&line.municipality);
        let subject = line.contact.to_string();
        self.audit(&mut tx, scope, ground, municipality, action, &subject, self.now()).await?;
        Ok(tx.commit().await?)
    }

    async fn errand_view(&self, line: &Line, whole_address: bool) -> Outcome<HandOverView> {
        let read = store::contacts::read(&self.database, &self.tenant, line.contact).await?;
        let (contact, _) = found(read)?;
        let errand: &HandOver = found(contact.hand_overs.get(&line.id))?;
        let text = |id: Option<Id<kind::Text>>| async move {
            match id {
                Some(id) => store::chat::text(&self.database, &self.tenant, id).await,
                None => Ok(None),
            }
        };
        let address = text(errand.address).await?;
        let callable = self.has_telephone()
            && errand.reply == ReplyWay::Telephone
            && address.as_deref().and_then(number_of).is_some();
        let note = text(errand.note).await?;
        let answer = text(errand.answer).await?;
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
        let voice_s = self.voice_s(&contact).await?;
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
            callable,
            note,
            voice_s,
            answer,
            moved: errand.moved,
        })
    }

    /// The open errands of a contact, for the agent who has it.
    pub(crate) async fn errands_of(&self, contact: &Contact) -> Outcome<Vec<HandOverView>> {
        let mut views = Vec::new();
        for id in contact.hand_overs.keys() {
            let line = store::hand_overs::find(&self.database, &self.tenant, *id).await?;
            if let Some(line) = line {
                views.push(self.errand_view(&line, false).await?);
            }
        }
        Ok(views)
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
    fn a_veiled_address_cannot_be_used() {
        assert_eq!(veiled("louise@post.dk"), "l…@post.dk");
        assert_eq!(veiled("12345678"), "•• •• •• 78");
    }
}
