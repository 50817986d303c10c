//! Errands left with a department, with a deadline: made by an agent or by a citizen who leaves a
//! message, dealt with in the department's inbox, answered by e-mail or on the status page, and
//! promised anew **before** a promise is broken (product rule 5).

mod inbox;
mod status;
mod watch;

use base::{
    Actor, DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Scope, TopicKey,
    UnixMillis, kind,
};
use rules::contacts::{Channel, Command, ContactId, Party, ReplyWay};
use rules::text::FreeText;
use serde::Serialize;
use store::chat::NewText;
use utoipa::ToSchema;

use crate::contacts::{Changed, Door, Turn};
use crate::{App, found};

pub use inbox::{ErrandStory, HandOverView, Inbox, InboxCounts, InboxFilter, reply_code};
pub use status::{Status, StatusErrand};
pub use watch::{ErrandMail, JOB_MAIL, JOB_WATCH};

/// Longest note, answer or message, in characters.
pub const NOTE_LIMIT: usize = 4_000;
/// Longest telephone number or e-mail address, in characters.
const ADDRESS_LIMIT: usize = 120;
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
    /// Made with the form: sending the same again finds the same promise.
    pub id: ContactId,
    pub municipality: MunicipalityKey,
    pub department: DepartmentKey,
    pub topic: Option<TopicKey>,
    pub language: Language,
    pub text: String,
    pub reply: ReplyWay,
    pub address: Option<String>,
}

/// What makes a message the same as one before.
struct Left {
    words: String,
    reply: ReplyWay,
    address: Option<String>,
    department: DepartmentKey,
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
    /// What it promises by default.
    #[schema(value_type = i64)]
    pub deadline: UnixMillis,
    /// A working day later.
    #[schema(value_type = i64)]
    pub later: UnixMillis,
}

/// A turn that leaves an errand, and what its promise is said with.
pub(crate) struct ErrandTurn {
    pub(crate) turn: Turn,
    pub(crate) id: HandOverId,
    pub(crate) department_name: String,
}

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
                let later = self.later_promise_of(municipality, &department, at).await?;
                let municipality = municipality.clone();
                departments.push(DepartmentChoice {
                    municipality,
                    department,
                    name,
                    deadline,
                    later,
                });
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
        self.promise_made(changed, made.id, made.department_name, true).await
    }

    /// A citizen leaves a message instead of waiting, and gets a promise.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for empty or over-long text or a missing or malformed address;
    /// [`Problem::NotFound`] for an unknown department.
    pub async fn leave_message(&self, scope: &Scope, wish: LeaveMessage) -> Outcome<Promise> {
        let Actor::Citizen { mark } = &scope.actor else {
            return Err(Problem::forbidden("citizens-only"));
        };
        self.known_line(&wish.municipality, Some(&wish.department)).await?;
        let text = FreeText::accept(&wish.text, NOTE_LIMIT)?;
        let address = accept_address(wish.reply, wish.address.as_deref())?;
        let at = self.now();
        let same = Left {
            words: text.as_str().to_owned(),
            reply: wish.reply,
            address: address.clone(),
            department: wish.department.clone(),
        };
        let mut contact = wish.id;
        if store::contacts::read(&self.database, &self.tenant, contact).await?.is_some() {
            if let Some(promise) = self.left_before(mark, contact, &same).await? {
                return Ok(promise);
            }
            // Something else in a form of before.
            contact = self.rng.id(at);
        }
        let mailbox = address.clone().filter(|_| wish.reply == ReplyWay::Email);
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
        let changed = match self.begin(scope, contact, None, made.turn).await {
            Ok(changed) => changed,
            // Sent twice at once.
            Err(problem) => {
                return self.left_before(mark, contact, &same).await?.ok_or(problem);
            }
        };
        let receipt = match mailbox {
            Some(mailbox) => self.count_receipt(&mailbox).await.is_ok(),
            None => false,
        };
        self.promise_made(changed, made.id, made.department_name, receipt).await
    }

    /// The promise of the same message, left by this browser before.
    async fn left_before(
        &self,
        mark: &str,
        contact: ContactId,
        same: &Left,
    ) -> Outcome<Option<Promise>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let known = store::chat::mark_of(database, tenant, contact).await?;
        let said = store::chat::citizens_words(database, tenant, contact).await?;
        let own = known.is_some_and(|known| known.mark.as_deref() == Some(mark));
        if !own || said.first() != Some(&same.words) {
            return Ok(None);
        }
        let read = store::contacts::read(database, tenant, contact).await?;
        let Some((id, made)) = read.and_then(|(state, _)| state.hand_overs.into_iter().next())
        else {
            return Ok(None);
        };
        let address = match made.address {
            Some(address) => store::chat::text(database, tenant, address).await?,
            None => None,
        };
        let before = (made.reply, &address, &made.department);
        if before != (same.reply, &same.address, &same.department) {
            return Ok(None);
        }
        Ok(Some(Promise {
            hand_over: id,
            deadline: made.deadline,
            department_name: self.department_name(&made.municipality, &made.department).await?,
            status_url: self.status_path(&made.municipality, contact),
        }))
    }

    /// The turn that leaves an errand, after what else is to happen.
    pub(crate) async fn errand_turn(
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

    /// What follows an errand that was made: it is watched, and the citizen is told, by mail too if
    /// an answer by mail was wished and `receipt`.
    pub(crate) async fn promise_made(
        &self,
        changed: Changed,
        id: HandOverId,
        department_name: String,
        receipt: bool,
    ) -> Outcome<Promise> {
        let contact = changed.contact.id;
        let made = found(changed.contact.hand_overs.get(&id))?;
        self.watch_errand(contact, id, made.deadline).await?;
        if receipt && made.reply == ReplyWay::Email {
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
}
