//! What the demo's directory shows of everyday life: somebody is away until one o'clock, and one
//! department has not looked at its entries for long.

use base::{DepartmentKey, MunicipalityKey, Outcome, Problem, UnixMillis};
use jiff::ToSpan as _;
use rules::directory::{Absence, CONFIRM_AFTER_DAYS};
use rules::hours::{Edge, Zone};
use store::directory::KeptDepartment;
use store::directory::items::Away;

use crate::App;

const MUNICIPALITY: &str = "horsens";
const AWAY: &str = "birthe@horsens.example";
/// Minutes after midnight.
const FROM: u16 = 8 * 60;
const UNTIL: u16 = 13 * 60;
/// So many days, from the demo's own on.
const DAYS: i64 = 14;
const STALE: &str = "byg-og-bolig";
/// So many days longer than a department should wait.
const LATE_DAYS: i64 = 30;

impl App {
    /// Sets the demo's absence and its forgotten department, unless somebody has been there.
    pub(crate) async fn seed_directory(&self) -> Outcome<()> {
        let directory = self.directory().await?;
        let municipality = MunicipalityKey::new(MUNICIPALITY).map_err(|_| Problem::NotFound)?;
        let Some(place) = directory.place(&municipality) else { return Ok(()) };
        let stale = DepartmentKey::new(STALE).ok().and_then(|key| place.line(&key));
        let person = store::people::logins(&self.database, &self.tenant, &municipality).await?;
        let person = person.get(AWAY).copied();
        let mut entries = place.staff.organisation.entries.values();
        let away = entries.find(|entry| person.is_some() && entry.person == person);
        let away = away.filter(|entry| entry.absences.is_empty());
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let stream = self.hold_directory(&mut tx, &municipality, at).await?;
        let mut changed = false;
        if let Some(entry) = away {
            let zone = Zone::default();
            let today = zone.date(at);
            for date in today.series(1.day()).take(usize::try_from(DAYS).unwrap_or_default()) {
                let instant = |minutes, edge| -> UnixMillis { zone.instant(date, minutes, edge) };
                let absence = Absence {
                    from: instant(FROM, Edge::Opens),
                    until: instant(UNTIL, Edge::Closes),
                };
                let away = Away { id: self.rng.id(at), entry: entry.id, absence };
                let tenant = &self.tenant;
                store::directory::items::put_absence(&mut tx, tenant, &municipality, &away).await?;
                changed = true;
            }
        }
        let late = (i64::from(CONFIRM_AFTER_DAYS) + LATE_DAYS) * 24 * 3600;
        if let Some(line) = stale.filter(|line| line.kept.confirmed_by.is_none())
            && at.seconds_since(line.kept.confirmed_at) < late
        {
            let kept = KeptDepartment { confirmed_at: at.plus_seconds(-late), ..line.kept.clone() };
            let key = &line.department.key;
            store::directory::put_department(&mut tx, &self.tenant, &municipality, key, &kept)
                .await?;
            changed = true;
        }
        if changed {
            tx.commit().await?;
            self.ring([&stream]);
        }
        Ok(())
    }
}
