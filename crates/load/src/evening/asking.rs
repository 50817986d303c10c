//! The citizens of an evening.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use anyhow::bail;
use serde_json::Value;

use super::books::{Books, record};
use super::{FAREWELL, GAP, MEMBERS, PATIENCE, Plan};
use crate::citizen::Citizen;
use crate::ledger::{Line, lines_of};
use crate::site::Site;
use crate::socket::Socket;

/// One of so many messages is sent twice at once.
const TWICE: usize = 5;
/// One of so many citizens loses the socket in the middle.
const CUT: usize = 8;

/// What a citizen has to show at the end.
pub(super) struct Asked {
    pub(super) citizen: Citizen,
    pub(super) contact: String,
    pub(super) lines: Vec<Line>,
}

/// A citizen's evening.
pub(super) async fn ask(
    site: Site,
    plan: Plan,
    books: Arc<Books>,
    number: usize,
    due: Instant,
) -> anyhow::Result<Asked> {
    tokio::time::sleep_until(due.into()).await;
    let citizen = Citizen::new(&site, MEMBERS[number % MEMBERS.len()], &books.rng);
    let first = books.rng.uuid();
    let answer = citizen.begin(first, &format!("Hej, jeg har spørgsmål {number}")).await?;
    if answer.status != 303 {
        bail!("a chat could not be begun: {} {}", answer.status, answer.body);
    }
    let contact = citizen.contact().await?;
    books.acknowledge(&contact, first, None);
    let stream = format!("contact/{contact}");
    let mut socket = citizen.socket().await?;
    socket.follow(&stream, 0).await?;
    let mut lines: Vec<Line> = Vec::new();
    let mut cursor = 0;
    let mut talking = None;
    let mut cut = number % CUT != CUT - 1;
    let mut answers = 0;
    while answers <= plan.messages {
        let Some(frame) = tokio::time::timeout(plan.limit, socket.next()).await? else {
            socket = reopen(&citizen, &stream, cursor).await?;
            continue;
        };
        let now = Instant::now();
        if frame["type"] == "refused" || frame["type"] == "closed" {
            bail!("the own chat is out of reach: {frame}");
        }
        if frame["type"] != "events" {
            continue;
        }
        cursor = frame["head"].as_i64().unwrap_or(cursor);
        for line in lines_of(&frame) {
            if line.from == "agent" {
                answers += 1;
                books.arrived(&line, now, &books.to_citizen);
            }
            lines.push(line);
        }
        if talking.is_none() && tells(&frame, "accepted") {
            record(&books.in_line, now.saturating_duration_since(due));
            let talk = talk(citizen.clone(), contact.clone(), plan.clone(), books.clone(), number);
            talking = Some(tokio::spawn(talk));
        }
        if !cut && answers > 0 {
            cut = true;
            drop(socket);
            books.cuts.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(GAP).await;
            socket = reopen(&citizen, &stream, cursor).await?;
        }
    }
    if let Some(talking) = talking {
        talking.await??;
    }
    Ok(Asked { citizen, contact, lines })
}

async fn reopen(citizen: &Citizen, stream: &str, cursor: i64) -> anyhow::Result<Socket> {
    let mut socket = citizen.socket().await?;
    socket.follow(stream, cursor).await?;
    Ok(socket)
}

/// Whether a notice of this code is among the events.
fn tells(frame: &Value, code: &str) -> bool {
    let events = frame["events"].as_array();
    events.into_iter().flatten().any(|event| event["entry"]["code"] == code)
}

/// The citizen writes, at fixed instants.
async fn talk(
    citizen: Citizen,
    contact: String,
    plan: Plan,
    books: Arc<Books>,
    number: usize,
) -> anyhow::Result<()> {
    let began = Instant::now();
    for (turn, step) in (1..=plan.messages).zip(1_u32..) {
        let due = began + plan.pause * step;
        tokio::time::sleep_until(due.into()).await;
        let id = books.mean(due);
        let text = if turn == plan.messages {
            FAREWELL.to_owned()
        } else {
            format!("Og så er der spørgsmål {number}.{turn}")
        };
        let seq = if (number + turn).is_multiple_of(TWICE) {
            books.sent_twice.fetch_add(1, Ordering::Relaxed);
            let (one, other) = tokio::join!(
                citizen.say_surely(id, &text, PATIENCE),
                citizen.say_surely(id, &text, PATIENCE)
            );
            let (one, other) = (one?, other?);
            if one != other {
                bail!("one message was given two numbers, {one} and {other}");
            }
            one
        } else {
            citizen.say_surely(id, &text, PATIENCE).await?
        };
        books.acknowledge(&contact, id, Some(seq));
    }
    Ok(())
}
