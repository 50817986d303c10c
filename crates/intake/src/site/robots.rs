//! robots.txt: what a site asks of visitors (RFC 9309).

use texting_robots::Robot;

use crate::fetch::{AGENT, FetchError, Fetched};

/// So much of a robots.txt is read, in bytes; the standard asks for at least this.
const MOST_BYTES: usize = 500 * 1024;
/// The longest pause that is kept, in seconds; a site that asks for more is visited less often, not
/// never.
const LONGEST_PAUSE_S: f32 = 60.0;

/// What a site asks of visitors.
#[derive(Debug)]
pub struct Robots {
    rules: Rules,
}

#[derive(Debug)]
enum Rules {
    /// It asks for nothing.
    None,
    /// It could not be asked: nothing may be visited until it can.
    Unknown,
    Said(Box<Robot>),
}

impl Robots {
    /// From the answer to `/robots.txt`: none there means that nothing is forbidden; a site that
    /// cannot answer is left alone.
    #[must_use]
    pub fn of(answer: &Result<Fetched, FetchError>) -> Self {
        let rules = match answer {
            Ok(answer) if answer.status == 200 => Robot::new(AGENT, whole_lines(&answer.body))
                .map_or(Rules::Unknown, |robot| Rules::Said(Box::new(robot))),
            Ok(answer) if (400..500).contains(&answer.status) && answer.status != 429 => {
                Rules::None
            }
            _ => Rules::Unknown,
        };
        Self { rules }
    }

    /// Whether the site could be asked.
    #[must_use]
    pub const fn are_known(&self) -> bool {
        !matches!(self.rules, Rules::Unknown)
    }

    /// Whether a page may be visited.
    #[must_use]
    pub fn allow(&self, url: &str) -> bool {
        match &self.rules {
            Rules::None => true,
            Rules::Unknown => false,
            Rules::Said(robot) => robot.allowed(url),
        }
    }

    /// Seconds between two visits, if the site says so.
    #[must_use]
    pub fn pause_s(&self) -> Option<f32> {
        match &self.rules {
            // "nan" is a number to whoever reads it, and none to whoever waits that long.
            Rules::Said(robot) => robot
                .delay
                .filter(|delay| !delay.is_nan())
                .map(|delay| delay.clamp(0.0, LONGEST_PAUSE_S)),
            Rules::None | Rules::Unknown => None,
        }
    }

    /// The sitemaps it names.
    #[must_use]
    pub fn sitemaps(&self) -> &[String] {
        match &self.rules {
            Rules::Said(robot) => &robot.sitemaps,
            Rules::None | Rules::Unknown => &[],
        }
    }
}

/// So much of a file as is read; a rule cut in two would forbid something else.
fn whole_lines(bytes: &[u8]) -> &[u8] {
    if bytes.len() <= MOST_BYTES {
        return bytes;
    }
    let end = bytes[..MOST_BYTES].iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
    &bytes[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, text: &str) -> Result<Fetched, FetchError> {
        Ok(Fetched {
            url: String::new(),
            status,
            content_type: "text/plain".into(),
            etag: None,
            last_modified: None,
            robots_tag: String::new(),
            retry_after_s: None,
            body: text.as_bytes().to_vec(),
        })
    }

    #[test]
    fn what_a_site_forbids_is_not_visited() {
        let robots = Robots::of(&answer(
            200,
            "User-agent: *\nDisallow: /intern/\nAllow: /intern/aaben\nCrawl-delay: 2\n\n\
             User-agent: straks\nDisallow: /intern/\nDisallow: /*.pdf$\nCrawl-delay: 3\n\
             Sitemap: https://www.example.dk/sitemap.xml\n",
        ));
        assert!(robots.allow("https://www.example.dk/pas"));
        assert!(!robots.allow("https://www.example.dk/intern/aaben"));
        assert!(!robots.allow("https://www.example.dk/referat.pdf"));
        assert_eq!(robots.pause_s(), Some(3.0));
        assert_eq!(robots.sitemaps(), ["https://www.example.dk/sitemap.xml"]);
    }

    #[test]
    fn a_site_without_rules_is_open_and_one_that_cannot_answer_is_left_alone() {
        assert!(Robots::of(&answer(404, "")).allow("https://www.example.dk/"));
        for away in [answer(503, ""), answer(429, ""), Err(FetchError::Away)] {
            let robots = Robots::of(&away);
            assert!(!robots.are_known() && !robots.allow("https://www.example.dk/"));
        }
    }

    #[test]
    fn a_monstrous_file_is_read_in_bounds() {
        let long = format!("User-agent: *\n{}", "Disallow: /*a*b*c*d*e*f*g*\n".repeat(60_000));
        let robots = Robots::of(&answer(200, &long));
        assert!(robots.allow("https://www.example.dk/pas") || !robots.are_known());
        let slow = Robots::of(&answer(200, "User-agent: *\nCrawl-delay: 99999\n"));
        assert_eq!(slow.pause_s(), Some(60.0));
        let never = Robots::of(&answer(200, "User-agent: *\nCrawl-delay: nan\n"));
        assert_eq!(never.pause_s(), None);
    }
}
