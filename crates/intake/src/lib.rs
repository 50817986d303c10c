//! Texts that come from elsewhere: other sites, files, public XML.
