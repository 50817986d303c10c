//! What callers hear, and recordings of the consortium's own in its place.

use app::calls::OwnPromptView;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Language, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, SignedIn, done, json};
use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};
use crate::texts;

/// Largest body, in bytes: a minute of 16 bits, in base64.
const BODY: usize = 1_400_000;
/// What the ids of the texts begin with.
const PREFIX: &str = "prompt-";

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/prompts", Guard::Staff, prompts)
        .gives::<Vec<Prompt>>()
        .put("/api/v1/staff/prompts/{language}/{name}", Guard::Staff, set)
        .takes::<PromptBody>()
        .gives_nothing()
        .delete("/api/v1/staff/prompts/{language}/{name}", Guard::Staff, remove)
        .gives_nothing()
        .get("/api/v1/staff/prompts/{language}/{name}/sound", Guard::Staff, sound)
        .gives_file("audio/wav")
}

/// Something that callers are told.
#[derive(Debug, Serialize, ToSchema)]
pub struct Prompt {
    /// `da`, `en`.
    pub language: &'static str,
    pub name: &'static str,
    pub text: String,
    pub own: Option<OwnPromptView>,
}

async fn prompts(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    let mut own = state.app.own_prompts(&me.scope).await?;
    let none = std::collections::BTreeMap::new();
    let mut prompts = Vec::new();
    for id in texts::IDS {
        let Some(name) = id.strip_prefix(PREFIX) else { continue };
        for language in [Language::Da, Language::En] {
            prompts.push(Prompt {
                language: language.code(),
                name,
                text: texts::by_id(language, id, &none).unwrap_or_default(),
                own: own.remove(&format!("{}/{name}", language.code())),
            });
        }
    }
    Ok(json(&prompts))
}

/// Language and name, of something that is spoken.
fn spoken((language, name): (String, String)) -> Answer<String> {
    let speaks = Language::of_code(&language).is_some();
    let is_said = texts::IDS.iter().any(|id| id.strip_prefix(PREFIX) == Some(name.as_str()));
    if speaks && is_said {
        Ok(format!("{language}/{name}"))
    } else {
        Err(Refused(Problem::NotFound))
    }
}

type Named = Path<(String, String)>;

/// A recording, at most a minute.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromptBody {
    /// A WAV file in base64: 8,000 samples a second, one channel, A-law or 16 bits.
    pub wav: String,
}

async fn set(
    State(state): State<AppState>,
    me: SignedIn,
    Path(named): Named,
    request: Request,
) -> Answer<Response> {
    let prompt = spoken(named)?;
    let bytes = axum::body::to_bytes(request.into_body(), BODY)
        .await
        .map_err(|_| Refused(Problem::invalid("body", "body-too-large")))?;
    let body: PromptBody = serde_json::from_slice(&bytes)
        .map_err(|_| Refused(Problem::invalid("body", "body-not-json")))?;
    state.app.set_prompt(&me.scope, &prompt, &body.wav).await?;
    Ok(done())
}

async fn remove(
    State(state): State<AppState>,
    me: SignedIn,
    Path(named): Named,
) -> Answer<Response> {
    state.app.remove_prompt(&me.scope, &spoken(named)?).await?;
    Ok(done())
}

async fn sound(
    State(state): State<AppState>,
    me: SignedIn,
    Path(named): Named,
) -> Answer<Response> {
    let sound = state.app.prompt_sound(&me.scope, &spoken(named)?).await?;
    let head = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")];
    Ok((head, sound).into_response())
}
