//! Finding units and people by what they are called, do and are reached at: an index in memory,
//! made anew when the directory changes.

use std::collections::BTreeMap;

use base::UnitKey;

use super::{EntryId, Holder, Organisation};

/// Fewer digits than these find nothing: they stand in every number.
const FEWEST_DIGITS: usize = 4;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Unit(UnitKey),
    Entry(EntryId),
}

/// By which of its texts something was found, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matched {
    /// The unit somebody belongs to.
    Place,
    Skill,
    Title,
    Name,
    Number,
}

impl Matched {
    /// How much it says; a whole word says one more.
    const fn weight(self) -> u16 {
        match self {
            Self::Place => 1,
            Self::Skill | Self::Title => 3,
            Self::Name | Self::Number => 5,
        }
    }
}

/// A thing that fits a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub thing: Thing,
    /// The strongest of the texts that fitted.
    pub by: Matched,
}

struct Word {
    folded: Box<str>,
    thing: u32,
    by: Matched,
}

/// The index of one municipality.
pub struct Finder {
    /// Units before people, by name: the order among equals.
    things: Vec<Thing>,
    /// In the order of their letters.
    words: Vec<Word>,
    /// The digits of numbers.
    numbers: Vec<(Box<str>, u32)>,
}

impl std::fmt::Debug for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Finder of {} things", self.things.len())
    }
}

impl Finder {
    #[must_use]
    pub fn new(organisation: &Organisation) -> Self {
        let units = organisation.units.values().map(|unit| {
            let texts = vec![(Matched::Name, &*unit.name), (Matched::Name, &*unit.name_en)];
            ((0, &*unit.name), Thing::Unit(unit.key.clone()), texts)
        });
        let people = organisation.entries.values().map(|entry| {
            let place = organisation.units.get(&entry.unit).map_or("", |unit| &*unit.name);
            let mut texts = vec![
                (Matched::Name, &*entry.name),
                (Matched::Title, &*entry.title),
                (Matched::Place, place),
            ];
            texts.extend(entry.skills.iter().map(|skill| (Matched::Skill, &**skill)));
            ((1, &*entry.name), Thing::Entry(entry.id), texts)
        });
        let mut all: Vec<_> = units.chain(people).collect();
        all.sort_by_key(|(key, ..)| *key);
        let mut finder = Self { things: vec![], words: vec![], numbers: vec![] };
        let mut places = BTreeMap::new();
        for ((_, thing, texts), place) in all.into_iter().zip(0_u32..) {
            for (by, text) in texts {
                let words = words(text).map(|folded| Word { folded, thing: place, by });
                finder.words.extend(words);
            }
            places.insert(thing.clone(), place);
            finder.things.push(thing);
        }
        for line in organisation.lines.iter() {
            let thing = match &line.holder {
                Holder::Unit(unit) => Thing::Unit(unit.clone()),
                Holder::Entry(entry) => Thing::Entry(*entry),
            };
            if let (Some(place), Some(number)) = (places.get(&thing), line.way.number()) {
                finder.numbers.push((national(number).into_boxed_str(), *place));
            }
        }
        finder.words.sort_by(|a, b| (&a.folded, a.thing, a.by).cmp(&(&b.folded, b.thing, b.by)));
        finder
    }

    /// The things that all words of the query fit (each the beginning of a word, however it is
    /// spelled), or a number that holds its digits; the best first, at most `most`.
    #[must_use]
    pub fn find(&self, query: &str, most: usize) -> Vec<Hit> {
        let digits = national(query);
        if digits.len() >= FEWEST_DIGITS && !query.chars().any(char::is_alphabetic) {
            let fitting = self.numbers.iter().filter(|(number, _)| number.contains(&*digits));
            let mut places: Vec<u32> = fitting.map(|(_, place)| *place).collect();
            places.sort_unstable();
            places.dedup();
            let hits = places.into_iter().take(most);
            return hits.filter_map(|place| self.hit(place, Matched::Number)).collect();
        }
        // The sum of what each word says, and by what; 0: a word does not fit.
        let mut sums: Vec<(u16, Matched)> = Vec::new();
        for word in words(query) {
            let mut best: Vec<(u16, Matched)> = vec![(0, Matched::Place); self.things.len()];
            let from = self.words.partition_point(|known| known.folded < word);
            let fitting =
                self.words[from..].iter().take_while(|known| known.folded.starts_with(&*word));
            for known in fitting {
                let whole = u16::from(known.folded == word);
                let best = &mut best[known.thing as usize];
                *best = (*best).max((known.by.weight() + whole, known.by));
            }
            if sums.is_empty() {
                sums = best;
                continue;
            }
            for (sum, best) in sums.iter_mut().zip(best) {
                let both = sum.0 > 0 && best.0 > 0;
                *sum = if both { (sum.0 + best.0, sum.1.max(best.1)) } else { (0, sum.1) };
            }
        }
        let mut found: Vec<(std::cmp::Reverse<u16>, u32)> = sums
            .iter()
            .zip(0..)
            .filter(|((sum, _), _)| *sum > 0)
            .map(|((sum, _), place)| (std::cmp::Reverse(*sum), place))
            .collect();
        if found.len() > most {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found.into_iter().filter_map(|(_, place)| self.hit(place, sums[place as usize].1)).collect()
    }

    fn hit(&self, place: u32, by: Matched) -> Option<Hit> {
        self.things.get(place as usize).map(|thing| Hit { thing: thing.clone(), by })
    }
}

/// The words of a text as they are compared: "Christian Møller-Bech" and "kristian moeller bech" are
/// the same.
fn words(text: &str) -> impl Iterator<Item = Box<str>> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(folded)
}

fn folded(word: &str) -> Box<str> {
    let mut out = String::with_capacity(word.len());
    let mut letters = word.chars().flat_map(char::to_lowercase).peekable();
    while let Some(letter) = letters.next() {
        let aspirated = "cpt".contains(letter) && letters.next_if_eq(&'h').is_some();
        let mut utf8 = [0; 4];
        let sound = match letter {
            'å' => "aa",
            'æ' | 'ä' => "ae",
            'ø' | 'ö' => "oe",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'á' | 'à' | 'â' => "a",
            'ü' => "y",
            'w' => "v",
            'c' => "k",
            'p' if aspirated => "f",
            _ => letter.encode_utf8(&mut utf8),
        };
        // Doubled consonants are heard as one.
        if sound.starts_with(['a', 'e', 'i', 'o', 'u', 'y']) || !out.ends_with(sound) {
            out.push_str(sound);
        }
    }
    out.into_boxed_str()
}

/// A name but for case and spaces.
#[must_use]
pub fn plain(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Organisation {
    /// The units that other systems may mean, by their [`plain`] keys and names: a key goes before a
    /// name, and of two with one name the first.
    #[must_use]
    pub fn units_by_name(&self, may_mean: impl Fn(&UnitKey) -> bool) -> BTreeMap<String, UnitKey> {
        let meant = || self.units.values().filter(|unit| may_mean(&unit.key));
        let mut names: BTreeMap<_, _> =
            meant().map(|unit| (unit.key.to_string(), unit.key.clone())).collect();
        for unit in meant() {
            names.entry(plain(&unit.name)).or_insert_with(|| unit.key.clone());
        }
        names
    }
}

/// The digits of a Danish number without the country code.
#[must_use]
pub fn national(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("45") {
        Some(rest) if digits.len() == 10 || number.trim_start().starts_with('+') => rest.to_owned(),
        _ => digits,
    }
}
