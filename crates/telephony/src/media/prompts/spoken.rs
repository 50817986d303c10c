//! Sentences out of pieces.

use base::UnixMillis;
use rules::calls::{Outlook, Words};
use rules::hours::Zone;

use super::{NUMBERS, Phrase, Piece};

/// What is said to a caller at `now`.
#[must_use]
pub fn spoken(words: Words, outlook: &Outlook, now: UnixMillis) -> Vec<Phrase> {
    let press_one = outlook.call_back.then_some(Piece::PressOne);
    let mut pieces = Vec::new();
    match words {
        Words::Greeting => pieces.push(Piece::Greeting),
        Words::Recording => pieces.push(Piece::Recording),
        Words::Progress => {
            match outlook.place {
                Some(place) if place <= 30 => {
                    pieces.extend([Piece::Place, down(place), Piece::InLine]);
                }
                Some(_) => pieces.push(Piece::PlaceFar),
                None => {}
            }
            if let Some((least, most)) = outlook.wait_min {
                pieces.extend(wait(least, most));
            }
            pieces.extend(press_one);
        }
        Words::CallBackBooked => match outlook.opens {
            None => pieces.push(Piece::BookedTurn),
            Some(opens) => match moment(opens, now) {
                Some(moment) => pieces.extend(std::iter::once(Piece::Booked).chain(moment)),
                None => pieces.push(Piece::BookedLater),
            },
        },
        Words::Closed | Words::VoiceMail => {
            pieces.push(Piece::Closed);
            match outlook.opens.and_then(|opens| moment(opens, now)) {
                Some(moment) => pieces.extend(std::iter::once(Piece::Opens).chain(moment)),
                None => pieces.push(Piece::OpensLater),
            }
            pieces.push(Piece::Emergency);
            pieces.extend(press_one);
            if words == Words::VoiceMail {
                pieces.extend([Piece::VoiceMail, Piece::Tone]);
            }
        }
    }
    let language = outlook.language;
    pieces.into_iter().map(|piece| Phrase { language, piece }).collect()
}

/// The wait in minutes.
fn wait(least: u32, most: u32) -> Vec<Piece> {
    match (least, most) {
        (_, 0 | 1) => vec![Piece::WaitShort],
        (_, 56..) => vec![Piece::WaitLong],
        _ if least == 0 || down(least) == up(most) => vec![Piece::Wait, up(most), Piece::Minutes],
        _ => vec![Piece::WaitBetween, down(least), Piece::And, up(most), Piece::Minutes],
    }
}

/// A day and a time; `None` of what lies more than six days ahead, whose weekday would be taken for
/// the nearer one.
fn moment(at: UnixMillis, now: UnixMillis) -> Option<Vec<Piece>> {
    let (at, now) = (Zone::Copenhagen.civil(at), Zone::Copenhagen.civil(now));
    let days = now.date().until(at.date()).ok()?.get_days();
    let day = match days {
        0 => Piece::Today,
        1 => Piece::Tomorrow,
        2..=6 => Piece::Weekday(at.weekday().to_monday_zero_offset().unsigned_abs()),
        _ => return None,
    };
    let mut pieces = vec![day, Piece::At, down(u32::from(at.hour().unsigned_abs()))];
    let minute = u32::from(at.minute().unsigned_abs());
    if minute > 0 && minute < 10 {
        pieces.push(down(0));
    }
    if minute > 0 {
        pieces.push(down(minute));
    }
    Some(pieces)
}

/// The greatest number that is spoken and not above this one.
fn down(number: u32) -> Piece {
    let spoken = NUMBERS.iter().rev().find(|spoken| u32::from(**spoken) <= number);
    Piece::Number(spoken.copied().unwrap_or(0))
}

/// The least number that is spoken and not below this one.
fn up(number: u32) -> Piece {
    let spoken = NUMBERS.iter().find(|spoken| u32::from(**spoken) >= number);
    Piece::Number(spoken.copied().unwrap_or(55))
}

#[cfg(test)]
mod tests {
    use base::Language;

    use super::*;

    const NOTHING: Outlook = Outlook {
        language: Language::Da,
        place: None,
        wait_min: None,
        opens: None,
        call_back: false,
    };

    /// Copenhagen time on a day of June 2027; the 2nd is a Wednesday.
    fn at(day: i8, hour: i8, minute: i8) -> UnixMillis {
        let text = format!("2027-06-{day:02}T{hour:02}:{minute:02}:00+02:00");
        UnixMillis::from_timestamp(text.parse().unwrap())
    }

    /// The names of the pieces, in a line.
    fn said(words: Words, outlook: Outlook) -> String {
        let phrases = spoken(words, &outlook, at(2, 16, 30));
        assert!(phrases.iter().all(|phrase| phrase.language == outlook.language));
        phrases.iter().map(|phrase| phrase.piece.name()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn who_waits_is_told_place_and_wait_and_the_way_out() {
        let progress = |place, wait_min, call_back| {
            said(Words::Progress, Outlook { place, wait_min, call_back, ..NOTHING })
        };
        assert_eq!(
            progress(Some(3), Some((0, 4)), true),
            "place number-3 in-line wait number-4 minutes press-one"
        );
        assert_eq!(
            progress(Some(12), Some((11, 33)), false),
            "place number-12 in-line wait-between number-11 and number-35 minutes"
        );
        assert_eq!(progress(Some(31), Some((40, 90)), true), "place-far wait-long press-one");
        assert_eq!(progress(Some(1), Some((0, 1)), false), "place number-1 in-line wait-short");
        assert_eq!(progress(None, None, false), "");
    }

    #[test]
    fn a_closed_line_says_when_it_opens_and_where_to_call_in_an_emergency() {
        let closed = |opens| said(Words::Closed, Outlook { opens, ..NOTHING });
        for (opens, moment) in [
            (at(2, 18, 0), "opens today at number-18"),
            (at(3, 8, 5), "opens tomorrow at number-8 number-0 number-5"),
            (at(7, 9, 30), "opens weekday-0 at number-9 number-30"),
            (at(9, 9, 30), "opens-later"),
        ] {
            assert_eq!(closed(Some(opens)), format!("closed {moment} emergency"));
        }
        let outlook = Outlook { opens: Some(at(3, 8, 0)), call_back: true, ..NOTHING };
        assert_eq!(
            said(Words::VoiceMail, outlook),
            "closed opens tomorrow at number-8 emergency press-one voice-mail tone"
        );
    }

    #[test]
    fn a_call_back_is_promised_for_ones_turn_or_for_a_time() {
        let booked = |opens| said(Words::CallBackBooked, Outlook { opens, ..NOTHING });
        assert_eq!(booked(None), "booked-turn");
        assert_eq!(booked(Some(at(3, 8, 0))), "booked tomorrow at number-8");
        assert_eq!(booked(Some(at(22, 8, 0))), "booked-later");
    }
}
