//! Words: synonyms, best bets, exceptions, and why a search finds what it finds.

use app::words::{
    BestBetView, ExceptionView, NewBestBet, NewException, NewSynonym, Saved, SynonymView,
};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use base::{MunicipalityKey, Problem};
use serde::Deserialize;
use serde_json::json as json_of;
use store::searching::WordId;
use utoipa::IntoParams;

use super::Told;
use crate::AppState;
use crate::citizen::visit::language_of;
use crate::openapi;
use crate::routes::{Guard, Routes};
use crate::staff_api::{Answer, At, Body, SignedIn, done, json, named};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/workshop/synonyms", Guard::Staff, synonyms)
        .gives_as::<Vec<SynonymView>>("synonyms")
        .post("/api/v1/staff/workshop/synonyms", Guard::Staff, add_synonym)
        .takes::<NewSynonym>()
        .gives_as::<String>("id")
        .put("/api/v1/staff/workshop/synonyms/{id}", Guard::Staff, change_synonym)
        .takes::<NewSynonym>()
        .gives_as::<String>("id")
        .delete("/api/v1/staff/workshop/synonyms/{id}", Guard::Staff, remove)
        .gives_nothing()
        .get("/api/v1/staff/workshop/best-bets", Guard::Staff, best_bets)
        .gives_as::<Vec<BestBetView>>("best_bets")
        .post("/api/v1/staff/workshop/best-bets", Guard::Staff, add_best_bet)
        .takes::<NewBestBet>()
        .gives_as::<String>("id")
        .delete("/api/v1/staff/workshop/best-bets/{id}", Guard::Staff, remove)
        .gives_nothing()
        .get("/api/v1/staff/workshop/word-exceptions", Guard::Staff, exceptions)
        .gives_as::<Vec<ExceptionView>>("exceptions")
        .post("/api/v1/staff/workshop/word-exceptions", Guard::Staff, add_exception)
        .takes::<NewException>()
        .gives_as::<String>("id")
        .delete("/api/v1/staff/workshop/word-exceptions/{id}", Guard::Staff, remove)
        .gives_nothing()
        .get("/api/v1/staff/workshop/search/explain", Guard::Staff, explain)
        .asks::<Asked>()
        .gives::<openapi::Explained>()
}

async fn synonyms(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&json_of!({ "synonyms": state.app.synonyms(&me.scope).await? })))
}

async fn add_synonym(
    State(state): State<AppState>,
    me: SignedIn,
    told: Told,
    Body(new): Body<NewSynonym>,
) -> Answer<Response> {
    let saved = state.app.save_synonym(&me.scope, None, new).await?;
    answer(saved, &told)
}

async fn change_synonym(
    at: At<WordId>,
    told: Told,
    Body(new): Body<NewSynonym>,
) -> Answer<Response> {
    let saved = at.app.save_synonym(&at.scope, Some(at.id), new).await?;
    answer(saved, &told)
}

fn answer(saved: Saved, told: &Told) -> Answer<Response> {
    match saved {
        Saved::Done(id) => Ok(json(&json_of!({ "id": id }))),
        Saved::Circle(circle) => {
            told.with(&Problem::invalid("means", "synonym-circle"), json_of!({ "circle": circle }))
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

async fn remove(at: At<WordId>) -> Answer<Response> {
    at.app.remove_words(&at.scope, at.id).await?;
    Ok(done())
}

#[derive(Deserialize, IntoParams)]
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
