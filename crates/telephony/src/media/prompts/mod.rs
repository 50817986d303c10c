//! What callers are told, in pieces that are spoken and put together.
//!
//! The texts stand in the catalogue (`i18n/{da,en}/prompts.ftl`), their sound in `prompts/`, written
//! by `cargo run -p xtask -- prompts`. A municipality may put recordings of its own in their place.

mod spoken;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use base::Language;
use sound::{alaw, tone, wav};

pub use spoken::spoken;

/// A-law, 8,000 samples a second.
pub type Sound = Arc<[u8]>;

/// One piece in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Phrase {
    pub language: Language,
    pub piece: Piece,
}

/// A piece of what is spoken. What each says stands in the catalogue as `prompt-` and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece {
    Greeting,
    /// "You are number", "in line".
    Place,
    InLine,
    PlaceFar,
    /// "The wait is about", "between", "and", "minutes".
    Wait,
    WaitBetween,
    And,
    Minutes,
    WaitShort,
    WaitLong,
    PressOne,
    Closed,
    /// "We open" a day "at" a time.
    Opens,
    At,
    OpensLater,
    Emergency,
    VoiceMail,
    /// A call-back: at one's turn, or on a day at a time.
    BookedTurn,
    Booked,
    BookedLater,
    Connected,
    Transfer,
    Recording,
    Today,
    Tomorrow,
    /// From Monday, 0, to Sunday, 6.
    Weekday(u8),
    /// One of [`NUMBERS`].
    Number(u8),
    /// Not a word: the tone after which one speaks.
    Tone,
}

/// The numbers that are spoken: places, hours, and minutes to the nearest five.
pub const NUMBERS: [u8; 36] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
    26, 27, 28, 29, 30, 35, 40, 45, 50, 55,
];

const WORDS: [(Piece, &str); 25] = [
    (Piece::Greeting, "greeting"),
    (Piece::Place, "place"),
    (Piece::InLine, "in-line"),
    (Piece::PlaceFar, "place-far"),
    (Piece::Wait, "wait"),
    (Piece::WaitBetween, "wait-between"),
    (Piece::And, "and"),
    (Piece::Minutes, "minutes"),
    (Piece::WaitShort, "wait-short"),
    (Piece::WaitLong, "wait-long"),
    (Piece::PressOne, "press-one"),
    (Piece::Closed, "closed"),
    (Piece::Opens, "opens"),
    (Piece::At, "at"),
    (Piece::OpensLater, "opens-later"),
    (Piece::Emergency, "emergency"),
    (Piece::VoiceMail, "voice-mail"),
    (Piece::BookedTurn, "booked-turn"),
    (Piece::Booked, "booked"),
    (Piece::BookedLater, "booked-later"),
    (Piece::Connected, "connected"),
    (Piece::Transfer, "transfer"),
    (Piece::Recording, "recording"),
    (Piece::Today, "today"),
    (Piece::Tomorrow, "tomorrow"),
];

impl Piece {
    /// Every piece that is spoken.
    pub fn all() -> impl Iterator<Item = Self> {
        let words = WORDS.into_iter().map(|(piece, _)| piece);
        words.chain((0..7).map(Self::Weekday)).chain(NUMBERS.map(Self::Number))
    }

    /// The name of its text and file.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Weekday(day) => format!("weekday-{day}"),
            Self::Number(number) => format!("number-{number}"),
            Self::Tone => "tone".to_owned(),
            piece => {
                let found = WORDS.iter().find(|(own, _)| *own == piece);
                found.map(|(_, name)| (*name).to_owned()).unwrap_or_default()
            }
        }
    }
}

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/prompts"]
struct Embedded;

/// All sound that is played.
#[derive(Debug)]
pub(super) struct Library {
    sounds: HashMap<String, Sound>,
    /// What was recorded while the program runs, in place of those.
    own: RwLock<HashMap<String, Sound>>,
    tone: Sound,
    silence: Sound,
}

impl Library {
    /// Reads the sounds that come with the program, and those of `recordings` in their place.
    ///
    /// # Errors
    /// When there is no such folder, or something in it that is nobody's recording: whoever made it
    /// would wait in vain to hear it.
    pub(super) fn open(recordings: Option<&Path>) -> io::Result<Self> {
        if let Some(folder) = recordings {
            for name in files(folder, "")? {
                if Embedded::get(&name).is_none() {
                    let text = format!("{}: no text that is spoken", folder.join(name).display());
                    return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
                }
            }
        }
        let mut sounds = HashMap::new();
        for name in Embedded::iter() {
            let file = Embedded::get(&name).map(|file| file.data).unwrap_or_default();
            let own = recordings.map(|folder| folder.join(name.as_ref()));
            let own = match own.as_deref().map(std::fs::read) {
                Some(Ok(file)) => Some(file),
                Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(io::Error::new(error.kind(), format!("{name}: {error}")));
                }
                _ => None,
            };
            let file = own.as_deref().unwrap_or(&file);
            let wav = wav::read(file).map_err(|fault| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {fault}"))
            })?;
            let name = name.trim_end_matches(".wav").to_owned();
            sounds.insert(name, wav.sound.into());
        }
        let beep = tone::samples(sound::RATE, 1_000, 6_000).map(alaw::encode);
        let tone = beep.take(2_400).collect();
        Ok(Self { sounds, own: RwLock::default(), tone, silence: Arc::new([]) })
    }

    /// Takes these recordings in place of all that were taken before.
    pub(super) fn take(&self, own: HashMap<String, Sound>) {
        *self.own.write().unwrap_or_else(PoisonError::into_inner) = own;
    }

    /// What is heard while waiting; repeated.
    pub(super) fn music(&self) -> Sound {
        self.named("music")
    }

    pub(super) fn sound(&self, phrase: Phrase) -> Sound {
        if phrase.piece == Piece::Tone {
            return Arc::clone(&self.tone);
        }
        self.named(&format!("{}/{}", phrase.language.code(), phrase.piece.name()))
    }

    fn named(&self, name: &str) -> Sound {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(own.get(name).or_else(|| self.sounds.get(name)).unwrap_or(&self.silence))
    }
}

/// The files of a folder and the folders in it, by their path in it; hidden ones are left out.
fn files(folder: &Path, within: &str) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let at = |error: io::Error| {
        io::Error::new(error.kind(), format!("recordings at {}: {error}", folder.display()))
    };
    for entry in std::fs::read_dir(folder).map_err(at)? {
        let entry = entry.map_err(at)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let name = format!("{within}{name}");
        if within.is_empty() && entry.path().is_dir() {
            files.extend(self::files(&entry.path(), &format!("{name}/"))?);
        } else {
            files.push(name);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_has_a_sound_in_both_languages() {
        let library = Library::open(None).unwrap();
        for language in [Language::Da, Language::En] {
            for piece in Piece::all().chain([Piece::Tone]) {
                let millis = library.sound(Phrase { language, piece }).len() / 8;
                assert!((150..15_000).contains(&millis), "{language:?} {piece:?}: {millis} ms");
            }
        }
        assert!(library.music().len() > 30 * 8_000);
    }

    #[test]
    fn a_recording_takes_the_place_of_the_spoken_text() {
        let folder = std::env::temp_dir().join(format!("recordings-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("da")).unwrap();
        std::fs::write(folder.join("da/greeting.wav"), wav::write(&[7; 800], None)).unwrap();
        let library = Library::open(Some(&folder)).unwrap();
        let greeting = |language| library.sound(Phrase { language, piece: Piece::Greeting });
        assert_eq!(*greeting(Language::Da), [7; 800]);
        assert!(greeting(Language::En).len() > 800);

        // What is uploaded while the program runs stands before both, until it is taken away.
        let uploaded = [("da/greeting".to_owned(), Sound::from([9; 80]))];
        library.take(uploaded.into());
        assert_eq!(
            *library.sound(Phrase { language: Language::Da, piece: Piece::Greeting }),
            [9; 80]
        );
        library.take(HashMap::new());
        assert_eq!(
            *library.sound(Phrase { language: Language::Da, piece: Piece::Greeting }),
            [7; 800]
        );

        std::fs::write(folder.join("da/greeting.wav"), "MP3").unwrap();
        let refused = Library::open(Some(&folder)).unwrap_err().to_string();
        assert_eq!(refused, "da/greeting.wav: this is no WAV file");

        std::fs::rename(folder.join("da/greeting.wav"), folder.join("da/greeting.mp3")).unwrap();
        let refused = Library::open(Some(&folder)).unwrap_err().to_string();
        assert!(refused.ends_with("da/greeting.mp3: no text that is spoken"), "{refused}");
        std::fs::remove_dir_all(&folder).unwrap();
        let missing = Library::open(Some(&folder)).unwrap_err().to_string();
        assert!(missing.starts_with("recordings at ") && missing.contains("recordings-"));
    }
}
