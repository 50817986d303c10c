//! Question guides: pinned versions, local branches, counts, and the walk that citizen and agent share.

use app::App;
use app::guides::{GuideText, GuideWay};
use app::queues::SetPresence;
use app::workshop::decide::Went;
use app::workshop::drafts::Written;
use base::{Language, MunicipalityKey, Problem, Scope};
use rules::contacts::ContactId;
use rules::guides::{Branches, Choice, Guide, Hung, Node, NodeKind, Way};
use rules::queues::Presence;
use testkit::on_both;

use crate::house::{HOUR, citizen, collection, furnished, m, scope, topic};

const DA: Language = Language::Da;
const GUIDE: &str = "guide-pension";

fn guide() -> Guide {
    collection().guides[&topic(GUIDE)].clone()
}

/// Publishes a text as the workshop does: the current row, its version, the event.
async fn publish(app: &App, municipality: Option<&MunicipalityKey>, number: i64, text: &GuideText) {
    let kind = if municipality.is_some() { "branches" } else { "guide" };
    let body = serde_json::to_string(text).expect("writes");
    let at = app.now();
    let entry = store::knowledge::Entry {
        topic: topic(GUIDE),
        municipality: municipality.cloned(),
        kind: kind.to_owned(),
        version: number,
        number,
        body: body.clone(),
        digest: format!("{kind}-{number}"),
        origin: "workshop".to_owned(),
        published_at: at,
        expires_at: None,
        owner_person: None,
        reviewer_person: None,
    };
    let version = store::workshop::versions::Version {
        number,
        what: "published".to_owned(),
        kind: kind.to_owned(),
        body,
        master: 0,
        at,
        by: None,
        note: String::new(),
        origin: "workshop".to_owned(),
    };
    let mut tx = app.database.begin().await.expect("begins");
    let stream = store::knowledge::stream();
    store::streams::take(&mut tx, &app.tenant, &stream, 0).await.expect("held");
    store::knowledge::put(&mut tx, &app.tenant, &entry).await.expect("written");
    let key = (topic(GUIDE), municipality.cloned());
    let last = store::workshop::versions::last(&mut tx, &app.tenant, &key).await.expect("read");
    if last < number {
        store::workshop::versions::add(&mut tx, &app.tenant, &key, &version).await.expect("kept");
    }
    let event = [("changed", "{}".to_owned())];
    store::streams::append(&mut tx, &app.tenant, &stream, at, &event).await.expect("told");
    tx.commit().await.expect("committed");
}

/// The next version: "Ja, …" after `naesten` is worded anew, and leads to a person.
fn newer() -> GuideText {
    let mut guide = guide();
    guide.version = 2;
    let node = guide.nodes.iter_mut().find(|node| node.id == "naesten").expect("the node");
    let NodeKind::Question(choices) = &mut node.kind else { panic!("a question") };
    choices[0] = Choice { text: "Ja".to_owned(), to: "person".to_owned(), ..choices[0].clone() };
    GuideText::Guide(Box::new(guide))
}

fn branches() -> Branches {
    Branches {
        topic: topic(GUIDE),
        of: 1,
        version: 1,
        municipality: m("frederikssund"),
        department: guide().department,
        reviewed: guide().reviewed,
        nodes: vec![Node {
            id: "uden-tid".to_owned(),
            title: "Kom forbi torsdag".to_owned(),
            markdown: "Uden tid.".to_owned(),
            line: 0,
            until: None,
            kind: NodeKind::Answer(vec![Way::Person]),
        }],
        choices: vec![Hung {
            at: "start".to_owned(),
            choice: Choice {
                text: "Jeg vil bare snakke".to_owned(),
                to: "uden-tid".to_owned(),
                only: vec![],
                line: 0,
            },
        }],
    }
}

async fn go(app: &App, who: &Scope, place: &str, edition: Option<&str>, path: &str) -> String {
    let view = app.guide_step(&m(place), &topic(GUIDE), edition, path, DA).await.expect("a step");
    app.note_guide_step(who, &m(place), &view).await.expect("noted");
    view.edition
}

async fn chat(app: &App, who: &Scope, about: Option<&str>) -> ContactId {
    let wish = app::chat::OpenChat {
        municipality: m("frederikssund"),
        department: None,
        topic: about.map(topic),
        language: DA,
        name: None,
    };
    let contact = app.open_chat(who, wish).await.expect("a chat");
    let say = app::chat::Say {
        message_id: uuid::Uuid::from_u128(1),
        text: "hej".to_owned(),
        article: None,
    };
    app.say(who, contact, say).await.expect("said");
    contact
}

async fn taken(app: &App, login: &str, contact: ContactId) -> Scope {
    let agent = scope(app, login).await;
    app.set_presence(
        &agent,
        SetPresence { state: Presence::Ready, reason: String::new(), back_at: None },
    )
    .await
    .expect("ready");
    app.dispatch().await.expect("dispatched");
    app.accept(&agent, contact).await.expect("taken");
    agent
}

#[tokio::test]
async fn who_began_a_version_finishes_it_and_others_get_the_new_one() {
    on_both(async |database| {
        let app = furnished(database).await;
        publish(&app, None, 1, &GuideText::Guide(Box::new(guide()))).await;
        let (place, about) = (m("frederikssund"), topic(GUIDE));
        let begun = app.guide_step(&place, &about, None, "naesten", DA).await.expect("a step");
        assert_eq!((begun.edition.as_str(), begun.newer, begun.lost), ("1", false, false));
        publish(&app, None, 2, &newer()).await;
        let old = app.guide_step(&place, &about, Some("1"), "naesten.soeg", DA).await.expect("on");
        assert_eq!((old.step.node.as_str(), old.newer, old.lost), ("soeg", true, false));
        assert_eq!(old.edition, "1", "the links go on with it");
        let new = app.guide_step(&place, &about, None, "naesten.soeg", DA).await.expect("a step");
        assert_eq!((new.step.node.as_str(), new.edition.as_str()), ("naesten", "2"));
        for unknown in ["7", "1.4", "x", "-1", "1.1.1", "99999999999999999999", "2 OR 1=1"] {
            let step = app.guide_step(&place, &about, Some(unknown), "naesten", DA).await;
            let step = step.expect("a step");
            assert!(step.lost && step.so_far.is_empty() && step.edition == "2", "{unknown}");
        }
    })
    .await;
}

#[tokio::test]
async fn local_branches_are_walked_there_only_and_are_pinned_too() {
    on_both(async |database| {
        let app = furnished(database).await;
        publish(&app, None, 1, &GuideText::Guide(Box::new(guide()))).await;
        let here = m("frederikssund");
        let own = GuideText::Branches(Box::new(branches()));
        publish(&app, Some(&here), 1, &own).await;
        let about = topic(GUIDE);
        let start = app.guide_step(&here, &about, None, "", DA).await.expect("a step");
        assert_eq!(start.edition, "1.1");
        assert!(start.step.options.iter().any(|option| option.text == "Jeg vil bare snakke"));
        let other = app.guide_step(&m("soroe"), &about, None, "", DA).await.expect("a step");
        assert!(other.step.options.iter().all(|option| option.text != "Jeg vil bare snakke"));
        assert_eq!(other.edition, "1");
        let mut second = branches();
        second.nodes[0].title = "Kom forbi fredag".to_owned();
        publish(&app, Some(&here), 2, &GuideText::Branches(Box::new(second))).await;
        let title = async |edition: Option<&str>| {
            let step = app.guide_step(&here, &about, edition, "uden-tid", DA).await;
            let step = step.expect("a step");
            (step.step.title, step.edition)
        };
        let pinned = ("Kom forbi torsdag".to_owned(), "1.1".to_owned());
        assert_eq!(title(Some("1.1")).await, pinned);
        assert_eq!(title(None).await, ("Kom forbi fredag".to_owned(), "1.2".to_owned()));
        assert!(title(Some("1")).await.0.starts_with("Hvad passer"), "without the branches");
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_over_leads_to_a_person_and_says_so() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mut over = guide();
        let node = over.nodes.iter_mut().find(|node| node.id == "soeg").expect("the node");
        node.until = Some(jiff::civil::date(2027, 6, 2));
        publish(&app, None, 1, &GuideText::Guide(Box::new(over))).await;
        let step = async || {
            app.guide_step(&m("soroe"), &topic(GUIDE), None, "naesten.soeg", DA)
                .await
                .expect("a step")
                .step
        };
        assert_eq!(step().await.expired, None, "true through its last day");
        app.clock.advance(24 * HOUR);
        let after = step().await;
        assert_eq!(after.expired, Some(jiff::civil::date(2027, 6, 2)));
        assert!(matches!(after.ways.as_slice(), [GuideWay::Person { .. }]), "{:?}", after.ways);
    })
    .await;
}

#[tokio::test]
async fn a_walk_is_counted_once_a_visitor_whatever_is_loaded_again_and_names_nobody() {
    on_both(async |database| {
        let app = furnished(database).await;
        let place = "frederikssund";
        let (one, two) = (citizen(&app, "one"), citizen(&app, "two"));
        for path in ["", "", "naesten", "", "naesten", "naesten.soeg", "naesten.soeg"] {
            go(&app, &one, place, None, path).await;
            app.clock.advance(1_000);
        }
        go(&app, &two, place, None, "").await;
        go(&app, &citizen(&app, "three"), "soroe", None, "").await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let day = jiff::civil::date(2027, 6, 2);
        let counted = async |municipality: Option<&MunicipalityKey>| {
            app.guide_statistics(&niels, &topic(GUIDE), municipality, day, day)
                .await
                .expect("statistics")
        };
        let all = counted(None).await;
        let start = &all.citizens["start"];
        assert_eq!((start.entered, start.on, start.left, start.back), (3, 1, 2, 0));
        assert_eq!((start.to[0].node.as_str(), start.to[0].count), ("naesten", 1));
        let asked = &all.citizens["naesten"];
        assert_eq!((asked.entered, asked.on, asked.left, asked.back), (1, 1, 0, 1));
        assert_eq!((all.citizens["soeg"].entered, all.citizens["soeg"].left), (1, 0));
        assert_eq!((start.median_s, all.citizens["soeg"].median_s), (Some(2), None));
        assert!(all.agents.is_empty());
        let home = m("furesoe");
        assert!(counted(Some(&home)).await.citizens.is_empty());
        let left = app.guides_left_half_way(day, day).await.expect("read");
        let left: Vec<_> = left
            .iter()
            .map(|l| (l.municipality.as_str(), l.node.as_str(), l.asked, l.left))
            .collect();
        assert_eq!(left, [("frederikssund", "start", 2, 1), ("soroe", "start", 1, 1)]);
        let wrong = app
            .guide_statistics(&niels, &topic(GUIDE), None, day, jiff::civil::date(2027, 6, 1))
            .await;
        assert!(matches!(wrong, Err(Problem::Invalid { code: "from-after-to", .. })));
        let visitor = app.guide_statistics(&one, &topic(GUIDE), None, day, day).await;
        assert_eq!(visitor.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn did_it_help_is_counted_at_the_answer_once_of_each_visitor() {
    on_both(async |database| {
        let app = furnished(database).await;
        let (place, about) = (m("frederikssund"), topic(GUIDE));
        let (one, two) = (citizen(&app, "one"), citizen(&app, "two"));
        for path in ["", "naesten", "naesten.soeg"] {
            go(&app, &one, place.as_str(), None, path).await;
        }
        go(&app, &two, place.as_str(), None, "").await;
        for yes in [true, false] {
            app.note_helped(&one, &place, &about, yes).await;
            // A question is no answer: what was said there is about the guide as a whole.
            app.note_helped(&two, &place, &about, yes).await;
        }
        let niels = scope(&app, "niels@furesoe.example").await;
        let day = jiff::civil::date(2027, 6, 2);
        let all = app.guide_statistics(&niels, &about, None, day, day).await.expect("counted");
        let end = &all.citizens["soeg"];
        assert_eq!((end.entered, end.helped, end.not_helped), (1, 1, 0));
        assert_eq!((all.citizens["start"].helped, all.citizens["start"].not_helped), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn the_agent_carries_on_the_citizens_answers_and_the_next_one_sees_both() {
    on_both(async |database| {
        let app = furnished(database).await;
        publish(&app, None, 1, &GuideText::Guide(Box::new(guide()))).await;
        let visitor = citizen(&app, "one");
        for path in ["", "naesten"] {
            go(&app, &visitor, "frederikssund", None, path).await;
        }
        let contact = chat(&app, &visitor, None).await;
        let mette = taken(&app, "mette@furesoe.example", contact).await;
        publish(&app, None, 2, &newer()).await;
        let about = topic(GUIDE);
        let begun = app.contact_guide(&mette, contact, &about, None, DA).await.expect("begins");
        assert_eq!((begun.guide.path.as_str(), begun.by_citizen), ("naesten", 1));
        assert_eq!((begun.guide.edition.as_str(), begun.kept), ("1", false));
        let step = Some(("1", "naesten.vent"));
        let on = app.contact_guide(&mette, contact, &about, step, DA).await.expect("answered");
        assert_eq!((on.guide.step.node.as_str(), on.by_citizen, on.kept), ("vent", 1, true));
        let seen = app.contact(&mette, contact).await.expect("the contact");
        let lines: Vec<_> = seen.trail.iter().filter(|line| line.kind == "guide").collect();
        assert_eq!(lines.len(), 1, "the kept walk takes the place of the visitor's own");
        assert_eq!(lines[0].text, "Guide: hvilken pension kan jeg få?");
        let by: Vec<bool> = lines[0].answers.iter().map(|answer| answer.by_agent).collect();
        assert_eq!(by, [false, true]);
        assert_eq!(lines[0].answers[0].question, "Hvad passer på dig?");
        // Whoever gets it next goes on from there, also after the visitor removed the trail.
        app.remove_steps(&visitor, app::trail::Which::All).await.expect("removed");
        let choices = app.hand_over_choices(&mette, contact).await.expect("choices");
        let wish = app::hand_overs::NewHandOver {
            id: app.rng.id(app.now()),
            municipality: m("frederikssund"),
            department: choices.departments[0].department.clone(),
            deadline: None,
            reply: rules::contacts::ReplyWay::StatusPage,
            address: None,
            note: "Ring".to_owned(),
        };
        let errand = wish.id;
        app.hand_over(&mette, contact, wish).await.expect("handed over");
        let hanne = scope(&app, "hanne@frederikssund.example").await;
        let story = app.errand_with_story(&hanne, errand).await;
        if let Ok(story) = story {
            assert_eq!(story.guides[0].answers.len(), 2);
        }
        let again = app.contact_guide(&mette, contact, &about, None, DA).await.expect("again");
        assert_eq!((again.guide.path.as_str(), again.by_citizen), ("naesten.vent", 1));
        let niels = scope(&app, "niels@furesoe.example").await;
        let day = jiff::civil::date(2027, 6, 2);
        let counts = app.guide_statistics(&niels, &about, None, day, day).await.expect("counted");
        assert_eq!(counts.agents["naesten"].on, 1);
        assert!(!counts.agents.contains_key("start"), "that was the citizen's");
        assert_eq!((counts.citizens["naesten"].on, counts.citizens["naesten"].left), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_guides_answers_go_with_a_contact_that_is_about_it_and_are_erased_with_it() {
    on_both(async |database| {
        let app = furnished(database).await;
        let visitor = citizen(&app, "one");
        for path in ["", "naesten"] {
            go(&app, &visitor, "frederikssund", None, path).await;
        }
        let contact = chat(&app, &visitor, Some(GUIDE)).await;
        let kept = store::guides::kept(database, &app.tenant, contact).await.expect("read");
        assert_eq!((kept.len(), kept[0].1.by_citizen, kept[0].1.by), (1, 1, None));
        let body = serde_json::to_string(&kept[0].1).expect("writes");
        assert!(!body.contains("Ja, eller"), "ids and choices only: {body}");
        let mette = scope(&app, "mette@furesoe.example").await;
        let (two, about) = (citizen(&app, "two"), topic(GUIDE));
        let foreign = app.contact_guide(&two, contact, &about, None, DA).await;
        assert_eq!(foreign.map(|_| ()), Err(Problem::SignedOut));
        let answered = app
            .contact_guide(&mette, contact, &topic(GUIDE), Some(("1", "naesten.soeg")), DA)
            .await;
        assert!(matches!(answered, Err(Problem::Forbidden { .. })), "{answered:?}");
        let amina = scope(&app, "amina@furesoe.example").await;
        let out = app.contact_guide(&amina, contact, &topic(GUIDE), None, DA).await;
        assert_eq!(out.map(|_| ()), Err(Problem::NotFound));
        let mut tx = database.begin().await.expect("begins");
        let (rng, at) = (&app.rng, app.now());
        store::retention::erase_contact(&mut tx, &app.tenant, rng, contact, at, "citizen-asked")
            .await
            .expect("erased");
        tx.commit().await.expect("committed");
        let kept = store::guides::kept(database, &app.tenant, contact).await.expect("read");
        assert!(kept.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_checked_and_tried_without_being_published() {
    on_both(async |database| {
        let app = furnished(database).await;
        let niels = scope(&app, "niels@furesoe.example").await;
        let mut lost = guide();
        lost.nodes.push(Node {
            id: "noedpas".to_owned(),
            title: "Nødpas".to_owned(),
            markdown: String::new(),
            line: 0,
            until: Some(jiff::civil::date(2020, 1, 1)),
            kind: NodeKind::Answer(vec![]),
        });
        let text = GuideText::Guide(Box::new(lost));
        let faults = app.check_guide(&niels, &text).await.expect("checked");
        // The ten topics of these tests are not all that the guide leads to.
        let mut codes: Vec<(&str, Option<&str>)> = faults
            .iter()
            .filter(|fault| fault.code != "unknown-topic")
            .map(|fault| (fault.code, fault.node.as_deref()))
            .collect();
        codes.sort_unstable();
        let at = Some("noedpas");
        assert_eq!(codes, [("dead-end", at), ("expired", at), ("unreachable", at)]);
        let fine = GuideText::Branches(Box::new(branches()));
        assert_eq!(app.check_guide(&niels, &fine).await.expect("checked"), []);
        let try_in = async |place: &str| {
            app.try_guide(&niels, &fine, &m(place), "uden-tid", DA).await.expect("tried").step.node
        };
        assert_eq!(try_in("frederikssund").await, "uden-tid");
        assert_eq!(try_in("soroe").await, "start");
        let day = jiff::civil::date(2027, 6, 2);
        let counted = app.guide_statistics(&niels, &topic(GUIDE), None, day, day).await;
        assert!(counted.expect("counted").citizens.is_empty());
        let mut endless = guide();
        endless.nodes = vec![endless.nodes[0].clone(); 100_000];
        let text = GuideText::Guide(Box::new(endless));
        let refused = app.try_guide(&niels, &text, &m("soroe"), "", DA).await;
        assert!(matches!(refused, Err(Problem::Invalid { code: "too-many-nodes", .. })));
        // What a new guide would break in a municipality's branches is told and stops nobody.
        publish(&app, Some(&m("frederikssund")), 1, &fine).await;
        let mut other = guide();
        other.nodes[0].id = "begin".to_owned();
        let text = GuideText::Guide(Box::new(other));
        let faults = app.check_guide(&niels, &text).await.expect("checked");
        assert!(
            faults
                .iter()
                .any(|fault| fault.code == "no-hook"
                    && fault.municipality == Some(m("frederikssund")))
        );
        let stops: Vec<_> = faults.iter().filter(|fault| fault.stops()).collect();
        assert!(stops.iter().all(|fault| fault.code == "unknown-topic"), "{stops:?}");
        let visitor = citizen(&app, "one");
        let refused = app.check_guide(&visitor, &fine).await;
        assert_eq!(refused.map(|_| ()), Err(Problem::NotFound));
    })
    .await;
}

#[tokio::test]
async fn a_guide_that_leads_nowhere_is_not_sent_on_and_the_refusal_names_the_nodes() {
    on_both(async |database| {
        let app = furnished(database).await;
        let rikke = scope(&app, "rikke@furesoe.example").await;
        let key = (topic(GUIDE), None);
        let draft = app.open_draft(&rikke, &key).await.expect("a draft");
        let answer = |id: &str, ways: Vec<Way>, until| Node {
            id: id.to_owned(),
            title: "Kom forbi".to_owned(),
            markdown: "Uden tid.".to_owned(),
            line: 0,
            until,
            kind: NodeKind::Answer(ways),
        };
        let broken: [(&str, &str, fn(&mut Vec<Node>), Option<Node>); 4] = [
            ("unreachable", "alene", |_| {}, Some(answer("alene", vec![Way::Person], None))),
            ("loop", "naesten", |nodes| lead(nodes, "naesten", "start"), None),
            (
                "dead-end",
                "ingen",
                |nodes| lead(nodes, "naesten", "ingen"),
                Some(answer("ingen", vec![], None)),
            ),
            (
                "expired",
                "forbi",
                |nodes| lead(nodes, "naesten", "forbi"),
                Some(answer("forbi", vec![Way::Person], Some(jiff::civil::date(2027, 6, 1)))),
            ),
        ];
        let mut revision = draft.revision;
        for (code, node, change, more) in broken {
            let mut text = guide();
            change(&mut text.nodes);
            text.nodes.extend(more);
            let body = serde_json::to_value(&text).expect("a body");
            let written = app.write_draft(&rikke, draft.id, revision, body, false).await;
            let Ok(Written::Draft(written)) = written else { panic!("{written:?}") };
            revision = written.revision;
            let went = app.submit_draft(&rikke, draft.id, revision, None, "").await;
            let Ok(Went::Refused(findings)) = went else { panic!("{code}: {went:?}") };
            let named = findings.iter().any(|finding| {
                finding.args.get("what").is_some_and(|what| what == code)
                    && finding.part.as_deref() == Some(node)
            });
            assert!(named, "{code}: {findings:?}");
        }
        let stands = app.knowledge().await.expect("read").guides[&topic(GUIDE)].version;
        assert_eq!(stands, guide().version, "nothing has gone out");
    })
    .await;
}

/// Lets the first choice of a question lead somewhere else.
fn lead(nodes: &mut [Node], from: &str, to: &str) {
    let node = nodes.iter_mut().find(|node| node.id == from).expect("the node");
    let NodeKind::Question(choices) = &mut node.kind else { panic!("a question") };
    choices[0].to = to.to_owned();
}
