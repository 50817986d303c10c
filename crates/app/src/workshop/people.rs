//! Whose a text is, and who may approve it.

use base::scope::Ground;
use base::{MunicipalityKey, Outcome, Problem, Right, Scope};
use rules::people::{AreaPart, may_edit_text};
use store::knowledge::EntryKey;
use store::people::PersonId;

use super::publish::area_of;
use super::{Named, kind_of, name_of, text_of};
use crate::audit::Act;
use crate::{App, found};

impl App {
    /// Who may approve a text: reviewers of the municipality, or of the master's area.
    pub(crate) async fn reviewers_of(
        &self,
        area: &str,
        municipality: Option<&MunicipalityKey>,
        without: Option<PersonId>,
    ) -> Outcome<Vec<Named>> {
        self.people_for(AreaPart::Reviewer, area, municipality, without).await
    }

    /// Who may work on a text in a part.
    async fn people_for(
        &self,
        part: AreaPart,
        area: &str,
        municipality: Option<&MunicipalityKey>,
        without: Option<PersonId>,
    ) -> Outcome<Vec<Named>> {
        let people = store::people::all(&self.database, &self.tenant).await?;
        Ok(people
            .into_iter()
            .filter(|person| person.member.active && Some(person.member.id) != without)
            .filter(|person| person.member.at_home(part.role()).is_some())
            .filter(|person| match municipality {
                Some(municipality) => person.member.home == *municipality,
                None => person.member.areas.iter().any(|a| a.part == part && a.area == area),
            })
            .map(|person| Named { id: person.member.id, name: person.name })
            .collect())
    }

    /// Says who looks after a text and who approves it. Both must be able to.
    ///
    /// # Errors
    /// [`Problem::NotFound`] or [`Problem::Forbidden`] out of reach; [`Problem::Invalid`]
    /// `person-unknown` for somebody who may not work on it.
    pub async fn set_text_people(
        &self,
        scope: &Scope,
        key: &EntryKey,
        owner: Option<PersonId>,
        reviewer: Option<PersonId>,
    ) -> Outcome<()> {
        let place = key.1.as_ref();
        let entry = found(store::knowledge::get(&self.database, &self.tenant, key).await?)?;
        let area = match place {
            Some(_) => area_of(&self.master_of(key).await?),
            None => area_of(&text_of(kind_of(&entry.kind)?, &entry.body)?),
        };
        may_edit_text(scope, &area, place, Right::EditKnowledge, self.now())?;
        for (person, part) in [(owner, AreaPart::Editor), (reviewer, AreaPart::Reviewer)] {
            let Some(person) = person else { continue };
            let able = self.people_for(part, &area, place, None).await?;
            if !able.iter().any(|named| named.id == person) {
                return Err(Problem::invalid("person", "person-unknown"));
            }
        }
        let at = self.now();
        let mut tx = self.database.begin().await?;
        // Whoever publishes it meanwhile carries these two over: not the ones of before.
        self.lock_knowledge(&mut tx).await?;
        store::knowledge::set_people(&mut tx, &self.tenant, key, owner, reviewer).await?;
        let act = Act {
            ground: Some(Ground::Role),
            municipality: place,
            action: "text-people-set",
            subject: format!("text/{}", name_of(key)),
            purpose: "knowledge",
        };
        self.note(&mut tx, scope, act, at).await?;
        Ok(tx.commit().await?)
    }

    /// The municipalities whose texts somebody works on.
    pub(crate) fn own_municipalities(scope: &Scope) -> Vec<MunicipalityKey> {
        let mut own: Vec<MunicipalityKey> = scope
            .municipalities(Right::EditKnowledge)
            .into_iter()
            .chain(scope.municipalities(Right::ApproveKnowledge))
            .cloned()
            .collect();
        own.sort();
        own.dedup();
        own
    }
}
