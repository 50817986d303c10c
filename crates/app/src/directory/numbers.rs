//! Whose calls a telephone number's are: one answer in the whole consortium.

use std::collections::BTreeSet;

use base::{DepartmentKey, MunicipalityKey, Outcome, Problem};
use rules::directory::{Holder, Way, national};

use super::{Directory, Place};
use crate::queues::front_office;

impl Directory {
    /// Which line a number is: the front office's by a main number, the hotline's (without a
    /// municipality), a department's by its own record, or by a line of its teams and people. They
    /// are asked in this order in all municipalities: a line that somebody writes takes no calls of
    /// those before it.
    #[must_use]
    pub fn line_of_number(
        &self,
        number: &str,
    ) -> Option<(Option<MunicipalityKey>, Option<DepartmentKey>)> {
        let wanted = national(number);
        if wanted.is_empty() {
            return None;
        }
        let of = |answers: fn(&Place, &str) -> Option<DepartmentKey>| {
            self.places().find_map(|place| {
                Some((Some(place.member.key.clone()), Some(answers(place, &wanted)?)))
            })
        };
        of(Place::by_main_number)
            .or_else(|| self.is_hotline(&wanted).then_some((None, None)))
            .or_else(|| of(Place::by_record))
            .or_else(|| of(Place::by_line))
    }

    /// Every number that is answered here, as it is written.
    #[must_use]
    pub fn numbers(&self) -> Vec<&str> {
        let main = self.places().map(|place| place.member.main_number.as_str());
        let lines = self.places().flat_map(|place| place.staff.telephones.values());
        let lines = lines.map(|(written, _)| written.as_str());
        main.chain(lines).chain(self.hotline_phone()).collect()
    }

    fn hotline_phone(&self) -> Option<&str> {
        self.consortium.as_ref()?.hotline.as_ref().map(|hotline| hotline.phone.as_str())
    }

    fn is_hotline(&self, wanted: &str) -> bool {
        self.hotline_phone().is_some_and(|phone| national(phone) == wanted)
    }

    /// Numbers that other exchanges answer and that may be called from here, as they are written:
    /// the emergency duties', and the directory's lines elsewhere.
    #[must_use]
    pub fn outside_numbers(&self) -> Vec<&str> {
        let emergency = self.places().map(|place| place.member.emergency_phone.as_str());
        let lines = self.places().flat_map(|place| place.staff.organisation.lines.iter());
        let elsewhere = lines.filter_map(|line| match &line.way {
            Way::Outside(number) => Some(number.as_str()),
            Way::Telephone(_) | Way::Chat | Way::Mail(_) => None,
        });
        emergency.chain(elsewhere).collect()
    }

    /// A listed number of somebody else, however it is written.
    #[must_use]
    pub fn outside_number(&self, number: &str) -> Option<&str> {
        let wanted = national(number);
        let mut listed = self.outside_numbers().into_iter();
        listed.find(|listed| !wanted.is_empty() && national(listed) == wanted)
    }

    /// Whose main number this is, however it is written. A transfer to it is refused.
    #[must_use]
    pub fn main_number_of(&self, number: &str) -> Option<&MunicipalityKey> {
        let wanted = national(number);
        let mut places = self.places().filter(|_| !wanted.is_empty());
        places.find(|place| place.by_main_number(&wanted).is_some()).map(|place| &place.member.key)
    }

    /// The [`national`] digits of the numbers that are nobody's line: the main numbers and the
    /// hotline.
    pub(crate) fn main_numbers(&self) -> BTreeSet<String> {
        let main = self.places().map(|place| place.member.main_number.as_str());
        main.chain(self.hotline_phone()).map(national).collect()
    }

    /// Whether calls to a [`national`] number come to another municipality, or to the hotline.
    pub(super) fn is_of_others(&self, place: &Place, wanted: &str) -> bool {
        let mut others = self.places().filter(|other| other.member.key != place.member.key);
        self.is_hotline(wanted) || others.any(|other| other.answers(wanted).is_some())
    }

    /// Whether somebody in a municipality may be reached this way: what is answered here has one who
    /// answers it. `department` is whose line it is to be; `None`: the municipality says itself which
    /// of its departments has which number. Whose a number is already is not told.
    ///
    /// # Errors
    /// [`Problem::Invalid`] `number-taken`.
    pub(super) fn grants(
        &self,
        place: &Place,
        field: &'static str,
        way: &Way,
        department: Option<&DepartmentKey>,
    ) -> Outcome<()> {
        let taken = match way {
            Way::Telephone(number) => {
                self.line_of_number(number).is_some_and(|(municipality, answers)| {
                    municipality.as_ref() != Some(&place.member.key)
                        || department.is_some_and(|own| answers.as_ref() != Some(own))
                })
            }
            // Who is sent to a main number comes back to where they called.
            Way::Outside(number) => self.main_numbers().contains(&national(number)),
            Way::Chat | Way::Mail(_) => false,
        };
        if taken { Err(Problem::invalid(field, "number-taken")) } else { Ok(()) }
    }
}

/// A number that citizens may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicNumber {
    /// The team's or person's.
    pub name: String,
    pub name_en: String,
    pub number: String,
}

impl Place {
    /// The numbers of a department's teams and people that citizens may know, by name; its own first
    /// number stands in its record.
    #[must_use]
    pub fn public_numbers(&self, department: &DepartmentKey) -> Vec<PublicNumber> {
        let organisation = &self.staff.organisation;
        let own = self.line(department).map(|line| line.department.phone.as_str());
        let lines = organisation.lines.iter().filter(|line| line.public);
        let mut numbers: Vec<PublicNumber> = lines
            .filter_map(|line| {
                let number = line.way.number().filter(|number| Some(*number) != own)?;
                let (unit, name, name_en) = match &line.holder {
                    Holder::Unit(key) => {
                        let unit = organisation.units.get(key)?;
                        (key, &unit.name, &unit.name_en)
                    }
                    Holder::Entry(id) => {
                        let entry = organisation.entries.get(id)?;
                        (&entry.unit, &entry.name, &entry.name)
                    }
                };
                let (name, name_en, number) = (name.clone(), name_en.clone(), number.to_owned());
                let is_its = self.department_of(unit) == Some(department);
                is_its.then_some(PublicNumber { name, name_en, number })
            })
            .collect();
        numbers.sort_by(|one, other| one.name.cmp(&other.name));
        numbers
    }

    /// The department whose calls those to a [`national`] number are: the front office has those to
    /// the main number, and to what belongs to no department.
    fn answers(&self, wanted: &str) -> Option<DepartmentKey> {
        let main = self.by_main_number(wanted);
        main.or_else(|| self.by_record(wanted)).or_else(|| self.by_line(wanted))
    }

    fn by_main_number(&self, wanted: &str) -> Option<DepartmentKey> {
        (national(&self.member.main_number) == wanted).then(front_office)
    }

    fn by_record(&self, wanted: &str) -> Option<DepartmentKey> {
        self.own_numbers.get(wanted).cloned()
    }

    fn by_line(&self, wanted: &str) -> Option<DepartmentKey> {
        let (_, unit) = self.staff.telephones.get(wanted)?;
        Some(self.department_of(unit).cloned().unwrap_or_else(front_office))
    }
}
