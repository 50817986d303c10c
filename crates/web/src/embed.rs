//! Straks on a municipality's own site: the script, what it asks, and who may show our pages in a
//! frame.
//!
//! A member lists its sites (`sites` in its file). Only their pages may frame ours
//! (`frame-ancestors`) and only their scripts are answered (`Access-Control-Allow-Origin`, without
//! cookies: nothing personal is told this way).

use app::directory::Place;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::{Language, MunicipalityKey, Problem};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::citizen::frame::Strip;
use crate::citizen::visit;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::texts::Texts;
use crate::theme::Theme;
use crate::{AppState, assets, csp};

const SOURCE: &str = "src/embed/embed.ts";
/// Host pages take a new script within ten minutes.
const TEN_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=600");

pub fn routes() -> Routes {
    Routes::new()
        .get("/embed.js", Guard::Open, script)
        .get("/api/v1/m/{municipality}/embed", Guard::Open, facts)
        .asks::<Asked>()
        .gives::<EmbedFacts>()
}

/// The origins whose pages may frame a municipality's pages and ask its search.
#[must_use]
pub fn sites(state: &AppState, place: &Place) -> Vec<String> {
    let mut sites = place.member.sites.clone();
    sites.extend(state.app.settings.demo_site.clone());
    sites
}

/// Lets a municipality's pages be framed by its sites.
pub fn framable(response: &mut Response, sites: &[String]) {
    let policy = HeaderValue::from_str(&csp::framed_by(sites));
    if let Ok(policy) = policy {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Lets the scripts of a municipality's sites read an answer that is for everybody.
pub fn readable(response: &mut Response, sites: &[String], headers: &HeaderMap) {
    let out = response.headers_mut();
    out.append(header::VARY, HeaderValue::from_static("origin"));
    let origin = headers.get(header::ORIGIN);
    if let Some(origin) = origin.filter(|origin| sites.iter().any(|site| site == *origin)) {
        out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        out.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
    }
}

/// `GET /embed.js`: any site may load it; what it then asks is answered to listed ones only.
async fn script(headers: HeaderMap) -> Response {
    let Some(name) = assets::entry(SOURCE).scripts.pop() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = assets::file(name.trim_start_matches('/'), &headers);
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, TEN_MINUTES);
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

#[derive(Deserialize, IntoParams)]
struct Asked {
    #[serde(default)]
    lang: String,
    /// The site's own colour in place of the member's; one that cannot be read is made darker.
    #[serde(default)]
    colour: String,
}

/// What the launcher shows: colours that can be read, and finished texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmbedFacts {
    /// `#rrggbb`
    colour: String,
    /// Text on it.
    on: String,
    /// Under the pointer.
    strong: String,
    /// How it stands with the line now: "Åbent nu til kl. 22".
    line: String,
    open: String,
    close: String,
    title: String,
    window: String,
    search: String,
    find: String,
}

/// `GET /api/v1/m/{municipality}/embed`
async fn facts(
    State(state): State<AppState>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let key: MunicipalityKey = key.parse().map_err(|_| Refused(Problem::NotFound))?;
    let directory = state.app.directory().await?;
    let place = directory.place(&key).ok_or(Refused(Problem::NotFound))?;
    let t = Texts(Language::of_code(&asked.lang).unwrap_or_default());
    let theme = Theme::nearest(&asked.colour).or_else(|| Theme::nearest(&place.member.colour));
    let theme = theme.ok_or(Refused(Problem::Unavailable { code: "unexpected" }))?;
    let line = visit::line_of(&state, &directory, &key, None).await;
    let strip = Strip::of(t, line.as_ref(), &visit::here(place), state.app.now());
    let name = &place.member.name;
    let facts = EmbedFacts {
        colour: theme.brand.to_string(),
        on: theme.on_brand.to_string(),
        strong: theme.strong.to_string(),
        line: strip.label,
        open: t.embed_open().to_owned(),
        close: t.embed_close().to_owned(),
        title: t.embed_title(name),
        window: t.embed_window().to_owned(),
        search: t.home_title().to_owned(),
        find: t.search().to_owned(),
    };
    let mut response = axum::Json(facts).into_response();
    readable(&mut response, &sites(&state, place), &headers);
    Ok(response)
}
