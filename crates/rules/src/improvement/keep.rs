//! What may be kept of a query: words that say what was looked for, and nothing that looks like a
//! person's data. In doubt the whole query is dropped; that it was asked is counted all the same.

use crate::text::FreeText;

use super::Words;

/// Longest query that is kept, in characters; a longer one tells a story.
pub const LONGEST_PHRASE: usize = 100;
/// Most words of one that is kept.
const MOST_WORDS: usize = 14;
/// Longer words are none.
const LONGEST_WORD: usize = 40;
/// So many digits in a query may be somebody's number.
const DIGITS: usize = 4;

/// A word that says that a name follows.
const NAMES: &[&str] = &[
    "navn",
    "navnet",
    "fornavn",
    "efternavn",
    "cpr",
    "cprnummer",
    "cprnr",
    "personnummer",
    "tlf",
    "telefonnummer",
    "mobilnummer",
    "name",
    "named",
    "called",
];
/// What asks for the name of a thing rather than telling one's own.
const ASKS: &[&str] = &[
    "hvad",
    "hvilken",
    "hvilket",
    "skifte",
    "skift",
    "ændre",
    "navneændring",
    "nyt",
    "nye",
    "what",
    "change",
    "get",
    "find",
    "søge",
    "søg",
    "bestille",
    "beskyttet",
    "hemmeligt",
];
/// Endings of the names of streets.
const STREETS: &[&str] = &[
    "vej",
    "vejen",
    "gade",
    "gaden",
    "alle",
    "allé",
    "alleen",
    "stræde",
    "strædet",
    "vænge",
    "vænget",
    "parken",
    "plads",
    "pladsen",
    "torv",
    "torvet",
    "boulevard",
    "stien",
    "sti",
    "gården",
    "bakken",
    "haven",
    "kaj",
    "bro",
    "toften",
    "ager",
    "marken",
    "krogen",
    "lunden",
    "skrænten",
];
/// What stands behind a house number.
const FLOORS: &[&str] = &["tv", "th", "mf", "st", "sal", "kl", "dør"];

/// The words of a query as they may be kept: lower case, single blanks, and the same when they are
/// kept again. `None` when in doubt, and when nothing is left.
#[must_use]
pub fn kept_words(query: &str, words: &dyn Words) -> Option<String> {
    let text = FreeText::accept(query, LONGEST_PHRASE).ok()?;
    if text.masked() > 0 {
        return None;
    }
    let text = text.as_str();
    if text.contains(['@', '•', '\n']) || text.contains("://") || text.contains("www.") {
        return None;
    }
    let written: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .map(|word| word.trim_matches('-'))
        .filter(|word| !word.is_empty())
        .collect();
    // A year is a word about the law, not about a person; but it is four digits, so it goes. What
    // stands on both sides of it stands together from here on.
    let (years, written): (Vec<&str>, Vec<&str>) =
        written.into_iter().partition(|word| is_year(word));
    if years.len() > 1 || written.len() > MOST_WORDS || looks_like_a_name(&written, words) {
        return None;
    }
    let lower: Vec<String> = written.iter().map(|word| lowercase(word)).collect();
    if lower.iter().any(|word| word.chars().count() > LONGEST_WORD)
        || tells_a_name(&lower)
        || is_address(&lower)
    {
        return None;
    }
    let digits = lower.iter().flat_map(|word| word.chars()).filter(|c| c.is_numeric()).count();
    if digits >= DIGITS || lower.iter().any(|word| is_mixed(word)) {
        return None;
    }
    let phrase = lower.join(" ");
    let safe = !phrase.is_empty()
        && phrase.chars().any(char::is_alphabetic)
        && phrase.chars().count() <= LONGEST_PHRASE;
    safe.then_some(phrase)
}

/// A word in small letters, which are letters still: "İ" in small is an i and a dot of its own.
fn lowercase(word: &str) -> String {
    word.to_lowercase().replace('\u{307}', "")
}

/// "jeg hedder …", "mit navn er …", "cpr …"; but not "hvad hedder …" and "skifte navn".
fn tells_a_name(words: &[String]) -> bool {
    let after = |first: &[&str], second: &[&str]| {
        words
            .windows(2)
            .any(|pair| first.contains(&pair[0].as_str()) && second.contains(&pair[1].as_str()))
    };
    let hedder = |word: &String| word == "hedder" || word == "kaldes";
    if words.iter().any(hedder) && !after(&["hvad"], &["hedder", "kaldes"]) {
        return true;
    }
    if after(&["jeg", "han", "hun"], &["hedder", "kaldes"])
        || after(&["navn", "name"], &["er", "is"])
    {
        return true;
    }
    words.iter().any(|word| NAMES.contains(&word.as_str()))
        && !words.iter().any(|word| ASKS.contains(&word.as_str()))
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && word.bytes().all(|b| b.is_ascii_digit())
        && (word.starts_with("19") || word.starts_with("20"))
}

/// Digits that are no plain ASCII number up to three places: number plates, case numbers, other
/// scripts. Names of forms (`p45`, `mitid2`) are rare enough to lose.
fn is_mixed(word: &str) -> bool {
    let numeric = word.chars().any(char::is_numeric);
    numeric && !(word.bytes().all(|b| b.is_ascii_digit()) && word.len() < DIGITS)
}

/// A street with a number, or a house number with its floor or letter.
fn is_address(words: &[String]) -> bool {
    let number = |word: &str| {
        let digits = word.chars().take_while(char::is_ascii_digit).count();
        let letters = word.chars().count() - digits;
        (1..=3).contains(&digits) && letters <= 1
    };
    words.windows(2).any(|pair| {
        let street = STREETS.iter().any(|end| {
            pair[0].strip_suffix(end).is_some_and(|name| name.chars().count() >= 2)
                || pair[0] == *end
        });
        let floor = FLOORS.contains(&pair[1].as_str());
        (street && number(&pair[1])) || (number(&pair[0]) && floor)
    }) || words.iter().any(|word| {
        let digits = word.chars().take_while(char::is_ascii_digit).count();
        digits > 0
            && word.chars().count() == digits + 1
            && word.chars().last().is_some_and(char::is_alphabetic)
    })
}

/// Two words in a row that begin with a capital, one of them in no book: first name and surname.
fn looks_like_a_name(words: &[&str], known: &dyn Words) -> bool {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase)
    };
    words.windows(2).any(|pair| {
        capital(pair[0])
            && capital(pair[1])
            && pair.iter().any(|word| !known.known(&lowercase(word)))
    })
}
