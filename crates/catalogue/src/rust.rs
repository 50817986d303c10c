//! [`Catalogue`] to Rust.

use std::fmt::Write as _;

use crate::{Arm, Catalogue, Kind, Message, Piece, identifier};

/// What stands before the functions. `Texts` is the same with the language given once, and takes
/// whatever a template has at hand.
const HEAD: &str = r#"
use base::Language;

/// A whole number that a text speaks of.
pub trait Count {
    fn count(&self) -> i64;
}
macro_rules! counts {
    ($($kind:ty),*) => { $(impl Count for $kind {
        fn count(&self) -> i64 {
            i64::try_from(*self).unwrap_or(i64::MAX)
        }
    })* };
}
counts!(u8, u16, u32, u64, usize, i16, i32, i64);
impl<T: Count> Count for &T {
    fn count(&self) -> i64 {
        (**self).count()
    }
}

/// The texts in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts(pub Language);

fn argument<'a>(arguments: &'a std::collections::BTreeMap<String, String>, name: &str) -> &'a str {
    arguments.get(name).map_or("", String::as_str)
}

fn number(arguments: &std::collections::BTreeMap<String, String>, name: &str) -> i64 {
    argument(arguments, name).parse().unwrap_or(0)
}
"#;

/// The Rust module of a catalogue, to be included where the crate `base` is known.
///
/// `search-count` with the argument `n` is `search_count(lang, n: i64) -> String` and
/// `Texts(lang).search_count(n)`; a message without arguments is a `&'static str`. `by_id` finds a
/// message by an id known only at run time.
#[must_use]
pub fn rust(catalogue: &Catalogue) -> String {
    let mut out = String::from(HEAD);
    for message in catalogue.messages.values() {
        function(&mut out, message);
    }
    out.push_str("\nimpl Texts {\n");
    for message in catalogue.messages.values() {
        method(&mut out, message);
    }
    out.push_str("}\n\n/// The text of a message by its id; an argument that is not given is empty (or 0).\n");
    out.push_str(
        "#[must_use]\n#[expect(clippy::too_many_lines, reason = \"one arm a message\")]\n",
    );
    out.push_str("pub fn by_id(lang: Language, id: &str, arguments: &std::collections::BTreeMap<String, String>) -> Option<String> {\n    let _ = arguments;\n    Some(match id {\n");
    for message in catalogue.messages.values() {
        let mut call = format!("{}(lang", identifier(&message.id));
        for (name, kind) in &message.arguments {
            let get = if *kind == Kind::Number { "number" } else { "argument" };
            let _ = write!(call, ", {get}(arguments, {name:?})");
        }
        let owned = if message.arguments.is_empty() { ").to_owned()" } else { ")" };
        let _ = writeln!(out, "        {:?} => {call}{owned},", message.id);
    }
    out.push_str("        _ => return None,\n    })\n}\n\n/// Every id of the catalogue.\npub const IDS: &[&str] = &[\n");
    for id in catalogue.messages.keys() {
        let _ = writeln!(out, "    {id:?},");
    }
    out.push_str("];\n");
    out
}

fn function(out: &mut String, message: &Message) {
    let name = identifier(&message.id);
    let [da, en] = &message.texts;
    let _ = write!(out, "\n/// {}\n#[must_use]\npub fn {name}(lang: Language", summary(da));
    if message.arguments.is_empty() {
        let _ = write!(
            out,
            ") -> &'static str {{\n    match lang {{\n        Language::Da => {:?},\n        Language::En => {:?},\n    }}\n}}\n",
            whole(da),
            whole(en)
        );
        return;
    }
    for (argument, kind) in &message.arguments {
        let kind = if *kind == Kind::Number { "i64" } else { "&str" };
        let _ = write!(out, ", {}: {kind}", identifier(argument));
    }
    out.push_str(") -> String {\n    let mut out = String::new();\n    match lang {\n");
    for (language, pieces) in [("Da", da), ("En", en)] {
        let _ = writeln!(out, "        Language::{language} => {{");
        statements(out, message, pieces, "            ");
        out.push_str("        }\n");
    }
    out.push_str("    }\n    out\n}\n");
}

fn method(out: &mut String, message: &Message) {
    let name = identifier(&message.id);
    let [da, _] = &message.texts;
    let _ = write!(out, "    /// {}\n    #[must_use]\n    pub fn {name}(&self", summary(da));
    let mut passed = String::new();
    for (argument, kind) in &message.arguments {
        let argument = identifier(argument);
        let (bound, pass) = match kind {
            Kind::Number => ("Count", format!("{argument}.count()")),
            Kind::Text => ("AsRef<str>", format!("{argument}.as_ref()")),
        };
        let _ = write!(out, ", {argument}: impl {bound}");
        let _ = write!(passed, ", {pass}");
    }
    let answer = if message.arguments.is_empty() { "&'static str" } else { "String" };
    let _ = write!(out, ") -> {answer} {{\n        {name}(self.0{passed})\n    }}\n");
}

fn statements(out: &mut String, message: &Message, pieces: &[Piece], indent: &str) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let mut characters = text.chars();
                let _ = match (characters.next(), characters.next()) {
                    (Some(only), None) => writeln!(out, "{indent}out.push({only:?});"),
                    _ => writeln!(out, "{indent}out.push_str({text:?});"),
                };
            }
            Piece::Argument(name) => {
                let variable = identifier(name);
                let value = match message.arguments.get(name) {
                    Some(Kind::Number) => format!("&{variable}.to_string()"),
                    _ => variable,
                };
                let _ = writeln!(out, "{indent}out.push_str({value});");
            }
            Piece::Select { argument, arms, otherwise } => {
                let variable = identifier(argument);
                // A selector of words over an argument that another place uses as a number.
                let numeric = message.arguments.get(argument) == Some(&Kind::Number);
                let words = arms.iter().any(|(arm, _)| matches!(arm, Arm::Word(_)));
                let subject = if numeric && words {
                    format!("{variable}.to_string().as_str()")
                } else {
                    variable
                };
                let _ = writeln!(out, "{indent}match {subject} {{");
                let inner = format!("{indent}        ");
                for (arm, pieces) in arms {
                    let key = match arm {
                        Arm::Number(number) if words => format!("{:?}", number.to_string()),
                        Arm::Number(number) => number.to_string(),
                        Arm::Word(word) => format!("{word:?}"),
                    };
                    let _ = writeln!(out, "{indent}    {key} => {{");
                    statements(out, message, pieces, &inner);
                    let _ = writeln!(out, "{indent}    }}");
                }
                let _ = writeln!(out, "{indent}    _ => {{");
                statements(out, message, otherwise, &inner);
                let _ = writeln!(out, "{indent}    }}\n{indent}}}");
            }
        }
    }
}

/// The whole text of a message without arguments.
fn whole(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// One line that shows the message in the documentation of its function.
fn summary(pieces: &[Piece]) -> String {
    let mut line = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => line.push_str(text),
            Piece::Argument(name) => {
                let _ = write!(line, "({name})");
            }
            Piece::Select { otherwise, .. } => line.push_str(&summary(otherwise)),
        }
    }
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace(['[', ']', '<', '>', '`', '*', '_'], "")
}
