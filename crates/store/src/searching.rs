//! What editors say about words, and what is counted for the search: uses, views, answers. Counts
//! are by the day and of nobody in particular.

use std::collections::BTreeMap;

use base::{Id, MunicipalityKey, TenantKey, TopicKey, UnixMillis, kind};

use crate::database::{Database, Row, Tx};
use crate::people::PersonId;
use crate::streams::{self, StreamKey, StreamKind};
use crate::{StoreError, args, sql};

pub type WordId = Id<kind::Word>;

/// The column `municipality` of what holds everywhere.
const EVERYWHERE: &str = "";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Synonym {
    pub id: WordId,
    /// `None`: everywhere.
    pub municipality: Option<MunicipalityKey>,
    /// Phrases between commas.
    pub said: String,
    pub means: String,
    pub both_ways: bool,
    /// In hundredths.
    pub weight: i64,
    pub live: bool,
    pub author: PersonId,
    pub made_at: UnixMillis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestBet {
    pub id: WordId,
    pub municipality: Option<MunicipalityKey>,
    pub query: String,
    pub topic: TopicKey,
    pub until: Option<UnixMillis>,
    pub author: PersonId,
    pub made_at: UnixMillis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub id: WordId,
    /// `whole`, `split` or `not-typo`.
    pub kind: String,
    pub word: String,
    pub says: String,
    pub author: PersonId,
    pub made_at: UnixMillis,
}

/// All synonyms, newest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn synonyms(database: &Database, tenant: &TenantKey) -> Result<Vec<Synonym>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT synonym_id, municipality, said, means, both_ways, weight, live, author,
                   made_at
                 FROM synonyms WHERE tenant_id = $1 ORDER BY made_at DESC, synonym_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Synonym {
                id: row.id("synonym_id")?,
                municipality: place(row)?,
                said: row.get("said")?,
                means: row.get("means")?,
                both_ways: row.get("both_ways")?,
                weight: row.get("weight")?,
                live: row.get("live")?,
                author: row.id("author")?,
                made_at: row.at("made_at")?,
            })
        })
        .collect()
}

/// Writes a synonym, new or changed.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_synonym(
    tx: &mut Tx,
    tenant: &TenantKey,
    synonym: &Synonym,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO synonyms (tenant_id, synonym_id, municipality, said, means, both_ways,
               weight, live, author, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tenant_id, synonym_id) DO UPDATE SET
               municipality = excluded.municipality, said = excluded.said,
               means = excluded.means, both_ways = excluded.both_ways,
               weight = excluded.weight, live = excluded.live"
        ),
        args![
            tenant,
            synonym.id,
            column(synonym.municipality.as_ref()),
            &synonym.said,
            &synonym.means,
            synonym.both_ways,
            synonym.weight,
            synonym.live,
            synonym.author,
            synonym.made_at
        ],
    )
    .await?;
    Ok(())
}

/// All best bets, newest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn best_bets(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<BestBet>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT bet_id, municipality, query, topic, until, author, made_at FROM best_bets
                 WHERE tenant_id = $1 ORDER BY made_at DESC, bet_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(BestBet {
                id: row.id("bet_id")?,
                municipality: place(row)?,
                query: row.get("query")?,
                topic: row.parsed("topic")?,
                until: row.get::<Option<i64>>("until")?.map(UnixMillis),
                author: row.id("author")?,
                made_at: row.at("made_at")?,
            })
        })
        .collect()
}

/// Writes a best bet.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_best_bet(
    tx: &mut Tx,
    tenant: &TenantKey,
    bet: &BestBet,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO best_bets (tenant_id, bet_id, municipality, query, topic, until, author,
               made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        args![
            tenant,
            bet.id,
            column(bet.municipality.as_ref()),
            &bet.query,
            &bet.topic,
            bet.until,
            bet.author,
            bet.made_at
        ],
    )
    .await?;
    Ok(())
}

/// All exceptions, newest first.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn exceptions(
    database: &Database,
    tenant: &TenantKey,
) -> Result<Vec<Exception>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT exception_id, kind, word, says, author, made_at FROM word_exceptions
                 WHERE tenant_id = $1 ORDER BY made_at DESC, exception_id"
            ),
            args![tenant],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Exception {
                id: row.id("exception_id")?,
                kind: row.get("kind")?,
                word: row.get("word")?,
                says: row.get("says")?,
                author: row.id("author")?,
                made_at: row.at("made_at")?,
            })
        })
        .collect()
}

/// Writes an exception.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn put_exception(
    tx: &mut Tx,
    tenant: &TenantKey,
    exception: &Exception,
) -> Result<(), StoreError> {
    tx.execute(
        sql!(
            "INSERT INTO word_exceptions (tenant_id, exception_id, kind, word, says, author,
               made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            tenant,
            exception.id,
            &exception.kind,
            &exception.word,
            &exception.says,
            exception.author,
            exception.made_at
        ],
    )
    .await?;
    Ok(())
}

/// Removes a synonym, a best bet or an exception, and what was counted of it.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn remove(tx: &mut Tx, tenant: &TenantKey, id: WordId) -> Result<(), StoreError> {
    for statement in [
        sql!("DELETE FROM synonyms WHERE tenant_id = $1 AND synonym_id = $2"),
        sql!("DELETE FROM synonym_uses WHERE tenant_id = $1 AND synonym_id = $2"),
        sql!("DELETE FROM best_bets WHERE tenant_id = $1 AND bet_id = $2"),
        sql!("DELETE FROM word_exceptions WHERE tenant_id = $1 AND exception_id = $2"),
    ] {
        tx.execute(statement, args![tenant, id]).await?;
    }
    Ok(())
}

/// Counts one more use of a synonym on a day.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn count_use(
    database: &Database,
    tenant: &TenantKey,
    id: WordId,
    day: &str,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "INSERT INTO synonym_uses (tenant_id, synonym_id, day, count)
                 VALUES ($1, $2, $3, 1)
                 ON CONFLICT (tenant_id, synonym_id, day)
                 DO UPDATE SET count = synonym_uses.count + 1"
            ),
            args![tenant, id, day],
        )
        .await?;
    Ok(())
}

/// How often each synonym was used since a day.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn uses_since(
    database: &Database,
    tenant: &TenantKey,
    day: &str,
) -> Result<BTreeMap<WordId, i64>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT synonym_id, CAST(SUM(count) AS BIGINT) AS count FROM synonym_uses
                 WHERE tenant_id = $1 AND day >= $2 GROUP BY synonym_id"
            ),
            args![tenant, day],
        )
        .await?
        .iter()
        .map(|row| Ok((row.id("synonym_id")?, row.get("count")?)))
        .collect()
}

/// Counts one more view of a topic's page on a day.
///
/// # Errors
/// [`StoreError::Database`] when the statement fails.
pub async fn count_view(
    database: &Database,
    tenant: &TenantKey,
    topic: &TopicKey,
    municipality: &MunicipalityKey,
    day: &str,
) -> Result<(), StoreError> {
    database
        .execute(
            sql!(
                "INSERT INTO article_views (tenant_id, topic, municipality, day, count)
                 VALUES ($1, $2, $3, $4, 1)
                 ON CONFLICT (tenant_id, topic, municipality, day)
                 DO UPDATE SET count = article_views.count + 1"
            ),
            args![tenant, topic, municipality, day],
        )
        .await?;
    Ok(())
}

/// Views of each topic in each municipality since a day.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn views_since(
    database: &Database,
    tenant: &TenantKey,
    day: &str,
) -> Result<Vec<(MunicipalityKey, TopicKey, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT municipality, topic, CAST(SUM(count) AS BIGINT) AS count
                 FROM article_views WHERE tenant_id = $1 AND day >= $2
                 GROUP BY municipality, topic ORDER BY municipality, topic"
            ),
            args![tenant, day],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("municipality")?, row.parsed("topic")?, row.get("count")?)))
        .collect()
}

/// Answers to "did this help?" since a day: topic, answer, count.
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn helped_since(
    database: &Database,
    tenant: &TenantKey,
    day: &str,
) -> Result<Vec<(TopicKey, String, i64)>, StoreError> {
    database
        .rows(
            sql!(
                "SELECT topic, answer, CAST(SUM(count) AS BIGINT) AS count FROM helped
                 WHERE tenant_id = $1 AND day >= $2 GROUP BY topic, answer ORDER BY topic, answer"
            ),
            args![tenant, day],
        )
        .await?
        .iter()
        .map(|row| Ok((row.parsed("topic")?, row.get("answer")?, row.get("count")?)))
        .collect()
}

/// Forgets what was counted before a day: pages shown, synonyms used, answers to "did this help?".
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn forget_before(tx: &mut Tx, tenant: &TenantKey, day: &str) -> Result<u64, StoreError> {
    let mut gone = 0;
    for statement in [
        sql!("DELETE FROM article_views WHERE tenant_id = $1 AND day < $2"),
        sql!("DELETE FROM synonym_uses WHERE tenant_id = $1 AND day < $2"),
        sql!("DELETE FROM helped WHERE tenant_id = $1 AND day < $2"),
    ] {
        gone += tx.execute(statement, args![tenant, day]).await?;
    }
    Ok(gone)
}

/// What a model makes of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextVector {
    pub topic: TopicKey,
    pub municipality: Option<MunicipalityKey>,
    pub model: String,
    /// Of the text it was made of.
    pub digest: String,
    pub vector: Vec<f32>,
}

/// The stream whose number grows with every piece of vectors that is written: a node that follows it
/// reads only what is new.
#[must_use]
pub fn meanings() -> StreamKey {
    StreamKey { kind: StreamKind::Knowledge, key: "meanings".to_owned() }
}

/// The vectors of a model that were written after a number of [`meanings`].
///
/// # Errors
/// [`StoreError`] when the statement fails or a row is damaged.
pub async fn vectors_after(
    database: &Database,
    tenant: &TenantKey,
    model: &str,
    seq: i64,
) -> Result<Vec<TextVector>, StoreError> {
    let rows = database
        .rows(
            sql!(
                "SELECT topic, municipality, model, digest, vector FROM text_meanings
                 WHERE tenant_id = $1 AND model = $2 AND seq > $3 ORDER BY seq, topic, municipality"
            ),
            args![tenant, model, seq],
        )
        .await?;
    let vectors = rows.iter().map(|row| {
        let bytes: Vec<u8> = row.get("vector")?;
        let (numbers, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(StoreError::Damaged("vector"));
        }
        Ok(TextVector {
            topic: row.parsed("topic")?,
            municipality: place(row)?,
            model: row.get("model")?,
            digest: row.get("digest")?,
            vector: numbers.iter().map(|number| f32::from_le_bytes(*number)).collect(),
        })
    });
    vectors.collect()
}

/// Writes vectors, new or changed, under the next number of [`meanings`]: ring its stream after the
/// commit.
///
/// # Errors
/// [`StoreError::Database`] when a statement fails.
pub async fn put_vectors(
    tx: &mut Tx,
    tenant: &TenantKey,
    vectors: &[TextVector],
    at: UnixMillis,
) -> Result<(), StoreError> {
    let embedded = [("embedded", "{}".to_owned())];
    let seq = streams::append(tx, tenant, &meanings(), at, &embedded).await?;
    for vector in vectors {
        let bytes: Vec<u8> = vector.vector.iter().flat_map(|number| number.to_le_bytes()).collect();
        tx.execute(
            sql!(
                "INSERT INTO text_meanings (tenant_id, topic, municipality, model, digest, vector,
                   seq)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (tenant_id, topic, municipality) DO UPDATE SET
                   model = excluded.model, digest = excluded.digest, vector = excluded.vector,
                   seq = excluded.seq"
            ),
            args![
                tenant,
                &vector.topic,
                column(vector.municipality.as_ref()),
                &vector.model,
                &vector.digest,
                bytes,
                seq
            ],
        )
        .await?;
    }
    Ok(())
}

fn column(municipality: Option<&MunicipalityKey>) -> &str {
    municipality.map_or(EVERYWHERE, MunicipalityKey::as_str)
}

fn place(row: &Row) -> Result<Option<MunicipalityKey>, StoreError> {
    let municipality: String = row.get("municipality")?;
    match municipality.as_str() {
        EVERYWHERE => Ok(None),
        some => Ok(Some(some.parse().map_err(|_| StoreError::Damaged("municipality"))?)),
    }
}
