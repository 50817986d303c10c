//! What an agent's screen shows: the desk, one contact with its story, where it may go next, and
//! what to say at wrap-up.

mod detail;
mod transfer;
mod wrap_up;

use base::scope::Ground;
use base::{
    DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey,
    UnixMillis, kind,
};
use rules::contacts::{Channel, Contact, ContactId, Phase};
use serde::Serialize;
use store::streams::StreamKey;
use utoipa::ToSchema;

use crate::App;

pub use detail::{ContactDetail, Note, TrailLine};
pub use transfer::{Target, Targets};
pub use wrap_up::{TopicChoice, WrapUpChoices, outcome_code};

/// So much of the last message is shown in the list.
const PREVIEW: usize = 120;

/// Everything on the left of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Desk {
    pub offer: Option<OfferView>,
    /// Calls of colleagues that ring here.
    pub rings: Vec<crate::calls::Ring>,
    pub conversations: Vec<Row>,
    pub queues: Vec<QueueView>,
    pub colleagues: Vec<Colleague>,
    /// The streams this screen follows, each with the number it was drawn at.
    pub cursors: std::collections::BTreeMap<String, i64>,
    pub capacity: u8,
    #[schema(value_type = i64)]
    pub now: UnixMillis,
}

/// A contact shown to the agent, with a countdown to `until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferView {
    #[schema(value_type = String)]
    pub contact: ContactId,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    #[schema(value_type = Option<String>)]
    pub topic: Option<TopicKey>,
    pub title: String,
    pub urgent: bool,
    pub channel: &'static str,
    #[schema(value_type = String)]
    pub language: Language,
    #[schema(value_type = i64)]
    pub waiting_since: UnixMillis,
    #[schema(value_type = i64)]
    pub until: UnixMillis,
    /// The router's explanation, JSON of `rules::queues::Why`.
    pub why: String,
    pub competence: Option<&'static str>,
}

/// A line of *Mine samtaler*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Row {
    #[schema(value_type = String)]
    pub contact: ContactId,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub name: Option<String>,
    pub title: String,
    pub channel: &'static str,
    pub phase: &'static str,
    pub last_text: Option<String>,
    pub last_from: Option<String>,
    #[schema(value_type = i64)]
    pub last_at: UnixMillis,
    pub unread: i64,
    /// Since when the citizen waits for an answer; `None` when the agent spoke last.
    #[schema(value_type = Option<i64>)]
    pub waiting_since: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    pub grant_until: Option<UnixMillis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueView {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub waiting: usize,
    #[schema(value_type = Option<i64>)]
    pub longest_since: Option<UnixMillis>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Colleague {
    #[schema(value_type = String)]
    pub id: Id<kind::Person>,
    pub name: String,
    #[schema(value_type = String)]
    pub home: MunicipalityKey,
    pub state: String,
    #[schema(value_type = i64)]
    pub since: UnixMillis,
    #[schema(value_type = Option<i64>)]
    pub back_at: Option<UnixMillis>,
    pub load: usize,
    pub capacity: u8,
    pub in_call: bool,
}

/// A municipality by name and colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MunicipalityTag {
    #[schema(value_type = String)]
    pub key: MunicipalityKey,
    pub name: String,
    pub short: String,
    pub colour: String,
}

impl App {
    /// The desk of the person who asks.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for anybody else.
    pub async fn desk(&self, scope: &Scope) -> Outcome<Desk> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let reach: Vec<MunicipalityKey> =
            scope.municipalities(Right::WorkContacts).into_iter().cloned().collect();
        // The numbers are read before what they number: a change in between is drawn twice, never
        // missed.
        let mut cursors = std::collections::BTreeMap::new();
        let mut streams = vec![StreamKey::agent(me)];
        streams.extend(reach.iter().map(StreamKey::queue));
        for stream in &streams {
            let head = store::streams::head(&self.database, &self.tenant, stream).await?;
            cursors.insert(stream.to_string(), head);
        }
        let line = store::contacts::in_line(&self.database, &self.tenant).await?;
        let owned = store::contacts::owned(&self.database, &self.tenant).await?;
        let mut offer = None;
        for (contact, seq) in &line {
            if let Phase::Offered { to, until } = contact.phase
                && to == me
            {
                offer = Some(self.offer_view(contact, *seq, until).await?);
            }
        }
        let mut conversations = Vec::new();
        for (contact, _) in owned.iter().filter(|(contact, _)| contact.owner() == Some(me)) {
            conversations.push(self.row(contact).await?);
        }
        let queues = reach
            .iter()
            .map(|municipality| {
                let waits: Vec<&Contact> = line
                    .iter()
                    .map(|(contact, _)| contact)
                    .filter(|contact| contact.municipality.as_ref() == Some(municipality))
                    .collect();
                let since = |contact: &&Contact| contact.place.map(|place| place.since);
                QueueView {
                    municipality: municipality.clone(),
                    waiting: waits.len(),
                    longest_since: waits.iter().filter_map(since).min(),
                }
            })
            .collect();
        let (colleagues, capacity) = self.colleagues(scope, me, &owned).await?;
        let rings = self.rings_of(me).await?;
        let now = self.now();
        Ok(Desk { offer, rings, conversations, queues, colleagues, cursors, capacity, now })
    }

    /// Who else is at work: one's own municipality, and everyone on duty with oneself.
    async fn colleagues(
        &self,
        scope: &Scope,
        me: Id<kind::Person>,
        owned: &[(Contact, i64)],
    ) -> Outcome<(Vec<Colleague>, u8)> {
        let now = self.now();
        let present = store::presences::present(&self.database, &self.tenant, now).await?;
        let reach = scope.municipalities(Right::WorkContacts);
        let on_duty = scope.reach.iter().any(|r| r.ground == Ground::Duty);
        let mut colleagues = Vec::new();
        let mut capacity = rules::queues::CHATS_AT_ONCE;
        for presence in present {
            let Some(card) = self.person_card(presence.person).await? else { continue };
            let slots = card.capacity;
            if presence.person == me {
                capacity = slots;
            }
            let home = &card.member.home;
            if on_duty || reach.contains(home) {
                let own =
                    || owned.iter().filter(|(contact, _)| contact.owner() == Some(presence.person));
                colleagues.push(Colleague {
                    id: presence.person,
                    name: card.name.clone(),
                    home: home.clone(),
                    state: presence.state,
                    since: presence.since,
                    back_at: presence.back_at,
                    load: own().count(),
                    capacity: slots,
                    in_call: own().any(|(contact, _)| self.has_call(contact.id)),
                });
            }
        }
        Ok((colleagues, capacity))
    }

    async fn offer_view(
        &self,
        contact: &Contact,
        seq: i64,
        until: UnixMillis,
    ) -> Outcome<OfferView> {
        Ok(OfferView {
            contact: contact.id,
            municipality: contact.municipality.clone(),
            department: contact.department.clone(),
            topic: contact.topic.clone(),
            title: self.title_of(contact).await?,
            urgent: contact.urgent,
            channel: channel_code(contact.channel_now()),
            language: contact.language,
            waiting_since: contact.place.map_or(contact.arrived_at, |place| place.since),
            until,
            why: self.why_of(contact.id, seq).await?,
            competence: self.competence_of(contact).await?,
        })
    }

    /// The router's explanation of the offer that stands.
    async fn why_of(&self, contact: ContactId, seq: i64) -> Outcome<String> {
        let stream = StreamKey::contact(contact);
        let recent =
            store::streams::after(&self.database, &self.tenant, &stream, seq - 20, 20).await?;
        let why =
            recent.iter().rev().find_map(|recorded| match serde_json::from_str(&recorded.body) {
                Ok(rules::contacts::Event::Offered { why, .. }) => Some(why),
                _ => None,
            });
        Ok(why.unwrap_or_default())
    }

    async fn row(&self, contact: &Contact) -> Outcome<Row> {
        let (database, tenant) = (&self.database, &self.tenant);
        let last = store::chat::last_message(database, tenant, contact.id).await?;
        let unread =
            store::chat::unread(database, tenant, contact.id, contact.read_by_agent).await?;
        let mark = store::chat::mark_of(database, tenant, contact.id).await?;
        let answered = contact.last_agent_at.max(contact.first_answer_at);
        let waiting_since = match (contact.last_citizen_at, answered) {
            (Some(asked), Some(answered)) if answered >= asked => None,
            (asked, _) => asked,
        };
        Ok(Row {
            contact: contact.id,
            municipality: contact.municipality.clone(),
            name: mark.and_then(|mark| mark.name),
            title: self.title_of(contact).await?,
            channel: channel_code(contact.channel_now()),
            phase: store::contacts::phase_name(&contact.phase),
            last_at: last.as_ref().map_or(contact.arrived_at, |last| last.at),
            last_from: last.as_ref().map(|last| last.sender.clone()),
            last_text: last
                .and_then(|last| last.text)
                .map(|text| text.chars().take(PREVIEW).collect()),
            unread,
            waiting_since,
            grant_until: contact.grant.as_ref().map(|grant| grant.until),
        })
    }
}

/// The code of a channel, on the wire.
#[must_use]
pub const fn channel_code(channel: Channel) -> &'static str {
    match channel {
        Channel::Chat => "chat",
        Channel::Call => "call",
        Channel::Message => "message",
    }
}
