//! Signing in and out, and who one is.

use app::login::Browser;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base::Problem;
use serde::Deserialize;
use store::logins::LoginId;
use utoipa::ToSchema;

use super::{Answer, At, Body, COOKIE, SignedIn, done, json};
use crate::AppState;
use crate::client::From;
use crate::openapi;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/staff/login", Guard::SignIn, sign_in)
        .takes::<LoginBody>()
        .gives::<app::people::Me>()
        .delete("/api/v1/staff/login", Guard::Staff, sign_out)
        .gives_nothing()
        .get("/api/v1/staff/logins", Guard::Staff, logins)
        .gives::<Vec<app::login::LoginView>>()
        .delete("/api/v1/staff/logins/{id}", Guard::Staff, revoke)
        .gives_nothing()
        .put("/api/v1/staff/password", Guard::Staff, change_password)
        .takes::<PasswordBody>()
        .gives_nothing()
        .get("/api/v1/staff/me", Guard::Staff, me)
        .gives::<app::people::Me>()
        .get("/api/v1/staff/demo-accounts", Guard::Open, demo_accounts)
        .gives::<Vec<openapi::DemoAccount>>()
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    pub login: String,
    pub password: String,
}

async fn sign_in(
    State(state): State<AppState>,
    from: From,
    headers: HeaderMap,
    Body(body): Body<LoginBody>,
) -> Answer<Response> {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let browser = Browser { name: agent.unwrap_or_default().to_owned(), address: from.counted() };
    let signed_in = state.app.sign_in(&body.login, &body.password, &browser).await?;
    let scope = state.app.scope_of(&signed_in.token).await?;
    let me = state.app.me(&scope).await?;
    let mut response = json(&me);
    let cookie = state.cookie(COOKIE, &signed_in.token, None)?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn sign_out(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    state.app.sign_out(&me.token).await?;
    signed_out(&state)
}

/// Nothing, and the browser forgets its token.
fn signed_out(state: &AppState) -> Answer<Response> {
    let mut response = done();
    let cookie: HeaderValue = state.cookie(COOKIE, "", Some(0))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The password that one has and the one that one will have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    pub present: String,
    pub new: String,
}

/// One signs in again with the new one, everywhere.
async fn change_password(
    State(state): State<AppState>,
    me: SignedIn,
    Body(body): Body<PasswordBody>,
) -> Answer<Response> {
    state.app.change_password(&me.scope, &body.present, &body.new).await?;
    signed_out(&state)
}

async fn logins(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.logins(&me.scope, &me.token).await?))
}

async fn revoke(at: At<LoginId>) -> Answer<Response> {
    at.app.revoke(&at.scope, at.id).await?;
    Ok(done())
}

async fn me(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.me(&me.scope).await?))
}

/// The sign-ins of the demo; outside the demo there is no such page.
async fn demo_accounts(State(state): State<AppState>) -> Answer<Response> {
    if !state.app.settings.demo {
        return Err(Refused(Problem::NotFound));
    }
    Ok(axum::Json(app::demo::accounts()).into_response())
}
