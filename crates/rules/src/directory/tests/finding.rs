//! Units and people by what they are called.

use super::*;

fn found(organisation: &Organisation, query: &str) -> Vec<(Thing, Matched)> {
    Finder::new(organisation).find(query, 10).into_iter().map(|hit| (hit.thing, hit.by)).collect()
}

#[test]
fn people_are_found_however_their_names_are_spelled() {
    let mut organisation = horsens();
    let one = organisation.entries.get_mut(&entry(1)).unwrap();
    one.name = "Kristian Møller-Bech".to_owned();
    one.title = "Socialrådgiver".to_owned();
    one.skills = BTreeSet::from(["ankesager".to_owned()]);
    organisation.entries.get_mut(&entry(2)).unwrap().name = "Rebecca Eriksen".to_owned();
    let (kristian, rebecca) = (Thing::Entry(entry(1)), Thing::Entry(entry(2)));
    for query in ["Christian Moeller", "kristian bech", "MØLLER kris", "kristian"] {
        assert_eq!(found(&organisation, query), [(kristian.clone(), Matched::Name)], "{query}");
    }
    for query in ["Rebekka", "rebeca", "Rebecca Ericsen"] {
        assert_eq!(found(&organisation, query), [(rebecca.clone(), Matched::Name)], "{query}");
    }
    assert_eq!(found(&organisation, "socialraadgiver"), [(kristian.clone(), Matched::Title)]);
    assert_eq!(found(&organisation, "anke"), [(kristian.clone(), Matched::Skill)]);
    // The unit itself before the people in it.
    let in_team = found(&organisation, "foertidspension");
    let team = Thing::Unit(unit("foertidspension"));
    assert_eq!(in_team[0], (team, Matched::Name));
    assert_eq!(in_team[1..], [(kristian, Matched::Place), (rebecca, Matched::Place)]);
    // All words must fit.
    assert_eq!(found(&organisation, "kristian larsen"), []);
    assert_eq!(found(&organisation, ""), []);
    let department = (Thing::Unit(unit("pension-og-ydelser")), Matched::Number);
    for number in ["+45 00 15 12 23", "0015 1223", "1512 23"] {
        assert_eq!(found(&organisation, number), std::slice::from_ref(&department), "{number}");
    }
    assert_eq!(found(&organisation, "122"), [], "too few digits");
}
