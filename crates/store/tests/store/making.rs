//! What the tests put into databases.

use base::{Id, Language, MunicipalityKey, Rng, TenantKey, UnixMillis, kind};
use rules::contacts::{Channel, Command, ContactId, Party, PersonId, decide};
use store::contacts::{Held, hold, record};
use store::{Database, args};

/// 2 June 2027, 20:15 in Denmark.
pub const EVENING: UnixMillis = UnixMillis(1_811_960_100_000);

pub fn tenant() -> TenantKey {
    TenantKey::new("demo").unwrap()
}

pub fn municipality(name: &str) -> MunicipalityKey {
    MunicipalityKey::new(name).unwrap()
}

/// The way every change goes: hold, decide, record, commit.
pub async fn change(database: &Database, id: ContactId, command: &Command, at: UnixMillis) -> Held {
    let mut tx = database.begin().await.unwrap();
    let held = hold(&mut tx, &tenant(), id).await.unwrap();
    let events = decide(held.contact.as_ref(), command, at).unwrap();
    let held = record(&mut tx, &tenant(), id, held, &events, at).await.unwrap();
    tx.commit().await.unwrap();
    held
}

pub fn arrival(id: ContactId, of: &str) -> Command {
    Command::Arrive {
        contact: id,
        channel: Channel::Chat,
        municipality: Some(municipality(of)),
        department: None,
        language: Language::Da,
        topic: None,
        urgent: false,
    }
}

/// Says something, with its text.
pub async fn say(
    database: &Database,
    rng: &Rng,
    id: ContactId,
    from: Party,
    words: &str,
    at: UnixMillis,
) -> Id<kind::Text> {
    let text = add_text(database, rng, Some(id), words, at).await;
    let command = Command::Say { message: rng.id(at), from, text, article: None };
    change(database, id, &command, at).await;
    text
}

pub async fn add_text(
    database: &Database,
    rng: &Rng,
    contact: Option<ContactId>,
    words: &str,
    at: UnixMillis,
) -> Id<kind::Text> {
    let text = rng.id(at);
    database
        .execute(
            "INSERT INTO texts (tenant_id, text_id, contact_id, kind, body, at)
             VALUES ($1, $2, $3, 'message', $4, $5)",
            args![&tenant(), text, contact, words, at],
        )
        .await
        .unwrap();
    text
}

/// A contact that was asked, answered, handed over and closed.
pub async fn whole_contact(
    database: &Database,
    rng: &Rng,
    of: &str,
    agent: PersonId,
    at: UnixMillis,
) -> ContactId {
    let id: ContactId = rng.id(at);
    change(database, id, &arrival(id, of), at).await;
    say(database, rng, id, Party::Citizen, "Hvornår får jeg min pension?", at + 1_000).await;
    let until = at + 40_000;
    let offer = Command::Offer { to: agent, until, why: "rung 1".to_owned() };
    change(database, id, &offer, at + 2_000).await;
    change(database, id, &Command::Accept { by: agent }, at + 3_000).await;
    say(database, rng, id, Party::Agent(agent), "Jeg spørger afdelingen.", at + 9_000).await;
    let note = add_text(database, rng, Some(id), "Ring efter kl. 9", at + 10_000).await;
    let address = add_text(database, rng, Some(id), "+45 00 10 00 01", at + 10_000).await;
    let hand_over = Command::HandOver {
        hand_over: rng.id(at + 10_000),
        by: Party::Agent(agent),
        municipality: municipality(of),
        department: base::DepartmentKey::new("pension").unwrap(),
        deadline: at + 48 * 3_600_000,
        reply: rules::contacts::ReplyWay::Telephone,
        note: Some(note),
        address: Some(address),
    };
    let held = change(database, id, &hand_over, at + 10_000).await;
    let hand_over = *held.contact.unwrap().hand_overs.keys().next().unwrap();
    let wrap = Command::WrapUp {
        by: agent,
        topic: None,
        outcome: rules::contacts::OutcomeKind::HandedOver,
    };
    change(database, id, &wrap, at + 20_000).await;
    let answer = add_text(database, rng, Some(id), "Den 1. juli.", at + 30_000).await;
    change(database, id, &Command::TakeHandOver { hand_over, by: agent }, at + 29_000).await;
    change(database, id, &Command::AnswerHandOver { hand_over, by: agent, answer }, at + 30_000)
        .await;
    id
}
