//! The use cases on both databases, with real content and a clock that the test owns.

mod directory;
mod duty;
mod evening;
mod house;
mod knowledge;
mod login;
mod people;
mod room;
mod trail;
