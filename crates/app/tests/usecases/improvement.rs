//! A day of made-up citizens becomes work for an editor, and work becomes a better answer.

use app::App;
use app::chat::OpenChat;
use app::hand_overs::LeaveMessage;
use app::improvement::{Change, ImprovementView, Joined, Searched};
use app::trail::Which;
use app::words::NewException;
use app::workshop::begin::NewText;
use base::{Language, Problem, Scope};
use rules::contacts::ReplyWay;
use rules::improvement::Suggestion;
use rules::workshop::TextKind;
use store::improvement::{CITIZENS, STAFF};
use testkit::on_both;

use crate::house::{HOUR, MINUTE, citizen, furnished, m, scope, topic};

async fn looks_for(app: &App, visitor: &Scope, query: &str, hits: &[&str]) {
    let searched = Searched {
        municipality: &m("frederikssund"),
        query,
        hits: hits.iter().map(|hit| topic(hit)).collect(),
        on_page: false,
        passing: false,
    };
    app.note_search(visitor, searched).await;
}

async fn opens(app: &App, visitor: &Scope, what: &str) {
    app.note_opened(visitor, &m("frederikssund"), &topic(what)).await;
}

/// Five citizens who say "guldbillet", four of whom find out what it is called, and three who look
/// for what nothing answers; others who find what they look for.
async fn a_day(app: &App) {
    for n in 0..5 {
        let visitor = citizen(app, &format!("gold-{n}"));
        looks_for(app, &visitor, "guldbillet", &[]).await;
        app.clock.advance(30_000);
        if n < 4 {
            looks_for(app, &visitor, "folkepension", &["folkepension", "aeldrecheck"]).await;
            app.clock.advance(5_000);
            opens(app, &visitor, "folkepension").await;
        }
    }
    for n in 0..3 {
        let visitor = citizen(app, &format!("kiosk-{n}"));
        looks_for(app, &visitor, "tilladelse til pølsevogn", &[]).await;
    }
    for n in 0..4 {
        let visitor = citizen(app, &format!("pas-{n}"));
        looks_for(app, &visitor, "nyt pas", &["pas"]).await;
        opens(app, &visitor, "pas").await;
    }
    app.clock.advance(61 * MINUTE);
}

async fn inge(app: &App) -> Scope {
    scope(app, "inge@frederikssund.example").await
}

async fn worklist(app: &App) -> Vec<ImprovementView> {
    let list = app.improvements(&inge(app).await, Some(&m("frederikssund"))).await;
    list.expect("the worklist").improvements
}

fn named<'a>(list: &'a [ImprovementView], name: &str) -> &'a ImprovementView {
    list.iter().find(|item| item.title == name).unwrap_or_else(|| {
        panic!("{name} among {:?}", list.iter().map(|i| &i.title).collect::<Vec<_>>())
    })
}

async fn bare(database: &store::Database) -> App {
    let app = furnished(database).await;
    app.update_index().await.expect("built");
    app
}

#[tokio::test]
async fn a_day_of_searches_becomes_the_expected_worklist_and_a_second_run_changes_nothing() {
    on_both(async |database| {
        let app = bare(database).await;
        let known = worklist(&app).await.len();
        a_day(&app).await;
        let joined = app.join_searches().await.expect("joined");
        assert_eq!((joined.searches, joined.made), (16, 2), "{joined:?}");
        let list = worklist(&app).await;
        assert_eq!(list.len(), known + 2);
        let gold = named(&list, "guldbillet");
        assert_eq!((gold.failed, gold.visitors, gold.zero_hits, gold.reformulated), (5, 5, 5, 4));
        assert_eq!((gold.before.found, gold.before.n), (0, 5));
        assert_eq!(gold.area, "pension-og-aeldre");
        assert!(gold.owner_name.is_some() && !gold.overdue && gold.state == "open");
        assert!(gold.due.as_str() > "2027-01-01");
        assert_eq!(gold.weeks.iter().sum::<i64>(), 5);
        assert!(
            matches!(&gold.suggestions[0].suggestion, Suggestion::Synonym { from, to, times: 4, .. }
                if from == "guldbillet" && to == "folkepension"),
            "{:?}",
            gold.suggestions
        );
        let kiosk = named(&list, "tilladelse til pølsevogn");
        assert_eq!((kiosk.failed, kiosk.phrases.len()), (3, 1));
        assert!(
            kiosk.suggestions.iter().any(|one| matches!(
                &one.suggestion,
                Suggestion::NewArticle { title, .. } if title == "Tilladelse til pølsevogn"
            )),
            "{:?}",
            kiosk.suggestions
        );
        assert!(list.iter().all(|item| item.title != "nyt pas"));
        let versions = |list: &[ImprovementView]| {
            list.iter().map(|item| (item.id, item.version)).collect::<Vec<_>>()
        };
        let again = app.join_searches().await.expect("again");
        assert_eq!(again, Joined::default());
        assert_eq!(versions(&worklist(&app).await), versions(&list));
    })
    .await;
}

#[tokio::test]
async fn after_a_synonym_the_success_rate_rises_and_the_list_shows_it() {
    on_both(async |database| {
        let app = bare(database).await;
        a_day(&app).await;
        app.join_searches().await.expect("joined");
        let editor = inge(&app).await;
        let gold = named(&worklist(&app).await, "guldbillet").clone();
        let accept = Change { version: gold.version, accept: Some(0), ..Change::default() };
        let doing = app.change_improvement(&editor, gold.id, accept.clone()).await.expect("taken");
        assert_eq!(doing.state, "doing");
        assert!(doing.suggestions[0].accepted);
        let synonyms = store::searching::synonyms(&app.database, &app.tenant).await.expect("read");
        let draft = synonyms.iter().find(|one| one.said == "guldbillet").expect("a draft");
        assert!(!draft.live && draft.means == "folkepension");
        assert_eq!(draft.municipality, Some(m("frederikssund")));
        let late = app.change_improvement(&editor, gold.id, accept).await;
        assert_eq!(late.map(|_| ()), Err(Problem::conflict("changed-meanwhile")));
        let done =
            Change { version: doing.version, state: Some("done".to_owned()), ..Change::default() };
        let done = app.change_improvement(&editor, gold.id, done).await.expect("done");
        assert_eq!((done.after.n, done.after.share), (0, None));
        app.clock.advance(24 * HOUR);
        for n in 0..12 {
            let visitor = citizen(&app, &format!("later-{n}"));
            looks_for(&app, &visitor, "guldbillet", &["folkepension"]).await;
            opens(&app, &visitor, "folkepension").await;
        }
        app.clock.advance(61 * MINUTE);
        app.join_searches().await.expect("joined");
        let list = worklist(&app).await;
        let gold = named(&list, "guldbillet");
        assert_eq!((gold.before.found, gold.before.n), (0, 5));
        assert_eq!((gold.after.found, gold.after.n), (12, 12));
        assert!(gold.surely_better && gold.state == "done");
        assert_eq!(list.iter().filter(|item| item.title == "guldbillet").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reload_is_no_second_search_and_a_search_is_counted_once_per_visitor_in_ten_minutes() {
    on_both(async |database| {
        let app = bare(database).await;
        let visitor = citizen(&app, "one");
        for _ in 0..4 {
            looks_for(&app, &visitor, "Guldbillet!", &[]).await;
            app.clock.advance(MINUTE);
        }
        app.clock.advance(10 * MINUTE);
        looks_for(&app, &visitor, "guldbillet", &[]).await;
        app.clock.advance(61 * MINUTE);
        assert_eq!(app.join_searches().await.expect("joined").searches, 2);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_person_is_kept_and_an_unknown_word_waits_for_three_visitors() {
    on_both(async |database| {
        let app = bare(database).await;
        for (n, query) in [
            "pas til 010190-1234",
            "jeg hedder Bodil Kvistgaard",
            "bodil@kvistgaard.example",
            "Kvistgaardsvej 12",
            "ring 20 10 70 12",
        ]
        .into_iter()
        .enumerate()
        {
            looks_for(&app, &citizen(&app, &format!("p-{n}")), query, &[]).await;
        }
        for n in 0..2 {
            let visitor = citizen(&app, &format!("q-{n}"));
            looks_for(&app, &visitor, "kvistgaardkvistgaard", &[]).await;
        }
        let open = store::improvement::episodes::all(&app.database, &app.tenant).await;
        for one in open.expect("read") {
            assert!(one.phrase.is_none_or(|phrase| phrase == "kvistgaardkvistgaard"));
        }
        app.clock.advance(61 * MINUTE);
        app.join_searches().await.expect("joined");
        let has = |list: &[ImprovementView]| list.iter().any(|i| i.title.contains("kvistgaard"));
        assert!(!has(&worklist(&app).await), "two visitors are not enough");
        looks_for(&app, &citizen(&app, "q-3"), "kvistgaardkvistgaard", &[]).await;
        app.clock.advance(61 * MINUTE);
        app.join_searches().await.expect("joined");
        assert!(has(&worklist(&app).await), "three are");
        app.clock.advance(24 * HOUR);
        app.run_retention().await.expect("run");
        let open = store::improvement::episodes::all(&app.database, &app.tenant).await;
        assert!(open.expect("read").is_empty(), "nothing of a visit outlives the day");
    })
    .await;
}

#[tokio::test]
async fn a_contact_within_the_hour_says_which_page_left_something_out() {
    on_both(async |database| {
        let app = bare(database).await;
        for n in 0..3 {
            let visitor = citizen(&app, &format!("v-{n}"));
            looks_for(&app, &visitor, "fristen for rottebekæmpelse", &["rotter"]).await;
            opens(&app, &visitor, "rotter").await;
            app.clock.advance(MINUTE);
            if n == 0 {
                let wish = LeaveMessage {
                    id: app.rng.id(app.now()),
                    municipality: m("frederikssund"),
                    department: base::DepartmentKey::new("borgerservice").expect("a key"),
                    text: "Hvornår kommer I?".to_owned(),
                    reply: ReplyWay::StatusPage,
                    address: None,
                    language: Language::Da,
                    topic: Some(topic("rotter")),
                };
                app.leave_message(&visitor, wish).await.expect("left");
            } else {
                let wish = OpenChat {
                    municipality: m("frederikssund"),
                    department: None,
                    topic: Some(topic("rotter")),
                    language: Language::Da,
                    name: None,
                };
                app.open_chat(&visitor, wish).await.expect("opened");
            }
        }
        app.clock.advance(61 * MINUTE);
        app.join_searches().await.expect("joined");
        let list = worklist(&app).await;
        let rats = named(&list, "fristen for rottebekæmpelse");
        assert_eq!((rats.failed, rats.contacts), (3, 3));
        assert!(
            matches!(&rats.suggestions[0].suggestion, Suggestion::MissingPart { topic: on, times: 3, .. }
                if *on == topic("rotter")),
            "{:?}",
            rats.suggestions
        );
        let since = "2027-01-01";
        let place = m("frederikssund");
        let areas =
            store::improvement::area_counts(&app.database, &app.tenant, Some(&place), since).await;
        let areas = areas.expect("counts");
        let area = &areas[&rats.area];
        assert!(area.failed_searches >= 3 && area.contacts >= 3);
    })
    .await;
}

#[tokio::test]
async fn who_removes_the_trail_removes_the_open_searches_and_nobody_elses() {
    on_both(async |database| {
        let app = bare(database).await;
        let (one, two) = (citizen(&app, "one"), citizen(&app, "two"));
        looks_for(&app, &one, "guldbillet", &[]).await;
        looks_for(&app, &two, "guldbillet", &[]).await;
        app.remove_steps(&one, Which::All).await.expect("removed");
        let open = || store::improvement::episodes::all(&app.database, &app.tenant);
        assert_eq!(open().await.expect("read").len(), 1);
        app.clock.advance(61 * MINUTE);
        assert_eq!(app.join_searches().await.expect("joined").searches, 1);
    })
    .await;
}

#[tokio::test]
async fn an_erasure_takes_the_searches_before_the_contact_too() {
    on_both(async |database| {
        let app = bare(database).await;
        let visitor = citizen(&app, "one");
        looks_for(&app, &visitor, "hjemmehjælp", &[]).await;
        app.clock.advance(MINUTE);
        looks_for(&app, &visitor, "rengøring", &[]).await;
        let wish = OpenChat {
            municipality: m("frederikssund"),
            department: None,
            topic: None,
            language: Language::Da,
            name: None,
        };
        let contact = app.open_chat(&visitor, wish).await.expect("opened");
        let officer = scope(&app, "rasmus@frederikssund.example").await;
        app.erase(&officer, contact).await.expect("erased");
        let open = store::improvement::episodes::all(&app.database, &app.tenant).await;
        assert!(open.expect("read").is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_worklist_is_for_editors_of_the_place_and_staffs_searches_stand_apart() {
    on_both(async |database| {
        let app = bare(database).await;
        a_day(&app).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        let searched = Searched {
            municipality: &m("furesoe"),
            query: "skorstensfejning",
            hits: vec![],
            on_page: false,
            passing: false,
        };
        for query in ["skor", "skorstens", "skorstensfejning"] {
            app.note_search(&mette, Searched { query, ..searched.clone() }).await;
            app.clock.advance(2_000);
        }
        let open = store::improvement::episodes::all(&app.database, &app.tenant).await;
        let open = open.expect("read");
        let staff: Vec<_> = open.iter().filter(|one| one.audience == STAFF).collect();
        assert_eq!(staff.len(), 1, "letters on the way to a word are no searches");
        assert_eq!(staff[0].phrase.as_deref(), Some("skorstensfejning"));
        assert!(open.iter().filter(|one| one.audience == CITIZENS).count() >= 16);
        app.join_searches().await.expect("joined");
        let refused = app.improvements(&mette, None).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::NotFound));
        let refused = app.refresh_improvements(&mette).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::NotFound));
        let gold = named(&worklist(&app).await, "guldbillet").clone();
        let ole = scope(&app, "ole@holbaek.example").await;
        let change = Change { version: gold.version, ..Change::default() };
        let foreign = app.change_improvement(&ole, gold.id, change).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

/// So many visitors ask this on each of so many days, and find passports.
async fn asked(app: &App, query: &str, visitors: usize, days: usize) {
    for day in 0..days {
        for n in 0..visitors {
            let visitor = citizen(app, &format!("{query}-{day}-{n}"));
            looks_for(app, &visitor, query, &["pas"]).await;
        }
        app.clock.advance(61 * MINUTE);
        app.join_searches().await.expect("joined");
        app.clock.advance(23 * HOUR);
    }
    app.learn_from_counts().await.expect("learned");
}

async fn offered(app: &App, typed: &str) -> Vec<String> {
    let offers = app.suggest(&m("frederikssund"), typed, Language::Da, 10).await;
    let past = offers.expect("offers").into_iter().filter(|one| one.url.is_none());
    past.map(|one| one.text).collect()
}

#[tokio::test]
async fn what_many_ask_is_offered_and_nobody_puts_words_of_their_own_into_the_box() {
    on_both(async |database| {
        let app = bare(database).await;
        asked(&app, "pas til barn", 3, 2).await;
        assert_eq!(offered(&app, "pas ti").await, ["pas til barn"]);
        asked(&app, "pas til 2 børn", 3, 2).await;
        assert_eq!(offered(&app, "pas ti").await, ["pas til barn"], "no digits");
        asked(&app, "pas hos svindlerkommunen", 5, 2).await;
        asked(&app, "karen kvistgaard pas", 5, 2).await;
        assert!(offered(&app, "pas hos sv").await.is_empty(), "no word that no text has");
        assert!(offered(&app, "karen").await.is_empty());
        asked(&app, "pas til hele familien", 9, 1).await;
        asked(&app, "pas til min rejse", 1, 9).await;
        assert_eq!(offered(&app, "pas til").await, ["pas til barn"], "not of one day or of one");

        // Who brings no mark is nobody that could be told from others.
        for n in 0..2 {
            for visitor in 0..9 {
                let searched = Searched {
                    municipality: &m("frederikssund"),
                    query: "nyt pas til barn",
                    hits: vec![topic("pas")],
                    on_page: false,
                    passing: true,
                };
                app.note_search(&citizen(&app, &format!("new-{n}-{visitor}")), searched).await;
            }
            app.clock.advance(61 * MINUTE);
            app.join_searches().await.expect("joined");
            app.clock.advance(23 * HOUR);
        }
        app.learn_from_counts().await.expect("learned");
        assert!(offered(&app, "nyt pas").await.is_empty());

        // What editors do not want is offered no more, at once.
        let reviewer = scope(&app, "inge@frederikssund.example").await;
        let never = NewException {
            kind: "not-offered".to_owned(),
            word: "Pas til barn!".to_owned(),
            says: String::new(),
        };
        app.add_word_exception(&reviewer, never).await.expect("said");
        app.update_index().await.expect("followed");
        assert!(offered(&app, "pas ti").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn counts_and_settled_work_are_gone_after_thirteen_months_and_open_work_stays() {
    on_both(async |database| {
        let app = bare(database).await;
        a_day(&app).await;
        app.join_searches().await.expect("joined");
        let editor = inge(&app).await;
        let gold = named(&worklist(&app).await, "guldbillet").clone();
        let declined = Some("declined".to_owned());
        let change = Change { version: gold.version, state: declined, ..Change::default() };
        app.change_improvement(&editor, gold.id, change).await.expect("declined");
        app.clock.advance(14 * 31 * 24 * HOUR);
        let removed = app.run_retention().await.expect("run");
        assert!(removed.searches >= 16 && removed.search_counts > 3, "{removed:?}");
        let left = store::improvement::counts::since(&app.database, &app.tenant, "").await;
        assert!(left.expect("read").is_empty());
        let list = worklist(&app).await;
        assert_eq!(list.iter().map(|item| &item.title).collect::<Vec<_>>().len(), 1);
        assert!(list[0].overdue, "a due date does not wait");
    })
    .await;
}

#[tokio::test]
async fn the_demo_has_a_guide_left_half_way_and_a_new_text_begins_with_what_citizens_asked() {
    on_both(async |database| {
        let app = furnished(database).await;
        app.seed_searches().await.expect("seeded");
        let niels = scope(&app, "niels@furesoe.example").await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let inge = inge(&app).await;
        let list = worklist(&app).await;
        let leak = list.iter().find_map(|item| item.guide.as_ref()).expect("a guide is left");
        assert_eq!((leak.node.as_str(), leak.asked, leak.left), ("naesten", 45, 24));
        let day = |month, day| jiff::civil::date(2027, month, day);
        let walked = app.guide_statistics(&niels, &leak.topic, None, day(3, 1), day(6, 2)).await;
        assert!(walked.expect("counted").citizens["naesten"].median_s > Some(20));

        let wanted = list.iter().find(|item| item.title == "hundeskov").expect("on the list");
        let new = NewText {
            topic: None,
            kind: TextKind::Article,
            area: "id-og-papirer".to_owned(),
            municipality: None,
            title: "Hundeskov".to_owned(),
            improvement: Some(wanted.id),
        };
        let elsewhere = app.begin_text(&rikke, new.clone()).await;
        assert_eq!(elsewhere.map(|_| ()), Err(Problem::NotFound), "the work is out of her reach");
        let area = "sundhed".to_owned();
        let draft = app.begin_text(&inge, NewText { area, ..new }).await.expect("begun");
        let words = draft.body["words"].to_string();
        assert!(words.contains("hundeskov"), "{words}");
        let parts = draft.body["parts"].as_array().expect("parts");
        assert_eq!(parts[0]["id"], "todo");
        assert!(parts.iter().any(|part| part["heading"] == "Hundeskov"), "{parts:?}");
        assert!(draft.can.edit && !draft.can.approve);
    })
    .await;
}
