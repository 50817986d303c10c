//! Who may sign in, from a shell: the first administrator, everybody else, and nobody any more.

use serde_json::Value;
use straks_load::agent::{Account, Agent};
use straks_load::node::{Folder, free_address};
use straks_load::site::Site;

use crate::shell::{Said, configuration, content, says_to, serve};

const ANNA: &str = "anna@furesoe.example";
const BO: &str = "bo@furesoe.example";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_adds_people_gives_and_takes_roles_and_passwords_from_a_shell() {
    let folder = Folder::new().expect("a folder");
    let listen = free_address().expect("an address");
    let config = configuration(folder.path(), "town", "town", &listen, Some(&content()), "");
    let mut node = serve(&config, &listen).await;
    let file = config.display().to_string();
    let run = async |words: &[&str], input: &str| -> Said {
        says_to(&[words, &["--config", &file]].concat(), input).await
    };
    let new = |login: &'static str| ["--login", login, "--name", "Bo Dam"];
    let at = ["--municipality", "furesoe"];
    let sentence = "en sætning til administratoren\n";

    let short = run(&[&["admin", "create"], &new(ANNA)[..], &at].concat(), "kort\n").await;
    assert!(!short.well && short.err.contains("at least 12 characters"), "{}", short.err);
    let first = run(&[&["admin", "create"], &new(ANNA)[..], &at].concat(), sentence).await;
    assert!(first.well, "{}", first.err);
    let by = ["--by", ANNA];
    let add = [&["people", "add"], &by[..], &new(BO), &at].concat();
    let added = run(&add, "en sætning til Bo Dam\n").await;
    assert!(added.well, "{}", added.err);
    let twice = run(&add, "en sætning til Bo Dam\n").await;
    assert!(!twice.well && twice.err.contains("taken"), "{}", twice.err);
    let abroad =
        [&["people", "add"], &by[..], &new("x@soroe.example"), &["--municipality", "soroe"]];
    let abroad = run(&abroad.concat(), sentence).await;
    assert!(!abroad.well && abroad.err.contains("Your role"), "{}", abroad.err);

    let agent = [&["people", "grant"], &by[..], &[BO, "agent"], &at].concat();
    let unknown = run(&[&agent[..], &["--department", "mars"]].concat(), "").await;
    assert!(!unknown.well, "{}", unknown.err);
    let granted = run(&[&agent[..], &["--department", "borgerservice"]].concat(), "").await;
    assert!(granted.well, "{}", granted.err);
    let wizard = [&["people", "grant"], &by[..], &[BO, "wizard"], &at].concat();
    let wizard = run(&wizard, "").await;
    assert!(!wizard.well && wizard.err.contains("duty-planner"), "{}", wizard.err);
    let upwards = [&["people", "revoke", "--by", BO, ANNA, "municipality-administrator"], &at[..]];
    assert!(!run(&upwards.concat(), "").await.well, "an agent gives and takes nothing");

    let list = async || -> Vec<Value> {
        let told = run(&[&["people", "list", "--json"], &by[..], &at].concat(), "").await;
        assert!(told.well, "{}", told.err);
        serde_json::from_str(&told.out).expect("JSON")
    };
    let bo = |people: Vec<Value>| people.into_iter().find(|person| person["login"] == BO);
    let there = bo(list().await).expect("him");
    assert_eq!(there["roles"][0]["role"], "agent");
    assert_eq!(there["roles"][0]["department"], "borgerservice");

    // The running node lets him in, and no longer with the old password.
    let signs_in = async |password: &str| {
        let site = Site::new(&format!("http://{listen}")).expect("an address of this machine");
        let municipality = "furesoe".to_owned();
        let (login, password) = (BO.to_owned(), password.to_owned());
        let account = Account { login, password, municipality, roles: vec![] };
        Agent::sign_in(&site, &account).await.is_ok()
    };
    assert!(signs_in("en sætning til Bo Dam").await);
    let password = [&["people", "password"], &by[..], &[BO]].concat();
    assert!(run(&password, "en ganske anden sætning\n").await.well);
    assert!(!signs_in("en sætning til Bo Dam").await);
    assert!(signs_in("en ganske anden sætning").await);
    let own = [&["people", "password"], &by[..], &[ANNA]].concat();
    let own = run(&own, sentence).await;
    assert!(!own.well && own.err.contains("your own password"), "{}", own.err);

    let removed = run(&[&["people", "remove"], &by[..], &[BO]].concat(), "").await;
    assert!(removed.well, "{}", removed.err);
    assert!(!signs_in("en ganske anden sætning").await);
    assert_eq!(bo(list().await).expect("his name stays")["active"], false);
    let gone = run(&password, sentence).await;
    assert!(!gone.well && gone.err.contains("nobody signs in as"), "{}", gone.err);
    node.kill().await.expect("it ran until now");
}
