//! A citizen's request: at which municipality, in which language, from which browser; and what
//! stands around the page it is answered with.

use std::sync::Arc;

use app::directory::{Directory, Place};
use askama::Template;
use axum::extract::{FromRequestParts, Path, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use base::{DepartmentKey, Language, MunicipalityKey, Outcome, Problem, Scope, UnixMillis};
use rules::hours::HoursState;
use rules::queues::FRONT_OFFICE;

use super::filters::query_part;
use super::frame::{Frame, Here, Line, Section, Strip, Telephone, WayFacts, Ways};
use crate::client::cookie_of;
use crate::problem::Refused;
use crate::routes::Passage;
use crate::texts::Texts;
use crate::{AppState, assets, embed};

/// The cookie of the visitor mark.
pub const MARK: &str = "straks_mark";
/// The same where another site shows our page in a frame: kept apart for each such site.
pub const FRAMED_MARK: &str = "__Host-straks_frame";
/// The cookie of the chosen language.
pub const LANGUAGE: &str = "lang";
/// The same in a frame.
const FRAMED_LANGUAGE: &str = "__Host-lang";
/// A mark is kept so long after the last visit, in seconds.
const MARK_S: i64 = app::trail::KEPT_S;
/// A language is remembered so long, in seconds.
const LANGUAGE_S: i64 = 365 * 24 * 3600;
/// The sources of the citizen's enhancements in the front end's manifest.
const ENTRY: &str = "src/citizen/main.ts";
const CHAT_ENTRY: &str = "src/citizen/chat.ts";
const FRAMED_ENTRY: &str = "src/citizen/framed.css";

/// What handlers answer with.
pub type Answer = Result<Response, Refused>;

/// A request to a municipality's site.
pub struct Visit {
    pub state: AppState,
    pub directory: Arc<Directory>,
    pub key: MunicipalityKey,
    pub language: Language,
    /// The token of the browser's visitor mark; made when there is none.
    pub mark: String,
    pub scope: Scope,
    pub now: UnixMillis,
    pub uri: Uri,
    /// The browser asks for a piece of a page, not a page.
    pub fragment: bool,
    /// The page is shown in a frame.
    pub framed: bool,
    /// The browser brought a mark: it keeps our cookies.
    pub marked: bool,
    /// Its mark is that of a frame.
    in_frame: bool,
    /// Why nothing can be asked now; the directory is as it was last read then.
    away: Option<Problem>,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refused> {
        let passage = Passage::from_request_parts(parts, state).await?;
        let raw = RawPathParams::from_request_parts(parts, state).await;
        let raw = raw.map_err(|_| Refused(Problem::NotFound))?;
        let key = raw.iter().find(|(name, _)| *name == "municipality");
        let key = key.and_then(|(_, value)| value.parse::<MunicipalityKey>().ok());
        let key = key.ok_or(Refused(Problem::NotFound))?;
        let (directory, away) = match state.app.directory().await {
            Ok(directory) => (directory, None),
            // What somebody has just written is to be shown to them again.
            Err(problem) if parts.method == Method::POST => {
                let last = state.app.last_directory().ok_or_else(|| problem.clone())?;
                (last, Some(problem))
            }
            Err(problem) => return Err(Refused(problem)),
        };
        directory.place(&key).ok_or(Refused(Problem::NotFound))?;
        let own = state.brought(&parts.headers, MARK).filter(|mark| is_token(mark));
        let other = cookie_of(&parts.headers, FRAMED_MARK).filter(|mark| is_token(mark));
        let framed = is_framed(&parts.headers);
        let in_frame = own.is_none() && (framed || other.is_some());
        let mark = own.or(other);
        let marked = mark.is_some();
        let mark = mark.unwrap_or_else(|| identity::new_token(&state.app.rng));
        let scope = state.app.citizen_scope(&mark);
        passage.shown();
        Ok(Self {
            directory,
            key,
            language: language_of(&parts.uri, &parts.headers),
            mark,
            scope,
            now: state.app.now(),
            uri: parts.uri.clone(),
            fragment: parts.headers.contains_key("x-fragment"),
            framed,
            marked,
            in_frame,
            away,
            state: state.clone(),
        })
    }
}

impl Visit {
    /// Nobody's visit, for showing somebody else how a page would look: it remembers nothing.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an unknown municipality.
    pub async fn looking(
        state: &AppState,
        key: MunicipalityKey,
        language: Language,
    ) -> Result<Self, Refused> {
        let directory = state.app.directory().await?;
        directory.place(&key).ok_or(Refused(Problem::NotFound))?;
        let mark = identity::new_token(&state.app.rng);
        Ok(Self {
            directory,
            uri: Uri::try_from(format!("/{key}/")).map_err(|_| Refused(Problem::NotFound))?,
            key,
            language,
            scope: state.app.citizen_scope(&mark),
            mark,
            now: state.app.now(),
            fragment: false,
            framed: false,
            marked: false,
            in_frame: false,
            away: None,
            state: state.clone(),
        })
    }

    #[must_use]
    pub fn t(&self) -> Texts {
        Texts(self.language)
    }

    /// Whether anything can be asked at all: asking a database that is away takes seconds.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] while it is away.
    pub fn can_ask(&self) -> Outcome<()> {
        self.away.clone().map_or(Ok(()), Err)
    }

    /// The municipality of this site.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when it has just been removed.
    pub fn place(&self) -> Result<&Place, Refused> {
        let place = self.directory.place(&self.key).map(AsRef::as_ref);
        place.ok_or(Refused(Problem::NotFound))
    }

    /// `/frederikssund`
    #[must_use]
    pub fn root(&self) -> String {
        format!("/{}", self.key)
    }

    /// "Frederikssund"; the key where there is no such municipality any more.
    #[must_use]
    pub fn short_of(&self, key: &MunicipalityKey) -> String {
        short_of(&self.directory, key)
    }

    /// A department's name in the language of the page.
    #[must_use]
    pub fn department_name(&self, key: &DepartmentKey) -> Option<String> {
        let department = &self.directory.line(&self.key, key)?.department;
        Some(match self.language {
            Language::Da => department.name.clone(),
            Language::En => department.name_en.clone(),
        })
    }

    /// How it stands with a line; `None` when that cannot be told just now.
    pub async fn line(&self, department: Option<&DepartmentKey>) -> Option<Line> {
        line_of(&self.state, &self.directory, &self.key, department).await
    }

    /// What stands around a page, and what the ways to a person depend on.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when the municipality has just been removed.
    pub async fn frame(&self, section: Section) -> Result<(Frame, WayFacts), Refused> {
        let place = self.place()?;
        let app = &self.state.app;
        let (line, promise, chat) = if self.away.is_some() {
            (None, None, None)
        } else {
            (
                self.line(None).await,
                app.promise_of(&self.key, &front_office(), self.now).await.ok(),
                app.own_chat(&self.scope, &self.key).await.ok().flatten(),
            )
        };
        let here = here(place);
        let strip = Strip::of(self.t(), line.as_ref(), &here, self.now);
        let mut frame = bare_frame(&self.state, Some(&self.directory), self.language, &self.uri);
        frame.strip = Some(strip);
        frame.here = Some(here);
        frame.section = section;
        if self.framed {
            frame.styles.extend(assets::entry(FRAMED_ENTRY).styles);
            frame.window = Some(self.uri.to_string());
        }
        let facts = WayFacts {
            line,
            telephone: self.telephone(place),
            promise,
            chatting: chat.is_some_and(|chat| !matches!(chat.phase, "closed" | "wrapping-up")),
            now: self.now,
        };
        Ok((frame, facts))
    }

    /// The same for the conversation, which has a script of its own.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when the municipality has just been removed.
    pub async fn chat_frame(&self) -> Result<Frame, Refused> {
        let (mut frame, _) = self.frame(Section::Contact).await?;
        frame.scripts.extend(assets::entry(CHAT_ENTRY).scripts);
        Ok(frame)
    }

    /// How many days the municipality keeps what is written.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the database is away.
    pub async fn text_days(&self) -> Result<i64, Refused> {
        let policy = self.state.app.retention_policy().await?;
        Ok(policy.of(Some(&self.key)).text_days)
    }

    /// The number that is answered now: the front office's own, then the hotline's.
    fn telephone(&self, place: &Place) -> Option<Telephone> {
        let front = self.directory.line(&self.key, &front_office())?;
        if let HoursState::Open { until } = front.hours.state(self.now) {
            let department = &front.department;
            return Some(Telephone {
                number: department.phone.clone(),
                name: department.name.clone(),
                open_until: until,
            });
        }
        let hours = self.directory.hotline_hours.as_ref().filter(|_| place.member.hotline)?;
        let hotline = self.directory.consortium.as_ref()?.hotline.as_ref()?;
        match hours.state(self.now) {
            HoursState::Open { until } => Some(Telephone {
                number: hotline.phone.clone(),
                name: self.t().contact_hotline().to_owned(),
                open_until: until,
            }),
            HoursState::Closed { .. } => None,
        }
    }

    /// The usual ways to a person.
    #[must_use]
    pub fn ways(&self, facts: &WayFacts) -> Ways {
        let t = self.t();
        Ways::of(t, &self.root(), facts, t.ways_title(), t.ways_lead(), "")
    }

    /// Remembers what the visitor did. That it could not be remembered stops nobody.
    pub async fn remember(&self, step: app::trail::NewStep) {
        if let Err(problem) = self.state.app.add_step(&self.scope, step).await {
            tracing::debug!(%problem, "a step was not remembered");
        }
    }

    /// A page as an answer; the mark lives a day longer.
    pub fn page(&self, page: &impl Template) -> Answer {
        self.page_with(StatusCode::OK, page)
    }

    /// The same with another status.
    pub fn page_with(&self, status: StatusCode, page: &impl Template) -> Answer {
        let mut response = html(status, page)?;
        self.keep_mark(&mut response);
        embed::framable(&mut response, &embed::sites(&self.state, self.place()?));
        Ok(response)
    }

    /// Leads the browser to another page of this site after a form (303).
    pub fn go(&self, path: &str) -> Answer {
        let mut response = Redirect::to(&format!("{}{path}", self.root())).into_response();
        self.keep_mark(&mut response);
        Ok(response)
    }

    /// JSON as an answer.
    pub fn json(&self, value: &impl serde::Serialize) -> Answer {
        let mut response = axum::Json(value).into_response();
        self.keep_mark(&mut response);
        Ok(response)
    }

    fn keep_mark(&self, response: &mut Response) {
        if self.in_frame {
            set_framed_cookie(response, FRAMED_MARK, &self.mark, MARK_S);
        } else if let Ok(value) = self.state.cookie(MARK, &self.mark, Some(MARK_S)) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
}

/// A page as an answer.
///
/// # Errors
/// [`Problem::Unavailable`] when the template fails, which it does not for values that exist.
pub fn html(status: StatusCode, page: &impl Template) -> Answer {
    let text = page.render().map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        Refused(Problem::Unavailable { code: "unexpected" })
    })?;
    Ok((status, axum::response::Html(text)).into_response())
}

/// The department that is asked when none is named.
///
/// # Panics
/// Never: the name is a key.
#[must_use]
pub fn front_office() -> DepartmentKey {
    DepartmentKey::new(FRONT_OFFICE).expect("the front office's name is a key")
}

pub(crate) fn here(place: &Place) -> Here {
    let member = &place.member;
    Here {
        key: member.key.clone(),
        name: member.name.clone(),
        short: member.short.clone(),
        root: format!("/{}", member.key),
        emergency_phone: member.emergency_phone.clone(),
    }
}

fn short_of(directory: &Directory, key: &MunicipalityKey) -> String {
    directory.place(key).map_or_else(|| key.to_string(), |place| place.member.short.clone())
}

/// How it stands with a line; `None` when that cannot be told just now.
pub async fn line_of(
    state: &AppState,
    directory: &Directory,
    key: &MunicipalityKey,
    department: Option<&DepartmentKey>,
) -> Option<Line> {
    let told = state.app.line_state(key, department).await;
    let told =
        told.inspect_err(|problem| tracing::warn!(%problem, "a line cannot be told")).ok()?;
    let name = |other: MunicipalityKey| {
        let name = directory
            .place(&other)
            .map_or_else(|| other.to_string(), |place| place.member.name.clone());
        (other, name)
    };
    Some(Line {
        open: told.open,
        until: told.until,
        opens_at: told.opens_at,
        answering: told.answering.map(name),
        wait: told.wait.map(|wait| wait.code),
        closing_soon: told.closing_soon,
    })
}

/// What stands around a page of no municipality; without a directory (the database is away) only
/// what is known without it.
#[must_use]
pub fn bare_frame(
    state: &AppState,
    directory: Option<&Directory>,
    language: Language,
    uri: &Uri,
) -> Frame {
    let t = Texts(language);
    let entry = assets::entry(ENTRY);
    let other = match language {
        Language::Da => Language::En,
        Language::En => Language::Da,
    };
    // Those that answer for each other.
    let mut shorts: Vec<&str> = directory
        .map(|directory| {
            let sharing = directory.places().filter(|place| place.member.hotline);
            sharing.map(|place| place.member.short.as_str()).collect()
        })
        .unwrap_or_default();
    let members = match shorts.pop() {
        Some(last) if !shorts.is_empty() => t.and(shorts.join(", "), last),
        Some(last) => last.to_owned(),
        None => String::new(),
    };
    let consortium = directory.and_then(|directory| directory.consortium.as_ref());
    Frame {
        language,
        here: None,
        strip: None,
        section: Section::Other,
        styles: entry.styles,
        scripts: entry.scripts,
        theme: "/theme.css".to_owned(),
        other_language: other,
        other_language_href: in_language(uri, other),
        consortium: consortium
            .map_or_else(|| t.straks().to_owned(), |consortium| consortium.name.clone()),
        members,
        demo: state.app.settings.demo,
        window: None,
    }
}

/// The address of the same page in another language.
fn in_language(uri: &Uri, language: Language) -> String {
    let kept = uri.query().unwrap_or("").split('&');
    let mut query: Vec<&str> =
        kept.filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    let choice = format!("lang={}", language.code());
    query.push(&choice);
    format!("{}?{}", uri.path(), query.join("&"))
}

/// The language that the address asks for.
fn asked_language(uri: &Uri) -> Option<Language> {
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| *name == "lang").find_map(|(_, code)| Language::of_code(code))
}

/// The language of a page: what the address asks for, else what was chosen before, else Danish.
#[must_use]
pub fn language_of(uri: &Uri, headers: &HeaderMap) -> Language {
    asked_language(uri)
        .or_else(|| {
            let chosen =
                cookie_of(headers, LANGUAGE).or_else(|| cookie_of(headers, FRAMED_LANGUAGE));
            Language::of_code(&chosen?)
        })
        .unwrap_or_default()
}

/// `GET /en/…`: the same page in English from now on.
pub async fn english(rest: Option<Path<String>>, request: Request) -> Response {
    let rest = rest.map_or_else(String::new, |Path(rest)| rest);
    let rest: Vec<String> = rest.split('/').filter(|part| *part != "..").map(query_part).collect();
    let mut query = request.uri().query().unwrap_or("").to_owned();
    if !query.is_empty() {
        query.push('&');
    }
    let path = rest.join("/");
    Redirect::to(&format!("/{}?{query}lang=en", path.trim_start_matches('/'))).into_response()
}

/// Remembers the language the address asked for, under the name that the staff's application writes
/// too: whoever chose last chose for both.
pub fn keep_language(uri: &Uri, framed: bool, response: &mut Response) {
    let Some(language) = asked_language(uri) else { return };
    if framed {
        set_framed_cookie(response, FRAMED_LANGUAGE, language.code(), LANGUAGE_S);
        return;
    }
    let text =
        format!("{LANGUAGE}={}; Path=/; Max-Age={LANGUAGE_S}; SameSite=Lax", language.code());
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A cookie for our pages in a frame of another site: each such site has its own (CHIPS). Browsers
/// keep it only if it is `Secure`, which they allow on this machine without https too.
fn set_framed_cookie(response: &mut Response, name: &str, value: &str, age_s: i64) {
    let text = format!(
        "{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; Secure; SameSite=None; Partitioned"
    );
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Whether the browser loads the page into a frame (Fetch Metadata).
pub fn is_framed(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-dest").is_some_and(|into| into == "iframe" || into == "frame")
}

/// Whether a text has the form of a token of ours (base64url of 32 bytes).
fn is_token(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_goes_before_the_cookie_for_the_language() {
        let uri: Uri = "/frederikssund/search?q=pas&lang=en".parse().expect("an address");
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; lang=da"));
        assert_eq!(language_of(&uri, &headers), Language::En);
        assert_eq!(in_language(&uri, Language::Da), "/frederikssund/search?q=pas&lang=da");
        let plain: Uri = "/frederikssund/".parse().expect("an address");
        assert_eq!(language_of(&plain, &headers), Language::Da);
        headers.insert(header::COOKIE, HeaderValue::from_static("lang=xx"));
        assert_eq!(language_of(&plain, &headers), Language::Da);
    }

    #[test]
    fn only_what_we_could_have_made_is_taken_as_a_mark() {
        assert!(is_token(&"a".repeat(43)));
        for bad in ["", "abc", &"a".repeat(44), &format!("{}\"", "a".repeat(42))] {
            assert!(!is_token(bad));
        }
    }
}
