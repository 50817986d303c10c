//! One visit to a page or to a sitemap of a municipality's own site.

use ::intake::fetch::{Fetched, Reach, Seen};
use ::intake::site::{Map, is_noindex, read_page, read_sitemap, same_page};
use base::Outcome;
use sha2::{Digest as _, Sha256};
use store::sites::{Site, SitePage, ToVisit};

use super::manners::{Rules, rules_for};
use super::page_topic;
use crate::App;

/// A site that asks us to come back later is asked after this time at the earliest and at the latest,
/// whatever it says.
const LATER_S: (i64, i64) = (60, 3_600);
/// A site that does not say what it asks of visitors is asked again after this time.
const RULES_AGAIN_S: i64 = 600;
/// A page with fewer letters says nothing.
const LEAST_LETTERS: usize = 40;

/// What became of a visit to a page.
pub(super) enum Visited {
    /// As it was.
    Same,
    New(Box<SitePage>),
    Gone,
    /// It could not be read now; what is known of it stays.
    Kept(&'static str),
    /// It will never be read as it is.
    Refused(&'static str),
    /// To be asked again after so many seconds; why, if it is not.
    Later(i64, &'static str),
}

impl App {
    pub(super) async fn visit(
        &self,
        site: &Site,
        next: &ToVisit,
        known: Option<&SitePage>,
        rules: &Rules,
    ) -> Outcome<Visited> {
        match rules_for(rules, &next.url) {
            Some(rules) if !rules.are_known() => {
                return Ok(Visited::Later(RULES_AGAIN_S, "robots-away"));
            }
            Some(rules) if rules.allow(&next.url) => {}
            _ => return Ok(Visited::Gone),
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
        match (answer.status, answer.retry_after_s) {
            (304, _) if known.is_some() => Ok(Visited::Same),
            (200, _) => self.read_answer(site, next, answer).await,
            (404 | 410, _) => Ok(Visited::Gone),
            (429 | 503, Some(seconds)) => {
                Ok(Visited::Later(seconds.clamp(LATER_S.0, LATER_S.1), "page-away"))
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

    pub(super) async fn read_map(&self, site: &Site, url: &str) -> Result<Map, &'static str> {
        let reach = Reach::Hosts(&site.hosts);
        let answer = self.fetcher.get(url, reach, Seen::default()).await;
        let answer = answer.map_err(|error| error.code())?;
        if answer.status != 200 {
            return Err("sitemap-away");
        }
        let read = tokio::task::spawn_blocking(move || read_sitemap(&answer.body)).await;
        read.map_err(|_| "sitemap-broken")?.map_err(|_| "sitemap-broken")
    }
}
