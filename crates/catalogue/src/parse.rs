//! Fluent files to [`Catalogue`].

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey,
};

use crate::{Arm, Catalogue, Faults, Kind, LANGUAGES, Message, NUMBERS, Piece, Source};

/// The plural categories of CLDR; Danish and English know only `one` and `other`.
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
/// How deep messages may refer to each other.
const DEPTH: usize = 5;

/// The messages and terms of one language, as parsed.
#[derive(Default)]
struct Language<'a> {
    messages: BTreeMap<&'a str, (Pattern<&'a str>, &'a str)>,
    terms: BTreeMap<&'a str, Pattern<&'a str>>,
}

pub(crate) fn catalogue(sources: &[Source]) -> Result<Catalogue, Faults> {
    let mut faults = Vec::new();
    let languages = LANGUAGES.map(|language| read(language, sources, &mut faults));
    let ids: BTreeSet<&str> =
        languages.iter().flat_map(|language| language.messages.keys().copied()).collect();
    let mut messages = BTreeMap::new();
    for id in ids {
        let mut found = Vec::new();
        for (language, name) in languages.iter().zip(LANGUAGES) {
            match language.messages.get(id) {
                None => faults.push(format!("{id}: missing in {name}")),
                Some((pattern, file)) => {
                    let mut text = Compiled::default();
                    let at = format!("{name}/{file}.ftl: {id}");
                    let pieces = text.pattern(language, pattern, &at, DEPTH, &mut faults);
                    found.push((pieces, text.arguments, *file));
                }
            }
        }
        let Ok([(da, left, file), (en, right, _)]) = <[_; 2]>::try_from(found) else { continue };
        if left.keys().ne(right.keys()) {
            faults.push(format!(
                "{id}: the arguments differ: {} has {:?}, {} has {:?}",
                LANGUAGES[0],
                left.keys().collect::<Vec<_>>(),
                LANGUAGES[1],
                right.keys().collect::<Vec<_>>()
            ));
            continue;
        }
        // One language may need a plural where the other does not: the argument is a number in both.
        let arguments = left.into_iter().map(|(name, kind)| {
            let kind = right.get(&name).map_or(kind, |other| kind.min(*other));
            (name, kind)
        });
        let message = Message {
            id: id.to_owned(),
            file: file.to_owned(),
            arguments: arguments.collect(),
            texts: [da, en],
        };
        messages.insert(id.to_owned(), message);
    }
    if faults.is_empty() { Ok(Catalogue { messages }) } else { Err(Faults(faults)) }
}

fn read<'a>(language: &str, sources: &'a [Source], faults: &mut Vec<String>) -> Language<'a> {
    let mut read = Language::default();
    for source in sources.iter().filter(|source| source.language == language) {
        let at = format!("{language}/{}.ftl", source.file);
        let resource = match fluent_syntax::parser::parse(source.text.as_str()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                for error in errors {
                    let line = 1 + source.text[..error.pos.start].matches('\n').count();
                    faults.push(format!("{at}:{line}: {error}"));
                }
                resource
            }
        };
        for entry in resource.body {
            let twice = match entry {
                Entry::Message(message) => {
                    let id = message.id.name;
                    if !message.attributes.is_empty() {
                        faults.push(format!("{at}: {id}: attributes are not used here"));
                    }
                    let Some(value) = message.value else { continue };
                    read.messages.insert(id, (value, &source.file)).map(|_| id)
                }
                Entry::Term(term) => {
                    read.terms.insert(term.id.name, term.value).map(|_| term.id.name)
                }
                _ => None,
            };
            if let Some(id) = twice {
                faults.push(format!("{at}: {id} stands twice in {language}"));
            }
        }
    }
    read
}

/// A message being compiled: the arguments met so far.
#[derive(Default)]
struct Compiled {
    arguments: BTreeMap<String, Kind>,
}

impl Compiled {
    fn met(&mut self, name: &str, kind: Kind) {
        let kind = if NUMBERS.contains(&name) { Kind::Number } else { kind };
        let known = self.arguments.entry(name.to_owned()).or_insert(kind);
        *known = (*known).min(kind);
    }

    fn pattern(
        &mut self,
        language: &Language<'_>,
        pattern: &Pattern<&str>,
        at: &str,
        depth: usize,
        faults: &mut Vec<String>,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => push_text(&mut pieces, value),
                PatternElement::Placeable { expression } => {
                    self.expression(language, expression, at, depth, faults, &mut pieces);
                }
            }
        }
        pieces
    }

    fn expression(
        &mut self,
        language: &Language<'_>,
        expression: &Expression<&str>,
        at: &str,
        depth: usize,
        faults: &mut Vec<String>,
        pieces: &mut Vec<Piece>,
    ) {
        let (selector, variants) = match expression {
            Expression::Inline(inline) => {
                self.inline(language, inline, at, depth, faults, pieces);
                return;
            }
            Expression::Select { selector, variants } => (selector, variants),
        };
        let InlineExpression::VariableReference { id } = selector else {
            faults.push(format!("{at}: a selector must be an argument"));
            return;
        };
        let numeric = variants.iter().all(|variant| match &variant.key {
            VariantKey::Identifier { name } => PLURALS.contains(name),
            VariantKey::NumberLiteral { .. } => true,
        });
        self.met(id.name, if numeric { Kind::Number } else { Kind::Text });
        let mut arms = Vec::new();
        let mut otherwise = Vec::new();
        for variant in variants {
            let text = self.pattern(language, &variant.value, at, depth, faults);
            if variant.default {
                otherwise = text;
                continue;
            }
            let arm = match &variant.key {
                VariantKey::NumberLiteral { value } => match value.parse() {
                    Ok(number) => Arm::Number(number),
                    Err(_) => {
                        faults.push(format!("{at}: {value} is no whole number"));
                        continue;
                    }
                },
                VariantKey::Identifier { name } if !numeric => Arm::Word((*name).to_owned()),
                VariantKey::Identifier { name: "one" } => Arm::Number(1),
                VariantKey::Identifier { name } => {
                    faults.push(format!("{at}: Danish and English have no plural [{name}]"));
                    continue;
                }
            };
            arms.push((arm, text));
        }
        pieces.push(Piece::Select { argument: id.name.to_owned(), arms, otherwise });
    }

    fn inline(
        &mut self,
        language: &Language<'_>,
        inline: &InlineExpression<&str>,
        at: &str,
        depth: usize,
        faults: &mut Vec<String>,
        pieces: &mut Vec<Piece>,
    ) {
        let (referred, name) = match inline {
            InlineExpression::StringLiteral { value }
            | InlineExpression::NumberLiteral { value } => {
                let value = fluent_syntax::unicode::unescape_unicode_to_string(value);
                push_text(pieces, &value);
                return;
            }
            InlineExpression::VariableReference { id } => {
                self.met(id.name, Kind::Text);
                pieces.push(Piece::Argument(id.name.to_owned()));
                return;
            }
            InlineExpression::Placeable { expression } => {
                self.expression(language, expression, at, depth, faults, pieces);
                return;
            }
            InlineExpression::MessageReference { id, attribute: None } => {
                (language.messages.get(id.name).map(|(pattern, _)| pattern), id.name)
            }
            InlineExpression::TermReference { id, attribute: None, arguments: None } => {
                (language.terms.get(id.name), id.name)
            }
            _ => {
                faults.push(format!("{at}: functions and attributes are not understood here"));
                return;
            }
        };
        match referred {
            Some(pattern) if depth > 0 => {
                for piece in self.pattern(language, pattern, at, depth - 1, faults) {
                    match piece {
                        Piece::Text(text) => push_text(pieces, &text),
                        piece => pieces.push(piece),
                    }
                }
            }
            Some(_) => faults.push(format!("{at}: {name} refers too deep, or to itself")),
            None => faults.push(format!("{at}: there is no {name}")),
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}
