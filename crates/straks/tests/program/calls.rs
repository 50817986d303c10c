//! The telephone of the real program: many calls at once, and a stop while somebody speaks.

use std::time::Duration;

use base::Rng;
use straks_load::calls::conversation::{Over, converse};
use straks_load::calls::sip::{Dialog, Message, Phone};
use straks_load::calls::sound::Sound;
use straks_load::calls::{Plan, play};
use straks_load::node::{Folder, Node, Start, verify};

use crate::program;

/// Borgerservice in Frederikssund.
const NUMBER: &str = "+4500121001";
/// Longer than anything here takes.
const SOON: Duration = Duration::from_secs(20);

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
