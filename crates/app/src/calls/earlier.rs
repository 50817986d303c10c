//! Earlier contacts of the same citizen (product rule 12): recognised by a pseudonym that identifies
//! nobody, and shown only after it was said how the citizen was identified or agreed.

use base::{Outcome, Problem, Right, Scope, UnixMillis};
use rules::contacts::{Contact, ContactId, HandOverPhase};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::audit::Act;
use crate::contacts::Door;
use crate::desk::{channel_code, outcome_code};

/// At most so many are shown.
const MOST: i64 = 20;
const DAY_S: i64 = 86_400;

/// How an agent knows that the citizen may be looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KnownBy {
    /// Has said yes to being looked up.
    Agreed,
    /// Has answered what only the citizen knows.
    Asked,
    /// Has shown who it is with MitID.
    MitId,
}

impl KnownBy {
    /// For the audit log.
    const fn purpose(self) -> &'static str {
        match self {
            Self::Agreed => "citizen-agreed",
            Self::Asked => "citizen-answered",
            Self::MitId => "citizen-mitid",
        }
    }
}

/// An earlier contact: what it was about and how it ended, no word of what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EarlierContact {
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// `chat`, `call`, `message`.
    pub channel: &'static str,
    pub department_name: Option<String>,
    pub title: String,
    pub outcome: Option<&'static str>,
    pub transfers: u8,
    /// The nearest deadline of an errand that is still open.
    #[schema(value_type = Option<i64>)]
    pub promised: Option<UnixMillis>,
}

impl App {
    /// What the citizen of one's own contact asked before, newest first: in the same municipality,
    /// in departments one works for, as long as the municipality keeps what citizens write. How the
    /// citizen is known is written into the log.
    ///
    /// # Errors
    /// [`Problem::NotFound`] out of reach; [`Problem::Forbidden`] when it is another agent's.
    pub async fn earlier_contacts(
        &self,
        scope: &Scope,
        id: ContactId,
        known_by: KnownBy,
    ) -> Outcome<Vec<EarlierContact>> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let (contact, _, _) = self.see(scope, Door::Work, id).await?;
        if contact.owner() != Some(person) {
            return Err(Problem::forbidden("not-owner"));
        }
        let at = self.now();
        let municipality = contact.municipality.as_ref();
        let ground = municipality
            .and_then(|m| scope.allows(Right::WorkContacts, m, contact.department.as_ref()));
        let act = Act {
            ground,
            municipality,
            action: "read-earlier",
            subject: format!("contact/{id}"),
            purpose: known_by.purpose(),
        };
        let mut tx = self.database.begin().await?;
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        let mark = store::chat::mark_of(&self.database, &self.tenant, id).await?;
        let pseudonym = mark.and_then(|mark| mark.pseudonym);
        let (Some(municipality), Some(pseudonym)) = (municipality, pseudonym) else {
            return Ok(vec![]);
        };
        let since = at.plus_seconds(-self.text_days(municipality).await?.saturating_mul(DAY_S));
        let (database, tenant) = (&self.database, &self.tenant);
        let found =
            store::contacts::of_pseudonym(database, tenant, &pseudonym, municipality, since, MOST)
                .await?;
        let mut earlier = Vec::new();
        for one in found {
            let department = one.department.as_ref();
            let mine = scope.allows(Right::WorkContacts, municipality, department).is_some();
            if one.id != id && mine {
                earlier.push(self.earlier(one).await?);
            }
        }
        Ok(earlier)
    }

    async fn earlier(&self, contact: Contact) -> Outcome<EarlierContact> {
        let department_name = match (&contact.municipality, &contact.department) {
            (Some(municipality), Some(department)) => {
                Some(self.department_name(municipality, department).await?)
            }
            _ => None,
        };
        let open = |phase| matches!(phase, HandOverPhase::New | HandOverPhase::Taken);
        Ok(EarlierContact {
            at: contact.arrived_at,
            channel: channel_code(contact.channel),
            department_name,
            title: self.title_of(&contact).await?,
            outcome: contact.wrap.as_ref().map(|wrap| outcome_code(wrap.outcome)),
            transfers: contact.transfers,
            promised: contact
                .hand_overs
                .values()
                .filter(|errand| open(errand.phase))
                .map(|errand| errand.deadline)
                .min(),
        })
    }
}
