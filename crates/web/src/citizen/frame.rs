//! What stands around every page: the head, the strip with today's opening, the foot; and the ways
//! to a person.

use base::{Language, MunicipalityKey, UnixMillis};

use super::when;
use crate::texts::{self, Texts};

/// The municipality whose site this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    pub key: MunicipalityKey,
    /// "Frederikssund Kommune"
    pub name: String,
    /// "Frederikssund"
    pub short: String,
    /// `/frederikssund`
    pub root: String,
    pub emergency_phone: String,
}

/// Which entry of the menu is the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    #[default]
    Other,
    Topics,
    Contact,
}

/// What stands around a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub language: Language,
    /// `None` on pages of no municipality.
    pub here: Option<Here>,
    pub strip: Option<Strip>,
    pub section: Section,
    pub styles: Vec<String>,
    pub scripts: Vec<String>,
    /// Address of the sheet with the members' colours.
    pub theme: String,
    pub other_language: Language,
    /// This page in the other language.
    pub other_language_href: String,
    pub consortium: String,
    /// "Fredensborg, Frederikssund og Sorø"
    pub members: String,
    pub demo: bool,
    /// In a frame of another site: this page's address for a window of its own.
    pub window: Option<String>,
}

impl Frame {
    #[must_use]
    pub fn t(&self) -> Texts {
        Texts(self.language)
    }

    #[must_use]
    pub fn root(&self) -> &str {
        self.here.as_ref().map_or("", |here| &here.root)
    }

    #[must_use]
    pub fn key(&self) -> &str {
        self.here.as_ref().map_or("", |here| here.key.as_str())
    }

    #[must_use]
    pub fn name(&self) -> &str {
        self.here.as_ref().map_or(&self.consortium, |here| &here.name)
    }

    #[must_use]
    pub fn short(&self) -> &str {
        self.here.as_ref().map_or(&self.consortium, |here| &here.short)
    }

    #[must_use]
    pub fn emergency(&self) -> &str {
        self.here.as_ref().map_or("", |here| &here.emergency_phone)
    }

    #[must_use]
    pub fn english(&self) -> bool {
        self.language == Language::En
    }

    /// The title of the browser's window.
    #[must_use]
    pub fn title(&self, page: impl AsRef<str>) -> String {
        self.t().page_title(self.name(), page)
    }
}

/// How it stands with a line, as `app` tells it, with the answering municipality's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub open: bool,
    pub until: Option<UnixMillis>,
    pub opens_at: Option<UnixMillis>,
    /// Key and name of another municipality that answers now.
    pub answering: Option<(MunicipalityKey, String)>,
    /// Code of a text `wait-<code>`.
    pub wait: Option<&'static str>,
    pub closing_soon: bool,
}

impl Line {
    /// The wait in words: "3–5 min."
    #[must_use]
    pub fn wait_text(&self, t: Texts) -> Option<String> {
        let id = format!("wait-{}", self.wait?);
        texts::by_id(t.0, &id, &std::collections::BTreeMap::new())
    }

    /// "I aften svarer *Furesø* for Frederikssund"
    #[must_use]
    pub fn answering_text(&self, t: Texts, own: &str, now: UnixMillis) -> Option<String> {
        let (_, name) = self.answering.as_ref()?;
        let evening = when::is_evening(now);
        Some(if evening { t.answering_tonight(name, own) } else { t.answering_now(name, own) })
    }
}

/// The status strip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// A class: empty (open), `soon`, `closed`, `fault`.
    pub state: &'static str,
    pub label: String,
    /// The wait, or when it opens.
    pub more: Option<String>,
    /// Key of the municipality that answers, and the sentence.
    pub answering: Option<(MunicipalityKey, String)>,
}

impl Strip {
    /// The strip of a line; `None`: how it stands is not known just now.
    #[must_use]
    pub fn of(t: Texts, line: Option<&Line>, here: &Here, now: UnixMillis) -> Self {
        let Some(line) = line else {
            let label = t.strip_fault().to_owned();
            return Self { state: "fault", label, more: None, answering: None };
        };
        if !line.open {
            return Self {
                state: "closed",
                label: t.strip_closed().to_owned(),
                more: line.opens_at.map(|at| t.strip_opens(when::moment(t, at, now))),
                answering: None,
            };
        }
        let until = line.until.map(|at| when::until(t, at, now));
        let (state, label) = match until {
            Some(until) if line.closing_soon => ("soon", t.strip_closing(until)),
            Some(until) => ("open", t.strip_open_until(until)),
            None => ("open", t.strip_open().to_owned()),
        };
        let answering = line.answering_text(t, &here.short, now);
        let key = line.answering.as_ref().map(|(key, _)| key.clone());
        Self {
            state,
            label,
            more: line.wait_text(t).map(|range| t.wait(range)),
            answering: key.zip(answering),
        }
    }
}

/// One way to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub icon: &'static str,
    pub href: String,
    pub label: String,
    pub detail: String,
    pub wait: Option<String>,
}

/// The ways to a person, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    pub title: String,
    pub lead: String,
    pub ways: Vec<Way>,
    /// Address of the contact page.
    pub contact: String,
}

/// A telephone line shown among the ways: its number, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    pub number: String,
    /// "Borgerservice" or the hotline's name.
    pub name: String,
    pub open_until: Option<UnixMillis>,
}

/// What the ways on a page depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayFacts {
    pub line: Option<Line>,
    /// A telephone that is answered now.
    pub telephone: Option<Telephone>,
    /// When a message left now is answered at the latest.
    pub promise: Option<UnixMillis>,
    /// This browser has a conversation open here.
    pub chatting: bool,
    pub now: UnixMillis,
}

impl Ways {
    /// The ways for a page. `about` follows the address of the chat (`?topic=pas`), so that the
    /// agent knows what it is about.
    #[must_use]
    pub fn of(
        t: Texts,
        root: &str,
        facts: &WayFacts,
        title: &str,
        lead: &str,
        about: &str,
    ) -> Self {
        let now = facts.now;
        let mut ways = Vec::new();
        let chat = |label: &str, detail: &str, wait| Way {
            icon: "chat",
            href: format!("{root}/chat{about}"),
            label: label.to_owned(),
            detail: detail.to_owned(),
            wait,
        };
        let open = facts.line.as_ref().is_some_and(|line| line.open);
        if facts.chatting {
            ways.push(chat(t.way_chat_go_on(), t.way_chat_waiting(), None));
        } else if open {
            let wait = facts.line.as_ref().and_then(|line| line.wait_text(t));
            ways.push(chat(t.way_chat(), t.way_chat_lead(), wait));
        }
        if let Some(telephone) = &facts.telephone {
            let number = super::filters::spoken(&telephone.number);
            let dialled: String =
                telephone.number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            let until = telephone.open_until.map(|at| t.way_open_until(when::until(t, at, now)));
            ways.push(Way {
                icon: "phone",
                href: format!("tel:{dialled}"),
                label: t.way_call(number),
                detail: until.unwrap_or_else(|| t.way_call_to(&telephone.name)),
                wait: None,
            });
        }
        let by = facts.promise.map(|at| t.way_message_lead(when::moment(t, at, now)));
        ways.push(Way {
            icon: "mail",
            href: format!("{root}/message{about}"),
            label: t.way_message().to_owned(),
            detail: by.unwrap_or_else(|| t.way_message_lead_any().to_owned()),
            wait: None,
        });
        Self {
            title: title.to_owned(),
            lead: lead.to_owned(),
            ways,
            contact: format!("{root}/contact"),
        }
    }
}
