//! Sound as a file: RIFF WAVE, one channel.

use crate::{RATE, alaw};

/// Numbers of formats (RFC 2361, appendix A).
const PCM: u16 = 1;
const ALAW: u16 = 6;

/// A-law sound at 8,000 samples a second as a file, with what it says as its comment.
#[must_use]
pub fn write(sound: &[u8], comment: Option<&str>) -> Vec<u8> {
    let mut format = Vec::new();
    for number in [ALAW, 1] {
        format.extend(number.to_le_bytes());
    }
    for number in [RATE, RATE] {
        format.extend(number.to_le_bytes());
    }
    // A byte a sample, eight bits of it, no extension.
    for number in [1_u16, 8, 0] {
        format.extend(number.to_le_bytes());
    }
    let samples = u32::try_from(sound.len()).unwrap_or(u32::MAX);
    let mut body = b"WAVE".to_vec();
    chunk(&mut body, *b"fmt ", &format);
    chunk(&mut body, *b"fact", &samples.to_le_bytes());
    if let Some(comment) = comment {
        let mut list = b"INFO".to_vec();
        chunk(&mut list, *b"ICMT", comment.as_bytes());
        chunk(&mut body, *b"LIST", &list);
    }
    chunk(&mut body, *b"data", sound);
    let mut file = Vec::with_capacity(body.len() + 8);
    chunk(&mut file, *b"RIFF", &body);
    file
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], body: &[u8]) {
    out.extend(name);
    out.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(body);
    if body.len() % 2 == 1 {
        out.push(0);
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wav {
    /// A-law, 8,000 samples a second.
    pub sound: Vec<u8>,
    pub comment: Option<String>,
}

/// Why a file cannot be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayable {
    #[error("this is no WAV file")]
    Malformed,
    #[error("it is not 8,000 samples a second, one channel, A-law or 16 bits")]
    Format,
}

/// Reads a file of 8,000 samples a second, one channel, A-law or 16 bits.
///
/// # Errors
/// [`NotPlayable`]: another format, or no WAV file.
pub fn read(file: &[u8]) -> Result<Wav, NotPlayable> {
    let (name, body, _) = next(file).ok_or(NotPlayable::Malformed)?;
    let mut rest = body.strip_prefix(b"WAVE").ok_or(NotPlayable::Malformed)?;
    if name != *b"RIFF" {
        return Err(NotPlayable::Malformed);
    }
    let (mut format, mut comment) = (None, None);
    while let Some((name, body, after)) = next(rest) {
        rest = after;
        match &name {
            b"fmt " => format = Some(coding(body).ok_or(NotPlayable::Format)?),
            b"LIST" => comment = comment.or_else(|| read_comment(body)),
            b"data" => {
                let sound = match format.ok_or(NotPlayable::Malformed)? {
                    ALAW => body.to_vec(),
                    _ => {
                        let samples = body.as_chunks::<2>().0.iter();
                        samples.map(|sample| alaw::encode(i16::from_le_bytes(*sample))).collect()
                    }
                };
                return Ok(Wav { sound, comment });
            }
            _ => {}
        }
    }
    Err(NotPlayable::Malformed)
}

/// The first chunk's name, body, and what follows it.
fn next(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let (name, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let body = rest.get(..length)?;
    // An odd chunk is filled up; some leave that out at the end.
    Some((*name, body, rest.get(length + length % 2..).unwrap_or_default()))
}

/// The number of a format that can be played.
fn coding(format: &[u8]) -> Option<u16> {
    let head = format.first_chunk::<16>()?;
    let short = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    let rate = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let fits = match short(0) {
        PCM => short(14) == 16,
        ALAW => short(14) == 8,
        _ => false,
    };
    (fits && short(2) == 1 && rate == RATE).then(|| short(0))
}

fn read_comment(list: &[u8]) -> Option<String> {
    let mut rest = list.strip_prefix(b"INFO")?;
    while let Some((name, body, after)) = next(rest) {
        if name == *b"ICMT" {
            return String::from_utf8(body.to_vec()).ok();
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_written() {
        for (sound, comment) in [(vec![1, 2, 3], Some("Hej, æøå")), (vec![0xD5; 8], None)] {
            let file = write(&sound, comment);
            assert_eq!(read(&file), Ok(Wav { sound, comment: comment.map(str::to_owned) }));
        }
    }

    #[test]
    fn sixteen_bits_are_taken_and_what_does_not_fit_is_refused() {
        let file = |rate: u32, channels: u16| {
            let mut format = [1_u16.to_le_bytes(), channels.to_le_bytes()].concat();
            format.extend([rate.to_le_bytes(), (2 * rate).to_le_bytes()].concat());
            format.extend([2_u16.to_le_bytes(), 16_u16.to_le_bytes()].concat());
            let (mut body, mut file) = (b"WAVE".to_vec(), Vec::new());
            chunk(&mut body, *b"fmt ", &format);
            chunk(&mut body, *b"data", &[0, 0, 0xFF, 0x7F]);
            chunk(&mut file, *b"RIFF", &body);
            file
        };
        let sound = read(&file(8_000, 1)).map(|wav| wav.sound);
        assert_eq!(sound, Ok(vec![alaw::SILENCE, alaw::encode(i16::MAX)]));
        assert_eq!(read(&file(44_100, 1)), Err(NotPlayable::Format));
        assert_eq!(read(&file(8_000, 2)), Err(NotPlayable::Format));
        assert_eq!(read(b"MP3"), Err(NotPlayable::Malformed));
    }

    proptest! {
        #[test]
        fn whatever_is_uploaded_is_read_or_refused(
            at in 0..80_usize,
            bytes in prop::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut file = write(&[1; 40], Some("x"));
            for (byte, new) in file.iter_mut().skip(at).zip(bytes) {
                *byte = new;
            }
            let _ = read(&file);
        }
    }
}
