//! The repository's own content: it is read whole, has no errors and answers every topic.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rules::articles::{TopicKind, merge, plain_text};
use rules::content::{Collection, Severity};
use rules::guides::{self, walk};

fn files(folder: &Path, root: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the content folder can be read") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, root, found);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy();
            let text = fs::read_to_string(&path).expect("content is UTF-8");
            found.insert(name.replace('\\', "/"), text);
        }
    }
}

fn our_files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let mut found = BTreeMap::new();
    files(&root, &root, &mut found);
    found
}

fn content() -> Collection {
    Collection::from_files(our_files()).unwrap_or_else(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{} faults:\n{}", lines.len(), lines.join("\n"))
    })
}

#[test]
fn our_content_has_no_errors() {
    let findings = content().check(jiff::civil::date(2026, 11, 21));
    for finding in &findings {
        println!("{finding}");
    }
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    assert_eq!(errors, 0, "errors in content/ (listed above)");
}

#[test]
fn a_row_with_another_number_of_cells_than_columns_is_told() {
    let with = |row: &str| {
        let mut files = our_files();
        let table = files.get_mut("members/soroe.csv").expect("it is there");
        table.push_str(row);
        let line = u32::try_from(table.lines().count()).expect("few");
        (line, Collection::from_files(files))
    };
    let (line, collection) = with("team;kort;Kort\n");
    let findings = collection.expect("it is read").check(jiff::civil::date(2026, 11, 21));
    let told: Vec<_> = findings.iter().filter(|finding| finding.code == "short-row").collect();
    let [short] = told[..] else { panic!("{told:?}") };
    assert_eq!((&*short.file, short.line), ("members/soroe.csv", line));
    let (line, refused) = with(&format!("team;lang;Lang{}\n", ";".repeat(18)));
    let faults = refused.map(|_| ()).expect_err("a cell too many");
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(faults[0].starts_with(&format!("members/soroe.csv:{line}:")), "{faults:?}");
}

#[test]
fn our_content_answers_all_182_topics() {
    let collection = content();
    let topics = collection.topics();
    let count = |kind| topics.values().filter(|of| **of == kind).count();
    assert_eq!(
        (count(TopicKind::Article), count(TopicKind::Guide), count(TopicKind::Referral)),
        (139, 18, 25)
    );
    assert_eq!(collection.required.len(), 182);
    for required in &collection.required {
        assert_eq!(topics.get(&required.topic), Some(&required.kind), "{}", required.topic);
    }
}

#[test]
fn every_member_sees_every_article_with_its_own_facts() {
    let collection = content();
    for member in &collection.members {
        for article in collection.articles.values() {
            let shown = merge(article, collection.variant(&article.topic, &member.key));
            assert!(!shown.stale, "{} in {}", article.topic, member.key);
            assert!(shown.parts.len() >= article.parts.len());
            assert!(plain_text(&shown).len() > 400, "{} is nearly empty", article.topic);
        }
    }
}

#[test]
fn every_path_of_every_guide_ends_for_every_member() {
    let collection = content();
    for member in &collection.members {
        for guide in collection.guides.values() {
            let mut open = vec![guides::Path::default()];
            let mut ends = 0;
            while let Some(path) = open.pop() {
                let step = walk(guide, &member.key, &path).expect("a guide has nodes");
                assert_eq!(step.path, path);
                assert_eq!(guides::Path::parse(&path.to_string()), path);
                assert!(path.len() <= 8, "{} is too deep: {path}", guide.topic);
                ends += usize::from(step.options.is_empty());
                open.extend(step.options.into_iter().map(|option| option.path));
            }
            assert!(ends >= 3, "{} branches", guide.topic);
        }
    }
}
