//! Conversations that are recorded: a municipality allows it, the citizen agrees to it aloud, few may
//! hear it afterwards, and each time is logged.

use std::collections::BTreeMap;

use base::scope::Ground;
use base::{Id, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis, kind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rules::calls::{Call, CallId, RecordingState, RecordingStep, kept};
use rules::contacts::{Contact, ContactId, PersonId};
use rules::people::{ContactGround, may_in};
use serde::{Deserialize, Serialize};
use store::recordings::{Recording, Rule};
use utoipa::ToSchema;

use super::Live;
use crate::audit::Act;
use crate::contacts::Door;
use crate::{App, found};

/// What holds where a municipality has said nothing. It may keep shorter, not longer.
const UNSAID: Rule = Rule { allowed: false, days: 30 };
/// At most so many are listed.
const MOST: u8 = 100;

/// A recording that goes on, as everybody in the call sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordingNow {
    /// `announced`: both are being told. `on`. `waiting`: nothing is kept while the caller waits or a
    /// third one speaks. `paused`: by hand.
    pub state: &'static str,
    /// Name of the agent who records.
    pub name: String,
    /// Whether it is the one who looks.
    pub me: bool,
}

/// A recording as who may hear it finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordingView {
    #[schema(value_type = String)]
    pub id: Id<kind::Recording>,
    #[schema(value_type = String)]
    pub contact: ContactId,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub department_name: Option<String>,
    pub title: String,
    #[schema(value_type = i64)]
    pub began_at: UnixMillis,
    pub seconds: i64,
    /// Name of the agent who recorded.
    pub by: String,
    /// When it is deleted.
    #[schema(value_type = i64)]
    pub kept_until: UnixMillis,
    /// Whether the one who looks must say what for.
    pub needs_reason: bool,
}

/// Why a leader listens to a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ListenReason {
    Complaint,
    Quality,
    /// The citizen wants to know what was said.
    CitizenAsked,
}

impl ListenReason {
    /// For the audit log.
    const fn purpose(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Quality => "quality",
            Self::CitizenAsked => "citizen-asked",
        }
    }
}

/// Whether calls of a municipality may be recorded, and for how many days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RecordingRule {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub allowed: bool,
    pub days: i64,
}

/// By what somebody may hear a recording.
enum Hearer {
    /// Has or had the contact as agent.
    Agent(ContactGround),
    Leader(Ground),
}

impl App {
    /// What the municipalities that one guards say about recording.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but a security officer.
    pub async fn recording_rules(&self, scope: &Scope) -> Outcome<Vec<RecordingRule>> {
        let guards = scope.municipalities(Right::GuardPrivacy);
        if guards.is_empty() || !scope.holds_at(self.now()) {
            return Err(Problem::forbidden("not-your-role"));
        }
        let mut rules = Vec::new();
        for municipality in guards {
            let Rule { allowed, days } = self.recording_rule(municipality).await?;
            rules.push(RecordingRule { municipality: municipality.clone(), allowed, days });
        }
        Ok(rules)
    }

    /// Says whether calls of a municipality may be recorded. Fewer days hold for what there is, too.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for anybody but its security officer;
    /// [`Problem::Invalid`] for days out of 1 to 30.
    pub async fn set_recording_rule(&self, scope: &Scope, rule: RecordingRule) -> Outcome<()> {
        let RecordingRule { municipality, allowed, days } = rule;
        let at = self.now();
        let ground = may_in(scope, Right::GuardPrivacy, &municipality, None, at)?;
        if !(1..=UNSAID.days).contains(&days) {
            let limit = Some(UNSAID.days);
            return Err(Problem::Invalid { field: "days", code: "out-of-range", limit });
        }
        let act = Act {
            ground: Some(ground),
            municipality: Some(&municipality),
            action: if allowed { "allow-recording" } else { "forbid-recording" },
            subject: format!("municipality/{municipality}"),
            purpose: "administration",
        };
        let mut tx = self.database.begin().await?;
        let rule = Rule { allowed, days };
        store::recordings::set_rule(&mut tx, &self.tenant, &municipality, rule).await?;
        self.note(&mut tx, scope, act, at).await?;
        Ok(tx.commit().await?)
    }

    async fn recording_rule(&self, municipality: &MunicipalityKey) -> Outcome<Rule> {
        let said = store::recordings::rule(&self.database, &self.tenant, municipality).await?;
        Ok(said.unwrap_or(UNSAID))
    }

    /// For how many days recordings of a municipality's calls are kept; `None` where none are made.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn recordings_kept(&self, municipality: &MunicipalityKey) -> Outcome<Option<i64>> {
        let Rule { allowed, days } = self.recording_rule(municipality).await?;
        Ok(allowed.then_some(days))
    }

    async fn allows_recording(&self, contact: &Contact) -> Outcome<bool> {
        match &contact.municipality {
            Some(municipality) => Ok(self.recording_rule(municipality).await?.allowed),
            None => Ok(false),
        }
    }

    /// Whether `me` may begin to record the call.
    pub(super) async fn may_record(&self, me: PersonId, live: &Live) -> Outcome<bool> {
        let fits =
            |call: &Call| call.agent() == Some(me) && call.may_record(RecordingStep::Started);
        if !live.picture.as_ref().is_some_and(fits) {
            return Ok(false);
        }
        let read = store::contacts::read(&self.database, &self.tenant, live.contact).await?;
        self.allows_recording(&found(read)?.0).await
    }

    pub(super) async fn recording_now(
        &self,
        me: PersonId,
        live: &Live,
    ) -> Outcome<Option<RecordingNow>> {
        let Some(call) = &live.picture else { return Ok(None) };
        let Some(recording) = call.recording else { return Ok(None) };
        let state = match recording.state {
            RecordingState::Announced => "announced",
            RecordingState::Paused => "paused",
            RecordingState::On if kept(call).is_some() => "on",
            RecordingState::On => "waiting",
        };
        let name = self.name_of(recording.by).await?;
        Ok(Some(RecordingNow { state, name, me: recording.by == me }))
    }

    /// Whether this can be done with the recording of a call now.
    pub(super) async fn check_recording(
        &self,
        live: &Live,
        contact: &Contact,
        step: RecordingStep,
    ) -> Outcome<()> {
        if step == RecordingStep::Started && !self.allows_recording(contact).await? {
            return Err(Problem::forbidden("recording-not-allowed"));
        }
        let fits = live.picture.as_ref().is_some_and(|call| call.may_record(step));
        if fits { Ok(()) } else { Err(Problem::conflict("recording-not-now")) }
    }

    /// What two said to each other, from when to when.
    pub(super) async fn keep_recording(
        &self,
        call: CallId,
        by: PersonId,
        audio: &[u8],
        (began_at, ended_at): (UnixMillis, UnixMillis),
    ) -> Outcome<()> {
        let Some(live) = self.call(call) else { return Ok(()) };
        let read = store::contacts::read(&self.database, &self.tenant, live.contact).await?;
        let (contact, _) = found(read)?;
        let recording = Recording {
            id: self.rng.id(ended_at),
            contact: live.contact,
            municipality: found(contact.municipality)?,
            by,
            began_at,
            ended_at,
        };
        let sound = STANDARD.encode(audio);
        Ok(store::recordings::keep(&self.database, &self.tenant, &recording, &sound).await?)
    }

    /// The recordings that somebody may hear, of one contact or of all, newest first.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a contact out of reach.
    pub async fn recordings(
        &self,
        scope: &Scope,
        contact: Option<ContactId>,
    ) -> Outcome<Vec<RecordingView>> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let (database, tenant) = (&self.database, &self.tenant);
        let mut all = Vec::new();
        if let Some(contact) = contact {
            let (state, _) = found(store::contacts::read(database, tenant, contact).await?)?;
            let place = found(state.municipality.as_ref())?;
            self.may_hear(scope, place, &state).await?;
            all = store::recordings::of_contact(database, tenant, contact).await?;
        } else {
            let places = scope.municipalities(Right::SuperviseCalls);
            for place in std::iter::once(None).chain(places.into_iter().map(Some)) {
                all.extend(
                    store::recordings::newest(database, tenant, me, place, MOST.into()).await?,
                );
            }
        }
        let all: BTreeMap<_, _> =
            all.into_iter().map(|one| ((one.began_at, one.id), one)).collect();
        let mut views = Vec::new();
        for recording in all.into_values().rev().take(MOST.into()) {
            let read = store::contacts::read(database, tenant, recording.contact).await?;
            let (contact, _) = found(read)?;
            match self.may_hear(scope, &recording.municipality, &contact).await {
                Ok(hearer) => views.push(self.recording_view(recording, &contact, &hearer).await?),
                Err(Problem::NotFound) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(views)
    }

    /// A recording, as a WAV file. That it was heard is logged.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Invalid`] `reason-missing` when a leader does not say what for.
    pub async fn recording_sound(
        &self,
        scope: &Scope,
        id: Id<kind::Recording>,
        reason: Option<ListenReason>,
    ) -> Outcome<Vec<u8>> {
        let (database, tenant) = (&self.database, &self.tenant);
        let (recording, sound) = found(store::recordings::find(database, tenant, id).await?)?;
        let (contact, _) =
            found(store::contacts::read(database, tenant, recording.contact).await?)?;
        let (municipality, subject) = (Some(&recording.municipality), recording.contact);
        let (action, at) = ("listen-recording", self.now());
        let hearer = self.may_hear(scope, &recording.municipality, &contact).await?;
        let mut tx = self.database.begin().await?;
        match hearer {
            Hearer::Agent(ground) => {
                let subject = subject.to_string();
                self.audit(&mut tx, scope, Some(ground), municipality, action, &subject, at)
                    .await?;
            }
            Hearer::Leader(ground) => {
                let reason = reason.ok_or(Problem::invalid("reason", "reason-missing"))?;
                let act = Act {
                    ground: Some(ground),
                    municipality,
                    action,
                    subject: format!("contact/{subject}"),
                    purpose: reason.purpose(),
                };
                self.note(&mut tx, scope, act, at).await?;
            }
        }
        tx.commit().await?;
        STANDARD.decode(sound).map_err(|_| store::StoreError::Damaged("recording").into())
    }

    /// The contact's agents while it is in their reach, and the leaders of its municipality.
    async fn may_hear(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        contact: &Contact,
    ) -> Outcome<Hearer> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        if contact.owners.contains(&me) {
            match self.see(scope, Door::Work, contact.id).await {
                Ok((_, _, ground)) => return Ok(Hearer::Agent(ground)),
                Err(Problem::NotFound) => {}
                Err(problem) => return Err(problem),
            }
        }
        let department = contact.department.as_ref();
        may_in(scope, Right::SuperviseCalls, municipality, department, self.now())
            .map(Hearer::Leader)
            .map_err(|_| Problem::NotFound)
    }

    async fn recording_view(
        &self,
        recording: Recording,
        contact: &Contact,
        hearer: &Hearer,
    ) -> Outcome<RecordingView> {
        let Recording { id, contact: of, municipality, by, began_at, ended_at } = recording;
        let department_name = match &contact.department {
            Some(department) => Some(self.department_name(&municipality, department).await?),
            None => None,
        };
        let days = self.recording_rule(&municipality).await?.days;
        Ok(RecordingView {
            id,
            contact: of,
            department_name,
            title: self.title_of(contact).await?,
            began_at,
            seconds: ended_at.seconds_since(began_at),
            by: self.name_of(by).await?,
            kept_until: ended_at.plus_seconds(days.saturating_mul(24 * 3600)),
            needs_reason: matches!(hearer, Hearer::Leader(_)),
            municipality,
        })
    }
}
