//! Files of the front end, built by Vite into `web/dist` and embedded.
//!
//! Without them (a plain `cargo build`) pages are unstyled and work. Debug builds read the folder
//! at run time, so that a rebuilt front end is seen at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use serde::Deserialize;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Dist;

/// Names under this folder carry a hash of their content and never change.
const HASHED: &str = "assets/";
const YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// What a page links to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    pub scripts: Vec<String>,
    pub styles: Vec<String>,
}

#[derive(Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    css: Vec<String>,
}

/// What the page of an entry links to, by its source (`src/citizen/main.ts`), from `manifest.json`.
/// Empty when the front end has not been built.
#[must_use]
pub fn entry(source: &str) -> Entry {
    let Some(manifest) = Dist::get("manifest.json") else { return Entry::default() };
    let chunks: BTreeMap<String, Chunk> =
        serde_json::from_slice(&manifest.data).unwrap_or_default();
    let Some(chunk) = chunks.get(source) else { return Entry::default() };
    let mut entry = Entry::default();
    for file in std::iter::once(&chunk.file).chain(&chunk.css) {
        // An entry may itself be a sheet.
        let files = if file.ends_with(".css") { &mut entry.styles } else { &mut entry.scripts };
        files.push(format!("/{file}"));
    }
    entry
}

/// The content of a file of the front end, for pages that are one (`index.html`).
#[must_use]
pub fn content(name: &str) -> Option<Cow<'static, [u8]>> {
    Dist::get(name).map(|file| file.data)
}

/// `GET /assets/{*name}`
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("{HASHED}{name}"), &headers)
}

/// A file of the front end, compressed when the browser takes it so. Only names that are in the
/// build are known; there is no way out of it.
#[must_use]
pub fn file(name: &str, headers: &HeaderMap) -> Response {
    let Some(plain) = Dist::get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = etag(&plain.metadata.sha256_hash());
    let kept = if name.starts_with(HASHED) { YEAR } else { ASK };
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), (header::CACHE_CONTROL, kept)])
            .into_response();
    }
    let takes_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().starts_with("br")));
    let packed = if takes_brotli { Dist::get(&format!("{name}.br")) } else { None };
    let kind = HeaderValue::from_static(kind_of(name));
    let mut response = match packed {
        Some(packed) => {
            let coding = [(header::CONTENT_ENCODING, HeaderValue::from_static("br"))];
            (coding, packed.data).into_response()
        }
        None => plain.data.into_response(),
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, kind);
    out.insert(header::CACHE_CONTROL, kept);
    out.insert(header::ETAG, tag);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn etag(hash: &[u8]) -> HeaderValue {
    use std::fmt::Write as _;
    let mut text = String::from("\"");
    for byte in &hash[..8] {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('"');
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"0\""))
}

fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
