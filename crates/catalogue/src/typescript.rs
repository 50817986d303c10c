//! [`Catalogue`] to TypeScript.

use std::fmt::Write as _;

use crate::{Arm, Catalogue, Kind, Message, Piece, identifier};

/// What stands before the functions. The language is that of the page until it is set.
const HEAD: &str = "\
// Generated from i18n/{da,en}/*.ftl. Do not edit.
/* eslint-disable */
export type Language = 'da' | 'en';
export let language: Language =
  typeof document !== 'undefined' && document.documentElement.lang === 'en' ? 'en' : 'da';
export const currentLanguage = (): Language => language;
export const setLanguage = (to: Language): void => {
  language = to;
};
";

/// The TypeScript module of a catalogue. `search-count` with the argument `n` is
/// `msg.search_count({ n })` after `import { msg } from` it; functions that are not used fall away
/// in a bundle. `byId` finds a message by an id known only at run time. `module` is the file's own
/// name without its ending. A module that `speaks_as` another has that one's language; otherwise it
/// has its own.
#[must_use]
pub fn typescript(catalogue: &Catalogue, module: &str, speaks_as: Option<&str>) -> String {
    let mut out = match speaks_as {
        None => String::from(HEAD),
        Some(other) => format!(
            "// Generated from i18n/{{da,en}}/*.ftl. Do not edit.\n/* eslint-disable */\n\
             import {{ language }} from './{other}';\n"
        ),
    };
    for message in catalogue.messages.values() {
        function(&mut out, message);
    }
    out.push_str(
        "\nconst all: Record<string, (a: any) => string> = /* @__PURE__ */ Object.freeze({\n",
    );
    for id in catalogue.messages.keys() {
        let _ = writeln!(out, "  '{id}': {},", identifier(id));
    }
    let _ = write!(
        out,
        "}});\n/** The text of a message by its id; undefined when there is none. */\n\
         export const byId = (id: string, args: Record<string, unknown> = {{}}): string | undefined =>\n  \
         Object.hasOwn(all, id) ? all[id]!(args) : undefined;\n\
         export * as msg from './{module}';\n",
    );
    out
}

fn function(out: &mut String, message: &Message) {
    let [da, en] = &message.texts;
    let mut fields = String::new();
    for (name, kind) in &message.arguments {
        let kind = if *kind == Kind::Number { "number" } else { "string" };
        let separator = if fields.is_empty() { "" } else { "; " };
        let _ = write!(fields, "{separator}{}: {kind}", identifier(name));
    }
    let parameter = if fields.is_empty() { String::new() } else { format!("a: {{ {fields} }}") };
    let _ = writeln!(
        out,
        "export const {} = ({parameter}): string =>\n  language === 'da' ? {} : {};",
        identifier(&message.id),
        template(message, da),
        template(message, en)
    );
}

/// The pieces as a template literal.
fn template(message: &Message, pieces: &[Piece]) -> String {
    let mut out = String::from("`");
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                for c in text.chars() {
                    if matches!(c, '`' | '\\' | '$') {
                        out.push('\\');
                    }
                    out.push(c);
                }
            }
            Piece::Argument(name) => {
                let _ = write!(out, "${{a.{}}}", identifier(name));
            }
            Piece::Select { argument, arms, otherwise } => {
                out.push_str("${");
                for (arm, pieces) in arms {
                    let variable = identifier(argument);
                    let numeric = message.arguments.get(argument) == Some(&Kind::Number);
                    let test = match arm {
                        // By `==`, so that a number that came as text is known too.
                        Arm::Number(number) if numeric => format!("a.{variable} == {number}"),
                        Arm::Number(number) => format!("a.{variable} === '{number}'"),
                        Arm::Word(word) if numeric => format!("`${{a.{variable}}}` === '{word}'"),
                        Arm::Word(word) => format!("a.{variable} === '{word}'"),
                    };
                    let _ = write!(out, "{test} ? {} : ", template(message, pieces));
                }
                let _ = write!(out, "{}}}", template(message, otherwise));
            }
        }
    }
    out.push('`');
    out
}
