//! Which sites are read: each municipality's own, by the hosts its editors list.

use base::{MunicipalityKey, Outcome, Problem, Right, Scope, UnixMillis};
use serde::{Deserialize, Serialize};
use store::sites::Site;
use utoipa::ToSchema;

use super::crawl::JOB_CRAWL;
use crate::audit::Act;
use crate::{App, found};

/// Hosts of one site.
const MOST_HOSTS: usize = 10;
/// Longest host and longest address of a sitemap, in bytes.
const LONGEST_HOST: usize = 253;
const LONGEST_ADDRESS: usize = 2048;

/// What went wrong in a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteFault {
    /// The page or sitemap.
    pub url: String,
    /// The name of its text, for instance `robots-away`.
    pub code: String,
}

/// A municipality's site as its editors see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SiteView {
    #[schema(value_type = String)]
    pub municipality: MunicipalityKey,
    pub hosts: Vec<String>,
    /// Empty: as the site itself says.
    pub sitemap: String,
    pub active: bool,
    /// It is being visited now.
    pub visiting: bool,
    #[schema(value_type = Option<i64>)]
    pub finished_at: Option<UnixMillis>,
    /// Pages that the search finds.
    pub pages: i64,
    /// Pages that were new or changed in the last visit.
    pub fetched: i64,
    pub faults: Vec<SiteFault>,
}

/// What an editor sets.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct SiteChange {
    pub hosts: Vec<String>,
    #[serde(default)]
    pub sitemap: String,
    pub active: bool,
}

impl App {
    /// The sites of the municipalities whose texts the reader writes; one that has none yet is empty.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for who edits nothing.
    pub async fn sites(&self, scope: &Scope) -> Outcome<Vec<SiteView>> {
        let mine = scope.municipalities(Right::EditKnowledge);
        if mine.is_empty() || !scope.holds_at(self.now()) {
            return Err(Problem::forbidden("not-your-role"));
        }
        let known = store::sites::all(&self.database, &self.tenant).await?;
        let counts = store::sites::counts(&self.database, &self.tenant).await?;
        let view = |municipality: &MunicipalityKey| {
            let site = known.iter().find(|site| site.municipality == *municipality);
            let pages = counts.iter().find(|(key, _)| key == municipality).map_or(0, |(_, n)| *n);
            site_view(municipality, site, pages)
        };
        Ok(mine.into_iter().map(view).collect())
    }

    /// Sets which site of a municipality is read.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] out of reach; [`Problem::Invalid`] for a host
    /// or an address that cannot be read; [`Problem::Conflict`] `host-taken` when another
    /// municipality has it.
    pub async fn change_site(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
        change: SiteChange,
    ) -> Outcome<SiteView> {
        let at = self.now();
        self.known_line(municipality, None).await?;
        let ground = rules::people::may_in(scope, Right::EditKnowledge, municipality, None, at)?;
        let hosts = hosts_of(&change.hosts)?;
        let sitemap = change.sitemap.trim().to_owned();
        if change.active && hosts.is_empty() {
            return Err(Problem::invalid("hosts", "empty"));
        }
        let listed = || {
            ::intake::fetch::host_of(&sitemap)
                .is_some_and(|(host, port)| ::intake::fetch::is_listed(&hosts, &host, port))
        };
        if !sitemap.is_empty() && (sitemap.len() > LONGEST_ADDRESS || !listed()) {
            return Err(Problem::invalid("sitemap", "sitemap-elsewhere"));
        }
        let known = store::sites::all(&self.database, &self.tenant).await?;
        let others = known.iter().filter(|site| site.municipality != *municipality);
        if others.flat_map(|site| &site.hosts).any(|host| hosts.contains(host)) {
            return Err(Problem::conflict("host-taken"));
        }
        let before = known.iter().find(|site| site.municipality == *municipality);
        let mut site = before.cloned().unwrap_or_else(|| new_site(municipality));
        let moved = site.hosts != hosts || site.sitemap != sitemap;
        (site.hosts, site.sitemap, site.active) = (hosts, sitemap, change.active);
        let mut tx = self.database.begin().await?;
        if moved || !site.active {
            site.phase = super::crawl::IDLE.to_owned();
            store::sites::empty_queue(&mut tx, &self.tenant, municipality).await?;
        }
        store::sites::put(&mut tx, &self.tenant, &site).await?;
        let gone = if site.active {
            false
        } else {
            // What is no longer read is no longer offered.
            self.let_pages_go(&mut tx, municipality, i64::MAX, at).await?
        };
        let key = municipality.as_str();
        if site.active {
            let id = self.rng.id(at);
            store::jobs::add(&mut tx, &self.tenant, id, JOB_CRAWL, key, at, "").await
        } else {
            store::jobs::cancel(&mut tx, &self.tenant, JOB_CRAWL, key).await.map(drop)
        }?;
        let act = Act {
            ground: Some(ground),
            municipality: Some(municipality),
            action: "site-changed",
            subject: format!("site/{municipality}"),
            purpose: "knowledge",
        };
        self.note(&mut tx, scope, act, at).await?;
        tx.commit().await?;
        if gone {
            self.ring([&store::knowledge::stream()]);
        }
        self.site_now(municipality).await
    }

    /// Visits a site now.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] out of reach; [`Problem::Conflict`]
    /// `site-off` when no site is read.
    pub async fn crawl_now(
        &self,
        scope: &Scope,
        municipality: &MunicipalityKey,
    ) -> Outcome<SiteView> {
        let at = self.now();
        self.known_line(municipality, None).await?;
        rules::people::may_in(scope, Right::EditKnowledge, municipality, None, at)?;
        let site = store::sites::get(&self.database, &self.tenant, municipality).await?;
        if !site.is_some_and(|site| site.active) {
            return Err(Problem::conflict("site-off"));
        }
        self.add_job(JOB_CRAWL, municipality.as_str(), at, "").await?;
        self.site_now(municipality).await
    }

    /// What went wrong in the last visit to a municipality's site; for who runs the program.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn site_faults(&self, municipality: &MunicipalityKey) -> Outcome<Vec<SiteFault>> {
        let site = store::sites::get(&self.database, &self.tenant, municipality).await?;
        Ok(site.as_ref().map(super::crawl::faults_of).unwrap_or_default())
    }

    async fn site_now(&self, municipality: &MunicipalityKey) -> Outcome<SiteView> {
        let site = store::sites::get(&self.database, &self.tenant, municipality).await?;
        let site = found(site)?;
        let counts = store::sites::counts(&self.database, &self.tenant).await?;
        let pages = counts.iter().find(|(key, _)| key == municipality).map_or(0, |(_, n)| *n);
        Ok(site_view(municipality, Some(&site), pages))
    }
}

fn site_view(municipality: &MunicipalityKey, site: Option<&Site>, pages: i64) -> SiteView {
    SiteView {
        municipality: municipality.clone(),
        hosts: site.map(|site| site.hosts.clone()).unwrap_or_default(),
        sitemap: site.map(|site| site.sitemap.clone()).unwrap_or_default(),
        active: site.is_some_and(|site| site.active),
        visiting: site.is_some_and(|site| site.phase == super::crawl::VISITING),
        finished_at: site.and_then(|site| site.finished_at),
        pages,
        fetched: site.map_or(0, |site| site.fetched),
        faults: site.map(super::crawl::faults_of).unwrap_or_default(),
    }
}

fn new_site(municipality: &MunicipalityKey) -> Site {
    Site {
        municipality: municipality.clone(),
        hosts: vec![],
        sitemap: String::new(),
        active: false,
        round: 0,
        phase: super::crawl::IDLE.to_owned(),
        started_at: None,
        finished_at: None,
        fetched: 0,
        whole: false,
        listed: 0,
        faults: "[]".to_owned(),
    }
}

/// Hosts as they are listed: lower case, no scheme, no path.
fn hosts_of(given: &[String]) -> Outcome<Vec<String>> {
    let mut hosts = Vec::new();
    for host in given.iter().map(|host| host.trim().to_lowercase()).filter(|host| !host.is_empty())
    {
        let right = host.len() <= LONGEST_HOST
            && host.contains('.')
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
            && ::intake::fetch::host_of(&format!("https://{host}/")).is_some();
        if !right {
            return Err(Problem::invalid("hosts", "host-form"));
        }
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.len() > MOST_HOSTS {
        return Err(Problem::Invalid {
            field: "hosts",
            code: "too-many-hosts",
            limit: i64::try_from(MOST_HOSTS).ok(),
        });
    }
    Ok(hosts)
}
