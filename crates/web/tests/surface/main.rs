//! The surface as the outside sees it: every route and every frame of the socket, with every role,
//! and whatever bad input may come.

mod authorisation;
mod bad_input;
mod contention;
mod directory;
mod duty_ends;
mod house;
mod scim;
mod sockets;
mod writing;
