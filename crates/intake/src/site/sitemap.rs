//! Sitemaps (sitemaps.org): lists of pages, and lists of such lists, also packed.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;
use rules::content::Fault;

use crate::xml::{Document, Piece, decoded, fault};

/// A packed sitemap may unpack to so many bytes.
const MOST_UNPACKED: u64 = 32 * 1024 * 1024;
/// Pages that are taken from one sitemap; the standard allows 50,000.
const MOST_ENTRIES: usize = 50_000;
const LONGEST_ADDRESS: usize = 2048;

/// One page or one further sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub url: String,
    /// As the site says it, for instance `2027-06-01` or with a time.
    pub changed: Option<String>,
}

/// What a sitemap lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    pub pages: Vec<Entry>,
    pub maps: Vec<Entry>,
    /// It lists more than is taken.
    pub cut: bool,
}

/// Reads a sitemap, packed or not, or a plain list of addresses.
///
/// # Errors
/// When it is no sitemap, or unpacks to more than is read.
pub fn read_sitemap(bytes: &[u8]) -> Result<Map, Fault> {
    let unpacked;
    let bytes = if bytes.starts_with(b"\x1f\x8b") {
        unpacked = unpack(bytes)?;
        &unpacked
    } else {
        bytes
    };
    let text = decoded(bytes)?;
    if !text.trim_start().starts_with('<') {
        return Ok(plain(&text));
    }
    let mut document = Document::new(&text);
    let mut map = Map::default();
    let mut entry = Entry { url: String::new(), changed: None };
    loop {
        match document.next_piece()? {
            Piece::Open(_) => {}
            Piece::Text(words) => match document.path() {
                [_, kind, field] if matches!(kind.as_str(), "url" | "sitemap") => {
                    match field.as_str() {
                        "loc" => entry.url = words.trim().to_owned(),
                        "lastmod" => entry.changed = Some(words.trim().chars().take(40).collect()),
                        _ => {}
                    }
                }
                _ => {}
            },
            Piece::Close(name) => {
                let list = match name.as_str() {
                    "url" => &mut map.pages,
                    "sitemap" => &mut map.maps,
                    _ => continue,
                };
                let found =
                    std::mem::replace(&mut entry, Entry { url: String::new(), changed: None });
                if found.url.is_empty() || found.url.len() > LONGEST_ADDRESS {
                    continue;
                }
                if list.len() >= MOST_ENTRIES {
                    map.cut = true;
                    return Ok(map);
                }
                list.push(found);
            }
            Piece::End => return Ok(map),
        }
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut unpacked = Vec::new();
    let mut reader = MultiGzDecoder::new(bytes).take(MOST_UNPACKED + 1);
    reader
        .read_to_end(&mut unpacked)
        .map_err(|_| fault(1, "packed", "the packed sitemap is damaged"))?;
    if unpacked.len() as u64 > MOST_UNPACKED {
        return Err(fault(1, "too-large", "the packed sitemap unpacks to more than 32 MB"));
    }
    Ok(unpacked)
}

/// One address a line.
fn plain(text: &str) -> Map {
    let mut map = Map::default();
    for line in text.lines().map(str::trim) {
        if line.starts_with("http") && line.len() <= LONGEST_ADDRESS {
            if map.pages.len() >= MOST_ENTRIES {
                map.cut = true;
                break;
            }
            map.pages.push(Entry { url: line.to_owned(), changed: None });
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    const SMALL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="x">
  <url><loc>https://www.example.dk/pas?a=1&amp;b=2</loc><lastmod>2027-06-01</lastmod>
    <image:image><image:loc>https://www.example.dk/pas.jpg</image:loc></image:image></url>
  <url><loc> https://www.example.dk/affald </loc></url>
  <url></url>
</urlset>"#;

    #[test]
    fn pages_and_their_dates_are_read_packed_or_not() {
        for bytes in [SMALL.as_bytes().to_vec(), packed(SMALL.as_bytes())] {
            let map = read_sitemap(&bytes).unwrap();
            let pages: Vec<(&str, Option<&str>)> =
                map.pages.iter().map(|e| (e.url.as_str(), e.changed.as_deref())).collect();
            assert_eq!(
                pages,
                [
                    ("https://www.example.dk/pas?a=1&b=2", Some("2027-06-01")),
                    ("https://www.example.dk/affald", None)
                ]
            );
        }
        let index = "<sitemapindex><sitemap><loc>https://www.example.dk/a.xml.gz</loc></sitemap></sitemapindex>";
        assert_eq!(
            read_sitemap(index.as_bytes()).unwrap().maps[0].url,
            "https://www.example.dk/a.xml.gz"
        );
        assert_eq!(read_sitemap(b"https://www.example.dk/a\nnot this\n").unwrap().pages.len(), 1);
    }

    #[test]
    fn a_million_entries_are_cut_and_a_packed_bomb_is_refused() {
        let mut long = String::from("<urlset>");
        for number in 0..1_000_000 {
            long.push_str("<url><loc>https://www.example.dk/");
            long.push_str(&number.to_string());
            long.push_str("</loc></url>");
        }
        long.push_str("</urlset>");
        let map = read_sitemap(long.as_bytes()).unwrap();
        assert!(map.cut && map.pages.len() == MOST_ENTRIES);
        let bomb = packed(&vec![b' '; 200 * 1024 * 1024]);
        assert!(bomb.len() < 2 * 1024 * 1024);
        assert_eq!(read_sitemap(&bomb).unwrap_err().code, "too-large");
        assert_eq!(read_sitemap(b"\x1f\x8bnothing").unwrap_err().code, "packed");
    }
}
