//! Problems as pages that help on, and as documents for programs.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base::{Language, MunicipalityKey, Problem};

use super::frame::{Frame, Section, Strip, WayFacts, Ways};
use super::pages::plain::ProblemPage;
use super::visit;
use crate::problem::{self, Refused};
use crate::texts::Texts;
use crate::{AppState, embed, scim};

/// Writes out what handlers and the router refuse: a document where a program asks, a page with the
/// ways on where a person does. Remembers the language on the way.
pub async fn explained(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let language = visit::language_of(&uri, request.headers());
    let for_program = is_for_program(&uri, request.headers());
    let framed = visit::is_framed(request.headers());
    let mut response = next.run(request).await;
    let refused = response.extensions_mut().remove::<Refused>();
    let bare = !response.headers().contains_key(header::CONTENT_TYPE)
        || response.headers()[header::CONTENT_TYPE].as_bytes().starts_with(b"text/plain");
    let problem = match refused {
        Some(Refused(problem)) => Some(problem),
        None if bare => problem::of_status(response.status()),
        None => None,
    };
    let Some(problem) = problem else {
        if !for_program {
            visit::keep_language(&uri, framed, &mut response);
        }
        return response;
    };
    let mut written = if scim::is_for(&uri) {
        scim::problem(response.status(), &problem)
    } else if for_program {
        Refused(problem).json(language)
    } else {
        page(&state, &uri, language, &problem).await
    };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&name) {
            written.headers_mut().insert(name, value.clone());
        }
    }
    // What the router refused keeps its own status.
    if response.status().is_client_error() || response.status().is_server_error() {
        *written.status_mut() = response.status();
    }
    written
}

fn is_for_program(uri: &Uri, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    uri.path().starts_with("/api/")
        || uri.path().starts_with("/assets/")
        || accepts.starts_with("application/json")
}

async fn page(state: &AppState, uri: &Uri, language: Language, problem: &Problem) -> Response {
    let t = Texts(language);
    let (frame, ways, sites) = around(state, uri, language).await;
    let page = ProblemPage {
        t,
        frame,
        query: String::new(),
        title: problem::title(problem, language),
        text: problem::detail(problem, language),
        ways,
    };
    let status = Refused(problem.clone()).into_response().status();
    let written = visit::html(status, &page);
    let mut written = written.unwrap_or_else(|refused| refused.json(language));
    embed::framable(&mut written, &sites);
    written
}

/// The frame of the municipality in the address, as far as it is known, and the sites that may show
/// its pages.
async fn around(
    state: &AppState,
    uri: &Uri,
    language: Language,
) -> (Frame, Option<Ways>, Vec<String>) {
    let directory = state.app.directory().await.ok();
    let mut frame = visit::bare_frame(state, directory.as_deref(), language, uri);
    let key = uri.path().split('/').nth(1).and_then(|part| part.parse::<MunicipalityKey>().ok());
    let (Some(directory), Some(key)) = (directory, key) else { return (frame, None, vec![]) };
    let Some(place) = directory.place(&key) else { return (frame, None, vec![]) };
    let t = Texts(language);
    let now = state.app.now();
    let here = visit::here(place);
    let line = visit::line_of(state, &directory, &key, None).await;
    frame.strip = Some(Strip::of(t, line.as_ref(), &here, now));
    let promise = state.app.promise_of(&key, &visit::front_office(), now).await.ok();
    let facts = WayFacts { line, telephone: None, promise, chatting: false, now };
    let ways = Ways::of(t, &here.root, &facts, t.ways_title(), t.ways_lead(), "");
    frame.here = Some(here);
    frame.section = Section::Other;
    (frame, Some(ways), embed::sites(state, place))
}
