//! How each route behind a guard is called.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::kit::Ids;

/// How a route is called with ids. `None`: it takes none, and answers about the caller alone.
pub type Call = Option<fn(&Ids) -> (Vec<(&'static str, String)>, Value)>;

/// Only the ids in the address (named after what they identify), no body.
pub fn plain(_: &Ids) -> (Vec<(&'static str, String)>, Value) {
    (vec![], Value::Null)
}

/// Whose text, in the body; every part of what a step can be asked with.
fn whose(ids: &Ids) -> (Vec<(&'static str, String)>, Value) {
    let body = json!({
        "municipality": ids.municipality, "version": 1, "part": "local", "choice": "keep",
        "note": "", "revision": 1,
    });
    (vec![], body)
}

/// The version of a thing that was read.
fn of_version(_: &Ids) -> (Vec<(&'static str, String)>, Value) {
    (vec![("version", "1".to_owned())], Value::Null)
}

/// Every route behind a guard: method, path, what `{id}` is, how it is called.
const CASES: &[(&str, &str, &str, Call)] = &[
    // The staff's own.
    ("POST", "/api/v1/staff/login", "", None),
    ("DELETE", "/api/v1/staff/login", "", None),
    ("GET", "/api/v1/staff/logins", "", None),
    ("DELETE", "/api/v1/staff/logins/{id}", "login", Some(plain)),
    ("PUT", "/api/v1/staff/password", "", None),
    ("GET", "/api/v1/staff/me", "", None),
    ("GET", "/api/v1/staff/desk", "", None),
    ("PUT", "/api/v1/staff/presence", "", None),
    // Contacts.
    ("GET", "/api/v1/staff/contacts/{id}", "contact", Some(plain)),
    ("GET", "/api/v1/staff/contacts/{id}/entries", "contact", Some(plain)),
    ("POST", "/api/v1/staff/contacts/{id}/accept", "contact", Some(plain)),
    ("POST", "/api/v1/staff/contacts/{id}/decline", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/messages",
        "contact",
        Some(|_| {
            let message = "3f0c7a1e-5f0e-4d7b-9b86-0d1f5e1b2a33";
            (vec![], json!({"message_id": message, "text": "Hej"}))
        }),
    ),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/read",
        "contact",
        Some(|_| (vec![], json!({"up_to": 1}))),
    ),
    ("POST", "/api/v1/staff/contacts/{id}/end", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/earlier",
        "contact",
        Some(|_| (vec![], json!({"known_by": "agreed"}))),
    ),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/municipality",
        "contact",
        Some(|_| (vec![], json!({"municipality": "soroe"}))),
    ),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/topic",
        "contact",
        Some(|_| (vec![], json!({"topic": "pas"}))),
    ),
    ("POST", "/api/v1/staff/contacts/{id}/targets", "contact", Some(|_| (vec![], json!({})))),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/transfer",
        "contact",
        Some(|ids| {
            let to = json!({"to": "person", "person": ids.person});
            (vec![], json!({"to": to, "note": ""}))
        }),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/hand-over", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/hand-over",
        "contact",
        Some(|ids| {
            let body = json!({
                "hand_over_id": ids.hand_over,
                "municipality": ids.municipality,
                "department": "borgerservice",
                "reply": "status-page",
            });
            (vec![], body)
        }),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/wrap-up", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/wrap-up",
        "contact",
        Some(|_| (vec![], json!({"outcome": "clarified-at-once"}))),
    ),
    ("GET", "/api/v1/staff/contacts/{id}/knowledge", "contact", Some(plain)),
    // Texts for all staff: no ids but topics, which are public.
    ("GET", "/api/v1/staff/knowledge", "", None),
    ("GET", "/api/v1/staff/knowledge/{topic}", "", None),
    ("GET", "/api/v1/staff/knowledge/{topic}/guide", "", None),
    ("GET", "/api/v1/staff/contacts/{id}/guides/{topic}", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/contacts/{id}/guides/{topic}",
        "contact",
        Some(|_| (vec![], json!({"edition": "1", "path": ""}))),
    ),
    // Knowledge areas and bulk changes: who reads the knowledge base; changing them is decided by
    // the use case.
    ("GET", "/api/v1/staff/workshop/areas", "", None),
    ("GET", "/api/v1/staff/workshop/areas/{key}", "", None),
    ("PUT", "/api/v1/staff/workshop/areas/{key}", "", None),
    ("GET", "/api/v1/staff/workshop/bulk", "", None),
    ("POST", "/api/v1/staff/workshop/bulk", "", None),
    ("GET", "/api/v1/staff/workshop/bulk/{id}", "bulk", Some(plain)),
    (
        "POST",
        "/api/v1/staff/workshop/bulk/{id}/leave-out",
        "bulk",
        Some(|ids| {
            let place = json!({"topic": "pas", "municipality": ids.municipality, "left_out": true});
            (vec![], place)
        }),
    ),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/renew", "bulk", Some(plain)),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/submit", "bulk", Some(plain)),
    (
        "POST",
        "/api/v1/staff/workshop/bulk/{id}/approve",
        "bulk",
        Some(|_| (vec![], json!({"revision": 1}))),
    ),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/publish", "bulk", Some(|_| (vec![], json!({})))),
    ("POST", "/api/v1/staff/workshop/bulk/{id}/cancel", "bulk", Some(plain)),
    // Imports and exports: sites by municipality, the rest about the caller's own reach.
    ("GET", "/api/v1/staff/workshop/imports/sites", "", None),
    (
        "PUT",
        "/api/v1/staff/workshop/imports/sites/{municipality}",
        "",
        Some(|_| (vec![], json!({"hosts": ["www.horsens.example"], "active": true}))),
    ),
    ("POST", "/api/v1/staff/workshop/imports/sites/{municipality}/crawl", "", Some(plain)),
    ("POST", "/api/v1/staff/workshop/imports/preview", "", Some(files)),
    ("POST", "/api/v1/staff/workshop/imports", "", Some(files)),
    ("GET", "/api/v1/staff/workshop/kle", "", None),
    ("GET", "/api/v1/staff/workshop/export", "", None),
    // Words: everywhere or one municipality's.
    ("GET", "/api/v1/staff/workshop/synonyms", "", None),
    ("POST", "/api/v1/staff/workshop/synonyms", "", Some(synonym)),
    ("PUT", "/api/v1/staff/workshop/synonyms/{id}", "word", Some(synonym)),
    ("DELETE", "/api/v1/staff/workshop/synonyms/{id}", "word", Some(plain)),
    ("GET", "/api/v1/staff/workshop/best-bets", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/best-bets",
        "",
        Some(|ids| {
            let bet = json!({"municipality": ids.municipality, "query": "pas", "topic": "pas"});
            (vec![], bet)
        }),
    ),
    ("DELETE", "/api/v1/staff/workshop/best-bets/{id}", "word", Some(plain)),
    ("GET", "/api/v1/staff/workshop/word-exceptions", "", None),
    ("POST", "/api/v1/staff/workshop/word-exceptions", "", None),
    ("DELETE", "/api/v1/staff/workshop/word-exceptions/{id}", "word", Some(plain)),
    (
        "GET",
        "/api/v1/staff/workshop/search/explain",
        "",
        Some(|ids| {
            let municipality = ids.municipality.clone();
            (vec![("q", "pas".to_owned()), ("municipality", municipality)], Value::Null)
        }),
    ),
    // The workshop: published texts are everybody's, what is written about them its editors'.
    ("GET", "/api/v1/staff/workshop/texts", "", None),
    ("GET", "/api/v1/staff/workshop/removed", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/texts",
        "",
        Some(|ids| {
            let body = json!({
                "topic": "pas", "kind": "variant", "area": "", "title": "",
                "municipality": ids.municipality,
            });
            (vec![], body)
        }),
    ),
    ("GET", "/api/v1/staff/workshop/texts/{topic}", "", None),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/draft", "", Some(whose)),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/remove", "", Some(whose)),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/people", "", Some(whose)),
    ("GET", "/api/v1/staff/workshop/texts/{topic}/versions", "", None),
    ("GET", "/api/v1/staff/workshop/texts/{topic}/diff", "", None),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/restore", "", Some(whose)),
    ("POST", "/api/v1/staff/workshop/texts/{topic}/settle", "", Some(whose)),
    (
        "POST",
        "/api/v1/staff/workshop/preview",
        "",
        Some(|ids| {
            let body = json!({"kind": "article", "municipality": ids.municipality, "body": {}});
            (vec![], body)
        }),
    ),
    ("POST", "/api/v1/staff/workshop/check", "", None),
    ("GET", "/api/v1/staff/workshop/drafts/{id}", "draft", Some(plain)),
    (
        "PUT",
        "/api/v1/staff/workshop/drafts/{id}",
        "draft",
        Some(|_| (vec![], json!({"revision": 1, "body": {}}))),
    ),
    ("DELETE", "/api/v1/staff/workshop/drafts/{id}", "draft", Some(plain)),
    ("GET", "/api/v1/staff/workshop/drafts/{id}/kept", "draft", Some(plain)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/check", "draft", Some(plain)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/submit", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/return", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/approve", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/publish", "draft", Some(whose)),
    ("POST", "/api/v1/staff/workshop/drafts/{id}/here", "draft", Some(plain)),
    ("GET", "/api/v1/staff/workshop/tasks", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/tasks",
        "",
        Some(|ids| {
            let body = json!({
                "kind": "broken-link", "topic": "pas", "area": "id-og-papirer",
                "municipality": ids.municipality,
            });
            (vec![], body)
        }),
    ),
    (
        "POST",
        "/api/v1/staff/workshop/tasks/{id}",
        "task",
        Some(|_| (vec![], json!({"state": "done"}))),
    ),
    ("GET", "/api/v1/staff/workshop/settings/{municipality}", "", Some(plain)),
    (
        "PUT",
        "/api/v1/staff/workshop/settings/{municipality}",
        "",
        Some(|_| (vec![], json!({"approval": false}))),
    ),
    // The workshop of guides: published texts, and what the editor sends itself.
    ("POST", "/api/v1/staff/workshop/guides/{topic}/check", "", None),
    ("POST", "/api/v1/staff/workshop/guides/{topic}/try", "", None),
    ("GET", "/api/v1/staff/workshop/guides/{topic}/statistics", "", None),
    ("GET", "/api/v1/staff/workshop/guides/{topic}/branches", "", None),
    // What citizens looked for: each sees the own municipality's.
    ("GET", "/api/v1/staff/workshop/improvements", "", None),
    ("POST", "/api/v1/staff/workshop/improvements/refresh", "", None),
    (
        "POST",
        "/api/v1/staff/workshop/improvements/{id}",
        "improvement",
        Some(|_| (vec![], json!({"version": 1}))),
    ),
    // The inbox.
    ("GET", "/api/v1/staff/inbox", "", Some(of_municipality)),
    ("GET", "/api/v1/staff/inbox/{id}", "hand_over", Some(plain)),
    ("POST", "/api/v1/staff/inbox/{id}/address", "hand_over", Some(plain)),
    ("POST", "/api/v1/staff/inbox/{id}/take", "hand_over", Some(plain)),
    (
        "POST",
        "/api/v1/staff/inbox/{id}/answer",
        "hand_over",
        Some(|_| (vec![], json!({"text": "Svar"}))),
    ),
    ("POST", "/api/v1/staff/inbox/{id}/done", "hand_over", Some(plain)),
    (
        "POST",
        "/api/v1/staff/inbox/{id}/move",
        "hand_over",
        Some(|_| (vec![], json!({"deadline": 1_900_000_000_000_i64}))),
    ),
    // The duty list: whoever sees it sees the whole hotline, but no foreign telephone duty.
    ("GET", "/api/v1/staff/duty", "", None),
    ("POST", "/api/v1/staff/duty", "", Some(|ids| (vec![], duty_of(ids, None)))),
    ("PUT", "/api/v1/staff/duty/{id}", "duty", Some(|ids| (vec![], duty_of(ids, Some(9))))),
    (
        "DELETE",
        "/api/v1/staff/duty/{id}",
        "duty",
        Some(|_| (vec![("version", "9".to_owned())], Value::Null)),
    ),
    // Calls: only who is in one, or is rung up by it, knows of it.
    ("GET", "/api/v1/staff/calls", "", None),
    ("GET", "/api/v1/staff/calls/{id}", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/calls/{id}/telephone",
        "contact",
        Some(|_| (vec![], json!({"offer": "v=0"}))),
    ),
    (
        "POST",
        "/api/v1/staff/calls/{id}/command",
        "contact",
        Some(|ids| {
            let whom = json!({"to": "person", "person": ids.person});
            (vec![], json!({"do": "consult", "whom": whom, "note": ""}))
        }),
    ),
    ("POST", "/api/v1/staff/calls/{id}/number", "contact", Some(plain)),
    ("POST", "/api/v1/staff/calls/{id}/code", "contact", Some(plain)),
    (
        "POST",
        "/api/v1/staff/calls/{id}/supervise",
        "contact",
        Some(|_| (vec![], json!({"ear": "listen"}))),
    ),
    ("GET", "/api/v1/staff/inbox/{id}/sound", "hand_over", Some(plain)),
    ("POST", "/api/v1/staff/inbox/{id}/call", "hand_over", Some(plain)),
    // What callers hear is the consortium's.
    ("GET", "/api/v1/staff/prompts", "", None),
    ("PUT", "/api/v1/staff/prompts/{language}/{name}", "", None),
    ("DELETE", "/api/v1/staff/prompts/{language}/{name}", "", None),
    ("GET", "/api/v1/staff/prompts/{language}/{name}/sound", "", None),
    // Recordings.
    (
        "GET",
        "/api/v1/staff/recordings",
        "",
        Some(|ids| (vec![("contact", ids.contact.clone())], Value::Null)),
    ),
    (
        "POST",
        "/api/v1/staff/recordings/{id}/sound",
        "recording",
        Some(|_| (vec![], json!({"reason": "complaint"}))),
    ),
    ("GET", "/api/v1/staff/recording-settings", "", None),
    (
        "POST",
        "/api/v1/staff/recording-settings/{municipality}",
        "",
        Some(|_| (vec![], json!({"allowed": true, "days": 7}))),
    ),
    ("GET", "/api/v1/staff/telephone/relays", "", None),
    ("GET", "/api/v1/staff/devices", "", None),
    ("POST", "/api/v1/staff/devices", "", None),
    ("DELETE", "/api/v1/staff/devices/{id}", "device", Some(plain)),
    // Colleagues.
    ("GET", "/api/v1/staff/room", "", None),
    ("POST", "/api/v1/staff/room", "", None),
    // The directory: reading asks for the municipality alone, changing for a thing of it.
    ("GET", "/api/v1/staff/directory/search", "", None),
    ("GET", "/api/v1/staff/directory/tasks", "", None),
    ("GET", "/api/v1/staff/directory/{municipality}/tree", "", None),
    ("GET", "/api/v1/staff/directory/{municipality}/units/{unit}", "", None),
    ("GET", "/api/v1/staff/directory/{municipality}/people/{id}", "entry", None),
    ("GET", "/api/v1/staff/directory/{municipality}/history", "", None),
    ("POST", "/api/v1/staff/directory/{municipality}/resolve", "", None),
    ("GET", "/api/v1/staff/directory/{municipality}/check", "", None),
    ("GET", "/api/v1/staff/directory/{municipality}/export", "", Some(plain)),
    (
        "PUT",
        "/api/v1/staff/directory/{municipality}/departments/{department}",
        "",
        Some(|_| {
            let body = json!({
                "name": "Ny", "name_en": "", "phone": "+45 00 16 12 34", "email": "a@b.example",
                "address": "Vej 1", "hours": "mon 08:00-15:00", "promise": "next-working-day 12:00",
                "topics": [], "version": 1,
            });
            (vec![], body)
        }),
    ),
    (
        "PUT",
        "/api/v1/staff/directory/{municipality}/units/{unit}",
        "",
        Some(|_| (vec![], json!({"kind": "team", "name": "Ny", "version": 0}))),
    ),
    ("DELETE", "/api/v1/staff/directory/{municipality}/units/{unit}", "", Some(of_version)),
    (
        "PUT",
        "/api/v1/staff/directory/{municipality}/people/{id}",
        "entry",
        Some(|_| (vec![], json!({"unit": "borgerservice", "name": "Ny", "version": 1}))),
    ),
    ("DELETE", "/api/v1/staff/directory/{municipality}/people/{id}", "entry", Some(of_version)),
    (
        "PUT",
        "/api/v1/staff/directory/{municipality}/lines/{id}",
        "entry",
        Some(|_| {
            let holder = json!({"unit": "borgerservice"});
            (vec![], json!({"holder": holder, "way": "chat", "version": 0}))
        }),
    ),
    ("DELETE", "/api/v1/staff/directory/{municipality}/lines/{id}", "entry", Some(of_version)),
    (
        "PUT",
        "/api/v1/staff/directory/{municipality}/responsibilities/{id}",
        "entry",
        Some(|_| (vec![], json!({"topic": "pas", "unit": "borgerservice", "version": 0}))),
    ),
    (
        "DELETE",
        "/api/v1/staff/directory/{municipality}/responsibilities/{id}",
        "entry",
        Some(of_version),
    ),
    (
        "PUT",
        "/api/v1/staff/directory/{municipality}/absences/{id}",
        "entry",
        Some(|ids| {
            let (from, until) = (1_900_000_000_000_i64, 1_900_003_600_000_i64);
            (vec![], json!({"entry": ids.entry, "from": from, "until": until}))
        }),
    ),
    ("DELETE", "/api/v1/staff/directory/{municipality}/absences/{id}", "entry", Some(plain)),
    (
        "POST",
        "/api/v1/staff/directory/{municipality}/as-imported",
        "",
        Some(|ids| (vec![], json!({"kind": "person", "item": ids.entry, "field": "name"}))),
    ),
    (
        "POST",
        "/api/v1/staff/directory/{municipality}/departments/{department}/confirm",
        "",
        Some(plain),
    ),
    // The consortium's administrator may say that a number of a member is wrong.
    ("POST", "/api/v1/staff/directory/{municipality}/requests", "", None),
    (
        "POST",
        "/api/v1/staff/directory/tasks/{id}",
        "directory_task",
        Some(|_| (vec![], json!({"accept": true}))),
    ),
    (
        "POST",
        "/api/v1/staff/directory/{municipality}/import",
        "",
        Some(|_| (vec![], json!({"csv": "kind;id\n", "apply": true}))),
    ),
    ("GET", "/api/v1/staff/people", "", Some(of_municipality)),
    // The security officer's.
    ("GET", "/api/v1/staff/audit", "", Some(of_municipality)),
    ("GET", "/api/v1/staff/audit/who-could-see", "", Some(of_municipality)),
    ("GET", "/api/v1/staff/privacy/receipts", "", None),
    (
        "POST",
        "/api/v1/staff/privacy/erase",
        "",
        Some(|ids| (vec![], json!({"contact": ids.contact}))),
    ),
    // A municipality's own directory, by its token: called one by one in surface/scim.rs.
    ("GET", "/scim/v2/ServiceProviderConfig", "", None),
    ("GET", "/scim/v2/ResourceTypes", "", None),
    ("GET", "/scim/v2/ResourceTypes/{name}", "", None),
    ("GET", "/scim/v2/Schemas", "", None),
    ("GET", "/scim/v2/Schemas/{name}", "", None),
    ("POST", "/scim/v2/Bulk", "", None),
    ("GET", "/scim/v2/Me", "", None),
    ("GET", "/scim/v2/Users", "", None),
    ("POST", "/scim/v2/Users", "", None),
    ("POST", "/scim/v2/Users/.search", "", None),
    ("GET", "/scim/v2/Users/{id}", "person", None),
    ("PUT", "/scim/v2/Users/{id}", "person", None),
    ("PATCH", "/scim/v2/Users/{id}", "person", None),
    ("DELETE", "/scim/v2/Users/{id}", "person", None),
    ("GET", "/scim/v2/Groups", "", None),
    ("POST", "/scim/v2/Groups", "", None),
    ("POST", "/scim/v2/Groups/.search", "", None),
    ("GET", "/scim/v2/Groups/{id}", "person", None),
    ("PUT", "/scim/v2/Groups/{id}", "person", None),
    ("PATCH", "/scim/v2/Groups/{id}", "person", None),
    ("DELETE", "/scim/v2/Groups/{id}", "person", None),
    // Live.
    ("GET", "/api/v1/live", "", None),
    (
        "GET",
        "/api/v1/live/poll",
        "",
        Some(|ids| (vec![("stream", format!("contact/{}", ids.contact))], Value::Null)),
    ),
    // The citizen's: all of it is about the own mark.
    ("GET", "/{municipality}/", "", None),
    ("GET", "/{municipality}/search", "", None),
    ("GET", "/{municipality}/topics", "", None),
    ("GET", "/{municipality}/topic/{slug}", "", None),
    ("POST", "/{municipality}/helped", "", None),
    ("GET", "/{municipality}/guide/{slug}", "", None),
    ("GET", "/{municipality}/contact", "", None),
    ("GET", "/{municipality}/contact/{department}", "", None),
    ("GET", "/{municipality}/message", "", None),
    ("POST", "/{municipality}/message", "", None),
    ("GET", "/{municipality}/status/{ticket}", "", None),
    ("GET", "/{municipality}/trail", "", None),
    ("POST", "/{municipality}/trail", "", None),
    ("GET", "/{municipality}/opensearch.xml", "", None),
    ("GET", "/{municipality}/privacy", "", None),
    ("GET", "/{municipality}/accessibility", "", None),
    ("GET", "/{municipality}/chat", "", None),
    ("POST", "/{municipality}/chat", "", None),
    ("GET", "/{municipality}/chat/code", "", None),
    ("POST", "/{municipality}/chat/code", "", None),
    ("POST", "/{municipality}/chat/say", "", None),
    ("POST", "/{municipality}/chat/read", "", None),
    ("POST", "/{municipality}/chat/end", "", None),
    ("POST", "/{municipality}/chat/rate", "", None),
    ("GET", "/{municipality}/chat/entries", "", None),
    ("GET", "/{municipality}/chat/transcript", "", None),
    ("GET", "/{municipality}/chat/live", "", None),
    (
        "GET",
        "/{municipality}/chat/live/poll",
        "",
        Some(|ids| (vec![("stream", format!("contact/{}", ids.contact))], Value::Null)),
    ),
];

/// Asks about a municipality.
fn of_municipality(ids: &Ids) -> (Vec<(&'static str, String)>, Value) {
    (vec![("municipality", ids.municipality.clone())], Value::Null)
}

/// A local synonym.
fn synonym(ids: &Ids) -> (Vec<(&'static str, String)>, Value) {
    let body = json!({
        "municipality": ids.municipality, "said": "rejsehæfte", "means": "pas",
        "both_ways": false, "weight": 90, "live": false,
    });
    (vec![], body)
}

/// A text brought in for a municipality.
fn files(ids: &Ids) -> (Vec<(&'static str, String)>, Value) {
    let body = json!({
        "form": "markdown", "area": "id-og-papirer", "municipality": ids.municipality,
        "files": [{"name": "a.md", "data": "IyBQYXMKClNrcml2Lgo="}],
    });
    (vec![], body)
}

fn duty_of(ids: &Ids, version: Option<i64>) -> Value {
    json!({
        "serving": ids.municipality,
        "date": "2027-06-30",
        "from": "15:00",
        "to": "22:00",
        "people": [ids.person],
        "kind": "telephone",
        "department": "borgerservice",
        "version": version,
    })
}

pub fn cases() -> BTreeMap<String, (&'static str, Call)> {
    CASES
        .iter()
        .map(|(method, path, id, call)| (format!("{method} {path}"), (*id, *call)))
        .collect()
}

pub fn id_of<'a>(ids: &'a Ids, what: &str) -> &'a str {
    match what {
        "contact" => &ids.contact,
        "hand_over" => &ids.hand_over,
        "duty" => &ids.duty,
        "login" => &ids.login,
        "person" => &ids.person,
        "device" => &ids.device,
        "recording" => &ids.recording,
        "bulk" => &ids.bulk,
        "directory_task" => &ids.directory_task,
        "draft" => &ids.draft,
        "entry" => &ids.entry,
        "improvement" => &ids.improvement,
        "task" => &ids.task,
        "word" => &ids.word,
        _ => "",
    }
}
