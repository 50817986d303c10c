//! One contact whole, as its agent sees it: the conversation, what was read before it, notes, errands.

use base::{DepartmentKey, Language, Outcome, Problem, Scope, TopicKey, UnixMillis};
use rules::contacts::{Contact, ContactId, Phase};
use serde::Serialize;
use store::streams::StreamKey;
use utoipa::ToSchema;

use super::{MunicipalityTag, channel_code};
use crate::App;
use crate::chat::Entry;
use crate::contacts::Door;
use crate::guides::TrailAnswer;
use crate::hand_overs::HandOverView;

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

impl App {
    /// One contact with its story. The look is logged with its ground.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach.
    pub async fn contact(&self, scope: &Scope, id: ContactId) -> Outcome<ContactDetail> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, ground) = self.see(scope, Door::Work, id).await?;
        let mut tx = self.database.begin().await?;
        let municipality = contact.municipality.as_ref();
        let subject = id.to_string();
        let at = self.now();
        self.audit(&mut tx, scope, Some(ground), municipality, "read-contact", &subject, at)
            .await?;
        tx.commit().await?;
        let read = self.entries(scope, Door::Work, id, 0).await?;
        let mark = store::chat::mark_of(&self.database, &self.tenant, id).await?;
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
            channel: channel_code(contact.channel_now()),
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
        let journal =
            store::streams::after(&self.database, &self.tenant, &stream, 0, 5_000).await?;
        let mut notes = Vec::new();
        for recorded in journal.iter().filter(|recorded| recorded.kind == "transferred") {
            let event = serde_json::from_str(&recorded.body);
            if let Ok(rules::contacts::Event::Transferred { by, note: Some(note), .. }) = event {
                let text = store::chat::text(&self.database, &self.tenant, note).await?;
                let by = self.person_card(by).await?.map(|card| card.name.clone());
                notes.push(Note { at: recorded.at, by, text });
            }
        }
        Ok(notes)
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
