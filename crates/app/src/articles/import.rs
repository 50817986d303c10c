//! How a content folder comes into the database.

use std::collections::BTreeMap;

use base::{Outcome, Problem, TopicKey, UnixMillis};
use rules::content::Collection;
use rules::workshop::Text;
use serde::Serialize;
use store::StoreError;
use store::knowledge::EntryKey;
use store::streams::{self, StreamKey};
use store::workshop::versions;

use crate::App;
use crate::directory::{ALLOWED_NUMBERS, CONSORTIUM, DEPARTMENT_KINDS, Mode, PLAIN_WORDS};
use crate::workshop::json_of;
use crate::workshop::publish::{End, Origin, area_of, digest_of, event_of, version_of};

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Imported {
    /// Texts that are new or changed.
    pub written: usize,
    pub removed: usize,
    /// Texts that stood there already.
    pub kept: usize,
    /// Texts that were written in the workshop and stay as they are.
    pub left: usize,
    /// Municipalities with changes.
    pub members: usize,
}

impl App {
    /// Brings a content folder in: consortium, members and every text. What has not changed is not
    /// written; texts that the folder no longer has are removed. Running it again changes nothing.
    /// What was written in the workshop stays, whatever the folder says.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away; nothing has changed then.
    pub async fn import(&self, collection: &Collection) -> Outcome<Imported> {
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let mut done = Imported::default();
        let mut rung = self.import_members(&mut tx, collection, at, &mut done).await?;
        // Held from here on: two nodes that start at once import one after the other.
        self.lock_knowledge(&mut tx).await?;
        let mut known = store::knowledge::digests(&mut tx, &self.tenant).await?;
        let mut events = Vec::new();
        let mut changed: Vec<Text> = Vec::new();
        // The version a master stands in here, where the folder calls it another.
        let mut masters: BTreeMap<TopicKey, Master> = BTreeMap::new();
        for brought in texts_of(collection) {
            let key = (brought.topic().clone(), brought.municipality().cloned());
            let mut text = brought;
            let said = text.version();
            let digest = digest_of(&json_of(&text)?);
            if let Some(master) = masters.get(&key.0).filter(|master| master.said == said)
                && key.1.is_some()
            {
                text.written_against(master.stands);
            }
            let standing = known.remove(&key);
            let same = standing.as_ref().is_some_and(|standing| {
                // One that went along with its master here is not taken back.
                let over = key.1.is_none() || standing.version >= i64::from(text.version());
                standing.digest == digest && over
            });
            let own = standing.as_ref().is_some_and(|standing| Origin::is_own(&standing.origin));
            if same || own {
                let stands = standing.map_or(0, |standing| standing.version);
                if key.1.is_none() {
                    // A master that was rewritten here is no longer the one the folder speaks of.
                    let said = if own { u32::MAX } else { said };
                    masters.insert(key.0, Master { said, stands: version_of(stands)? });
                }
                if own {
                    done.left += 1
                } else {
                    done.kept += 1
                }
                continue;
            }
            let stands = self.write_brought(&mut tx, &key, &mut text, digest.clone(), at).await?;
            if key.1.is_none() {
                masters.insert(key.0.clone(), Master { said, stands });
                if standing.is_some() {
                    changed.push(text);
                }
            }
            events.push(("changed", event_of(&key)));
            // One that only follows the number of its master says what it said.
            let said_so = standing.is_some_and(|standing| standing.digest == digest);
            if said_so { done.kept += 1 } else { done.written += 1 }
        }
        // What was written here over a master of the folder follows it as over any other.
        for master in &changed {
            let (topic, area) = (master.topic().clone(), area_of(master));
            let carried = self.carry_local_texts(&mut tx, &topic, &area, master, at).await?;
            events.extend(carried.iter().map(|key| ("changed", event_of(key))));
        }
        for (key, standing) in &known {
            // What was written here stays, whatever the folder has.
            if standing.origin != Origin::Content.word() {
                done.left += usize::from(Origin::is_own(&standing.origin));
                continue;
            }
            let scope = self.system("import");
            self.end_text(&mut tx, &scope, key, End::Removed, None, at).await?;
            rung.push(store::knowledge::stream());
            done.removed += 1;
        }
        let stream = store::knowledge::stream();
        if !events.is_empty() {
            streams::append(&mut tx, &self.tenant, &stream, at, &events).await?;
            rung.push(stream);
        }
        tx.commit().await?;
        self.ring(&rung);
        self.import_directories(collection).await?;
        Ok(done)
    }

    /// Brings in the units, people and responsibilities that the folder names.
    async fn import_directories(&self, collection: &Collection) -> Outcome<()> {
        let scope = self.system("import");
        for (municipality, brought) in &collection.directories {
            let mode = Mode::Apply { even_if_many: true };
            let content = Origin::Content.word();
            let brought = brought.clone();
            let done = self.synchronise(&scope, municipality, content, brought, mode).await?;
            if let Some(fault) = done.faults.first() {
                tracing::warn!(%municipality, code = fault.code, thing = fault.value, "not taken in");
                return Err(Problem::invalid("directory", fault.code));
            }
        }
        Ok(())
    }

    /// Writes a text of the folder with its version; answers with the version it stands in.
    async fn write_brought(
        &self,
        tx: &mut store::Tx,
        key: &EntryKey,
        text: &mut Text,
        digest: String,
        at: UnixMillis,
    ) -> Outcome<u32> {
        let last = versions::last(tx, &self.tenant, key).await?;
        // A folder may change a text without counting; its history counts all the same.
        let least = if key.1.is_none() { i64::from(text.version()) } else { 0 };
        let number = (last + 1).max(least);
        text.number(version_of(number)?);
        let before = store::knowledge::get(&mut *tx, &self.tenant, key).await?;
        let origin = Origin::Content.word();
        let mut entry = self.entry_of(key, text, number, origin, at, Some(digest))?;
        if let Some(before) = before {
            entry.expires_at = before.expires_at;
            entry.owner_person = before.owner_person;
            entry.reviewer_person = before.reviewer_person;
        }
        self.write_version(tx, &entry, "published", None, "").await?;
        Ok(text.version())
    }

    async fn import_members(
        &self,
        tx: &mut store::Tx,
        collection: &Collection,
        at: UnixMillis,
        done: &mut Imported,
    ) -> Outcome<Vec<StreamKey>> {
        let json = |value: Result<String, serde_json::Error>| {
            value.map_err(|_| StoreError::Damaged("content"))
        };
        let said = [
            (CONSORTIUM, json(serde_json::to_string(&collection.consortium))?),
            (DEPARTMENT_KINDS, json(serde_json::to_string(&collection.departments))?),
            (ALLOWED_NUMBERS, json(serde_json::to_string(&collection.allowed_numbers))?),
            (PLAIN_WORDS, json(serde_json::to_string(&collection.plain_words))?),
        ];
        let mut rung = Vec::new();
        for member in &collection.members {
            let changed = store::directory::put_member(tx, &self.tenant, member, at).await?;
            if changed {
                done.members += 1;
                rung.push(StreamKey::directory(&member.key));
            }
        }
        let mut differs = self.import_areas(tx, collection).await?;
        for (name, value) in said {
            let known = store::settings::get(&self.database, &self.tenant, name).await?;
            if known.as_ref() != Some(&value) {
                store::settings::set(tx, &self.tenant, name, &value).await?;
                differs = true;
            }
        }
        // What the consortium says of itself is read with the directory, so it counts as a change
        // of it.
        if let (true, true, Some(first)) = (differs, rung.is_empty(), collection.members.first()) {
            let stream = StreamKey::directory(&first.key);
            let event = [("consortium", "{}".to_owned())];
            streams::append(tx, &self.tenant, &stream, at, &event).await?;
            rung.push(stream);
        }
        Ok(rung)
    }
}

/// A master as the folder counts it, and as it stands here.
struct Master {
    said: u32,
    stands: u32,
}

/// Every text of a folder, the masters before what stands over them.
fn texts_of(collection: &Collection) -> Vec<Text> {
    let articles = collection.articles.values().cloned().map(|a| Text::Article(Box::new(a)));
    let guides = collection.guides.values().cloned().map(|g| Text::Guide(Box::new(g)));
    let variants = collection.variants.values().cloned().map(|v| Text::Variant(Box::new(v)));
    let branches = collection.branches.values().cloned().map(|b| Text::Branches(Box::new(b)));
    articles.chain(guides).chain(variants).chain(branches).collect()
}
