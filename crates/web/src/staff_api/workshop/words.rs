//! Words: synonyms, best bets, exceptions, and why a search finds what it finds.

use app::words::{NewBestBet, NewException, NewSynonym, Saved};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use base::{MunicipalityKey, Problem};
use serde::Deserialize;
use serde_json::json as json_of;
use store::searching::WordId;

use super::Told;
use crate::AppState;
use crate::citizen::visit::language_of;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, Body, SignedIn, done, json, known, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/synonyms", Guard::Staff, synonyms)
        .post("/api/v1/staff/workshop/synonyms", Guard::Staff, add_synonym)
        .put("/api/v1/staff/workshop/synonyms/{id}", Guard::Staff, change_synonym)
        .delete("/api/v1/staff/workshop/synonyms/{id}", Guard::Staff, remove)
        .get("/api/v1/staff/workshop/best-bets", Guard::Staff, best_bets)
        .post("/api/v1/staff/workshop/best-bets", Guard::Staff, add_best_bet)
        .delete("/api/v1/staff/workshop/best-bets/{id}", Guard::Staff, remove)
        .get("/api/v1/staff/workshop/word-exceptions", Guard::Staff, exceptions)
        .post("/api/v1/staff/workshop/word-exceptions", Guard::Staff, add_exception)
        .delete("/api/v1/staff/workshop/word-exceptions/{id}", Guard::Staff, remove)
        .get("/api/v1/staff/workshop/search/explain", Guard::Staff, explain)
}

async fn synonyms(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&json_of!({ "synonyms": state.app.synonyms(&me.scope).await? })))
}

async fn add_synonym(
    State(state): State<AppState>,
    me: SignedIn,
    uri: Uri,
    headers: HeaderMap,
    Body(new): Body<NewSynonym>,
) -> Answer<Response> {
    let saved = state.app.save_synonym(&me.scope, None, new).await?;
    answer(saved, &Told::of(uri, headers))
}

async fn change_synonym(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    Body(new): Body<NewSynonym>,
) -> Answer<Response> {
    let saved = state.app.save_synonym(&me.scope, Some(known(&id)?), new).await?;
    answer(saved, &Told::of(uri, headers))
}

fn answer(saved: Saved, told: &Told) -> Answer<Response> {
    match saved {
        Saved::Done(id) => Ok(json(&json_of!({ "id": id }))),
        Saved::Circle(circle) => {
            told.with(&Problem::invalid("means", "synonym-circle"), "circle", &circle)
        }
    }
}

async fn best_bets(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&json_of!({ "best_bets": state.app.best_bets(&me.scope).await? })))
}

async fn add_best_bet(
    State(state): State<AppState>,
    me: SignedIn,
    Body(new): Body<NewBestBet>,
) -> Answer<Response> {
    Ok(json(&json_of!({ "id": state.app.add_best_bet(&me.scope, new).await? })))
}

async fn exceptions(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&json_of!({ "exceptions": state.app.word_exceptions(&me.scope).await? })))
}

async fn add_exception(
    State(state): State<AppState>,
    me: SignedIn,
    Body(new): Body<NewException>,
) -> Answer<Response> {
    Ok(json(&json_of!({ "id": state.app.add_word_exception(&me.scope, new).await? })))
}

async fn remove(
    State(state): State<AppState>,
    me: SignedIn,
    Path(id): Path<String>,
) -> Answer<Response> {
    state.app.remove_words(&me.scope, known(&id)?).await?;
    Ok(done())
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    /// Empty: the common texts.
    #[serde(default)]
    municipality: String,
    /// A synonym that is tried as if it were live.
    #[serde(default)]
    draft: String,
}

async fn explain(
    State(state): State<AppState>,
    me: SignedIn,
    Query(asked): Query<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer<Response> {
    let municipality: Option<MunicipalityKey> = named("municipality", &asked.municipality)?;
    let draft: Option<WordId> = named("draft", &asked.draft)?;
    let language = language_of(&uri, &headers);
    let explained = state
        .app
        .explain_search(&me.scope, municipality.as_ref(), &asked.q, draft, language)
        .await?;
    Ok(json(&explained))
}
