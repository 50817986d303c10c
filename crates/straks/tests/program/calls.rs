//! The telephone of the real program: many calls at once, and a stop while somebody speaks.

use std::time::Duration;

use base::Rng;
use serde_json::json;
use straks_load::agent::Agent;
use straks_load::calls::conversation::{Over, converse};
use straks_load::calls::sip::{Dialog, Message, Phone, rung};
use straks_load::calls::sound::Sound;
use straks_load::calls::{Plan, play};
use straks_load::node::{Folder, Node, Start, verify};
use testkit::TestDatabase;

use crate::program;

/// Borgerservice in Frederikssund.
const NUMBER: &str = "+4500121001";
/// Longer than anything here takes.
const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_answered_in_their_order_and_nothing_is_left_of_them() {
    let plan = Plan { rate: 5.0, concurrent: 20, lasts: Duration::from_secs(15) };
    let report = play(program(), &plan).await.expect("it is played");
    assert!(report.is_good(), "{report}");
    let most = [report.answered, report.cancelled, report.gave_up];
    assert!(report.made >= 20 && most.iter().all(|count| *count > 0), "{report}");
}

async fn rings(phone: &Phone, sound: &Sound) -> (Dialog, Message) {
    let description = sound.description().expect("a port");
    let (mut dialog, invite) = Dialog::invite(phone, NUMBER, &description);
    let mut answer = phone.ask(&invite, "INVITE").await.expect("an answer");
    while answer.status().is_some_and(|status| status < 200) {
        answer = phone.next().await.expect("another");
    }
    dialog.confirm(phone, &answer).await.expect("confirmed");
    (dialog, answer)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planned_stop_takes_no_calls_and_lets_those_that_go_on_go_on() {
    let folder = Folder::new().expect("a folder");
    let node = Node::start(&Start::new(program(), folder.path())).await.expect("it starts");
    let (house, rng) = (node.sip.expect("a telephone"), Rng::system());
    let phone = Phone::open(house, "+4500900001", &rng).await.expect("a port");
    let mut sound = Sound::open(300, 1_000, &rng).await.expect("a port");
    let (mut dialog, answer) = rings(&phone, &sound).await;
    assert_eq!(answer.status(), Some(200));
    assert!(sound.connect(&answer.body));

    node.terminate().await.expect("it runs");
    let other = Phone::open(house, "+4500900002", &rng).await.expect("a port");
    let refused = async {
        // The signal needs a moment to be heard.
        while other.ask(&other.question(), "OPTIONS").await.expect("an answer").status()
            != Some(503)
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(SOON, refused).await.expect("trunks are told to look elsewhere");
    let question = other.ask(&other.question(), "OPTIONS").await.expect("an answer");
    assert_eq!(question.header("retry-after"), "10");
    let silent = Sound::open(300, 1_000, &rng).await.expect("a port");
    let (_, full) = rings(&other, &silent).await;
    assert_eq!((full.status(), full.header("retry-after")), (Some(503), "10"));

    // Who is in a call hears on.
    let before = sound.packets;
    let over = converse(&phone, &mut dialog, &mut sound, |sound| sound.packets > before + 50);
    let over = tokio::time::timeout(SOON, over).await.expect("sound goes on");
    assert_eq!(over.expect("a call"), Over::Enough);
    // Told once more, it ends them.
    node.terminate().await.expect("it runs");
    let over = converse(&phone, &mut dialog, &mut sound, |_| false);
    let over = tokio::time::timeout(SOON, over).await.expect("the call is ended");
    assert_eq!(over.expect("a call"), Over::HungUp);
    let ended = tokio::time::timeout(SOON, node.ended()).await.expect("it ends");
    assert!(ended.expect("a status"));
    verify(program(), folder.path()).await.expect("what happened is written");
}

/// The agent's desk telephone, let in.
async fn desk_telephone(agent: &Agent, node: &Node, rng: &Rng) -> Phone {
    let made = agent.post("/devices", &json!({"name": "Bordtelefon"})).await.expect("made").json();
    let said = |name: &str| made[name].as_str().expect("it is said").to_owned();
    let house = node.sip.expect("a telephone");
    let phone = Phone::open(house, &said("login"), rng).await.expect("a port");
    phone.register(&said("registrar"), &said("secret")).await.expect("let in");
    phone
}

/// What the agent is offered, taken.
async fn take(agent: &Agent) -> String {
    let taken = async {
        loop {
            if let Some(contact) = agent.offer().await.expect("the desk") {
                let answer = agent.accept(&contact).await.expect("an answer");
                assert_eq!(answer.status, 200, "{answer:?}");
                return contact;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(SOON, taken).await.expect("the call is offered")
}

async fn counted(database: &TestDatabase, sql: &'static str, wanted: i64) {
    let counted = async {
        loop {
            // The first question after the database was away may still fail.
            let row = database.row(sql, vec![]).await.ok().flatten();
            if row.is_some_and(|row| row.get::<i64>("n").is_ok_and(|n| n == wanted)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(SOON, counted).await.expect(sql);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_go_on_while_the_database_is_away_and_are_written_when_it_is_back() {
    let database = TestDatabase::empty_postgres().await;
    let folder = Folder::new().expect("a folder");
    let more = ["--database".to_owned(), database.written_address()].to_vec();
    let start = Start { more, ..Start::new(program(), folder.path()) };
    let node = Node::start(&start).await.expect("the demo starts");
    let (house, rng) = (node.sip.expect("a telephone"), Rng::system());
    let mette = Agent::of_demo(&node.site, "mette@furesoe.example").await.expect("signed in");
    let desk = desk_telephone(&mette, &node, &rng).await;
    mette.be("ready").await.expect("ready");

    let phone = Phone::open(house, "+4500900001", &rng).await.expect("a port");
    let mut caller = Sound::open(300, 1_000, &rng).await.expect("a port");
    let (mut theirs, answer) = rings(&phone, &caller).await;
    assert!(caller.connect(&answer.body));
    let (contact, _) = tokio::join!(
        take(&mette),
        converse(&phone, &mut theirs, &mut caller, |sound| sound.packets > 100)
    );
    let invite = rung(&desk, "", SOON).await.expect("Mette's telephone rings");
    let mut agent = Sound::open(1_000, 300, &rng).await.expect("a port");
    assert!(agent.connect(&invite.body));
    let description = agent.description().expect("a port");
    let mut ours = Dialog::answer(&desk, &invite, &description);
    desk.say(ours.unconfirmed.as_ref().expect("an answer")).await.expect("said");
    let (one, other) = tokio::join!(
        converse(&phone, &mut theirs, &mut caller, Sound::is_heard),
        converse(&desk, &mut ours, &mut agent, |sound| sound.packets > 150 && sound.is_heard()),
    );
    assert_eq!((one.expect("a call"), other.expect("a call")), (Over::Enough, Over::Enough));

    database.set_away(true).await;
    // Two go on speaking, and who calls now is answered and hears words.
    let gaps = caller.gaps;
    let (so_far, so_far_too) = (caller.packets, agent.packets);
    let (one, other) = tokio::join!(
        converse(&phone, &mut theirs, &mut caller, |sound| sound.packets > so_far + 150),
        converse(&desk, &mut ours, &mut agent, |sound| sound.packets > so_far_too + 150),
    );
    assert_eq!((one.expect("a call"), other.expect("a call")), (Over::Enough, Over::Enough));
    assert_eq!(caller.gaps, gaps);
    let second = Phone::open(house, "+4500900002", &rng).await.expect("a port");
    let mut waiting = Sound::open(300, 1_000, &rng).await.expect("a port");
    let (mut waits, answer) = rings(&second, &waiting).await;
    assert_eq!(answer.status(), Some(200));
    assert!(waiting.connect(&answer.body));
    let over = converse(&second, &mut waits, &mut waiting, |sound| sound.packets > 100).await;
    assert_eq!(over.expect("a call"), Over::Enough);
    theirs.hang_up(&phone).await.expect("hung up");
    let over = converse(&desk, &mut ours, &mut agent, |_| false);
    let over = tokio::time::timeout(SOON, over).await.expect("Mette hears that it is over");
    assert_eq!(over.expect("a call"), Over::HungUp);

    database.set_away(false).await;
    counted(&database, "SELECT count(*) AS n FROM calls WHERE ended_at IS NOT NULL", 1).await;
    counted(&database, "SELECT count(*) AS n FROM calls", 2).await;
    let wrapped = mette.wrap_up(&contact, "clarified-at-once").await.expect("an answer");
    assert!(wrapped.is_good(), "{wrapped:?}");
    // Who came meanwhile is offered now.
    let so_far = waiting.packets;
    let (next, _) = tokio::join!(
        take(&mette),
        converse(&second, &mut waits, &mut waiting, |sound| sound.packets > so_far + 150)
    );
    assert_ne!(next, contact);
    waits.hang_up(&second).await.expect("hung up");
    counted(&database, "SELECT count(*) AS n FROM calls WHERE ended_at IS NOT NULL", 2).await;
    node.kill().await.expect("it ran until now");
}
