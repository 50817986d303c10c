//! Telephone calls, by telephones of our own: citizens who ring the numbers of the demo at a fixed
//! rate, and agents at desk telephones who take them. Some take their call back, some hang up in
//! line; of those who speak half hang up and half are hung up on.
//!
//! Everybody says a tone that only the right one at the other end listens for: a call is answered
//! when each has heard the other.

mod books;
mod caller;
pub mod conversation;
mod desk;
mod report;
pub mod sip;
pub mod sound;
mod watch;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::node::{Folder, Node, Start, free_address, verify};
use crate::site::Site;

use books::{Books, overtaken};
use caller::Ended;
pub use report::Report;
use watch::{Measured, Used};

/// A Wednesday on which every department of the demo is open.
const WEDNESDAY_1000: &str = "2027-06-02T10:00:00+02:00";
/// How long two speak with each other.
const TALK: Duration = Duration::from_secs(3);
/// What is left of the last call is gone by then.
const SETTLED: Duration = Duration::from_secs(10);

/// What is called.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// New calls a second.
    pub rate: f64,
    /// Calls at a time at most: who would be one too many rings up when another has ended.
    pub concurrent: usize,
    /// For so long new calls are made.
    pub lasts: Duration,
}

/// Starts a demo, calls it, and looks what is left.
///
/// # Errors
/// When it does not start, or nobody there answers calls.
pub async fn play(program: &Path, plan: &Plan) -> anyhow::Result<Report> {
    let folder = Folder::new()?;
    let metrics = free_address()?;
    let start = Start {
        clock: Some(WEDNESDAY_1000.to_owned()),
        more: vec!["--metrics".to_owned(), metrics.clone()],
        ..Start::new(program, folder.path())
    };
    let node = Node::start(&start).await?;
    let metrics = Site::new(&format!("http://{metrics}"))?;
    let mut report = call_all(&node, &metrics, plan).await?;
    node.kill().await?;
    if let Err(error) = verify(program, folder.path()).await {
        report.faults.push(format!("{error:#}"));
    }
    Ok(report)
}

async fn call_all(node: &Node, metrics: &Site, plan: &Plan) -> anyhow::Result<Report> {
    let house = node.sip.context("the node has no telephone")?;
    let process = node.id().context("the node has ended")?;
    let books = Arc::new(Books::new()?);
    let desks = desk::open_all(&node.site, house, &books).await?;
    let lines: Vec<String> = desks.iter().map(|desk| desk.number.clone()).collect();
    let agents = desks.len();
    let mut at_work = JoinSet::new();
    for desk in desks {
        desk.be_ready().await?;
        at_work.spawn(desk.work(books.clone()));
    }
    let before = (Measured::of(metrics).await?, Used::by(process)?);

    let began = Instant::now();
    let ended = call_up(house, &lines, plan, &books).await?;
    let took = began.elapsed();
    let leaked = settled(metrics).await?;
    at_work.shutdown().await;
    let after = (Measured::of(metrics).await?, Used::by(process)?);

    let made = ended.len();
    let of =
        |kind: Ended| ended.iter().filter(|(_, one)| matches!(one, Ok(e) if *e == kind)).count();
    let (answered, cancelled) = (of(Ended::Answered), of(Ended::Cancelled));
    let gave_up = of(Ended::GaveUp);
    let written = books.written();
    let mut faults = written.faults.clone();
    for (nth, ended) in ended {
        match ended {
            Err(error) => faults.push(format!("caller {nth}: {error:#}")),
            Ok(Ended::Answered) if !written.heard.contains(&nth) => {
                faults.push(format!("caller {nth}: not heard by the agent"));
            }
            Ok(_) => {}
        }
    }
    const LATENESS: &str = "straks_media_lateness_seconds";
    let more = |name: &str| anyhow::Ok(after.0.value(name)? - before.0.value(name)?);
    Ok(Report {
        agents,
        made,
        answered,
        cancelled,
        gave_up,
        faults,
        leaked,
        overtaken: overtaken(&written.offers),
        late_p50: after.0.within(&before.0, LATENESS, 0.5),
        late_p99: after.0.within(&before.0, LATENESS, 0.99),
        late_most: 1_000.0 * after.0.value("straks_media_lateness_most_seconds")?,
        ticks_skipped: more("straks_media_ticks_skipped_total")? as u64,
        packets: written.packets,
        lost: written.lost,
        gaps: written.gaps,
        in_line: written.in_line.clone(),
        cpu: after.1.cpu - before.1.cpu,
        memory: after.1.memory,
        connected: written.connected,
        took,
    })
}

/// Makes calls as long as that lasts, and waits for their ends.
async fn call_up(
    house: SocketAddr,
    lines: &[String],
    plan: &Plan,
    books: &Arc<Books>,
) -> anyhow::Result<Vec<(u32, anyhow::Result<Ended>)>> {
    let began = Instant::now();
    let places = Arc::new(Semaphore::new(plan.concurrent));
    let mut callers = JoinSet::new();
    for (nth, number) in (0..).zip(lines.iter().cycle().cloned()) {
        caller::due(began, nth, plan.rate).await;
        let place = places.clone().acquire_owned().await?;
        if began.elapsed() >= plan.lasts {
            break;
        }
        let books = books.clone();
        callers.spawn(async move {
            let ended = caller::call(house, &number, nth, books).await;
            drop(place);
            (nth, ended)
        });
    }
    Ok(callers.join_all().await)
}

/// What each of the nth call's ends says, in Hz: the caller first. Neighbours' tones differ.
const fn tones(nth: u32) -> (u32, u32) {
    (300 + 50 * (nth % 10), 1_000 + 50 * (nth % 10))
}

/// Waits until nothing is left of any call; how much is.
async fn settled(metrics: &Site) -> anyhow::Result<u64> {
    let end = Instant::now() + SETTLED;
    loop {
        let measured = Measured::of(metrics).await?;
        let mut left = 0.0;
        for series in [
            "straks_calls",
            "straks_call_legs",
            "straks_call_ports",
            "straks_sip_dialogs",
            "straks_sip_legs",
            "straks_contacts_waiting",
            "straks_contacts_owned",
            "straks_sip_total{kind=\"leaked\"}",
        ] {
            left += measured.value(series)?;
        }
        if left == 0.0 || Instant::now() > end {
            return Ok(left as u64);
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// Whether a plan can be carried out.
///
/// # Errors
/// What it must be.
pub fn fits(plan: &Plan) -> anyhow::Result<()> {
    if !(0.1..=1_000.0).contains(&plan.rate) || plan.lasts > Duration::from_secs(3_600) {
        bail!("--rate is between 0.1 and 1000, --seconds at most 3600");
    }
    Ok(())
}
