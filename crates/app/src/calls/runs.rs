//! What runs as long as the program does: writing what the exchange tells, and telling it what changes
//! by itself.

use std::time::Duration;

use base::Problem;
use rules::calls::{CallId, Happened, Phase};
use rules::contacts::ContactId;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::{Numbering, Order};
use crate::App;

/// While the database is away what was told is tried again so often.
const PATIENCE: Duration = Duration::from_millis(500);
/// What the store refuses for another reason is tried so often; then the other calls go on.
const TRIES: u32 = 5;
/// Who waits is told how it stands as of so long ago at most.
const LOOK: Duration = Duration::from_secs(5);

impl App {
    /// Writes what the exchange tells, in its order, until cancelled. While the database is away it
    /// waits; nothing is lost, and the calls go on.
    pub async fn run_calls(
        self,
        mut happened: UnboundedReceiver<Happened>,
        stop: CancellationToken,
    ) {
        while let Err(problem) = self.end_lost_calls().await {
            tracing::warn!(%problem, "calls of the last run are not closed yet");
            if !matches!(problem, Problem::Unavailable { code: "database-away" }) {
                break;
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PATIENCE) => {}
            }
        }
        loop {
            let one = tokio::select! {
                () = stop.cancelled() => return,
                one = happened.recv() => one,
            };
            let Some(one) = one else { return };
            let mut tries = 0;
            while let Err(problem) = self.hear(&one).await {
                tries += 1;
                let again = match problem {
                    Problem::Unavailable { code: "unexpected" } => tries < TRIES,
                    Problem::Unavailable { .. } => true,
                    _ => false,
                };
                if !again {
                    tracing::warn!(%problem, "a call's contact does not fit what was told");
                    break;
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(PATIENCE) => {}
                }
            }
        }
    }

    /// Tells the exchange what was not told when it changed (numbers of the directory, recordings,
    /// what happened to a contact on another node, places in line), until cancelled.
    pub async fn keep_telling(self, stop: CancellationToken) {
        let (mut known, mut spoken, mut apart) = (None, Vec::new(), Vec::new());
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            self.tell_numbers(&mut known).await;
            if let Err(problem) = self.tell_prompts(&mut spoken).await {
                tracing::debug!(%problem, "callers hear what was recorded before");
            }
            apart = self.reconcile_calls(&apart).await;
            self.tell_outlooks().await;
        }
    }

    async fn tell_numbers(&self, known: &mut Option<Numbering>) {
        match self.numbering().await {
            Ok(numbering) if known.as_ref() != Some(&numbering) => {
                self.order(Order::Know(numbering.clone()));
                *known = Some(numbering);
            }
            Ok(_) => {}
            Err(problem) => tracing::debug!(%problem, "the exchange keeps the numbers it knows"),
        }
    }

    async fn tell_outlooks(&self) {
        let waiting: Vec<(CallId, ContactId)> = self
            .calls()
            .iter()
            .filter(|(_, live)| {
                live.picture
                    .as_ref()
                    .is_some_and(|call| matches!(call.phase, Phase::Waiting { .. }))
            })
            .map(|(call, live)| (*call, live.contact))
            .collect();
        for (call, contact) in waiting {
            let told = async {
                self.say_outlook(call).await?;
                self.closed(call, contact).await
            };
            if let Err(problem) = told.await {
                tracing::debug!(%problem, "who waits hears what was known before");
            }
        }
    }
}
