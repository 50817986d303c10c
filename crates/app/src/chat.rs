//! What citizen and agent say to each other, and what each is shown of it.

use std::collections::BTreeMap;

use base::{
    Actor, DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Scope, TopicKey,
    UnixMillis, kind,
};
use rules::calls::RecordingStep;
use rules::contacts::{Channel, Command, Contact, ContactId, Destination, Event, Party, Phase};
use rules::text::FreeText;
use serde::Serialize;
use store::chat::{NewText, Told};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::App;
use crate::contacts::{Door, Turn};

/// Longest message, in characters.
pub const MESSAGE_LIMIT: usize = 4_000;
/// Longest name a citizen gives, in characters.
const NAME_LIMIT: usize = 80;
/// A citizen who comes back within this time finds the same chat.
const SAME_CHAT_S: i64 = 24 * 3600;
/// At most this many entries are read at once; the reader asks again.
const ENTRIES: i64 = 500;

/// How a citizen begins a chat.
#[derive(Debug, Clone)]
pub struct OpenChat {
    pub municipality: MunicipalityKey,
    pub department: Option<DepartmentKey>,
    pub topic: Option<TopicKey>,
    pub language: Language,
    pub name: Option<String>,
}

/// Something to say. `message_id` is made by the sender: sending again is harmless.
#[derive(Debug, Clone)]
pub struct Say {
    pub message_id: Uuid,
    pub text: String,
    pub article: Option<TopicKey>,
}

/// The receipt of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Said {
    pub seq: i64,
    /// Whether a CPR or card number was masked in it.
    pub masked: bool,
}

/// One line of a conversation as both sides see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Entry {
    Message {
        seq: i64,
        #[schema(value_type = i64)]
        at: UnixMillis,
        message_id: Option<Uuid>,
        from: Side,
        /// First name of the agent; the citizen's own name, if given.
        name: Option<String>,
        /// `None` when it was erased.
        text: Option<String>,
        article: Option<ArticleLink>,
    },
    /// Something that happened; the text is `notice-<code>` of the catalogue.
    Notice {
        seq: i64,
        #[schema(value_type = i64)]
        at: UnixMillis,
        code: &'static str,
        args: BTreeMap<&'static str, String>,
    },
}

impl Entry {
    #[must_use]
    pub const fn seq(&self) -> i64 {
        match self {
            Self::Message { seq, .. } | Self::Notice { seq, .. } => *seq,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    Citizen,
    Agent,
    System,
}

/// An article that was sent along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ArticleLink {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
    /// Path on the citizen site.
    pub url: String,
}

/// A piece of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Entries {
    pub entries: Vec<Entry>,
    /// Ask for what comes after this number next time.
    pub head: i64,
    /// Whether there is more than was read at once.
    pub more: bool,
    pub state: ChatState,
}

/// How it stands with a chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChatState {
    #[schema(value_type = String)]
    pub contact: ContactId,
    /// `arrived`, `waiting`, `offered`, `owned`, `wrapping-up`, `closed`.
    pub phase: &'static str,
    /// Place in line, 1 = next; only while waiting.
    pub position: Option<u32>,
    pub wait: Option<crate::queues::WaitRange>,
    /// First name and municipality of the agent who has it.
    pub agent: Option<String>,
    pub agent_of: Option<String>,
    pub read_by_citizen: i64,
    pub read_by_agent: i64,
    pub rating: Option<u8>,
    pub transfers: u8,
}

/// What a chat stands in, of the citizen's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnChat {
    #[schema(value_type = String)]
    pub contact: ContactId,
    pub phase: &'static str,
    /// Its citizen speaks by telephone, and writes beside it: the telephone ends it.
    pub by_telephone: bool,
}

impl App {
    /// The reach of a citizen's browser by the token of its visitor mark: its own contacts.
    #[must_use]
    pub fn citizen_scope(&self, token: &str) -> Scope {
        let mark = identity::mark_hash(token);
        rules::people::citizen_scope(self.tenant.clone(), mark, self.now())
    }

    /// Begins a chat, or finds the one this browser has in this municipality already: reloading and
    /// coming back never cost the place in line.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or department; [`Problem::Invalid`] for
    /// an over-long name.
    pub async fn open_chat(&self, scope: &Scope, wish: OpenChat) -> Outcome<ContactId> {
        let Actor::Citizen { .. } = &scope.actor else {
            return Err(Problem::forbidden("citizens-only"));
        };
        self.known_line(&wish.municipality, wish.department.as_ref()).await?;
        if let Some(chat) = self.own_chat(scope, &wish.municipality).await?
            && chat.phase != "closed"
        {
            return Ok(chat.contact);
        }
        let at = self.now();
        let id: ContactId = self.rng.id(at);
        let name = match wish.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => Some(NewText {
                id: self.rng.id(at),
                contact: Some(id),
                kind: "name",
                body: FreeText::accept_in("name", name, NAME_LIMIT)?.into_string(),
            }),
            None => None,
        };
        let urgent = match &wish.topic {
            Some(topic) => self.is_urgent(topic).await?,
            None => false,
        };
        let answers =
            self.answers_to_keep(scope, id, &wish.municipality, wish.topic.as_ref()).await?;
        let arrive = Command::Arrive {
            contact: id,
            channel: Channel::Chat,
            municipality: Some(wish.municipality),
            department: wish.department,
            language: wish.language,
            topic: wish.topic,
            urgent,
        };
        let mut turn = Turn::of("arrive", arrive);
        turn.texts.extend(answers);
        self.begin(scope, id, name, turn).await?;
        Ok(id)
    }

    /// The chat of this browser in this municipality during the last day.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn own_chat(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<Option<OwnChat>> {
        let Actor::Citizen { mark } = &scope.actor else { return Ok(None) };
        let since = self.now().plus_seconds(-SAME_CHAT_S);
        let newest =
            store::chat::newest_of_mark(&self.database, &self.tenant, mark, municipality, since)
                .await?;
        let Some(id) = newest else { return Ok(None) };
        let read = store::contacts::read(&self.database, &self.tenant, id).await?;
        Ok(read.map(|(contact, _)| OwnChat {
            contact: id,
            phase: store::contacts::phase_name(&contact.phase),
            by_telephone: contact.channel_now() == Channel::Call,
        }))
    }

    /// Says something, as the citizen or as the agent who has the contact. Idempotent by
    /// `message_id`.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for empty or over-long text; [`Problem::NotFound`] out of reach;
    /// [`Problem::Forbidden`] or [`Problem::Conflict`] when the contact is another's or closed.
    pub async fn say(&self, scope: &Scope, contact: ContactId, say: Say) -> Outcome<Said> {
        let text = FreeText::accept(&say.text, MESSAGE_LIMIT)?;
        let masked = text.masked() > 0;
        if let Some(topic) = &say.article {
            self.article_title(topic).await?;
        }
        let from = match &scope.actor {
            Actor::Citizen { .. } => Party::Citizen,
            Actor::Person(person) => Party::Agent(*person),
            Actor::System(_) => Party::System,
        };
        let message: Id<kind::Message> = Id::from_uuid(say.message_id);
        let at = self.now();
        let text_id: Id<kind::Text> = self.rng.id(at);
        let sent = self
            .change(scope, Door::Work, contact, |_, _| {
                Ok(Turn {
                    commands: vec![Command::Say {
                        message,
                        from,
                        text: text_id,
                        article: say.article.clone(),
                    }],
                    texts: vec![NewText {
                        id: text_id,
                        contact: Some(contact),
                        kind: "message",
                        body: text.into_string(),
                    }],
                    action: "say",
                })
            })
            .await;
        match sent {
            Ok(changed) => {
                // The message is the last event but those that queue the contact.
                let behind = changed
                    .events
                    .iter()
                    .rev()
                    .take_while(|event| !matches!(event, Event::Message { .. }))
                    .count();
                let behind = i64::try_from(behind).unwrap_or(0);
                Ok(Said { seq: changed.seq - behind, masked })
            }
            Err(problem) => match self.said_before(scope, contact, message).await? {
                Some(seq) => Ok(Said { seq, masked }),
                None => Err(problem),
            },
        }
    }

    /// The number of a message that was sent before: what a resend is answered with.
    async fn said_before(
        &self,
        scope: &Scope,
        contact: ContactId,
        message: Id<kind::Message>,
    ) -> Outcome<Option<i64>> {
        if self.see(scope, Door::Work, contact).await.is_err() {
            return Ok(None);
        }
        Ok(store::chat::message_seq(&self.database, &self.tenant, contact, message).await?)
    }

    /// What was said and what happened after `cursor`, as the citizen or whoever may read it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn entries(
        &self,
        scope: &Scope,
        door: Door,
        contact: ContactId,
        cursor: i64,
    ) -> Outcome<Entries> {
        let (state, _, _) = self.see(scope, door, contact).await?;
        let told =
            store::chat::told_after(&self.database, &self.tenant, contact, cursor, ENTRIES).await?;
        let more = i64::try_from(told.len()).unwrap_or(0) >= ENTRIES;
        let head = told.last().map_or(cursor, |told| told.event.seq);
        let mut entries = Vec::with_capacity(told.len());
        for told in told {
            entries.extend(self.entry(scope, &state, told).await?);
        }
        Ok(Entries { entries, head, more, state: self.chat_state(&state).await? })
    }

    /// How it stands with a chat, for its citizen.
    pub(crate) async fn chat_state(&self, contact: &Contact) -> Outcome<ChatState> {
        let waits = matches!(contact.phase, Phase::Waiting | Phase::Offered { .. });
        let (position, wait) = if waits { self.position_of(contact).await? } else { (None, None) };
        let agent = match contact.owner() {
            Some(person) => self.person_card(person).await?,
            None => None,
        };
        let phase = store::contacts::phase_name(&contact.phase);
        Ok(ChatState {
            contact: contact.id,
            // That it is shown to an agent just now is none of the citizen's business.
            phase: if phase == "offered" { "waiting" } else { phase },
            position,
            wait,
            agent: agent.as_ref().map(|card| card.first_name().to_owned()),
            agent_of: match &agent {
                Some(card) => Some(self.short_name(&card.home).await?),
                None => None,
            },
            read_by_citizen: contact.read_by_citizen,
            read_by_agent: contact.read_by_agent,
            rating: contact.rating,
            transfers: contact.transfers,
        })
    }

    /// The line that an event becomes, if it is one for who looks: what was done with a call's
    /// telephone is for staff.
    pub(crate) async fn entry(
        &self,
        scope: &Scope,
        contact: &Contact,
        told: Told,
    ) -> Outcome<Option<Entry>> {
        let Told { event: recorded, message, text, article } = told;
        let event: Event = serde_json::from_str(&recorded.body)
            .map_err(|_| store::StoreError::Damaged("event"))?;
        let (seq, at) = (recorded.seq, recorded.at);
        let notice = |code, args: Vec<(&'static str, String)>| {
            Some(Entry::Notice { seq, at, code, args: args.into_iter().collect() })
        };
        Ok(match event {
            Event::Message { from, .. } => {
                let (from, name) = match from {
                    Party::Citizen => (Side::Citizen, None),
                    Party::System => (Side::System, None),
                    Party::Agent(person) => {
                        let card = self.person_card(person).await?;
                        (Side::Agent, card.map(|card| card.first_name().to_owned()))
                    }
                };
                let article = match article {
                    Some(topic) => self.article_link(contact.municipality.as_ref(), topic).await?,
                    None => None,
                };
                Some(Entry::Message { seq, at, message_id: message, from, name, text, article })
            }
            Event::Queued { .. } => match &contact.municipality {
                Some(own) => match self.answering_for(own, at).await? {
                    Some(other) if other != *own => {
                        let answering = self.short_name(&other).await?;
                        let municipality = self.short_name(own).await?;
                        let args = vec![("answering", answering), ("municipality", municipality)];
                        notice("evening-duty", args)
                    }
                    _ => notice("queued", vec![]),
                },
                None => notice("queued", vec![]),
            },
            Event::Accepted { by } => match self.person_card(by).await? {
                Some(card) => {
                    let home = self.short_name(&card.home).await?;
                    let name = card.first_name().to_owned();
                    notice("accepted", vec![("name", name), ("municipality", home)])
                }
                None => None,
            },
            Event::Transferred { to, .. } => {
                let name = match to {
                    Destination::Department { municipality, department } => {
                        self.department_name(&municipality, &department).await?
                    }
                    Destination::Person { person } => self
                        .person_card(person)
                        .await?
                        .map_or_else(String::new, |card| card.first_name().to_owned()),
                };
                notice("transferred", vec![("to", name)])
            }
            Event::HandedOver { municipality, department, deadline, .. } => {
                let name = self.department_name(&municipality, &department).await?;
                let args = vec![("department", name), ("deadline", deadline.0.to_string())];
                notice("handed-over", args)
            }
            Event::PromiseMoved { deadline, .. } => {
                notice("promise-moved", vec![("deadline", deadline.0.to_string())])
            }
            Event::CalledOut { by, .. } | Event::Recording { by, .. }
                if scope.person().is_some() =>
            {
                let code = match event {
                    Event::Recording { step: RecordingStep::Started, .. } => "call-recorded",
                    Event::Recording { step: RecordingStep::Paused, .. } => "call-record-paused",
                    Event::Recording { step: RecordingStep::Resumed, .. } => "call-record-resumed",
                    Event::Recording { step: RecordingStep::Ended, .. } => "call-record-ended",
                    _ => "call-out",
                };
                let name = self
                    .person_card(by)
                    .await?
                    .map_or_else(String::new, |card| card.first_name().to_owned());
                notice(code, vec![("name", name)])
            }
            Event::Released { .. } => notice("released", vec![]),
            Event::Ended { by: Party::Citizen } => notice("ended-by-citizen", vec![]),
            Event::Ended { .. } => notice("ended-by-agent", vec![]),
            Event::Abandoned => notice("abandoned", vec![]),
            Event::Reopened { .. } => notice("reopened", vec![]),
            Event::Erased { .. } => notice("erased", vec![]),
            _ => None,
        })
    }

    /// Notes up to which number a side has read.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn mark_read(&self, scope: &Scope, contact: ContactId, up_to: i64) -> Outcome<()> {
        let by = match &scope.actor {
            Actor::Person(person) => Party::Agent(*person),
            _ => Party::Citizen,
        };
        let (state, head, _) = self.see(scope, Door::Work, contact).await?;
        if let Party::Agent(person) = by
            && state.owner() != Some(person)
        {
            return Ok(());
        }
        let up_to = up_to.min(head);
        self.change(scope, Door::Work, contact, |_, _| {
            Ok(Turn::of("read", Command::MarkRead { by, up_to }))
        })
        .await?;
        Ok(())
    }

    /// Ends the conversation. A citizen in line leaves it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] when it is another agent's;
    /// [`Problem::Conflict`] `call-goes-on` for a caller who writes beside the voice: closing the
    /// page cuts no call; `being-put-through` while a caller is between two agents.
    pub async fn end_chat(&self, scope: &Scope, contact: ContactId) -> Outcome<()> {
        let by = match &scope.actor {
            Actor::Person(person) => Party::Agent(*person),
            _ => Party::Citizen,
        };
        self.change(scope, Door::Work, contact, |contact, _| {
            if by == Party::Citizen && contact.channel_now() == Channel::Call {
                return Err(Problem::conflict("call-goes-on"));
            }
            self.check_ends(contact.id)?;
            Ok(Turn::of("end", Command::End { by }))
        })
        .await?;
        Ok(())
    }

    /// What the citizen thought of it, 1 to 5.
    ///
    /// # Errors
    /// [`Problem::Invalid`] outside 1 to 5; [`Problem::NotFound`] out of reach.
    pub async fn rate(&self, scope: &Scope, contact: ContactId, score: u8) -> Outcome<()> {
        if !matches!(scope.actor, Actor::Citizen { .. }) {
            return Err(Problem::forbidden("citizens-only"));
        }
        self.change(scope, Door::Work, contact, |_, _| {
            Ok(Turn::of("rate", Command::Rate { score }))
        })
        .await?;
        Ok(())
    }

    /// The citizen's browser is there: it keeps the place in line.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn saw_citizen(&self, scope: &Scope, contact: ContactId) -> Outcome<()> {
        self.see(scope, Door::Work, contact).await?;
        let noted =
            store::chat::saw_citizen(&self.database, &self.tenant, contact, self.now()).await;
        if let Err(error) = noted {
            // Reading goes on where nothing can be written.
            tracing::warn!(%error, "could not note that a citizen is there");
        }
        Ok(())
    }
}
