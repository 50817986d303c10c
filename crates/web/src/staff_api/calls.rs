//! Telephone calls: the browser's telephone, what an agent does with a call, desk telephones.

use app::calls::{AskWhom, CallCommand, CallView, Device, LiveCall, NewDevice, RelayPass};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base::{Id, Problem, kind};
use rules::calls::{Ear, RecordingStep};
use rules::contacts::{ContactId, HandOverId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, At, Body, SignedIn, done, field, json};
use crate::AppState;
use crate::problem::Refused;
use crate::routes::{Guard, Routes};

pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/staff/calls", Guard::Staff, live_calls)
        .gives::<Vec<LiveCall>>()
        .get("/api/v1/staff/calls/{id}", Guard::Staff, call)
        .gives::<CallView>()
        .post("/api/v1/staff/calls/{id}/telephone", Guard::Staff, telephone)
        .takes::<Offered>()
        .gives::<Answered>()
        .post("/api/v1/staff/calls/{id}/command", Guard::Staff, command)
        .takes::<CommandBody>()
        .gives_nothing()
        .post("/api/v1/staff/calls/{id}/number", Guard::Staff, number)
        .gives::<Number>()
        .post("/api/v1/staff/calls/{id}/code", Guard::Staff, code)
        .gives::<Code>()
        .post("/api/v1/staff/calls/{id}/supervise", Guard::Staff, supervise)
        .takes::<SuperviseBody>()
        .gives_nothing()
        .get("/api/v1/staff/inbox/{id}/sound", Guard::Staff, sound)
        .gives_file("audio/wav")
        .post("/api/v1/staff/inbox/{id}/call", Guard::Staff, call_errand)
        .gives::<Called>()
        .get("/api/v1/staff/telephone/relays", Guard::Staff, relays)
        .gives::<RelayPass>()
        .get("/api/v1/staff/devices", Guard::Staff, devices)
        .gives::<Vec<Device>>()
        .post("/api/v1/staff/devices", Guard::Staff, add_device)
        .takes::<DeviceBody>()
        .gives::<NewDevice>()
        .delete("/api/v1/staff/devices/{id}", Guard::Staff, revoke_device)
        .gives_nothing()
}

async fn live_calls(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.live_calls(&me.scope).await?))
}

async fn call(at: At<ContactId>) -> Answer<Response> {
    Ok(json(&at.app.call_view(&at.scope, at.id).await?))
}

/// Whose citizen is called now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Called {
    #[schema(value_type = String)]
    pub contact: ContactId,
}

async fn call_errand(at: At<HandOverId>) -> Answer<Response> {
    let contact = at.app.call_errand(&at.scope, at.id).await?;
    Ok(json(&Called { contact }))
}

/// What a browser's telephone can do: a session description (SDP), all its candidates in it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offered {
    pub offer: String,
}

/// What was agreed (SDP).
#[derive(Debug, Serialize, ToSchema)]
pub struct Answered {
    pub answer: String,
}

async fn telephone(at: At<ContactId>, Body(body): Body<Offered>) -> Answer<Response> {
    let answer = at.app.answer_call(&at.scope, at.id, body.offer).await?;
    Ok(json(&Answered { answer }))
}

/// What an agent does with a call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CommandBody {
    Hold,
    Resume,
    /// Speak with somebody first.
    Consult {
        whom: WhomBody,
        #[serde(default)]
        note: String,
    },
    /// Put through without speaking first.
    Transfer {
        whom: WhomBody,
        #[serde(default)]
        note: String,
    },
    /// All three speak.
    Join,
    /// Leave the caller with the one who was asked.
    Complete,
    /// Back to the caller.
    GiveUp,
    HangUp,
    /// The citizen has said yes to being recorded: both are told, then it begins.
    Record,
    PauseRecording,
    ResumeRecording,
    EndRecording,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "to", rename_all = "kebab-case", deny_unknown_fields)]
pub enum WhomBody {
    /// `department` is missing only for a main number, and that is refused.
    Department {
        municipality: String,
        department: Option<String>,
    },
    Person {
        person: String,
    },
    /// A number that the directory lists, or 112 or 114.
    Number {
        number: String,
    },
}

impl WhomBody {
    fn read(self) -> Answer<AskWhom> {
        Ok(match self {
            Self::Department { department: None, .. } => {
                return Err(Refused(Problem::forbidden("main-number")));
            }
            Self::Department { municipality, department: Some(department) } => {
                AskWhom::Department {
                    municipality: field("municipality", &municipality)?,
                    department: field("department", &department)?,
                }
            }
            Self::Person { person } => AskWhom::Person { person: field("person", &person)? },
            Self::Number { number } => AskWhom::Number { number },
        })
    }
}

async fn command(at: At<ContactId>, Body(body): Body<CommandBody>) -> Answer<Response> {
    let command = match body {
        CommandBody::Hold => CallCommand::Hold,
        CommandBody::Resume => CallCommand::Resume,
        CommandBody::Consult { whom, note } => CallCommand::Consult { whom: whom.read()?, note },
        CommandBody::Transfer { whom, note } => CallCommand::Transfer { whom: whom.read()?, note },
        CommandBody::Join => CallCommand::Join,
        CommandBody::Complete => CallCommand::Complete,
        CommandBody::GiveUp => CallCommand::GiveUp,
        CommandBody::HangUp => CallCommand::HangUp,
        CommandBody::Record => CallCommand::Record(RecordingStep::Started),
        CommandBody::PauseRecording => CallCommand::Record(RecordingStep::Paused),
        CommandBody::ResumeRecording => CallCommand::Record(RecordingStep::Resumed),
        CommandBody::EndRecording => CallCommand::Record(RecordingStep::Ended),
    };
    at.app.command_call(&at.scope, at.id, command).await?;
    Ok(done())
}

/// The caller's whole number.
#[derive(Debug, Serialize, ToSchema)]
pub struct Number {
    pub number: String,
}

async fn number(at: At<ContactId>) -> Answer<Response> {
    let number = at.app.callers_number(&at.scope, at.id).await?;
    Ok(json(&Number { number }))
}

/// What the agent says so that the citizen can join in writing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Code {
    pub code: String,
}

async fn code(at: At<ContactId>) -> Answer<Response> {
    let code = at.app.spoken_code(&at.scope, at.id).await?;
    Ok(json(&Code { code }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuperviseBody {
    /// `listen`, `whisper`, `join`.
    #[schema(value_type = String)]
    pub ear: Ear,
}

async fn supervise(at: At<ContactId>, Body(body): Body<SuperviseBody>) -> Answer<Response> {
    at.app.supervise_call(&at.scope, at.id, body.ear).await?;
    Ok(done())
}

/// What a caller said to the department.
async fn sound(at: At<HandOverId>) -> Answer<Response> {
    let sound = at.app.errand_sound(&at.scope, at.id).await?;
    let head = [(header::CONTENT_TYPE, "audio/wav"), (header::CACHE_CONTROL, "no-store")];
    Ok((head, sound).into_response())
}

async fn relays(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.relay_pass(&me.scope)?))
}

async fn devices(State(state): State<AppState>, me: SignedIn) -> Answer<Response> {
    Ok(json(&state.app.my_devices(&me.scope).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceBody {
    pub name: String,
    /// It can sign in by MD5 alone.
    #[serde(default)]
    pub old: bool,
}

async fn add_device(
    State(state): State<AppState>,
    me: SignedIn,
    Body(body): Body<DeviceBody>,
) -> Answer<Response> {
    Ok(json(&state.app.add_device(&me.scope, &body.name, body.old).await?))
}

async fn revoke_device(at: At<Id<kind::Device>>) -> Answer<Response> {
    at.app.revoke_device(&at.scope, at.id).await?;
    Ok(done())
}
