//! How fast the search is on a large collection: the demo's articles multiplied, asked by people who
//! mistype, key by key, on one core.
//!
//! The texts are made of the collection's own words: each word follows one that it follows in some
//! article, now and then two words are joined to a compound that nobody has written before. So the
//! vocabulary grows with the collection as it does in life.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use base::{Language, MunicipalityKey, Rng, TopicKey};
use rules::articles::{merge, plain_text};
use rules::content::Collection;
use search::{Document, DocumentKind, Index, Lexicon, Query};

/// One word in so many is a compound that is met here for the first time.
const NEW_WORD: u64 = 400;
/// The same numbers in every run.
const SEED: u64 = 20_271_122;
/// How often one text is written anew to measure a save.
const SAVES: usize = 20;
/// So many slow queries are named.
const SLOWEST: usize = 8;
/// How often each request is made; its time is the median.
const TIMES: usize = 3;
/// Requests of so many queries at most are measured key by key.
const TYPED: usize = 150;

/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    pub content: &'a Path,
    /// Queries with their topics and types between tabs.
    pub queries: &'a Path,
    pub documents: usize,
}

/// Times of one kind of request.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// The time that this share of the requests kept.
    #[must_use]
    pub fn at(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
        sorted.get(at).copied().unwrap_or_default()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |share| self.at(share).as_secs_f64() * 1000.0;
        write!(f, "{:>7}", self.0.len())?;
        write!(f, "{:>9.2}{:>9.2}{:>9.2}{:>9.2}", ms(0.5), ms(0.95), ms(0.99), ms(1.0))
    }
}

/// What was measured.
#[derive(Debug, Default)]
pub struct Report {
    pub documents: usize,
    pub words: usize,
    pub build: Duration,
    /// Bytes the program has in memory.
    pub memory: u64,
    pub postings: usize,
    pub submitted: Times,
    /// The queries that took longest.
    pub slowest: Vec<(Duration, String)>,
    pub keystrokes: Times,
    pub suggestions: Times,
    /// Suggestions in all.
    pub offered: usize,
    /// From handing over one changed text until the commit is done and visible.
    pub save: Times,
    /// Saves after which the new word was not found.
    pub lost: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: u64| bytes / 1_000_000;
        writeln!(f, "{} documents, {} words", self.documents, self.words)?;
        writeln!(f, "built in {:.1} s", self.build.as_secs_f64())?;
        write!(f, "memory {} MB, ", megabytes(self.memory))?;
        writeln!(f, "of it {} MB the pages of every word", megabytes(self.postings as u64))?;
        writeln!(f, "{:<22}{:>7}{:>9}{:>9}{:>9}{:>9}", "ms", "count", "p50", "p95", "p99", "max")?;
        writeln!(f, "{:<22}{}", "submitted", self.submitted)?;
        writeln!(f, "{:<22}{}", "keystrokes", self.keystrokes)?;
        writeln!(f, "{:<22}{}  ({} offered)", "suggestions", self.suggestions, self.offered)?;
        writeln!(f, "{:<22}{}", "save until found", self.save)?;
        writeln!(f, "saved and not found: {}", self.lost)?;
        for (time, query) in &self.slowest {
            writeln!(f, "slow: {:.1} ms  {query}", time.as_secs_f64() * 1000.0)?;
        }
        Ok(())
    }
}

/// Builds and measures.
///
/// # Errors
/// When the content, the queries or the index cannot be read.
pub fn measure(plan: &Plan<'_>) -> anyhow::Result<Report> {
    let files = files_of(plan.content, plan.content)?;
    let lexicon = Lexicon::of_content(&files)?;
    let collection = Collection::from_files(files)
        .map_err(|faults| anyhow::anyhow!("{} faults in the content", faults.len()))?;
    let municipality = collection.members.first().map(|member| member.key.clone());
    let maker = Maker::new(&collection);
    let text = std::fs::read_to_string(plan.queries)
        .with_context(|| format!("cannot read {}", plan.queries.display()))?;
    let queries: Vec<String> =
        search::eval::parse(&text)?.into_iter().map(|query| query.text).collect();

    let folder = crate::node::Folder::new()?;
    let index = Index::open(folder.path(), lexicon)?;
    let mut report = Report { documents: plan.documents, ..Report::default() };
    let documents = maker.documents(plan.documents);
    let begun = Instant::now();
    {
        let mut writer = index.writer();
        writer.replace_all(&documents)?;
        writer.commit(1)?;
    }
    report.build = begun.elapsed();
    let sample = documents.last().cloned().context("no documents")?;
    drop(documents);
    report.words = index.snapshot().vocabulary_sizes()[0].0;
    report.postings = index.snapshot().postings_bytes();
    report.memory = resident();

    let noisy: Vec<String> = queries.iter().flat_map(|query| noisy(query, &maker.rng)).collect();
    let query = |text: &str, as_you_type| Query {
        text: text.to_owned(),
        municipality: municipality.clone(),
        limit: 10,
        language: Language::Da,
        as_you_type,
        with_pages: true,
    };
    // A running node has its caches filled.
    for text in &queries {
        index.search(&query(text, false))?;
    }
    let mut submitted = Vec::new();
    for text in &noisy {
        let time = median(|| index.search(&query(text, false)).map(drop))?;
        submitted.push(time);
        report.slowest.push((time, text.clone()));
    }
    report.slowest.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    report.slowest.truncate(SLOWEST);
    report.submitted = Times(submitted);
    let (mut keys, mut suggested) = (Vec::new(), Vec::new());
    for text in noisy.iter().step_by((noisy.len() / TYPED).max(1)) {
        for (at, letter) in text.char_indices() {
            let typed = &text[..at + letter.len_utf8()];
            keys.push(median(|| index.search(&query(typed, true)).map(drop))?);
            let mut offered = 0;
            suggested.push(median(|| {
                offered = index.suggest(typed, municipality.as_ref(), Language::Da, 6).len();
                Ok::<_, search::SearchError>(())
            })?);
            report.offered += offered;
        }
    }
    report.keystrokes = Times(keys);
    report.suggestions = Times(suggested);
    save(&index, &sample, municipality.as_ref(), &mut report)?;
    Ok(report)
}

/// The median time of some: a busy machine does not stand for the search.
fn median<E>(mut ask: impl FnMut() -> Result<(), E>) -> Result<Duration, E> {
    let mut times = [Duration::ZERO; TIMES];
    for time in &mut times {
        let begun = Instant::now();
        ask()?;
        *time = begun.elapsed();
    }
    times.sort_unstable();
    Ok(times[TIMES / 2])
}

fn save(
    index: &Index,
    sample: &Document,
    municipality: Option<&MunicipalityKey>,
    report: &mut Report,
) -> anyhow::Result<()> {
    for number in 0..SAVES {
        let word = format!("brandneuord{}", ["a", "b", "c", "d"][number % 4].repeat(number + 1));
        let mut document = sample.clone();
        document.title = format!("{word} {}", document.title);
        let begun = Instant::now();
        {
            let mut writer = index.writer();
            writer.upsert(&document)?;
            writer.commit(2 + number as i64)?;
        }
        let found = index.search(&Query {
            text: word,
            municipality: municipality.cloned(),
            limit: 3,
            language: Language::Da,
            as_you_type: false,
            with_pages: true,
        })?;
        report.save.0.push(begun.elapsed());
        if found.hits.first().is_none_or(|hit| hit.topic != sample.topic) {
            report.lost += 1;
        }
    }
    Ok(())
}

/// The query as written, with a typing error, without its Danish letters, and in one word.
fn noisy(query: &str, rng: &Rng) -> Vec<String> {
    let letters: Vec<char> = query.chars().collect();
    let mut typo = letters.clone();
    if typo.len() > 4 {
        let at = 1 + below(rng, typo.len() - 2);
        match below(rng, 3) {
            0 => typo.swap(at, at + 1),
            1 => drop(typo.remove(at)),
            _ => typo.insert(at, typo[at]),
        }
    }
    let plain = query.replace('æ', "ae").replace('ø', "oe").replace('å', "aa");
    vec![query.to_owned(), typo.into_iter().collect(), plain, query.replace(' ', "")]
}

fn below(rng: &Rng, end: usize) -> usize {
    (u64::from_le_bytes(rng.bytes::<8>()) % end.max(1) as u64) as usize
}

/// Makes documents of a collection's own words.
struct Maker {
    originals: Vec<Document>,
    words: Vec<String>,
    /// By word: the words that follow it somewhere.
    next: Vec<Vec<u32>>,
    aliases: Vec<String>,
    rng: Rng,
}

impl Maker {
    fn new(collection: &Collection) -> Self {
        let originals: Vec<Document> = collection
            .articles
            .values()
            .map(|article| Document {
                key: article.topic.to_string(),
                topic: article.topic.clone(),
                kind: DocumentKind::Article,
                municipality: None,
                title: article.title.clone(),
                title_en: article.title_en.clone(),
                aliases: article.words.clone(),
                aliases_en: article.words_en.clone(),
                summary: article.summary.clone(),
                summary_en: article.summary_en.clone(),
                body: plain_text(&merge(article, None)),
                url_path: format!("/topic/{}", article.topic),
                boost: 1.0,
            })
            .collect();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut made = Self {
            words: Vec::new(),
            next: Vec::new(),
            aliases: originals.iter().flat_map(|one| one.aliases.clone()).collect(),
            rng: Rng::seeded(SEED),
            originals: Vec::new(),
        };
        for document in &originals {
            let mut before: Option<u32> = None;
            for word in format!("{} {}", document.summary, document.body).split_whitespace() {
                let number = *numbers.entry(word.to_owned()).or_insert_with(|| {
                    made.words.push(word.to_owned());
                    made.next.push(Vec::new());
                    made.words.len() as u32 - 1
                });
                if let Some(before) = before {
                    made.next[before as usize].push(number);
                }
                before = Some(number);
            }
        }
        made.originals = originals;
        made
    }

    fn documents(&self, count: usize) -> Vec<Document> {
        let copies = self.originals.iter().cycle().enumerate().take(count);
        copies.map(|(number, original)| self.document(number, original)).collect()
    }

    fn document(&self, number: usize, original: &Document) -> Document {
        if number < self.originals.len() {
            return original.clone();
        }
        let length = original.body.split_whitespace().count();
        let key = format!("emne-{number}");
        let aliases = (0..original.aliases.len().min(8))
            .map(|_| self.aliases[below(&self.rng, self.aliases.len())].clone())
            .collect();
        Document {
            topic: TopicKey::new(&key).unwrap_or_else(|_| original.topic.clone()),
            title: self.text(3 + number % 4),
            title_en: original.title_en.clone(),
            aliases,
            aliases_en: original.aliases_en.clone(),
            summary: self.text(14),
            summary_en: original.summary_en.clone(),
            body: self.text(length),
            url_path: format!("/topic/{key}"),
            key,
            ..original.clone()
        }
    }

    fn text(&self, length: usize) -> String {
        let mut text = String::new();
        let mut at = below(&self.rng, self.words.len());
        for _ in 0..length {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&self.words[at]);
            let dice = u64::from_le_bytes(self.rng.bytes::<8>());
            if dice.is_multiple_of(NEW_WORD) {
                let other = &self.words[below(&self.rng, self.words.len())];
                text.push_str(other.trim_matches(|c: char| !c.is_alphabetic()));
            }
            let next = &self.next[at];
            at = match next.get(below(&self.rng, next.len())) {
                Some(next) => *next as usize,
                None => below(&self.rng, self.words.len()),
            };
        }
        text
    }
}

fn files_of(folder: &Path, root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_of(&path, root)?);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let inside = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            files.push((inside, text));
        }
    }
    Ok(files)
}

/// Bytes of this program in memory; 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
