//! What comes in as files: Markdown, HTML, tables, the national portal's articles, subjects of KLE.
//!
//! Reading never stops at the first fault: each is reported with its file and line, and the caller
//! brings in everything or nothing.

mod borger_dk;
mod html;
mod kle;
mod markdown;
mod table;

pub use kle::{Edition, Subject};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use jiff::civil::Date;
use rules::articles::{Article, Competence, Part, TopicKind};
use rules::content::{Fault, FileFault};

use crate::xml::fault;

/// Texts of one import.
const MOST_TEXTS: usize = 2_000;
/// One file of text, in bytes; XML and tables may be longer.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// One part of a text, in bytes.
const LONGEST_PART: usize = 100_000;
const LONGEST_TITLE: usize = 160;
const LONGEST_SUMMARY: usize = 300;

/// The form of what comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Markdown,
    Html,
    Csv,
    BorgerDk,
    Kle,
}

impl std::str::FromStr for Form {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "markdown" => Ok(Self::Markdown),
            "html" => Ok(Self::Html),
            "csv" => Ok(Self::Csv),
            "borger-dk" => Ok(Self::BorgerDk),
            "kle" => Ok(Self::Kle),
            _ => Err("is markdown, html, csv, borger-dk or kle"),
        }
    }
}

/// A file as it was given.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its path inside the folder, or its name.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What a text gets that does not say so itself.
#[derive(Debug, Clone)]
pub struct Defaults {
    pub area: String,
    pub department: DepartmentKey,
    pub owner: MunicipalityKey,
    pub today: Date,
    /// Heading of what stands before the first heading.
    pub first_heading: String,
    /// Heading of the ways to do it oneself.
    pub self_service_heading: String,
    /// Label of the fact that names the source.
    pub source_label: String,
    /// Which columns of a table hold what; empty: by their usual names.
    pub columns: Columns,
}

/// The names of a table's columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Columns {
    pub title: String,
    pub text: String,
    pub area: String,
    pub words: String,
}

/// A text that has been read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadText {
    pub file: String,
    pub line: u32,
    pub article: Article,
}

/// What files hold, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    pub texts: Vec<ReadText>,
    pub kle: Option<Edition>,
    pub faults: Vec<FileFault>,
}

/// Reads files of one form.
#[must_use]
pub fn read(form: Form, files: &[Given], defaults: &Defaults) -> Incoming {
    let mut incoming = Incoming::default();
    for file in files.iter().filter(|file| fits(form, &file.name)) {
        let found = match form {
            Form::Markdown => {
                small(file).and_then(|text| markdown::read(&file.name, &text, defaults))
            }
            Form::Html => small(file).and_then(|text| html::read(&file.name, &text, defaults)),
            Form::Csv => table::read(&file.name, &file.bytes, defaults),
            Form::BorgerDk => borger_dk::read(&file.name, &file.bytes, defaults),
            Form::Kle => match kle::read(&file.bytes) {
                Ok(edition) => {
                    incoming.kle = Some(edition);
                    Ok(vec![])
                }
                Err(fault) => Err(vec![fault]),
            },
        };
        match found {
            Ok(texts) => incoming.texts.extend(texts),
            Err(faults) => incoming.faults.extend(
                faults.into_iter().map(|fault| FileFault { file: file.name.clone(), fault }),
            ),
        }
    }
    let nothing = incoming.texts.is_empty() && incoming.kle.is_none();
    if nothing && incoming.faults.is_empty() {
        let file = files.first().map(|file| file.name.clone()).unwrap_or_default();
        let fault = fault(1, "nothing", "there is nothing of this form to be read");
        incoming.faults.push(FileFault { file, fault });
    }
    if incoming.texts.len() > MOST_TEXTS {
        let last = &incoming.texts[MOST_TEXTS];
        let message = format!("more than {MOST_TEXTS} texts at once");
        let fault = fault(last.line, "too-many", message);
        incoming.faults.push(FileFault { file: last.file.clone(), fault });
        incoming.texts.truncate(MOST_TEXTS);
    }
    twice(&mut incoming);
    incoming
}

/// Two texts cannot have the same topic.
fn twice(incoming: &mut Incoming) {
    let mut seen = std::collections::BTreeSet::new();
    for text in &incoming.texts {
        if !seen.insert(text.article.topic.clone()) {
            let message =
                format!("{} has been read already: give it another title", text.article.topic);
            let fault = fault(text.line, "topic-twice", message);
            incoming.faults.push(FileFault { file: text.file.clone(), fault });
        }
    }
}

/// A folder holds other files too.
fn fits(form: Form, name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    match form {
        Form::Markdown => matches!(ending.as_str(), "md" | "markdown" | "txt"),
        Form::Html => matches!(ending.as_str(), "html" | "htm" | "xhtml"),
        Form::Csv => matches!(ending.as_str(), "csv" | "txt" | "tsv"),
        Form::BorgerDk | Form::Kle => ending == "xml",
    }
}

fn small(file: &Given) -> Result<String, Vec<Fault>> {
    if file.bytes.len() > MOST_BYTES {
        return Err(vec![fault(1, "too-large", "a text is larger than 2 MB")]);
    }
    if file.bytes.contains(&0) {
        return Err(vec![fault(1, "encoding", "the file is no text")]);
    }
    Ok(crate::text_of(&file.bytes))
}

/// A text of a title and parts, with what the defaults say of the rest.
fn article(
    title: &str,
    mut parts: Vec<Part>,
    defaults: &Defaults,
    line: u32,
) -> Result<Article, Fault> {
    let title: String = one_line(title).chars().take(LONGEST_TITLE).collect();
    let topic = topic_of(&title)
        .ok_or_else(|| fault(line, "no-title", "there is no title, or none with letters in it"))?;
    parts.retain(|part| !part.markdown.trim().is_empty());
    if parts.is_empty() {
        return Err(fault(line, "no-text", "there is a title and no text under it"));
    }
    if parts.iter().any(|part| part.markdown.len() > LONGEST_PART) {
        return Err(fault(
            line,
            "too-long",
            "one part is longer than 100,000 bytes: divide it by headings",
        ));
    }
    name_parts(&mut parts);
    let plain = rules::content::plain_markdown(&parts[0].markdown);
    let summary = plain.lines().next().unwrap_or_default().chars().take(LONGEST_SUMMARY).collect();
    Ok(Article {
        topic,
        kind: TopicKind::Article,
        version: 1,
        title,
        title_en: String::new(),
        area: defaults.area.clone(),
        department: defaults.department.clone(),
        competence: Competence::Local,
        urgent: false,
        summary,
        summary_en: String::new(),
        words: vec![],
        words_en: vec![],
        self_service: None,
        figures_year: None,
        rules: vec![],
        related: vec![],
        owner: defaults.owner.clone(),
        reviewed: defaults.today,
        review: defaults.today.checked_add(jiff::Span::new().months(6)).unwrap_or(defaults.today),
        authority: None,
        facts: vec![],
        parts,
    })
}

/// The first part says what to do; the others are named after their headings.
fn name_parts(parts: &mut [Part]) {
    let mut taken = std::collections::BTreeSet::new();
    for (number, part) in parts.iter_mut().enumerate() {
        let mut id: String = slug(&part.heading).chars().take(30).collect();
        id = id.trim_end_matches('-').to_owned();
        if number == 0 {
            id = "todo".to_owned();
        } else if id.is_empty() || taken.contains(&id) {
            id = format!("del-{}", number + 1);
        }
        taken.insert(id.clone());
        part.id = id;
    }
}

/// The name of a topic in addresses.
fn topic_of(title: &str) -> Option<TopicKey> {
    let mut name: String = slug(title).chars().take(60).collect();
    name = name.trim_matches('-').to_owned();
    TopicKey::new(&name).ok()
}

fn slug(text: &str) -> String {
    let mut name = String::new();
    for letter in text.to_lowercase().chars() {
        match letter {
            'æ' | 'ä' => name.push_str("ae"),
            'ø' | 'ö' => name.push_str("oe"),
            'å' => name.push_str("aa"),
            'é' | 'è' => name.push('e'),
            'ü' => name.push('u'),
            'a'..='z' | '0'..='9' => name.push(letter),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    name.trim_end_matches('-').to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words that were given in one cell or line.
fn words_of(text: &str) -> Vec<String> {
    text.trim_matches(['[', ']'])
        .split([',', ';', '|'])
        .map(|word| word.trim().trim_matches('"').trim().to_owned())
        .filter(|word| !word.is_empty())
        .take(50)
        .collect()
}
