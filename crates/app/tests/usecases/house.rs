//! A whole demo house on a fresh database: the real content, the demo's people and duty list, and a
//! clock that the test owns. It stands at the story of the product: Wednesday 2 June 2027, 20:15.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use app::login::Browser;
use app::{App, Parts, Settings};
use base::{Clock, MunicipalityKey, Rng, Scope, TenantKey, TopicKey, UnixMillis};
use rules::content::Collection;
use store::Database;

/// Wednesday 2 June 2027, 20:15 in Denmark.
pub const WEDNESDAY_2015: UnixMillis = UnixMillis(1_811_960_100_000);
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;

pub fn m(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).expect("a municipality's key")
}

pub fn topic(key: &str) -> TopicKey {
    TopicKey::new(key).expect("a topic's key")
}

pub fn browser() -> Browser {
    Browser { name: "Firefox".to_owned(), address: "192.0.2.1".to_owned() }
}

/// An app on this database, empty.
pub fn empty(database: &Database, demo: bool) -> App {
    reading(database, demo, &intake::fetch::Settings::default())
}

/// An app on this database, empty, that may read these sites of this machine.
pub fn reading(database: &Database, demo: bool, sites: &intake::fetch::Settings) -> App {
    let rng = Rng::seeded(42);
    let list = |name: &str| std::fs::read_to_string(content().join(name)).expect("a word list");
    let lexicon = search::Lexicon::load(search::LexiconTexts {
        list: search::WordList::default(),
        synonyms: &list("synonyms.txt"),
        spelling: &list("spelling.txt"),
        words: &list("search-words.toml"),
    })
    .expect("the word lists");
    App::new(Parts {
        tenant: TenantKey::new("straks-demo").expect("a key"),
        database: database.clone(),
        clock: Clock::standing_at(WEDNESDAY_2015),
        hub: live::Hub::default(),
        bus: bus::Bus::open(bus::Way::Alone, &rng),
        index: search::Index::in_memory(lexicon).expect("an index"),
        mailer: outbound::Mailer::Off,
        fetcher: intake::Fetcher::new(sites),
        settings: Settings {
            demo,
            try_links: sites.try_links,
            public_address: "https://straks.example".to_owned(),
            demo_site: None,
            secret: identity::Secret::generate(&rng),
        },
        rng,
    })
}

/// The demo's house, furnished.
pub async fn furnished(database: &Database) -> App {
    let app = empty(database, true);
    app.seed(collection()).await.expect("the demo is there");
    app
}

pub async fn token(app: &App, login: &str) -> String {
    let account = app::demo::accounts().into_iter().find(|a| a.login == login);
    let account = account.unwrap_or_else(|| panic!("{login} is in the demo"));
    app.sign_in(login, &account.password, &browser()).await.expect("signed in").token
}

pub async fn scope(app: &App, login: &str) -> Scope {
    let token = token(app, login).await;
    app.scope_of(&token).await.expect("a scope")
}

pub fn citizen(app: &App, mark: &str) -> Scope {
    let mark = identity::mark_hash(mark);
    rules::people::citizen_scope(app.tenant.clone(), mark, app.now())
}

/// So long anything may take that is done in the background.
const SOON: Duration = Duration::from_secs(60);

/// Waits until it is so; whether it came to be.
pub async fn comes(mut so: impl AsyncFnMut() -> bool) -> bool {
    let coming = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, coming).await.is_ok()
}

/// Whether these streams ring.
pub async fn hears(bell: &mut bus::Listener, streams: &[&str]) -> bool {
    let heard = tokio::time::timeout(SOON, bell.heard()).await;
    match heard {
        Ok(bus::Rung::Keys(keys)) => streams.iter().all(|stream| keys.contains(*stream)),
        Ok(bus::Rung::Everything) => true,
        Err(_) => false,
    }
}

/// The demo's members with a few topics of each kind: the whole takes long to index in a test.
pub fn collection() -> &'static Collection {
    const TOPICS: [&str; 10] = [
        "pas",
        "folkepension",
        "tidlig-pension",
        "aeldrecheck",
        "personligt-tillaeg",
        "rotter",
        "huller-i-vejen",
        "sygedagpenge",
        "guide-pension",
        "su",
    ];
    static READ: OnceLock<Collection> = OnceLock::new();
    READ.get_or_init(|| {
        let mut some = whole().clone();
        let wanted = |topic: &TopicKey| TOPICS.contains(&topic.as_str());
        some.articles.retain(|topic, _| wanted(topic));
        some.guides.retain(|topic, _| wanted(topic));
        some.variants.retain(|(topic, _), _| wanted(topic));
        some
    })
}

/// The content folder of the repository.
pub fn whole() -> &'static Collection {
    static READ: OnceLock<Collection> = OnceLock::new();
    READ.get_or_init(|| {
        let mut files = Vec::new();
        gather(&content(), &content(), &mut files);
        Collection::from_files(files).unwrap_or_else(|faults| panic!("{faults:?}"))
    })
}

fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("the content folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root).expect("below the root");
            files.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
}
