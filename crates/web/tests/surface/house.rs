//! A whole demo house in this process: real database, real router on a real port, and a clock that
//! the test owns. It stands at the story of the product: Wednesday 2 June 2027, 20:15, Furesø
//! answers for all.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use app::{App, Parts, Settings};
use base::{Clock, MunicipalityKey, Rng, TenantKey, TopicKey, UnixMillis};
use rules::content::Collection;
use serde_json::Value;
use straks_load::agent::Agent;
use straks_load::citizen::Citizen;
use straks_load::site::Site;
use testkit::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use web::AppState;

/// Wednesday 2 June 2027, 20:15 in Denmark.
pub const WEDNESDAY_2015: UnixMillis = UnixMillis(1_811_960_100_000);
pub const MINUTE: i64 = 60_000;
/// Longer than anything takes that is to happen at once.
pub const SOON: Duration = Duration::from_secs(60);
/// What is to happen within five seconds, on the slowest machine.
pub const AT_ONCE: Duration = Duration::from_secs(30);

/// The house; its router and dispatcher end with it.
pub struct House {
    pub app: App,
    pub site: Site,
    pub rng: Rng,
    stop: CancellationToken,
    _database: TestDatabase,
}

impl Drop for House {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl House {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A house whose knowledge base has been changed before it came in.
    pub async fn with(change: impl FnOnce(&mut Collection)) -> Self {
        Self::at("http://straks.example", &[], change).await
    }

    /// A house behind a proxy on this machine that ends https.
    pub async fn behind_proxy() -> Self {
        Self::at("https://straks.example", &[Ipv4Addr::LOCALHOST.into()], |_| {}).await
    }

    async fn at(address: &str, proxies: &[IpAddr], change: impl FnOnce(&mut Collection)) -> Self {
        let mut knowledge = collection().clone();
        change(&mut knowledge);
        let database = TestDatabase::sqlite().await;
        let rng = Rng::system();
        let bus = bus::Bus::open(bus::Way::Alone, &rng);
        let hub = live::Hub::default();
        let stop = CancellationToken::new();
        tokio::spawn(pass_on(bus.listen(), hub.clone(), stop.clone()));
        let lexicon = search::Lexicon::load(search::LexiconTexts::default());
        let app = App::new(Parts {
            tenant: TenantKey::new("straks-demo").expect("a key"),
            database: database.clone(),
            clock: Clock::standing_at(WEDNESDAY_2015),
            hub,
            bus,
            index: search::Index::in_memory(lexicon.expect("no word lists")).expect("an index"),
            mailer: outbound::Mailer::Off,
            fetcher: intake::Fetcher::new(&intake::fetch::Settings::default()),
            settings: Settings {
                demo: true,
                public_address: address.to_owned(),
                demo_site: None,
                try_links: false,
                secret: identity::Secret::generate(&rng),
            },
            rng: rng.clone(),
        });
        app.seed(&knowledge).await.expect("the demo is there");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let state =
            AppState { app: app.clone(), stop: stop.clone(), trusted_proxies: proxies.into() };
        let router = web::router(state).into_make_service_with_connect_info::<SocketAddr>();
        let served = stop.clone();
        tokio::spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(served.cancelled_owned()).await
        });
        tokio::spawn(app.clone().run_dispatcher(stop.clone()));
        let site = Site::new(&format!("http://{address}")).expect("an address of this machine");
        Self { app, site, rng, stop, _database: database }
    }

    pub async fn agent(&self, login: &str) -> Agent {
        Agent::of_demo(&self.site, login).await.unwrap_or_else(|error| panic!("{login}: {error}"))
    }

    /// Somebody on duty tonight who is ready.
    pub async fn on_duty(&self, name: &str) -> Agent {
        let agent = self.agent(&format!("{name}@furesoe.example")).await;
        agent.be("ready").await.expect("ready");
        agent
    }

    pub fn browser(&self, municipality: &str) -> Citizen {
        Citizen::new(&self.site, municipality, &self.rng)
    }

    /// A citizen who has asked something; the id of the contact.
    pub async fn asks(&self, municipality: &str, text: &str) -> (Citizen, String) {
        let citizen = self.browser(municipality);
        let begun = citizen.begin(self.rng.uuid(), text).await.expect("an answer");
        assert_eq!(begun.status, 303, "{}", begun.body);
        let contact = citizen.contact().await.expect("a contact");
        (citizen, contact)
    }

    /// Waits until a contact is offered to the agent, and takes it.
    pub async fn takes(&self, agent: &Agent, contact: &str) {
        let offered = async {
            while agent.offer().await.expect("a desk").as_deref() != Some(contact) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(SOON, offered).await;
        assert!(waited.is_ok(), "{contact} is not offered to {}", agent.login);
        let accepted = agent.accept(contact).await.expect("an answer");
        assert_eq!(accepted.status, 200, "{}", accepted.body);
    }

    /// How it stands with the citizen's chat.
    pub async fn state_of(&self, citizen: &Citizen) -> Value {
        citizen.entries(0).await.expect("the own conversation")["state"].clone()
    }

    /// Waits until the citizen's chat is in a phase.
    pub async fn comes_to(&self, citizen: &Citizen, phase: &str, patience: Duration) {
        let waited = tokio::time::timeout(patience, async {
            while self.state_of(citizen).await["phase"] != phase {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        });
        let in_time = waited.await.is_ok();
        assert!(in_time, "{} instead of {phase}", self.state_of(citizen).await);
    }

    /// Waits until the citizen is told this place in line. What is told may be a second old.
    pub async fn stands(&self, citizen: &Citizen, position: i64) {
        let waited = tokio::time::timeout(SOON, async {
            while self.state_of(citizen).await["position"] != position {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let in_time = waited.await.is_ok();
        assert!(in_time, "{} instead of place {position}", self.state_of(citizen).await);
    }

    pub fn uuid(&self) -> Uuid {
        self.rng.uuid()
    }
}

async fn pass_on(mut bell: bus::Listener, hub: live::Hub, stop: CancellationToken) {
    loop {
        let rung = tokio::select! {
            rung = bell.heard() => rung,
            () = stop.cancelled() => return,
        };
        match rung {
            bus::Rung::Keys(keys) => keys.iter().for_each(|key| hub.ring(key)),
            bus::Rung::Everything => hub.ring_all(),
        }
    }
}

pub fn m(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).expect("a municipality's key")
}

/// The demo's members with a few topics of each kind: the whole takes long to index in a test.
fn collection() -> &'static Collection {
    const TOPICS: [&str; 6] =
        ["pas", "folkepension", "tidlig-pension", "rotter", "guide-pension", "su"];
    static READ: OnceLock<Collection> = OnceLock::new();
    READ.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
        let mut files = Vec::new();
        gather(&root, &root, &mut files);
        let mut some = Collection::from_files(files).unwrap_or_else(|faults| panic!("{faults:?}"));
        let wanted = |topic: &TopicKey| TOPICS.contains(&topic.as_str());
        some.articles.retain(|topic, _| wanted(topic));
        some.guides.retain(|topic, _| wanted(topic));
        some.variants.retain(|(topic, _), _| wanted(topic));
        some
    })
}

fn gather(root: &PathBuf, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("the content folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root).expect("below the root");
            files.push((name.to_string_lossy().into_owned(), text));
        }
    }
}
