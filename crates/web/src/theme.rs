//! A municipality's colour, and what follows from it.
//!
//! A member gives one colour. It must be readable as text and under text: at least 4.5:1 against
//! white and against the soft grey of footers (WCAG 2.2, 1.4.3). A colour that is not is refused,
//! with the nearest that is: the same hue, darker. What follows (hover, text on it, the lighter
//! colour on dark paper) is then readable too, which the tests prove for every colour.

use std::fmt::{self, Write as _};

use rules::members::Member;

/// The least contrast of text (WCAG 2.2 AA).
pub const LEAST_CONTRAST: f64 = 4.5;
/// `--paper` and `--soft` of the light scheme, and `--paper` of the dark one.
const PAPER: Colour = Colour(0xff, 0xff, 0xff);
const SOFT: Colour = Colour(0xf4, 0xf6, 0xf8);
/// `--paper` of the dark scheme.
const NIGHT: Colour = Colour(0x14, 0x18, 0x1d);
/// `--brand-text` of the dark scheme: at most so much of the brand, the rest white.
const NIGHT_SHARE: f64 = 0.48;
/// `--brand-soft`: so much of the brand, the rest paper; in the dark scheme more.
const SOFT_SHARE: f64 = 0.10;
const NIGHT_SOFT_SHARE: f64 = 0.28;
/// `--brand-strong` (hover): so much of the brand, the rest black.
const HOVER_SHARE: f64 = 0.85;

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Why a colour cannot be a municipality's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ColourError {
    #[error("a colour is written #rrggbb")]
    NoColour,
    /// Too light to read; `nearest` has the same hue and can be read.
    #[error("the contrast is under 4.5:1; the nearest readable colour is {nearest}")]
    TooWeak { nearest: Colour },
}

impl std::str::FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
        let digits = digits.ok_or(ColourError::NoColour)?;
        let part =
            |at| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| ColourError::NoColour);
        Ok(Self(part(0)?, part(2)?, part(4)?))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

impl Colour {
    /// The three parts, linear, 0 to 1.
    fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0 to 255 before"
    )]
    fn of_linear(linear: [f64; 3]) -> Self {
        let [r, g, b] = linear.map(|part| {
            let part = part.clamp(0.0, 1.0);
            let part = if part <= 0.003_130_8 {
                part * 12.92
            } else {
                1.055 * part.powf(1.0 / 2.4) - 0.055
            };
            (part * 255.0).round().clamp(0.0, 255.0) as u8
        });
        Self(r, g, b)
    }

    /// Relative luminance of WCAG 2.2.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast ratio of WCAG 2.2, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Oklab: lightness and two axes of colour (Ottosson 2020), as `color-mix(in oklab)` uses it.
    fn oklab(self) -> [f64; 3] {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
            1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
            0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
        ]
    }

    fn of_oklab([lightness, a, b]: [f64; 3]) -> Self {
        let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        Self::of_linear([
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ])
    }

    /// `share` of this colour, the rest of the other.
    fn mixed(self, share: f64, other: Self) -> Self {
        let (own, other) = (self.oklab(), other.oklab());
        Self::of_oklab([0, 1, 2].map(|at| own[at] * share + other[at] * (1.0 - share)))
    }

    fn is_readable(self) -> bool {
        [PAPER, SOFT, self.mixed(SOFT_SHARE, PAPER)]
            .iter()
            .all(|paper| self.contrast(*paper) >= LEAST_CONTRAST)
    }

    /// The colour as text on dark paper: made lighter until it can be read.
    fn at_night(self) -> Self {
        let papers = [NIGHT, self.mixed(NIGHT_SOFT_SHARE, NIGHT)];
        let mut share = NIGHT_SHARE;
        loop {
            let text = self.mixed(share, PAPER);
            let readable = papers.iter().all(|paper| text.contrast(*paper) >= LEAST_CONTRAST);
            if readable || share <= 0.0 {
                return text;
            }
            share -= 0.04;
        }
    }

    /// The lightest readable colour of the same hue.
    fn nearest_readable(self) -> Self {
        let [lightness, a, b] = self.oklab();
        let (mut dark, mut light) = (0.0, 1.0);
        for _ in 0..24 {
            let share = f64::midpoint(dark, light);
            // Colour fades with lightness, or the darkened colour leaves what screens can show.
            let tried = Self::of_oklab([lightness * share, a * share, b * share]);
            if tried.is_readable() { dark = share } else { light = share }
        }
        Self::of_oklab([lightness * dark, a * dark, b * dark])
    }
}

/// What follows from a municipality's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub brand: Colour,
    /// Text on the brand.
    pub on_brand: Colour,
    /// The brand under the pointer.
    pub strong: Colour,
    /// The brand as text or line on dark paper.
    pub night: Colour,
}

impl Theme {
    /// The theme of a colour.
    ///
    /// # Errors
    /// [`ColourError`] when it is no colour or cannot be read.
    pub fn of(colour: &str) -> Result<Self, ColourError> {
        let brand: Colour = colour.parse()?;
        if !brand.is_readable() {
            return Err(ColourError::TooWeak { nearest: brand.nearest_readable() });
        }
        Ok(Self::of_readable(brand))
    }

    /// The theme of a colour, or of the nearest that can be read.
    #[must_use]
    pub fn nearest(colour: &str) -> Option<Self> {
        match Self::of(colour) {
            Ok(theme) => Some(theme),
            Err(ColourError::TooWeak { nearest }) => Some(Self::of_readable(nearest)),
            Err(ColourError::NoColour) => None,
        }
    }

    fn of_readable(brand: Colour) -> Self {
        let strong = brand.mixed(HOVER_SHARE, Colour(0, 0, 0));
        Self { brand, on_brand: PAPER, strong, night: brand.at_night() }
    }
}

/// The style sheet that gives each municipality its colour, wherever a page names it.
#[must_use]
pub fn sheet(members: &[Member]) -> String {
    let (mut css, mut night) = (String::new(), String::new());
    for member in members {
        let Some(theme) = Theme::nearest(&member.colour) else { continue };
        let Theme { brand, on_brand, strong, night: text } = theme;
        let key = &member.key;
        let _ = writeln!(
            css,
            "[data-m=\"{key}\"]{{--brand:{brand};--on-brand:{on_brand};--brand-strong:{strong}}}"
        );
        let _ = writeln!(night, "[data-m=\"{key}\"]{{--brand-text:{text}}}");
    }
    let _ = writeln!(css, "@media (prefers-color-scheme:dark){{\n{night}}}");
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> impl Iterator<Item = Colour> {
        let steps = (0..=255_u8).step_by(15);
        steps.clone().flat_map(move |r| {
            let steps = steps.clone();
            steps.clone().flat_map(move |g| steps.clone().map(move |b| Colour(r, g, b)))
        })
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let (black, white) = (Colour(0, 0, 0), Colour(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((Colour(0x76, 0x76, 0x76).contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn the_demo_colours_are_readable() {
        for colour in ["#2c6e49", "#0b5a8a", "#00706b", "#a3392f", "#6a4c93", "#8a4b08"] {
            assert!(Theme::of(colour).is_ok(), "{colour}");
        }
    }

    #[test]
    fn a_light_colour_is_refused_with_a_readable_one_of_its_hue() {
        let Err(ColourError::TooWeak { nearest }) = Theme::of("#ffb000") else {
            panic!("a bright yellow was taken");
        };
        assert!(nearest.is_readable());
        assert!(nearest.0 > nearest.1 && nearest.1 > nearest.2, "{nearest} is no dark yellow");
        // Nearest: hardly darker than needed.
        assert!(nearest.contrast(SOFT) < LEAST_CONTRAST + 0.6, "{nearest}");
    }

    #[test]
    fn no_theme_can_break_the_standard() {
        for colour in sample() {
            let theme = Theme::nearest(&colour.to_string()).expect("a colour");
            for (text, paper, what) in [
                (theme.on_brand, theme.brand, "text on the brand"),
                (theme.on_brand, theme.strong, "text on the brand under the pointer"),
                (theme.brand, PAPER, "the brand on paper"),
                (theme.brand, SOFT, "the brand on the soft grey"),
                (theme.brand, theme.brand.mixed(SOFT_SHARE, PAPER), "the brand on its soft shade"),
                (theme.night, NIGHT, "the brand on dark paper"),
                (
                    theme.night,
                    theme.brand.mixed(NIGHT_SOFT_SHARE, NIGHT),
                    "the brand on its soft shade in the dark",
                ),
            ] {
                let contrast = text.contrast(paper);
                assert!(contrast >= LEAST_CONTRAST, "{colour}: {what} has {contrast:.2}:1");
            }
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "blue", "#12345", "#1234567", "0b5a8a", "#gg0000", "#æøå"] {
            assert_eq!(Theme::of(text), Err(ColourError::NoColour), "{text:?}");
        }
    }
}
