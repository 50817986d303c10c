//! Municipalities' directory servers (LDAP), read at their intervals and by hand. What is read is
//! brought in as any other source's word is ([`App::synchronise`]); an answer without anybody never is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ::intake::ldap::{ReadError, Reader};
use base::{MunicipalityKey, Outcome, Problem, Scope};
use rules::directory::ItemKind;
use rules::directory::ldap::{Answer, Attributes, Here, PassedOver, SOURCE, things};
use serde::Serialize;
use work::{Handled, Runner, Then};

use super::{Mode, Synchronised};
use crate::{App, found};

/// The kind of job; its key is the municipality.
const JOB_LDAP: &str = "directory-ldap";

/// A municipality's directory server.
#[derive(Debug, Clone)]
pub struct LdapSource {
    pub municipality: MunicipalityKey,
    /// Between two readings, in seconds.
    pub every_s: i64,
    pub reader: Reader,
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FromLdap {
    /// Entries of people and units.
    pub entries: usize,
    pub passed_over: Vec<PassedOver>,
    #[serde(flatten)]
    pub done: Synchronised,
}

/// Why nothing came in.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Problem(#[from] Problem),
}

impl App {
    /// Reads a municipality's directory server and brings in what it says.
    ///
    /// # Errors
    /// [`NotRead::Read`] when there is no whole answer; otherwise as [`App::bring_ldap`].
    pub async fn synchronise_ldap(
        &self,
        scope: &Scope,
        source: &LdapSource,
        mode: Mode,
    ) -> Result<FromLdap, NotRead> {
        let answer = source.reader.read().await?;
        let attributes = source.reader.attributes();
        Ok(self.bring_ldap(scope, &source.municipality, attributes, &answer, mode).await?)
    }

    /// Brings a directory server's answer into a municipality's directory.
    ///
    /// # Errors
    /// [`Problem::Conflict`] `ldap-empty` when nobody of it can be taken: the filter is wrong, not the
    /// municipality empty; otherwise as [`App::synchronise`].
    pub async fn bring_ldap(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        attributes: &Attributes,
        answer: &Answer,
        mode: Mode,
    ) -> Outcome<FromLdap> {
        self.may_synchronise(scope, municipality)?;
        let here = self.known_before(municipality, answer.units.is_some()).await?;
        let (brought, passed_over) = things(answer, attributes, &here);
        if brought.get(&ItemKind::Person).is_none_or(BTreeMap::is_empty) {
            return Err(Problem::conflict("ldap-empty"));
        }
        let done = self.synchronise(scope, municipality, SOURCE, brought, mode).await?;
        let entries = answer.people.len() + answer.units.as_ref().map_or(0, Vec::len);
        Ok(FromLdap { entries, passed_over, done })
    }

    /// The units that are here, without those that the server made when it tells them `anew`, and the
    /// main numbers.
    async fn known_before(&self, municipality: &MunicipalityKey, anew: bool) -> Outcome<Here> {
        let directory = self.directory().await?;
        let place = found(directory.place(municipality))?;
        let kept = store::directory::items::all(&self.database, &self.tenant, municipality).await?;
        let own: BTreeSet<&str> = kept
            .iter()
            .filter(|kept| anew && kept.kind == ItemKind::Unit && kept.source == SOURCE)
            .map(|kept| kept.item.as_str())
            .collect();
        let units = place.staff.organisation.units_by_name(|unit| !own.contains(unit.as_str()));
        Ok(Here { units, main_numbers: directory.main_numbers() })
    }

    /// Tells the runner to read these servers at their intervals.
    #[must_use]
    pub fn register_ldap_jobs(&self, runner: Runner, sources: Vec<LdapSource>) -> Runner {
        let app = self.clone();
        let sources: Arc<[LdapSource]> = sources.into();
        runner.on(JOB_LDAP, move |job| {
            let (app, sources) = (app.clone(), sources.clone());
            async move {
                let source = sources.iter().find(|source| source.municipality.as_str() == job.key);
                // No longer in the configuration: nothing is asked, and what it brought stays.
                let Some(source) = source else { return Ok(Then::Done) };
                app.run_ldap(source).await
            }
        })
    }

    /// Sees to it that each of these servers has its job.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn begin_ldap_jobs(&self, sources: &[LdapSource]) -> Outcome<()> {
        let at = self.now();
        let mut tx = self.database.begin().await?;
        for source in sources {
            let (id, key) = (self.rng.id(at), source.municipality.as_str());
            store::jobs::ensure(&mut tx, &self.tenant, id, JOB_LDAP, key, at, "").await?;
        }
        Ok(tx.commit().await?)
    }

    async fn run_ldap(&self, source: &LdapSource) -> Handled {
        let municipality = &source.municipality;
        let scope = self.system("directory-ldap");
        let mode = Mode::Apply { even_if_many: false };
        match self.synchronise_ldap(&scope, source, mode).await {
            Ok(FromLdap { done, passed_over, entries }) if done.done => {
                let passed_over = passed_over.len();
                tracing::info!(%municipality, entries, passed_over, "a directory server was read");
            }
            Ok(FromLdap { done, .. }) => {
                let (held_back, faults) = (done.held_back, done.faults.len());
                tracing::error!(
                    %municipality, held_back, faults,
                    "what a directory server says was not brought in: see straks directory ldap --dry-run"
                );
            }
            // It comes back by itself.
            Err(
                error @ (NotRead::Read(ReadError::Unreachable(..))
                | NotRead::Problem(Problem::Unavailable { .. })),
            ) => return Err(error.into()),
            // Somebody has to mend it; trying again soon helps nobody, and wrong passwords lock an
            // account.
            Err(error) => tracing::error!(%municipality, %error, "a directory server was not read"),
        }
        Ok(Then::Again(self.now().plus_seconds(source.every_s)))
    }
}
