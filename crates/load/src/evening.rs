//! An evening on the hotline: citizens come at a fixed rate whether or not anybody answers, agents
//! take what is offered, answer each message, hand over or wrap up; then both sides' books are laid
//! beside what was acknowledged.
//!
//! Delays are counted from the instant at which a message was meant to be sent, so that a slow
//! server cannot hide its slowness by slowing the senders down (coordinated omission).

mod asking;
mod books;
mod desk;
mod report;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::bail;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::agent::{self, Agent};
use crate::ledger::{Tally, compare};
use crate::site::Site;

use asking::{Asked, ask};
use books::{Books, held};
use desk::work;
pub use report::Report;

/// The members that share the hotline of the demo, and who serves it on a Wednesday.
const MEMBERS: [&str; 5] = ["frederikssund", "soroe", "holbaek", "fredensborg", "furesoe"];
const SERVING: &str = "furesoe";
/// The last words of every citizen.
const FAREWELL: &str = "Tak, det var alt.";
/// So long a cut lasts.
const GAP: Duration = Duration::from_millis(150);
/// A message that is not acknowledged within this time counts as refused.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is played.
#[derive(Debug, Clone)]
pub struct Plan {
    pub chats: usize,
    /// Citizens who come in a second.
    pub rate: f64,
    /// Messages of each citizen after the first words.
    pub messages: usize,
    /// Between two of them.
    pub pause: Duration,
    /// The whole takes no longer than this.
    pub limit: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            chats: 500,
            rate: 8.0,
            messages: 3,
            pause: Duration::from_millis(200),
            limit: Duration::from_secs(240),
        }
    }
}

/// Plays an evening against a running demo.
///
/// # Errors
/// When nobody of the demo is on duty, or it does not answer at all.
pub async fn play(site: &Site, plan: &Plan) -> anyhow::Result<Report> {
    let books = Arc::new(Books::new()?);
    let on_duty = on_duty(site).await?;
    let agents = on_duty.len();
    let mut at_work = JoinSet::new();
    for agent in on_duty {
        agent.be("ready").await?;
        at_work.spawn(work(agent, books.clone()));
    }
    let began = Instant::now();
    let mut citizens = JoinSet::new();
    for number in 0..plan.chats {
        #[expect(clippy::cast_precision_loss, reason = "chats of an evening fit a double")]
        let due = began + Duration::from_secs_f64(number as f64 / plan.rate);
        citizens.spawn(ask(site.clone(), plan.clone(), books.clone(), number, due));
    }
    let mut heard = BTreeMap::new();
    let listening = async {
        while let Some(asked) = citizens.join_next().await {
            match asked {
                Ok(Ok(asked)) => {
                    heard.insert(asked.contact.clone(), asked);
                }
                Ok(Err(error)) => books.fault(format!("citizen: {error:#}")),
                Err(error) => books.fault(format!("citizen: {error}")),
            }
        }
    };
    if tokio::time::timeout(plan.limit, listening).await.is_err() {
        books.fault("the evening took too long".to_owned());
    }
    citizens.abort_all();
    let took = began.elapsed();
    settle(&books).await;
    at_work.abort_all();
    let tally = compare_all(&books, &heard).await;
    let acknowledged =
        held(&books.conversations).values().map(|book| book.acknowledged.len()).sum();
    Ok(Report {
        agents,
        chats: plan.chats,
        answered: heard.len(),
        handed_over: books.handed_over.load(Ordering::Relaxed),
        acknowledged,
        sent_twice: books.sent_twice.load(Ordering::Relaxed),
        cuts: books.cuts.load(Ordering::Relaxed),
        tally,
        took,
        to_agent: held(&books.to_agent).clone(),
        to_citizen: held(&books.to_citizen).clone(),
        in_line: held(&books.in_line).clone(),
        faults: std::mem::take(&mut *held(&books.faults)),
    })
}

/// The agents' last receipts may still be on their way when the last citizen has gone.
async fn settle(books: &Books) {
    for _ in 0..100 {
        let behind = held(&books.conversations).values().any(|conversation| {
            let seen = |id: &Uuid| conversation.at_agent.iter().any(|line| line.id == *id);
            !conversation.acknowledged.keys().all(seen)
        });
        if !behind {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Both sides, and what is stored, against what was acknowledged.
async fn compare_all(books: &Books, heard: &BTreeMap<String, Asked>) -> Tally {
    let conversations = std::mem::take(&mut *held(&books.conversations));
    let mut tally = Tally::default();
    for (contact, conversation) in &conversations {
        let acknowledged = &conversation.acknowledged;
        tally += compare(acknowledged, &conversation.at_agent);
        let Some(asked) = heard.get(contact) else { continue };
        tally += compare(acknowledged, &asked.lines);
        match asked.citizen.transcript().await {
            Ok(stored) => tally += compare(acknowledged, &stored),
            Err(error) => books.fault(format!("transcript: {error:#}")),
        }
    }
    *held(&books.conversations) = conversations;
    tally
}

/// Everybody of the serving municipality who is on duty now.
async fn on_duty(site: &Site) -> anyhow::Result<Vec<Agent>> {
    let mut agents = Vec::new();
    for account in agent::accounts(site).await? {
        if account.municipality != SERVING || !account.roles.iter().any(|role| role == "agent") {
            continue;
        }
        let agent = Agent::sign_in(site, &account).await?;
        let me = agent.get("/me").await?.json();
        let serves = me["duty"]["for"].as_array().is_some_and(|members| !members.is_empty());
        if me["duty"]["on"] == true && serves {
            agents.push(agent);
        }
    }
    if agents.is_empty() {
        bail!("nobody of {SERVING} is on duty: start the demo on a Wednesday evening");
    }
    Ok(agents)
}
