//! What we can do, and what a user and a group are (RFC 7644, section 4).

use app::scim::MOST;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use base::Problem;
use rules::scim::{Kind, schemas};
use serde_json::{Value, json};

use super::Caller;
use super::answers::{Wrong, list, written};
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/scim/v2/ServiceProviderConfig", Guard::Pusher, config)
        .get("/scim/v2/ResourceTypes", Guard::Pusher, resource_types)
        .get("/scim/v2/ResourceTypes/{name}", Guard::Pusher, resource_type)
        .get("/scim/v2/Schemas", Guard::Pusher, all_schemas)
        .get("/scim/v2/Schemas/{name}", Guard::Pusher, schema)
        .post("/scim/v2/Bulk", Guard::Pusher, bulk)
        .get("/scim/v2/Me", Guard::Pusher, me)
}

async fn config(caller: Caller) -> Response {
    let base = caller.base();
    let config = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": "https://datatracker.ietf.org/doc/html/rfc7644",
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": MOST},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token of the municipality, made by whoever runs Straks",
            "specUri": "https://datatracker.ietf.org/doc/html/rfc6750",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": format!("{base}/ServiceProviderConfig"),
        },
    });
    written(StatusCode::OK, &config)
}

async fn resource_types(caller: Caller) -> Response {
    let base = caller.base();
    let types = Kind::ALL.iter().map(|kind| kind.resource_type(&base)).collect();
    written(StatusCode::OK, &list(types))
}

async fn resource_type(caller: Caller, Path(name): Path<String>) -> Result<Response, Wrong> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or(Problem::NotFound)?;
    Ok(written(StatusCode::OK, &kind.resource_type(&caller.base())))
}

async fn all_schemas(caller: Caller) -> Response {
    written(StatusCode::OK, &list(schemas(&caller.base())))
}

async fn schema(caller: Caller, Path(name): Path<String>) -> Result<Response, Wrong> {
    let known: Vec<Value> = schemas(&caller.base());
    let schema = known.into_iter().find(|schema| schema["id"] == name.as_str());
    Ok(written(StatusCode::OK, &schema.ok_or(Problem::NotFound)?))
}

/// Many changes in one request: refused, as `/ServiceProviderConfig` says.
async fn bulk(_: Caller) -> Wrong {
    Wrong::not_done("bulk is not supported: send one request for each resource")
}

/// Whoever signs in by a token is nobody's user (RFC 7644, section 3.11).
async fn me(_: Caller) -> Wrong {
    Wrong::not_done("a token belongs to a municipality, not to a user")
}
