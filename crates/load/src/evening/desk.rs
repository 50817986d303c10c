//! The agents of an evening.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::json;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::books::{Books, held};
use super::{FAREWELL, GAP, PATIENCE};
use crate::agent::Agent;
use crate::ledger::{Line, lines_of};

/// Agents' sockets are cut this often.
const AGENTS_CUT: Duration = Duration::from_secs(15);
/// One of so many conversations ends with a hand-over.
const HANDED_OVER: usize = 10;

/// What the agent's socket is told by the rest of the desk.
enum Order {
    Follow { contact: String, to: mpsc::Sender<(Instant, Line)> },
    Unfollow { contact: String },
}

/// An agent's evening: takes what is offered, as long as the task lives.
pub(super) async fn work(agent: Agent, books: Arc<Books>) {
    let (orders, ordered) = mpsc::channel(64);
    let look = Arc::new(Notify::new());
    let mut tasks = JoinSet::new();
    tasks.spawn(listen(agent.clone(), ordered, look.clone(), books.clone()));
    loop {
        // The bell tells at once; looking anyway costs little.
        let _ = tokio::time::timeout(Duration::from_millis(500), look.notified()).await;
        while let Ok(Some(contact)) = agent.offer().await {
            match agent.accept(&contact).await {
                Ok(answer) if answer.status == 200 => {
                    let (to, lines) = mpsc::channel(64);
                    let order = Order::Follow { contact: contact.clone(), to };
                    if orders.send(order).await.is_err() {
                        return;
                    }
                    let (agent, orders, books) = (agent.clone(), orders.clone(), books.clone());
                    tasks.spawn(async move {
                        if let Err(error) = converse(&agent, &contact, lines, &books).await {
                            books.fault(format!("agent: {error:#}"));
                        }
                        // The desk has ended when nobody takes the order.
                        let _ = orders.send(Order::Unfollow { contact }).await;
                    });
                }
                // Somebody else was first, or the offer has run out.
                Ok(_) => break,
                Err(error) => {
                    books.fault(format!("accept: {error:#}"));
                    break;
                }
            }
        }
    }
}

/// Reads the agent's socket, and opens it anew where it was when it ends.
async fn listen(
    agent: Agent,
    mut ordered: mpsc::Receiver<Order>,
    look: Arc<Notify>,
    books: Arc<Books>,
) {
    let own = format!("agent/{}", agent.person);
    let mut cursors: HashMap<String, i64> = HashMap::from([(own.clone(), 0)]);
    let mut readers: HashMap<String, mpsc::Sender<(Instant, Line)>> = HashMap::new();
    loop {
        let Ok(mut socket) = agent.socket().await else {
            tokio::time::sleep(GAP).await;
            continue;
        };
        let cut = tokio::time::sleep(AGENTS_CUT);
        tokio::pin!(cut);
        let listening = async {
            for (stream, cursor) in &cursors {
                socket.follow(stream, *cursor).await?;
            }
            loop {
                tokio::select! {
                    () = &mut cut => return anyhow::Ok(()),
                    order = ordered.recv() => match order.context("the desk has ended")? {
                        Order::Follow { contact, to } => {
                            let stream = format!("contact/{contact}");
                            socket.follow(&stream, 0).await?;
                            cursors.insert(stream.clone(), 0);
                            readers.insert(stream, to);
                        }
                        Order::Unfollow { contact } => {
                            let stream = format!("contact/{contact}");
                            cursors.remove(&stream);
                            readers.remove(&stream);
                            socket.send(&json!({"type": "unfollow", "stream": stream})).await?;
                        }
                    },
                    frame = socket.next() => {
                        let frame = frame.context("the socket has ended")?;
                        let now = Instant::now();
                        let stream = frame["stream"].as_str().unwrap_or_default().to_owned();
                        if stream == own {
                            look.notify_one();
                        }
                        if frame["type"] != "events" || !cursors.contains_key(&stream) {
                            continue;
                        }
                        if let Some(head) = frame["head"].as_i64() {
                            cursors.insert(stream.clone(), head);
                        }
                        let Some(reader) = readers.get(&stream) else { continue };
                        for line in lines_of(&frame) {
                            if line.from == "citizen" {
                                books.arrived(&line, now, &books.to_agent);
                            }
                            // Who has wrapped up reads no more.
                            let _ = reader.send((now, line)).await;
                        }
                    }
                }
            }
        };
        // An ended socket is opened again; so is one that was cut on purpose.
        if listening.await.is_ok() {
            books.cuts.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(GAP).await;
        }
        look.notify_one();
    }
}

/// One conversation, from taking to wrapping up.
async fn converse(
    agent: &Agent,
    contact: &str,
    mut lines: mpsc::Receiver<(Instant, Line)>,
    books: &Books,
) -> anyhow::Result<()> {
    let mut last = None;
    while let Some((at, line)) = lines.recv().await {
        {
            let mut conversations = held(&books.conversations);
            conversations.entry(contact.to_owned()).or_default().at_agent.push(line.clone());
        }
        if line.from == "agent" {
            if last == Some(line.id) {
                break;
            }
            continue;
        }
        let id = books.mean(at);
        if line.text == FAREWELL {
            last = Some(id);
        }
        let seq = answer(agent, contact, id, &format!("Svar på: {}", line.text)).await?;
        books.acknowledge(contact, id, Some(seq));
    }
    let outcome = if contact.bytes().map(usize::from).sum::<usize>().is_multiple_of(HANDED_OVER) {
        hand_over(agent, contact, books).await?;
        books.handed_over.fetch_add(1, Ordering::Relaxed);
        "handed-over"
    } else {
        "clarified-at-once"
    };
    let wrapped = agent.wrap_up(contact, outcome).await?;
    if !wrapped.is_good() {
        bail!("wrap-up: {} {}", wrapped.status, wrapped.body);
    }
    Ok(())
}

/// Answers until the answer is acknowledged; its number.
async fn answer(agent: &Agent, contact: &str, id: Uuid, text: &str) -> anyhow::Result<i64> {
    let began = Instant::now();
    loop {
        match agent.say(contact, id, text).await {
            Ok(answer) if answer.status == 200 => {
                return answer.json()["seq"].as_i64().context("a number");
            }
            Ok(answer) if answer.status < 500 => bail!("say: {} {}", answer.status, answer.body),
            _ if began.elapsed() > PATIENCE => bail!("an answer is not acknowledged"),
            _ => tokio::time::sleep(GAP).await,
        }
    }
}

/// Leaves an errand with the department that the desk proposes.
async fn hand_over(agent: &Agent, contact: &str, books: &Books) -> anyhow::Result<()> {
    let path = format!("/contacts/{contact}/hand-over");
    let choices = agent.get(&path).await?.json();
    let first = &choices["departments"][0];
    let body = json!({
        "hand_over_id": books.rng.uuid(),
        "municipality": first["municipality"],
        "department": first["department"],
        "reply": "status-page",
        "note": "Borgeren vil gerne have svar i morgen.",
    });
    let answer = agent.post(&path, &body).await?;
    if answer.is_good() { Ok(()) } else { bail!("hand-over: {} {}", answer.status, answer.body) }
}
