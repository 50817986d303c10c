//! Retention with receipts, and the erasure of one citizen's texts (product rules 1 and 14).

use base::{Id, MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis, kind};
use rules::contacts::ContactId;
use serde::Serialize;
use store::retention::{Policy, Removed};
use utoipa::ToSchema;

use crate::audit::Act;
use crate::{App, found};

/// The setting that holds the days of each municipality, as JSON of [`Policy`].
const POLICY: &str = "retention";
/// At most so many receipts are shown.
const RECEIPTS: i64 = 200;
/// The word in the journal for an erasure that a citizen asked for.
const CITIZEN_ASKED: &str = "citizen-asked";

/// Proof that something was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReceiptView {
    #[schema(value_type = String)]
    pub id: Id<kind::Receipt>,
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    /// `retention` or `erasure`.
    pub kind: String,
    /// What was deleted, by count.
    #[schema(value_type = Object)]
    pub removed: serde_json::Value,
}

impl App {
    /// What is kept how long; the defaults of product rule 14 unless a municipality has shortened
    /// them.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away or the setting is damaged.
    pub async fn retention_policy(&self) -> Outcome<Policy> {
        let stored = store::settings::get(&self.database, &self.tenant, POLICY).await?;
        match stored {
            Some(text) => serde_json::from_str(&text)
                .map_err(|_| store::StoreError::Damaged("retention").into()),
            None => Ok(Policy::default()),
        }
    }

    /// How many days what citizens of a municipality write is kept.
    ///
    /// # Errors
    /// As [`App::retention_policy`].
    pub async fn text_days(&self, municipality: &MunicipalityKey) -> Outcome<i64> {
        Ok(self.retention_policy().await?.of(Some(municipality)).text_days)
    }

    /// Deletes what its time is up for, and leaves a receipt. Run by a job every hour.
    ///
    /// # Errors
    /// [`Problem::Unavailable`]: what was done until then is done; try again.
    pub async fn run_retention(&self) -> Outcome<Removed> {
        let policy = self.retention_policy().await?;
        store::retention::run(&self.database, &self.tenant, &self.rng, self.now(), &policy)
            .await
            .map_err(Problem::from)
    }

    /// Erases what a citizen wrote in a contact and who they are. The journal stands.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] for anybody but the security officer of the
    /// contact's municipality.
    pub async fn erase(
        &self,
        scope: &Scope,
        contact: ContactId,
    ) -> Outcome<store::retention::Erased> {
        let (database, tenant) = (&self.database, &self.tenant);
        let read = store::contacts::read(database, tenant, contact).await?;
        let (state, _) = found(read)?;
        let municipality = found(state.municipality)?;
        let at = self.now();
        let guard = Right::GuardPrivacy;
        let ground = rules::people::may_in(scope, guard, &municipality, None, at)
            .map_err(|_| Problem::NotFound)?;
        let mut tx = self.database.begin().await?;
        if let Some(mark) = store::chat::held_mark(&mut tx, tenant, contact).await? {
            let visit = self.visit_of_mark(&mark);
            store::improvement::episodes::forget(&mut tx, tenant, &visit).await?;
        }
        let erased =
            store::retention::erase_contact(&mut tx, tenant, &self.rng, contact, at, CITIZEN_ASKED)
                .await?;
        let erased = found(erased)?;
        let act = Act {
            ground: Some(ground),
            municipality: Some(&municipality),
            action: "erase",
            subject: format!("contact/{contact}"),
            purpose: "erasure",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        self.ring([&store::streams::StreamKey::contact(contact)]);
        Ok(erased)
    }

    /// What was deleted, newest first.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but a security officer.
    pub async fn receipts(&self, scope: &Scope) -> Outcome<Vec<ReceiptView>> {
        let guards = scope.municipalities(Right::GuardPrivacy);
        if guards.is_empty() || !scope.holds_at(self.now()) {
            return Err(Problem::forbidden("not-your-role"));
        }
        let receipts = store::retention::receipts(&self.database, &self.tenant, RECEIPTS).await?;
        let mut views = Vec::with_capacity(receipts.len());
        for receipt in receipts {
            let removed: serde_json::Value =
                serde_json::from_str(&receipt.body).unwrap_or_default();
            // Retention runs for all; whose contact was erased concerns its municipality alone.
            let contact = removed.get("contact").and_then(|id| id.as_str()?.parse().ok());
            if let Some(contact) = contact {
                let read = store::contacts::read(&self.database, &self.tenant, contact).await?;
                let of = read.and_then(|(contact, _)| contact.municipality);
                if !of.is_some_and(|municipality| guards.contains(&municipality)) {
                    continue;
                }
            }
            views.push(ReceiptView { id: receipt.id, at: receipt.at, kind: receipt.kind, removed });
        }
        Ok(views)
    }
}
