//! Users and groups: asked for, made, changed, removed (RFC 7644, section 3).

use app::scim::Wish;
use axum::extract::{Path, Query};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::Problem;
use rules::scim::{Kind, Refused, Selection, patch, taken};
use serde::Deserialize;
use store::scim::PushedId;

use super::answers::{Wrong, dressed, one, part, written};
use super::{Caller, Json};
use crate::routes::{Guard, Routes};

type Answer = Result<Response, Wrong>;

pub fn routes() -> Routes {
    let users = ["/scim/v2/Users", "/scim/v2/Users/.search", "/scim/v2/Users/{id}"];
    let groups = ["/scim/v2/Groups", "/scim/v2/Groups/.search", "/scim/v2/Groups/{id}"];
    of(Kind::User, users).and(of(Kind::Group, groups))
}

fn of(kind: Kind, [all, search, each]: [&'static str; 3]) -> Routes {
    Routes::new()
        .get(all, Guard::Pusher, move |caller, query| list(kind, caller, query))
        .post(all, Guard::Pusher, move |caller, query, body| make(kind, caller, query, body))
        .post(search, Guard::Pusher, move |caller, body| find(kind, caller, body))
        .get(each, Guard::Pusher, move |caller, id, query| show(kind, caller, id, query))
        .put(each, Guard::Pusher, move |caller, id, query, body| {
            replace(kind, caller, id, query, body)
        })
        .on(Method::PATCH, each, Guard::Pusher, move |caller, id, query, body| {
            change(kind, caller, id, query, body)
        })
        .delete(each, Guard::Pusher, move |caller, id| remove(kind, caller, id))
}

/// What stands in the query, or in the body of a search.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Asked {
    filter: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    attributes: Option<Names>,
    excluded_attributes: Option<Names>,
}

/// Names in one text with commas, or in a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    Text(String),
    List(Vec<String>),
}

impl Names {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::List(names) => names.join(","),
        }
    }
}

impl Asked {
    /// Whether a part of a resource was asked for by name.
    const fn names_any(&self) -> bool {
        self.attributes.is_some() || self.excluded_attributes.is_some()
    }

    fn wish(self, kind: Kind) -> Wish {
        let [only, without] =
            [self.attributes, self.excluded_attributes].map(|names| names.map(Names::text));
        let selection = Selection::read(kind, only.as_deref(), without.as_deref());
        Wish { filter: self.filter, start: self.start_index, count: self.count, selection }
    }
}

/// An id of the address; what is none is nobody's.
fn known(id: &str) -> Result<PushedId, Wrong> {
    id.parse().map_err(|_| Wrong::from(Problem::NotFound))
}

async fn list(kind: Kind, caller: Caller, Query(asked): Query<Asked>) -> Answer {
    listed(kind, &caller, asked).await
}

async fn find(kind: Kind, caller: Caller, Json(body): Json) -> Answer {
    let asked = serde_json::from_value(body);
    let asked =
        asked.map_err(|_| Wrong::from(Refused::InvalidSyntax.because("the body is no search")))?;
    listed(kind, &caller, asked).await
}

async fn listed(kind: Kind, caller: &Caller, asked: Asked) -> Answer {
    let wish = asked.wish(kind);
    let found = caller.app.pushed_list(&caller.pusher, kind, &wish).await?;
    let base = caller.base();
    let dressed = found.resources.into_iter().map(|one| dressed(kind, &base, one)).collect();
    Ok(written(StatusCode::OK, &part(found.total, found.start, dressed)))
}

async fn show(
    kind: Kind,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let wish = asked.wish(kind);
    let shown = caller.app.pushed(&caller.pusher, kind, known(&id)?, &wish.selection).await?;
    if caller.version(header::IF_NONE_MATCH) == Some(shown.version) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    Ok(one(StatusCode::OK, kind, &caller.base(), shown))
}

async fn make(kind: Kind, caller: Caller, Query(asked): Query<Asked>, Json(body): Json) -> Answer {
    let wish = asked.wish(kind);
    let mut shown = caller.app.push_new(&caller.pusher, kind, &body).await?;
    shown.resource = wish.selection.of(shown.resource);
    Ok(one(StatusCode::CREATED, kind, &caller.base(), shown))
}

async fn replace(
    kind: Kind,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Json(body): Json,
) -> Answer {
    let wish = asked.wish(kind);
    let version = caller.version(header::IF_MATCH);
    let (app, pusher) = (&caller.app, &caller.pusher);
    let mut shown =
        app.push_change(pusher, kind, known(&id)?, version, |_| taken(kind, &body)).await?;
    shown.resource = wish.selection.of(shown.resource);
    Ok(one(StatusCode::OK, kind, &caller.base(), shown))
}

/// A changed user comes back; a changed group, which may be large, only where a part of it is asked
/// for by name.
async fn change(
    kind: Kind,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Json(body): Json,
) -> Answer {
    let comes_back = kind == Kind::User || asked.names_any();
    let wish = asked.wish(kind);
    let version = caller.version(header::IF_MATCH);
    let (app, pusher) = (&caller.app, &caller.pusher);
    let changed = |old| patch(kind, old, &body);
    let mut shown = app.push_change(pusher, kind, known(&id)?, version, changed).await?;
    shown.resource = wish.selection.of(shown.resource);
    let status = if comes_back { StatusCode::OK } else { StatusCode::NO_CONTENT };
    Ok(one(status, kind, &caller.base(), shown))
}

async fn remove(kind: Kind, caller: Caller, Path(id): Path<String>) -> Answer {
    let version = caller.version(header::IF_MATCH);
    caller.app.push_gone(&caller.pusher, kind, known(&id)?, version).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
