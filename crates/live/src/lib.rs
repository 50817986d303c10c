//! Streams followed by cursor; presence of sockets
