//! Two nodes on one PostgreSQL: the citizen talks to one, the agent to the other, one is killed.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base::{Rng, TenantKey};
use straks_load::agent::Agent;
use straks_load::citizen::Citizen;
use straks_load::ledger::{Acknowledged, Line, Tally, compare, lines_of};
use straks_load::node::{Folder, Node, Start, free_address};
use straks_load::socket::Socket;
use testkit::TestDatabase;

use crate::program;

const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a14_the_conversation_goes_on_at_the_other_node_bell_by_postgres() {
    let database = TestDatabase::empty_postgres().await;
    a_conversation_survives_its_node(&database, "postgres").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a14_the_conversation_goes_on_at_the_other_node_bell_by_nats() {
    let folder = Folder::new().expect("a folder");
    let nats = Nats::start(folder.path()).await;
    let database = TestDatabase::empty_postgres().await;
    a_conversation_survives_its_node(&database, &nats.url).await;
}

/// A real NATS server for one test.
struct Nats {
    child: Child,
    url: String,
}

impl Nats {
    async fn start(folder: &Path) -> Self {
        let address = free_address().expect("an address");
        let (host, port) = address.split_once(':').expect("host and port");
        let child = Command::new("nats-server")
            .args(["--addr", host, "--port", port, "--pid"])
            .arg(folder.join("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server is needed for this test: apt-get install nats-server");
        let url = format!("nats://{address}");
        let waited = tokio::time::timeout(SOON, async {
            while TcpStream::connect(&address).is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        waited.await.expect("it listens");
        Self { child, url }
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        // One that has ended already needs no ending.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn node(database: &str, bus: &str, folder: &Path) -> Node {
    let more = ["--database", database, "--bus", bus].map(str::to_owned).to_vec();
    let start = Start { more, ..Start::new(program(), folder) };
    Node::start(&start).await.expect("a node starts")
}

/// Reads until a message with this text has come; what came is kept.
async fn hear(socket: &mut Socket, heard: &mut Vec<Line>, cursor: &mut i64, text: &str) {
    let hearing = async {
        while !heard.iter().any(|line| line.text == text) {
            let frame = socket.next().await.expect("the socket stays open");
            assert_ne!(frame["type"], "refused", "{frame}");
            assert_ne!(frame["type"], "closed", "{frame}");
            if frame["stream"].as_str().is_some_and(|stream| stream.starts_with("contact/"))
                && frame["type"] == "events"
            {
                heard.extend(lines_of(&frame));
                *cursor = frame["head"].as_i64().unwrap_or(*cursor);
            }
        }
    };
    let waited = tokio::time::timeout(SOON, hearing).await;
    assert!(waited.is_ok(), "{text} has not come; {heard:?}");
}

async fn a_conversation_survives_its_node(database: &TestDatabase, bus: &str) {
    let rng = Rng::system();
    let (at_a, at_b) = (Folder::new().expect("a folder"), Folder::new().expect("a folder"));
    let a = node(&database.written_address(), bus, at_a.path()).await;
    let b = node(&database.written_address(), bus, at_b.path()).await;
    let citizen = Citizen::new(&a.site, "frederikssund", &rng);
    let mette = Agent::of_demo(&b.site, "mette@furesoe.example").await.expect("signed in");
    let mut desk = mette.socket().await.expect("a socket");
    desk.follow(&format!("agent/{}", mette.person), 0).await.expect("followed");
    mette.be("ready").await.expect("ready");

    let mut acknowledged = Acknowledged::new();
    let first = rng.uuid();
    assert_eq!(citizen.begin(first, "Hej fra A").await.expect("an answer").status, 303);
    acknowledged.insert(first, None);
    let contact = citizen.contact().await.expect("a contact");
    let stream = format!("contact/{contact}");
    let mut page = citizen.socket().await.expect("a socket");
    page.follow(&stream, 0).await.expect("followed");
    let (mut at_citizen, mut cursor) = (Vec::new(), 0);
    let (mut at_agent, mut agents_cursor) = (Vec::new(), 0);

    let offered = async {
        while mette.offer().await.expect("a desk").as_deref() != Some(&contact) {
            desk.next().await.expect("the bell rings at the other node");
        }
    };
    tokio::time::timeout(SOON, offered).await.expect("the contact is offered at node B");
    assert_eq!(mette.accept(&contact).await.expect("an answer").status, 200);
    desk.follow(&stream, 0).await.expect("followed");
    hear(&mut desk, &mut at_agent, &mut agents_cursor, "Hej fra A").await;

    for turn in 1..=5 {
        let (asked, answered) = (format!("Spørgsmål {turn}"), format!("Svar {turn}"));
        let id = rng.uuid();
        let seq = citizen.say_surely(id, &asked, SOON).await.expect("acknowledged");
        acknowledged.insert(id, Some(seq));
        hear(&mut desk, &mut at_agent, &mut agents_cursor, &asked).await;
        let id = rng.uuid();
        let said = mette.say(&contact, id, &answered).await.expect("an answer");
        assert_eq!(said.status, 200, "{}", said.body);
        acknowledged.insert(id, said.json()["seq"].as_i64());
        hear(&mut page, &mut at_citizen, &mut cursor, &answered).await;
    }

    // A dies while a message is on its way: it may have been stored or not.
    let last = rng.uuid();
    let on_its_way = {
        let citizen = citizen.clone();
        tokio::spawn(async move { citizen.say(last, "Er du der?").await })
    };
    tokio::time::sleep(Duration::from_millis(u64::from(rng.bytes::<1>()[0]) / 16)).await;
    a.kill().await.expect("A ran until now");
    let answer = on_its_way.await.expect("the task ends well");
    let known = answer.ok().filter(|answer| answer.status == 200);
    while let Some(frame) = page.next().await {
        // What was sent before the end counts.
        at_citizen.extend(lines_of(&frame));
        cursor = frame["head"].as_i64().unwrap_or(cursor);
    }

    // The browser turns to B, resumes by its cursor and sends again what it has no receipt for.
    let citizen = citizen.at(&b.site);
    let mut page = citizen.socket().await.expect("a socket at B");
    page.follow(&stream, cursor).await.expect("followed");
    let seq = citizen.say_surely(last, "Er du der?", SOON).await.expect("acknowledged by B");
    if let Some(known) = known {
        assert_eq!(known.json()["seq"].as_i64(), Some(seq), "B knows what A acknowledged");
    }
    acknowledged.insert(last, Some(seq));
    hear(&mut desk, &mut at_agent, &mut agents_cursor, "Er du der?").await;
    let id = rng.uuid();
    let said = mette.say(&contact, id, "Ja, stadig her.").await.expect("an answer");
    assert_eq!(said.status, 200, "{}", said.body);
    acknowledged.insert(id, said.json()["seq"].as_i64());
    hear(&mut page, &mut at_citizen, &mut cursor, "Ja, stadig her.").await;
    hear(&mut desk, &mut at_agent, &mut agents_cursor, "Ja, stadig her.").await;

    assert_eq!(compare(&acknowledged, &at_citizen), Tally::default(), "{at_citizen:?}");
    assert_eq!(compare(&acknowledged, &at_agent), Tally::default(), "{at_agent:?}");
    let stored = citizen.transcript().await.expect("the conversation");
    assert_eq!(compare(&acknowledged, &stored), Tally::default());
    assert_eq!(stored.len(), acknowledged.len());
    // And it can be finished.
    let wrapped = mette.wrap_up(&contact, "clarified-at-once").await.expect("an answer");
    assert!(wrapped.is_good(), "{}", wrapped.body);
    b.kill().await.expect("B ran until now");
    let tenant = TenantKey::new("straks-demo").expect("a key");
    let report = store::verify::verify(database, &tenant).await.expect("the journal is read");
    assert!(report.differences.is_empty(), "{:?}", report.differences);
}
