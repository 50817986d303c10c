//! Passwords, tokens, pseudonyms
