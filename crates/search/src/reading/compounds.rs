//! Compounds in a query: one word that is several on the pages, several that are one.

use super::{Alternative, Asked, Raw, Reader, Term};
use crate::answer::By;
use crate::schema::Tongue;
use crate::split::Split;
use crate::text::fold_key;
use crate::weights;

impl Reader<'_> {
    /// The parts of a compound, as many of them as the pages have. They count less when the pages
    /// have the compound itself (`direct`). Says whether it surely is one.
    pub(super) fn split(&self, word: &Raw, direct: bool, found: &mut Vec<Alternative>) -> bool {
        let (snapshot, lexicon) = (self.snapshot, &self.snapshot.lexicon);
        let of_pages = |part: &str| snapshot.danish.has(part);
        let split = match snapshot.words.split_of(&word.text) {
            Some(said) => said.map(|parts| Split { parts: parts.to_vec(), cost: 0.0 }),
            None => lexicon
                .splitter
                .split(&lexicon.list, &word.text, of_pages)
                .or_else(|| lexicon.splitter.split(&lexicon.list, &word.key, of_pages)),
        };
        let Some(split) = split else { return false };
        let mut terms: Vec<Term> = Vec::new();
        let mut whole_parts = 0;
        for part in &split.parts {
            if let Some(term) = self.term(Tongue::Danish, lexicon.stems.danish(part)) {
                terms.push(term);
                whole_parts += 1;
                continue;
            }
            // `flytningsansøgning`: nobody misses the application.
            if lexicon.is_weak(&lexicon.stems.danish(part)) {
                whole_parts += 1;
                continue;
            }
            let smaller = lexicon.splitter.all_parts(&lexicon.list, part);
            let smaller = smaller
                .iter()
                .filter_map(|part| self.term(Tongue::Danish, lexicon.stems.danish(part)));
            let before = terms.len();
            terms.extend(smaller);
            // `handikapkørsel`: an old or wrong spelling of one part.
            if terms.len() == before
                && let Some((meant, candidate)) = snapshot.danish.alike(part, 1, 1).first()
                && candidate.cost <= weights::PART_TYPO_COST
                && let Some(term) = self.term(Tongue::Danish, lexicon.stems.danish(meant))
            {
                terms.push(term);
                whole_parts += 1;
            }
        }
        terms.dedup();
        let parts = split.parts.len().max(terms.len()) as f32;
        let known = if direct { weights::SPLIT_OF_KNOWN } else { 1.0 };
        let weight = weights::SPLIT * known / parts.sqrt() * self.danish;
        for part in &split.parts {
            self.synonyms(std::iter::once(part.as_str()), weight, found);
        }
        // `handicapparkering` + `kort` is also `handicap` + `parkering` + `kort`.
        let mut leaves: Vec<Term> = Vec::new();
        for part in &split.parts {
            let smaller = lexicon.splitter.all_parts(&lexicon.list, part);
            let stems = smaller.iter().map(|part| lexicon.stems.danish(part));
            leaves.extend(stems.filter_map(|stem| self.term(Tongue::Danish, stem)));
            if smaller.is_empty() {
                leaves.extend(self.term(Tongue::Danish, lexicon.stems.danish(part)));
            }
        }
        leaves.dedup();
        if leaves.len() > terms.len() && whole_parts == split.parts.len() {
            let weight = weights::SPLIT * known / (leaves.len() as f32).sqrt() * self.danish;
            found.push(Alternative::new(By::Split, weight, leaves));
        }
        if !terms.is_empty() {
            let mut reading = Alternative::new(By::Split, weight, terms);
            // A part that no page has takes its share of the belief with it.
            reading.belief *= (whole_parts as f32 / split.parts.len() as f32).max(0.3);
            found.push(reading);
        }
        // A split into scraps may as well be a typo.
        split.parts.iter().all(|part| part.chars().count() > 3)
            && split.cost <= weights::SURE_SPLIT * split.parts.len() as f32
    }

    /// A compound with a part that is mistyped or lacks its rings and strokes.
    pub(super) fn split_alike(&self, word: &Raw, found: &mut Vec<Alternative>) {
        let stems = &self.snapshot.lexicon.stems;
        let mut best: Option<(f32, Vec<Term>)> = None;
        for (at, _) in word.key.char_indices().skip(3) {
            let (begin, end) = word.key.split_at(at);
            if end.chars().count() < 3 {
                break;
            }
            let linked = begin.strip_suffix(['s', 'e']).filter(|rest| rest.chars().count() >= 3);
            for (begin, link) in [(Some(begin), 0.0), (linked, weights::LINK_COST)] {
                let Some(begin) = begin else { continue };
                let parts = (self.part_same(begin), self.part_same(end));
                let (first, second) = match parts {
                    (Some(first), Some(second)) => (first, second),
                    // Two wrong parts are a guess, and so is a wrong one beside a short one.
                    (Some(first), None) if begin.chars().count() >= 4 => {
                        let Some(second) = self.part_typo(end) else { continue };
                        (first, second)
                    }
                    (None, Some(second)) if end.chars().count() >= 4 => {
                        let Some(first) = self.part_typo(begin) else { continue };
                        (first, second)
                    }
                    _ => continue,
                };
                let cost = first.1 + second.1 + link;
                if cost > 1.4 || best.as_ref().is_some_and(|(known, _)| *known <= cost) {
                    continue;
                }
                let parts = [first.0, second.0].map(|part| stems.danish(part));
                let terms: Vec<Term> =
                    parts.into_iter().filter_map(|stem| self.term(Tongue::Danish, stem)).collect();
                if terms.len() == 2 {
                    best = Some((cost, terms));
                }
            }
        }
        if let Some((cost, terms)) = best {
            let slip = (1.0 - cost).max(0.0);
            let weight = weights::PART_TYPO + (weights::PART_FOLD - weights::PART_TYPO) * slip;
            found.push(Alternative::new(By::SplitTypo, weight * self.danish, terms));
        }
    }

    /// The word of the pages that is written as a part of a compound, rings and strokes apart.
    fn part_same<'w>(&'w self, part: &'w str) -> Option<(&'w str, f32)> {
        let danish = &self.snapshot.danish;
        if let Some(same) = danish.same_key(part).next() {
            return Some((same, 0.0));
        }
        if self.all_ascii
            && let Some(same) = danish.same_fold(&fold_key(part)).next()
        {
            // The fold borrows from its own key; the pages' word is what is kept.
            return danish.word(same).map(|word| (word, 0.3));
        }
        None
    }

    /// The word of the pages that a part of a compound is one typo away from.
    fn part_typo(&self, part: &str) -> Option<(&str, f32)> {
        let (meant, candidate) = self.snapshot.danish.alike(part, 1, 1).into_iter().next()?;
        (part.chars().count() >= 4).then_some((meant, candidate.cost))
    }

    /// `bolig støtte` is also `boligstøtte`, `skole bus kort` also `skolebuskort`.
    pub(super) fn join_neighbours(&self, raw: &[Raw], asked: &mut [Option<Asked>]) {
        for from in 0..raw.len() {
            for to in (from + 2..=raw.len().min(from + 3)).rev() {
                let said = &raw[from..to];
                let hyphened = said.iter().all(|word| word.joined.is_some());
                let short = said.iter().any(|word| word.key.chars().count() < 2);
                if hyphened || short || said.iter().all(|word| word.stop) {
                    continue;
                }
                let mut found = Vec::new();
                let with_stop = said.iter().any(|word| word.stop);
                for joined in joined_forms(said) {
                    self.joined(&joined, with_stop, &mut found);
                }
                if found.is_empty() && !with_stop && said.iter().any(|word| word.mistyped) {
                    self.joined_alike(said, &mut found);
                }
                for asked in asked[from..to].iter_mut().flatten() {
                    asked.alternatives.extend(found.iter().cloned());
                }
            }
        }
    }

    fn joined(&self, joined: &str, with_stop: bool, found: &mut Vec<Alternative>) {
        let letters = joined.chars().count();
        if with_stop && letters < weights::JOINED_WITH_STOP {
            return;
        }
        let before = found.len();
        for word in self.snapshot.danish.same_key(joined) {
            self.meanings(word, weights::JOINED, By::Joined, found);
        }
        // `hjemme hjælps`: only an inflected form of it is on the pages.
        if found.len() == before
            && !with_stop
            && let Some(term) =
                self.term(Tongue::Danish, self.snapshot.lexicon.stems.danish(joined))
        {
            let weight = weights::JOINED * self.danish;
            found.push(Alternative::new(By::Joined, weight, vec![term]));
        }
    }

    /// `genbrugs statuon`: neither the words nor they together are on the pages.
    fn joined_alike(&self, said: &[Raw], found: &mut Vec<Alternative>) {
        let joined: String = said.iter().map(|word| word.key.as_str()).collect();
        for (word, candidate) in self.snapshot.danish.alike(&joined, 2, 1) {
            if candidate.cost <= weights::JOINED_TYPO_COST {
                let weight = weights::JOINED * (1.0 - weights::TYPO_PER_COST * candidate.cost);
                self.meanings(word, weight, By::Joined, found);
            }
        }
    }
}

/// The words as one: with each linking letter, and without one too many (`hegns syn`, `hegnsyn`).
fn joined_forms(said: &[Raw]) -> Vec<String> {
    let mut forms = vec![String::new()];
    for (at, word) in said.iter().enumerate() {
        let links: &[&str] = if at == 0 { &[""] } else { &["", "s", "e"] };
        forms = forms
            .iter()
            .flat_map(|form| links.iter().map(move |link| format!("{form}{link}{}", word.key)))
            .collect();
    }
    if let [first, second] = said
        && let Some(bare) = first.key.strip_suffix(['s', 'e']).filter(|bare| bare.len() >= 3)
    {
        forms.push(format!("{bare}{}", second.key));
    }
    forms
}
