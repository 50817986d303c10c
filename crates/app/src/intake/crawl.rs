//! Visits to municipalities' own sites: a round begins with the sitemaps that a site names, goes on
//! page by page with pauses, and ends with letting go what is no longer listed.
//!
//! A round is a job that does a slice at a time and notes each sitemap and page in the transaction that
//! stores what it says: a node that dies loses at most the page it was reading. One job per site, one
//! request at a time.

use std::time::Duration;

use ::intake::fetch::{host_of, is_listed};
use base::{MunicipalityKey, Outcome, TopicKey, UnixMillis};
use store::sites::{Site, SitePage, ToVisit};
use store::{StoreError, Tx, streams};
use tokio::time::Instant;

use super::manners::{Rules, rules_for};
use super::sites::SiteFault;
use super::visit::Visited;
use crate::App;

/// The kind of job; its key is the municipality.
pub const JOB_CRAWL: &str = "site-crawl";
pub(crate) const IDLE: &str = "idle";
pub(crate) const VISITING: &str = "visiting";

/// So long a slice may begin new requests; a claim lasts a minute.
const SLICE: Duration = Duration::from_secs(25);
/// A longer pause between two requests stands between two slices.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);
/// A round begins a day after the last.
const ROUND_EVERY_S: i64 = 86_400;
/// A site that could not be asked, or named no page, is asked again after an hour.
const AGAIN_AFTER_S: i64 = 3_600;
/// A site that we no longer wait for is given up page by page, one in so many seconds.
const GIVEN_UP_EVERY_S: i64 = 60;
/// A page is read again after a week, even if the site says that it has not changed.
const BELIEVE_FOR_S: i64 = 7 * 86_400;
/// Of one site: sitemaps, pages, noted faults.
const MOST_MAPS: usize = 100;
const MOST_PAGES: usize = 20_000;
const MOST_FAULTS: usize = 50;

/// How a slice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// Nothing is to be read (any more).
    Off,
    /// Go on at this instant.
    More(UnixMillis),
    /// The site could not be asked or named no page; it is asked again then.
    Away(UnixMillis),
    /// The round is through; the next begins then.
    Through(UnixMillis),
}

pub(crate) fn faults_of(site: &Site) -> Vec<SiteFault> {
    serde_json::from_str(&site.faults).unwrap_or_default()
}

/// Notes what went wrong, once, and not without end.
fn note_fault(site: &mut Site, url: &str, code: &str) -> Outcome<()> {
    let mut faults = faults_of(site);
    let fault = SiteFault { url: url.to_owned(), code: code.to_owned() };
    if faults.len() < MOST_FAULTS && !faults.contains(&fault) {
        faults.push(fault);
        site.faults = serde_json::to_string(&faults).map_err(|_| StoreError::Damaged("faults"))?;
    }
    Ok(())
}

impl App {
    /// The job of a site: its slices one after the other, a round a day.
    pub(crate) async fn run_crawl(&self, key: &str) -> work::Handled {
        match self.crawl_slice(&key.parse::<MunicipalityKey>()?).await? {
            Slice::Off => Ok(work::Then::Done),
            Slice::More(at) | Slice::Away(at) | Slice::Through(at) => Ok(work::Then::Again(at)),
        }
    }

    /// Does a slice of a visit.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away; the slice is done again.
    pub async fn crawl_slice(&self, municipality: &MunicipalityKey) -> Outcome<Slice> {
        let (database, tenant) = (&self.database, &self.tenant);
        let site = store::sites::get(database, tenant, municipality).await?;
        let Some(mut site) = site.filter(|site| site.active) else { return Ok(Slice::Off) };
        let until = Instant::now() + SLICE;
        let begins = site.phase != VISITING;
        let rules = self.rules_of(&site, begins).await;
        if begins && !self.begin_round(&mut site, &rules).await? {
            return Ok(Slice::Away(self.now().plus_seconds(AGAIN_AFTER_S)));
        }
        while Instant::now() < until {
            let next = store::sites::next_to_visit(database, tenant, municipality).await?;
            let Some(next) = next else { return self.end_round(&mut site).await };
            let known = store::sites::page(database, tenant, municipality, &next.url).await?;
            let believed = known.as_ref().is_some_and(|page| {
                page.gone_at.is_none()
                    && !next.changed.is_empty()
                    && page.changed == next.changed
                    && page.fetched_at.plus_seconds(BELIEVE_FOR_S) > self.now()
            });
            let mut again = self.now();
            let noted = if believed && !next.is_map {
                self.note_visit(&mut site, &next, known, Visited::Same).await?
            } else {
                let pause = self.pause_for(&next.url, &rules);
                if pause <= LONGEST_SLEEP {
                    tokio::time::sleep(pause).await;
                } else {
                    let pause = i64::try_from(pause.as_secs()).unwrap_or(AGAIN_AFTER_S);
                    again = self.now().plus_seconds(pause);
                }
                if next.is_map {
                    self.note_map(&mut site, &next, &rules).await?
                } else {
                    let manners = &self.0.memory.manners;
                    let visited = match self.visit(&site, &next, known.as_ref(), &rules).await? {
                        Visited::Later(seconds, _) if manners.has_patience(municipality) => {
                            return Ok(Slice::More(self.now().plus_seconds(seconds)));
                        }
                        Visited::Later(_, code) => {
                            again = self.now().plus_seconds(GIVEN_UP_EVERY_S);
                            Visited::Kept(code)
                        }
                        visited => {
                            manners.answered(municipality);
                            visited
                        }
                    };
                    self.note_visit(&mut site, &next, known, visited).await?
                }
            };
            if !noted {
                // Its editors have chosen otherwise; what they chose has a job of its own.
                return Ok(Slice::Off);
            }
            if again > self.now() {
                return Ok(Slice::More(again));
            }
        }
        Ok(Slice::More(self.now()))
    }

    /// Begins a round with the sitemaps that the site names. `false` when the site could not be asked.
    async fn begin_round(&self, site: &mut Site, rules: &Rules) -> Outcome<bool> {
        let mut maps: Vec<String> = Vec::new();
        site.faults = "[]".to_owned();
        for (host, rules) in rules {
            if !rules.are_known() {
                let url = format!("{}/robots.txt", self.origin_of(host));
                note_fault(site, &url, "robots-away")?;
            } else if !site.sitemap.is_empty() {
                maps = vec![site.sitemap.clone()];
            } else if rules.sitemaps().is_empty() {
                maps.push(format!("{}/sitemap.xml", self.origin_of(host)));
            } else {
                maps.extend(rules.sitemaps().iter().take(MOST_MAPS).cloned());
            }
        }
        let begins = !maps.is_empty();
        if begins {
            site.round += 1;
            site.phase = VISITING.to_owned();
            site.started_at = Some(self.now());
            (site.fetched, site.listed) = (0, 0);
            site.whole = rules.iter().all(|(_, rules)| rules.are_known());
        } else {
            site.finished_at = Some(self.now());
        }
        let entry = |url| ToVisit { url, changed: String::new(), is_map: true };
        let maps: Vec<ToVisit> = maps.into_iter().map(entry).collect();
        let mut tx = self.database.begin().await?;
        if !store::sites::put_progress(&mut tx, &self.tenant, site).await? {
            return Ok(false);
        }
        store::sites::empty_queue(&mut tx, &self.tenant, &site.municipality).await?;
        store::sites::queue(&mut tx, &self.tenant, &site.municipality, &maps).await?;
        tx.commit().await?;
        Ok(begins)
    }

    /// Reads a sitemap and puts what it names on the list; `false`, and nothing, when the site is no
    /// longer to be read.
    async fn note_map(&self, site: &mut Site, next: &ToVisit, rules: &Rules) -> Outcome<bool> {
        let (tenant, municipality) = (&self.tenant, site.municipality.clone());
        let (mut maps, mut pages) = (Vec::new(), Vec::new());
        match self.read_map(site, &next.url).await {
            Ok(map) => {
                let known = store::sites::maps_known(&self.database, tenant, &municipality).await?;
                let room = MOST_MAPS.saturating_sub(usize::try_from(known).unwrap_or(MOST_MAPS));
                if map.cut || map.maps.len() > room {
                    site.whole = false;
                    note_fault(site, &next.url, "sitemap-cut")?;
                }
                let entry = |entry: ::intake::site::Entry, is_map| ToVisit {
                    url: entry.url,
                    changed: entry.changed.unwrap_or_default(),
                    is_map,
                };
                maps.extend(map.maps.into_iter().take(room).map(|map| entry(map, true)));
                pages.extend(map.pages.into_iter().map(|page| entry(page, false)));
            }
            Err(code) => {
                site.whole = false;
                note_fault(site, &next.url, code)?;
            }
        }
        if rules.iter().any(|(_, rules)| !rules.are_known()) {
            // A robots.txt that is away for a moment lets no page go.
            site.whole = false;
            note_fault(site, &next.url, "robots-away")?;
        }
        let listed = pages.len();
        pages.retain(|page| {
            host_of(&page.url).is_some_and(|(host, port)| is_listed(&site.hosts, &host, port))
                && rules_for(rules, &page.url).is_some_and(|rules| rules.allow(&page.url))
        });
        let room = MOST_PAGES.saturating_sub(usize::try_from(site.listed).unwrap_or(MOST_PAGES));
        pages.truncate(room);
        if listed > pages.len() {
            let url = site.hosts.first().cloned().unwrap_or_default();
            note_fault(site, &url, "pages-left-out")?;
        }
        let mut tx = self.database.begin().await?;
        store::sites::queue(&mut tx, tenant, &municipality, &maps).await?;
        let new = store::sites::queue(&mut tx, tenant, &municipality, &pages).await?;
        site.listed += i64::try_from(new).unwrap_or(0);
        if !store::sites::put_progress(&mut tx, tenant, site).await? {
            return Ok(false);
        }
        store::sites::map_read(&mut tx, tenant, &municipality, &next.url).await?;
        tx.commit().await?;
        Ok(true)
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
            Visited::Gone | Visited::Later(..) => None,
            Visited::Refused(code) => {
                fault = Some(code);
                None
            }
        };
        if let Some(code) = fault {
            note_fault(site, &next.url, code)?;
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

    async fn end_round(&self, site: &mut Site) -> Outcome<Slice> {
        let now = self.now();
        site.phase = IDLE.to_owned();
        site.finished_at = Some(now);
        let mut tx = self.database.begin().await?;
        if !store::sites::put_progress(&mut tx, &self.tenant, site).await? {
            return Ok(Slice::Off);
        }
        store::sites::empty_queue(&mut tx, &self.tenant, &site.municipality).await?;
        // A list that was not read to its end says nothing about what is missing in it, and one with
        // nothing in it is no reason to forget what is known.
        let says_all = site.whole && site.listed > 0;
        let gone =
            says_all && self.let_pages_go(&mut tx, &site.municipality, site.round, now).await?;
        tx.commit().await?;
        if gone {
            self.ring([&store::knowledge::stream()]);
        }
        Ok(if site.listed == 0 {
            Slice::Away(now.plus_seconds(AGAIN_AFTER_S))
        } else {
            Slice::Through(now.plus_seconds(ROUND_EVERY_S))
        })
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
        let events: Vec<(&str, String)> =
            keys.iter().map(|key| (store::knowledge::PAGE, body(key))).collect();
        let stream = store::knowledge::stream();
        streams::append(tx, &self.tenant, &stream, at, &events).await?;
        Ok(())
    }
}
