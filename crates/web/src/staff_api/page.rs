//! The staff application itself: one page for every address under `/staff`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::assets;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new().get("/staff", Guard::Open, with_slash).get("/staff/", Guard::Open, page).get(
        "/staff/{*rest}",
        Guard::Open,
        page,
    )
}

async fn with_slash() -> Redirect {
    Redirect::permanent("/staff/")
}

async fn page() -> Response {
    match assets::content("index.html") {
        Some(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            ([(header::CONTENT_TYPE, kind)], html.into_owned()).into_response()
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "run ./dev up: the front end is not built")
            .into_response(),
    }
}
