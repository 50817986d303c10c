//! A content folder as one value.

use std::collections::{BTreeMap, BTreeSet};

use base::{DepartmentKey, MunicipalityKey, TopicKey};
use serde::{Deserialize, Serialize};

use super::{AllowedNumbers, Fault, MAX_TEXT, RequiredTopic, files, line_with, read_toml};
use crate::articles::{Article, TopicKind, Variant, parse_article, parse_variant};
use crate::checks::PlainWords;
use crate::directory::{Brought, TableFault, read_table};
use crate::guides::{self, Branches, Guide};
use crate::members::{
    Consortium, DepartmentKind, Member, parse_consortium, parse_departments, parse_member,
};

/// A knowledge area: topics are browsed by it and editors own it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// For instance `id-og-papirer`.
    pub key: String,
    pub name: String,
    pub name_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AreasFile {
    areas: Vec<Area>,
}

/// A fault and the file it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileFault {
    /// Relative to the content folder, for instance `articles/pas.md`.
    pub file: String,
    pub fault: Fault,
}

impl std::fmt::Display for FileFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.fault)
    }
}

/// Everything a consortium's content folder says.
#[derive(Debug, Clone)]
pub struct Collection {
    pub consortium: Consortium,
    /// By their keys' order.
    pub members: Vec<Member>,
    /// The units, people and responsibilities of members.
    pub directories: BTreeMap<MunicipalityKey, Brought>,
    pub departments: Vec<DepartmentKind>,
    /// In the order of `areas.toml`, which is the order they are browsed in.
    pub areas: Vec<Area>,
    /// Articles and referrals.
    pub articles: BTreeMap<TopicKey, Article>,
    pub guides: BTreeMap<TopicKey, Guide>,
    pub variants: BTreeMap<(TopicKey, MunicipalityKey), Variant>,
    /// What municipalities add to guides.
    pub branches: BTreeMap<(TopicKey, MunicipalityKey), Branches>,
    pub allowed_numbers: AllowedNumbers,
    /// What to say instead of the words of offices.
    pub plain_words: PlainWords,
    /// What the folder must answer; empty when it has no `topics.txt`.
    pub required: Vec<RequiredTopic>,
    /// The texts by their paths, for findings with lines.
    pub(super) sources: BTreeMap<String, String>,
}

/// What has been read of a folder so far.
#[derive(Default)]
struct Reading {
    consortium: Option<Consortium>,
    members: Vec<Member>,
    directories: BTreeMap<MunicipalityKey, Brought>,
    departments: Option<Vec<DepartmentKind>>,
    areas: Option<Vec<Area>>,
    articles: BTreeMap<TopicKey, Article>,
    guides: BTreeMap<TopicKey, Guide>,
    variants: BTreeMap<(TopicKey, MunicipalityKey), Variant>,
    branches: BTreeMap<(TopicKey, MunicipalityKey), Branches>,
    allowed_numbers: AllowedNumbers,
    plain_words: PlainWords,
    required: Vec<RequiredTopic>,
}

impl Collection {
    /// Reads a content folder from the paths (relative to the folder, with `/`) and texts of its
    /// files. Files of other kinds than the folder's own (`README.md`, word lists) are passed over.
    ///
    /// # Errors
    /// Every fault of every file, and the files that are missing.
    pub fn from_files<P, T>(files: impl IntoIterator<Item = (P, T)>) -> Result<Self, Vec<FileFault>>
    where
        P: Into<String>,
        T: Into<String>,
    {
        let sources: BTreeMap<String, String> =
            files.into_iter().map(|(path, text)| (path.into(), text.into())).collect();
        let mut reading = Reading::default();
        let mut faults = Vec::new();
        for (path, text) in &sources {
            if let Err(found) = reading.file(path, text) {
                faults
                    .extend(found.into_iter().map(|fault| FileFault { file: path.clone(), fault }));
            }
        }
        let mut required = |file: &str| {
            if !sources.contains_key(file) {
                let fault = Fault::new(1, "missing-file", "the content folder lacks this file");
                faults.push(FileFault { file: file.to_owned(), fault });
            }
        };
        required("consortium.toml");
        required("departments.toml");
        required("areas.toml");
        match (reading.consortium, reading.departments, reading.areas) {
            (Some(consortium), Some(departments), Some(areas)) if faults.is_empty() => Ok(Self {
                consortium,
                members: reading.members,
                directories: reading.directories,
                departments,
                areas,
                articles: reading.articles,
                guides: reading.guides,
                variants: reading.variants,
                branches: reading.branches,
                allowed_numbers: reading.allowed_numbers,
                plain_words: reading.plain_words,
                required: reading.required,
                sources,
            }),
            _ => Err(faults),
        }
    }

    /// The member with this key.
    #[must_use]
    pub fn member(&self, key: &MunicipalityKey) -> Option<&Member> {
        self.members.iter().find(|member| member.key == *key)
    }

    /// The variant of an article in a municipality.
    #[must_use]
    pub fn variant(&self, topic: &TopicKey, municipality: &MunicipalityKey) -> Option<&Variant> {
        self.variants.get(&(topic.clone(), municipality.clone()))
    }

    /// Every topic that has an article, a referral or a guide.
    #[must_use]
    pub fn topics(&self) -> BTreeMap<&TopicKey, TopicKind> {
        let articles = self.articles.iter().map(|(topic, article)| (topic, article.kind));
        articles.chain(self.guides.keys().map(|topic| (topic, TopicKind::Guide))).collect()
    }

    /// The kinds of department that members have.
    #[must_use]
    pub fn department_keys(&self) -> BTreeSet<&DepartmentKey> {
        self.departments
            .iter()
            .map(|kind| &kind.key)
            .filter(|key| key.as_str() != crate::members::OTHER_AUTHORITY)
            .collect()
    }
}

/// Where the file of a topic stands in the content folder.
pub(super) fn path_of(kind: TopicKind, topic: &TopicKey) -> String {
    let folder = match kind {
        TopicKind::Article => "articles",
        TopicKind::Referral => "referrals",
        TopicKind::Guide => "guides",
    };
    format!("{folder}/{topic}.md")
}

impl Reading {
    fn file(&mut self, path: &str, text: &str) -> Result<(), Vec<Fault>> {
        let steps: Vec<&str> = path.split('/').collect();
        match steps.as_slice() {
            ["consortium.toml"] => self.consortium = Some(parse_consortium(text)?),
            ["departments.toml"] => self.departments = Some(parse_departments(text)?),
            ["areas.toml"] => self.areas = Some(parse_areas(text)?),
            ["allowed-numbers.txt"] => self.allowed_numbers = AllowedNumbers::parse(text)?,
            ["plain-words.txt"] => self.plain_words = PlainWords::parse(text)?,
            ["topics.txt"] => self.required = files::required_topics(text)?,
            ["members", name] if name.ends_with(".toml") => {
                let member = parse_member(text)?;
                named(path, &format!("members/{}.toml", member.key), text)?;
                self.members.push(member);
            }
            ["members", name] if name.ends_with(".csv") => {
                let key = MunicipalityKey::new(name.trim_end_matches(".csv"));
                let key = key.map_err(|error| vec![Fault::new(1, "slug", error.to_string())])?;
                let brought = read_table(text)
                    .map_err(|faults| faults.iter().map(of_table).collect::<Vec<_>>())?;
                self.directories.insert(key, brought);
            }
            ["articles" | "referrals", name] if name.ends_with(".md") => {
                let article = parse_article(text)?;
                named(path, &path_of(article.kind, &article.topic), text)?;
                self.new_topic(&article.topic, text)?;
                self.articles.insert(article.topic.clone(), article);
            }
            ["guides", name] if name.ends_with(".md") => {
                let guide = guides::parse(text)?;
                named(path, &path_of(TopicKind::Guide, &guide.topic), text)?;
                self.new_topic(&guide.topic, text)?;
                self.guides.insert(guide.topic.clone(), guide);
            }
            ["local", _, name] if name.ends_with(".md") => {
                let variant = parse_variant(text)?;
                let place = format!("local/{}/{}.md", variant.municipality, variant.topic);
                named(path, &place, text)?;
                let key = (variant.topic.clone(), variant.municipality.clone());
                self.variants.insert(key, variant);
            }
            ["branches", _, name] if name.ends_with(".md") => {
                let branches = guides::parse_branches(text)?;
                let place = format!("branches/{}/{}.md", branches.municipality, branches.topic);
                named(path, &place, text)?;
                let key = (branches.topic.clone(), branches.municipality.clone());
                self.branches.insert(key, branches);
            }
            _ => {}
        }
        Ok(())
    }

    fn new_topic(&self, topic: &TopicKey, text: &str) -> Result<(), Vec<Fault>> {
        if self.articles.contains_key(topic) || self.guides.contains_key(topic) {
            let message = format!("{topic} has a text of another kind already");
            return Err(vec![Fault::new(line_with(text, "slug"), "topic-twice", message)]);
        }
        Ok(())
    }
}

fn of_table(fault: &TableFault) -> Fault {
    let line = u32::try_from(fault.line).unwrap_or(u32::MAX);
    Fault::new(line, fault.code, format!("{}: {:?}", fault.code, fault.value))
}

/// A file must stand where what it says of itself puts it.
fn named(path: &str, place: &str, text: &str) -> Result<(), Vec<Fault>> {
    if path == place {
        return Ok(());
    }
    let message = format!("by its slug and kind this file is {place}");
    let line = line_with(text, " = \"");
    Err(vec![Fault::new(line, "wrong-place", message)])
}

fn parse_areas(text: &str) -> Result<Vec<Area>, Vec<Fault>> {
    if text.len() > MAX_TEXT {
        return Err(vec![Fault::new(1, "too-long", "the list of areas is too long")]);
    }
    let file: AreasFile = read_toml(text, 1).map_err(|fault| vec![fault])?;
    let mut seen = BTreeSet::new();
    let twice: Vec<Fault> = file
        .areas
        .iter()
        .filter(|area| !seen.insert(&area.key))
        .map(|area| {
            let line = line_with(text, &format!("\"{}\"", area.key));
            Fault::new(line, "area-twice", format!("{} stands twice", area.key))
        })
        .collect();
    if twice.is_empty() { Ok(file.areas) } else { Err(twice) }
}
