//! Citizen pages, staff API, sockets.
//!
//! Read first: [`routes`] (a route cannot be added without its guard), [`citizen`] (pages that are
//! complete without JavaScript), [`staff_api`] (JSON for the staff application), [`live`] (the one
//! live protocol).

pub mod assets;
pub mod citizen;
pub mod client;
pub mod csp;
pub mod embed;
pub mod live;
pub mod mails;
pub mod markdown;
pub mod metrics;
pub mod openapi;
mod overlong;
pub mod problem;
pub mod routes;
pub mod scim;
pub mod staff_api;
pub mod texts;
pub mod theme;

use std::net::IpAddr;
use std::sync::Arc;

use app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::routes::Routes;

/// The largest body taken in, in bytes. Every field has its own, smaller limit.
pub const BODY_LIMIT: usize = 64 * 1024;

/// What handlers are given. Cloning shares everything.
#[derive(Clone)]
pub struct AppState {
    pub app: App,
    /// Cancelled when the program drains: sockets say goodbye, nothing new is ready.
    pub stop: CancellationToken,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpAddr]>,
}

impl AppState {
    /// Whether browsers come by https: cookies are then kept from anything else.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.app.settings.public_address.starts_with("https://")
    }
}

/// Every route with its guard.
#[must_use]
pub fn routes() -> Routes {
    citizen::routes()
        .and(embed::routes())
        .and(staff_api::routes())
        .and(scim::routes())
        .and(openapi::routes())
}

/// The whole site.
pub fn router(state: AppState) -> Router {
    routes()
        .into_router()
        .fallback(|| async { axum::http::StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(overlong::read_on))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), citizen::problems::explained))
        .layer(middleware::from_fn(csp::headers))
        .layer(CompressionLayer::new())
        .with_state(state)
}
