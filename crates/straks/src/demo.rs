//! The demo consortium: real content, invented people, a clock that can be moved.
//!
//! `straks demo --advance` speaks to a running demo through a file in its folder: it asks for so
//! many milliseconds, the running one moves its clock (timers, duty and hours follow as if the time
//! had passed) and takes the file away.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use app::App;
use base::{Clock, TenantKey, UnixMillis};
use clap::Args;
use store::Address;
use tokio_util::sync::CancellationToken;

use telephony::sip::numbering::{Network, Trunk, Way};

use crate::config::{BusChoice, Config, Log, Mail, MailSecurity, Telephony};
use crate::demo_site::DemoSite;
use crate::serve::{self, Mode, Node};
use crate::{content, print, say};

/// How often a running demo looks whether its clock is to be moved.
const LOOK: Duration = Duration::from_millis(50);
/// The number that the demo says can be called.
const FRONT_OFFICE: &str = "+4500121001";
/// So long `--advance` waits for the running demo.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Args)]
pub struct DemoArgs {
    /// Folder of the demo's data; made when it is not there.
    #[arg(long, default_value = "straks-demo", value_name = "DIR")]
    data: PathBuf,
    /// Where to serve; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7000", value_name = "ADDR")]
    listen: SocketAddr,
    /// Serve a demonstration of the municipalities' own sites here too, for instance localhost:7001.
    #[arg(long, value_name = "HOST:PORT")]
    site: Option<String>,
    /// Where /metrics is served; port 0: nowhere.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    metrics: SocketAddr,
    /// Let the clock start at this instant, for instance 2027-06-02T20:15:00+02:00.
    #[arg(long, value_name = "RFC3339")]
    clock: Option<jiff::Timestamp>,
    /// Move the clock of the demo that runs on this folder forward, for instance 1h45m.
    #[arg(long, value_name = "TIME", conflicts_with_all = ["clock", "accounts"])]
    advance: Option<jiff::SignedDuration>,
    /// List the demo's sign-ins and stop.
    #[arg(long)]
    accounts: bool,
    /// With --accounts: as JSON.
    #[arg(long, requires = "accounts")]
    json: bool,
    /// A mail server (HOST:PORT, unencrypted) that takes the demo's mails; without it none are sent.
    #[arg(long, value_name = "HOST:PORT")]
    smtp: Option<String>,
    /// A PostgreSQL database instead of the embedded one.
    #[arg(long, value_name = "postgres://…")]
    database: Option<Address>,
    /// With --database: how several nodes tell each other that something has grown.
    #[arg(long, value_name = "postgres|nats://…", requires = "database")]
    bus: Option<String>,
    /// HOST:PORT of a site on this machine that the demo may read as a municipality's own.
    #[arg(long, value_name = "HOST:PORT")]
    allow_private: Vec<String>,
    /// Where the demo calls citizens back: a SIP client on this machine.
    #[arg(long, default_value = "127.0.0.1:5080", value_name = "ADDR")]
    telephone: SocketAddr,
    /// What is logged, for instance info or warn,app=debug.
    #[arg(long, default_value = "warn", value_name = "FILTER")]
    log: String,
}

/// The consortium of the demo.
///
/// # Errors
/// Never: the name is a constant of the form of a key.
pub fn tenant() -> anyhow::Result<TenantKey> {
    Ok(TenantKey::new("straks-demo")?)
}

pub async fn run(args: DemoArgs) -> anyhow::Result<()> {
    if args.accounts {
        return list_accounts(args.json);
    }
    if let Some(by) = args.advance {
        return advance(&args.data, by).await;
    }
    let config = config(&args)?;
    serve::start_log(&config.log);
    std::fs::create_dir_all(&config.data)
        .with_context(|| format!("cannot make the folder {}", config.data.display()))?;
    let clock = clock(&config.data, args.clock)?;
    let files = content::embedded();
    let site = match &args.site {
        Some(address) => Some(DemoSite::bind(address).await?),
        None => None,
    };
    let mode = Mode::Demo { site: site.as_ref().map(|site| site.origin.clone()) };
    let node = Node::start(&config, clock, mode, &files).await?;
    node.app.seed(&content::collection(files)?).await?;
    // Ready means that the search finds something.
    node.app.update_index().await?;
    node.app.seed_searches().await?;
    node.know_numbers().await?;
    keep_shift(&config.data, &node.app.clock)?;
    let moving = tokio::spawn(move_clock(node.app.clone(), config.data.clone()));
    let address = node.address()?;
    say(&format!("citizens: http://{address}/frederikssund/   staff: http://{address}/staff/"));
    say("sign-ins: straks demo --accounts");
    let site_ends = CancellationToken::new();
    if let Some(site) = site {
        say(&format!("a municipality's own site: {}/frederikssund/", site.origin));
        let app = node.app.clone();
        tokio::spawn(site.serve(app, format!("http://{address}"), site_ends.clone()));
    }
    if let Some(sip) = node.sip_address() {
        print(&format!("sip {sip}"))?;
        say(&format!("telephone: sip:{FRONT_OFFICE}@{sip}   (Frederikssund, Borgerservice)"));
    }
    print(&format!("ready http://{address}"))?;
    let served = node.serve(serve::ended_by_signal()).await;
    moving.abort();
    site_ends.cancel();
    served
}

fn config(args: &DemoArgs) -> anyhow::Result<Config> {
    let mail = args.smtp.as_deref().map(|smtp| {
        let (host, port) = smtp.rsplit_once(':').context("--smtp is written HOST:PORT")?;
        anyhow::Ok(Mail {
            host: host.to_owned(),
            port: port.parse().context("--smtp is written HOST:PORT")?,
            security: MailSecurity::None,
            user: None,
            password: None,
            from: "Straks demo <straks@straks.example>".to_owned(),
        })
    });
    let bus = match args.bus.as_deref() {
        None => BusChoice::Alone,
        Some("postgres") => BusChoice::Postgres,
        Some(url) if url.starts_with("nats://") => BusChoice::Nats(url.to_owned()),
        Some(_) => bail!("--bus is postgres or nats://HOST:PORT"),
    };
    Ok(Config {
        listen: args.listen,
        metrics_listen: args.metrics,
        public_address: format!("http://{}", args.listen),
        database: args
            .database
            .clone()
            .unwrap_or_else(|| Address::Sqlite(args.data.join("straks.db"))),
        data: args.data.clone(),
        bus,
        tenant: tenant()?,
        content: None,
        trusted_proxies: vec![],
        embeddings: None,
        mail: mail.transpose()?,
        crawl: ::intake::fetch::Settings {
            contact: format!("http://{}", args.listen),
            allow_private: args.allow_private.clone(),
            // The demo asks nobody's site of its own accord.
            try_links: false,
        },
        telephony: Some(telephone(args)?),
        ldap: vec![],
        log: Log { json: false, filter: args.log.clone() },
    })
}

/// A telephone on this machine alone, on ports that the system gives.
fn telephone(args: &DemoArgs) -> anyhow::Result<Telephony> {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let own: Network = "127.0.0.0/8".parse()?;
    Ok(Telephony {
        listen: here,
        public: None,
        tls: None,
        tls_trust: None,
        ports: 0..0,
        browser: here,
        trunks: vec![Trunk {
            key: "demo".to_owned(),
            address: args.telephone,
            way: Way::Udp,
            from: vec![own],
            account: None,
            shown: "+45 00 10 70 00".to_owned(),
            named: None,
            refer_out: false,
            srtp: false,
        }],
        phones: vec![own],
        phones_srtp: false,
        registrar: None,
        recordings: None,
        turn: vec![],
        turn_secret: None,
        threads: 1,
        calls: 200,
        calls_out: 60,
        drain: Duration::from_secs(10),
    })
}

fn list_accounts(json: bool) -> anyhow::Result<()> {
    let accounts = app::demo::accounts();
    if json {
        print(&serde_json::to_string(&accounts)?)?;
        return Ok(());
    }
    for account in accounts {
        let roles = account.roles.join(", ");
        print(&format!(
            "{:40} {:16} {:16} {roles}",
            account.login, account.password, account.municipality
        ))?;
    }
    Ok(())
}

/// The clock as asked for; else where a demo on this folder left it; else the system's.
fn clock(data: &Path, wanted: Option<jiff::Timestamp>) -> anyhow::Result<Clock> {
    if let Some(at) = wanted {
        return Ok(Clock::showing(UnixMillis::from_timestamp(at)));
    }
    let clock = Clock::system();
    if let Ok(text) = std::fs::read_to_string(shift_file(data)) {
        clock.advance(text.trim().parse().context("the demo's clock file is damaged")?);
    }
    Ok(clock)
}

fn shift_file(data: &Path) -> PathBuf {
    data.join("clock-shift")
}

fn keep_shift(data: &Path, clock: &Clock) -> anyhow::Result<()> {
    std::fs::write(shift_file(data), clock.shift().to_string())?;
    Ok(())
}

fn request_file(data: &Path) -> PathBuf {
    data.join("clock-advance")
}

/// Asks the running demo to move its clock and waits until it has.
async fn advance(data: &Path, by: jiff::SignedDuration) -> anyhow::Result<()> {
    let milliseconds = i64::try_from(by.as_millis()).context("that is too far")?;
    if milliseconds <= 0 {
        bail!("the clock moves forward only: give for instance 1h45m");
    }
    let request = request_file(data);
    let part = data.join(format!("clock-advance-{}", std::process::id()));
    std::fs::write(&part, milliseconds.to_string())
        .with_context(|| format!("there is no demo in {}", data.display()))?;
    std::fs::rename(&part, &request)?;
    let waited = tokio::time::timeout(PATIENCE, async {
        while request.exists() {
            tokio::time::sleep(LOOK).await;
        }
    });
    if waited.await.is_err() {
        // Nobody took it: it must not move a demo that is started later.
        let _ = std::fs::remove_file(&request);
        bail!("no demo is running on {}", data.display());
    }
    Ok(())
}

async fn move_clock(app: App, data: PathBuf) {
    let request = request_file(&data);
    let _ = std::fs::remove_file(&request);
    loop {
        tokio::time::sleep(LOOK).await;
        let Ok(text) = std::fs::read_to_string(&request) else { continue };
        if let Ok(milliseconds) = text.trim().parse::<i64>() {
            if let Err(problem) = app.advance(milliseconds).await {
                tracing::error!(%problem, "the demo's clock could not be moved");
                continue;
            }
            if let Err(error) = keep_shift(&data, &app.clock) {
                tracing::warn!(%error, "the demo's clock is not kept for the next start");
            }
        }
        let _ = std::fs::remove_file(&request);
    }
}
