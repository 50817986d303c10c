use std::collections::BTreeSet;

use app::App;
use app::duty::DutyDraft;
use base::scope::Ground;
use base::{Problem, Right};
use jiff::civil::{Date, Time, date, time};
use rules::duty::DutyKind;
use testkit::on_both;

use crate::house::{HOUR, MINUTE, WEDNESDAY_2015, furnished, m, scope, token};

const WEDNESDAY: Date = date(2027, 6, 2);
const SATURDAY: Date = date(2027, 6, 5);

async fn draft(
    app: &App,
    serving: &str,
    date: Date,
    from: Time,
    to: Time,
    who: &[&str],
) -> DutyDraft {
    let mut people = BTreeSet::new();
    for user in who {
        let login = format!("{user}@{serving}.example");
        people.insert(scope(app, &login).await.person().expect("a person"));
    }
    DutyDraft { serving: m(serving), date, from, to, people, kind: DutyKind::Hotline }
}

#[tokio::test]
async fn the_demo_has_every_evening_once_and_furesoe_on_wednesday() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let list = app.duties(&mette, date(2027, 5, 31), date(2027, 6, 6)).await.expect("the week");
        let evenings: Vec<(String, String, String)> = list
            .duties
            .iter()
            .map(|duty| (duty.serving.to_string(), duty.from.clone(), duty.to.clone()))
            .collect();
        let evening =
            |who: &str, from: &str, to: &str| (who.to_owned(), from.to_owned(), to.to_owned());
        assert_eq!(
            evenings,
            [
                evening("fredensborg", "15:00", "22:00"),
                evening("holbaek", "15:00", "22:00"),
                evening("furesoe", "15:00", "22:00"),
                evening("soroe", "15:00", "22:00"),
                evening("frederikssund", "13:00", "18:00"),
            ]
        );
        let names: Vec<&str> =
            list.duties[2].people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Jonas Bach", "Mette Lindholm", "Sara Nygaard"]);
        assert_eq!(list.tonight.expect("tonight").serving, m("furesoe"));
        assert!(list.problems.is_empty(), "she plans nothing");
        // Starting again changes nothing.
        let again = app.seed(crate::house::collection()).await.expect("again");
        assert_eq!(again, app::demo::Seeded::default());
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_duty_closes_the_reach_of_those_on_it_at_once() {
    on_both(async |database| {
        let app = furnished(database).await;
        let token = token(&app, "mette@furesoe.example").await;
        let open = app.scope_of(&token).await.expect("signed in");
        assert!(open.allows(Right::WorkContacts, &m("soroe"), None).is_some());
        let planner = scope(&app, "birgit@furesoe.example").await;
        let tonight = app.tonight().await.expect("read").expect("a duty");
        let mut bell = app.bus.listen();
        app.cancel_duty(&planner, tonight.id, tonight.version).await.expect("cancelled");
        let agent = format!("agent/{}", open.person().expect("mette"));
        assert!(crate::house::hears(&mut bell, &["duty/all", &agent]).await);
        let closed = app.scope_of(&token).await.expect("signed in");
        assert!(closed.allows(Right::WorkContacts, &m("soroe"), None).is_none());
        assert!(app.tonight().await.expect("read").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_swap_moves_the_reach_from_one_to_the_other() {
    on_both(async |database| {
        let app = furnished(database).await;
        let (sara, amina) =
            (token(&app, "sara@furesoe.example").await, token(&app, "amina@furesoe.example").await);
        let reaches = async |token: &str| {
            let scope = app.scope_of(token).await.expect("signed in");
            scope.allows(Right::WorkContacts, &m("frederikssund"), None).is_some()
        };
        assert!(reaches(&sara).await && !reaches(&amina).await);
        let planner = scope(&app, "birgit@furesoe.example").await;
        let tonight = app.tonight().await.expect("read").expect("a duty");
        let people = ["mette", "jonas", "amina"];
        let swap = draft(&app, "furesoe", WEDNESDAY, time(15, 0, 0, 0), time(22, 0, 0, 0), &people);
        let swap = swap.await;
        let view = app
            .change_duty(&planner, tonight.id, tonight.version, swap.clone())
            .await
            .expect("swapped");
        assert_eq!(view.version, tonight.version + 1);
        assert!(!reaches(&sara).await && reaches(&amina).await);
        // Who looked at the list before the swap is told so.
        let stale = app.change_duty(&planner, tonight.id, tonight.version, swap).await;
        assert_eq!(stale.map(|_| ()), Err(Problem::conflict("duty-changed")));
        let stale = app.cancel_duty(&planner, tonight.id, tonight.version).await;
        assert_eq!(stale.map(|_| ()), Err(Problem::conflict("duty-changed")));
    })
    .await;
}

#[tokio::test]
async fn what_a_planner_gets_wrong_is_said_and_not_written() {
    on_both(async |database| {
        let app = furnished(database).await;
        let planner = scope(&app, "birgit@furesoe.example").await;
        let (nine, two, ten) = (time(9, 0, 0, 0), time(14, 0, 0, 0), time(22, 0, 0, 0));
        let add = async |draft| app.add_duty(&planner, draft).await.map(|_| ());
        let short = draft(&app, "furesoe", SATURDAY, nine, time(9, 15, 0, 0), &["mette"]).await;
        let limit = Some(30);
        let refused = Problem::Invalid { field: "to", code: "duty-too-short", limit };
        assert_eq!(add(short).await, Err(refused));
        let past = draft(&app, "furesoe", date(2027, 6, 1), nine, two, &["amina"]).await;
        assert_eq!(add(past).await, Err(Problem::invalid("date", "duty-past")));
        let twice = draft(&app, "furesoe", WEDNESDAY, time(21, 0, 0, 0), ten, &["mette"]).await;
        assert_eq!(add(twice).await, Err(Problem::invalid("people", "duty-person-twice")));
        let foreign = draft(&app, "soroe", SATURDAY, nine, two, &["emil"]).await;
        let mixed = DutyDraft { serving: m("furesoe"), ..foreign.clone() };
        assert_eq!(add(mixed).await, Err(Problem::invalid("people", "not-an-agent-there")));
        assert!(add(foreign).await.is_err(), "another municipality's list");
        let desk = draft(&app, "furesoe", SATURDAY, nine, two, &["ulla"]).await;
        assert_eq!(add(desk).await, Err(Problem::invalid("people", "not-an-agent-there")));
        let agent = scope(&app, "mette@furesoe.example").await;
        let own = draft(&app, "furesoe", SATURDAY, nine, two, &["mette"]).await;
        let refused = app.add_duty(&agent, own.clone()).await.map(|_| ());
        assert_eq!(refused, Err(Problem::forbidden("not-your-role")));
        let list = app.duties(&planner, SATURDAY, SATURDAY).await.expect("the list");
        assert!(list.duties.is_empty());
        assert_eq!(add(own).await, Ok(()));
        let order = app.duties(&planner, SATURDAY, WEDNESDAY).await.map(|_| ());
        assert_eq!(order, Err(Problem::invalid("to", "date-order")));
        let long = app.duties(&planner, WEDNESDAY, date(2028, 6, 2)).await;
        assert!(matches!(long, Err(Problem::Invalid { code: "too-many-days", .. })));
    })
    .await;
}

#[tokio::test]
async fn two_planners_who_save_at_once_do_not_both_win() {
    on_both(async |database| {
        let app = furnished(database).await;
        let planner = scope(&app, "birgit@furesoe.example").await;
        let tonight = app.tonight().await.expect("read").expect("a duty");
        let (three, ten) = (time(15, 0, 0, 0), time(22, 0, 0, 0));
        let one = draft(&app, "furesoe", WEDNESDAY, three, ten, &["mette"]).await;
        let two = draft(&app, "furesoe", WEDNESDAY, three, ten, &["jonas"]).await;
        let (one, two) = tokio::join!(
            app.change_duty(&planner, tonight.id, 1, one),
            app.change_duty(&planner, tonight.id, 1, two)
        );
        assert_eq!(one.is_ok() as u8 + two.is_ok() as u8, 1);
        let lost = if one.is_ok() { two } else { one };
        assert_eq!(lost.map(|_| ()), Err(Problem::conflict("duty-changed")));
    })
    .await;
}

#[tokio::test]
async fn a_gap_in_the_evenings_is_seen_before_it_happens() {
    on_both(async |database| {
        let app = furnished(database).await;
        let planner = scope(&app, "tove@soroe.example").await;
        let list = app.duties(&planner, WEDNESDAY, date(2027, 6, 11)).await.expect("the list");
        assert!(list.problems.is_empty(), "{:?}", list.problems);
        let thursday = list.duties.iter().find(|duty| duty.serving == m("soroe")).expect("theirs");
        app.cancel_duty(&planner, thursday.id, thursday.version).await.expect("cancelled");
        let list = app.duties(&planner, WEDNESDAY, date(2027, 6, 11)).await.expect("the list");
        let gaps: Vec<_> = list.problems.iter().map(|p| (p.code, p.date)).collect();
        assert_eq!(gaps, [("gap", date(2027, 6, 3))]);
    })
    .await;
}

#[tokio::test]
async fn the_log_says_who_could_see_frederikssund_on_wednesday_at_a_quarter_past_eight() {
    on_both(async |database| {
        let app = furnished(database).await;
        let tonight = app.tonight().await.expect("read").expect("a duty");
        let planner = scope(&app, "birgit@furesoe.example").await;
        let admin = scope(&app, "admin@furesoe.example").await;
        let mette = scope(&app, "mette@furesoe.example").await.person().expect("mette");
        // An hour later one is swapped and another is removed: the answer about 20:15 stands.
        app.clock.advance(45 * MINUTE);
        let (three, ten) = (time(15, 0, 0, 0), time(22, 0, 0, 0));
        let swap = draft(&app, "furesoe", WEDNESDAY, three, ten, &["mette", "amina"]).await;
        app.change_duty(&planner, tonight.id, 1, swap).await.expect("swapped");
        app.deactivate(&admin, mette).await.expect("removed");
        app.clock.advance(14 * HOUR);
        let officer = scope(&app, "rasmus@frederikssund.example").await;
        let names = async |at| {
            let answer = app.who_could_see(&officer, &m("frederikssund"), at).await;
            let people = answer.expect("the answer").people;
            let on_duty: Vec<String> = people
                .iter()
                .filter(|p| p.ground == Ground::Duty && p.duty == Some(tonight.id))
                .map(|p| p.name.clone())
                .collect();
            let at_home: Vec<String> = people
                .iter()
                .filter(|p| p.ground == Ground::Role)
                .map(|p| p.name.clone())
                .collect();
            (on_duty, at_home)
        };
        let (on_duty, at_home) = names(WEDNESDAY_2015).await;
        assert_eq!(on_duty, ["Jonas Bach", "Mette Lindholm", "Sara Nygaard"]);
        assert!(at_home.contains(&"Hanne Brandt".to_owned()), "{at_home:?}");
        assert!(!at_home.contains(&"Jonas Bach".to_owned()));
        let (on_duty, _) = names(WEDNESDAY_2015 + HOUR).await;
        assert_eq!(on_duty, ["Amina Yusuf"]);
        let (on_duty, _) = names(WEDNESDAY_2015 + 2 * HOUR).await;
        assert!(on_duty.is_empty());
        let other = scope(&app, "anne@soroe.example").await;
        assert!(app.who_could_see(&other, &m("frederikssund"), WEDNESDAY_2015).await.is_err());
        let log = app
            .audit_log(&officer, &m("frederikssund"), app::audit::AuditQuery::default())
            .await
            .expect("the log");
        let asked: Vec<_> =
            log.items.iter().filter(|line| line.action == "who-could-see").collect();
        assert_eq!(asked.len(), 3);
        assert_eq!(asked[0].name.as_deref(), Some("Rasmus Kold"));
        assert!(app.audit_log(&other, &m("frederikssund"), Default::default()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn the_demo_clock_jumps_and_everyone_connected_has_stayed() {
    on_both(async |database| {
        let app = furnished(database).await;
        let token = token(&app, "mette@furesoe.example").await;
        app.advance(105 * MINUTE).await.expect("22:00");
        let scope = app.scope_of(&token).await.expect("still signed in");
        assert!(scope.allows(Right::WorkContacts, &m("soroe"), None).is_none());
        assert!(app.advance(-1).await.is_err());
        app.advance(11 * HOUR).await.expect("9:00");
        assert_eq!(app.scope_of(&token).await, Err(Problem::SignedOut), "twelve hours are over");
    })
    .await;
}
