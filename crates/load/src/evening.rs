//! An evening on the hotline: citizens come at a fixed rate whether or not anybody answers, agents
//! take what is offered, answer each message, hand over or wrap up; then both sides' books are laid
//! beside what was acknowledged.
//!
//! Delays are counted from the instant at which a message was meant to be sent, so that a slow
//! server cannot hide its slowness by slowing the senders down (coordinated omission).

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use base::Rng;
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::agent::{self, Agent};
use crate::citizen::Citizen;
use crate::ledger::{Acknowledged, Line, Tally, compare, lines_of};
use crate::site::Site;
use crate::socket::Socket;

/// The members that share the hotline of the demo, and who serves it on a Wednesday.
const MEMBERS: [&str; 5] = ["frederikssund", "soroe", "holbaek", "fredensborg", "furesoe"];
const SERVING: &str = "furesoe";

/// The last words of every citizen.
const FAREWELL: &str = "Tak, det var alt.";
/// One of so many messages is sent twice at once.
const TWICE: usize = 5;
/// One of so many citizens loses the socket in the middle.
const CUT: usize = 8;
/// So long a cut lasts.
const GAP: Duration = Duration::from_millis(150);
/// Agents' sockets are cut this often.
const AGENTS_CUT: Duration = Duration::from_secs(15);
/// One of so many conversations ends with a hand-over.
const HANDED_OVER: usize = 10;
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

/// What came of it.
#[derive(Debug)]
pub struct Report {
    pub agents: usize,
    pub chats: usize,
    /// Conversations in which every message was answered and seen.
    pub answered: usize,
    pub handed_over: usize,
    pub acknowledged: usize,
    pub sent_twice: usize,
    pub cuts: usize,
    pub tally: Tally,
    pub took: Duration,
    /// Microseconds.
    pub to_agent: Histogram<u64>,
    pub to_citizen: Histogram<u64>,
    /// From asking to being taken.
    pub in_line: Histogram<u64>,
    pub faults: Vec<String>,
}

impl Report {
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.tally.is_clean() && self.answered == self.chats && self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "chats = {}", self.chats)?;
        writeln!(f, "answered = {}", self.answered)?;
        writeln!(f, "agents = {}", self.agents)?;
        writeln!(f, "handed over = {}", self.handed_over)?;
        writeln!(f, "messages acknowledged = {}", self.acknowledged)?;
        writeln!(f, "sent twice = {}", self.sent_twice)?;
        writeln!(f, "sockets cut = {}", self.cuts)?;
        writeln!(f, "lost = {}", self.tally.lost)?;
        writeln!(f, "doubled = {}", self.tally.doubled)?;
        writeln!(f, "out of order = {}", self.tally.out_of_order)?;
        writeln!(f, "took = {:.1} s", self.took.as_secs_f64())?;
        for (name, times) in [
            ("citizen to agent", &self.to_agent),
            ("agent to citizen", &self.to_citizen),
            ("in line", &self.in_line),
        ] {
            write!(f, "{name}, ms:")?;
            for (label, quantile) in
                [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)]
            {
                write!(f, " {label} {:.1}", milliseconds(times.value_at_quantile(quantile)))?;
            }
            writeln!(f, " (n {})", times.len())?;
        }
        for fault in self.faults.iter().take(10) {
            writeln!(f, "fault: {fault}")?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of an evening fit a double")]
fn milliseconds(micros: u64) -> f64 {
    micros as f64 / 1000.0
}

/// What all tasks write into.
struct Books {
    rng: Rng,
    /// When each message was meant to be sent.
    meant: Mutex<HashMap<Uuid, Instant>>,
    to_agent: Mutex<Histogram<u64>>,
    to_citizen: Mutex<Histogram<u64>>,
    in_line: Mutex<Histogram<u64>>,
    /// By contact.
    conversations: Mutex<HashMap<String, Conversation>>,
    sent_twice: AtomicUsize,
    cuts: AtomicUsize,
    handed_over: AtomicUsize,
    faults: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Conversation {
    acknowledged: Acknowledged,
    at_agent: Vec<Line>,
}

impl Books {
    fn new() -> anyhow::Result<Self> {
        let times = || Histogram::new_with_bounds(1, 600_000_000, 3).map(Mutex::new);
        Ok(Self {
            rng: Rng::system(),
            meant: Mutex::default(),
            to_agent: times()?,
            to_citizen: times()?,
            in_line: times()?,
            conversations: Mutex::default(),
            sent_twice: AtomicUsize::new(0),
            cuts: AtomicUsize::new(0),
            handed_over: AtomicUsize::new(0),
            faults: Mutex::default(),
        })
    }

    /// A message that is to be sent at an instant.
    fn mean(&self, at: Instant) -> Uuid {
        let id = self.rng.uuid();
        held(&self.meant).insert(id, at);
        id
    }

    /// A message has come to the other side.
    fn arrived(&self, line: &Line, at: Instant, times: &Mutex<Histogram<u64>>) {
        if let Some(meant) = held(&self.meant).get(&line.id) {
            record(times, at.saturating_duration_since(*meant));
        }
    }

    fn acknowledge(&self, contact: &str, id: Uuid, seq: Option<i64>) {
        let mut conversations = held(&self.conversations);
        conversations.entry(contact.to_owned()).or_default().acknowledged.insert(id, seq);
    }

    fn fault(&self, fault: String) {
        held(&self.faults).push(fault);
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn record(times: &Mutex<Histogram<u64>>, time: Duration) {
    held(times).saturating_record(u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(1));
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
    let clone = |times: &Mutex<Histogram<u64>>| held(times).clone();
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
        to_agent: clone(&books.to_agent),
        to_citizen: clone(&books.to_citizen),
        in_line: clone(&books.in_line),
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

/// What a citizen has to show at the end.
struct Asked {
    citizen: Citizen,
    contact: String,
    lines: Vec<Line>,
}

/// A citizen's evening.
async fn ask(
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

/// What the agent's socket is told by the rest of the desk.
enum Order {
    Follow { contact: String, to: mpsc::Sender<(Instant, Line)> },
    Unfollow { contact: String },
}

/// An agent's evening: takes what is offered, as long as the task lives.
async fn work(agent: Agent, books: Arc<Books>) {
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
