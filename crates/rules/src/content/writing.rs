//! Front matter being written, key by key.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::articles::{Fact, SelfService};

/// The text of a content file as it grows.
pub(crate) struct Writing(String);

impl Writing {
    pub(crate) fn new() -> Self {
        Self("+++\n".to_owned())
    }

    /// A file that is TOML and nothing else.
    pub(crate) fn plain() -> Self {
        Self(String::new())
    }

    /// A table of its own.
    pub(crate) fn heading(&mut self, table: &str) -> &mut Self {
        let _ = writeln!(self.0, "\n[{table}]");
        self
    }

    fn line(&mut self, key: &str, value: &str) -> &mut Self {
        let _ = writeln!(self.0, "{key} = {value}");
        self
    }

    pub(crate) fn text(&mut self, key: &str, text: &str) -> &mut Self {
        self.line(key, &quoted(text))
    }

    pub(crate) fn number(&mut self, key: &str, number: impl std::fmt::Display) -> &mut Self {
        self.line(key, &number.to_string())
    }

    pub(crate) fn yes(&mut self, key: &str, yes: bool) -> &mut Self {
        self.line(key, if yes { "true" } else { "false" })
    }

    pub(crate) fn day(&mut self, key: &str, day: Date) -> &mut Self {
        self.line(key, &day.to_string())
    }

    pub(crate) fn list<T: AsRef<str>>(&mut self, key: &str, texts: &[T]) -> &mut Self {
        let texts: Vec<String> = texts.iter().map(|text| quoted(text.as_ref())).collect();
        self.line(key, &format!("[{}]", texts.join(", ")))
    }

    pub(crate) fn self_service(&mut self, service: Option<&SelfService>) -> &mut Self {
        if let Some(service) = service {
            let value =
                format!("{{ label = {}, url = {} }}", quoted(&service.label), quoted(&service.url));
            self.line("self_service", &value);
        }
        self
    }

    pub(crate) fn table(&mut self, key: &str, value: &str) -> &mut Self {
        self.line(key, value)
    }

    pub(crate) fn facts(&mut self, facts: &[Fact]) -> &mut Self {
        for fact in facts {
            self.0.push_str("\n[[facts]]\n");
            self.text("label", &fact.label).text("value", &fact.value);
            if let Some(note) = &fact.note {
                self.text("note", note);
            }
        }
        self
    }

    /// A table of its own in a list of such.
    pub(crate) fn begin(&mut self, list: &str) -> &mut Self {
        let _ = writeln!(self.0, "\n[[{list}]]");
        self
    }

    pub(crate) fn body(&mut self) -> &mut Self {
        self.0.push_str("+++\n");
        self
    }

    /// A level-2 heading with its id and what stands under it.
    pub(crate) fn section(&mut self, heading: &str, id: &str, text: &str) -> &mut Self {
        let _ = write!(self.0, "## {heading} {{#{id}}}\n\n");
        for line in text.lines() {
            // A heading of level 2 would begin a part of its own.
            if line.starts_with("## ") {
                self.0.push('#');
            }
            self.0.push_str(line);
            self.0.push('\n');
        }
        if !text.is_empty() {
            self.0.push('\n');
        }
        self
    }

    pub(crate) fn finish(&mut self) -> String {
        let mut text = std::mem::take(&mut self.0);
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }
}

/// A TOML string on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
