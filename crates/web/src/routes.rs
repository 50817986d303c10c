//! Routes and their guards in one table.
//!
//! A route is added only together with the [`Guard`] that says who may call it, so none can be
//! without one, and [`Routes::table`] lists them all for the generated authorisation test.
//!
//! The guard is enforced twice. Before the handler: what other sites make a browser send is refused
//! ([`Guard::refusal`]). After it: a handler behind a guard that asks for somebody must have asked
//! who it is ([`Passage::shown`], called by the extractors of visitor and login); an answer of one
//! that did not is withheld.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use base::Problem;
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::openapi::{Gives, Shape, schema_of};
use crate::problem::Refused;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// Anybody: texts for all, files of the program, health.
    Open,
    /// A citizen's browser by its visitor mark; it reaches its own contacts only.
    Visitor,
    /// Whoever holds the unguessable token in the address.
    Token,
    /// Somebody who is about to sign in.
    SignIn,
    /// A signed-in person; how far that reaches is decided in each use case by the Scope.
    Staff,
    /// A municipality's own directory, by its bearer token; it reaches that municipality only.
    Pusher,
}

impl Guard {
    /// Whether a handler behind it must ask who is calling.
    #[must_use]
    pub const fn asks_who(self) -> bool {
        matches!(self, Self::Visitor | Self::Staff | Self::Pusher)
    }

    /// Why a request is refused before its handler is reached: only our own pages may change
    /// anything in a browser's name.
    fn refusal(self, method: &Method, headers: &HeaderMap) -> Option<Problem> {
        if method.is_safe() {
            return None;
        }
        if !is_of_own_site(headers) {
            return Some(Problem::forbidden("foreign-origin"));
        }
        let of_staff = matches!(self, Self::Staff | Self::SignIn);
        // A form of another site cannot set a header of its own.
        if of_staff && headers.get("x-straks").is_none_or(|value| value != "1") {
            return Some(Problem::forbidden("foreign-origin"));
        }
        None
    }
}

/// Whether the browser says that the request comes from our own pages. Programs that are no browsers
/// say nothing, and carry nobody's cookies.
#[must_use]
pub fn is_of_own_site(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let host = origin.split_once("://").map_or("", |(_, host)| host);
            !host.is_empty() && text(header::HOST) == Some(host)
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    /// As axum writes it: `/{municipality}/topic/{slug}`.
    pub path: &'static str,
    pub guard: Guard,
    /// What it is asked and what it answers, where programs call it.
    pub shape: Shape,
}

/// Routes being collected.
#[derive(Default)]
pub struct Routes {
    router: Router<AppState>,
    table: Vec<Route>,
}

impl Routes {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a route. `HEAD` is answered where `GET` is.
    ///
    /// # Panics
    /// When the same method and path are added twice, at the start of the program.
    #[must_use]
    pub fn on<H, T>(mut self, method: Method, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let guarded = middleware::from_fn(move |request, next| pass(guard, request, next));
        self.router = self.router.route(path, on(filter, handler).layer(guarded));
        self.table.push(Route { method, path, guard, shape: Shape::default() });
        self
    }

    #[must_use]
    pub fn get<H, T>(self, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.on(Method::GET, path, guard, handler)
    }

    #[must_use]
    pub fn post<H, T>(self, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.on(Method::POST, path, guard, handler)
    }

    #[must_use]
    pub fn put<H, T>(self, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.on(Method::PUT, path, guard, handler)
    }

    #[must_use]
    pub fn delete<H, T>(self, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        self.on(Method::DELETE, path, guard, handler)
    }

    fn described(mut self, say: impl FnOnce(&mut Shape)) -> Self {
        if let Some(route) = self.table.last_mut() {
            say(&mut route.shape);
        }
        self
    }

    /// The route just added reads this from the query.
    #[must_use]
    pub fn asks<T: IntoParams>(self) -> Self {
        self.described(|shape| shape.asks = Some(|| T::into_params(|| Some(ParameterIn::Query))))
    }

    /// The route just added takes this as its body.
    #[must_use]
    pub fn takes<T: ToSchema>(self) -> Self {
        self.described(|shape| shape.takes = Some(schema_of::<T>))
    }

    /// The route just added answers with this.
    #[must_use]
    pub fn gives<T: ToSchema>(self) -> Self {
        self.described(|shape| shape.gives = Some(Gives::Json(schema_of::<T>)))
    }

    /// The route just added answers with an object that has this under a name.
    #[must_use]
    pub fn gives_as<T: ToSchema>(self, name: &'static str) -> Self {
        self.described(|shape| shape.gives = Some(Gives::Under(name, schema_of::<T>)))
    }

    /// The route just added answers with a file of this kind.
    #[must_use]
    pub fn gives_file(self, kind: &'static str) -> Self {
        self.described(|shape| shape.gives = Some(Gives::File(kind)))
    }

    /// The route just added answers that it is done, and nothing else.
    #[must_use]
    pub fn gives_nothing(self) -> Self {
        self.described(|shape| shape.gives = Some(Gives::Nothing))
    }

    /// These routes and others.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.table.extend(others.table);
        self
    }

    /// Every route, in the order of adding.
    #[must_use]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The router without the program's state.
    pub fn into_router(self) -> Router<AppState> {
        self.router
    }
}

/// Goes with a request past its guard.
#[derive(Debug, Clone)]
pub struct Passage {
    pub guard: Guard,
    shown: Arc<AtomicBool>,
}

impl Passage {
    /// It is known now who is calling. Called by the extractors of visitor and login only.
    pub fn shown(&self) {
        self.shown.store(true, Ordering::Relaxed);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Passage {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let passage = parts.extensions.get::<Self>().cloned();
        passage.ok_or(Refused(Problem::Unavailable { code: "unexpected" }))
    }
}

async fn pass(guard: Guard, mut request: Request, next: Next) -> Response {
    if let Some(problem) = guard.refusal(request.method(), request.headers()) {
        return Refused(problem).into_response();
    }
    let shown = Arc::new(AtomicBool::new(false));
    request.extensions_mut().insert(Passage { guard, shown: shown.clone() });
    let response = next.run(request).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    if guard.asks_who() && !refused && !shown.load(Ordering::Relaxed) {
        tracing::error!(?guard, "a handler did not ask who is calling; its answer is withheld");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn what_another_site_makes_a_browser_send_is_refused() {
        let own = headers(&[("origin", "https://straks.example"), ("host", "straks.example")]);
        let foreign = headers(&[("origin", "https://evil.example"), ("host", "straks.example")]);
        let fetched = headers(&[("sec-fetch-site", "cross-site"), ("host", "straks.example")]);
        let opaque = headers(&[("origin", "null"), ("host", "straks.example")]);
        for guard in [Guard::Open, Guard::Visitor, Guard::Token] {
            assert_eq!(guard.refusal(&Method::POST, &own), None);
            for bad in [&foreign, &fetched, &opaque] {
                assert!(guard.refusal(&Method::POST, bad).is_some(), "{guard:?} {bad:?}");
                assert_eq!(guard.refusal(&Method::GET, bad), None);
            }
        }
    }

    #[test]
    fn the_staffs_changes_need_the_header_that_no_form_can_send() {
        let own = headers(&[("origin", "https://straks.example"), ("host", "straks.example")]);
        let with = headers(&[("sec-fetch-site", "same-origin"), ("x-straks", "1")]);
        for guard in [Guard::Staff, Guard::SignIn] {
            assert!(guard.refusal(&Method::POST, &own).is_some());
            assert_eq!(guard.refusal(&Method::POST, &with), None);
            assert_eq!(guard.refusal(&Method::GET, &own), None);
        }
    }
}
