//! The exchange, put together with the use cases: their orders go in, what happens comes out.

mod metrics;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use app::App;
use app::calls::{Order, Relays, Telephone, Unanswered};
use base::{Clock, Rng};
use rules::calls::Happened;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use telephony::browser::relay;
use telephony::exchange::{Exchange, NoAnswer, Settings};
use telephony::media::PlaneSettings;
use telephony::media::figures::Watch;
use telephony::sip::digest::Secrets;
use telephony::sip::numbering::{Device, LineNumber, Numbering};
use telephony::sip::{REALM, SipSettings};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Telephony, Tls};

/// So long a line rings before it is answered.
const RING: Duration = Duration::from_millis(500);
/// So often it is looked whether the threads of sound are late.
const LOOK: Duration = Duration::from_secs(60);
/// What was hung up on here is over, and written down, by then.
const GOODBYE: Duration = Duration::from_secs(3);

/// An exchange that is started and not yet followed.
pub struct Started {
    pub exchange: Exchange,
    happened: UnboundedReceiver<Happened>,
    orders: UnboundedReceiver<Order>,
    /// What does not change while the program runs.
    fixed: Numbering,
    drain: Duration,
}

/// How the telephone is closed.
pub struct Drain {
    exchange: Exchange,
    app: App,
    longest: Duration,
}

/// Opens the telephone's sockets and gives the use cases their exchange.
///
/// # Errors
/// What the operator can mend: an address is taken, a certificate cannot be read.
pub async fn start(
    settings: &Telephony,
    app: &App,
    clock: Clock,
    rng: Rng,
) -> anyhow::Result<Started> {
    let tls = match &settings.tls {
        Some(tls) => Some((tls.listen, Arc::new(server(tls)?))),
        None => None,
    };
    let tls_out = match &settings.tls_trust {
        Some(file) => Some(Arc::new(client(file)?)),
        None => None,
    };
    let (tell, happened) = unbounded_channel();
    let exchange = Exchange::start(
        Settings {
            sip: SipSettings { address: settings.listen, public: settings.public, tls, tls_out },
            media: PlaneSettings {
                address: settings.listen.ip(),
                public: settings.public,
                ports: settings.ports.clone(),
                browser: settings.browser,
                threads: settings.threads,
                recordings: settings.recordings.clone(),
            },
            ring: RING,
            most_calls: settings.calls,
            most_out_per_hour: settings.calls_out,
        },
        clock,
        rng,
        tell,
    )
    .await
    .context("the telephone")?;
    let (sender, orders) = unbounded_channel();
    app.use_telephone(Telephone {
        orders: sender,
        secrets: |login, secret, old_phone| {
            let of = if old_phone { Secrets::of_old_phone } else { Secrets::of };
            of(login, REALM, secret).to_string()
        },
        weak: {
            let exchange = exchange.clone();
            Box::new(move |login| exchange.sip().places(login).iter().any(|place| place.weak))
        },
        registrar: settings
            .registrar
            .clone()
            .unwrap_or_else(|| exchange.sip().address().to_string()),
        relays: relays(settings),
    });
    let fixed = Numbering {
        trunks: settings.trunks.clone(),
        phones: settings.phones.clone(),
        phones_srtp: settings.phones_srtp,
        ..Numbering::default()
    };
    Ok(Started { exchange, happened, orders, fixed, drain: settings.drain })
}

fn relays(settings: &Telephony) -> Option<Relays> {
    let secret = settings.turn_secret.clone()?;
    Some(Relays { urls: settings.turn.clone(), secret, credential: relay::credential })
}

impl Started {
    /// Tells the exchange whose numbers are answered: before that, everybody who calls is a stranger.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn know(&self, app: &App) -> anyhow::Result<()> {
        self.exchange.know(numbering(&self.fixed, app.numbering().await?));
        Ok(())
    }

    /// What `/metrics` says of it.
    #[must_use]
    pub fn metrics(&self) -> web::metrics::More {
        let exchange = self.exchange.clone();
        Arc::new(move |registry| metrics::register(&exchange, registry))
    }

    /// Carries orders to the exchange and what happens to the use cases, until `stop`. It is to be
    /// drained before that.
    pub fn follow(self, app: App, tasks: &TaskTracker, stop: &CancellationToken) -> Drain {
        let Self { exchange, happened, mut orders, fixed, drain: longest } = self;
        let drain = Drain { exchange: exchange.clone(), app: app.clone(), longest };
        tasks.spawn(app.clone().keep_telling(stop.clone()));
        tasks.spawn(app.run_calls(happened, stop.clone()));
        tasks.spawn(stop.clone().run_until_cancelled_owned(watch(exchange.clone())));
        let stop = stop.clone();
        tasks.spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    order = orders.recv() => match order {
                        Some(order) => carry(&exchange, &fixed, order),
                        None => return,
                    },
                }
            }
        });
        drain
    }
}

impl Drain {
    /// Takes no more calls and lets those that go on end by themselves, as long as there is time and
    /// until `at_once`. Then they are ended.
    pub async fn calls(self, at_once: impl Future<Output = ()>) {
        let Self { exchange, app, longest } = self;
        exchange.drain();
        tokio::select! {
            () = until(|| exchange.is_empty()) => {}
            () = tokio::time::sleep(longest) => {}
            () = at_once => {}
        }
        let left = exchange.live().len();
        if left > 0 {
            tracing::warn!(calls = left, "calls are ended: the program stops");
            exchange.end_all();
        }
        let over = until(|| exchange.is_empty() && !app.has_calls());
        if tokio::time::timeout(GOODBYE, over).await.is_err() {
            tracing::warn!("some calls did not end in time; the next start closes them");
        }
    }
}

async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Warns when the threads of sound become so late that it is heard.
async fn watch(exchange: Exchange) {
    let mut watch = Watch::default();
    loop {
        tokio::time::sleep(LOOK).await;
        if let Some(alarm) = watch.look(exchange.plane().figures()) {
            tracing::warn!(
                p99_ms = alarm.p99_ms,
                ticks_left_out = alarm.skipped,
                "sound is late: the machine has too much to do"
            );
        }
    }
}

fn carry(exchange: &Exchange, fixed: &Numbering, order: Order) {
    match order {
        Order::Know(known) => exchange.know(numbering(fixed, known)),
        Order::Speak(recordings) => exchange.plane().speak_with(recordings),
        Order::Tell { call, input } => exchange.tell(call, input),
        Order::MayAsk { call, target } => exchange.may_ask(call, target),
        Order::Outlook { call, outlook } => exchange.outlook(call, outlook),
        Order::CallBack { call, number, by } => exchange.call_back(call, number, by),
        Order::Answer { call, person, offer, answer } => {
            let exchange = exchange.clone();
            tokio::spawn(async move {
                let answered = exchange.answer_in_browser(call, person, offer).await;
                // Nobody waits for it any more: the browser asks again.
                let _ = answer.send(answered.map_err(|refused| match refused {
                    NoAnswer::NotInCall => Unanswered::NoLeg,
                    NoAnswer::Refused(_) => Unanswered::BadOffer,
                }));
            });
        }
    }
}

fn numbering(fixed: &Numbering, known: app::calls::Numbering) -> Numbering {
    let device = |device: app::calls::Registered| {
        let secrets = device.secrets.parse().ok()?;
        Some(Device { user: device.login, person: device.person, secrets })
    };
    Numbering {
        lines: known.lines.into_iter().map(|line| (line, LineNumber::default())).collect(),
        devices: known.devices.into_iter().filter_map(device).collect(),
        outside: known.outside,
        ..fixed.clone()
    }
}

fn server(tls: &Tls) -> anyhow::Result<rustls::ServerConfig> {
    let chain = certificates(&tls.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&tls.key)
        .with_context(|| format!("cannot read {}", tls.key.display()))?;
    Ok(rustls::ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?)
}

/// Believes the authorities of a PEM file alone.
///
/// # Errors
/// When the file cannot be read.
pub fn client(trust: &Path) -> anyhow::Result<rustls::ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    for authority in certificates(trust)? {
        roots.add(authority)?;
    }
    Ok(rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn certificates(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = || format!("cannot read {}", file.display());
    let all = CertificateDer::pem_file_iter(file).with_context(read)?;
    all.collect::<Result<_, _>>().with_context(read)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
