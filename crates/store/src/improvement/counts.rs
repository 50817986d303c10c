//! What came of searches, by the day: counts of nobody in particular.

use std::collections::BTreeMap;

use base::{MunicipalityKey, TenantKey};

use crate::database::{Database, Row, Tx};
use crate::{StoreError, args, sql};

use super::CITIZENS;

/// What came of one query on one day. Counts add up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// The kept words; empty for all queries whose words were not kept.
    pub phrase: String,
    /// The knowledge area it is about; empty when nothing is near.
    pub area: String,
    pub searches: i64,
    /// Different visitors.
    pub visitors: i64,
    /// Of them, those who had asked no related query before on that day.
    pub first_visitors: i64,
    pub found: i64,
    pub not_found: i64,
    pub zero_hits: i64,
    pub reformulated: i64,
    /// A person was asked within the hour.
    pub contacts: i64,
    pub helped: i64,
    pub not_helped: i64,
}

/// Where searches led on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    pub phrase: String,
    pub kind: LeadKind,
    /// A topic; for [`LeadKind::Next`] the words.
    pub target: String,
    pub count: i64,
    /// The sum of the places among the hits.
    pub ranks: i64,
}

/// How a search led somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeadKind {
    /// A hit was opened.
    Opened,
    /// After a failed search this was opened in the end.
    ThenOpened,
    /// These words were tried afterwards.
    Next,
    /// This page was read before a person was asked, or it did not help.
    MissingOn,
    /// What the contact that followed was about.
    Contact,
}

impl LeadKind {
    const ALL: [Self; 5] =
        [Self::Opened, Self::ThenOpened, Self::Next, Self::MissingOn, Self::Contact];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::ThenOpened => "then-opened",
            Self::Next => "next",
            Self::MissingOn => "missing-on",
            Self::Contact => "contact",
        }
    }
}

/// Adds a day's counts.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    audience: &str,
    day: &str,
    count: &Count,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO search_counts (tenant_id, municipality, audience, day, phrase, area,
               searches, visitors, first_visitors, found, not_found, zero_hits, reformulated,
               contacts, helped, not_helped)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (tenant_id, municipality, audience, day, phrase) DO UPDATE SET
               area = CASE WHEN excluded.area = '' THEN search_counts.area ELSE excluded.area END,
               searches = search_counts.searches + excluded.searches,
               visitors = search_counts.visitors + excluded.visitors,
               first_visitors = search_counts.first_visitors + excluded.first_visitors,
               found = search_counts.found + excluded.found,
               not_found = search_counts.not_found + excluded.not_found,
               zero_hits = search_counts.zero_hits + excluded.zero_hits,
               reformulated = search_counts.reformulated + excluded.reformulated,
               contacts = search_counts.contacts + excluded.contacts,
               helped = search_counts.helped + excluded.helped,
               not_helped = search_counts.not_helped + excluded.not_helped"
        ),
        args![
            tenant,
            municipality,
            audience,
            day,
            &count.phrase,
            &count.area,
            count.searches,
            count.visitors,
            count.first_visitors,
            count.found,
            count.not_found,
            count.zero_hits,
            count.reformulated,
            count.contacts,
            count.helped,
            count.not_helped
        ],
    )
    .await?;
    Ok(())
}

/// Adds where a day's searches led.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn add_lead(
    tx: &mut Tx,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    audience: &str,
    day: &str,
    lead: &Lead,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO search_leads
               (tenant_id, municipality, audience, day, phrase, kind, target, count, ranks)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant_id, municipality, audience, day, phrase, kind, target)
             DO UPDATE SET count = search_leads.count + excluded.count,
               ranks = search_leads.ranks + excluded.ranks"
        ),
        args![
            tenant,
            municipality,
            audience,
            day,
            &lead.phrase,
            lead.kind.code(),
            &lead.target,
            lead.count,
            lead.ranks
        ],
    )
    .await?;
    Ok(())
}

/// A query's counts on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    pub municipality: MunicipalityKey,
    pub audience: String,
    /// `2027-06-02`.
    pub day: String,
    pub count: Count,
}

/// Every count since a day (inclusive), oldest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn since(
    database: &Database,
    tenant: &TenantKey,
    day: &str,
) -> Result<Vec<DayCount>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT municipality, audience, day, phrase, area, searches, visitors,
                   first_visitors, found, not_found, zero_hits, reformulated, contacts, helped,
                   not_helped
                 FROM search_counts WHERE tenant_id = $1 AND day >= $2
                 ORDER BY day, municipality, audience, phrase"
            ),
            args![tenant, day],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(DayCount {
                municipality: row.parsed("municipality")?,
                audience: row.get("audience")?,
                day: row.get("day")?,
                count: count(row)?,
            })
        })
        .collect()
}

fn count(row: &Row) -> Result<Count, StoreError> {
    Ok(Count {
        phrase: row.get("phrase")?,
        area: row.get("area")?,
        searches: row.get("searches")?,
        visitors: row.get("visitors")?,
        first_visitors: row.get("first_visitors")?,
        found: row.get("found")?,
        not_found: row.get("not_found")?,
        zero_hits: row.get("zero_hits")?,
        reformulated: row.get("reformulated")?,
        contacts: row.get("contacts")?,
        helped: row.get("helped")?,
        not_helped: row.get("not_helped")?,
    })
}

/// Where a municipality's searches led since a day, summed over the days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadSum {
    pub municipality: MunicipalityKey,
    pub audience: String,
    pub lead: Lead,
}

/// Where searches led since a day, most often first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn leads_since(
    database: &Database,
    tenant: &TenantKey,
    day: &str,
) -> Result<Vec<LeadSum>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT municipality, audience, phrase, kind, target,
                   CAST(SUM(count) AS BIGINT) AS count, CAST(SUM(ranks) AS BIGINT) AS ranks
                 FROM search_leads WHERE tenant_id = $1 AND day >= $2
                 GROUP BY municipality, audience, phrase, kind, target
                 ORDER BY municipality, audience, phrase, kind, 6 DESC, target"
            ),
            args![tenant, day],
        )
        .await?
        .iter()
        .map(|row| {
            let code: String = row.get("kind")?;
            let kind = LeadKind::ALL.into_iter().find(|kind| kind.code() == code);
            Ok(LeadSum {
                municipality: row.parsed("municipality")?,
                audience: row.get("audience")?,
                lead: Lead {
                    phrase: row.get("phrase")?,
                    kind: kind.ok_or(StoreError::Damaged("search_leads.kind"))?,
                    target: row.get("target")?,
                    count: row.get("count")?,
                    ranks: row.get("ranks")?,
                },
            })
        })
        .collect()
}

/// What came of the searches about one knowledge area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AreaCount {
    pub searches: i64,
    /// Not found: no hits, none opened, asked again in other words, or a person asked after all.
    pub failed_searches: i64,
    /// Contacts within the hour after a search.
    pub contacts: i64,
    /// Answered "no" to "did that help?" on a page opened from a search.
    pub not_helped: i64,
}

/// What came of citizens' searches since a day (`2027-06-02`, inclusive), by knowledge area; of one
/// municipality or of all. Searches that nothing is near stand under the empty area.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn area_counts(
    database: &Database,
    tenant: &TenantKey,
    municipality: Option<&MunicipalityKey>,
    since: &str,
) -> Result<BTreeMap<String, AreaCount>, StoreError> {
    let every = municipality.map_or_else(String::new, ToString::to_string);
    database
        .rows(
            sql!(
                "SELECT area, CAST(SUM(searches) AS BIGINT) AS searches,
                   CAST(SUM(not_found) AS BIGINT) AS failed,
                   CAST(SUM(contacts) AS BIGINT) AS contacts,
                   CAST(SUM(not_helped) AS BIGINT) AS not_helped
                 FROM search_counts
                 WHERE tenant_id = $1 AND audience = $2 AND day >= $3
                   AND ($4 = '' OR municipality = $4)
                 GROUP BY area"
            ),
            args![tenant, CITIZENS, since, every],
        )
        .await?
        .iter()
        .map(|row| {
            Ok((
                row.get("area")?,
                AreaCount {
                    searches: row.get("searches")?,
                    failed_searches: row.get("failed")?,
                    contacts: row.get("contacts")?,
                    not_helped: row.get("not_helped")?,
                },
            ))
        })
        .collect()
}

/// A query that many have asked and found something with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrequentQuery {
    /// In lower case; masked, without digits.
    pub phrase: String,
    pub searches: i64,
    /// Different visitors.
    pub visitors: i64,
}

/// At most so many frequent queries of a municipality.
const MOST_FREQUENT: i64 = 2_000;

/// What at least `min_visitors` different citizens of a municipality have searched for with hits, on
/// at least two days, most frequent first: for suggestions while typing. Only days on which several
/// asked it count, for who comes again on another day is not known to be the same. Holds no digits.
///
/// # Errors
/// [`StoreError`] when the statement fails.
pub async fn frequent_queries(
    database: &Database,
    tenant: &TenantKey,
    municipality: &MunicipalityKey,
    min_visitors: i64,
) -> Result<Vec<FrequentQuery>, StoreError> {
    let found: Vec<FrequentQuery> = database
        .rows(
            sql!(
                "SELECT phrase, CAST(SUM(searches) AS BIGINT) AS searches,
                   CAST(SUM(visitors) AS BIGINT) AS visitors
                 FROM search_counts
                 WHERE tenant_id = $1 AND municipality = $2 AND audience = $3 AND phrase <> ''
                   AND visitors >= 2
                 GROUP BY phrase
                 HAVING SUM(visitors) >= $4 AND COUNT(*) >= 2
                   AND SUM(zero_hits) * 2 < SUM(searches)
                 ORDER BY 3 DESC, phrase LIMIT $5"
            ),
            args![tenant, municipality, CITIZENS, min_visitors, MOST_FREQUENT],
        )
        .await?
        .iter()
        .map(|row| {
            Ok::<_, StoreError>(FrequentQuery {
                phrase: row.get("phrase")?,
                searches: row.get("searches")?,
                visitors: row.get("visitors")?,
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|query| !query.phrase.contains(char::is_numeric)).collect())
}

/// Deletes counts of days before this one; how many rows.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn forget_before(tx: &mut Tx, tenant: &TenantKey, day: &str) -> Result<u64, StoreError> {
    let counts = tx
        .execute(
            sql!("DELETE FROM search_counts WHERE tenant_id = $1 AND day < $2"),
            args![tenant, day],
        )
        .await?;
    let leads = tx
        .execute(
            sql!("DELETE FROM search_leads WHERE tenant_id = $1 AND day < $2"),
            args![tenant, day],
        )
        .await?;
    Ok(counts + leads)
}
