//! Typos: SymSpell over the words of the collection, and the cost of what was mistyped.
//!
//! Only words of the collection are candidates (nothing is searched that cannot match). The
//! deletes are kept as sorted pairs of a 32-bit hash and the word's number: 8 bytes each.

use std::cmp::Ordering;

use crate::text::Fingerprint;
use crate::weights::typo as weight;

/// Deletes of the first [`weight::PREFIX`] letters of every word.
#[derive(Debug, Default)]
pub struct Deletes {
    pairs: Vec<(u32, u32)>,
    /// Letters of each word: most candidates are of another length.
    lengths: Vec<u8>,
}

/// A word that may have been meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub word: u32,
    /// Edits, 1 or 2.
    pub distance: u8,
    /// What the edits cost, about 0.5 to 2.5.
    pub cost: f32,
}

/// How many edits a word of so many letters may hold.
#[must_use]
pub fn edits_allowed(letters: usize) -> u8 {
    match letters {
        n if n >= weight::TWO_EDITS_FROM => 2,
        n if n >= weight::ONE_EDIT_FROM => 1,
        _ => 0,
    }
}

fn hash(letters: &[char]) -> u32 {
    let mut print = Fingerprint::default();
    for letter in letters {
        print = print.with(&u32::from(*letter).to_le_bytes());
    }
    (print.finish() >> 32) as u32
}

fn deletes(word: &[char], edits: u8, found: &mut Vec<u32>) {
    let prefix = &word[..word.len().min(weight::PREFIX)];
    found.push(hash(prefix));
    if edits == 0 {
        return;
    }
    let mut shorter = Vec::with_capacity(prefix.len());
    let mut shortest = Vec::with_capacity(prefix.len());
    for skip in 0..prefix.len() {
        shorter.clear();
        shorter.extend(prefix.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, c)| *c));
        found.push(hash(&shorter));
        if edits > 1 {
            for second in skip..shorter.len() {
                shortest.clear();
                shortest.extend(
                    shorter.iter().enumerate().filter(|(at, _)| *at != second).map(|(_, c)| *c),
                );
                found.push(hash(&shortest));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
}

impl Deletes {
    /// Indexes the words by their place in `words`.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut pairs = Vec::new();
        let mut hashes = Vec::new();
        let mut letters: Vec<char> = Vec::new();
        let mut lengths = Vec::new();
        for (number, word) in words.enumerate() {
            letters.clear();
            letters.extend(word.chars());
            lengths.push(u8::try_from(letters.len()).unwrap_or(u8::MAX));
            // A word of six letters may have been typed with seven, and two edits.
            let edits = edits_allowed(letters.len() + 1);
            if edits == 0 || letters.len() < 3 {
                continue;
            }
            hashes.clear();
            deletes(&letters, edits, &mut hashes);
            pairs.extend(hashes.iter().map(|hash| (*hash, number as u32)));
        }
        pairs.sort_unstable();
        pairs.shrink_to_fit();
        Self { pairs, lengths }
    }

    /// Bytes held in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pairs.len() * size_of::<(u32, u32)>() + self.lengths.len()
    }

    /// The words within the allowed edits of `typed` and no more than `edits`, cheapest first, at
    /// most `most`. `word` gives the word of a number.
    pub fn candidates<'a>(
        &self,
        typed: &str,
        edits: u8,
        most: usize,
        word: impl Fn(u32) -> &'a str,
    ) -> Vec<Candidate> {
        let letters: Vec<char> = typed.chars().collect();
        let edits = edits_allowed(letters.len()).min(edits);
        if edits == 0 {
            return Vec::new();
        }
        let mut hashes = Vec::new();
        deletes(&letters, edits, &mut hashes);
        let mut numbers: Vec<u32> = Vec::new();
        for hash in hashes {
            let from = self.pairs.partition_point(|pair| pair.0 < hash);
            let these = self.pairs[from..].iter().take_while(|pair| pair.0 == hash);
            let near = these.map(|pair| pair.1).filter(|number| {
                let length = usize::from(self.lengths[*number as usize]);
                length.abs_diff(letters.len()) <= usize::from(edits)
            });
            numbers.extend(near);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut found = Vec::new();
        let mut other: Vec<char> = Vec::new();
        let mut rows = Vec::new();
        for number in numbers {
            other.clear();
            other.extend(word(number).chars());
            if let Some((distance, cost)) = compare(&letters, &other, edits, &mut rows)
                && distance > 0
            {
                found.push(Candidate { word: number, distance, cost });
            }
        }
        found.sort_by(|a, b| a.cost.partial_cmp(&b.cost).unwrap_or(Ordering::Equal));
        found.truncate(most);
        found
    }
}

/// What the cheapest single edit costs that makes one of `words` of what was typed. Words of less than
/// three letters are not looked at.
pub(crate) fn nearest<'w>(typed: &str, words: impl Iterator<Item = &'w str>) -> Option<f32> {
    let letters: Vec<char> = typed.chars().collect();
    let (mut other, mut rows) = (Vec::new(), Vec::new());
    let costs = words.filter_map(|word| {
        other.clear();
        other.extend(word.chars());
        let near = other.len().abs_diff(letters.len()) <= 1;
        if !near || letters.len().min(other.len()) < 3 {
            return None;
        }
        compare(&letters, &other, 1, &mut rows).map(|(_, cost)| cost)
    });
    costs.min_by(f32::total_cmp)
}

/// Edits (optimal string alignment) between two words and what they cost; none above `most`. `rows`
/// is room to reckon in, kept from word to word.
fn compare(
    typed: &[char],
    meant: &[char],
    most: u8,
    rows: &mut Vec<(u8, f32)>,
) -> Option<(u8, f32)> {
    let width = meant.len() + 1;
    rows.clear();
    rows.resize(width * (typed.len() + 1), (0, 0.0));
    for (at, row) in rows.iter_mut().enumerate().take(width).skip(1) {
        *row = (at as u8, at as f32 + weight::FIRST_LETTER);
    }
    for i in 1..=typed.len() {
        rows[i * width] = (i as u8, i as f32 + weight::FIRST_LETTER);
        let mut least = u8::MAX;
        for j in 1..width {
            let (a, b) = (typed[i - 1], meant[j - 1]);
            let first = if i == 1 && j == 1 { weight::FIRST_LETTER } else { 0.0 };
            let mut best = rows[(i - 1) * width + j - 1];
            if a != b {
                best = (best.0 + 1, best.1 + replace_cost(a, b) + first);
            }
            let doubled = i > 1 && typed[i - 2] == a;
            let extra = add(rows[(i - 1) * width + j], if doubled { weight::DOUBLE } else { 1.0 });
            let missed = j > 1 && meant[j - 2] == b;
            let missing = add(rows[i * width + j - 1], if missed { weight::DOUBLE } else { 1.0 });
            for other in [extra, missing] {
                if (other.0, other.1) < (best.0, best.1) {
                    best = other;
                }
            }
            if i > 1 && j > 1 && a == meant[j - 2] && typed[i - 2] == b && a != b {
                let swapped = add(rows[(i - 2) * width + j - 2], weight::SWAP);
                if (swapped.0, swapped.1) < (best.0, best.1) {
                    best = swapped;
                }
            }
            least = least.min(best.0);
            rows[i * width + j] = best;
        }
        if least > most {
            return None;
        }
    }
    let (distance, cost) = rows[rows.len() - 1];
    (distance <= most).then_some((distance, cost))
}

fn add((distance, cost): (u8, f32), edit: f32) -> (u8, f32) {
    (distance + 1, cost + edit)
}

fn replace_cost(a: char, b: char) -> f32 {
    const ALIKE: [&str; 9] = ["eæ", "åo", "øu", "øy", "ck", "sz", "vf", "iy", "ei"];
    const VOICED: [&str; 4] = ["pb", "td", "kg", "sc"];
    const ROWS: [&str; 3] = ["qwertyuiopå", "asdfghjklæø", "zxcvbnm"];
    let pair = |set: &&str| set.contains(a) && set.contains(b);
    if ALIKE.iter().chain(&VOICED).any(pair) {
        return weight::SOUND;
    }
    let place = |letter: char| {
        ROWS.iter().enumerate().find_map(|(row, keys)| {
            keys.chars().position(|key| key == letter).map(|column| (row, column))
        })
    };
    match (place(a), place(b)) {
        (Some((row, column)), Some((other_row, other_column)))
            if row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1 =>
        {
            weight::NEIGHBOUR
        }
        _ => weight::EDIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, words: &[&'static str]) -> Vec<&'static str> {
        let deletes = Deletes::new(words.iter().copied());
        deletes
            .candidates(typed, 2, 5, |number| words[number as usize])
            .into_iter()
            .map(|candidate| words[candidate.word as usize])
            .collect()
    }

    #[test]
    fn one_edit_from_four_letters_two_from_seven() {
        let words = ["kørekort", "boligstøtte", "skat", "pas"];
        assert_eq!(found("kørkort", &words), ["kørekort"]);
        assert_eq!(found("bolistøte", &words), ["boligstøtte"]);
        assert_eq!(found("skta", &words), ["skat"]);
        assert_eq!(found("pax", &words), Vec::<&str>::new());
        assert_eq!(found("skxx", &words), Vec::<&str>::new());
    }

    #[test]
    fn the_likelier_slip_comes_first() {
        assert_eq!(found("vielsse", &["vielser", "vielse"])[0], "vielse");
        assert_eq!(found("sygedagpænge", &["sygedagpunge", "sygedagpenge"])[0], "sygedagpenge");
    }

    proptest::proptest! {
        #[test]
        fn any_single_edit_of_a_long_word_is_found(word in "[a-zæøå]{7,14}", at in 0_usize..6, c in "[a-zæøå]") {
            let mut letters: Vec<char> = word.chars().collect();
            letters[at] = c.chars().next().unwrap();
            let typed: String = letters.iter().collect();
            let deletes = Deletes::new([word.as_str()].into_iter());
            let found = deletes.candidates(&typed, 2, 5, |_| &word);
            proptest::prop_assert_eq!(found.len(), usize::from(typed != word));
        }
    }
}
