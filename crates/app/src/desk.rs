//! What an agent's screen shows: the desk, one contact with its story, where it may go next, and
//! what to say at wrap-up.

use base::scope::Ground;
use base::{
    DepartmentKey, Id, Language, MunicipalityKey, Outcome, Problem, Right, Scope, TopicKey,
    UnixMillis, kind,
};
use rules::contacts::{
    Channel, Command, Contact, ContactId, Destination, OutcomeKind, Phase, TRANSFER_LIMIT,
};
use rules::text::FreeText;
use serde::Serialize;
use store::chat::NewText;
use store::streams::StreamKey;
use utoipa::ToSchema;

use crate::chat::Entry;
use crate::contacts::{Door, Turn};
use crate::guides::TrailAnswer;
use crate::hand_overs::HandOverView;
use crate::{App, away, found};

/// Longest note of a transfer, in characters.
const NOTE_LIMIT: usize = 2_000;
/// At most so many transfer targets are shown.
const TARGETS: usize = 40;
/// So much of the last message is shown in the list.
const PREVIEW: usize = 120;

/// Everything on the left of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Desk {
    pub offer: Option<OfferView>,
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

/// One contact with its story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContactDetail {
    #[schema(value_type = String)]
    pub id: ContactId,
    pub municipality: Option<MunicipalityTag>,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    pub department_name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub topic: Option<TopicKey>,
    pub title: String,
    pub competence: Option<&'static str>,
    pub urgent: bool,
    pub channel: &'static str,
    #[schema(value_type = String)]
    pub language: Language,
    pub phase: &'static str,
    /// Whether the one who looks has it.
    pub mine: bool,
    /// Why it may be seen: `role`, `duty`, `grant`, `inbox`.
    pub ground: String,
    #[schema(value_type = i64)]
    pub arrived_at: UnixMillis,
    #[schema(value_type = Option<i64>)]
    pub queued_at: Option<UnixMillis>,
    #[schema(value_type = Option<i64>)]
    pub accepted_at: Option<UnixMillis>,
    pub transfers: u8,
    pub citizen_name: Option<String>,
    #[schema(value_type = Option<i64>)]
    pub grant_until: Option<UnixMillis>,
    pub trail: Vec<TrailLine>,
    pub entries: Vec<Entry>,
    pub head: i64,
    pub read_by_citizen: i64,
    pub hand_overs: Vec<HandOverView>,
    pub notes: Vec<Note>,
}

/// What the citizen searched and read before asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrailLine {
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// `search`, `article`, `guide`.
    pub kind: String,
    pub text: String,
    #[schema(value_type = Option<String>)]
    pub topic: Option<TopicKey>,
    pub found: Option<i64>,
    /// What was asked and answered in a guide, by the citizen and by agents for the citizen.
    pub answers: Vec<TrailAnswer>,
}

/// What a colleague wrote when sending it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Note {
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    pub by: Option<String>,
    pub text: Option<String>,
}

/// Where a contact may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Target {
    /// `department` or `person`.
    pub kind: &'static str,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    #[schema(value_type = Option<String>)]
    pub department: Option<DepartmentKey>,
    #[schema(value_type = Option<String>)]
    pub person: Option<Id<kind::Person>>,
    pub name: String,
    /// `open`, `busy`, `closed`, `away`.
    pub state: &'static str,
    #[schema(value_type = Option<i64>)]
    pub opens_at: Option<UnixMillis>,
    pub waiting: usize,
    /// Responsible for the contact's topic.
    pub responsible: bool,
    /// Why it cannot be chosen, as a code of the catalogue; `None` when it can.
    pub refused: Option<&'static str>,
}

/// What to say at wrap-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrapUpChoices {
    pub topics: Vec<TopicChoice>,
    pub outcomes: Vec<&'static str>,
    pub suggested_outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicChoice {
    #[schema(value_type = String)]
    pub topic: TopicKey,
    pub title: String,
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
            let head =
                store::streams::head(&self.database, &self.tenant, stream).await.map_err(away)?;
            cursors.insert(stream.to_string(), head);
        }
        let line = store::contacts::in_line(&self.database, &self.tenant).await.map_err(away)?;
        let owned = store::contacts::owned(&self.database, &self.tenant).await.map_err(away)?;
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
        Ok(Desk { offer, conversations, queues, colleagues, cursors, capacity, now: self.now() })
    }

    /// Who else is at work: one's own municipality, and everyone on duty with oneself.
    async fn colleagues(
        &self,
        scope: &Scope,
        me: Id<kind::Person>,
        owned: &[(Contact, i64)],
    ) -> Outcome<(Vec<Colleague>, u8)> {
        let now = self.now();
        let present =
            store::presences::present(&self.database, &self.tenant, now).await.map_err(away)?;
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
                colleagues.push(Colleague {
                    id: presence.person,
                    name: card.name.clone(),
                    home: home.clone(),
                    state: presence.state,
                    since: presence.since,
                    back_at: presence.back_at,
                    load: owned
                        .iter()
                        .filter(|(contact, _)| contact.owner() == Some(presence.person))
                        .count(),
                    capacity: slots,
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
            channel: channel_code(contact.channel),
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
        let recent = store::streams::after(&self.database, &self.tenant, &stream, seq - 20, 20)
            .await
            .map_err(away)?;
        let why =
            recent.iter().rev().find_map(|recorded| match serde_json::from_str(&recorded.body) {
                Ok(rules::contacts::Event::Offered { why, .. }) => Some(why),
                _ => None,
            });
        Ok(why.unwrap_or_default())
    }

    async fn row(&self, contact: &Contact) -> Outcome<Row> {
        let (database, tenant) = (&self.database, &self.tenant);
        let last = store::chat::last_message(database, tenant, contact.id).await.map_err(away)?;
        let unread = store::chat::unread(database, tenant, contact.id, contact.read_by_agent)
            .await
            .map_err(away)?;
        let mark = store::chat::mark_of(database, tenant, contact.id).await.map_err(away)?;
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

    /// One contact with its story. The look is logged with its ground.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn contact(&self, scope: &Scope, id: ContactId) -> Outcome<ContactDetail> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, ground) = self.see(scope, Door::Work, id).await?;
        let mut tx = self.database.begin().await.map_err(away)?;
        let municipality = contact.municipality.as_ref();
        let subject = id.to_string();
        let at = self.now();
        self.audit(&mut tx, scope, Some(ground), municipality, "read-contact", &subject, at)
            .await?;
        tx.commit().await.map_err(away)?;
        let read = self.entries(scope, Door::Work, id, 0).await?;
        let mark = store::chat::mark_of(&self.database, &self.tenant, id).await.map_err(away)?;
        let trail = match mark.as_ref().and_then(|mark| mark.mark.as_ref()) {
            Some(mark) => self.trail_before(mark, &contact).await?,
            None => vec![],
        };
        let trail = with_kept(trail, self.kept_walks(id).await?);
        let tag = match &contact.municipality {
            Some(municipality) => Some(self.municipality_tag(municipality).await?),
            None => None,
        };
        let department_name = match (&contact.municipality, &contact.department) {
            (Some(m), Some(d)) => Some(self.department_name(m, d).await?),
            _ => None,
        };
        let accepted_at = match contact.phase {
            Phase::Owned { since, .. } => Some(since),
            _ => contact.first_answer_at,
        };
        Ok(ContactDetail {
            id,
            municipality: tag,
            department: contact.department.clone(),
            department_name,
            topic: contact.topic.clone(),
            title: self.title_of(&contact).await?,
            competence: self.competence_of(&contact).await?,
            urgent: contact.urgent,
            channel: channel_code(contact.channel),
            language: contact.language,
            phase: store::contacts::phase_name(&contact.phase),
            mine: contact.owner() == Some(me),
            ground: serde_json::to_value(ground)
                .ok()
                .and_then(|value| value.as_str().map(str::to_owned))
                .unwrap_or_default(),
            arrived_at: contact.arrived_at,
            queued_at: contact.place.map(|place| place.since),
            accepted_at,
            transfers: contact.transfers,
            citizen_name: mark.and_then(|mark| mark.name),
            grant_until: contact.grant.as_ref().map(|grant| grant.until),
            trail,
            entries: read.entries,
            head: read.head,
            read_by_citizen: contact.read_by_citizen,
            hand_overs: self.errands_of(&contact).await?,
            notes: self.notes_of(&contact).await?,
        })
    }

    /// The notes of its transfers.
    async fn notes_of(&self, contact: &Contact) -> Outcome<Vec<Note>> {
        if contact.transfers == 0 {
            return Ok(vec![]);
        }
        let stream = StreamKey::contact(contact.id);
        let journal = store::streams::after(&self.database, &self.tenant, &stream, 0, 5_000)
            .await
            .map_err(away)?;
        let mut notes = Vec::new();
        for recorded in journal.iter().filter(|recorded| recorded.kind == "transferred") {
            let event = serde_json::from_str(&recorded.body);
            if let Ok(rules::contacts::Event::Transferred { by, note: Some(note), .. }) = event {
                let text =
                    store::chat::text(&self.database, &self.tenant, note).await.map_err(away)?;
                let by = self.person_card(by).await?.map(|card| card.name.clone());
                notes.push(Note { at: recorded.at, by, text });
            }
        }
        Ok(notes)
    }

    /// Where a contact may be sent, best first: responsible and open, open, then the rest with the
    /// reason (product rule 5). Main numbers are shown only to say why not.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn targets(&self, scope: &Scope, id: ContactId, q: &str) -> Outcome<Vec<Target>> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        let Some(municipality) = contact.municipality.clone() else { return Ok(vec![]) };
        let now = self.now();
        let picture = self.picture().await?;
        let owner = match &contact.topic {
            Some(topic) => self.owner_of(&municipality, topic).await?,
            None => None,
        };
        let wanted = q.trim().to_lowercase();
        let fits = |name: &str| wanted.is_empty() || name.to_lowercase().contains(&wanted);
        let full = (contact.transfers >= TRANSFER_LIMIT).then_some("transfer-limit");
        let mut targets = Vec::new();
        for (department, name) in self.department_names(&municipality).await? {
            let responsible = owner.as_ref() == Some(&department);
            if !fits(&name) {
                continue;
            }
            let hours = self.hours_state(&municipality, &department, now).await?;
            let waiting = picture
                .waiting
                .iter()
                .filter(|w| w.municipality.as_ref() == Some(&municipality))
                .filter(|w| w.department.as_ref() == Some(&department))
                .count();
            let manned = picture.agents.iter().any(|agent| {
                agent.id != me
                    && agent.post.home == municipality
                    && agent.post.departments.covers(Some(&department))
                    && agent.presence == rules::queues::Presence::Ready
            });
            let (state, opens_at) = match hours {
                rules::hours::HoursState::Open { .. } if manned && waiting == 0 => ("open", None),
                rules::hours::HoursState::Open { .. } if manned => ("busy", None),
                rules::hours::HoursState::Open { .. } => ("away", None),
                rules::hours::HoursState::Closed { opens_at } => ("closed", opens_at),
            };
            let refused = full.or((!matches!(state, "open" | "busy")).then_some("target-closed"));
            targets.push(Target {
                kind: "department",
                municipality: municipality.clone(),
                department: Some(department),
                person: None,
                name,
                state,
                opens_at,
                waiting,
                responsible,
                refused,
            });
        }
        for agent in &picture.agents {
            let reach =
                agent.post.home == municipality || agent.post.serves.contains(&municipality);
            let Some(card) = self.person_card(agent.id).await? else { continue };
            if agent.id == me || !reach || !fits(&card.name) {
                continue;
            }
            let state = match agent.presence {
                rules::queues::Presence::Ready if agent.chats < agent.capacity => "open",
                rules::queues::Presence::Ready => "busy",
                _ => "away",
            };
            targets.push(Target {
                kind: "person",
                municipality: agent.post.home.clone(),
                department: None,
                person: Some(agent.id),
                name: card.name.clone(),
                state,
                opens_at: None,
                waiting: 0,
                responsible: false,
                refused: full.or((state == "away").then_some("target-closed")),
            });
        }
        if let Some(name) = self.main_number_name(&municipality, &wanted).await? {
            targets.push(Target {
                kind: "department",
                municipality: municipality.clone(),
                department: None,
                person: None,
                name,
                state: "closed",
                opens_at: None,
                waiting: 0,
                responsible: false,
                refused: Some("main-number"),
            });
        }
        targets.sort_by_key(|target| {
            let order = match target.state {
                "open" => 0,
                "busy" => 1,
                "away" => 2,
                _ => 3,
            };
            (target.refused.is_some(), !target.responsible, order, target.name.clone())
        });
        targets.truncate(TARGETS);
        Ok(targets)
    }

    /// Sends a contact to a department or a person, with a note. It keeps its place.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] `main-number`, `transfer-limit`; [`Problem::Conflict`]
    /// `target-closed`; [`Problem::NotFound`] for a target out of the contact's reach.
    pub async fn transfer(
        &self,
        scope: &Scope,
        id: ContactId,
        to: Destination,
        note: &str,
    ) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        let targets = self.targets(scope, id, "").await?;
        let target = targets.iter().find(|target| match &to {
            Destination::Department { municipality, department } => {
                target.municipality == *municipality
                    && target.department.as_ref() == Some(department)
            }
            Destination::Person { person } => target.person == Some(*person),
        });
        let target = found(target)?;
        let reachable = matches!(target.state, "open" | "busy");
        let text = match note.trim() {
            "" => None,
            note => Some(NewText {
                id: self.rng.id(self.now()),
                contact: Some(id),
                kind: "note",
                body: FreeText::accept_in("note", note, NOTE_LIMIT)?.into_string(),
            }),
        };
        let note = text.as_ref().map(|text| text.id);
        let turn = Turn {
            commands: vec![Command::Transfer { by, to, note, reachable }],
            texts: text.into_iter().collect(),
            action: "transfer",
        };
        self.change(scope, Door::Work, id, |_, _| Ok(turn)).await?;
        Ok(())
    }

    /// Says whose citizen it is, where that was not known or wrong.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality or out of reach.
    pub async fn correct_municipality(
        &self,
        scope: &Scope,
        id: ContactId,
        municipality: MunicipalityKey,
    ) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        self.known_line(&municipality, None).await?;
        if !scope.municipalities(Right::WorkContacts).contains(&municipality) {
            return Err(Problem::NotFound);
        }
        let command = Command::CorrectMunicipality { by, municipality };
        let turn = Turn::of("correct-municipality", command);
        self.change(scope, Door::Work, id, |_, _| Ok(turn)).await?;
        Ok(())
    }

    /// What to choose from at wrap-up: the topic it had, what was sent along, what the words say.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn wrap_up_choices(&self, scope: &Scope, id: ContactId) -> Outcome<WrapUpChoices> {
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        let sent =
            store::chat::articles_sent(&self.database, &self.tenant, id).await.map_err(away)?;
        let words =
            store::chat::citizens_words(&self.database, &self.tenant, id).await.map_err(away)?;
        let mut keys: Vec<TopicKey> = sent;
        keys.extend(contact.topic.clone());
        keys.extend(self.topics_of_words(contact.municipality.as_ref(), &words).await?);
        let mut topics: Vec<TopicChoice> = Vec::new();
        for topic in keys {
            if topics.len() < 6 && !topics.iter().any(|choice| choice.topic == topic) {
                let title = self.article_title(&topic).await?;
                topics.push(TopicChoice { topic, title });
            }
        }
        let suggested = if !contact.hand_overs.is_empty() {
            OutcomeKind::HandedOver
        } else {
            match self.competence_of(&contact).await? {
                Some("other-authority") => OutcomeKind::OtherAuthority,
                _ => OutcomeKind::ClarifiedAtOnce,
            }
        };
        let outcomes = [
            OutcomeKind::ClarifiedAtOnce,
            OutcomeKind::HandedOver,
            OutcomeKind::OtherAuthority,
            OutcomeKind::Misdirected,
            OutcomeKind::CitizenLeft,
        ];
        Ok(WrapUpChoices {
            topics,
            outcomes: outcomes.into_iter().map(outcome_code).collect(),
            suggested_outcome: outcome_code(suggested),
        })
    }

    /// Ends the contact and says what it was about. May be corrected for ten minutes.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] when it is another agent's;
    /// [`Problem::Conflict`] `too-late`; [`Problem::Invalid`] for an unknown topic.
    pub async fn wrap_up(
        &self,
        scope: &Scope,
        id: ContactId,
        topic: Option<TopicKey>,
        outcome: OutcomeKind,
    ) -> Outcome<()> {
        let by = scope.person().ok_or(Problem::SignedOut)?;
        if outcome == OutcomeKind::NotStated {
            return Err(Problem::invalid("outcome", "outcome-unknown"));
        }
        if let Some(topic) = &topic {
            self.article_title(topic)
                .await
                .map_err(|_| Problem::invalid("topic", "topic-unknown"))?;
        }
        let turn = Turn::of("wrap-up", Command::WrapUp { by, topic, outcome });
        self.change(scope, Door::Work, id, |_, _| Ok(turn)).await?;
        Ok(())
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

/// The code of an outcome, on the wire and in the catalogue (`outcome-<code>`).
#[must_use]
pub const fn outcome_code(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::ClarifiedAtOnce => "clarified-at-once",
        OutcomeKind::HandedOver => "handed-over",
        OutcomeKind::OtherAuthority => "other-authority",
        OutcomeKind::Misdirected => "misdirected",
        OutcomeKind::CitizenLeft => "citizen-left",
        OutcomeKind::NotStated => "not-stated",
    }
}

/// The trail with the walks that are kept with the contact in the place of the visitor's own, which
/// they go on from.
fn with_kept(mut trail: Vec<TrailLine>, kept: Vec<TrailLine>) -> Vec<TrailLine> {
    let is_kept =
        |line: &TrailLine| line.kind == "guide" && kept.iter().any(|walk| walk.topic == line.topic);
    trail.retain(|line| !is_kept(line));
    trail.extend(kept);
    trail.sort_by_key(|line| line.at);
    trail
}
