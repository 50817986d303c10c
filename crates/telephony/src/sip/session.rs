//! Session timers (RFC 4028): a call whose end vanished without a word does not last for ever.

/// What we ask for (s).
pub const WANTED_S: u32 = 1_800;
/// Shorter than this (s) is refused with 422.
pub const SHORTEST_S: u32 = 90;

/// What was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Ends after so long (s) without a refresh.
    pub lasts_s: u32,
    /// Whether refreshing is ours.
    pub ours: bool,
}

/// What the other end said: seconds and who is to refresh, if it said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    pub lasts_s: u32,
    pub by_caller: Option<bool>,
}

/// Reads a Session-Expires header.
#[must_use]
pub fn read(header: &str) -> Option<Said> {
    let mut parts = header.split(';').map(str::trim);
    let lasts_s = parts.next()?.parse().ok()?;
    let by = parts.find_map(|part| part.strip_prefix("refresher="));
    let by_caller = match by {
        Some("uac") => Some(true),
        Some("uas") => Some(false),
        _ => None,
    };
    Some(Said { lasts_s, by_caller })
}

/// Answers what a caller said (section 9). `supports`: the caller knows session timers.
///
/// # Errors
/// The shortest time to put into a 422.
pub fn answer(said: Option<Said>, supports: bool) -> Result<Option<Session>, u32> {
    let Some(said) = said else {
        // Who knows session timers and did not ask for one is refreshed by us.
        return Ok(Some(Session { lasts_s: WANTED_S, ours: true }).filter(|_| supports));
    };
    if said.lasts_s < SHORTEST_S {
        return Err(SHORTEST_S);
    }
    let ours = !(supports && said.by_caller.unwrap_or(true));
    Ok(Some(Session { lasts_s: said.lasts_s, ours }))
}

/// What the other end agreed to in its answer to our request.
#[must_use]
pub fn agreed(said: Option<Said>) -> Option<Session> {
    let said = said.filter(|said| said.lasts_s >= SHORTEST_S)?;
    Some(Session { lasts_s: said.lasts_s, ours: said.by_caller.unwrap_or(true) })
}

impl Session {
    /// A Session-Expires header, in an answer or (`request`) a request of ours.
    #[must_use]
    pub fn header(&self, request: bool) -> String {
        let refresher = if self.ours == request { "uac" } else { "uas" };
        format!("{};refresher={refresher}", self.lasts_s)
    }

    /// After so long (s) without a refresh something is to be done: refresh it, or give it up a
    /// little before it is over (section 10).
    #[must_use]
    pub fn due_s(&self) -> u32 {
        if self.ours { self.lasts_s / 2 } else { self.lasts_s - (self.lasts_s / 3).min(32) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_refreshes_is_agreed_as_the_rfc_says() {
        let by = |header: &str, supports| answer(read(header), supports);
        assert_eq!(
            by("1800;refresher=uac", true),
            Ok(Some(Session { lasts_s: 1800, ours: false }))
        );
        assert_eq!(by("90 ; refresher=uas", true), Ok(Some(Session { lasts_s: 90, ours: true })));
        assert_eq!(by("600", true), Ok(Some(Session { lasts_s: 600, ours: false })));
        assert_eq!(by("600", false), Ok(Some(Session { lasts_s: 600, ours: true })));
        assert_eq!(by("89;refresher=uac", true), Err(90));
        assert_eq!(answer(None, true), Ok(Some(Session { lasts_s: 1800, ours: true })));
        assert_eq!(answer(None, false), Ok(None));
        assert_eq!(
            agreed(read("1800;refresher=uas")),
            Some(Session { lasts_s: 1800, ours: false })
        );
        assert_eq!(agreed(read("30")), None);
        assert_eq!(read("soon"), None);
    }

    #[test]
    fn a_session_is_refreshed_at_half_time_and_given_up_before_its_end() {
        let (own, other) =
            (Session { lasts_s: 1800, ours: true }, Session { lasts_s: 90, ours: false });
        assert_eq!((own.due_s(), other.due_s()), (900, 60));
        assert_eq!(
            (own.header(true), own.header(false)),
            ("1800;refresher=uac".into(), "1800;refresher=uas".into())
        );
        assert_eq!(other.header(true), "90;refresher=uas");
    }
}
