//! A demonstration of a municipality's own site: another origin, rules as strict as a site can have,
//! and Straks in its corner by one script tag.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Context as _;
use app::App;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use base::MunicipalityKey;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const LAYOUT: &str = include_str!("../demo-site/page.html");
const STYLE: &str = include_str!("../demo-site/style.css");
const HOME: Page = Page { title: "Borger", main: include_str!("../demo-site/home.html") };
const MOVING: Page = Page { title: "Flytning", main: include_str!("../demo-site/flytning.html") };
const PASSPORT: Page = Page { title: "Pas", main: include_str!("../demo-site/pas.html") };

struct Page {
    title: &'static str,
    main: &'static str,
}

struct Site {
    app: App,
    /// The origin of Straks.
    straks: String,
}

/// A site that listens already.
pub struct DemoSite {
    listener: TcpListener,
    /// `http://localhost:7001`
    pub origin: String,
}

impl DemoSite {
    /// Binds `HOST:PORT`. The host's name is part of the origin that browsers see: `localhost` is
    /// another site than `127.0.0.1`, so that cookies of Straks are a third party's there.
    ///
    /// # Errors
    /// When the address is taken or none.
    pub async fn bind(address: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot serve the demonstration site on {address}"))?;
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        let origin = format!("http://{host}:{}", listener.local_addr()?.port());
        Ok(Self { listener, origin })
    }

    /// Serves until cancelled.
    pub async fn serve(self, app: App, straks: String, stop: CancellationToken) {
        let router = Router::new()
            .route("/", get(|| async { Redirect::to("/frederikssund/") }))
            .route("/style.css", get(|| async { ([(header::CONTENT_TYPE, "text/css")], STYLE) }))
            .route("/{municipality}/", get(home))
            .route("/{municipality}/{page}", get(page))
            .with_state(Arc::new(Site { app, straks }));
        let served = axum::serve(self.listener, router)
            .with_graceful_shutdown(async move { stop.cancelled().await });
        if let Err(error) = served.await {
            tracing::error!(%error, "the demonstration site ended");
        }
    }
}

async fn home(State(site): State<Arc<Site>>, Path(key): Path<String>) -> Response {
    site.page(&key, &HOME).await
}

async fn page(
    State(site): State<Arc<Site>>,
    Path((key, name)): Path<(String, String)>,
) -> Response {
    match name.as_str() {
        "flytning" => site.page(&key, &MOVING).await,
        "pas" => site.page(&key, &PASSPORT).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Site {
    async fn page(&self, key: &str, page: &Page) -> Response {
        let directory = self.app.directory().await.ok();
        let place = key
            .parse::<MunicipalityKey>()
            .ok()
            .and_then(|key| directory.as_ref().and_then(|directory| directory.place(&key)));
        let Some(place) = place else { return StatusCode::NOT_FOUND.into_response() };
        let mut script = String::new();
        let _ = writeln!(script, "<script async src=\"{}/embed.js\"></script>", self.straks);
        let text = LAYOUT
            .replace("[main]", page.main)
            .replace("[script]", &script)
            .replace("[title]", page.title)
            .replace("[name]", &place.member.name)
            .replace("[municipality]", place.member.key.as_str())
            .replace("[straks]", &self.straks);
        let straks = &self.straks;
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src {straks}; connect-src {straks}; \
             frame-src {straks}; form-action {straks}; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'"
        );
        let mut response = Html(text).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(
            HeaderName::from_static("x-content-type-options"),
            HeaderValue::from_static("nosniff"),
        );
        response
    }
}
