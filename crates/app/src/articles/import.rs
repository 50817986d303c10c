//! How a content folder comes into the database.

use base::{MunicipalityKey, Outcome, TopicKey, UnixMillis};
use rules::articles::TopicKind;
use rules::content::Collection;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::StoreError;
use store::knowledge::{Entry, EntryKey};
use store::streams::{self, StreamKey};

use crate::directory::{AREAS, CONSORTIUM, DEPARTMENT_KINDS};
use crate::{App, away};

/// The word for a variant in the column `kind`.
const VARIANT: &str = "variant";

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Texts that are new or changed.
    pub written: usize,
    pub removed: usize,
    /// Texts that stood there already.
    pub kept: usize,
    /// Municipalities with changes.
    pub members: usize,
}

impl App {
    /// Brings a content folder in: consortium, members and every text. What has not changed is not
    /// written; texts that the folder no longer has are removed. Running it again changes nothing.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away; nothing has changed then.
    pub async fn import(&self, collection: &Collection) -> Outcome<Imported> {
        let at = self.now();
        let entries = entries_of(collection).map_err(away)?;
        let mut tx = self.database.begin().await.map_err(away)?;
        let mut done = Imported::default();
        let mut rung = self.import_members(&mut tx, collection, at, &mut done).await?;
        // Held from here on: two nodes that start at once import one after the other.
        let stream = store::knowledge::stream();
        streams::take(&mut tx, &self.tenant, &stream, 0).await.map_err(away)?;
        let mut known = store::knowledge::digests(&mut tx, &self.tenant).await.map_err(away)?;
        let mut events = Vec::new();
        for entry in &entries {
            let key = (entry.topic.clone(), entry.municipality.clone());
            if known.remove(&key).as_ref() == Some(&entry.digest) {
                done.kept += 1;
                continue;
            }
            store::knowledge::put(&mut tx, &self.tenant, entry).await.map_err(away)?;
            events.push(("changed", changed(&key)));
            done.written += 1;
        }
        for key in known.keys() {
            store::knowledge::remove(&mut tx, &self.tenant, key).await.map_err(away)?;
            events.push(("removed", changed(key)));
            done.removed += 1;
        }
        if !events.is_empty() {
            streams::append(&mut tx, &self.tenant, &stream, at, &events).await.map_err(away)?;
            rung.push(stream);
        }
        tx.commit().await.map_err(away)?;
        self.ring(&rung);
        Ok(done)
    }

    async fn import_members(
        &self,
        tx: &mut store::Tx,
        collection: &Collection,
        at: UnixMillis,
        done: &mut Imported,
    ) -> Outcome<Vec<StreamKey>> {
        let json = |value: Result<String, serde_json::Error>| {
            value.map_err(|_| away(StoreError::Damaged("content")))
        };
        let said = [
            (CONSORTIUM, json(serde_json::to_string(&collection.consortium))?),
            (DEPARTMENT_KINDS, json(serde_json::to_string(&collection.departments))?),
            (AREAS, json(serde_json::to_string(&collection.areas))?),
        ];
        let mut rung = Vec::new();
        for member in &collection.members {
            let changed =
                store::directory::put_member(tx, &self.tenant, member, at).await.map_err(away)?;
            if changed {
                done.members += 1;
                rung.push(StreamKey::directory(&member.key));
            }
        }
        let mut differs = false;
        for (name, value) in said {
            let known =
                store::settings::get(&self.database, &self.tenant, name).await.map_err(away)?;
            if known.as_ref() != Some(&value) {
                store::settings::set(tx, &self.tenant, name, &value).await.map_err(away)?;
                differs = true;
            }
        }
        // What the consortium says of itself is read with the directory, so it counts as a change
        // of it.
        if let (true, true, Some(first)) = (differs, rung.is_empty(), collection.members.first()) {
            let stream = StreamKey::directory(&first.key);
            let event = [("consortium", "{}".to_owned())];
            streams::append(tx, &self.tenant, &stream, at, &event).await.map_err(away)?;
            rung.push(stream);
        }
        Ok(rung)
    }
}

/// The body of an event of the knowledge stream.
fn changed(key: &EntryKey) -> String {
    serde_json::json!({ "topic": key.0, "municipality": key.1 }).to_string()
}

fn entries_of(collection: &Collection) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    for article in collection.articles.values() {
        let kind = article.kind.word();
        entries.push(entry(&article.topic, None, kind, article.version, article)?);
    }
    for guide in collection.guides.values() {
        entries.push(entry(&guide.topic, None, TopicKind::Guide.word(), guide.version, guide)?);
    }
    for variant in collection.variants.values() {
        let municipality = Some(&variant.municipality);
        entries.push(entry(&variant.topic, municipality, VARIANT, variant.of, variant)?);
    }
    Ok(entries)
}

fn entry<T: Serialize>(
    topic: &TopicKey,
    municipality: Option<&MunicipalityKey>,
    kind: &str,
    version: u32,
    value: &T,
) -> Result<Entry, StoreError> {
    let body = serde_json::to_string(value).map_err(|_| StoreError::Damaged("content"))?;
    let digest = Sha256::digest(&body).iter().fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    });
    Ok(Entry {
        topic: topic.clone(),
        municipality: municipality.cloned(),
        kind: kind.to_owned(),
        version: i64::from(version),
        body,
        digest,
    })
}
