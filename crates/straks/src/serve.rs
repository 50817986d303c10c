//! How the floors are put together, run, and taken down.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use app::directory::LdapSource;
use app::{App, Parts, Settings};
use axum::serve::ListenerExt as _;
use base::{Clock, Rng};
use bus::{Bus, Rung, Way};
use live::Hub;
use search::{Index, Lexicon, LexiconTexts};
use store::{Address, Database};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web::AppState;
use work::Runner;

use crate::config::{BusChoice, Config, Log, MailSecurity};
use crate::directory::ldap_source;
use crate::telephone::{self, Started};
use crate::{ConfigFile, check, content, say};

/// So long requests and sockets may take to end after the signal.
const DRAIN: Duration = Duration::from_secs(10);

pub async fn run(file: &ConfigFile) -> anyhow::Result<()> {
    let config = check::load(&file.config)?;
    start_log(&config.log);
    let files = match &config.content {
        Some(folder) => content::files_of(folder)?,
        None => content::embedded(),
    };
    let node = Node::start(&config, Clock::system(), Mode::Service, &files).await?;
    if config.content.is_some() {
        let imported = node.app.import(&content::collection(files)?).await?;
        tracing::info!(written = imported.written, removed = imported.removed, "content imported");
    }
    say(&format!("straks serves on http://{}", node.address()?));
    node.serve(ended_by_signal()).await
}

/// Logs to standard error, as text or as JSON.
pub fn start_log(log: &Log) {
    // The stack of the telephone would write down whole messages, secrets with them.
    let filter = format!("{},{}", log.filter, telephony::sip::STACK_LOG);
    let filter = tracing_subscriber::EnvFilter::builder().parse_lossy(filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first log.
    let _ = if log.json { builder.json().try_init() } else { builder.try_init() };
}

/// The language of the search: word lists of the content, and the Danish one built in.
///
/// # Errors
/// When a word list is not of its form.
pub fn lexicon(files: &[(String, String)]) -> anyhow::Result<Lexicon> {
    let lexicon = Lexicon::of_content(files)?;
    if lexicon.list.is_empty() {
        tracing::warn!("built without a Danish word list: compounds and typos are found less well");
    }
    Ok(lexicon)
}

/// What a node is started for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Service,
    /// `site`: the origin of the demonstration of a municipality's own site.
    Demo {
        site: Option<String>,
    },
}

/// A node, put together and bound to its address.
pub struct Node {
    pub app: App,
    telephone: Option<Started>,
    ldap: Vec<LdapSource>,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    router: axum::Router,
    metrics_router: axum::Router,
    tasks: TaskTracker,
    /// Nobody else works in the data folder as long as this is held.
    lock: std::fs::File,
    /// Cancelled first: no new work, sockets say goodbye.
    stop: CancellationToken,
    /// Cancelled last: what the goodbye still needs.
    down: CancellationToken,
}

impl Node {
    /// Opens the database, brings it to today's schema, opens the index, binds the address and
    /// starts what runs beside the requests.
    ///
    /// # Errors
    /// What the operator can mend: the address is taken, the database is away, the folder is
    /// missing.
    pub async fn start(
        config: &Config,
        clock: Clock,
        mode: Mode,
        files: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let (demo, demo_site) = match mode {
            Mode::Service => (false, None),
            Mode::Demo { site } => (true, site),
        };
        if config.hides_who_asks() {
            tracing::warn!("{}", crate::check::UNKNOWN_PROXY);
        }
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("cannot make the folder {}", config.data.display()))?;
        let lock = lock(&config.data)?;
        let listener = bind(config.listen).await?;
        // A demo on a free port learns its address only now; links in mails need it.
        let public_address = match listener.local_addr() {
            Ok(address) if demo => format!("http://{address}"),
            _ => config.public_address.clone(),
        };
        let database = Database::open(&config.database).await.context("the database")?;
        store::migrate::migrate(&database, clock.now(), None).await.context("the database")?;
        let rng = Rng::system();
        let secret = app::settings::secret_of(&database, &config.tenant, &rng).await?;
        let hub = Hub::default();
        let stop = CancellationToken::new();
        let down = CancellationToken::new();
        let tasks = TaskTracker::new();
        let bus = start_bus(config, &rng, &hub, &tasks, &down)?;
        let index =
            Index::open(&config.data.join("index"), lexicon(files)?).context("the search index")?;
        let app = App::new(Parts {
            tenant: config.tenant.clone(),
            database: database.clone(),
            clock: clock.clone(),
            rng: rng.clone(),
            hub,
            bus,
            index,
            mailer: mailer(config)?,
            fetcher: ::intake::Fetcher::new(&config.crawl),
            settings: Settings {
                demo,
                try_links: config.crawl.try_links,
                public_address,
                demo_site,
                secret,
            },
        });
        if let Some(settings) = &config.embeddings {
            app.use_embedder(outbound::Embedder::new(settings.clone())?);
        }
        let telephone = match &config.telephony {
            Some(settings) => {
                let telephone = telephone::start(settings, &app, clock, rng).await?;
                telephone.know(&app).await?;
                Some(telephone)
            }
            None => None,
        };
        let ldap: Vec<LdapSource> =
            config.ldap.iter().map(ldap_source).collect::<anyhow::Result<_>>()?;
        app.begin_ldap_jobs(&ldap).await?;
        let metrics = match config.metrics_listen.port() {
            0 => None,
            _ => Some(bind(config.metrics_listen).await?),
        };
        let state = AppState {
            app: app.clone(),
            stop: stop.clone(),
            trusted_proxies: config.trusted_proxies.clone().into(),
        };
        let more = telephone.as_ref().map(Started::metrics);
        let metrics_router = web::metrics::router(state.clone(), more);
        Ok(Self {
            app,
            telephone,
            ldap,
            listener,
            metrics,
            router: web::router(state),
            metrics_router,
            tasks,
            lock,
            stop,
            down,
        })
    }

    /// The address it is bound to.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> anyhow::Result<std::net::SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Lets the telephone know the numbers that were seeded since it was started.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn know_numbers(&self) -> anyhow::Result<()> {
        match &self.telephone {
            Some(telephone) => telephone.know(&self.app).await,
            None => Ok(()),
        }
    }

    /// Where SIP is spoken, if it is.
    #[must_use]
    pub fn sip_address(&self) -> Option<std::net::SocketAddr> {
        self.telephone.as_ref().map(|telephone| telephone.exchange.sip().address())
    }

    /// Runs until `ended`, then drains: calls end, or their time is over; no new connections, sockets
    /// say goodbye, jobs finish.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, ended: impl Future<Output = ()>) -> anyhow::Result<()> {
        let Self {
            app,
            telephone,
            ldap,
            listener,
            metrics,
            router,
            metrics_router,
            tasks,
            lock,
            stop,
            down,
        } = self;
        let drain = telephone.map(|telephone| telephone.follow(app.clone(), &tasks, &stop));
        let runner = Runner::new(app.database.clone(), app.tenant.clone(), app.clock.clone());
        let runner = app.register_jobs(runner, web::mails::write);
        let runner = app.register_ldap_jobs(runner, ldap);
        tasks.spawn(runner.run(stop.clone()));
        tasks.spawn(app.clone().run_dispatcher(stop.clone()));
        tasks.spawn(app.clone().follow_knowledge(stop.clone()));
        if let Some(metrics) = metrics {
            let stop = down.clone();
            tasks.spawn(async move {
                let served = axum::serve(metrics, metrics_router)
                    .with_graceful_shutdown(stop.cancelled_owned())
                    .await;
                if let Err(error) = served {
                    tracing::error!(%error, "the metrics address failed");
                }
            });
        }
        // Without this Nagle's algorithm holds small answers back for 40 ms.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "could not switch Nagle off");
            }
        });
        let draining = stop.clone();
        let server = axum::serve(
            listener,
            router.into_make_service_with_connect_info::<std::net::SocketAddr>(),
        )
        .with_graceful_shutdown(draining.cancelled_owned());
        let server = tokio::spawn(server.into_future());
        tokio::pin!(server);
        tokio::select! {
            failed = &mut server => failed??,
            () = ended => {
                tracing::info!("draining");
                if let Some(drain) = drain {
                    // Asked once more, it does not wait for them.
                    drain.calls(ended_by_signal()).await;
                }
                stop.cancel();
                if tokio::time::timeout(DRAIN, &mut server).await.is_err() {
                    tracing::warn!("some connections did not end in time");
                }
            }
        }
        stop.cancel();
        down.cancel();
        tasks.close();
        if tokio::time::timeout(DRAIN, tasks.wait()).await.is_err() {
            tracing::warn!("some work did not end in time; its leases run out");
        }
        app.database.close().await;
        drop(lock);
        Ok(())
    }
}

/// Takes a data folder for this program alone: two that write into one search index destroy it.
fn lock(data: &Path) -> anyhow::Result<std::fs::File> {
    let path = data.join("lock");
    let file =
        std::fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => anyhow::bail!(
            "another straks works in {}: stop it, or give this one a folder of its own (data)",
            data.display()
        ),
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// The bell; what it rings, here or on another node, is passed on to this node's hub.
fn start_bus(
    config: &Config,
    rng: &Rng,
    hub: &Hub,
    tasks: &TaskTracker,
    down: &CancellationToken,
) -> anyhow::Result<Bus> {
    let way = match (&config.bus, &config.database) {
        (BusChoice::Alone, _) => Way::Alone,
        (BusChoice::Postgres, Address::Postgres(url)) => Way::Postgres(url.clone()),
        (BusChoice::Postgres, Address::Sqlite(_)) => {
            anyhow::bail!("bus = \"postgres\" needs a postgres:// database")
        }
        (BusChoice::Nats(url), _) => Way::Nats(url.clone()),
    };
    let bus = Bus::open(way, rng);
    let mut listener = bus.listen();
    let (hub, down) = (hub.clone(), down.clone());
    tasks.spawn(async move {
        loop {
            let rung = tokio::select! {
                rung = listener.heard() => rung,
                () = down.cancelled() => return,
            };
            match rung {
                Rung::Keys(keys) => keys.iter().for_each(|key| hub.ring(key)),
                Rung::Everything => hub.ring_all(),
            }
        }
    });
    Ok(bus)
}

fn mailer(config: &Config) -> anyhow::Result<outbound::Mailer> {
    let Some(mail) = &config.mail else { return Ok(outbound::Mailer::Off) };
    let credentials = match (&mail.user, &mail.password) {
        (Some(user), Some(password)) => Some((user.clone(), password.clone())),
        _ => None,
    };
    Ok(outbound::Mailer::smtp(&outbound::Smtp {
        host: mail.host.clone(),
        port: mail.port,
        encryption: match mail.security {
            MailSecurity::None => outbound::Encryption::Plain,
            MailSecurity::StartTls => outbound::Encryption::StartTls,
            MailSecurity::Tls => outbound::Encryption::Tls,
        },
        credentials,
        from: mail.from.clone(),
    })?)
}

/// The use cases alone, for a command that does one thing beside a running node.
///
/// # Errors
/// When the database is away.
pub async fn open(config: &Config, clock: Clock) -> anyhow::Result<App> {
    let database = Database::open(&config.database).await.context("the database")?;
    store::migrate::migrate(&database, clock.now(), None).await.context("the database")?;
    let rng = Rng::system();
    let secret = app::settings::secret_of(&database, &config.tenant, &rng).await?;
    Ok(App::new(Parts {
        tenant: config.tenant.clone(),
        bus: Bus::open(Way::Alone, &rng),
        database,
        clock,
        rng,
        hub: Hub::default(),
        index: Index::in_memory(Lexicon::load(LexiconTexts::default())?)?,
        mailer: outbound::Mailer::Off,
        fetcher: ::intake::Fetcher::new(&config.crawl),
        settings: Settings {
            demo: false,
            try_links: config.crawl.try_links,
            public_address: config.public_address.clone(),
            demo_site: None,
            secret,
        },
    }))
}

async fn bind(address: std::net::SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Completes at SIGTERM or SIGINT.
pub async fn ended_by_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

#[cfg(test)]
mod lock_tests {
    use super::lock;

    #[test]
    fn two_programs_do_not_work_in_one_folder() {
        let folder = std::env::temp_dir().join(format!("straks-lock-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let first = lock(&folder).expect("free");
        let refused = lock(&folder).expect_err("taken");
        assert!(refused.to_string().contains("another straks works in"), "{refused}");
        drop(first);
        assert!(lock(&folder).is_ok());
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
