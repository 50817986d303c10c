//! Whether the outer links of published texts still lead somewhere: tried once a night, and a task
//! for who looks after a text when one has failed on two different days.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base::{Outcome, UnixMillis};
use jiff::ToSpan as _;
use rules::checks::outer_links;
use rules::hours::{Edge, Zone};
use store::knowledge::EntryKey;
use store::links::LinkCheck;
use store::people::PersonId;
use work::{Runner, Then};

use super::publish::{Origin, area_of};
use super::tasks::Asked;
use super::{kind_of, text_of};
use crate::App;

const JOB: &str = "link-check";
/// The kind of task that a dead link makes.
const TASK: &str = "broken-link";
/// Links are tried from three to five at night, in minutes.
const NIGHT: std::ops::Range<u16> = 3 * 60..5 * 60;
/// So many links are tried in one go, so that a node that stops loses little.
const BATCH: usize = 40;
/// Between two requests.
const PAUSE: Duration = Duration::from_millis(500);
/// After so many days of failing somebody is asked.
const DAYS_UNTIL_TASK: i64 = 2;

/// A link and the texts it stands in.
#[derive(Debug, Default)]
struct Linked {
    texts: BTreeSet<EntryKey>,
}

/// A text that has outer links.
struct Holder {
    area: String,
    owner: Option<PersonId>,
    links: BTreeSet<String>,
}

impl App {
    /// Tells the runner to look at links every night, where the operator wants that.
    #[must_use]
    pub fn register_link_jobs(&self, runner: Runner) -> Runner {
        if !self.settings.try_links {
            return runner;
        }
        let app = self.clone();
        runner.always(JOB, move |_| {
            let app = app.clone();
            async move {
                let now = app.now();
                let (begin, end) = app.night(now);
                if now < begin {
                    return Ok(Then::Again(begin));
                }
                if now < end && app.check_links(&FromOutside(&app)).await? {
                    return Ok(Then::Again(app.now().plus_seconds(5)));
                }
                Ok(Then::Again(app.night(end).0))
            }
        })
    }

    /// When links may be tried: this night, or the next when this one is over.
    fn night(&self, now: UnixMillis) -> (UnixMillis, UnixMillis) {
        let zone = Zone::default();
        let today = zone.date(now);
        let of = |date| {
            (
                zone.instant(date, NIGHT.start, Edge::Opens),
                zone.instant(date, NIGHT.end, Edge::Opens),
            )
        };
        let this = of(today);
        if now < this.1 { this } else { of(today.saturating_add(1.days())) }
    }

    /// Tries links that were not tried today, at most a batch of them; whether there are more.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away.
    pub async fn check_links(&self, ask: &impl AskStatus) -> Outcome<bool> {
        let (database, tenant) = (&self.database, &self.tenant);
        let today = self.today().to_string();
        let (links, holders) = self.linked().await?;
        let known = store::links::all(database, tenant).await?;
        let due: Vec<&String> = links
            .keys()
            .filter(|url| known.get(*url).is_none_or(|check| check.checked_on != today))
            .collect();
        let mut checked = known.clone();
        checked.retain(|url, _| links.contains_key(url));
        for url in due.iter().take(BATCH) {
            let reason = match ask.status(url).await {
                // A site that wants to know who asks is there.
                Ok(401 | 403 | 405 | 429) => String::new(),
                Ok(status) if status < 400 => String::new(),
                Ok(status) => status.to_string(),
                Err(reason) => reason,
            };
            let before = known.get(*url).map_or(0, |check| check.failed_days);
            let failed_days = if reason.is_empty() { 0 } else { before + 1 };
            let check = LinkCheck { checked_on: today.clone(), failed_days, reason };
            checked.insert((*url).clone(), check);
        }
        let at = self.now();
        let mut tx = database.begin().await?;
        for url in due.iter().take(BATCH) {
            if let Some(check) = checked.get(*url) {
                store::links::put(&mut tx, tenant, url, check).await?;
            }
        }
        for url in known.keys().filter(|url| !links.contains_key(*url)) {
            store::links::forget(&mut tx, tenant, url).await?;
        }
        let touched: BTreeSet<&EntryKey> = due
            .iter()
            .take(BATCH)
            .filter_map(|url| links.get(*url))
            .flat_map(|linked| &linked.texts)
            .collect();
        for key in touched {
            let Some(holder) = holders.get(key) else { continue };
            let dead: Vec<&String> = holder
                .links
                .iter()
                .filter(|url| {
                    checked.get(*url).is_some_and(|check| check.failed_days >= DAYS_UNTIL_TASK)
                })
                .collect();
            if dead.is_empty() {
                store::workshop::tasks::close(&mut tx, tenant, TASK, &key.0, key.1.as_ref(), at)
                    .await?;
                continue;
            }
            let reason = |url: &&String| checked.get(*url).map(|check| check.reason.clone());
            let asked = Asked {
                kind: TASK,
                key,
                area: &holder.area,
                why: "link-dead",
                args: serde_json::json!({
                    "url": dead[0], "reason": reason(&dead[0]), "count": dead.len(),
                }),
                owner: holder.owner,
                due: None,
            };
            self.ask_editors(&mut tx, asked, at).await?;
        }
        tx.commit().await?;
        Ok(due.len() > BATCH)
    }

    /// The outer links of our own texts, and the texts that have some.
    async fn linked(&self) -> Outcome<(BTreeMap<String, Linked>, BTreeMap<EntryKey, Holder>)> {
        let entries = store::knowledge::all(&self.database, &self.tenant).await?;
        let mut links: BTreeMap<String, Linked> = BTreeMap::new();
        let mut holders = BTreeMap::new();
        let mut area = String::new();
        for entry in entries {
            let text = text_of(kind_of(&entry.kind)?, &entry.body)?;
            if entry.municipality.is_none() {
                area = area_of(&text);
            }
            if Origin::is_foreign(&entry.origin) {
                continue;
            }
            let key = (entry.topic, entry.municipality);
            let found = outer_links(&text);
            for url in &found {
                links.entry(url.clone()).or_default().texts.insert(key.clone());
            }
            let holder = Holder { area: area.clone(), owner: entry.owner_person, links: found };
            holders.insert(key, holder);
        }
        Ok((links, holders))
    }
}

/// Who can say what an address answers.
pub trait AskStatus {
    /// The HTTP status of an address, or in a word why there is none.
    fn status(&self, url: &str) -> impl Future<Output = Result<u16, String>> + Send;
}

/// The sites themselves, one request after the other.
struct FromOutside<'a>(&'a App);

impl AskStatus for FromOutside<'_> {
    async fn status(&self, url: &str) -> Result<u16, String> {
        tokio::time::sleep(PAUSE).await;
        self.0.fetcher.status(url).await.map_err(|error| error.to_string())
    }
}
