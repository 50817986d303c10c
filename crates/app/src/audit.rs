//! The audit log as the security officer reads it: who did or saw what, and why they could.

use base::scope::Ground;
use base::{Id, MunicipalityKey, Outcome, Page, Problem, Right, Scope, UnixMillis, kind};
use serde::Serialize;
use store::Tx;
use store::audit::{Entry, Wanted};
use utoipa::ToSchema;

use crate::App;

/// Lines of one page.
const PAGE: i64 = 200;
/// Longest subject that is looked for, in characters.
const SUBJECT_LIMIT: usize = 120;

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditLine {
    #[schema(value_type = String)]
    pub id: Id<kind::Audit>,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// `person/ID`, `citizen`, `system/NAME`.
    pub actor: String,
    /// The name of the person, when it is one.
    pub name: Option<String>,
    /// `role` or `duty`; `None` for citizens and the program itself.
    #[schema(value_type = Option<String>)]
    pub ground: Option<Ground>,
    #[schema(value_type = Option<String>)]
    pub municipality: Option<MunicipalityKey>,
    pub action: String,
    pub subject: String,
    pub purpose: String,
}

/// Which lines are wanted; `None` means any.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// At or after.
    pub from: Option<UnixMillis>,
    /// Before.
    pub until: Option<UnixMillis>,
    /// `contact/ID`, `person/ID`.
    pub subject: Option<String>,
    /// What the last page said of the next.
    pub page: Option<String>,
}

/// An act to be written down.
pub(crate) struct Act<'a> {
    pub ground: Option<Ground>,
    pub municipality: Option<&'a MunicipalityKey>,
    /// What was done, a word in English with hyphens.
    pub action: &'static str,
    /// To what: `person/ID`, `duty/ID`.
    pub subject: String,
    /// What for; no personal text.
    pub purpose: &'static str,
}

impl App {
    /// Writes an act into the log, in its own transaction.
    pub(crate) async fn note(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        act: Act<'_>,
        at: UnixMillis,
    ) -> Outcome<()> {
        let entry = Entry {
            tenant: self.tenant.clone(),
            id: self.rng.id(at),
            at,
            actor: store::audit::actor_name(&scope.actor),
            ground: act.ground,
            municipality: act.municipality.cloned(),
            action: act.action.to_owned(),
            subject: act.subject,
            purpose: act.purpose.to_owned(),
        };
        Ok(store::audit::write(tx, &entry).await?)
    }

    /// The log of a municipality, newest first. Reading it stands in it too.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for anybody but its security officer;
    /// [`Problem::Invalid`] for an over-long subject or an unknown page.
    pub async fn audit_log(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        query: AuditQuery,
    ) -> Outcome<Page<AuditLine>> {
        let at = self.now();
        let ground = rules::people::may_in(scope, Right::GuardPrivacy, municipality, None, at)?;
        if query.subject.as_ref().is_some_and(|s| s.chars().count() > SUBJECT_LIMIT) {
            let limit = i64::try_from(SUBJECT_LIMIT).ok();
            return Err(Problem::Invalid { field: "subject", code: "too-long", limit });
        }
        let wanted = Wanted {
            municipality: Some(municipality.clone()),
            subject: query.subject.filter(|subject| !subject.trim().is_empty()),
            actor: None,
            from: query.from,
            until: query.until,
        };
        let page =
            store::audit::list(&self.database, &self.tenant, &wanted, query.page.as_deref(), PAGE)
                .await
                .map_err(|error| match error {
                    store::StoreError::Damaged("page") => Problem::invalid("page", "page-unknown"),
                    error => error.into(),
                })?;
        let mut items = Vec::with_capacity(page.items.len());
        for entry in page.items {
            items.push(self.audit_line(entry).await?);
        }
        let mut tx = self.database.begin().await?;
        let act = Act {
            ground: Some(ground),
            municipality: Some(municipality),
            action: "audit-read",
            subject: wanted.subject.unwrap_or_default(),
            purpose: "privacy-guard",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        Ok(Page { items, next: page.next })
    }

    pub(crate) async fn audit_line(&self, entry: Entry) -> Outcome<AuditLine> {
        let name = match entry.actor.strip_prefix("person/").map(str::parse) {
            Some(Ok(person)) => self.person_card(person).await?.map(|card| card.name.clone()),
            _ => None,
        };
        Ok(AuditLine {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            name,
            ground: entry.ground,
            municipality: entry.municipality,
            action: entry.action,
            subject: entry.subject,
            purpose: entry.purpose,
        })
    }
}
