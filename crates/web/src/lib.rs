//! Citizen pages, staff API, sockets

pub mod markdown;
