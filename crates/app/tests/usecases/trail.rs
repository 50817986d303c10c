use app::trail::{NewStep, StepKind, Which};
use base::{Language, Problem};
use testkit::on_both;

use crate::house::{HOUR, citizen, furnished, m, scope, topic};

fn searched(text: &str) -> NewStep {
    NewStep {
        municipality: m("frederikssund"),
        kind: StepKind::Search,
        text: Some(text.to_owned()),
        topic: None,
        found: Some(3),
    }
}

fn opened(kind: StepKind, what: &str, text: Option<&str>) -> NewStep {
    NewStep {
        municipality: m("frederikssund"),
        kind,
        text: text.map(str::to_owned),
        topic: Some(topic(what)),
        found: None,
    }
}

#[tokio::test]
async fn a_trail_is_seen_by_its_visitor_without_cpr_numbers_and_is_gone_after_a_day() {
    on_both(async |database| {
        let app = furnished(database).await;
        let visitor = citizen(&app, "one");
        app.add_step(&visitor, searched("pension 010190-1234")).await.expect("kept");
        app.add_step(&visitor, searched("pension 010190-1234")).await.expect("a reload");
        app.clock.advance(1_000);
        app.add_step(&visitor, opened(StepKind::Article, "folkepension", None))
            .await
            .expect("kept");
        app.clock.advance(1_000);
        let (place, guide) = (m("frederikssund"), topic("guide-pension"));
        for path in ["", "naesten", "naesten.soeg"] {
            let step = app.guide_step(&place, &guide, None, path, Language::Da).await;
            let step = step.expect("a step");
            app.note_guide_step(&visitor, &place, &step).await.expect("kept");
        }
        let trail = app.trail(&visitor).await.expect("the trail");
        let kinds: Vec<&str> = trail.iter().map(|step| step.kind.as_str()).collect();
        assert_eq!(kinds, ["search", "article", "guide"]);
        assert!(!trail[0].text.contains("1234"), "{}", trail[0].text);
        assert_eq!(trail[1].text, "Folkepension");
        assert_eq!(trail[2].text, "Guide: hvilken pension kan jeg få?");
        let said: Vec<(&str, &str)> =
            trail[2].answers.iter().map(|a| (a.question.as_str(), a.answer.as_str())).collect();
        assert_eq!(said[0].0, "Hvad passer på dig?");
        assert_eq!(said[1].1, "Ja, eller der er højst 6 måneder til");
        assert!(app.trail(&citizen(&app, "two")).await.expect("nothing").is_empty());
        app.clock.advance(24 * HOUR);
        assert!(app.trail(&citizen(&app, "one")).await.expect("nothing").is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_visitor_removes_one_step_or_all_and_nobody_elses() {
    on_both(async |database| {
        let app = furnished(database).await;
        let (one, two) = (citizen(&app, "one"), citizen(&app, "two"));
        for text in ["pas", "pension"] {
            app.add_step(&one, searched(text)).await.expect("kept");
            app.clock.advance(1_000);
        }
        app.add_step(&two, searched("hemmelig adresse")).await.expect("kept");
        let first = app.trail(&one).await.expect("the trail")[0].id;
        app.remove_steps(&two, Which::One(first)).await.expect("nothing of theirs");
        assert_eq!(app.trail(&one).await.expect("the trail").len(), 2);
        app.remove_steps(&one, Which::One(first)).await.expect("removed");
        assert_eq!(app.trail(&one).await.expect("the trail").len(), 1);
        app.remove_steps(&one, Which::All).await.expect("removed");
        assert!(app.trail(&one).await.expect("the trail").is_empty());
        assert_eq!(app.trail(&two).await.expect("the trail").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn staff_have_no_trail_and_see_none_of_a_citizens_by_this_door() {
    on_both(async |database| {
        let app = furnished(database).await;
        let mette = scope(&app, "mette@furesoe.example").await;
        assert_eq!(app.trail(&mette).await, Err(Problem::NotFound));
        assert_eq!(app.add_step(&mette, searched("x")).await, Err(Problem::NotFound));
        let visitor = citizen(&app, "one");
        let nowhere = NewStep { municipality: m("atlantis"), ..searched("x") };
        assert_eq!(app.add_step(&visitor, nowhere).await, Err(Problem::NotFound));
        app.add_step(&visitor, searched("\u{200b}\u{202e}")).await.expect("nothing to keep");
        app.add_step(&visitor, searched(&"x".repeat(100_000))).await.expect("cut");
        let trail = app.trail(&visitor).await.expect("the trail");
        assert!(trail.iter().all(|step| step.text.chars().count() <= 300));
    })
    .await;
}
