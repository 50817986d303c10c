//! The floors below which the splitting of compounds may not fall (docs/search.md has the figures).

use std::path::Path;

use search::Lexicon;

#[test]
fn compounds_are_split_into_their_parts_and_other_words_stay_whole() {
    // The word list comes with the front end's packages; where they are not, nothing is measured.
    if search::built_in_words().is_empty() {
        return;
    }
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let words = std::fs::read_to_string(content.join("search-words.toml")).unwrap();
    let lexicon = Lexicon::of_content(&[("search-words.toml".to_owned(), words)]).unwrap();
    let report = search::splits::evaluate(&lexicon, include_str!("splits.txt")).unwrap();
    assert!(report.exact_share() >= 0.94, "{report}");
    assert!(report.wrong_share() <= 0.02, "{report}");
}
