//! Every weight of the search, in one place. Learned by coordinate ascent towards round numbers on
//! `queries-dev.tsv`, one half of `queries-own.tsv` and noise on the pages' own names. They gave
//! nDCG@10 .936 (dev), .893 (the tuned half) and .927 (the other half), 0.8, 3.8 and 1.0 % abstained
//! wrongly, and 92, 73 and 82 % of what nothing answers; docs/search.md has every type.

/// What is left of the idf of words that many subjects share (search-words.toml, `weak`).
pub const WEAK: f32 = 0.4;

/// Guides stand a little behind the page on the very subject.
pub const GUIDE: f32 = 0.95;

/// BM25F: how fast a word's repetition stops counting, and how much length is held against a field.
pub const K1: f32 = 3.0;
pub const B: f32 = 0.3;

/// Weights of the fields inside BM25F, in the order of `schema::DANISH`.
pub const TITLE: f32 = 5.0;
pub const ALIAS: f32 = 2.0;
pub const SUMMARY: f32 = 1.1;
pub const BODY: f32 = 1.0;
pub const TITLE_PARTS: f32 = 2.0;
pub const ALIAS_PARTS: f32 = 0.7;
pub const BODY_PARTS: f32 = 0.3;
/// English fields, in the order of `schema::ENGLISH`.
pub const TITLE_EN: f32 = 4.0;
pub const ALIAS_EN: f32 = 3.0;
pub const SUMMARY_EN: f32 = 1.0;

/// How surely a hit in a field says that the page is about the word; the measure of abstaining.
pub const SURE_TITLE: f32 = 1.0;
pub const SURE_ALIAS: f32 = 1.0;
pub const SURE_SUMMARY: f32 = 0.7;
pub const SURE_PARTS: f32 = 0.5;
pub const SURE_BODY: f32 = 0.3;
pub const SURE_BODY_PARTS: f32 = 0.2;

/// Alternatives of a word of the query.
pub const EXACT: f32 = 1.0;
pub const DIGRAPH: f32 = 1.0;
pub const FOLD: f32 = 0.9;
/// A fold of a word that is right as it stands (`lan` beside `lån`).
pub const FOLD_OF_KNOWN: f32 = 0.5;
/// The spelling list (content/spelling.txt).
pub const SPELLING: f32 = 0.95;
/// Divided by the root of the number of parts.
pub const SPLIT: f32 = 0.85;
/// A split beside the compound itself, when the pages have it.
pub const SPLIT_OF_KNOWN: f32 = 0.5;
/// The dearest mean cost of a part in a split that leaves no room for a typo.
pub const SURE_SPLIT: f32 = 3.3;
pub const JOINED: f32 = 0.8;
/// The dearest typo in words that are joined.
pub const JOINED_TYPO_COST: f32 = 1.6;
/// Letters from which words are joined though one of them is a stop word (`børne have`).
pub const JOINED_WITH_STOP: usize = 8;
pub const SYNONYM: f32 = 0.9;
pub const NOUN_VERB: f32 = 0.7;
/// One part of a compound exact, another mistyped.
pub const PART_TYPO: f32 = 0.4;
/// Both parts right but for their rings and strokes.
pub const PART_FOLD: f32 = 0.6;
/// The dearest typo in a part of a compound whose other parts are right.
pub const PART_TYPO_COST: f32 = 0.85;
/// What a linking letter that no list knows costs beside typos.
pub const LINK_COST: f32 = 0.1;
pub const PREFIX: f32 = 0.7;
/// A typo is worth 1 minus this for each unit of its cost (a plain edit costs 1).
pub const TYPO_PER_COST: f32 = 0.16;
/// An English reading of a word in a query that is Danish, and in one that is English.
pub const ENGLISH_IN_DANISH: f32 = 0.35;
pub const ENGLISH_IN_ENGLISH: f32 = 1.0;
/// A Danish reading of a word in a query that is English.
pub const DANISH_IN_ENGLISH: f32 = 0.6;

/// Alternatives of one word: the best counts, the others by this share.
pub const TIE: f32 = 0.1;
/// Added for each word of the query that the page has, times how good the alternative is and how
/// rare the word (idf over the highest idf).
pub const COVERAGE: f32 = 1.5;

/// Neighbours in the query that are neighbours on the page: bonus as a share of the pair's idf.
pub const PHRASE_TITLE: f32 = 0.5;
pub const PHRASE_TITLE_SLOP: u32 = 2;
pub const PHRASE_BODY: f32 = 0.2;
pub const PHRASE_BODY_SLOP: u32 = 4;
/// How many pages are looked at for phrases.
pub const PHRASE_PAGES: usize = 50;

/// A name of the page (title or alias) that the query holds whole: bonus as a share of its idf.
pub const NAME: f32 = 0.9;
/// How strongly a half-held name falls behind (exponent of the share held).
pub const NAME_POWER: f32 = 2.0;
/// Titles count a little more than aliases.
pub const NAME_TITLE: f32 = 1.6;

/// Several intents (`flytning og ny læge`): the best pages of each intent rise by this share of
/// the best score.
pub const INTENT: f32 = 0.2;

/// How likely a word was meant as the alternative says, for abstaining.
pub const BELIEF_SPLIT: f32 = 1.0;
pub const BELIEF_TYPO: f32 = 0.9;

/// Abstaining: a logistic rule over [`crate::Confidence`] and the length of the query, learned by
/// regression on the queries that are answerable and those that are not. What reaches less than
/// `CERTAIN` is not answered: of `queries-own.tsv` more than three quarters of what nothing answers, and
/// less than 3 % of the rest.
pub const CERTAIN: f32 = 7.6;
pub const CERTAIN_SHARE: f32 = 1.3;
pub const CERTAIN_NAME: f32 = 3.3;
pub const CERTAIN_DEPTH: f32 = 9.9;
pub const CERTAIN_MASS: f32 = 3.0;
pub const CERTAIN_LONG: f32 = 9.2;
/// A page that alone has all words of the query: a word that stands once in one text finds it.
pub const CERTAIN_ALONE: f32 = 3.0;
/// So few pages have a word that points to a page alone.
pub const ALONE_PAGES: usize = 1;

/// So many of the best pages are looked at for it.
pub const SURE_PAGES: usize = 3;

/// Limits of a query.
pub const QUERY_CHARS: usize = 500;
pub const QUERY_WORDS: usize = 40;
/// Words of one text field that are indexed.
pub const FIELD_WORDS: usize = 20_000;
/// Expansions of a prefix, candidates of a typo.
pub const PREFIX_EXPANSIONS: usize = 12;
pub const TYPO_CANDIDATES: usize = 4;
/// Candidates that cost so much more than the nearest are not meant.
pub const TYPO_MARGIN: f32 = 0.4;
/// Hits that may be asked for.
pub const MOST_HITS: usize = 50;

/// The compound splitter.
pub mod split {
    pub const SHORTEST_WORD: usize = 6;
    pub const LONGEST_WORD: usize = 40;
    pub const SHORTEST_PART: usize = 3;
    /// A part costs this, less this much for each doubling of its productivity.
    pub const PART: f32 = 4.0;
    pub const PRODUCTIVE: f32 = 0.4;
    pub const MOST_PRODUCTIVE: f32 = 8.0;
    /// Dearer: a part of three letters, a part from our own list or the collection, a link that
    /// no list confirms.
    pub const SHORT_PART: f32 = 1.0;
    pub const OWN_PART: f32 = 1.8;
    pub const OWN_LINK: f32 = 0.3;
    /// The dearest mean cost of a part: for an unknown word, for a word of the list.
    pub const LIMIT: f32 = 4.6;
    pub const LIMIT_LEMMA: f32 = 3.4;
}

/// Typos.
pub mod typo {
    /// Letters of a word from which one edit is allowed, and two.
    pub const ONE_EDIT_FROM: usize = 4;
    pub const TWO_EDITS_FROM: usize = 7;
    /// Only so many letters are indexed for finding candidates.
    pub const PREFIX: usize = 7;
    pub const EDIT: f32 = 1.0;
    /// Cheaper: a doubled or missing double letter, a neighbour on the keyboard, letters that
    /// sound alike, swapped neighbours.
    pub const DOUBLE: f32 = 0.5;
    pub const NEIGHBOUR: f32 = 0.8;
    pub const SOUND: f32 = 0.6;
    pub const SWAP: f32 = 0.8;
    /// Dearer: the first letter.
    pub const FIRST_LETTER: f32 = 0.5;
}

/// What people read and found helpful.
pub mod favour {
    /// A score is multiplied by 1 + this · ln(1 + views / unit): at most 1.3.
    pub const VIEWS: f32 = 0.1;
    pub const VIEWS_UNIT: f32 = 10.0;
    /// More views in 30 days change nothing.
    pub const MOST_VIEWS: u64 = 200;
    /// "It helped" moves a score by at most this share, up or down.
    pub const FEEDBACK: f32 = 0.15;
    /// As if so many had answered before, as usual.
    pub const PRIOR: f32 = 12.0;
}

/// What a box offers while somebody types.
pub mod suggest {
    pub const TITLE: f32 = 4.0;
    pub const ALIAS: f32 = 3.2;
    /// A past query, and more for each doubling of those who asked it (times ln 2).
    pub const PAST: f32 = 2.6;
    pub const PAST_EACH: f32 = 0.25;
    /// Past queries of fewer visitors might be about one of them.
    pub const LEAST_VISITORS: u64 = 5;
    /// A title is also found by the words in its middle.
    pub const BEGINNINGS: usize = 4;
    pub const INSIDE: f32 = 0.8;
    pub const LENGTH: f32 = 0.01;
    /// One typing error is forgiven from so many letters on.
    pub const FORGIVING_FROM: usize = 4;
    pub const ERROR: f32 = 1.5;
    /// Bounds of the work.
    pub const TYPED_CHARS: usize = 80;
    pub const WORDS: usize = 12;
    pub const LOOKED_AT: usize = 200;
    pub const STEPS: usize = 4_000;
    pub const ALIKE: usize = 64;
}

/// In a large collection: words that more pages have are looked up only on the pages that the rarer
/// words of the query point to, if these are so many.
pub const COMMON_PAGES: usize = 3_000;
pub const TOLD_APART: usize = 1_000;
/// Once so many pages are pointed to, no further words point.
pub const MOST_POINTED: usize = 4_000;
/// Of a word that more names hold, only the shortest names count by themselves.
pub const COMMON_NAMES: usize = 150;
