//! A citizen of Horsens asks the job department about a pension: who is it sent to?

use app::App;
use app::chat::{OpenChat, Say};
use app::desk::Target;
use app::directory::{AbsenceChange, Resolved};
use base::{Language, Problem, Scope, TopicKey};
use rules::calls::{Input, Set};
use rules::contacts::{ContactId, Destination};
use rules::directory::{Asked, EntryId, Facts};
use store::Database;
use testkit::on_both;
use uuid::Uuid;

use super::{d, u};
use crate::exchange::{Exchange, LOUISE, Line, be_ready};
use crate::house::{HOUR, MINUTE, WEDNESDAY_2015, citizen, furnished, m, scope, topic};

/// Thursday 3 June 2027, 10:00.
const TO_THURSDAY_10: i64 = 13 * HOUR + 45 * MINUTE;

/// That Thursday, with Jakob of the job department and Kurt and Ditte of the pension department.
pub(super) async fn thursday_10(database: &Database) -> (App, [Scope; 3]) {
    let app = furnished(database).await;
    app.clock.advance(TO_THURSDAY_10);
    let mut people = Vec::new();
    for login in ["jakob@horsens.example", "kurt@horsens.example", "ditte@horsens.example"] {
        people.push(scope(&app, login).await);
    }
    (app, people.try_into().expect("three"))
}

pub(super) async fn entry_of(app: &App, name: &str) -> EntryId {
    let directory = app.directory().await.expect("read");
    let place = directory.place(&m("horsens")).expect("Horsens");
    let mut entries = place.staff.organisation.entries.values();
    entries.find(|entry| entry.name == name).unwrap_or_else(|| panic!("{name} is there")).id
}

/// The contact that the job department's agent has, about some topic if the citizen said one.
pub(super) async fn asked(app: &App, jakob: &Scope, topic: Option<TopicKey>) -> ContactId {
    let wish = OpenChat {
        municipality: m("horsens"),
        department: Some(d("jobcenter")),
        topic,
        language: Language::Da,
        name: None,
    };
    let louise = citizen(app, "louise");
    let contact = app.open_chat(&louise, wish).await.expect("a chat");
    let text = "Hvornår kan jeg få folkepension?".to_owned();
    let say = Say { message_id: Uuid::from_u128(1), text, article: None };
    app.say(&louise, contact, say).await.expect("said");
    be_ready(app, jakob).await;
    app.dispatch().await.expect("dispatched");
    app.accept(jakob, contact).await.expect("taken");
    contact
}

fn names(targets: &[Target]) -> Vec<&str> {
    targets.iter().map(|target| &*target.name).collect()
}

#[tokio::test]
async fn with_the_owner_away_the_deputy_is_the_first_target_and_the_main_number_none() {
    on_both(async |db| {
        let (app, [jakob, kurt, ditte]) = thursday_10(db).await;
        let contact = asked(&app, &jakob, Some(topic("folkepension"))).await;
        be_ready(&app, &kurt).await;
        be_ready(&app, &ditte).await;
        let facts = Facts::default();
        let before = app.targets(&jakob, contact, "", &facts).await.expect("targets");
        assert_eq!(names(&before.targets)[..2], ["Kurt Sommer", "Ditte Rønn"]);
        assert_eq!(before.targets[0].role, Some("owner"));
        assert_eq!(before.unit.as_ref().map(|unit| &*unit.id), Some("pension-folkepension"));
        // Away until one o'clock, as he says himself.
        let until = WEDNESDAY_2015 + (TO_THURSDAY_10 + 3 * HOUR);
        let away =
            AbsenceChange { entry: entry_of(&app, "Kurt Sommer").await, from: app.now(), until };
        let id = app.rng.id(app.now());
        app.set_absence(&kurt, &m("horsens"), id, away).await.expect("his own absence");
        let found = app.targets(&jakob, contact, "", &facts).await.expect("targets");
        let first = &found.targets[0];
        assert_eq!((&*first.name, first.role), ("Ditte Rønn", Some("deputy")));
        assert_eq!(first.of.as_deref(), Some("Kurt Sommer"));
        let why = found.why.iter().find(|why| why.why == "owner-away").expect("why");
        assert_eq!((why.name.as_deref(), why.back), (Some("Kurt Sommer"), Some(until)));
        let owner = found.targets.iter().find(|target| target.role == Some("owner"));
        let owner = owner.expect("shown, with the reason");
        assert_eq!((owner.state, owner.refused), ("away", Some("target-closed")));
        assert_eq!(owner.back, Some(until));
        // Somebody who does not sign in here is called.
        let vita = found.targets.iter().find(|target| target.name == "Vita Lauridsen");
        let vita = vita.expect("shown");
        assert_eq!((vita.person, vita.refused), (None, Some("only-by-telephone")));
        assert_eq!(vita.number.as_deref(), Some("+45 00 16 61 04"));
        // The way back to the main number is no way.
        let main = app.targets(&jakob, contact, "horsens kommune", &facts).await.expect("targets");
        assert_eq!(main.targets.last().and_then(|target| target.refused), Some("main-number"));
        let to = Destination::Person { person: first.person.expect("signs in") };
        app.transfer(&jakob, contact, to, "Spørger om folkepension").await.expect("sent on");
        app.dispatch().await.expect("dispatched");
        app.accept(&ditte, contact).await.expect("with the deputy");
        // The absence is over by itself.
        app.clock.advance(3 * HOUR);
        let later = resolved(&app, &scope(&app, "jakob@horsens.example").await).await;
        assert!(later.why.iter().all(|why| why.why != "owner-away"), "{later:?}");
    })
    .await;
}

#[tokio::test]
async fn an_owner_who_speaks_with_somebody_is_busy_and_the_free_deputy_comes_first() {
    on_both(async |db| {
        let (app, [jakob, kurt, ditte]) = thursday_10(db).await;
        let mut exchange = Exchange::of(&app);
        be_ready(&app, &kurt).await;
        let mut line = Line::rings(&app, 7, "+45 00 16 12 35", Some(LOUISE)).await;
        app.dispatch().await.expect("dispatched");
        app.accept(&kurt, line.contact()).await.expect("taken");
        let by = kurt.person().expect("a person");
        assert_eq!(exchange.inputs(), [Input::Taken { by }]);
        line.on(Input::Taken { by }).await;
        line.on(Input::Answered { leg: 1, on: Set::Browser }).await;
        be_ready(&app, &ditte).await;
        let found = resolved(&app, &jakob).await;
        let stands = |name: &str| {
            let place = found.candidates.iter().position(|one| one.name == name).expect("named");
            (place, found.candidates[place].state.reach)
        };
        assert_eq!(stands("Ditte Rønn"), (0, "now"));
        assert_eq!(stands("Kurt Sommer").1, "busy");
    })
    .await;
}

#[tokio::test]
async fn who_has_it_is_found_by_the_topic_that_its_agent_names() {
    on_both(async |db| {
        let (app, [jakob, _, ditte]) = thursday_10(db).await;
        let contact = asked(&app, &jakob, None).await;
        let facts = Facts::default();
        let unit = async || app.targets(&jakob, contact, "", &facts).await.expect("targets").unit;
        assert_eq!(unit().await, None);
        let unknown = app.set_topic(&jakob, contact, topic("findes-ikke")).await;
        assert_eq!(unknown, Err(Problem::invalid("topic", "topic-unknown")));
        let named = app.set_topic(&ditte, contact, topic("folkepension")).await;
        assert_eq!(named, Err(Problem::NotFound), "another's");
        app.set_topic(&jakob, contact, topic("folkepension")).await.expect("named");
        let found = unit().await;
        assert_eq!(found.as_ref().map(|unit| &*unit.id), Some("pension-folkepension"));
        assert_eq!(app.contact(&jakob, contact).await.expect("his").title, "Folkepension");
    })
    .await;
}

async fn resolved(app: &App, who: &Scope) -> Resolved {
    let facts = Facts::default();
    app.resolve(who, &m("horsens"), &topic("folkepension"), &facts, Language::Da)
        .await
        .expect("resolved")
}

#[tokio::test]
async fn after_closing_the_next_opening_is_told() {
    on_both(async |db| {
        let app = furnished(db).await;
        let lise = scope(&app, "lise@horsens.example").await;
        let found = resolved(&app, &lise).await;
        // Thursday, 8:00.
        assert_eq!(found.next, Some(WEDNESDAY_2015 + (11 * HOUR + 45 * MINUTE)));
        assert!(found.why.iter().any(|why| why.why == "all-closed"));
        assert!(found.candidates.iter().all(|one| one.state.reach != "now"));
    })
    .await;
}

#[tokio::test]
async fn what_decides_between_owners_is_asked_and_one_rule_says_whose_a_topic_is() {
    on_both(async |db| {
        let app = furnished(db).await;
        let lise = scope(&app, "lise@horsens.example").await;
        let (place, sick) = (m("horsens"), topic("sygedagpenge"));
        let ask = async |facts: Facts| {
            app.resolve(&lise, &place, &sick, &facts, Language::Da).await.expect("resolved")
        };
        let open = ask(Facts::default()).await;
        assert_eq!(open.ask, [Asked::BirthDay]);
        for (day, owner) in [(15, "Lise Markussen"), (16, "Jakob Winther")] {
            let found = ask(Facts { birth_day: Some(day), ..Facts::default() }).await;
            let first = found.candidates.iter().find(|one| one.role == "owner").expect("an owner");
            assert_eq!((&*first.name, found.ask.len()), (owner, 0));
        }
        // Given to some citizens' owners only: of everybody it is said whose it usually is.
        assert_eq!(app.owner_of(&place, &sick).await, Ok(Some(d("pension-og-ydelser"))));
        assert_eq!(
            app.owner_of(&place, &topic("folkepension")).await,
            Ok(Some(d("pension-og-ydelser")))
        );
        let elsewhere = app.owner_of(&m("soroe"), &topic("folkepension")).await;
        assert_eq!(elsewhere, Ok(Some(d("borgerservice"))));
        let unit =
            app.directory_unit(&lise, &place, &u("pension-folkepension")).await.expect("read");
        assert_eq!(unit.path, ["Velfærd og Arbejdsmarked", "Ydelse", "Folkepension og tillæg"]);
        assert_eq!(unit.responsibilities.len(), 1);
    })
    .await;
}
