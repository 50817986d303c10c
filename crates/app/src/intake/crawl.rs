//! Visits to municipalities' own sites: a round begins with what the site lists, goes page by page
//! with pauses, and ends with letting go what is no longer listed.
//!
//! A round is a job that does a slice at a time and notes each page in the transaction that stores
//! it: a node that dies loses at most the page it was reading. One job per site, one request at a
//! time.

use std::collections::BTreeSet;
use std::time::Duration;

use ::intake::fetch::{Fetched, Reach, Seen, host_of, is_listed};
use ::intake::site::{Robots, is_noindex, read_page, read_sitemap, same_page};
use base::{MunicipalityKey, Outcome, TopicKey, UnixMillis};
use sha2::{Digest as _, Sha256};
use store::sites::{Site, SitePage, ToVisit};
use store::{StoreError, Tx, streams};
use tokio::time::Instant;

use super::page_topic;
use super::sites::SiteFault;
use crate::App;

/// The kind of job; its key is the municipality.
pub const JOB_CRAWL: &str = "site-crawl";
pub(crate) const IDLE: &str = "idle";
pub(crate) const VISITING: &str = "visiting";

/// So long a slice may begin new requests; a claim lasts a minute.
const SLICE: Duration = Duration::from_secs(30);
/// Between two requests to a public site, at least.
const PAUSE: Duration = Duration::from_secs(1);
/// On one's own network, where nobody else is disturbed.
const SHORT_PAUSE: Duration = Duration::from_millis(20);
/// A round begins a day after the last.
const ROUND_EVERY_S: i64 = 86_400;
/// A site that could not be asked is asked again after an hour.
const AGAIN_AFTER_S: i64 = 3_600;
/// A page is read again after a week, even if the site says that it has not changed.
const BELIEVE_FOR_S: i64 = 7 * 86_400;
/// Of one site: sitemaps, pages, noted faults.
const MOST_MAPS: usize = 100;
const MOST_PAGES: usize = 20_000;
const MOST_FAULTS: usize = 50;
/// A page with fewer letters says nothing.
const LEAST_LETTERS: usize = 40;

/// How a slice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// Nothing is to be read (any more).
    Off,
    /// Go on at this instant.
    More(UnixMillis),
    /// The round is through; the next begins then.
    Through(UnixMillis),
}

/// What became of a visit to a page.
enum Visited {
    /// As it was.
    Same,
    New(Box<SitePage>),
    Gone,
    /// It could not be read now; what is known of it stays.
    Kept(&'static str),
    /// It will never be read as it is.
    Refused(&'static str),
    /// The site asks to come back later.
    Later(i64),
}

pub(crate) fn faults_of(site: &Site) -> Vec<SiteFault> {
    serde_json::from_str(&site.faults).unwrap_or_default()
}

impl App {
    /// The job of a site: its slices one after the other, a round a day.
    pub(crate) async fn run_crawl(&self, key: &str) -> work::Handled {
        match self.crawl_slice(&key.parse::<MunicipalityKey>()?).await? {
            Slice::Off => Ok(work::Then::Done),
            Slice::More(at) | Slice::Through(at) => Ok(work::Then::Again(at)),
        }
    }

    /// Does a slice of a visit.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away; the slice is done again.
    pub async fn crawl_slice(&self, municipality: &MunicipalityKey) -> Outcome<Slice> {
        let site = store::sites::get(&self.database, &self.tenant, municipality).await?;
        let Some(mut site) = site.filter(|site| site.active) else { return Ok(Slice::Off) };
        let until = Instant::now() + SLICE;
        let mut robots = Vec::new();
        for host in site.hosts.clone() {
            let url = format!("{}/robots.txt", self.origin_of(&host));
            let answer = self.fetcher.get(&url, Reach::Hosts(&site.hosts), Seen::default()).await;
            robots.push((host, Robots::of(&answer)));
        }
        if site.phase != VISITING && !self.begin_round(&mut site, &robots, until).await? {
            return Ok(Slice::Through(self.now().plus_seconds(AGAIN_AFTER_S)));
        }
        while Instant::now() < until {
            let next =
                store::sites::next_to_visit(&self.database, &self.tenant, municipality, 1).await?;
            let Some(next) = next.into_iter().next() else {
                self.end_round(&mut site).await?;
                return Ok(Slice::Through(self.now().plus_seconds(ROUND_EVERY_S)));
            };
            let known =
                store::sites::page(&self.database, &self.tenant, municipality, &next.url).await?;
            let believed = known.as_ref().is_some_and(|page| {
                page.gone_at.is_none()
                    && !next.changed.is_empty()
                    && page.changed == next.changed
                    && page.fetched_at.plus_seconds(BELIEVE_FOR_S) > self.now()
            });
            let visited = if believed {
                Visited::Same
            } else {
                tokio::time::sleep(self.pause_for(&next.url, &robots)).await;
                self.visit(&site, &next, known.as_ref(), &robots).await?
            };
            if let Visited::Later(seconds) = visited {
                return Ok(Slice::More(self.now().plus_seconds(seconds)));
            }
            if !self.note_visit(&mut site, &next, known, visited).await? {
                // Its editors have chosen otherwise; what they chose has a job of its own.
                return Ok(Slice::Off);
            }
        }
        Ok(Slice::More(self.now()))
    }

    /// A public site is asked by https; one on the operator's own network by http.
    fn origin_of(&self, host: &str) -> String {
        let scheme = if self.fetcher.is_opened(host) { "http" } else { "https" };
        format!("{scheme}://{host}")
    }

    fn pause_for(&self, url: &str, robots: &[(String, Robots)]) -> Duration {
        let least = match host_of(url) {
            Some((host, port)) if self.fetcher.is_opened(&format!("{host}:{port}")) => SHORT_PAUSE,
            _ => PAUSE,
        };
        let asked = robots_of(robots, url).and_then(Robots::pause_s).unwrap_or(0.0);
        // A slice is shorter than some pauses; the next one begins with a pause all the same.
        least.max(Duration::from_secs_f32(asked)).min(SLICE)
    }

    /// Reads what the site lists and puts it on the list of what is to be visited. `false` when the
    /// site could not be asked.
    async fn begin_round(
        &self,
        site: &mut Site,
        robots: &[(String, Robots)],
        until: Instant,
    ) -> Outcome<bool> {
        let mut faults = Vec::new();
        let mut pages: Vec<ToVisit> = Vec::new();
        let mut maps: Vec<String> = Vec::new();
        for (host, robots) in robots {
            if !robots.are_known() {
                let url = format!("{}/robots.txt", self.origin_of(host));
                faults.push(SiteFault { url, code: "robots-away".to_owned() });
            } else if !site.sitemap.is_empty() {
                // Given by the editors below.
            } else if robots.sitemaps().is_empty() {
                maps.push(format!("{}/sitemap.xml", self.origin_of(host)));
            } else {
                maps.extend(robots.sitemaps().iter().cloned());
            }
        }
        if !site.sitemap.is_empty() && robots.iter().any(|(_, robots)| robots.are_known()) {
            maps.push(site.sitemap.clone());
        }
        let mut read: BTreeSet<String> = BTreeSet::new();
        let mut at = 0;
        while at < maps.len() {
            let url = maps[at].clone();
            at += 1;
            // A sitemap that names itself is read once.
            if !read.insert(url.clone()) {
                continue;
            }
            if read.len() > MOST_MAPS || pages.len() >= MOST_PAGES || Instant::now() >= until {
                faults.push(SiteFault { url, code: "sitemap-cut".to_owned() });
                break;
            }
            if at > 1 {
                tokio::time::sleep(self.pause_for(&url, robots)).await;
            }
            match self.read_map(site, &url).await {
                Ok(map) => {
                    if map.cut {
                        faults.push(SiteFault { url, code: "sitemap-cut".to_owned() });
                    }
                    maps.extend(map.maps.into_iter().map(|entry| entry.url));
                    pages.extend(map.pages.into_iter().map(|entry| ToVisit {
                        url: entry.url,
                        changed: entry.changed.unwrap_or_default(),
                    }));
                }
                Err(code) => faults.push(SiteFault { url, code: code.to_owned() }),
            }
        }
        let allowed = |page: &ToVisit| {
            host_of(&page.url).is_some_and(|(host, port)| is_listed(&site.hosts, &host, port))
                && robots_of(robots, &page.url).is_some_and(|robots| robots.allow(&page.url))
        };
        let listed = pages.len();
        pages.retain(allowed);
        pages.truncate(MOST_PAGES);
        if listed > pages.len() {
            let url = site.hosts.first().cloned().unwrap_or_default();
            faults.push(SiteFault { url, code: "pages-left-out".to_owned() });
        }
        let away_now = pages.is_empty();
        faults.truncate(MOST_FAULTS);
        site.faults = json(&faults)?;
        if away_now {
            // Nothing was listed: that is no reason to forget what is known.
            site.finished_at = Some(self.now());
        } else {
            site.round += 1;
            site.phase = VISITING.to_owned();
            site.started_at = Some(self.now());
            site.fetched = 0;
        }
        let mut tx = self.database.begin().await?;
        if !store::sites::put_progress(&mut tx, &self.tenant, site).await? {
            return Ok(false);
        }
        store::sites::queue(&mut tx, &self.tenant, &site.municipality, &pages).await?;
        tx.commit().await?;
        Ok(!away_now)
    }

    async fn read_map(&self, site: &Site, url: &str) -> Result<::intake::site::Map, &'static str> {
        let reach = Reach::Hosts(&site.hosts);
        let answer = self.fetcher.get(url, reach, Seen::default()).await;
        let answer = answer.map_err(|error| error.code())?;
        if answer.status != 200 {
            return Err("sitemap-away");
        }
        let read = tokio::task::spawn_blocking(move || read_sitemap(&answer.body)).await;
        read.map_err(|_| "sitemap-broken")?.map_err(|_| "sitemap-broken")
    }

    async fn visit(
        &self,
        site: &Site,
        next: &ToVisit,
        known: Option<&SitePage>,
        robots: &[(String, Robots)],
    ) -> Outcome<Visited> {
        if !robots_of(robots, &next.url).is_some_and(|robots| robots.allow(&next.url)) {
            return Ok(Visited::Gone);
        }
        let known = known.filter(|page| page.gone_at.is_none());
        let seen = Seen {
            etag: known.and_then(|page| page.etag.as_deref()),
            last_modified: known.and_then(|page| page.last_modified.as_deref()),
        };
        let answer = match self.fetcher.get(&next.url, Reach::Hosts(&site.hosts), seen).await {
            Ok(answer) => answer,
            Err(error) if error.may_pass() => return Ok(Visited::Kept(error.code())),
            Err(error) => return Ok(Visited::Refused(error.code())),
        };
        match answer.status {
            304 if known.is_some() => Ok(Visited::Same),
            200 => self.read_answer(site, next, answer).await,
            404 | 410 => Ok(Visited::Gone),
            429 | 503 if answer.retry_after_s.is_some() => {
                Ok(Visited::Later(answer.retry_after_s.unwrap_or(0).clamp(1, AGAIN_AFTER_S)))
            }
            _ => Ok(Visited::Kept("page-away")),
        }
    }

    async fn read_answer(&self, site: &Site, next: &ToVisit, answer: Fetched) -> Outcome<Visited> {
        let is_page = answer.content_type.is_empty() || answer.content_type.contains("html");
        if !is_page || is_noindex(&answer.robots_tag) {
            return Ok(Visited::Gone);
        }
        let Fetched { url, etag, last_modified, body, .. } = answer;
        let read = tokio::task::spawn_blocking(move || {
            let page = read_page(&::intake::text_of(&body), &url);
            let own = page.canonical.as_deref().is_none_or(|other| same_page(&url, other));
            (page, own)
        })
        .await;
        let Ok((page, own)) = read else { return Ok(Visited::Refused("page-broken")) };
        if page.noindex || !own {
            return Ok(Visited::Gone);
        }
        let letters = page.text.chars().filter(|c| c.is_alphanumeric()).count();
        if page.title.is_empty() || letters < LEAST_LETTERS {
            return Ok(Visited::Refused("page-empty"));
        }
        let digest = Sha256::digest(format!("{}\n{}\n{}", page.title, page.summary, page.text));
        let now = self.now();
        Ok(Visited::New(Box::new(SitePage {
            municipality: site.municipality.clone(),
            url: next.url.clone(),
            key: page_topic(&site.municipality, &next.url)?,
            title: page.title,
            summary: page.summary,
            text: page.text,
            language: page.language,
            etag,
            last_modified,
            changed: next.changed.clone(),
            hash: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            round: site.round,
            seen_at: now,
            fetched_at: now,
            gone_at: None,
        })))
    }

    /// Stores what a visit brought, tells the search, and takes the page from the list; `false`, and
    /// nothing, when the site is no longer to be read.
    async fn note_visit(
        &self,
        site: &mut Site,
        next: &ToVisit,
        known: Option<SitePage>,
        visited: Visited,
    ) -> Outcome<bool> {
        let now = self.now();
        let there = known.as_ref().is_some_and(|page| page.gone_at.is_none());
        let mut changed: Option<TopicKey> = None;
        let mut fault = None;
        let page = match visited {
            Visited::New(page) => {
                let same = there && known.as_ref().is_some_and(|known| known.hash == page.hash);
                if !same {
                    changed = Some(page.key.clone());
                    site.fetched += 1;
                }
                Some(*page)
            }
            Visited::Same => known.map(|page| SitePage {
                round: site.round,
                seen_at: now,
                changed: next.changed.clone(),
                ..page
            }),
            Visited::Kept(code) => {
                fault = Some(code);
                known.map(|page| SitePage { round: site.round, ..page })
            }
            Visited::Gone | Visited::Later(_) => None,
            Visited::Refused(code) => {
                fault = Some(code);
                None
            }
        };
        if let Some(code) = fault {
            let mut faults = faults_of(site);
            if faults.len() < MOST_FAULTS {
                faults.push(SiteFault { url: next.url.clone(), code: code.to_owned() });
                site.faults = json(&faults)?;
            }
        }
        let mut tx = self.database.begin().await?;
        if !store::sites::put_progress(&mut tx, &self.tenant, site).await? {
            return Ok(false);
        }
        if let Some(page) = &page {
            store::sites::put_page(&mut tx, &self.tenant, page).await?;
        }
        // A page that is not kept was last listed in an earlier round: the end of this one lets it go.
        store::sites::visited(&mut tx, &self.tenant, &site.municipality, &next.url).await?;
        if let Some(key) = &changed {
            self.tell_of_pages(&mut tx, &site.municipality, std::slice::from_ref(key), now).await?;
        }
        tx.commit().await?;
        if changed.is_some() {
            self.ring([&store::knowledge::stream()]);
        }
        Ok(true)
    }

    async fn end_round(&self, site: &mut Site) -> Outcome<()> {
        let now = self.now();
        site.phase = IDLE.to_owned();
        site.finished_at = Some(now);
        // A list that was not read to its end says nothing about what is missing in it.
        let whole = !faults_of(site).iter().any(|fault| {
            matches!(
                fault.code.as_str(),
                "robots-away" | "sitemap-cut" | "sitemap-away" | "sitemap-broken"
            ) || matches!(fault.code.as_str(), "slow" | "away") && fault.url.ends_with(".xml")
        });
        let mut tx = self.database.begin().await?;
        if !store::sites::put_progress(&mut tx, &self.tenant, site).await? {
            return Ok(());
        }
        let gone = whole && self.let_pages_go(&mut tx, &site.municipality, site.round, now).await?;
        tx.commit().await?;
        if gone {
            self.ring([&store::knowledge::stream()]);
        }
        Ok(())
    }

    /// Lets the pages go that were last listed before `round`, and tells the search; whether there
    /// were any.
    pub(crate) async fn let_pages_go(
        &self,
        tx: &mut Tx,
        municipality: &MunicipalityKey,
        round: i64,
        at: UnixMillis,
    ) -> Outcome<bool> {
        let keys = store::sites::let_go(tx, &self.tenant, municipality, round, at).await?;
        self.tell_of_pages(tx, municipality, &keys, at).await?;
        Ok(!keys.is_empty())
    }

    async fn tell_of_pages(
        &self,
        tx: &mut Tx,
        municipality: &MunicipalityKey,
        keys: &[TopicKey],
        at: UnixMillis,
    ) -> Outcome<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let body = |key: &TopicKey| {
            serde_json::json!({ "topic": key, "municipality": municipality }).to_string()
        };
        let events: Vec<(&str, String)> = keys.iter().map(|key| ("changed", body(key))).collect();
        let stream = store::knowledge::stream();
        streams::append(tx, &self.tenant, &stream, at, &events).await?;
        Ok(())
    }
}

fn robots_of<'a>(robots: &'a [(String, Robots)], url: &str) -> Option<&'a Robots> {
    let (host, port) = host_of(url)?;
    robots
        .iter()
        .find(|(listed, _)| is_listed(std::slice::from_ref(listed), &host, port))
        .map(|(_, robots)| robots)
}

fn json(faults: &[SiteFault]) -> Outcome<String> {
    serde_json::to_string(faults).map_err(|_| StoreError::Damaged("faults").into())
}
