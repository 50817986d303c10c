//! The life of a contact: `decide(state, command, at) -> events`, `apply(state, event, at)`.
//!
//! A contact is one citizen's errand (product rule 1). It is waiting, offered to one agent or owned
//! by one agent (rule 2); what happens to it is an event in its journal; the state is the fold of
//! its events. Events carry no personal text: they point to rows of text by `Id<kind::Text>`.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{Command, Refusal, decide};
pub use event::{Event, apply};
pub use state::{
    Aim, Channel, CloseReason, Contact, ContactId, Destination, Grant, HandOver, HandOverId,
    HandOverPhase, OutcomeKind, OwedCall, Party, PersonId, Phase, Place, ReplyWay, TRANSFER_LIMIT,
    Wrap,
};
