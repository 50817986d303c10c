//! Filters: `userName eq "anna@nord.example" and not (active eq false)` (RFC 7644, section 3.4.2.2).

use std::iter::Peekable;
use std::str::CharIndices;

use jiff::Timestamp;
use serde_json::Value;

use super::path::{self, Path, Resolved};
use super::schema::{Attribute, Form, Kind};
use super::{Refusal, Refused, Resource};

/// Longest filter or path, in bytes.
const LENGTH_LIMIT: usize = 2_000;
/// So deep may parentheses, brackets and `not` stand in each other.
const DEPTH_LIMIT: usize = 12;

/// A question that a resource answers with yes or no.
#[derive(Debug, Clone)]
pub struct Filter(Node);

#[derive(Debug, Clone)]
enum Node {
    Any(Vec<Node>),
    All(Vec<Node>),
    Not(Box<Node>),
    Present(Path),
    Compare(Path, Operator, Value),
    /// Asks for what is not kept: nobody has it.
    Nobodys,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Contains,
    Begins,
    Ends,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// What every resource that passes has, where that can be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    Id(String),
    /// The name of its kind (`userName`, `displayName`).
    Name(String),
    External(String),
}

impl Filter {
    /// Reads a filter over resources of a kind.
    ///
    /// # Errors
    /// [`Refused::InvalidFilter`] when it is none, asks for an attribute that does not exist, or is
    /// longer or deeper than anybody writes.
    pub fn read(kind: Kind, text: &str) -> Result<Self, Refusal> {
        let mut scanner = Scanner::new(text)?;
        let node = scanner.any(Names::Of(kind), 0)?;
        if !scanner.is_at_end() {
            return Err(broken("something follows the end of the filter"));
        }
        Ok(Self(node))
    }

    /// Whether a resource (or, within brackets, one of several values) passes.
    #[must_use]
    pub fn holds(&self, resource: &Resource) -> bool {
        self.0.holds(resource)
    }

    /// What whatever passes must have.
    #[must_use]
    pub fn sought(&self, kind: Kind) -> Option<Sought> {
        self.0.sought(kind)
    }

    /// Whether an attribute must be known to answer.
    #[must_use]
    pub fn asks_for(&self, attribute: &str) -> bool {
        self.0.asks_for(attribute)
    }

    /// The parts and values that an added value needs in order to pass: of
    /// `type eq "work" and primary eq true`, both. `None` when that cannot be said.
    pub(super) fn demands(&self) -> Option<Resource> {
        let mut demanded = Resource::new();
        self.0.demands(&mut demanded).then_some(demanded)
    }
}

impl Node {
    fn holds(&self, resource: &Resource) -> bool {
        match self {
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(resource)),
            Self::All(nodes) => nodes.iter().all(|node| node.holds(resource)),
            Self::Not(node) => !node.holds(resource),
            Self::Present(path) => !path.values(resource).is_empty(),
            Self::Compare(path, Operator::Unequal, value) => {
                !is_any(path, Operator::Equal, value, resource)
            }
            Self::Compare(path, operator, value) => is_any(path, *operator, value, resource),
            Self::Nobodys => false,
        }
    }

    fn sought(&self, kind: Kind) -> Option<Sought> {
        match self {
            Self::All(nodes) => nodes.iter().find_map(|node| node.sought(kind)),
            Self::Compare(path, Operator::Equal, Value::String(text)) if path.part.is_none() => {
                match path.attribute.name {
                    "id" => Some(Sought::Id(text.clone())),
                    "externalId" => Some(Sought::External(text.clone())),
                    name if name == kind.named_by() => Some(Sought::Name(text.clone())),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn asks_for(&self, attribute: &str) -> bool {
        match self {
            Self::Any(nodes) | Self::All(nodes) => {
                nodes.iter().any(|node| node.asks_for(attribute))
            }
            Self::Not(node) => node.asks_for(attribute),
            Self::Present(path) | Self::Compare(path, ..) => path.attribute.name == attribute,
            Self::Nobodys => false,
        }
    }

    fn demands(&self, demanded: &mut Resource) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.demands(demanded)),
            Self::Compare(path, Operator::Equal, value) if !value.is_null() => {
                demanded.insert(path.attribute.name.to_owned(), value.clone()).is_none()
            }
            _ => false,
        }
    }
}

fn is_any(path: &Path, operator: Operator, value: &Value, resource: &Resource) -> bool {
    let found = path.values(resource);
    if value.is_null() {
        return found.is_empty();
    }
    found.into_iter().any(|found| compares(path.last(), found, operator, value))
}

fn compares(attribute: &Attribute, found: &Value, operator: Operator, value: &Value) -> bool {
    match (found, value) {
        (Value::Bool(found), Value::Bool(value)) => found == value,
        (Value::String(found), Value::String(value)) => match attribute.form {
            Form::Moment => {
                let moments = (found.parse::<Timestamp>(), value.parse::<Timestamp>());
                matches!(moments, (Ok(found), Ok(value)) if ordered(operator, &found, &value))
            }
            _ if attribute.exact => of_texts(operator, found, value),
            _ => of_texts(operator, &found.to_lowercase(), &value.to_lowercase()),
        },
        _ => false,
    }
}

fn of_texts(operator: Operator, found: &str, value: &str) -> bool {
    match operator {
        Operator::Contains => found.contains(value),
        Operator::Begins => found.starts_with(value),
        Operator::Ends => found.ends_with(value),
        operator => ordered(operator, &found, &value),
    }
}

fn ordered<T: Ord>(operator: Operator, found: &T, value: &T) -> bool {
    match operator {
        Operator::Equal => found == value,
        Operator::Unequal => found != value,
        Operator::Above => found > value,
        Operator::AtLeast => found >= value,
        Operator::Below => found < value,
        Operator::AtMost => found <= value,
        Operator::Contains | Operator::Begins | Operator::Ends => false,
    }
}

fn broken(detail: &str) -> Refusal {
    Refused::InvalidFilter.because(detail)
}

/// Whose attributes are meant.
#[derive(Debug, Clone, Copy)]
enum Names {
    Of(Kind),
    /// Those of one value of an attribute, within brackets.
    Within(&'static Attribute),
}

/// Reads a filter or a path from left to right.
pub(super) struct Scanner<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
}

impl<'a> Scanner<'a> {
    /// # Errors
    /// [`Refused::InvalidFilter`] for an over-long text.
    pub fn new(text: &'a str) -> Result<Self, Refusal> {
        if text.len() > LENGTH_LIMIT {
            return Err(broken("the filter is too long"));
        }
        Ok(Self { text, rest: text.char_indices().peekable() })
    }

    pub fn is_at_end(&mut self) -> bool {
        self.skip_space();
        self.rest.peek().is_none()
    }

    fn skip_space(&mut self) {
        while self.rest.next_if(|(_, letter)| letter.is_ascii_whitespace()).is_some() {}
    }

    fn place(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |(place, _)| *place)
    }

    fn takes(&mut self, sign: char) -> bool {
        self.skip_space();
        self.rest.next_if(|(_, letter)| *letter == sign).is_some()
    }

    /// The letters of a name, an operator or a number.
    fn word(&mut self) -> &'a str {
        self.skip_space();
        let from = self.place();
        let of_word = |letter: char| letter.is_ascii_alphanumeric() || "_-:.$+".contains(letter);
        while self.rest.next_if(|(_, letter)| of_word(*letter)).is_some() {}
        &self.text[from..self.place()]
    }

    /// The next word, if it is this one; otherwise nothing is taken.
    fn takes_word(&mut self, wanted: &str) -> bool {
        let before = self.rest.clone();
        if self.word().eq_ignore_ascii_case(wanted) {
            return true;
        }
        self.rest = before;
        false
    }

    fn any(&mut self, names: Names, depth: usize) -> Result<Node, Refusal> {
        let mut nodes = vec![self.all(names, depth)?];
        while self.takes_word("or") {
            nodes.push(self.all(names, depth)?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    fn all(&mut self, names: Names, depth: usize) -> Result<Node, Refusal> {
        let mut nodes = vec![self.term(names, depth)?];
        while self.takes_word("and") {
            nodes.push(self.term(names, depth)?);
        }
        Ok(one_or(nodes, Node::All))
    }

    fn term(&mut self, names: Names, depth: usize) -> Result<Node, Refusal> {
        if depth >= DEPTH_LIMIT {
            return Err(broken("the filter is too deep"));
        }
        let before = self.rest.clone();
        if self.takes_word("not") && self.takes('(') {
            return Ok(Node::Not(Box::new(self.rest_of_group(names, depth)?)));
        }
        self.rest = before;
        if self.takes('(') {
            return self.rest_of_group(names, depth);
        }
        let path = self.path_within(names, depth)?;
        if let Resolved::At(path) = &path
            && path.only.is_some()
            && path.part.is_none()
        {
            return Ok(Node::Present(path.clone()));
        }
        let operator = self.word();
        if operator.eq_ignore_ascii_case("pr") {
            return present(path);
        }
        let operator = match operator.to_ascii_lowercase().as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::Unequal,
            "co" => Operator::Contains,
            "sw" => Operator::Begins,
            "ew" => Operator::Ends,
            "gt" => Operator::Above,
            "ge" => Operator::AtLeast,
            "lt" => Operator::Below,
            "le" => Operator::AtMost,
            _ => return Err(broken("an operator is missing")),
        };
        let value = self.value()?;
        compare(path, operator, value)
    }

    fn rest_of_group(&mut self, names: Names, depth: usize) -> Result<Node, Refusal> {
        let node = self.any(names, depth + 1)?;
        if self.takes(')') { Ok(node) } else { Err(broken("a parenthesis is not closed")) }
    }

    /// A path over resources of a kind.
    ///
    /// # Errors
    /// [`Refused::InvalidFilter`] when it is none.
    pub fn path(&mut self, kind: Kind) -> Result<Resolved, Refusal> {
        self.path_within(Names::Of(kind), 0)
    }

    fn path_within(&mut self, names: Names, depth: usize) -> Result<Resolved, Refusal> {
        let name = self.word();
        if name.is_empty() {
            return Err(broken("the name of an attribute is missing"));
        }
        let mut resolved = match names {
            Names::Of(kind) => path::named(kind, name),
            Names::Within(whole) => match whole.part(name) {
                None => Resolved::Unknown,
                Some(attribute) => {
                    Resolved::At(Path { extension: None, attribute, only: None, part: None })
                }
            },
        };
        if !self.takes('[') {
            return Ok(resolved);
        }
        if depth + 1 >= DEPTH_LIMIT {
            return Err(broken("the filter is too deep"));
        }
        let whole = match &resolved {
            Resolved::At(path) if path.part.is_none() && path.attribute.many => {
                Some(path.attribute)
            }
            Resolved::PassedOver => None,
            _ => return Err(broken("only several values can be chosen from")),
        };
        match whole {
            None => self.skip_brackets()?,
            Some(attribute) => {
                let only = Filter(self.any(Names::Within(attribute), depth + 1)?);
                if !self.takes(']') {
                    return Err(broken("a bracket is not closed"));
                }
                if let Resolved::At(path) = &mut resolved {
                    path.only = Some(Box::new(only));
                }
            }
        }
        if self.rest.next_if(|(_, letter)| *letter == '.').is_some() {
            let part = self.word();
            if let Resolved::At(path) = &mut resolved {
                match path.attribute.part(part) {
                    None => return Ok(Resolved::Unknown),
                    found => path.part = found,
                }
            }
        }
        Ok(resolved)
    }

    /// Brackets after an attribute that is not kept: what is asked of it does not matter.
    fn skip_brackets(&mut self) -> Result<(), Refusal> {
        loop {
            match self.rest.peek().copied() {
                None => return Err(broken("a bracket is not closed")),
                Some((_, '"')) => {
                    self.value()?;
                }
                Some((_, letter)) => {
                    self.rest.next();
                    if letter == ']' {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn value(&mut self) -> Result<Value, Refusal> {
        self.skip_space();
        if self.rest.peek().is_none_or(|(_, letter)| *letter != '"') {
            let word = self.word();
            return match word {
                "" => Err(broken("a value is missing")),
                word => serde_json::from_str(&word.to_ascii_lowercase())
                    .map_err(|_| broken("a value is a text in quotes, a number, true or false")),
            };
        }
        let from = self.place();
        self.rest.next();
        let mut escaped = false;
        for (place, letter) in self.rest.by_ref() {
            match letter {
                '"' if !escaped => {
                    return serde_json::from_str(&self.text[from..=place])
                        .map_err(|_| broken("a text in quotes is written as in JSON"));
                }
                letter => escaped = letter == '\\' && !escaped,
            }
        }
        Err(broken("a text in quotes is not closed"))
    }
}

fn one_or(mut nodes: Vec<Node>, whole: fn(Vec<Node>) -> Node) -> Node {
    match (nodes.len(), nodes.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            nodes.extend(last);
            whole(nodes)
        }
    }
}

fn unknown() -> Refusal {
    broken("an attribute of the filter does not exist")
}

fn present(path: Resolved) -> Result<Node, Refusal> {
    match path {
        Resolved::At(path) => Ok(Node::Present(path)),
        Resolved::PassedOver => Ok(Node::Nobodys),
        Resolved::Extension(_) | Resolved::Unknown => Err(unknown()),
    }
}

fn compare(path: Resolved, operator: Operator, value: Value) -> Result<Node, Refusal> {
    let path = match path {
        Resolved::At(path) => path.simple(),
        Resolved::PassedOver => return Ok(Node::Nobodys),
        Resolved::Extension(_) | Resolved::Unknown => return Err(unknown()),
    };
    let of_equality = matches!(operator, Operator::Equal | Operator::Unequal);
    let value = match (path.last().form, value) {
        (_, Value::Null) if of_equality => Value::Null,
        (Form::Boolean, Value::Bool(flag)) if of_equality => Value::Bool(flag),
        (Form::Boolean, Value::String(word)) if of_equality => {
            match word.to_ascii_lowercase().parse() {
                Ok(flag) => Value::Bool(flag),
                Err(_) => return Err(broken("a flag is compared with true or false")),
            }
        }
        (Form::Text, Value::String(text)) => Value::String(text),
        (Form::Moment, Value::String(text)) if text.parse::<Timestamp>().is_ok() => {
            Value::String(text)
        }
        _ => return Err(broken("an attribute is compared with a value that it cannot have")),
    };
    Ok(Node::Compare(path, operator, value))
}
