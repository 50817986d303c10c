//! Every text that is spoken has its sound, and every sound says its text.

use std::collections::BTreeSet;
use std::path::Path;

use catalogue::{Catalogue, LANGUAGES, Piece};
use sound::wav;
use telephony::media::prompts;

#[test]
fn every_text_has_its_sound_and_every_sound_its_text() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let catalogue = Catalogue::read(&crate_folder.join("../../i18n")).unwrap();
    let texts: Vec<_> =
        catalogue.messages.values().filter(|message| message.file == "prompts").collect();
    let mut files = BTreeSet::new();
    for message in &texts {
        let name = message.id.strip_prefix("prompt-").expect("its name begins with prompt-");
        for (language, text) in LANGUAGES.into_iter().zip(&message.texts) {
            let [Piece::Text(text)] = &text[..] else { panic!("{name} is not plain text") };
            let file = crate_folder.join("prompts").join(language).join(name).with_extension("wav");
            let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
            let said = wav::read(&bytes).unwrap().comment;
            assert_eq!(
                said.as_ref(),
                Some(text),
                "{language}/{name}: cargo run -p xtask -- prompts"
            );
            files.insert(file);
        }
    }
    for language in LANGUAGES {
        for entry in std::fs::read_dir(crate_folder.join("prompts").join(language)).unwrap() {
            let file = entry.unwrap().path();
            assert!(files.contains(&file), "{} says what no text does", file.display());
        }
    }
    // What the program puts together is what there are texts for.
    let named: BTreeSet<String> =
        texts.iter().map(|text| text.id.trim_start_matches("prompt-").to_owned()).collect();
    assert_eq!(prompts::Piece::all().map(prompts::Piece::name).collect::<BTreeSet<_>>(), named);
}
