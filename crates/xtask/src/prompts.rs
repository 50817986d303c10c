//! Speaks the prompts of the telephone with espeak-ng, and plays the music of those who wait.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use catalogue::{Catalogue, LANGUAGES, Piece};
use sound::{RATE, alaw, wav};

/// Samples a second that espeak-ng speaks with.
const SPOKEN_RATE: u32 = 22_050;
/// Quieter than this is the silence around the words.
const SILENT: f64 = 0.01;
/// How loud the loudest sample becomes, of 1.
const PEAK: f64 = 0.5;

/// Writes `crates/telephony/prompts`: a file for each text, with the text in it. A file that says
/// its text already stays as it is.
pub fn write(root: &Path) -> anyhow::Result<()> {
    let catalogue = Catalogue::read(&root.join("i18n"))?;
    let folder = root.join("crates/telephony/prompts");
    for language in LANGUAGES {
        std::fs::create_dir_all(folder.join(language))?;
    }
    for message in catalogue.messages.values().filter(|message| message.file == "prompts") {
        let name = message.id.trim_start_matches("prompt-");
        for (language, text) in LANGUAGES.into_iter().zip(&message.texts) {
            let [Piece::Text(text)] = &text[..] else { anyhow::bail!("{name} is not plain text") };
            let file = folder.join(language).join(name).with_extension("wav");
            let old = std::fs::read(&file).ok().and_then(|bytes| wav::read(&bytes).ok());
            if old.is_some_and(|old| old.comment.as_ref() == Some(text)) {
                continue;
            }
            let words = louder(trimmed(&spoken(language, text)?));
            store(&file, &narrowed(&words), text)?;
        }
    }
    store(&folder.join("music.wav"), &super::music::piece(), "music")
}

fn store(file: &Path, samples: &[f64], comment: &str) -> anyhow::Result<()> {
    let sound: Vec<u8> = samples.iter().map(|sample| alaw::encode(sixteen_bits(*sample))).collect();
    std::fs::write(file, wav::write(&sound, Some(comment)))
        .with_context(|| format!("writing {}", file.display()))
}

#[expect(clippy::cast_possible_truncation, reason = "kept within its bounds")]
fn sixteen_bits(sample: f64) -> i16 {
    (sample.clamp(-1.0, 1.0) * f64::from(i16::MAX)) as i16
}

/// What espeak-ng makes of a text.
fn spoken(language: &str, text: &str) -> anyhow::Result<Vec<f64>> {
    let said = Command::new("espeak-ng")
        .args(["-v", language, "-s", "140", "--stdout", text])
        .output()
        .context("espeak-ng (apt install espeak-ng)")?;
    // A head of 44 bytes, whose lengths are not known yet when it is written to a pipe.
    let (head, body) = said.stdout.split_at_checked(44).context("espeak-ng said nothing")?;
    ensure!(head[24..28] == SPOKEN_RATE.to_le_bytes(), "espeak-ng speaks with another rate");
    let samples = body.as_chunks::<2>().0.iter();
    Ok(samples.map(|sample| f64::from(i16::from_le_bytes(*sample)) / 32_768.0).collect())
}

/// Without the silence before and after, but for 30 ms: pieces follow each other as words do.
fn trimmed(samples: &[f64]) -> &[f64] {
    let loud = |sample: &f64| sample.abs() > SILENT;
    let edge = (SPOKEN_RATE / 33) as usize;
    let first = samples.iter().position(loud).unwrap_or(0).saturating_sub(edge);
    let last = samples.iter().rposition(loud).unwrap_or(0) + edge;
    &samples[first..last.min(samples.len())]
}

fn louder(samples: &[f64]) -> Vec<f64> {
    let most = samples.iter().fold(SILENT, |most, sample| most.max(sample.abs()));
    samples.iter().map(|sample| sample * PEAK / most).collect()
}

/// At the telephone's rate: a windowed sinc that lets 3.6 kHz through.
fn narrowed(samples: &[f64]) -> Vec<f64> {
    const REACH: i64 = 60;
    let step = f64::from(SPOKEN_RATE) / f64::from(RATE);
    let cut = 2.0 * 3_600.0 / f64::from(SPOKEN_RATE);
    let count = samples.len() as f64 / step;
    (0..count as i64)
        .map(|at| {
            let middle = at as f64 * step;
            let nearest = middle as i64;
            (nearest - REACH..=nearest + REACH)
                .filter_map(|place| {
                    let sample = samples.get(usize::try_from(place).ok()?)?;
                    let away = place as f64 - middle;
                    let angle = std::f64::consts::PI * away;
                    let sinc = if away == 0.0 { cut } else { (angle * cut).sin() / angle };
                    let window = (angle / (2.0 * (REACH + 1) as f64)).cos().powi(2);
                    Some(sample * sinc * window)
                })
                .sum()
        })
        .collect()
}
