//! Pages as values, rendered: what holds for every page in every language.

use std::collections::BTreeMap;

use askama::Template;
use base::{Language, MunicipalityKey, UnixMillis};

use super::chat::{AgentFace, Chat, ChatLine, ChatStart, StartForm};
use super::front::{Choice, Pick};
use super::guide::{GuideOption, GuidePage, Turn};
use super::letters::{Fault, Message, MessageForm, Step};
use super::plain::ProblemPage;
use super::search::{HitLink, Results, Short};
use super::{FactBox, Link, LocalBlock};
use crate::citizen::frame::{Frame, Here, Line, Section, Strip, WayFacts, Ways};
use crate::texts::Texts;

const NOW: UnixMillis = UnixMillis(1_812_000_000_000);
const HOSTILE: &str = "<script>alert(1)</script>\"'&";

fn line() -> Line {
    Line {
        open: true,
        until: Some(NOW + 3_600_000),
        opens_at: None,
        answering: Some((key("furesoe"), "Furesø Kommune".to_owned())),
        wait: Some("from-3-to-5"),
        closing_soon: false,
    }
}

fn key(text: &str) -> MunicipalityKey {
    text.parse().expect("a key")
}

fn here() -> Here {
    Here {
        key: key("frederikssund"),
        name: "Frederikssund Kommune".to_owned(),
        short: "Frederikssund".to_owned(),
        root: "/frederikssund".to_owned(),
        emergency_phone: "+45 00 12 99 99".to_owned(),
    }
}

fn frame(language: Language) -> Frame {
    let other = if language == Language::Da { Language::En } else { Language::Da };
    Frame {
        language,
        here: Some(here()),
        strip: Some(Strip::of(Texts(language), Some(&line()), &here(), NOW)),
        section: Section::Other,
        styles: vec!["/assets/citizen.css".to_owned()],
        scripts: vec!["/assets/citizen.js".to_owned()],
        theme: "/theme.css".to_owned(),
        other_language: other,
        other_language_href: "/frederikssund/?lang=en".to_owned(),
        consortium: "Straks".to_owned(),
        members: "Frederikssund og Furesø".to_owned(),
        demo: true,
        window: None,
    }
}

fn facts() -> WayFacts {
    WayFacts { line: Some(line()), telephone: None, promise: Some(NOW), chatting: false, now: NOW }
}

fn ways(language: Language) -> Ways {
    let t = Texts(language);
    Ways::of(t, "/frederikssund", &facts(), t.ways_title(), t.ways_lead(), "")
}

/// One of each page that has states of its own, with text that tries to be HTML.
fn every_page(language: Language) -> BTreeMap<&'static str, String> {
    let t = Texts(language);
    let hit = HitLink {
        title: HOSTILE.to_owned(),
        summary: HOSTILE.to_owned(),
        url: "/frederikssund/topic/pas".to_owned(),
        kind: "Guide".to_owned(),
        tagged: true,
    };
    let fact = FactBox { label: "Pris".to_owned(), value: HOSTILE.to_owned(), note: None };
    let results = Results {
        t,
        frame: frame(language),
        query: HOSTILE.to_owned(),
        notes: vec![HOSTILE.to_owned()],
        short: Some(Short {
            title: HOSTILE.to_owned(),
            url: "/frederikssund/topic/pas".to_owned(),
            urgent: true,
            summary: HOSTILE.to_owned(),
            summary_en: HOSTILE.to_owned(),
            steps_html: "<ol><li>Ring</li></ol>".to_owned(),
            facts: vec![fact.clone()],
            local: Some(LocalBlock {
                heading: "Sådan er det".to_owned(),
                facts: vec![fact],
                parts: vec![],
            }),
            self_service: None,
            checked: "12. november 2026".to_owned(),
            owner: "Furesø".to_owned(),
        }),
        hits: vec![hit],
        total: 2,
        guide: None,
        perhaps: vec![],
        words: vec![],
        ways: ways(language),
    };
    let none = Results {
        t,
        frame: frame(language),
        query: HOSTILE.to_owned(),
        notes: vec![],
        short: None,
        hits: vec![],
        total: 0,
        guide: None,
        perhaps: vec![],
        words: vec![HOSTILE.to_owned()],
        ways: ways(language),
    };
    let guide = GuidePage {
        t,
        frame: frame(language),
        topic: "guide-pas".to_owned(),
        title: HOSTILE.to_owned(),
        guide_url: "/frederikssund/guide/guide-pas".to_owned(),
        summary_en: String::new(),
        question: HOSTILE.to_owned(),
        html: String::new(),
        options: vec![GuideOption {
            text: HOSTILE.to_owned(),
            path: "a.b".to_owned(),
            chosen: true,
        }],
        so_far: vec![Turn {
            question: HOSTILE.to_owned(),
            answer: HOSTILE.to_owned(),
            change_url: "/frederikssund/guide/guide-pas".to_owned(),
        }],
        left: 1,
        back_url: Some("/frederikssund/guide/guide-pas".to_owned()),
        at: "a".to_owned(),
        was: String::new(),
        fault: true,
        lost: true,
        expired: Some("x".to_owned()),
        edition: "1".to_owned(),
        shortened: true,
        exits: vec![],
        talk_url: "/frederikssund/chat".to_owned(),
        ways: ways(language),
    };
    let message = Message {
        t,
        frame: frame(language),
        query: String::new(),
        closed: true,
        form: MessageForm { text: HOSTILE.to_owned(), ..MessageForm::default() },
        faults_title: HOSTILE.to_owned(),
        faults: vec![Fault { field: "text", text: HOSTILE.to_owned() }],
        promise: Some("i morgen kl. 12".to_owned()),
        departments: vec![("borgerservice".to_owned(), HOSTILE.to_owned())],
        ways: ways(language),
    };
    let start = ChatStart {
        t,
        frame: frame(language),
        answering: None,
        topic_title: Some(HOSTILE.to_owned()),
        form: StartForm { text: HOSTILE.to_owned(), ..StartForm::default() },
        fault_title: HOSTILE.to_owned(),
        fault: Some(HOSTILE.to_owned()),
        wait: None,
        steps: vec![Step {
            id: "1".to_owned(),
            what: HOSTILE.to_owned(),
            when: "kl. 20.15".to_owned(),
        }],
        ways: ways(language),
    };
    let said = |mine| ChatLine {
        seq: if mine { 2 } else { 3 },
        id: None,
        mine,
        by: HOSTILE.to_owned(),
        text: Some(HOSTILE.to_owned()),
        article: Some(Link { title: HOSTILE.to_owned(), url: "/x".to_owned() }),
        notice: None,
        agreed: false,
    };
    let chat = |open| Chat {
        t,
        frame: frame(language),
        contact: "1".to_owned(),
        head: 3,
        phase: "owned",
        heading: "Chat".to_owned(),
        agent: Some(AgentFace {
            initial: "M".to_owned(),
            name: HOSTILE.to_owned(),
            municipality: "Furesø".to_owned(),
        }),
        helps: None,
        open,
        ends_here: open,
        waiting: false,
        position: None,
        line_rest: String::new(),
        lines: vec![said(true), said(false)],
        read_by_agent: 2,
        message_id: "1".to_owned(),
        draft: HOSTILE.to_owned(),
        fault: Some(HOSTILE.to_owned()),
        notes: vec![],
        rated: false,
        kept_days: Some(30),
    };
    let problem = ProblemPage {
        t,
        frame: frame(language),
        query: String::new(),
        title: "404".to_owned(),
        text: HOSTILE.to_owned(),
        ways: Some(ways(language)),
    };
    let pick = Pick {
        t,
        frame: Frame { here: None, strip: None, ..frame(language) },
        choices: vec![Choice {
            key: "soroe".to_owned(),
            name: HOSTILE.to_owned(),
            state: "open",
            label: "Åbent".to_owned(),
        }],
    };
    BTreeMap::from([
        ("results", results.render()),
        ("none", none.render()),
        ("guide", guide.render()),
        ("message", message.render()),
        ("chat-start", start.render()),
        ("chat", chat(true).render()),
        ("chat-ended", chat(false).render()),
        ("problem", problem.render()),
        ("pick", pick.render()),
    ])
    .into_iter()
    .map(|(name, page)| (name, page.expect("a page")))
    .collect()
}

/// The values of an attribute, as written.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let marker = format!(" {attribute}=\"");
    page.split(&marker).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn text_from_anybody_never_becomes_html() {
    for language in [Language::Da, Language::En] {
        for (name, page) in every_page(language) {
            assert!(!page.contains("<script>"), "{name}: a script came through");
            assert!(!page.contains(" style=") && !page.contains(" onclick="), "{name}: inline");
        }
    }
}

#[test]
fn every_page_has_its_language_one_heading_and_unique_ids() {
    for language in [Language::Da, Language::En] {
        for (name, page) in every_page(language) {
            assert!(page.contains(&format!("<html lang=\"{}\"", language.code())), "{name}");
            assert_eq!(page.matches("<h1").count(), 1, "{name}: not one h1");
            assert!(page.contains("<main id=\"main\""), "{name}: no main");
            let mut ids = values(&page, "id");
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all, "{name}: an id stands twice: {ids:?}");
            for target in ["for", "aria-labelledby", "aria-describedby"] {
                for id in values(&page, target) {
                    assert!(ids.contains(&id), "{name}: {target}={id} points nowhere");
                }
            }
        }
    }
}

#[test]
fn the_strip_is_on_every_page_of_a_municipality() {
    for (name, page) in every_page(Language::Da) {
        assert_eq!(page.contains("class=\"strip\""), name != "pick", "{name}");
    }
    let page = &every_page(Language::Da)["none"];
    assert!(
        page.contains("I aften svarer <b>Furesø Kommune</b> for Frederikssund")
            || page.contains("Lige nu svarer <b>Furesø Kommune</b> for Frederikssund")
    );
    assert!(page.contains("Ventetid 3–5\u{a0}min."));
}

#[test]
fn closed_says_when_it_opens_and_offers_a_message() {
    let t = Texts(Language::Da);
    let closed = Line {
        open: false,
        until: None,
        opens_at: Some(NOW + 24 * 3_600_000),
        answering: None,
        wait: None,
        closing_soon: false,
    };
    let strip = Strip::of(t, Some(&closed), &here(), NOW);
    assert_eq!(strip.state, "closed");
    assert!(strip.more.is_some_and(|text| text.starts_with("Vi åbner igen *i morgen kl.")));
    let facts = WayFacts { line: Some(closed), ..facts() };
    let ways = Ways::of(t, "/frederikssund", &facts, "", "", "?topic=pas");
    assert_eq!(ways.ways.len(), 1);
    assert_eq!(ways.ways[0].href, "/frederikssund/message?topic=pas");
}

#[test]
fn what_was_typed_stands_in_the_form_again() {
    for name in ["message", "chat-start", "chat"] {
        let page = &every_page(Language::Da)[name];
        assert!(page.contains(">&#60;script&#62;") || page.contains(">&lt;script&gt;"), "{name}");
    }
}
