//! Leaders in the calls of their municipality: which there are, and listening, whispering, joining. Each
//! of it is logged, and whoever is in the call sees it.

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use rules::calls::{Call, Ear, Input, Role};
use rules::contacts::{ContactId, PersonId};
use rules::people::may_in;
use serde::Serialize;
use utoipa::ToSchema;

use super::Live;
use super::account::stage;
use crate::{App, found};

/// A call in which one of us speaks, as a leader sees it: nothing of the citizen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiveCall {
    #[schema(value_type = String)]
    pub contact: ContactId,
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub department_name: Option<String>,
    pub title: String,
    /// As in a call's own view.
    pub phase: &'static str,
    /// Since when it stands so.
    #[schema(value_type = i64)]
    pub since: UnixMillis,
    pub agent: String,
    pub supervisors: Vec<Supervising>,
}

/// A leader who is in a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Supervising {
    pub name: String,
    /// `listen`, `whisper`, `join`.
    #[schema(value_type = String)]
    pub ear: Ear,
    /// Whether it is the one who looks.
    pub me: bool,
}

impl App {
    /// The calls that a leader may listen to now; not their own.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but a leader.
    pub async fn live_calls(&self, scope: &Scope) -> Outcome<Vec<LiveCall>> {
        let me = scope.person().ok_or(Problem::SignedOut)?;
        let at = self.now();
        if !scope.holds_at(at) || scope.municipalities(Right::SuperviseCalls).is_empty() {
            return Err(Problem::forbidden("not-your-role"));
        }
        let all: Vec<Live> = self.calls().values().cloned().collect();
        let mut calls = Vec::new();
        for live in all {
            let Some(picture) = &live.picture else { continue };
            let Some(agent) = picture.agent().filter(|agent| *agent != me) else { continue };
            let read = store::contacts::read(&self.database, &self.tenant, live.contact).await?;
            let Some((contact, _)) = read else { continue };
            let Some(municipality) = &contact.municipality else { continue };
            let department = contact.department.as_ref();
            if may_in(scope, Right::SuperviseCalls, municipality, department, at).is_err() {
                continue;
            }
            let department_name = match department {
                Some(department) => Some(self.department_name(municipality, department).await?),
                None => None,
            };
            calls.push(LiveCall {
                contact: live.contact,
                municipality: municipality.clone(),
                department_name,
                title: self.title_of(&contact).await?,
                phase: stage(&picture.phase),
                since: live.since,
                agent: self.name_of(agent).await?,
                supervisors: self.supervisors(picture, me).await?,
            });
        }
        Ok(calls)
    }

    /// Listens to a call, whispers to its agent or joins it. It is logged, and the agent sees it.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] without the right there, or without a call of
    /// somebody else's.
    pub async fn supervise_call(&self, scope: &Scope, contact: ContactId, ear: Ear) -> Outcome<()> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (call, live) = found(self.call_of(contact))?;
        let at = self.now();
        let municipality = self.check_supervisor(scope, contact).await?;
        found(live.picture.as_ref().and_then(Call::agent).filter(|agent| *agent != person))?;
        let action = match ear {
            Ear::Listen => "call-listen",
            Ear::Whisper => "call-whisper",
            Ear::Join => "call-join-in",
        };
        let mut tx = self.database.begin().await?;
        let subject = contact.to_string();
        self.audit(&mut tx, scope, None, Some(&municipality), action, &subject, at).await?;
        tx.commit().await?;
        self.tell_call(call, Input::Supervise { person, ear });
        Ok(())
    }

    /// In whose call a leader is, or wants to be.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] without the right there.
    pub(super) async fn check_supervisor(
        &self,
        scope: &Scope,
        contact: ContactId,
    ) -> Outcome<MunicipalityKey> {
        let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
        let (contact, _) = found(read)?;
        let municipality = found(contact.municipality)?;
        let department = contact.department.as_ref();
        may_in(scope, Right::SuperviseCalls, &municipality, department, self.now())?;
        Ok(municipality)
    }

    /// Whether the right of a leader who is in a call has ended since.
    pub(super) async fn must_leave(&self, leader: PersonId, contact: ContactId) -> Outcome<bool> {
        let now = self.now();
        let read = store::people::by_id(&self.database, &self.tenant, leader).await?;
        let Some(leader) = read else { return Ok(true) };
        let (duties, hotline) = (self.duties_around(now).await?, self.hotline_members().await?);
        let scope = rules::people::scope(&leader.member, &duties, &hotline, now);
        match self.check_supervisor(&scope, contact).await {
            Ok(_) => Ok(false),
            Err(Problem::NotFound | Problem::Forbidden { .. }) => Ok(true),
            Err(problem) => Err(problem),
        }
    }

    async fn supervisors(&self, picture: &Call, me: PersonId) -> Outcome<Vec<Supervising>> {
        let mut supervisors = Vec::new();
        for leg in picture.legs.values() {
            let Role::Supervisor { person, ear } = leg.role else { continue };
            let name = self.name_of(person).await?;
            supervisors.push(Supervising { name, ear, me: person == me });
        }
        Ok(supervisors)
    }

    pub(super) async fn name_of(&self, person: PersonId) -> Outcome<String> {
        Ok(self.person_card(person).await?.map(|card| card.name.clone()).unwrap_or_default())
    }
}
