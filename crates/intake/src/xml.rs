//! XML of strangers, read without anything that could grow or reach out (A38).
//!
//! There is no document type at all: no entities of its own, none from elsewhere. What is left is
//! elements and text, within bounds of size, depth and number.

use quick_xml::Reader;
use quick_xml::events::Event;
use rules::content::Fault;

use crate::encoding::text_of;

/// The largest XML file, in bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Elements within elements.
const DEEPEST: usize = 64;
/// Elements in one file.
const MOST_ELEMENTS: usize = 2_000_000;

/// A piece of a document. Names are without their namespace prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Open(String),
    /// Text as it reads, references resolved.
    Text(String),
    Close(String),
    End,
}

/// A document being read.
pub struct Document<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    open: Vec<String>,
    elements: usize,
    /// The second half of an element without content.
    closing: Option<String>,
    /// What ended a text and is handed out next.
    pending: Option<Event<'a>>,
    begun: bool,
    /// How far lines are counted, and the line there.
    counted: (usize, u32),
}

/// The text of an XML file: UTF-8 or a Western European encoding.
///
/// # Errors
/// When the file is too large, or UTF-16.
pub fn decoded(bytes: &[u8]) -> Result<String, Fault> {
    if bytes.len() > MOST_BYTES {
        return Err(fault(1, "too-large", "the file is larger than 64 MB"));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        return Err(fault(
            1,
            "encoding",
            "the file is neither UTF-8 nor Western European (ISO 8859-1)",
        ));
    }
    Ok(text_of(bytes))
}

impl<'a> Document<'a> {
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        Self {
            text,
            reader,
            open: Vec::new(),
            elements: 0,
            closing: None,
            pending: None,
            begun: false,
            counted: (0, 1),
        }
    }

    /// The line that is being read, from 1.
    #[must_use]
    pub fn line(&mut self) -> u32 {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let (from, line) = self.counted;
        let at = at.min(self.text.len()).max(from);
        let passed = self.text.as_bytes()[from..at].iter().filter(|byte| **byte == b'\n').count();
        let line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.counted = (at, line);
        line
    }

    /// The elements that are open, outermost first.
    #[must_use]
    pub fn path(&self) -> &[String] {
        &self.open
    }

    /// The next piece; texts of blanks alone are passed over.
    ///
    /// # Errors
    /// What is not well-formed, a document type, an unknown entity, too much of anything; with its
    /// line.
    pub fn next_piece(&mut self) -> Result<Piece, Fault> {
        if let Some(name) = self.closing.take() {
            self.open.pop();
            return Ok(Piece::Close(name));
        }
        let mut text = String::new();
        loop {
            // A text may come in pieces, around references.
            let event = match self.pending.take() {
                Some(event) => event,
                None => {
                    let read = self.reader.read_event();
                    read.map_err(|error| self.broken(&error.to_string()))?
                }
            };
            let words = match event {
                Event::Text(words) => Some(words.into_inner().into_owned()),
                Event::CData(words) => Some(words.into_inner().into_owned()),
                Event::GeneralRef(reference) => Some(self.meant(&reference)?),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
                other if !text.trim().is_empty() => {
                    self.pending = Some(other);
                    return Ok(Piece::Text(text));
                }
                Event::DocType(_) => {
                    return Err(fault(
                        self.line(),
                        "doctype",
                        "the file has a document type (<!DOCTYPE …>), which could hold entities; it is not read: take that line out",
                    ));
                }
                Event::Start(start) => {
                    let name = local(start.local_name().as_ref());
                    self.enter(&name)?;
                    return Ok(Piece::Open(name));
                }
                Event::Empty(start) => {
                    let name = local(start.local_name().as_ref());
                    self.enter(&name)?;
                    self.closing = Some(name.clone());
                    return Ok(Piece::Open(name));
                }
                Event::End(end) => {
                    self.open.pop();
                    return Ok(Piece::Close(local(end.local_name().as_ref())));
                }
                Event::Eof if !self.open.is_empty() || !self.begun => {
                    return Err(self.broken("the file ends too early"));
                }
                Event::Eof => return Ok(Piece::End),
            };
            if let Some(words) = words {
                text.push_str(&words);
            }
        }
    }

    fn enter(&mut self, name: &str) -> Result<(), Fault> {
        self.begun = true;
        self.elements += 1;
        if self.open.len() >= DEEPEST {
            return Err(fault(self.line(), "too-deep", "more than 64 elements within each other"));
        }
        if self.elements > MOST_ELEMENTS {
            return Err(fault(self.line(), "too-many", "more than two million elements"));
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    fn meant(&mut self, reference: &quick_xml::events::BytesRef<'_>) -> Result<String, Fault> {
        let letter =
            reference.resolve_char_ref().map_err(|error| self.broken(&error.to_string()))?;
        if let Some(letter) = letter {
            return Ok(letter.to_string());
        }
        let name = reference.clone().into_inner();
        match quick_xml::escape::resolve_predefined_entity(&name) {
            Some(text) => Ok(text.to_owned()),
            None => Err(fault(
                self.line(),
                "entity",
                format!(
                    "&{}; is no entity of XML itself, and others are not read",
                    shortened(&name)
                ),
            )),
        }
    }

    fn broken(&mut self, why: &str) -> Fault {
        fault(self.line(), "xml", format!("the file is not well-formed XML: {}", shortened(why)))
    }
}

/// A fault on a line.
pub(crate) fn fault(line: u32, code: &'static str, message: impl Into<String>) -> Fault {
    Fault { line, code, message: message.into() }
}

fn local(name: impl AsRef<str>) -> String {
    name.as_ref().to_owned()
}

/// Of a stranger's words only so much that a message stays one.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
