//! What one node writes to the others: its name and the keys, separated by spaces.

use crate::{Keys, Rung};

/// A notification of PostgreSQL has less than 8000 bytes.
const MOST_BYTES: usize = 7_900;
/// Stands for [`Rung::Everything`].
const EVERYTHING: &str = "*";

/// As few letters as hold it. A key that cannot stand in a letter is told as everything.
pub(crate) fn written(node: &str, rung: &Rung) -> Vec<String> {
    let everything = vec![format!("{node} {EVERYTHING}")];
    let Rung::Keys(keys) = rung else { return everything };
    let mut letters = vec![];
    let mut letter = node.to_owned();
    for key in keys {
        let fits = !key.is_empty()
            && key != EVERYTHING
            && key.len() < MOST_BYTES / 2
            && !key.contains(|c: char| c.is_whitespace() || c.is_control());
        if !fits {
            return everything;
        }
        if letter.len() + 1 + key.len() > MOST_BYTES {
            letters.push(std::mem::replace(&mut letter, node.to_owned()));
        }
        letter.push(' ');
        letter.push_str(key);
    }
    if letter.len() > node.len() {
        letters.push(letter);
    }
    letters
}

/// A letter that says only that its writer is there.
pub(crate) fn heartbeat(node: &str) -> String {
    node.to_owned()
}

/// What a letter says; `None` when it is our own or says nothing.
pub(crate) fn read(node: &str, letter: &str) -> Option<Rung> {
    let mut words = letter.split(' ').filter(|word| !word.is_empty());
    if words.next()? == node {
        return None;
    }
    let keys: Keys = words.map(str::to_owned).collect();
    if keys.contains(EVERYTHING) {
        return Some(Rung::Everything);
    }
    (!keys.is_empty()).then_some(Rung::Keys(keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_by_others_and_not_by_oneself() {
        let rung = Rung::keys(["contact/1".to_owned(), "queue/soroe".to_owned()]);
        let letters = written("a", &rung);
        assert_eq!(letters, ["a contact/1 queue/soroe"]);
        assert_eq!(read("b", &letters[0]), Some(rung));
        assert_eq!(read("a", &letters[0]), None);
        assert_eq!(read("b", &heartbeat("a")), None);
        assert_eq!(read("b", ""), None);
    }

    #[test]
    fn many_keys_go_in_several_letters_and_none_is_too_long() {
        let keys: Keys = (0..1000).map(|n| format!("contact/{n:036}")).collect();
        let letters = written("node", &Rung::Keys(keys.clone()));
        assert!(letters.len() > 1);
        assert!(letters.iter().all(|letter| letter.len() <= MOST_BYTES));
        let mut heard = Keys::new();
        for letter in &letters {
            let Some(Rung::Keys(some)) = read("other", letter) else { panic!("no keys") };
            heard.extend(some);
        }
        assert_eq!(heard, keys);
    }

    #[test]
    fn a_key_that_does_not_fit_is_told_as_everything() {
        for key in ["a b".to_owned(), String::new(), "*".to_owned(), "x".repeat(9_000)] {
            let letters = written("a", &Rung::keys([key, "queue/soroe".to_owned()]));
            assert_eq!(letters.len(), 1);
            assert_eq!(read("b", &letters[0]), Some(Rung::Everything));
        }
        assert!(written("a", &Rung::keys([])).is_empty());
    }
}
