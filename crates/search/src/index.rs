//! The index on disk or in memory: one writer, any number of readers.
//!
//! The folder holds one subfolder named after the schema and the lexicon; another version means
//! another, empty subfolder that the caller fills again ([`Index::applied_seq`] is none), and the
//! old one is removed.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use base::{Language, MunicipalityKey, TopicKey};
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::merge_policy::NoMergePolicy;
use tantivy::{IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, Term};

use crate::answer::{Answer, Query};
use crate::document::Document;
use crate::favour::{Counted, Favour};
use crate::lexicon::Lexicon;
use crate::live::{WordEntries, Words};
use crate::schema::{self, Analyzer, Fields};
use crate::snapshot::{Core, Snapshot};
use crate::suggest::{PastQuery, Suggestion};

/// Bytes the writer may gather before it writes a segment; taken as they are needed.
const WRITER_MEMORY: usize = 300_000_000;
/// So many segments written one by one become one.
const MOST_SEGMENTS: usize = 8;

/// What went wrong with the index. Nothing a citizen can cause.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("search index: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("search index folder: {0}")]
    Folder(#[from] std::io::Error),
    #[error("search index folder: {0}")]
    Open(#[from] tantivy::directory::error::OpenDirectoryError),
    #[error("search index entry: {0}")]
    Card(#[from] serde_json::Error),
}

/// What a commit says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Payload {
    /// The last change of the knowledge stream that is in the index.
    seq: i64,
    /// Of schema and lexicon.
    fingerprint: u64,
}

/// The search engine. Shared between threads by `Arc`.
pub struct Index {
    lexicon: Arc<Lexicon>,
    fields: Fields,
    index: tantivy::Index,
    reader: IndexReader,
    writer: Mutex<Option<IndexWriter>>,
    current: RwLock<Arc<Snapshot>>,
    /// Held while the snapshot is replaced by one made of it.
    swapping: Mutex<()>,
    /// Topics with a word that editors want split otherwise than it is indexed.
    split_otherwise: Mutex<BTreeSet<TopicKey>>,
    fingerprint: u64,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("index", &self.index).finish_non_exhaustive()
    }
}

fn fingerprint(lexicon: &Lexicon) -> u64 {
    lexicon.fingerprint() ^ u64::from(schema::VERSION).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Index {
    /// Opens the index in a folder, which is made when it is missing. An index that another
    /// schema or lexicon built is thrown away.
    ///
    /// # Errors
    /// [`SearchError`] when the folder cannot be read and written.
    pub fn open(folder: &Path, lexicon: Lexicon) -> Result<Self, SearchError> {
        let name = format!("{:016x}", fingerprint(&lexicon));
        std::fs::create_dir_all(folder)?;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let ours = entry.file_name().to_string_lossy().chars().all(|c| c.is_ascii_hexdigit());
            if ours && entry.file_name() != *name && entry.file_type()?.is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            }
        }
        let own = folder.join(&name);
        match Self::open_own(&own, &lexicon) {
            Ok(index) => Self::with(index, lexicon),
            Err(SearchError::Index(fault)) => {
                tracing::warn!(%fault, "the search index cannot be read; it is built again");
                std::fs::remove_dir_all(&own)?;
                Self::with(Self::open_own(&own, &lexicon)?, lexicon)
            }
            Err(fault) => Err(fault),
        }
    }

    fn open_own(folder: &Path, lexicon: &Lexicon) -> Result<tantivy::Index, SearchError> {
        std::fs::create_dir_all(folder)?;
        let directory = MmapDirectory::open(folder)?;
        let index = tantivy::Index::open_or_create(directory, Fields::default().schema)?;
        let other = |payload: Payload| payload.fingerprint != fingerprint(lexicon);
        if payload(&index)?.is_some_and(other) {
            return Err(tantivy::TantivyError::InvalidArgument("another lexicon".into()).into());
        }
        Ok(index)
    }

    /// An index that ends with the process.
    ///
    /// # Errors
    /// [`SearchError`]; not in practice.
    pub fn in_memory(lexicon: Lexicon) -> Result<Self, SearchError> {
        let index = tantivy::Index::create(
            tantivy::directory::RamDirectory::create(),
            Fields::default().schema,
            IndexSettings::default(),
        )?;
        Self::with(index, lexicon)
    }

    fn with(index: tantivy::Index, lexicon: Lexicon) -> Result<Self, SearchError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let lexicon = Arc::new(lexicon);
        let fields = Fields::default();
        let core = Core::new(reader.searcher(), &fields, Arc::clone(&lexicon), None)?;
        let words = Words::new(&lexicon, &WordEntries::default());
        let snapshot =
            Snapshot::of(Arc::new(core), Arc::new(words), Arc::default(), Arc::default());
        Ok(Self {
            fingerprint: fingerprint(&lexicon),
            lexicon,
            fields,
            index,
            reader,
            writer: Mutex::new(None),
            current: RwLock::new(Arc::new(snapshot)),
            swapping: Mutex::new(()),
            split_otherwise: Mutex::default(),
        })
    }

    /// The number of the last applied change, or none when the index is new and wants everything.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read.
    pub fn applied_seq(&self) -> Result<Option<i64>, SearchError> {
        Ok(payload(&self.index)?.map(|payload| payload.seq))
    }

    /// The one writer; waits while another thread has it.
    #[must_use]
    pub fn writer(&self) -> Writer<'_> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let words = Arc::clone(&self.snapshot().words);
        Writer { index: self, writer, words, topics: BTreeSet::new() }
    }

    /// What is known of the language.
    #[must_use]
    pub fn lexicon(&self) -> Arc<Lexicon> {
        Arc::clone(&self.lexicon)
    }

    /// The index as of the last commit.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, made_of: impl FnOnce(&Snapshot) -> Snapshot) {
        let _held = self.swapping.lock().unwrap_or_else(PoisonError::into_inner);
        let made = Arc::new(made_of(&self.snapshot()));
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = made;
    }

    /// What editors say of words, in force from the next query on. The texts that hold a word which
    /// is split otherwise now are to be written again: see [`Index::split_otherwise`].
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read; then nothing has changed.
    pub fn set_words(&self, entries: &WordEntries) -> Result<(), SearchError> {
        let words = Arc::new(Words::new(&self.lexicon, entries));
        let before = self.snapshot();
        let topics = before.core.topics_with(words.split_otherwise(&before.words))?;
        self.lock_split_otherwise().extend(topics);
        self.replace(|before| before.with_words(words));
        Ok(())
    }

    /// The topics with a word that editors want split otherwise than it is indexed. Each is one
    /// until its texts have been written again.
    #[must_use]
    pub fn split_otherwise(&self) -> BTreeSet<TopicKey> {
        self.lock_split_otherwise().clone()
    }

    fn lock_split_otherwise(&self) -> MutexGuard<'_, BTreeSet<TopicKey>> {
        self.split_otherwise.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a query as if editors said this of words.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read.
    pub fn search_with(&self, query: &Query, entries: &WordEntries) -> Result<Answer, SearchError> {
        let words = Arc::new(Words::new(&self.lexicon, entries));
        self.snapshot().with_words(words).search(query)
    }

    /// What people read and found helpful and what they often ask, in force from the next query on.
    pub fn set_favour(&self, counted: &HashMap<TopicKey, Counted>, past: Vec<PastQuery>) {
        let favour = Arc::new(Favour::new(counted));
        self.replace(|before| before.with_favour(favour, Arc::new(past)));
    }

    /// What to offer for what has been typed so far, at most `limit`.
    #[must_use]
    pub fn suggest(
        &self,
        typed: &str,
        municipality: Option<&MunicipalityKey>,
        language: Language,
        limit: usize,
    ) -> Vec<Suggestion> {
        self.snapshot().suggest(typed, municipality, language, limit)
    }

    /// Answers a query. Any text is allowed; only its first 500 characters and 40 words count.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read.
    pub fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        self.snapshot().search(query)
    }

    /// The fingerprints of all documents, each put over the others: the same as that of the same
    /// documents in any order. Reads every one.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be read.
    pub fn fingerprint_of_documents(&self) -> Result<u64, SearchError> {
        self.snapshot().core.fingerprint_of_documents()
    }

    /// Number of documents.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.snapshot().searcher.num_docs()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn payload(index: &tantivy::Index) -> Result<Option<Payload>, SearchError> {
    let text = index.load_metas()?.payload;
    Ok(text.as_deref().map(serde_json::from_str).transpose()?)
}

/// Changes the index. Nothing is seen before [`Writer::commit`].
pub struct Writer<'a> {
    index: &'a Index,
    writer: MutexGuard<'a, Option<IndexWriter>>,
    /// What editors said of words when it began.
    words: Arc<Words>,
    /// What has been written and not committed.
    topics: BTreeSet<TopicKey>,
}

impl Writer<'_> {
    fn open(&mut self) -> Result<&mut IndexWriter, SearchError> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => {
                let writer = self.index.index.writer_with_num_threads(1, WRITER_MEMORY)?;
                // A merge behind our back would make all that is known of the segments be read
                // again; `tidy` merges those that are small.
                writer.set_merge_policy(Box::new(NoMergePolicy));
                writer
            }
        };
        Ok(self.writer.insert(writer))
    }

    /// Replaces everything.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be written.
    pub fn replace_all(&mut self, documents: &[Document]) -> Result<(), SearchError> {
        self.open()?.delete_all_documents()?;
        let snapshot = self.index.snapshot();
        let mut analyzer = Analyzer::new(&self.index.fields, &self.index.lexicon, &snapshot.words);
        for document in documents {
            let analysed = analyzer.analyse(document)?;
            self.put(document, analysed)?;
        }
        Ok(())
    }

    /// Adds a document or replaces the one of the same key.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be written.
    pub fn upsert(&mut self, document: &Document) -> Result<(), SearchError> {
        let snapshot = self.index.snapshot();
        let mut analyzer = Analyzer::new(&self.index.fields, &self.index.lexicon, &snapshot.words);
        let analysed = analyzer.analyse(document)?;
        self.put(document, analysed)
    }

    fn put(&mut self, document: &Document, analysed: TantivyDocument) -> Result<(), SearchError> {
        let term = Term::from_field_text(self.index.fields.key, &document.key);
        let writer = self.open()?;
        writer.delete_term(term);
        writer.add_document(analysed)?;
        self.topics.insert(document.topic.clone());
        Ok(())
    }

    /// Removes the document of a key, if there is one.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be written.
    pub fn remove(&mut self, key: &str) -> Result<(), SearchError> {
        let term = Term::from_field_text(self.index.fields.key, key);
        self.open()?.delete_term(term);
        Ok(())
    }

    /// Makes the changes durable and visible, with the number of the last change they hold.
    ///
    /// # Errors
    /// [`SearchError`] when the index cannot be written; then nothing has changed.
    pub fn commit(&mut self, seq: i64) -> Result<(), SearchError> {
        let payload = Payload { seq, fingerprint: self.index.fingerprint };
        let payload = serde_json::to_string(&payload)?;
        let mut prepared = self.open()?.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        let written = std::mem::take(&mut self.topics);
        // Texts may have been split by older words than are in force now: those are written again.
        if Arc::ptr_eq(&self.words, &self.index.snapshot().words) {
            self.index.lock_split_otherwise().retain(|topic| !written.contains(topic));
        }
        self.index.reader.reload()?;
        self.read()?;
        self.tidy()
    }

    fn read(&self) -> Result<(), SearchError> {
        let before = self.index.snapshot();
        let core = Core::new(
            self.index.reader.searcher(),
            &self.index.fields,
            Arc::clone(&self.index.lexicon),
            Some(&before.core),
        )?;
        self.index.replace(|before| before.with_core(Arc::new(core)));
        Ok(())
    }

    /// Makes one segment of many small ones.
    fn tidy(&mut self) -> Result<(), SearchError> {
        let core = Arc::clone(&self.index.snapshot().core);
        let mut small = core.later_segments().to_vec();
        if small.is_empty() {
            small = core.segment_ids();
        }
        if small.len() <= MOST_SEGMENTS {
            return Ok(());
        }
        self.open()?.merge(&small).wait()?;
        self.index.reader.reload()?;
        self.read()
    }
}
