//! Choosing a municipality, the home page, all topics.

use app::articles::{Knowledge, TopicHead, topic_path};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use base::{Language, MunicipalityKey, TopicKey};
use rules::articles::TopicKind;
use serde::Deserialize;

use super::frame::Section;
use super::pages::TopicLink;
use super::pages::front::{Area, Choice, Home, Pick, Topics};
use super::visit::{self, Answer, Visit};
use super::when;
use crate::AppState;
use crate::texts::Texts;

/// What the home page begins with, until readings are counted: an editor's choice of what most
/// people ask a municipality. A topic that is not there is left out.
const USUAL: [&str; 8] = [
    "pas",
    "flytning",
    "mitid-spaerret",
    "sundhedskort",
    "pladsanvisning",
    "hjemmehjaelp",
    "boligstoette",
    "koerekort-forny",
];
/// Guides for those who do not know where to begin.
const USUAL_GUIDES: [&str; 3] = ["guide-mistet-kort", "guide-doedsfald", "guide-penge"];
/// Topics whose everyday words are the examples under the search field.
const EXAMPLES: [&str; 3] = ["mistet-pas", "affaldsbeholder", "hjemmehjaelp"];
/// How many topics and guides the home page shows.
const FREQUENT: usize = 8;
const GUIDES: usize = 3;

/// `GET /`
pub async fn pick(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Answer {
    let language = visit::language_of(&uri, &headers);
    let t = Texts(language);
    let directory = state.app.directory().await?;
    let mut choices = Vec::new();
    for place in directory.places() {
        let key = &place.member.key;
        let open = visit::line_of(&state, &directory, key, None).await.map(|line| line.open);
        let (class, label) = match open {
            Some(true) => ("open", t.pick_open()),
            Some(false) => ("closed", t.pick_closed()),
            None => ("fault", ""),
        };
        choices.push(Choice {
            key: key.to_string(),
            name: place.member.name.clone(),
            state: class,
            label: label.to_owned(),
        });
    }
    let frame = visit::bare_frame(&state, Some(&directory), language, &uri);
    visit::html(StatusCode::OK, &Pick { t, frame, choices })
}

/// `GET /{municipality}`
pub async fn with_slash(Path(key): Path<String>) -> Response {
    match key.parse::<MunicipalityKey>() {
        Ok(key) => Redirect::permanent(&format!("/{key}/")).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// How a panel on a municipality's own site begins.
#[derive(Deserialize)]
pub struct Begun {
    /// The panel has just been opened: a conversation that runs is gone on with.
    #[serde(default)]
    start: u8,
    /// What the page of that site is about.
    #[serde(default)]
    topic: String,
}

/// `GET /{municipality}/`
pub async fn home(visit: Visit, Query(begun): Query<Begun>) -> Answer {
    let (frame, facts) = visit.frame(Section::Other).await?;
    if begun.start == 1 && facts.chatting {
        return visit.go("/chat");
    }
    let knowledge = visit.state.app.knowledge_of(Some(&visit.key)).await?;
    let about = begun.topic.parse().ok().and_then(|topic: TopicKey| knowledge.head(&topic));
    let about = about.map(|head| {
        let related = head.related.iter().filter_map(|topic| knowledge.head(topic));
        let links = std::iter::once(head).chain(related).take(FREQUENT);
        links.map(|head| link(&visit, &head)).collect::<Vec<_>>()
    });
    // What is read most here; then what is usual, then whatever there is.
    let read = visit.state.app.most_read(&visit.key);
    let heads = read.iter().filter_map(|topic| knowledge.head(topic));
    let mut frequent: Vec<TopicHead<'_>> = Vec::with_capacity(FREQUENT);
    for head in heads.chain(known(&knowledge, &USUAL)).chain(knowledge.heads()) {
        let new = frequent.iter().all(|other| other.topic != head.topic);
        if new && head.kind != TopicKind::Guide && frequent.len() < FREQUENT {
            frequent.push(head);
        }
    }
    let counted = frequent.iter().all(|head| read.contains(head.topic));
    let frequent = frequent.iter().map(|head| link(&visit, head)).collect();
    let mut guides: Vec<TopicLink> =
        known(&knowledge, &USUAL_GUIDES).map(|head| link(&visit, &head)).collect();
    let others = knowledge.heads().filter(|head| {
        head.kind == TopicKind::Guide && !USUAL_GUIDES.contains(&head.topic.as_str())
    });
    let missing = GUIDES.saturating_sub(guides.len());
    guides.extend(others.take(missing).map(|head| link(&visit, &head)));
    for guide in &mut guides {
        guide.title = without_kind(&guide.title);
    }
    let page = Home {
        t: visit.t(),
        frame,
        query: String::new(),
        examples: examples(&visit, &knowledge),
        frequent,
        counted,
        about: about.unwrap_or_default(),
        guides,
        ways: visit.ways(&facts),
    };
    visit.page(&page)
}

/// `GET /{municipality}/topics`
pub async fn topics(visit: Visit) -> Answer {
    let (frame, facts) = visit.frame(Section::Topics).await?;
    let knowledge = visit.state.app.knowledge_of(Some(&visit.key)).await?;
    let mut areas = Vec::new();
    for area in &visit.directory.areas {
        let mut topics: Vec<TopicLink> = knowledge
            .heads()
            .filter(|head| head.area == area.key)
            .map(|head| link(&visit, &head))
            .collect();
        topics.sort_by_key(|topic| topic.title.to_lowercase());
        if !topics.is_empty() {
            let name = match visit.language {
                Language::Da => area.name.clone(),
                Language::En => area.name_en.clone(),
            };
            areas.push(Area { key: area.key.clone(), name, topics });
        }
    }
    let (t, ways) = (visit.t(), visit.ways(&facts));
    visit.page(&Topics { t, frame, query: String::new(), areas, ways })
}

fn known<'a>(
    knowledge: &'a Knowledge,
    topics: &'static [&'static str],
) -> impl Iterator<Item = TopicHead<'a>> {
    topics.iter().filter_map(|topic| knowledge.head(&TopicKey::new(*topic).ok()?))
}

/// A topic as a link, in the language of the page.
pub fn link(visit: &Visit, head: &TopicHead<'_>) -> TopicLink {
    TopicLink {
        title: head.title_in(visit.language).to_owned(),
        summary: first_sentence(head.summary_in(visit.language)),
        url: format!("/{}{}", visit.key, topic_path(head.kind, head.topic)),
    }
}

/// Everyday words of a few topics, as examples of what to search for.
fn examples(visit: &Visit, knowledge: &Knowledge) -> Vec<String> {
    let words = |topic: &str| {
        let article = knowledge.articles.get(&TopicKey::new(topic).ok()?)?;
        let words = match visit.language {
            Language::Da => &article.words,
            Language::En => &article.words_en,
        };
        // The first that is more than a single word reads as a question.
        words.iter().find(|words| words.contains(' ')).or(words.first()).cloned()
    };
    EXAMPLES.iter().filter_map(|topic| words(topic)).collect()
}

/// The first sentence of a summary: what stands below a name in a list.
pub fn first_sentence(text: &str) -> String {
    match text.find(". ") {
        Some(at) if at > 20 => text[..=at].to_owned(),
        _ => text.to_owned(),
    }
}

/// A guide's title without the word that says what it is: "Guide: jeg har mistet mit kort".
pub fn without_kind(title: &str) -> String {
    match title.split_once(": ") {
        Some(("Guide", rest)) => when::capitalised(rest),
        _ => title.to_owned(),
    }
}
