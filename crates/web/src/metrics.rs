//! `/metrics` for Prometheus, on an address of its own; nothing personal in it.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::AppState;

/// What else is measured, put to the rest each time it is asked for.
pub type More = Arc<dyn Fn(&mut Registry) + Send + Sync>;

/// The router of the metrics' own address.
pub fn router(state: AppState, more: Option<More>) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state((state, more))
}

/// What is measured is read when it is asked for: a scrape every few seconds costs less than
/// counters on every path, and cannot drift.
async fn metrics(State((state, more)): State<(AppState, Option<More>)>) -> Response {
    let mut registry = Registry::with_prefix("straks");
    let mut gauge = |name: &str, help: &str, value: i64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    let app = &state.app;
    match app.measures().await {
        Ok(measures) => {
            gauge("up", "Whether the database answers", 1);
            gauge("contacts_waiting", "Contacts in line", measures.waiting);
            gauge("contacts_owned", "Contacts that agents have", measures.owned);
            gauge("longest_wait_seconds", "Age of the oldest in line", measures.longest_wait_s);
            gauge("agents_present", "Agents whose browser is there", measures.agents);
            gauge("jobs_failing", "Jobs that were tried more than once", measures.jobs_failing);
            gauge("index_lag_events", "Knowledge not yet in the index", measures.index_lag);
        }
        Err(_) => gauge("up", "Whether the database answers", 0),
    }
    let followed = i64::try_from(app.hub.followed()).unwrap_or(i64::MAX);
    gauge("streams_followed", "Streams followed on this node", followed);
    if let Some(more) = more {
        more(&mut registry);
    }
    let mut text = String::new();
    if encode(&mut text, &registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
