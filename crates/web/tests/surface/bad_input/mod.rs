//! Whatever comes in: a clear answer, and nothing is lost.

mod directory;
mod files;
mod limits;
mod malformed;
mod queries;
mod script;
mod texts;

use straks_load::agent::Agent;
use straks_load::citizen::Citizen;

use crate::house::House;

/// An agent with a contact of its own.
pub async fn conversation(house: &House) -> (Agent, Citizen, String) {
    let mette = house.on_duty("mette").await;
    let (citizen, contact) = house.asks("soroe", "Hej").await;
    house.takes(&mette, &contact).await;
    (mette, citizen, contact)
}
