//! `/openapi.json`: the interface for programs, drawn from the table of routes, so that none can be
//! missing from it.

mod borrowed;

pub use borrowed::{
    AuditPage, BulkRule, DemoAccount, Diff, Erased, Explained, Finding, Joined, Preview,
};

use app::chat::{ArticleLink, ChatState, Entries, Entry, OwnChat, Said, Side};
use app::desk::{
    Colleague, ContactDetail, Desk, MunicipalityTag, Note, OfferView, QueueView, Row, Target,
    TopicChoice, TrailLine, WrapUpChoices,
};
use app::follow::{Delivery, LiveEvent};
use app::hand_overs::{
    DepartmentChoice, HandOverChoices, HandOverView, Inbox, InboxCounts, InboxFilter, Promise,
};
use app::people::{Me, PersonView};
use app::queues::{LineState, PresenceView, WaitRange};
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::{
    ContentBuilder, HttpMethod, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, Type,
};
use utoipa::{OpenApi, ToSchema};

use crate::live::{FromClient, ToClient};
use crate::problem::ProblemDocument;
use crate::routes::{Guard, Route, Routes};

#[derive(OpenApi)]
#[openapi(
    info(title = "Straks", license(name = "MPL-2.0", identifier = "MPL-2.0")),
    components(schemas(
        ArticleLink,
        ChatState,
        Colleague,
        ContactDetail,
        Delivery,
        DepartmentChoice,
        Desk,
        Entries,
        Entry,
        FromClient,
        HandOverChoices,
        HandOverView,
        Inbox,
        InboxCounts,
        InboxFilter,
        LineState,
        LiveEvent,
        Me,
        MunicipalityTag,
        Note,
        OfferView,
        OwnChat,
        PersonView,
        PresenceView,
        ProblemDocument,
        Promise,
        QueueView,
        Row,
        Said,
        Side,
        Target,
        ToClient,
        TopicChoice,
        TrailLine,
        WaitRange,
        WrapUpChoices
    ))
)]
struct Document;

/// The route of the document itself.
#[must_use]
pub fn routes() -> Routes {
    Routes::new().get("/openapi.json", Guard::Open, serve)
}

async fn serve() -> Response {
    axum::Json(document(crate::routes().table())).into_response()
}

/// What a route is asked and what it answers. It stands beside the route (`Routes::asks`, `takes`,
/// `gives`).
#[derive(Debug, Clone, Copy, Default)]
pub struct Shape {
    pub asks: Option<fn() -> Vec<Parameter>>,
    pub takes: Option<SchemaOf>,
    /// `None`: nobody has said it.
    pub gives: Option<Gives>,
}

/// What a route answers with.
#[derive(Debug, Clone, Copy)]
pub enum Gives {
    Json(SchemaOf),
    /// An object with it under a name.
    Under(&'static str, SchemaOf),
    /// A file of this kind.
    File(&'static str),
    /// 204.
    Nothing,
}

/// A schema; the schemas it refers to are put with the others.
pub type SchemaOf = fn(&mut Vec<Named>) -> RefOr<Schema>;

/// A schema with the name it is referred to by.
pub type Named = (String, RefOr<Schema>);

/// The schema of a type.
pub fn schema_of<T: ToSchema>(others: &mut Vec<Named>) -> RefOr<Schema> {
    T::schemas(others);
    T::schema()
}

/// The document of these routes: what programs call, under `/api/`.
#[must_use]
pub fn document(table: &[Route]) -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let mut named = Vec::new();
    for route in table.iter().filter(|route| route.path.starts_with("/api/")) {
        let Some(method) = method(&route.method) else { continue };
        let item = PathItem::new(method, operation(route, &mut named));
        match document.paths.paths.get_mut(route.path) {
            Some(known) => known.merge_operations(item),
            None => {
                document.paths.paths.insert(route.path.to_owned(), item);
            }
        }
    }
    document.components.get_or_insert_default().schemas.extend(named);
    document
}

fn operation(route: &Route, named: &mut Vec<Named>) -> Operation {
    let mut operation = OperationBuilder::new().tag(tag(route.guard));
    for name in names_in(route.path) {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(text())),
        );
    }
    for asked in route.shape.asks.map(|asks| asks()).unwrap_or_default() {
        operation = operation.parameter(asked);
    }
    if let Some(takes) = route.shape.takes {
        let body = ContentBuilder::new().schema(Some(takes(named))).build();
        let body = RequestBodyBuilder::new().content("application/json", body);
        operation = operation.request_body(Some(body.required(Some(Required::True)).build()));
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument")));
    let problem = ResponseBuilder::new()
        .description("A problem document (RFC 9457)")
        .content("application/problem+json", problem.build());
    let (status, answer) = answer(route.shape.gives, named);
    operation.response(status, answer).response("default", problem).build()
}

fn answer(gives: Option<Gives>, named: &mut Vec<Named>) -> (&'static str, ResponseBuilder) {
    let response = ResponseBuilder::new();
    let of = |schema: RefOr<Schema>| ContentBuilder::new().schema(Some(schema)).build();
    let json = "application/json";
    match gives {
        None => ("200", response.description("Done")),
        Some(Gives::Nothing) => ("204", response.description("Done")),
        Some(Gives::Json(schema)) => {
            ("200", response.description("Done").content(json, of(schema(named))))
        }
        Some(Gives::Under(name, schema)) => {
            let object = ObjectBuilder::new().property(name, schema(named)).required(name);
            ("200", response.description("Done").content(json, of(object.into())))
        }
        Some(Gives::File(kind)) => {
            ("200", response.description("A file").content(kind, of(text())))
        }
    }
}

fn text() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).into()
}

fn method(method: &axum::http::Method) -> Option<HttpMethod> {
    match method.as_str() {
        "GET" => Some(HttpMethod::Get),
        "POST" => Some(HttpMethod::Post),
        "PUT" => Some(HttpMethod::Put),
        "DELETE" => Some(HttpMethod::Delete),
        _ => None,
    }
}

/// Who may call it.
const fn tag(guard: Guard) -> &'static str {
    match guard {
        Guard::Open => "open",
        Guard::Visitor => "citizen",
        Guard::Token => "link",
        Guard::SignIn => "sign-in",
        Guard::Staff => "staff",
        Guard::Pusher => "scim",
    }
}

/// The names between braces.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::http::Method;

    use super::*;

    #[test]
    fn every_route_for_programs_is_in_the_document() {
        let routes = crate::routes();
        let document = document(routes.table());
        for route in routes.table().iter().filter(|route| route.path.starts_with("/api/")) {
            let item = document.paths.paths.get(route.path).expect(route.path);
            let there = match route.method.as_str() {
                "GET" => item.get.is_some(),
                "POST" => item.post.is_some(),
                "PUT" => item.put.is_some(),
                _ => item.delete.is_some(),
            };
            assert!(there, "{} {}", route.method, route.path);
        }
    }

    #[test]
    fn every_route_for_programs_says_what_it_takes_and_gives() {
        let routes = crate::routes();
        for route in routes.table().iter().filter(|route| route.path.starts_with("/api/")) {
            let (name, shape) = (format!("{} {}", route.method, route.path), &route.shape);
            assert!(shape.gives.is_some(), "{name} does not say what it gives");
            let reads = matches!(route.method, Method::GET | Method::DELETE);
            assert!(!(reads && shape.takes.is_some()), "{name} takes a body");
            let bare = WITHOUT_BODY.iter().any(|end| route.path.ends_with(end));
            assert!(reads || shape.takes.is_some() != bare, "{name} does not say what it takes");
        }
    }

    /// Acts that say everything by their address.
    const WITHOUT_BODY: &[&str] = &[
        "/accept",
        "/decline",
        "/end",
        "/address",
        "/take",
        "/done",
        "/renew",
        "/cancel",
        "/crawl",
        "/refresh",
        "/here",
        "/confirm",
        "/bulk/{id}/submit",
        "/drafts/{id}/check",
        "/contacts/{id}/end",
        "/inbox/{id}/call",
        "/calls/{id}/number",
        "/calls/{id}/code",
    ];

    #[test]
    fn a_name_means_one_thing_and_whatever_is_referred_to_is_there() {
        let routes = crate::routes();
        let mut named: Vec<Named> = Vec::new();
        for route in routes.table() {
            operation(route, &mut named);
        }
        let mut known: BTreeMap<&str, &RefOr<Schema>> = BTreeMap::new();
        for (name, schema) in &named {
            let before = known.insert(name, schema);
            assert!(before.is_none_or(|before| before == schema), "{name} means two things");
        }
        let text = serde_json::to_string(&document(routes.table())).expect("JSON");
        let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        for rest in text.split("\"#/components/schemas/").skip(1) {
            let name = rest.split('"').next().expect("split gives one");
            assert!(document["components"]["schemas"][name].is_object(), "{name} is nowhere");
        }
    }
}
