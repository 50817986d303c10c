//! Whom an agent reaches by the keys of their desk telephone: asked first, or put through to.

use base::{DepartmentKey, MunicipalityKey, Outcome, Problem};
use rules::calls::{CallId, Target};
use rules::contacts::{Command, Contact, Destination, PersonId, TRANSFER_LIMIT};

use super::Order;
use super::orders::emergency;
use crate::{App, found};

impl App {
    /// Says whom the exchange is to ring up. Nobody while the database is away: the telephone is told
    /// so, and the agent tries again.
    pub(super) async fn asks(&self, call: CallId, by: PersonId, dialled: &str, warm: bool) {
        let target = match self.whom(call, by, dialled, warm).await {
            // The contact went there, and its call follows it.
            Ok(Target::Queue { .. }) => return,
            Ok(target) => Some(target),
            Err(problem) => {
                tracing::debug!(%problem, "an agent's telephone reaches nobody");
                None
            }
        };
        self.order(Order::MayAsk { call, target });
    }

    /// As in the desk: in a department it is a colleague who is free that can be asked, and the queue
    /// that one is put through to; others must be listed, and a main number is refused.
    async fn whom(&self, call: CallId, by: PersonId, dialled: &str, warm: bool) -> Outcome<Target> {
        let live = found(self.call(call))?;
        let read = store::contacts::read(&self.database, &self.tenant, live.contact).await?;
        let (contact, _) = found(read)?;
        if contact.owner() != Some(by) {
            return Err(Problem::forbidden("not-owner"));
        }
        if contact.transfers >= TRANSFER_LIMIT && emergency(dialled).is_none() {
            return Err(Problem::forbidden("transfer-limit"));
        }
        // What was noted for somebody else who was asked is not for this one.
        self.keep_note(call, "")?;
        let directory = self.directory().await?;
        match directory.line_of_number(dialled) {
            Some((Some(municipality), Some(department)))
                if directory.main_number_of(dialled).is_none() =>
            {
                if warm {
                    return self.free_in(&contact, &municipality, &department, by).await;
                }
                self.send_to_queue(&contact, by, municipality, department).await
            }
            _ => self.listed(dialled).await,
        }
    }

    async fn send_to_queue(
        &self,
        contact: &Contact,
        by: PersonId,
        municipality: MunicipalityKey,
        department: DepartmentKey,
    ) -> Outcome<Target> {
        let reachable = self.line_state(&municipality, Some(&department)).await?.open;
        let target = Target::Queue { department: department.clone() };
        let to = Destination::Department { municipality, department };
        let transfer = Command::Transfer { by, to, note: None, reachable };
        self.of_its_call(contact.id, |_| Some(transfer)).await?;
        Ok(target)
    }
}
