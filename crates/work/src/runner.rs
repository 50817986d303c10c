//! One node's loop over the jobs of a consortium.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use base::{Clock, Rng, TenantKey, UnixMillis};
use store::jobs::{self, Claimed};
use store::{Database, StoreError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::pause_after;

/// Why a handler failed. Kept for operators: no personal text.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What a handler answers with.
pub type Handled = Result<Then, Failure>;

/// What becomes of a job that was handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is done. (It may already be: a handler that calls [`jobs::done`] in the transaction of
    /// its work has its effect exactly once.)
    Done,
    /// It runs again at this instant.
    Again(UnixMillis),
}

type Handler = Arc<dyn Fn(Claimed) -> Pin<Box<dyn Future<Output = Handled> + Send>> + Send + Sync>;

/// How often the clock is looked at when nothing wakes the runner.
const LOOK: Duration = Duration::from_millis(250);
/// The longest pause while the database is away.
const LONGEST_ABSENCE: Duration = Duration::from_secs(5);
/// A claim lasts this long, and so may a handler.
const LEASE_S: i64 = 60;
/// Jobs that run at once on this node.
const AT_ONCE: usize = 8;

/// Runs jobs until it is told to stop.
pub struct Runner {
    database: Database,
    tenant: TenantKey,
    clock: Clock,
    handlers: BTreeMap<&'static str, Handler>,
    recurring: Vec<&'static str>,
    at_once: usize,
    lease_s: i64,
    wake: Arc<Notify>,
}

impl Runner {
    #[must_use]
    pub fn new(database: Database, tenant: TenantKey, clock: Clock) -> Self {
        Self {
            database,
            tenant,
            clock,
            handlers: BTreeMap::new(),
            recurring: Vec::new(),
            at_once: AT_ONCE,
            lease_s: LEASE_S,
            wake: Arc::new(Notify::new()),
        }
    }

    /// At most so many jobs at once on this node (at least one).
    #[must_use]
    pub fn at_once(mut self, jobs: usize) -> Self {
        self.at_once = jobs.max(1);
        self
    }

    /// How long a claim lasts, in seconds. A handler that takes longer is stopped and tried again.
    #[must_use]
    pub fn lease(mut self, seconds: i64) -> Self {
        self.lease_s = seconds.max(1);
        self
    }

    /// Says what to do for jobs of a kind. Handlers may run twice for one job (a node may die
    /// between the work and its note of it): they must be idempotent, or call [`jobs::done`] in the
    /// transaction of their work.
    #[must_use]
    pub fn on<F, Fut>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Claimed) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Handled> + Send + 'static,
    {
        self.handlers.insert(kind, Arc::new(move |job| Box::pin(handler(job))));
        self
    }

    /// As [`Runner::on`], for a job that is always there: it is added when the runner starts, and
    /// its handler answers [`Then::Again`].
    #[must_use]
    pub fn always<F, Fut>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Claimed) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Handled> + Send + 'static,
    {
        self.recurring.push(kind);
        self.on(kind, handler)
    }

    /// Ring this after a commit that added a job for now; otherwise it starts a quarter of a second
    /// later at the latest.
    #[must_use]
    pub fn bell(&self) -> Arc<Notify> {
        self.wake.clone()
    }

    /// Runs until `stop` is cancelled, then waits for the handlers that are at work.
    pub async fn run(self, stop: CancellationToken) {
        let tasks = TaskTracker::new();
        let permits = Arc::new(Semaphore::new(self.at_once));
        let me = Arc::new(self);
        let mut absence = LOOK;
        let mut started = false;
        while !stop.is_cancelled() {
            let round = async {
                if !started {
                    me.add_recurring().await?;
                    started = true;
                }
                me.round(&tasks, &permits).await
            };
            let pause = match round.await {
                Ok(full) => {
                    absence = LOOK;
                    // More may be due than there was room for: go on when a handler is through.
                    if full { Duration::ZERO } else { LOOK }
                }
                Err(error) => {
                    tracing::warn!(%error, "jobs cannot be claimed");
                    absence = (absence * 2).min(LONGEST_ABSENCE);
                    absence
                }
            };
            if pause.is_zero() {
                tokio::select! {
                    () = stop.cancelled() => {}
                    permit = permits.acquire() => drop(permit),
                }
            } else {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = me.wake.notified() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            }
        }
        tasks.close();
        tasks.wait().await;
    }

    async fn add_recurring(&self) -> Result<(), StoreError> {
        // A job of the same kind may be there from an earlier start; its id does not matter then.
        let rng = Rng::system();
        let now = self.clock.now();
        for kind in &self.recurring {
            let mut tx = self.database.begin().await?;
            jobs::ensure(&mut tx, &self.tenant, rng.id(now), kind, "", now, "").await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Claims what is due and starts it; whether there was no room for more.
    async fn round(
        self: &Arc<Self>,
        tasks: &TaskTracker,
        permits: &Arc<Semaphore>,
    ) -> Result<bool, StoreError> {
        let mut room = Vec::new();
        while let Ok(permit) = permits.clone().try_acquire_owned() {
            room.push(permit);
        }
        if room.is_empty() {
            return Ok(true);
        }
        let limit = i64::try_from(room.len()).unwrap_or(i64::MAX);
        let now = self.clock.now();
        let due = jobs::claim(&self.database, &self.tenant, now, self.lease_s, limit).await?;
        let full = due.len() == room.len();
        for (job, permit) in due.into_iter().zip(room) {
            tasks.spawn(self.clone().handle(job, permit));
        }
        Ok(full)
    }

    async fn handle(self: Arc<Self>, job: Claimed, permit: OwnedSemaphorePermit) {
        let outcome = self.attempt(job.clone()).await;
        let noted = match outcome {
            Ok(then) => self.note(&job, then).await,
            Err(failure) => {
                tracing::warn!(
                    kind = job.kind, id = %job.id, attempts = job.attempts, %failure,
                    "a job failed and will be tried again"
                );
                let run_at = self.clock.now().plus_seconds(pause_after(job.attempts));
                let words = failure.to_string();
                jobs::retry(&self.database, &self.tenant, job.id, job.fence, run_at, &words)
                    .await
                    .map(drop)
            }
        };
        if let Err(error) = noted {
            // The lease runs out and somebody takes it over.
            tracing::warn!(kind = job.kind, id = %job.id, %error, "a job's end was not noted");
        }
        drop(permit);
    }

    async fn attempt(&self, job: Claimed) -> Handled {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            // A newer node may know it (an upgrade is under way).
            return Err("this node knows no such kind of job".into());
        };
        let limit = Duration::from_secs(u64::try_from(self.lease_s).unwrap_or(1));
        // A task of its own, so that a panic ends this attempt and nothing else.
        let mut work = tokio::spawn(handler(job));
        match tokio::time::timeout(limit, &mut work).await {
            Ok(Ok(handled)) => handled,
            Ok(Err(panic)) => Err(panic.into()),
            Err(elapsed) => {
                work.abort();
                Err(elapsed.into())
            }
        }
    }

    async fn note(&self, job: &Claimed, then: Then) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        match then {
            Then::Done => jobs::done(&mut tx, &self.tenant, job.id, job.fence).await?,
            Then::Again(at) => jobs::again(&mut tx, &self.tenant, job.id, job.fence, at).await?,
        };
        tx.commit().await
    }
}
