//! The directory from a shell: looked at, brought in, written out, checked.

use serde_json::Value;
use straks_load::node::{Folder, free_address};

use crate::shell::{configuration, content, says_with, serve, table_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_is_brought_in_written_out_and_checked_from_a_shell() {
    let folder = Folder::new().expect("a folder");
    let listen = free_address().expect("an address");
    let config = configuration(folder.path(), "town", "town", &listen, Some(&content()), "");
    serve(&config, &listen).await.kill().await.expect("it ran until now");

    let checked = says_with(&config, &["directory", "check"]).await;
    assert!(checked.well && checked.err.contains("no findings"), "{}", checked.err);
    let before = table_of(&config, "horsens").await;
    assert!(before.contains(";Kurt Sommer;"), "{before}");

    let path = folder.path().join("staff.csv");
    let file = path.display().to_string();
    let import = async |table: &str, more: &[&str]| {
        std::fs::write(&path, table).expect("written");
        let words = ["directory", "import", &file, "--municipality", "horsens"];
        says_with(&config, &[&words, more].concat()).await
    };

    // What was written out is what is there.
    let same = import(&before, &[]).await;
    assert!(same.well, "{}", same.err);
    for line in same.err.lines() {
        assert!(line.contains("0 added, 0 changed, 0 removed"), "{line}");
    }
    let row = |n: u8| {
        let (id, name, phone) = (format!("47{n}"), format!("Anna Ny {n}"), format!("0016 619{n}"));
        let cells = ["person", &id, &name, "", "jobcenter", "Vikar", "", &phone];
        format!("{}{}\n", cells.join(";"), ";".repeat(12))
    };
    let new: String = (1..=6).map(row).collect();
    let with_new = format!("{before}{new}");
    let dry = import(&with_new, &["--dry-run", "--json"]).await;
    assert!(dry.well && dry.err.contains("person: 6 would be added, 0 changed"), "{}", dry.err);
    let plan: Value = serde_json::from_str(&dry.out).expect("JSON");
    assert_eq!(plan["done"], false);
    assert_eq!(table_of(&config, "horsens").await, before, "a dry run does nothing");
    let done = import(&with_new, &[]).await;
    assert!(done.well && done.err.contains("person: 6 added, 0 changed"), "{}", done.err);
    let after = table_of(&config, "horsens").await;
    assert!(after.contains(";Anna Ny 1;;jobcenter;Vikar;") && after.contains("+45 00 16 61 96"));
    let again = import(&after, &[]).await;
    assert!(again.well, "{}", again.err);
    assert_eq!(table_of(&config, "horsens").await, after, "the way round changes nothing");

    // Half a table empties nothing, unless somebody says so.
    let short = format!("{}\n{}", before.lines().next().expect("the columns"), row(1));
    let held = import(&short, &[]).await;
    assert!(!held.well && held.err.contains("so much would vanish"), "{}", held.err);
    let foreseen = import(&short, &["--dry-run"]).await;
    assert!(foreseen.well && foreseen.err.contains("so much would vanish"), "{}", foreseen.err);
    assert_eq!(table_of(&config, "horsens").await, after);

    // What is wrong is said in words, with its line.
    let faulty = import("kind;id;name;unit\nperson;x;;jobcenter\n", &[]).await;
    assert!(
        !faulty.well && faulty.err.contains("staff.csv:2: The field is empty"),
        "{}",
        faulty.err
    );
    let unit = import("kind;id;name;unit\nperson;x;Anna;mars\n", &[]).await;
    assert!(!unit.well && unit.err.contains("staff.csv: We do not know that unit"), "{}", unit.err);
    let words = ["directory", "import", "/nowhere.csv", "--municipality", "horsens"];
    let missing = says_with(&config, &words).await;
    assert!(!missing.well && missing.err.contains("cannot read /nowhere.csv"), "{}", missing.err);
    for of in [["directory", "export"], ["directory", "ldap"]] {
        let unknown = says_with(&config, &[&of[..], &["--municipality", "paris"]].concat()).await;
        assert!(!unknown.well && unknown.err.contains("paris"), "{}", unknown.err);
    }

    let twice = after.replace("+45 00 16 61 96", "+45 00 16 61 04");
    assert!(import(&twice, &[]).await.well);
    let found = says_with(&config, &["directory", "check", "--json"]).await;
    assert!(!found.well && found.err.contains("1 finding(s)"), "{}", found.err);
    let findings: Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!(findings[0]["finding"], "number-twice");
    let found = says_with(&config, &["directory", "check"]).await;
    assert!(found.err.contains("horsens: number-twice +45 00 16 61 04"), "{}", found.err);
}
