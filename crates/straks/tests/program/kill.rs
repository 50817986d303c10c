//! `kill -9` at random instants while many write: what was acknowledged is there once, in order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use base::Rng;
use serde_json::Value;
use straks_load::agent::Agent;
use straks_load::citizen::Citizen;
use straks_load::ledger::{Acknowledged, Line, Tally, compare, lines_of};
use straks_load::node::{Folder, Node, Start, free_address, verify};
use straks_load::site::Site;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::program;

const KILLS: u32 = 20;
const CITIZENS: usize = 16;
const MEMBERS: [&str; 5] = ["frederikssund", "soroe", "holbaek", "fredensborg", "furesoe"];
const AGENTS: [&str; 3] = ["mette", "jonas", "sara"];
/// So many messages of citizens and answers of agents there are at least.
const MESSAGES: usize = 200;
const ANSWERS: usize = 20;
/// How often an agent says again that it is ready: a browser's socket does that by being there.
const READY_EVERY: Duration = Duration::from_secs(5);
/// Longer than any restart.
const PATIENCE: Duration = Duration::from_secs(120);
const SOON: Duration = Duration::from_secs(60);

/// What a citizen wrote and what its open socket brought.
struct Written {
    citizen: Citizen,
    contact: String,
    acknowledged: Acknowledged,
    heard: Vec<Line>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a14_a50_what_was_acknowledged_survives_twenty_kills_once_and_in_order() {
    let folder = Folder::new().expect("a folder");
    let address = free_address().expect("an address");
    let mut start = Start { listen: address, ..Start::new(program(), folder.path()) };
    let mut node = Node::start(&start).await.expect("the demo starts");
    // From now on its clock goes on where it was.
    start.clock = None;
    let rng = Rng::system();
    let ended = Arc::new(AtomicBool::new(false));
    let mut citizens = JoinSet::new();
    let said = Arc::new(AtomicUsize::new(0));
    for number in 0..CITIZENS {
        let municipality = MEMBERS[number % MEMBERS.len()];
        let citizen = Citizen::new(&node.site, municipality, &rng);
        citizens.spawn(write(citizen, rng.clone(), ended.clone(), said.clone()));
    }
    let mut agents = JoinSet::new();
    let answered = Arc::new(AtomicUsize::new(0));
    for name in AGENTS {
        let agent = Agent::of_demo(&node.site, &format!("{name}@furesoe.example")).await;
        let agent = agent.expect("signed in");
        agent.be("ready").await.expect("ready");
        agents.spawn(answer(agent, rng.clone(), ended.clone(), answered.clone()));
    }
    for kill in 1..=KILLS {
        let [moment] = rng.bytes::<1>();
        tokio::time::sleep(Duration::from_millis(150 + u64::from(moment) * 3)).await;
        node.kill().await.expect("it ran until now");
        let verified = verify(program(), folder.path()).await;
        verified.unwrap_or_else(|error| panic!("after kill {kill}: {error:#}"));
        node = Node::start(&start).await.expect("it starts again");
    }
    // However slow the machine is: all come to their word.
    let waiting = async {
        while said.load(Ordering::Relaxed) < MESSAGES || answered.load(Ordering::Relaxed) < ANSWERS
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("all of them speak");
    ended.store(true, Ordering::Relaxed);

    let mut by_agents: BTreeMap<String, Acknowledged> = BTreeMap::new();
    let mut answers = 0;
    while let Some(done) = agents.join_next().await {
        for (contact, acknowledged) in done.expect("the agent's task ends well") {
            answers += acknowledged.len();
            by_agents.entry(contact).or_default().extend(acknowledged);
        }
    }
    let (mut tally, mut written) = (Tally::default(), 0);
    while let Some(done) = citizens.join_next().await {
        let mut done = done.expect("the citizen's task ends well");
        written += done.acknowledged.len();
        done.acknowledged.extend(by_agents.remove(&done.contact).unwrap_or_default());
        tally += compare(&done.acknowledged, &done.heard);
        let stored = done.citizen.transcript().await.expect("the conversation can be read");
        tally += compare(&done.acknowledged, &stored);
        assert!(stored.iter().all(|line| !line.text.is_empty()), "a message without its words");
    }
    assert!(by_agents.is_empty(), "answers in conversations that nobody began");
    assert_eq!(tally, Tally::default(), "of {written} messages and {answers} answers");
    assert!(written > MESSAGES && answers >= ANSWERS, "{written} messages and {answers} answers");
    node.kill().await.expect("it ran until now");
    let said = verify(program(), folder.path()).await.expect("the journal holds");
    eprintln!("{KILLS} kills, {written} messages, {answers} answers; {said}");
}

/// Writes one message after the other, each until it is acknowledged; listens beside it.
async fn write(
    citizen: Citizen,
    rng: Rng,
    ended: Arc<AtomicBool>,
    messages: Arc<AtomicUsize>,
) -> Written {
    let mut acknowledged = Acknowledged::new();
    let first = rng.uuid();
    while !citizen.begin(first, "Hej, jeg har et spørgsmål").await.is_ok_and(|a| a.status == 303)
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let contact = loop {
        if let Ok(contact) = citizen.contact().await {
            break contact;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    acknowledged.insert(first, None);
    let (last, awaited) = tokio::sync::watch::channel(None);
    let listening = tokio::spawn(listen(citizen.clone(), contact.clone(), awaited));
    let mut number = 0;
    while !ended.load(Ordering::Relaxed) {
        number += 1;
        let id = rng.uuid();
        let said = citizen.say_surely(id, &format!("Besked {number}"), PATIENCE).await;
        acknowledged.insert(id, Some(said.expect("acknowledged in the end")));
        messages.fetch_add(1, Ordering::Relaxed);
        let [pause] = rng.bytes::<1>();
        tokio::time::sleep(Duration::from_millis(u64::from(pause) / 8)).await;
    }
    // Agents may still be answering: the last number is asked for when all have stopped.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let head = citizen.entries(0).await.expect("the conversation can be read")["head"].as_i64();
    last.send(head).expect("the listener listens");
    let heard = listening.await.expect("the listener ends well");
    Written { citizen, contact, acknowledged, heard }
}

/// Follows the conversation, over every restart, until the awaited number has come.
async fn listen(
    citizen: Citizen,
    contact: String,
    mut awaited: tokio::sync::watch::Receiver<Option<i64>>,
) -> Vec<Line> {
    let stream = format!("contact/{contact}");
    let (mut heard, mut cursor) = (Vec::new(), 0);
    loop {
        let Ok(mut socket) = citizen.socket().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if socket.follow(&stream, cursor).await.is_err() {
            continue;
        }
        loop {
            let end = *awaited.borrow_and_update();
            if end.is_some_and(|end| cursor >= end) {
                return heard;
            }
            tokio::select! {
                frame = socket.next() => {
                    let Some(frame) = frame else { break };
                    if frame["type"] == "events" {
                        heard.extend(lines_of(&frame));
                        cursor = frame["head"].as_i64().unwrap_or(cursor);
                    }
                }
                changed = awaited.changed() => assert!(changed.is_ok(), "the writer has failed"),
                () = tokio::time::sleep(SOON), if end.is_some() => {
                    panic!("{cursor} of {end:?} came");
                }
            }
        }
    }
}

/// Takes what is offered, answers who waits, wraps up now and then (the next word reopens).
async fn answer(
    agent: Agent,
    rng: Rng,
    ended: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
) -> Vec<(String, Acknowledged)> {
    let mut answered: BTreeMap<String, Acknowledged> = BTreeMap::new();
    let mut ready = tokio::time::Instant::now();
    while !ended.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(60)).await;
        if ready.elapsed() > READY_EVERY && agent.be("ready").await.is_ok() {
            ready = tokio::time::Instant::now();
        }
        // What fails while the node is down is tried again at the next look.
        let Ok(desk) = agent.get("/desk").await else { continue };
        let desk = desk.json();
        if let Some(contact) = desk["offer"]["contact"].as_str() {
            let _ = agent.accept(contact).await;
        }
        for row in desk["conversations"].as_array().into_iter().flatten() {
            let waits = row["phase"] == "owned" && row["waiting_since"] != Value::Null;
            let Some(contact) = row["contact"].as_str().filter(|_| waits) else { continue };
            if let Some((id, seq)) = say(&agent, contact, &rng).await {
                answered.entry(contact.to_owned()).or_default().insert(id, Some(seq));
                count.fetch_add(1, Ordering::Relaxed);
            }
            let [chance] = rng.bytes::<1>();
            if chance < 16 {
                let _ = agent.wrap_up(contact, "clarified-at-once").await;
            }
        }
    }
    answered.into_iter().collect()
}

/// One answer, sent until it is acknowledged or refused.
async fn say(agent: &Agent, contact: &str, rng: &Rng) -> Option<(Uuid, i64)> {
    let id = rng.uuid();
    let trying = async {
        loop {
            match agent.say(contact, id, "Det kan jeg hjælpe med.").await {
                Ok(answer) if answer.status == 200 => return answer.json()["seq"].as_i64(),
                Ok(answer) if answer.status < 500 => return None,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    Some((id, tokio::time::timeout(PATIENCE, trying).await.expect("an answer")?))
}

/// Nothing that was begun and not acknowledged may stand in the way of a later start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a50_a_kill_during_the_first_start_leaves_a_folder_that_starts() {
    let folder = Folder::new().expect("a folder");
    let start = Start::new(program(), folder.path());
    for moment in [5, 40, 120, 300] {
        let mut command = tokio::process::Command::new(program());
        command.args(start.words()).kill_on_drop(true);
        let mut child = command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it starts");
        tokio::time::sleep(Duration::from_millis(moment)).await;
        child.kill().await.expect("it ran until now");
    }
    let node = Node::start(&start).await.expect("it starts in the end");
    let site: Site = node.site.clone();
    assert!(site.is_ready_within(SOON).await);
    Agent::of_demo(&site, "mette@furesoe.example").await.expect("the demo's people are there");
    node.kill().await.expect("it ran until now");
    verify(program(), folder.path()).await.expect("the journal holds");
}
