//! How well search answers: the floors below which no change may let it fall.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program;

/// nDCG@10 by type on queries-dev.tsv, a little below what is reached (docs/search.md).
const FLOORS: [(&str, f64); 9] = [
    ("plain", 0.95),
    ("question", 0.92),
    ("colloquial", 0.80),
    ("typo", 0.90),
    ("compound", 0.97),
    ("translit", 0.93),
    ("english", 0.90),
    ("multi", 0.90),
    ("voice", 0.78),
];

fn evaluate(file: &str) -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // The word list comes with the front end's packages; where they are not, nothing is measured.
    if search::built_in_words().is_empty() {
        return None;
    }
    let told = Command::new(program())
        .args(["search", "eval", "--json", "--content"])
        .arg(root.join("content"))
        .arg(root.join("crates/search/tests").join(file))
        .output()
        .expect("it is there");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    Some(serde_json::from_slice(&told.stdout).expect("it is there"))
}

#[test]
fn search_stays_as_good_as_it_is() {
    let Some(report) = evaluate("queries-dev.tsv") else { return };
    for (kind, floor) in FLOORS {
        let reached = report["by_type"][kind]["ndcg_10"].as_f64().expect("it is there");
        assert!(reached >= floor, "{kind}: {reached:.3} is below {floor}");
    }
    assert!(report["overall"]["abstained"].as_f64().expect("it is there") <= 0.03);
    assert!(report["none"]["abstained"].as_f64().expect("it is there") >= 0.75);
}

#[test]
fn search_knows_when_it_does_not_know() {
    let Some(report) = evaluate("queries-own.tsv") else { return };
    assert!(report["overall"]["ndcg_10"].as_f64().expect("it is there") >= 0.90);
    assert!(report["overall"]["abstained"].as_f64().expect("it is there") <= 0.03);
    assert!(report["none"]["abstained"].as_f64().expect("it is there") >= 0.72);
}
