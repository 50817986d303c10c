//! A Danish word list of hunspell, compiled to what search asks of it: is this a Danish word, may it
//! stand first in a compound (with which linking letter), may it stand last, and how often does it?
//!
//! [`compile`] runs when the program is built ([`hunspell`] reads the list, [`train`] learns the
//! last question from the list's own compounds); [`WordList`] reads the result where it lies.
//! [`text`] is here because the list has to spell words as pages and queries do.

use std::borrow::Cow;

use fst::raw::{Fst, Node, Output};

mod hunspell;
pub mod path;
pub mod text;
mod train;

pub use hunspell::AffixError;

const WORD: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;
const LINK_S: u8 = 8;
const LEMMA: u8 = 16;

/// Steps of a doubling in [`Marks::first`] and [`Marks::last`].
const STEPS: f32 = 4.0;

/// What the list knows of one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    marks: u8,
    first: u8,
    last: u8,
}

impl Marks {
    fn packed(self) -> u64 {
        u64::from(self.marks) | u64::from(self.first) << 8 | u64::from(self.last) << 16
    }

    fn unpacked(value: u64) -> Self {
        let [marks, first, last, ..] = value.to_le_bytes();
        Self { marks, first, last }
    }

    /// A correct word by itself.
    #[must_use]
    pub fn is_word(self) -> bool {
        self.marks & WORD != 0
    }
    /// May stand first or in the middle of a compound, linking letter included.
    #[must_use]
    pub fn may_begin(self) -> bool {
        self.marks & FIRST != 0
    }
    /// May end a compound.
    #[must_use]
    pub fn may_end(self) -> bool {
        self.marks & LAST != 0
    }
    /// Its last letter is a linking s (flag 29).
    #[must_use]
    pub fn links_with_s(self) -> bool {
        self.marks & LINK_S != 0
    }
    /// Stands in the list itself, not only as an inflected form.
    #[must_use]
    pub fn is_lemma(self) -> bool {
        self.marks & LEMMA != 0
    }
    /// log2 of the number of listed compounds that begin with this form or have it in the middle.
    #[must_use]
    pub fn first(self) -> f32 {
        f32::from(self.first) / STEPS
    }
    /// log2 of the number of listed compounds that end with this form.
    #[must_use]
    pub fn last(self) -> f32 {
        f32::from(self.last) / STEPS
    }
}

/// Compiles hunspell's two files (UTF-8, numeric flags) to the bytes of a [`WordList`].
///
/// # Errors
/// [`AffixError`] with the line of the affix file that is no suffix rule.
///
/// # Panics
/// Never: the words are handed over in order and once.
pub fn compile(dic: &str, aff: &str) -> Result<Vec<u8>, AffixError> {
    let mut forms = hunspell::read(dic, aff)?;
    train::learn(&mut forms);
    let mut forms: Vec<_> = forms.into_iter().collect();
    forms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut builder = fst::MapBuilder::memory();
    for (form, marks) in forms {
        builder.insert(&*form, marks.packed()).expect("in order and once");
    }
    Ok(builder.into_inner().expect("memory takes everything"))
}

/// No more words are offered for one that lacks its rings and strokes.
const UNFOLDED: usize = 8;

/// A walk through the list along a word and what its letters may stand for.
struct Unfolding<'a> {
    fst: &'a Fst<Cow<'static, [u8]>>,
    typed: &'a str,
    most: usize,
}

impl<'a> Unfolding<'a> {
    fn walk(
        &self,
        node: Node<'a>,
        sum: Output,
        at: usize,
        word: &mut String,
        found: &mut Vec<String>,
    ) {
        let rest = &self.typed[at..];
        let Some(letter) = rest.chars().next() else {
            let marks = || Marks::unpacked(sum.cat(node.final_output()).value());
            if node.is_final() && marks().is_word() && found.len() < self.most {
                found.push(word.clone());
            }
            return;
        };
        let mut meant = [(letter, letter.len_utf8()), (letter, 0), (letter, 0)];
        (meant[1], meant[2]) = match letter {
            'a' if rest.starts_with("aa") => (('å', 2), ('å', 1)),
            'a' if rest.starts_with("ae") => (('æ', 2), ('å', 1)),
            'a' => (('å', 1), ('æ', 1)),
            'o' if rest.starts_with("oe") => (('ø', 2), ('ø', 1)),
            'o' => (('ø', 1), (letter, 0)),
            'e' => (('æ', 1), (letter, 0)),
            _ => ((letter, 0), (letter, 0)),
        };
        for (letter, taken) in meant.into_iter().filter(|(_, taken)| *taken > 0) {
            let mut next = Some((node, sum));
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                next = next.and_then(|(node, sum)| {
                    let transition = node.transition(node.find_input(byte)?);
                    Some((self.fst.node(transition.addr), sum.cat(transition.out)))
                });
            }
            if let Some((node, sum)) = next {
                word.push(letter);
                self.walk(node, sum, at + taken, word, found);
                word.pop();
            }
        }
    }
}

/// Every form of the word list. Empty without one.
#[derive(Clone, Default)]
pub struct WordList(Option<fst::Map<Cow<'static, [u8]>>>);

impl std::fmt::Debug for WordList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WordList({} forms)", self.len())
    }
}

impl WordList {
    /// The list that [`compile`] made.
    ///
    /// # Errors
    /// When the bytes are no such list.
    pub fn of(compiled: impl Into<Cow<'static, [u8]>>) -> Result<Self, fst::Error> {
        fst::Map::new(compiled.into()).map(|map| Self(Some(map)))
    }

    fn fst(&self) -> Option<&Fst<Cow<'static, [u8]>>> {
        self.0.as_ref().map(fst::Map::as_fst)
    }

    /// What the list knows of a form in lower case.
    #[must_use]
    pub fn marks(&self, form: &str) -> Marks {
        let value = self.0.as_ref().and_then(|map| map.get(form));
        value.map(Marks::unpacked).unwrap_or_default()
    }

    /// The forms that `text` begins with: how many bytes each has, and its marks, shortest first.
    pub fn beginnings<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, Marks)> + 'a {
        let fst = self.fst();
        let mut at: Option<(Node<'a>, Output)> = fst.map(|fst| (fst.root(), Output::zero()));
        text.bytes()
            .enumerate()
            .map_while(move |(before, byte)| {
                let (node, sum) = at.take()?;
                let transition = node.transition(node.find_input(byte)?);
                let sum = sum.cat(transition.out);
                let next = fst?.node(transition.addr);
                let found = next
                    .is_final()
                    .then(|| (before + 1, Marks::unpacked(sum.cat(next.final_output()).value())));
                at = Some((next, sum));
                Some(found)
            })
            .flatten()
    }

    /// The correct words that `typed` may stand for when its rings and strokes were left out or
    /// written as two letters (`bornehaver`, `boernehaver`), without `typed` itself.
    #[must_use]
    pub fn unfolded(&self, typed: &str) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(fst) = self.fst() {
            let start = Unfolding { fst, typed, most: UNFOLDED };
            start.walk(fst.root(), Output::zero(), 0, &mut String::new(), &mut found);
        }
        found.retain(|word| word != typed);
        found
    }

    /// Is this a correct Danish word?
    #[must_use]
    pub fn knows(&self, word: &str) -> bool {
        self.marks(word).is_word()
    }

    /// Number of forms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, fst::Map::len)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Differs between lists: the sum that the list keeps of itself.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let bytes = self.fst().map_or(&[][..], |fst| fst.as_bytes());
        let sum = bytes.last_chunk::<4>().copied().unwrap_or_default();
        u64::from(u32::from_le_bytes(sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small list in hunspell's form.
    const AFF: &str = include_str!("../tests/small.aff");
    const DIC: &str = include_str!("../tests/small.dic");

    fn list() -> WordList {
        WordList::of(compile(DIC, AFF).unwrap()).unwrap()
    }

    #[test]
    fn words_forms_names_and_joined_words_are_known() {
        for word in ["plads", "pladsen", "børnehaver", "københavn", "akasse", "ansøgningens"] {
            assert!(list().knows(word), "{word}");
        }
        for word in ["pladser1", "pasnin", "sundheds", "børne"] {
            assert!(!list().knows(word), "{word}");
        }
    }

    #[test]
    fn the_linking_letter_belongs_to_the_first_part() {
        let list = list();
        assert!(list.marks("sundheds").may_begin() && list.marks("sundheds").links_with_s());
        assert!(!list.marks("sundhed").may_begin());
        assert!(list.marks("børne").may_begin() && !list.marks("børne").links_with_s());
    }

    #[test]
    fn what_many_compounds_begin_with_is_learned_from_the_list() {
        let list = list();
        assert!(list.marks("børne").first() > list.marks("regn").first());
        assert!(list.marks("have").last() > list.marks("nævn").last());
    }

    #[test]
    fn every_beginning_is_found_in_one_walk() {
        let list = list();
        let found: Vec<(usize, Marks)> = list.beginnings("børnehaveplads").collect();
        let lengths: Vec<usize> = found.iter().map(|found| found.0).collect();
        assert_eq!(lengths, ["børn", "børne", "børnehave"].map(str::len));
        assert!(found.iter().all(|(end, marks)| *marks == list.marks(&"børnehaveplads"[..*end])));
        assert_eq!(WordList::default().beginnings("børn").count(), 0);
    }

    #[test]
    fn rings_and_strokes_are_put_back() {
        for typed in ["bornehaven", "boernehaven"] {
            assert_eq!(list().unfolded(typed), ["børnehaven"], "{typed}");
        }
        assert!(list().unfolded("haven").is_empty());
    }

    #[test]
    fn a_line_that_is_no_rule_is_named() {
        assert_eq!(compile(DIC, "SFX 2 Y 4\nSFX 2 0").unwrap_err(), AffixError { line: 2 });
    }

    #[test]
    fn another_list_has_another_fingerprint() {
        let shorter = WordList::of(compile("1\nplads/2,39,31\n", AFF).unwrap()).unwrap();
        assert_ne!(list().fingerprint(), shorter.fingerprint());
        assert_eq!(list().fingerprint(), super::tests::list().fingerprint());
    }
}
