//! `/openapi.json`: the interface for programs, drawn from the table of routes, so that none can be
//! missing from it.

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
use utoipa::OpenApi;
use utoipa::openapi::path::{OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::{HttpMethod, ResponseBuilder};

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

/// The document of these routes: what programs call, under `/api/`.
#[must_use]
pub fn document(table: &[Route]) -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    for route in table.iter().filter(|route| route.path.starts_with("/api/")) {
        let Some(method) = method(&route.method) else { continue };
        let mut operation = OperationBuilder::new()
            .tag(tag(route.guard))
            .response("200", ResponseBuilder::new().description("Done"))
            .response(
                "default",
                ResponseBuilder::new().description("A problem document (RFC 9457)"),
            );
        for name in names_in(route.path) {
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(ParameterIn::Path)
                    .required(utoipa::openapi::Required::True),
            );
        }
        let item = PathItem::new(method, operation);
        match document.paths.paths.get_mut(route.path) {
            Some(known) => known.merge_operations(item),
            None => {
                document.paths.paths.insert(route.path.to_owned(), item);
            }
        }
    }
    document
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
    }
}

/// The names between braces.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
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
        let text = serde_json::to_string(&document).expect("JSON");
        assert!(text.contains("\"HandOverView\""));
    }
}
