//! Pages of text, the members' colours, and whether the program is well.

use askama::Template as _;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::Problem;

use super::frame::Section;
use super::icons;
use super::pages::plain::{OpenSearch, TextPage};
use super::visit::{Answer, Visit, front_office};
use crate::problem::Refused;
use crate::{AppState, theme};

/// `GET /{municipality}/opensearch.xml`: the search for browsers (OpenSearch 1.1, draft 6).
pub async fn opensearch(visit: Visit) -> Answer {
    let page = OpenSearch {
        name: visit.place()?.member.name.clone(),
        title: visit.t().search_label().to_owned(),
        address: format!("{}{}", visit.state.app.settings.public_address, visit.root()),
    };
    let text = page.render().map_err(|_| Refused(Problem::Unavailable { code: "unexpected" }))?;
    let kind = [(header::CONTENT_TYPE, "application/opensearchdescription+xml; charset=utf-8")];
    Ok((kind, text).into_response())
}

/// `GET /{municipality}/privacy`
pub async fn privacy(visit: Visit) -> Answer {
    let t = visit.t();
    let (frame, facts) = visit.frame(Section::Other).await?;
    let days = visit.text_days().await?;
    let recorded = visit.state.app.recordings_kept(&visit.key).await?;
    let recorded = recorded.map_or_else(
        || t.privacy_calls_not_recorded().to_owned(),
        |days| t.privacy_calls_recorded(days),
    );
    let calls = format!("{} {recorded}", t.privacy_calls_text());
    let telephone = visit.state.app.has_telephone().then(|| (t.privacy_calls().to_owned(), calls));
    let place = visit.place()?;
    let (name, short) = (place.member.name.clone(), place.member.short.clone());
    let front = visit.department_name(&front_office()).unwrap_or_default();
    let said = |heading: &str, text: String| (heading.to_owned(), text);
    let written = [
        said(t.privacy_cpr(), t.privacy_cpr_text().to_owned()),
        said(t.privacy_visit(), t.privacy_visit_text().to_owned()),
        said(t.privacy_chat(), t.privacy_chat_text(days)),
    ];
    let rights = [
        said(t.privacy_who(), t.privacy_who_text(name)),
        said(t.privacy_cookies(), t.privacy_cookies_text().to_owned()),
        said(t.privacy_rights(), t.privacy_rights_text(front, short)),
    ];
    let page = TextPage {
        t,
        frame,
        title: t.privacy_title().to_owned(),
        lead: t.privacy_lead().to_owned(),
        sections: written.into_iter().chain(telephone).chain(rights).collect(),
        link: Some((t.privacy_see().to_owned(), format!("{}/trail", visit.root()))),
        ways: visit.ways(&facts),
    };
    visit.page(&page)
}

/// `GET /{municipality}/accessibility`
pub async fn accessibility(visit: Visit) -> Answer {
    let t = visit.t();
    let (frame, facts) = visit.frame(Section::Other).await?;
    let page = TextPage {
        t,
        frame,
        title: t.accessibility_title().to_owned(),
        lead: t.accessibility_lead().to_owned(),
        sections: [
            (t.accessibility_goal(), t.accessibility_goal_text()),
            (t.accessibility_tested(), t.accessibility_tested_text()),
            (t.accessibility_known(), t.accessibility_known_text()),
            (t.accessibility_tell(), t.accessibility_tell_text()),
        ]
        .map(|(heading, text)| (heading.to_owned(), text.to_owned()))
        .to_vec(),
        link: None,
        ways: visit.ways(&facts),
    };
    visit.page(&page)
}

/// `GET /theme.css`: the members' colours.
pub async fn theme(State(state): State<AppState>) -> Result<Response, Refused> {
    let directory = state.app.directory().await?;
    let members: Vec<_> = directory.places().map(|place| place.member.clone()).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, theme::sheet(&members)).into_response())
}

/// `GET /icon.svg`
pub async fn site_icon() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, icons::SITE).into_response()
}

/// `GET /healthz`: the program runs.
pub async fn healthy() -> &'static str {
    "ok"
}

/// `GET /readyz`: it can answer, and is not about to stop.
pub async fn ready(State(state): State<AppState>) -> Response {
    // A node whose index is not built yet would say of everything that nothing fits.
    let well = !state.stop.is_cancelled()
        && state.app.directory().await.is_ok()
        && state.app.index_follows().await;
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (status, headers, if well { "{\"ready\":true}" } else { "{\"ready\":false}" }).into_response()
}
