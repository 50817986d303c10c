//! Keys of a consortium, kept in its database.

use base::{Outcome, Rng, TenantKey, UnixMillis};
use identity::{AddressKind, Secret, pseudonym};
use store::{Database, StoreError};

use crate::App;

/// The key of links; made once.
const SECRET: &str = "secret";
/// The key of pseudonyms and when it was made: `HEX MILLISECONDS`.
const PSEUDONYM_KEY: &str = "pseudonym-key";
/// The key of pseudonyms lives as long as contact records are kept (24 months): pseudonyms older
/// than that belong to nobody any more.
const KEY_LIVES_S: i64 = 730 * 24 * 3600;

/// The consortium's secret; the first node that asks makes it.
///
/// # Errors
/// [`StoreError`] when the database is away or the stored secret is damaged.
pub async fn secret_of(
    database: &Database,
    tenant: &TenantKey,
    rng: &Rng,
) -> Result<Secret, StoreError> {
    let fresh = Secret::generate(rng).to_hex();
    let stored = store::settings::get_or_put(database, tenant, SECRET, &fresh).await?;
    Secret::from_hex(&stored).map_err(|_| StoreError::Damaged("secret"))
}

impl App {
    /// The pseudonym under which the same citizen is recognised for a while (product rule 12).
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn pseudonym(&self, kind: AddressKind, value: &str) -> Outcome<String> {
        let key = self.pseudonym_key().await?;
        Ok(pseudonym(&key, kind, value))
    }

    /// The pseudonym of a visitor mark.
    pub(crate) async fn pseudonym_of_mark(&self, mark: &str) -> Outcome<String> {
        self.pseudonym(AddressKind::Mark, mark).await
    }

    async fn pseudonym_key(&self) -> Result<Secret, StoreError> {
        let now = self.now();
        let fresh = format!("{} {}", Secret::generate(&self.rng).to_hex(), now.0);
        let (database, tenant) = (&self.database, &self.tenant);
        let mut stored =
            store::settings::get_or_put(database, tenant, PSEUDONYM_KEY, &fresh).await?;
        if key_in(&stored)?.1.plus_seconds(KEY_LIVES_S) <= now {
            store::settings::exchange(database, tenant, PSEUDONYM_KEY, &stored, &fresh).await?;
            stored = store::settings::get_or_put(database, tenant, PSEUDONYM_KEY, &fresh).await?;
        }
        Ok(key_in(&stored)?.0)
    }
}

fn key_in(stored: &str) -> Result<(Secret, UnixMillis), StoreError> {
    let damaged = || StoreError::Damaged(PSEUDONYM_KEY);
    let (key, made_at) = stored.split_once(' ').ok_or_else(damaged)?;
    let key = Secret::from_hex(key).map_err(|_| damaged())?;
    Ok((key, UnixMillis(made_at.parse().map_err(|_| damaged())?)))
}
