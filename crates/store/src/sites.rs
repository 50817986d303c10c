//! Municipalities' own sites: which, what of them is known, what is still to be visited.

use base::{Language, MunicipalityKey, TenantKey, TopicKey, UnixMillis};

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

/// A municipality's own site as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub municipality: MunicipalityKey,
    /// The hosts that may be read, for instance `www.example.dk`.
    pub hosts: Vec<String>,
    /// Address of its sitemap; empty: as robots.txt says, or `/sitemap.xml`.
    pub sitemap: String,
    /// Read regularly.
    pub active: bool,
    /// Counts the visits.
    pub round: i64,
    /// `idle` or `visiting`.
    pub phase: String,
    pub started_at: Option<UnixMillis>,
    pub finished_at: Option<UnixMillis>,
    /// Pages that were read anew in the last visit.
    pub fetched: i64,
    /// All that the site lists could be read in this visit.
    pub whole: bool,
    /// Pages that it lists.
    pub listed: i64,
    /// JSON: what went wrong in the last visit.
    pub faults: String,
}

/// A page of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePage {
    pub municipality: MunicipalityKey,
    pub url: String,
    /// The topic under which the search knows it.
    pub key: TopicKey,
    pub title: String,
    pub summary: String,
    pub text: String,
    pub language: Language,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// What the sitemap said of its last change.
    pub changed: String,
    /// Of title, summary and text.
    pub hash: String,
    /// The visit in which it was last listed.
    pub round: i64,
    pub seen_at: UnixMillis,
    pub fetched_at: UnixMillis,
    /// It is no longer there.
    pub gone_at: Option<UnixMillis>,
}

/// A page or sitemap to be visited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToVisit {
    pub url: String,
    /// What the sitemap says of its last change.
    pub changed: String,
    pub is_map: bool,
}

/// Every site, by municipality.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn all(database: &Database, tenant: &TenantKey) -> Result<Vec<Site>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT municipality, hosts, sitemap, active, round, phase, started_at, finished_at,
                   fetched, whole, listed, faults FROM sites WHERE tenant_id = $1 ORDER BY municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(site)
        .collect()
}

/// The site of a municipality.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn get(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Option<Site>, StoreError> {
    database
        .row(
            sql!(
                "SELECT municipality, hosts, sitemap, active, round, phase, started_at, finished_at,
                   fetched, whole, listed, faults FROM sites WHERE tenant_id = $1 AND municipality = $2"
            ),
            args![tenant, municipality],
        )
        .await?
        .as_ref()
        .map(site)
        .transpose()
}

/// Writes a site, new or changed.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put(tx: &mut Tx, tenant: &TenantKey, site: &Site) -> Result<(), StoreError> {
    let hosts = serde_json::to_string(&site.hosts).map_err(|_| StoreError::Damaged("hosts"))?;
    tx.execute(
        sql!(
            "INSERT INTO sites (tenant_id, municipality, hosts, sitemap, active, round, phase,
               started_at, finished_at, fetched, whole, listed, faults)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             ON CONFLICT (tenant_id, municipality) DO UPDATE SET
               hosts = excluded.hosts, sitemap = excluded.sitemap, active = excluded.active,
               round = excluded.round, phase = excluded.phase, started_at = excluded.started_at,
               finished_at = excluded.finished_at, fetched = excluded.fetched,
               whole = excluded.whole, listed = excluded.listed, faults = excluded.faults"
        ),
        args![
            tenant,
            &site.municipality,
            hosts,
            &site.sitemap,
            i64::from(site.active),
            site.round,
            &site.phase,
            site.started_at,
            site.finished_at,
            site.fetched,
            i64::from(site.whole),
            site.listed,
            &site.faults
        ],
    )
    .await?;
    Ok(())
}

/// Writes how far the visits to a site are; `false`, and nothing, when its editors have meanwhile
/// chosen another site or none.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_progress(
    tx: &mut Tx,
    tenant: &TenantKey,
    site: &Site,
) -> Result<bool, StoreError> {
    let hosts = serde_json::to_string(&site.hosts).map_err(|_| StoreError::Damaged("hosts"))?;
    let touched = tx
        .execute(
            sql!(
                "UPDATE sites SET round = $5, phase = $6, started_at = $7, finished_at = $8,
                   fetched = $9, whole = $10, listed = $11, faults = $12
                 WHERE tenant_id = $1 AND municipality = $2 AND hosts = $3 AND sitemap = $4
                   AND active = 1"
            ),
            args![
                tenant,
                &site.municipality,
                hosts,
                &site.sitemap,
                site.round,
                &site.phase,
                site.started_at,
                site.finished_at,
                site.fetched,
                i64::from(site.whole),
                site.listed,
                &site.faults
            ],
        )
        .await?;
    Ok(touched > 0)
}

/// Puts pages and sitemaps on the list of what is to be visited, but for those that stand on it; how
/// many were new.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn queue(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    entries: &[ToVisit],
) -> Result<u64, StoreError> {
    let mut new = 0;
    for entry in entries {
        let kind = if entry.is_map { "map" } else { "page" };
        new += tx
            .execute(
                sql!(
                    "INSERT INTO site_queue (tenant_id, municipality, url, changed, kind)
                     VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (tenant_id, municipality, url) DO NOTHING"
                ),
                args![tenant, municipality, &entry.url, &entry.changed, kind],
            )
            .await?;
    }
    Ok(new)
}

/// What is to be visited next: sitemaps before pages.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn next_to_visit(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<Option<ToVisit>, StoreError> {
    database
        .row(
            sql!(
                "SELECT url, changed, kind FROM site_queue
                 WHERE tenant_id = $1 AND municipality = $2 AND kind <> 'read'
                 ORDER BY kind, url LIMIT 1"
            ),
            args![tenant, municipality],
        )
        .await?
        .map(|row| {
            Ok(ToVisit {
                url: row.get("url")?,
                changed: row.get("changed")?,
                is_map: row.get::<String>("kind")? == "map",
            })
        })
        .transpose()
}

/// How many sitemaps this round knows of, read or not.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn maps_known(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<i64, StoreError> {
    let row = database
        .row(
            sql!(
                "SELECT COUNT(*) AS count FROM site_queue
                 WHERE tenant_id = $1 AND municipality = $2 AND kind <> 'page'"
            ),
            args![tenant, municipality],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("count"))
}

/// A sitemap has been read; one that names it again does not bring it back in this round.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn map_read(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    url: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "UPDATE site_queue SET kind = 'read'
             WHERE tenant_id = $1 AND municipality = $2 AND url = $3"
        ),
        args![tenant, municipality, url],
    )
    .await?;
    Ok(())
}

/// A page has been visited.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn visited(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    url: &str,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM site_queue WHERE tenant_id = $1 AND municipality = $2 AND url = $3"),
        args![tenant, municipality, url],
    )
    .await?;
    Ok(())
}

/// Empties the list of what is to be visited.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn empty_queue(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
) -> Result<(), StoreError> {
    tx.execute(
        sql!("DELETE FROM site_queue WHERE tenant_id = $1 AND municipality = $2"),
        args![tenant, municipality],
    )
    .await?;
    Ok(())
}

/// The page at an address, also one that has gone.
///
/// # Errors
/// [`StoreError`] when the statement fails or the row is damaged.
pub async fn page(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    url: &str,
) -> Result<Option<SitePage>, StoreError> {
    database
        .row(
            sql!(
                "SELECT municipality, url, key, title, summary, text, language, etag, last_modified,
                   changed, hash, round, seen_at, fetched_at, gone_at
                 FROM site_pages WHERE tenant_id = $1 AND municipality = $2 AND url = $3"
            ),
            args![tenant, municipality, url],
        )
        .await?
        .as_ref()
        .map(site_page)
        .transpose()
}

/// The pages that are there: all, or those the search knows by these keys.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn pages_there(
    database: &Database,
    tenant: &TenantKey,
    keys: Option<&[TopicKey]>,
) -> Result<Vec<SitePage>, StoreError> {
    let Some(keys) = keys else {
        let rows = database
            .rows(
                sql!(
                    "SELECT municipality, url, key, title, summary, text, language, etag,
                       last_modified, changed, hash, round, seen_at, fetched_at, gone_at
                     FROM site_pages WHERE tenant_id = $1 AND gone_at IS NULL
                     ORDER BY municipality, url"
                ),
                args![tenant],
            )
            .await?;
        return rows.iter().map(site_page).collect();
    };
    let mut pages = Vec::new();
    for key in keys {
        let rows = database
            .rows(
                sql!(
                    "SELECT municipality, url, key, title, summary, text, language, etag,
                       last_modified, changed, hash, round, seen_at, fetched_at, gone_at
                     FROM site_pages WHERE tenant_id = $1 AND key = $2 AND gone_at IS NULL"
                ),
                args![tenant, key],
            )
            .await?;
        for row in &rows {
            pages.push(site_page(row)?);
        }
    }
    Ok(pages)
}

/// How many pages of each site are there.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn counts(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<(MunicipalityKey, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT municipality, COUNT(*) AS count FROM site_pages
                 WHERE tenant_id = $1 AND gone_at IS NULL GROUP BY municipality"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("municipality")?, row.get("count")?)))
        .collect()
}

/// Writes a page, new or changed.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_page(tx: &mut Tx, tenant: &TenantKey, page: &SitePage) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO site_pages (tenant_id, municipality, url, key, title, summary, text,
               language, etag, last_modified, changed, hash, round, seen_at, fetched_at, gone_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (tenant_id, municipality, url) DO UPDATE SET
               key = excluded.key, title = excluded.title, summary = excluded.summary,
               text = excluded.text, language = excluded.language, etag = excluded.etag,
               last_modified = excluded.last_modified, changed = excluded.changed,
               hash = excluded.hash, round = excluded.round, seen_at = excluded.seen_at,
               fetched_at = excluded.fetched_at, gone_at = excluded.gone_at"
        ),
        args![
            tenant,
            &page.municipality,
            &page.url,
            &page.key,
            &page.title,
            &page.summary,
            &page.text,
            page.language.code(),
            page.etag.clone(),
            page.last_modified.clone(),
            &page.changed,
            &page.hash,
            page.round,
            page.seen_at,
            page.fetched_at,
            page.gone_at
        ],
    )
    .await?;
    Ok(())
}

/// Notes that the pages no visit since `round` has listed are gone, and takes their words away;
/// their keys.
///
/// # Errors
/// [`StoreError`] when a statement fails or a row is damaged.
pub async fn let_go(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    round: i64,
    at: UnixMillis,
) -> Result<Vec<TopicKey>, StoreError> {
    let keys = tx
        .rows(
            sql!(
                "SELECT key FROM site_pages WHERE tenant_id = $1 AND municipality = $2
                   AND round < $3 AND gone_at IS NULL"
            ),
            args![tenant, municipality, round],
        )
        .await?
        .iter()
        .map(|row| row.parsed("key"))
        .collect::<Result<Vec<_>, _>>()?;
    tx.execute(
        sql!(
            "UPDATE site_pages SET gone_at = $4, text = '', summary = '', hash = '', etag = NULL,
               last_modified = NULL, changed = ''
             WHERE tenant_id = $1 AND municipality = $2 AND round < $3 AND gone_at IS NULL"
        ),
        args![tenant, municipality, round, at],
    )
    .await?;
    Ok(keys)
}

fn site(row: &Row) -> Result<Site, StoreError> {
    Ok(Site {
        municipality: row.parsed("municipality")?,
        hosts: row.json("hosts")?,
        sitemap: row.get("sitemap")?,
        active: row.get::<i64>("active")? != 0,
        round: row.get("round")?,
        phase: row.get("phase")?,
        started_at: row.get::<Option<i64>>("started_at")?.map(UnixMillis),
        finished_at: row.get::<Option<i64>>("finished_at")?.map(UnixMillis),
        fetched: row.get("fetched")?,
        whole: row.get::<i64>("whole")? != 0,
        listed: row.get("listed")?,
        faults: row.get("faults")?,
    })
}

fn site_page(row: &Row) -> Result<SitePage, StoreError> {
    Ok(SitePage {
        municipality: row.parsed("municipality")?,
        url: row.get("url")?,
        key: row.parsed("key")?,
        title: row.get("title")?,
        summary: row.get("summary")?,
        text: row.get("text")?,
        language: Language::of_code(&row.get::<String>("language")?)
            .ok_or(StoreError::Damaged("language"))?,
        etag: row.get("etag")?,
        last_modified: row.get("last_modified")?,
        changed: row.get("changed")?,
        hash: row.get("hash")?,
        round: row.get("round")?,
        seen_at: row.at("seen_at")?,
        fetched_at: row.at("fetched_at")?,
        gone_at: row.get::<Option<i64>>("gone_at")?.map(UnixMillis),
    })
}
