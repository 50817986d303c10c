//! Citizen pages, staff API, sockets
