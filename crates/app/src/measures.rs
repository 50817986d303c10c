//! What operators watch.

use base::Outcome;

use crate::App;

/// Figures of this instant, without anything personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measures {
    pub waiting: i64,
    pub owned: i64,
    /// Age of the oldest in line, in seconds.
    pub longest_wait_s: i64,
    pub agents: i64,
    /// Jobs that were tried more than once and are not done.
    pub jobs_failing: i64,
    /// Events of the knowledge stream that the index of this node has not applied.
    pub index_lag: i64,
}

impl App {
    /// Reads the figures.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn measures(&self) -> Outcome<Measures> {
        let (database, tenant, now) = (&self.database, &self.tenant, self.now());
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let line = store::contacts::in_line(database, tenant).await?;
        let owned = store::contacts::owned(database, tenant).await?;
        let present = store::presences::present(database, tenant, now).await?;
        let failing = store::jobs::failing(database, tenant, 1_000).await?;
        let oldest = line.iter().filter_map(|(contact, _)| contact.place).map(|p| p.since).min();
        Ok(Measures {
            waiting: count(line.len()),
            owned: count(owned.len()),
            longest_wait_s: oldest.map_or(0, |since| now.seconds_since(since)),
            agents: count(present.len()),
            jobs_failing: count(failing.len()),
            index_lag: self.index_lag().await?,
        })
    }
}
