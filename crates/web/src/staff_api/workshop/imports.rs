//! What comes in and goes out: files, municipalities' own sites, the export of everything.

use app::intake::incoming::{Headings, ImportView, KleSubject, Wanted};
use app::intake::sites::{SiteChange, SiteView};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::{Language, MunicipalityKey, Problem};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use intake::files::{Columns, Form, Given};
use rules::queues::FRONT_OFFICE;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, SignedIn, field, json};
use crate::texts::Texts;

/// The largest body of files, in bytes as they travel; a third more than the files themselves.
const FILES_BODY: usize = 32 * 1024 * 1024;
/// Files of one import.
const MOST_FILES: usize = 2_000;

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/imports/sites", Guard::Staff, sites)
        .gives_as::<Vec<SiteView>>("sites")
        .put("/api/v1/staff/workshop/imports/sites/{municipality}", Guard::Staff, change_site)
        .takes::<SiteChange>()
        .gives::<SiteView>()
        .post("/api/v1/staff/workshop/imports/sites/{municipality}/crawl", Guard::Staff, crawl)
        .gives::<SiteView>()
        .post("/api/v1/staff/workshop/imports/preview", Guard::Staff, preview)
        .takes::<Files>()
        .gives::<ImportView>()
        .post("/api/v1/staff/workshop/imports", Guard::Staff, bring_in)
        .takes::<Files>()
        .gives::<ImportView>()
        .get("/api/v1/staff/workshop/kle", Guard::Staff, kle)
        .asks::<Asked>()
        .gives_as::<Vec<KleSubject>>("subjects")
        .get("/api/v1/staff/workshop/export", Guard::Staff, export)
        .gives_file("application/gzip")
}

async fn sites(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&serde_json::json!({ "sites": state.app.sites(&me.scope).await? })))
}

async fn change_site(at: At<MunicipalityKey>, Body(change): Body<SiteChange>) -> Answer<Response> {
    Ok(json(&at.app.change_site(&at.scope, &at.id, change).await?))
}

async fn crawl(at: At<MunicipalityKey>) -> Answer<Response> {
    Ok(json(&at.app.crawl_now(&at.scope, &at.id).await?))
}

/// Files as a browser sends them.
#[derive(Deserialize, ToSchema)]
struct Files {
    #[schema(value_type = String)]
    form: Form,
    #[serde(default)]
    area: String,
    municipality: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    columns: Columns,
    files: Vec<Sent>,
}

#[derive(Deserialize, ToSchema)]
struct Sent {
    name: String,
    /// The bytes in base64.
    data: String,
}

async fn preview(
    State(state): State<AppState>,
    me: SignedIn,
    request: Request,
) -> Answer<Response> {
    let (wanted, files) = read(request).await?;
    Ok(json(&state.app.preview_import(&me.scope, &wanted, files).await?))
}

async fn bring_in(
    State(state): State<AppState>,
    me: SignedIn,
    request: Request,
) -> Answer<Response> {
    let (wanted, files) = read(request).await?;
    Ok(json(&state.app.import_files(&me.scope, &wanted, files).await?))
}

async fn read(request: Request) -> Answer<(Wanted, Vec<Given>)> {
    let too_large = || {
        let limit = i64::try_from(FILES_BODY / 4 * 3 / 1024 / 1024).ok();
        Refused(Problem::Invalid { field: "files", code: "files-too-large", limit })
    };
    let bytes =
        axum::body::to_bytes(request.into_body(), FILES_BODY).await.map_err(|_| too_large())?;
    let sent: Files = serde_json::from_slice(&bytes)
        .map_err(|_| Refused(Problem::invalid("body", "body-not-json")))?;
    if sent.files.len() > MOST_FILES {
        let limit = i64::try_from(MOST_FILES).ok();
        return Err(Refused(Problem::Invalid { field: "files", code: "too-many-files", limit }));
    }
    let mut files = Vec::with_capacity(sent.files.len());
    for file in sent.files {
        let bytes = STANDARD
            .decode(file.data)
            .map_err(|_| Refused(Problem::invalid("files", "body-not-json")))?;
        files.push(Given { name: file.name.chars().take(300).collect(), bytes });
    }
    let municipality: MunicipalityKey = field("municipality", &sent.municipality)?;
    let department = match sent.department.as_str() {
        "" => FRONT_OFFICE,
        other => other,
    };
    let wanted = Wanted {
        form: sent.form,
        area: sent.area,
        municipality,
        department: field("department", department)?,
        columns: sent.columns,
        headings: headings(),
    };
    Ok((wanted, files))
}

/// The words an import needs, in the language of the texts.
#[must_use]
pub fn headings() -> Headings {
    let t = Texts(Language::Da);
    Headings {
        first: t.import_first_heading().to_owned(),
        self_service: t.import_self_service().to_owned(),
        source: t.import_source().to_owned(),
    }
}

#[derive(Deserialize, IntoParams)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn kle(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
) -> Answer<Response> {
    let subjects = state.app.kle_subjects(&me.scope, &asked.q).await?;
    Ok(json(&serde_json::json!({ "subjects": subjects })))
}

async fn export(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    let packed = state.app.export_packed(&me.scope).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/gzip")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"straks-knowledge.tar.gz\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::OK, headers, packed).into_response())
}
