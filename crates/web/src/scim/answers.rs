//! Answers and refusals in the form of RFC 7644.

use app::scim::{NotTaken, Shown};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Problem;
use rules::scim::schema::{ENTERPRISE, GROUP, USER};
use rules::scim::{Kind, Refusal, Resource};
use serde_json::{Value, json};

/// What every answer says that it is.
const FORM: &str = "application/scim+json";

/// A refusal.
pub struct Wrong(Box<Response>);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl Wrong {
    /// The body is longer than is read.
    pub fn too_large(limit: usize) -> Self {
        let detail = format!("a body has at most {limit} bytes");
        Self(Box::new(error(StatusCode::PAYLOAD_TOO_LARGE, None, &detail)))
    }

    /// The RFC knows it, we do not do it.
    pub fn not_done(detail: &str) -> Self {
        Self(Box::new(error(StatusCode::NOT_IMPLEMENTED, None, detail)))
    }
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        let status = status(refusal.kind.status());
        Self(Box::new(error(status, Some(refusal.kind.code()), &refusal.detail)))
    }
}

impl From<NotTaken> for Wrong {
    fn from(not_taken: NotTaken) -> Self {
        match not_taken {
            NotTaken::Refused(refusal) => refusal.into(),
            NotTaken::Changed => {
                let detail = "it has changed since it was read";
                Self(Box::new(error(StatusCode::PRECONDITION_FAILED, None, detail)))
            }
            NotTaken::Problem(problem) => problem.into(),
        }
    }
}

impl From<Problem> for Wrong {
    fn from(refused: Problem) -> Self {
        Self(Box::new(problem(status(refused.status()), &refused)))
    }
}

/// A problem in the words of SCIM, under the status it is answered with. Senders are programs, so it
/// is told in English.
#[must_use]
pub fn problem(status: StatusCode, problem: &Problem) -> Response {
    let text = crate::problem::detail(problem, base::Language::En);
    let mut response = error(status, None, &text);
    let headers = response.headers_mut();
    match problem {
        Problem::SignedOut => {
            let asked = HeaderValue::from_static("Bearer realm=\"straks\"");
            headers.insert(header::WWW_AUTHENTICATE, asked);
        }
        Problem::TooMany { retry_after_s } => {
            if let Ok(seconds) = HeaderValue::from_str(&retry_after_s.to_string()) {
                headers.insert(header::RETRY_AFTER, seconds);
            }
        }
        _ => {}
    }
    response
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn error(status: StatusCode, word: Option<&str>, detail: &str) -> Response {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.as_str(),
        "detail": detail,
    });
    if let Some(word) = word {
        body["scimType"] = json!(word);
    }
    written(status, &body)
}

/// A body under a status.
pub fn written(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, FORM)], body.to_string()).into_response()
}

/// A list of everything there is of something.
pub fn list(resources: Vec<Value>) -> Value {
    let all = resources.len();
    part(all, 1, resources)
}

/// A part of a list.
pub fn part(total: usize, start: usize, resources: Vec<Value>) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// A resource with its schemas and addresses.
pub fn dressed(kind: Kind, base: &str, mut resource: Resource) -> Value {
    let schemas = match kind {
        Kind::User if resource.contains_key(ENTERPRISE) => json!([USER, ENTERPRISE]),
        Kind::User => json!([USER]),
        Kind::Group => json!([GROUP]),
    };
    resource.insert("schemas".to_owned(), schemas);
    if let Some(location) = location(kind, base, &resource)
        && let Some(Value::Object(meta)) = resource.get_mut("meta")
    {
        meta.insert("location".to_owned(), json!(location));
    }
    if let Some(Value::Array(members)) = resource.get_mut("members") {
        for member in members.iter_mut().filter_map(Value::as_object_mut) {
            let text = |part: &str| member.get(part).and_then(Value::as_str);
            let kind = Kind::ALL.into_iter().find(|kind| text("type") == Some(kind.name()));
            if let (Some(kind), Some(id)) = (kind, text("value")) {
                let address = json!(format!("{base}/{}/{id}", kind.place()));
                member.insert("$ref".to_owned(), address);
            }
        }
    }
    Value::Object(resource)
}

fn location(kind: Kind, base: &str, resource: &Resource) -> Option<String> {
    let id = resource.get("id")?.as_str()?;
    Some(format!("{base}/{}/{id}", kind.place()))
}

/// One resource, with its address and version.
pub fn one(status: StatusCode, kind: Kind, base: &str, shown: Shown) -> Response {
    let place = location(kind, base, &shown.resource);
    let mut response = match status {
        StatusCode::NO_CONTENT => status.into_response(),
        status => written(status, &dressed(kind, base, shown.resource)),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::LOCATION, place.filter(|_| status == StatusCode::CREATED)),
        (header::ETAG, Some(format!("W/\"{}\"", shown.version))),
    ] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}
