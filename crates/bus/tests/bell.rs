//! The bell between nodes, over a real PostgreSQL and a real NATS server.
#![expect(clippy::unwrap_used, reason = "a test fails where its ground gives way")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base::Rng;
use bus::{Bus, Listener, Rung, Way};
use straks_load::node::free_address;
use testkit::TestDatabase;

const SOON: Duration = Duration::from_secs(60);

fn open(way: &Way) -> Bus {
    Bus::open(way.clone(), &Rng::system())
}

/// Rings until it is heard by its name. A ring may be heard as part of everything, when a line is
/// made or mended just then: the next one tells more.
async fn hears(from: &Bus, listener: &mut Listener, key: &str) {
    let hearing = async {
        loop {
            from.ring(&[key]);
            let heard = tokio::time::timeout(Duration::from_secs(1), listener.heard()).await;
            if matches!(heard, Ok(Rung::Keys(keys)) if keys.contains(key)) {
                return;
            }
        }
    };
    tokio::time::timeout(SOON, hearing).await.expect(key);
}

/// Rings until the other node hears it: connections are made in the background.
async fn connected(from: &Bus, to: &mut Listener) {
    for _ in 0..600 {
        from.ring(&["queue/first"]);
        let heard = tokio::time::timeout(Duration::from_millis(100), to.heard()).await;
        if matches!(heard, Ok(Rung::Keys(_))) {
            return;
        }
    }
    panic!("the nodes do not hear each other");
}

async fn two_nodes_hear_each_other(way: &Way) {
    let (a, b) = (open(way), open(way));
    let (mut at_a, mut at_b) = (a.listen(), b.listen());
    connected(&a, &mut at_b).await;
    connected(&b, &mut at_a).await;
    hears(&a, &mut at_b, "contact/1").await;
    // And so does the node itself.
    hears(&a, &mut at_a, "contact/2").await;

    // Many rings are heard, in few pieces.
    let wanted: BTreeSet<String> = (0..3_000).map(|n| format!("contact/{n:036}")).collect();
    for key in &wanted {
        b.ring(&[key]);
    }
    let mut heard = BTreeSet::new();
    let mut pieces = 0;
    let hearing = async {
        while !heard.is_superset(&wanted) {
            pieces += 1;
            match at_a.heard().await {
                Rung::Keys(keys) => heard.extend(keys),
                Rung::Everything => heard.extend(wanted.iter().cloned()),
            }
        }
    };
    tokio::time::timeout(SOON, hearing).await.expect("all of them are heard");
    assert!(pieces < 1_000, "{pieces} pieces");
}

#[tokio::test]
async fn a_node_alone_hears_itself_at_once() {
    let bus = open(&Way::Alone);
    let (mut first, mut second) = (bus.listen(), bus.listen());
    bus.ring(&["queue/soroe"]);
    bus.ring(&["queue/furesoe"]);
    let both = BTreeSet::from(["queue/furesoe".to_owned(), "queue/soroe".to_owned()]);
    assert_eq!(first.heard().await, Rung::Keys(both.clone()));
    drop(first);
    assert_eq!(second.heard().await, Rung::Keys(both));
    bus.ring(&[""; 0]);
    let silence = tokio::time::timeout(Duration::from_millis(50), second.heard()).await;
    assert!(silence.is_err(), "nothing was rung");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_hear_each_other_through_postgresql() {
    let database = TestDatabase::empty_postgres().await;
    two_nodes_hear_each_other(&Way::Postgres(database.written_address())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_postgresql_has_cut_the_line_it_is_mended_and_everything_is_looked_at() {
    let database = TestDatabase::empty_postgres().await;
    let way = Way::Postgres(database.written_address());
    let (a, b) = (open(&way), open(&way));
    let (mut at_a, mut at_b) = (a.listen(), b.listen());
    connected(&a, &mut at_b).await;
    connected(&b, &mut at_a).await;
    let cut = "SELECT COUNT(pg_terminate_backend(pid)) AS cut FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let row = database.row(cut, vec![]).await.unwrap().unwrap();
    assert!(row.get::<i64>("cut").unwrap() >= 4);
    let mending = async { while at_b.heard().await != Rung::Everything {} };
    tokio::time::timeout(SOON, mending).await.expect("it is said that rings may be missing");
    connected(&a, &mut at_b).await;
    hears(&a, &mut at_b, "contact/3").await;
}

#[tokio::test]
async fn ringing_never_waits_for_a_server_that_is_away() {
    for way in [
        Way::Postgres("postgres://nobody@127.0.0.1:1/none".to_owned()),
        Way::Nats("nats://127.0.0.1:1".to_owned()),
    ] {
        let bus = open(&way);
        let mut listener = bus.listen();
        for number in 0..10_000 {
            bus.ring(&[format!("contact/{number}")]);
        }
        let heard = tokio::time::timeout(SOON, listener.heard()).await;
        assert!(heard.is_ok(), "this node does not hear itself with {way:?}");
    }
}

/// A NATS server of our own; gone with this value.
struct NatsServer(Child);

impl NatsServer {
    fn start(address: &str) -> Option<Self> {
        let (ip, port) = address.split_once(':').unwrap();
        let started = Command::new("nats-server")
            .args(["--addr", ip, "--port", port])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match started {
            Ok(child) => Some(Self(child)),
            Err(error) => {
                // Past the test's own output, which is kept back when a test passes.
                let said = writeln!(std::io::stderr(), "SKIPPED: no nats-server ({error})");
                said.ok().and(None)
            }
        }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_hear_each_other_through_nats() {
    let address = free_address().unwrap();
    let Some(server) = NatsServer::start(&address) else { return };
    two_nodes_hear_each_other(&Way::Nats(format!("nats://{address}"))).await;
    drop(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nats_server_that_starts_late_or_again_is_found() {
    let address = free_address().unwrap();
    let way = Way::Nats(format!("nats://{address}"));
    let (a, b) = (open(&way), open(&way));
    let mut at_b = b.listen();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let Some(server) = NatsServer::start(&address) else { return };
    connected(&a, &mut at_b).await;
    drop(server);
    tokio::time::sleep(Duration::from_millis(300)).await;
    while tokio::time::timeout(Duration::from_millis(50), at_b.heard()).await.is_ok() {}
    let Some(server) = NatsServer::start(&address) else { return };
    let mending = async { while at_b.heard().await != Rung::Everything {} };
    tokio::time::timeout(SOON, mending).await.expect("it is said that rings may be missing");
    connected(&a, &mut at_b).await;
    drop(server);
}
