//! What a municipality has, and its ids.

use std::collections::BTreeSet;

use jiff::civil::{date, time};
use rules::duty::{Duty, DutyKind};
use rules::hours::Zone;
use serde_json::json;
use straks_load::citizen::Citizen;

use crate::house::{House, m};

/// What is put into addresses, queries and bodies.
#[derive(Debug, Clone)]
pub struct Ids {
    pub municipality: String,
    pub contact: String,
    pub hand_over: String,
    pub duty: String,
    pub login: String,
    pub person: String,
    pub device: String,
    pub recording: String,
    pub draft: String,
    pub task: String,
    pub bulk: String,
    pub word: String,
    pub improvement: String,
    pub entry: String,
    pub directory_task: String,
}

/// A municipality's contact with its words, its hand-over and its duty.
pub async fn kit(house: &House, municipality: &str, secret: &str) -> (Citizen, Ids) {
    let (citizen, contact) = house.asks(municipality, &format!("Det er {secret}")).await;
    let letter = house.browser(municipality);
    let text = format!("Brev om {secret}");
    let fields = [("text", text.as_str()), ("reply", "telephone"), ("phone", "+45 00 12 34 56")];
    let left = house.site.form(&letter.path("/message"), &letter.cookie(), &fields).await;
    let left = left.expect("an answer");
    assert_eq!(left.status, 303, "{}", left.body);
    let key = m(municipality);
    let lines = store::hand_overs::open(&house.app.database, &house.app.tenant, &key).await;
    let hand_over = lines.expect("an inbox").first().expect("an errand").id.to_string();
    let department = "borgerservice".parse().expect("a key");
    let duty = Duty {
        id: house.rng.id(house.app.now()),
        serving: key,
        people: BTreeSet::new(),
        date: date(2027, 6, 3),
        from: time(9, 0, 0, 0),
        to: time(12, 0, 0, 0),
        zone: Zone::default(),
        kind: DutyKind::Telephone { department },
        cancelled: false,
    };
    let id = duty.id.to_string();
    let versioned = store::duties::Versioned { duty, version: 1 };
    let mut tx = house.app.database.begin().await.expect("a transaction");
    store::duties::put(&mut tx, &house.app.tenant, &versioned, house.app.now())
        .await
        .expect("a duty");
    let device = store::calls::Device {
        id: house.rng.id(house.app.now()),
        person: house.rng.id(house.app.now()),
        name: format!("Kontoret med {secret}"),
        login: format!("t-{municipality}"),
        secrets: String::new(),
        made_at: house.app.now(),
    };
    store::calls::add_device(&mut tx, &house.app.tenant, &device).await.expect("a telephone");
    tx.commit().await.expect("committed");
    let somebody = house.agent(&format!("admin@{municipality}.example")).await;
    let logins = somebody.get("/logins").await.expect("an answer").json();
    let recording = recording(house, municipality, &contact).await;
    let mut ids = Ids {
        municipality: municipality.to_owned(),
        contact,
        hand_over,
        duty: id,
        login: logins[0]["id"].as_str().expect("a login").to_owned(),
        person: somebody.person,
        device: device.id.to_string(),
        recording,
        ..missing(house)
    };
    draft_and_task(house, &mut ids, secret).await;
    bulk_word_and_improvement(house, &mut ids, secret).await;
    entry_and_request(house, &mut ids, secret).await;
    (citizen, ids)
}

/// A recording of the contact; its id.
async fn recording(house: &House, municipality: &str, contact: &str) -> String {
    let (app, at) = (&house.app, house.app.now());
    let recording = store::recordings::Recording {
        id: house.rng.id(at),
        contact: contact.parse().expect("an id"),
        municipality: m(municipality),
        by: house.rng.id(at),
        began_at: at,
        ended_at: at,
    };
    let kept = store::recordings::keep(&app.database, &app.tenant, &recording, "UklGRg==").await;
    kept.expect("kept");
    recording.id.to_string()
}

/// Somebody of a municipality's directory and a request about it, with the secret in its words.
async fn entry_and_request(house: &House, ids: &mut Ids, secret: &str) {
    use store::directory::tasks::{self, Task};
    let (app, at, place) = (&house.app, house.app.now(), m(&ids.municipality));
    let directory = app.directory().await.expect("read");
    let staff = &directory.place(&place).expect("a member").staff;
    ids.entry = staff.organisation.entries.keys().next().expect("somebody").to_string();
    let task = Task {
        id: house.rng.id(at),
        municipality: place,
        department: "borgerservice".parse().expect("a key"),
        kind: "request".to_owned(),
        about: secret.to_owned(),
        item_kind: "department".to_owned(),
        item: "borgerservice".to_owned(),
        topic: None,
        field: None,
        value: None,
        note: secret.to_owned(),
        by: None,
        count: 1,
        made_at: at,
        last_at: at,
        is_open: true,
    };
    let mut tx = app.database.begin().await.expect("a transaction");
    tasks::add(&mut tx, &app.tenant, &task).await.expect("a request");
    tx.commit().await.expect("committed");
    ids.directory_task = task.id.to_string();
}

/// A municipality's draft and task, with the secret in their words.
async fn draft_and_task(house: &House, ids: &mut Ids, secret: &str) {
    use rules::workshop::{Draft, TextKind};
    use store::workshop::{drafts, tasks};
    let (app, at) = (&house.app, house.app.now());
    let key = ("pas".parse().expect("a key"), Some(m(&ids.municipality)));
    let body = json!({
        "topic": "pas", "of": 1, "municipality": ids.municipality, "department": "borgerservice",
        "reviewed": "2027-06-02", "demo": true, "words": [], "facts": [],
        "parts": [{"id": "place", "heading": "Sted", "markdown": secret}],
    });
    let drafted = drafts::Drafted {
        id: house.rng.id(at),
        key: key.clone(),
        kind: TextKind::Variant,
        area: "id-og-papirer".to_owned(),
        draft: Draft::begun_by(house.rng.id(at)),
        base: 0,
        body: body.to_string(),
        made_at: at,
        changed_at: at,
        ended_at: None,
    };
    let task = tasks::Task {
        id: house.rng.id(at),
        kind: "broken-link".to_owned(),
        topic: Some(key.0),
        municipality: key.1,
        about: String::new(),
        area: "id-og-papirer".to_owned(),
        why: "gone".to_owned(),
        args: json!({"url": secret}),
        owner: None,
        due: date(2027, 6, 9),
        state: "open".to_owned(),
        made_at: at,
    };
    let mut tx = app.database.begin().await.expect("a transaction");
    drafts::put(&mut tx, &app.tenant, &drafted).await.expect("a draft");
    tasks::ensure(&mut tx, &app.tenant, &task).await.expect("a task");
    tx.commit().await.expect("committed");
    (ids.draft, ids.task) = (drafted.id.to_string(), task.id.to_string());
}

/// A municipality's bulk change, local synonym and work for an editor, with the secret in their
/// words.
async fn bulk_word_and_improvement(house: &House, ids: &mut Ids, secret: &str) {
    use rules::bulk::{BulkText, Phase, Rule};
    use store::bulk::{self, Bulk, Touched};
    use store::improvement::worklist::{self, Improvement};
    use store::searching::{self, Synonym};
    let (app, at, place) = (&house.app, house.app.now(), m(&ids.municipality));
    let rule = json!({
        "find": secret, "replace": "andet", "whole_word": true, "fields": [], "areas": [],
        "local": true,
    });
    let bulk = Bulk {
        id: house.rng.id(at),
        rule: serde_json::from_value::<Rule>(rule).expect("a rule"),
        phase: Phase::Preview,
        by: house.rng.id(at),
        note: String::new(),
        made_at: at,
        changed_at: at,
        publish_at: None,
        refused: String::new(),
        revision: 1,
    };
    let text = BulkText {
        topic: "pas".parse().expect("a key"),
        municipality: Some(place.clone()),
        left_out: false,
        left_fields: BTreeSet::new(),
        asks_approval: false,
        approved_by: None,
        changed_since: false,
        faulty: false,
    };
    let touched = Touched {
        text,
        kind: "variant".to_owned(),
        title: secret.to_owned(),
        area: "id-og-papirer".to_owned(),
        number: 1,
        places: vec![],
        findings: vec![],
    };
    let word = Synonym {
        id: house.rng.id(at),
        municipality: Some(place.clone()),
        said: secret.to_owned(),
        means: "pas".to_owned(),
        both_ways: false,
        weight: 90,
        live: false,
        author: house.rng.id(at),
        made_at: at,
    };
    let shown = json!({
        "phrases": [], "hidden": 0, "weeks": [], "searches": 3, "zero_hits": 3, "reformulated": 0,
        "contacts": 0, "not_helped": 0, "suggestions": [], "near": [], "guide": null,
    });
    let improvement = Improvement {
        id: house.uuid(),
        municipality: place,
        audience: store::improvement::CITIZENS.to_owned(),
        area: String::new(),
        cluster: secret.to_owned(),
        state: "open".to_owned(),
        owner: None,
        due: "2027-06-16".to_owned(),
        made_at: at,
        failed: 3,
        visitors: 3,
        phrases: "[]".to_owned(),
        body: shown.to_string(),
        decision: None,
        done_on: None,
        before: Default::default(),
        after: Default::default(),
        version: 1,
    };
    let mut tx = app.database.begin().await.expect("a transaction");
    bulk::put(&mut tx, &app.tenant, &bulk).await.expect("a bulk change");
    bulk::put_texts(&mut tx, &app.tenant, bulk.id, &[touched]).await.expect("its text");
    searching::put_synonym(&mut tx, &app.tenant, &word).await.expect("a synonym");
    assert!(worklist::add(&mut tx, &app.tenant, &improvement).await.expect("a piece of work"));
    tx.commit().await.expect("committed");
    ids.bulk = bulk.id.to_string();
    ids.word = word.id.to_string();
    ids.improvement = improvement.id.to_string();
}

/// Ids that nothing has.
pub fn missing(house: &House) -> Ids {
    let id = || house.uuid().to_string();
    Ids {
        municipality: "intetsteds".to_owned(),
        contact: id(),
        hand_over: id(),
        duty: id(),
        login: id(),
        person: id(),
        device: id(),
        recording: id(),
        draft: id(),
        task: id(),
        bulk: id(),
        word: id(),
        improvement: id(),
        entry: id(),
        directory_task: id(),
    }
}
