//! A full disk, a database that may not be written: writing is refused in plain words, reading goes
//! on, and nothing that was acknowledged is lost.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base::Rng;
use straks_load::agent::Agent;
use straks_load::citizen::Citizen;
use straks_load::ledger::{Acknowledged, Tally, compare};
use straks_load::node::{Folder, Node, Start, verify};
use straks_load::site::Answer;
use testkit::TestDatabase;
use tokio::process::Command;

use crate::program;

const SOON: Duration = Duration::from_secs(30);
/// A message as long as it may be fills the disk soonest.
const LONG: usize = 3_900;

fn words(number: usize) -> String {
    format!("{number} {}", "ord ".repeat(LONG / 4))
}

/// A refusal that says: not now, nothing was stored.
fn is_honest(answer: &Answer) -> bool {
    answer.status == 503 && answer.code() == "database-away" && !answer.json()["detail"].is_null()
}

/// What a citizen still gets when nothing can be written (A51).
async fn reading_works(citizen: &Citizen, acknowledged: &Acknowledged) {
    let site = &citizen.site;
    for path in ["/", "/search?q=pas", "/topics", "/topic/pas", "/contact", "/chat", "/privacy"] {
        let path = citizen.path(path);
        let page = site.request(reqwest::Method::GET, &path, &citizen.cookie());
        let page = straks_load::site::Site::send(page).await.expect("an answer");
        assert_eq!(page.status, 200, "{path}");
        assert!(page.kind.starts_with("text/html"), "{path}: {}", page.kind);
    }
    let found = site.get("/api/v1/m/frederikssund/search?q=pas", "").await.expect("an answer");
    assert_eq!(found.status, 200);
    let stored = citizen.transcript().await.expect("the own conversation can be read");
    assert_eq!(compare(acknowledged, &stored), Tally::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a51_on_a_full_disk_writing_is_refused_honestly_reading_works_and_nothing_is_lost() {
    let folder = Folder::new().expect("a folder");
    let rng = Rng::system();
    let start = Start::new(program(), folder.path());
    let node = Node::start(&start).await.expect("the demo starts");
    let citizen = Citizen::new(&node.site, "frederikssund", &rng);
    let first = rng.uuid();
    assert_eq!(citizen.begin(first, "Hej").await.expect("an answer").status, 303);
    let mut acknowledged = Acknowledged::from([(first, None)]);
    node.kill().await.expect("it ran until now");

    // No file may grow beyond what the database already needs: the disk is as good as full.
    let size = std::fs::metadata(folder.path().join("straks.db")).expect("the database").len();
    let kilobytes = size / 1024 + 64;
    let mut limited = Command::new("bash");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\""])
        .arg(kilobytes.to_string())
        .arg(program())
        .args(Start { clock: None, ..start.clone() }.words());
    let node = Node::run(limited, folder.path()).await.expect("it starts on a nearly full disk");
    let citizen = citizen.at(&node.site);
    let mut refused = None;
    for number in 0..2_000 {
        let id = rng.uuid();
        let said = citizen.say(id, &words(number)).await.expect("an answer");
        if said.status != 200 {
            refused = Some((id, number, said));
            break;
        }
        acknowledged.insert(id, said.json()["seq"].as_i64());
    }
    let (id, number, said) = refused.expect("the disk is full at last");
    assert!(is_honest(&said), "{said:?}");
    reading_works(&citizen, &acknowledged).await;
    // Still full, still honest, still there.
    let again = citizen.say(id, &words(number)).await.expect("an answer");
    assert!(again.status == 200 || is_honest(&again), "{again:?}");
    assert_eq!(node.site.get("/healthz", "").await.expect("an answer").status, 200);
    node.kill().await.expect("it ran until now");

    // Somebody has made room.
    let node = Node::start(&Start { clock: None, ..start }).await.expect("it starts");
    let citizen = citizen.at(&node.site);
    let seq = citizen.say_surely(id, &words(number), SOON).await.expect("acknowledged");
    acknowledged.insert(id, Some(seq));
    let stored = citizen.transcript().await.expect("the conversation");
    assert_eq!(compare(&acknowledged, &stored), Tally::default());
    assert_eq!(stored.len(), acknowledged.len(), "what was refused is not there");
    node.kill().await.expect("it ran until now");
    verify(program(), folder.path()).await.expect("the journal holds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a51_a_read_only_database_is_read_and_says_that_it_cannot_be_written() {
    let database = TestDatabase::empty_postgres().await;
    let folder = Folder::new().expect("a folder");
    let rng = Rng::system();
    let more = ["--database".to_owned(), database.written_address()].to_vec();
    let start = Start { more, ..Start::new(program(), folder.path()) };
    let node = Node::start(&start).await.expect("the demo starts");
    let citizen = Citizen::new(&node.site, "frederikssund", &rng);
    let first = rng.uuid();
    assert_eq!(citizen.begin(first, "Hej").await.expect("an answer").status, 303);
    let mut acknowledged = Acknowledged::from([(first, None)]);
    let mette = Agent::of_demo(&node.site, "mette@furesoe.example").await.expect("signed in");

    // As after a fail-over to a replica: every new connection may only read.
    make(&database, Stored::ReadOnly).await;
    let id = rng.uuid();
    let said = citizen.say(id, "Er du der?").await.expect("an answer");
    assert!(is_honest(&said), "{said:?}");
    reading_works(&citizen, &acknowledged).await;
    assert_eq!(mette.get("/desk").await.expect("an answer").status, 200);
    let left = citizen
        .site
        .form(
            &citizen.path("/message"),
            &citizen.cookie(),
            &[("text", "Ring til mig"), ("reply", "status-page")],
        )
        .await
        .expect("an answer");
    assert_eq!(left.status, 503, "{left:?}");
    loses_nothing_written(&citizen, &rng).await;

    // And when the database is away altogether.
    make(&database, Stored::Away).await;
    loses_nothing_written(&citizen, &rng).await;

    make(&database, Stored::Writable).await;
    let seq = citizen.say_surely(id, "Er du der?", SOON).await.expect("acknowledged");
    acknowledged.insert(id, Some(seq));
    let stored = citizen.transcript().await.expect("the conversation");
    assert_eq!(compare(&acknowledged, &stored), Tally::default());
    assert_eq!(stored.len(), acknowledged.len());
    node.kill().await.expect("it ran until now");
}

/// Without scripts, too, what was written stands in a form again when it cannot be taken in.
async fn loses_nothing_written(citizen: &Citizen, rng: &Rng) {
    let (own, new) = (citizen.cookie(), Citizen::new(&citizen.site, "frederikssund", rng).cookie());
    let message_id = rng.uuid().to_string();
    let fields =
        [("message_id", message_id.as_str()), ("text", "Ring & svar"), ("reply", "status-page")];
    for (path, cookie) in [("/message", &own), ("/chat/say", &own), ("/chat", &new)] {
        let path = citizen.path(path);
        let request = citizen.site.request(reqwest::Method::POST, &path, cookie);
        let page = straks_load::site::Site::send(request.form(&fields)).await.expect("an answer");
        assert_eq!(page.status, 503, "{path}: {}", page.body);
        assert!(page.body.contains(">Ring &#38; svar</textarea>"), "{path}: {}", page.body);
    }
}

/// Whether what is stored can be written, or found at all, by everybody who connects from now on.
#[derive(Clone, Copy)]
enum Stored {
    Writable,
    ReadOnly,
    Away,
}

async fn make(database: &TestDatabase, stored: Stored) {
    let statement = match stored {
        Stored::Writable => {
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET ALL', current_database()); END $$"
        }
        Stored::ReadOnly => {
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',
             current_database()); END $$"
        }
        Stored::Away => {
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere',
             current_database()); END $$"
        }
    };
    let mut tx = database.begin().await.expect("a transaction");
    tx.execute("SET TRANSACTION READ WRITE", vec![]).await.expect("this one may write");
    tx.execute(statement, vec![]).await.expect("the setting is changed");
    tx.commit().await.expect("committed");
    // Only now: who connects anew before has the old one.
    let others = "SELECT COUNT(pg_terminate_backend(pid)) AS cut FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.row(others, vec![]).await.expect("the others connect anew");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a51_a_database_file_that_may_not_be_written_is_named_at_the_start() {
    let folder = Folder::new().expect("a folder");
    let data = folder.path().join("data");
    let start = Start::new(program(), &data);
    let node = Node::start(&start).await.expect("the demo starts");
    node.kill().await.expect("it ran until now");
    // The program is put where everybody may run it: root could write in spite of the file's mode.
    let copy = folder.path().join("straks");
    std::fs::copy(program(), &copy).expect("a copy");
    open_to_all(folder.path(), 0o755);
    for entry in std::fs::read_dir(&data).expect("the folder") {
        let path = entry.expect("an entry").path();
        open_to_all(&path, if path.is_dir() { 0o755 } else { 0o444 });
    }
    open_to_all(&data, 0o555);
    let mut command = Command::new(&copy);
    command.args(Start { clock: None, ..start }.words()).stdin(Stdio::null());
    if std::fs::metadata("/proc/self").expect("the process").uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let ended = tokio::time::timeout(SOON, command.kill_on_drop(true).output()).await;
    let ended = ended.expect("it does not hang").expect("it starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("straks: "), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    open_to_all(&data, 0o755);
    verify(program(), &data).await.expect("nothing has happened to the journal");
}

fn open_to_all(path: &Path, mode: u32) {
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions).expect("the mode can be changed");
}
