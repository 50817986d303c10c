//! Desk telephones: each with a login and a secret of its own, that is no sign-in password.

use base::{Id, Outcome, Problem, Scope, UnixMillis, kind};
use rules::text::FreeText;
use serde::Serialize;
use utoipa::ToSchema;

use super::Order;
use crate::App;
use crate::audit::Act;

/// Longest name of a desk telephone, in characters.
const NAME_LIMIT: usize = 60;
/// A person has at most so many.
const MOST: usize = 5;
/// Letters of a secret: it is typed on a telephone's keys, so none that look alike.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
const SECRET_LETTERS: usize = 20;

/// A desk telephone as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Device {
    #[schema(value_type = String)]
    pub id: Id<kind::Device>,
    pub name: String,
    pub login: String,
    #[schema(value_type = i64)]
    pub made_at: UnixMillis,
    /// Whether it is signed in, and by MD5: it is as old as that.
    pub weak: bool,
}

/// What is typed into a new desk telephone. The secret is shown this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewDevice {
    #[serde(flatten)]
    pub device: Device,
    pub secret: String,
    pub registrar: String,
}

impl App {
    /// One's own desk telephones.
    ///
    /// # Errors
    /// [`Problem::SignedOut`] for anybody else.
    pub async fn my_devices(&self, scope: &Scope) -> Outcome<Vec<Device>> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let devices = store::calls::devices(&self.database, &self.tenant).await?;
        let mut own: Vec<_> =
            devices.into_iter().filter(|device| device.person == person).map(view).collect();
        if let Some(telephone) = self.0.memory.telephone.get() {
            for device in &mut own {
                device.weak = (telephone.weak)(&device.login);
            }
        }
        Ok(own)
    }

    /// Makes a desk telephone for oneself. One that is `old` gives up when it is asked by SHA-256 too, and is
    /// asked by MD5 alone.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a missing or over-long name; [`Problem::Conflict`]
    /// `devices-full`; [`Problem::Unavailable`] without an exchange.
    pub async fn add_device(&self, scope: &Scope, name: &str, old: bool) -> Outcome<NewDevice> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let telephone = self.0.memory.telephone.get();
        let telephone = telephone.ok_or(Problem::Unavailable { code: "telephone-away" })?;
        let name = FreeText::accept_in("name", name, NAME_LIMIT)?.into_string();
        if self.my_devices(scope).await?.len() >= MOST {
            return Err(Problem::conflict("devices-full"));
        }
        let at = self.now();
        let id: Id<kind::Device> = self.rng.id(at);
        let login = format!("t-{}", letters(&self.rng.bytes::<10>()));
        let secret = letters(&self.rng.bytes::<SECRET_LETTERS>());
        let device = store::calls::Device {
            id,
            person,
            name,
            secrets: (telephone.secrets)(&login, &secret, old),
            login,
            made_at: at,
        };
        let mut tx = self.database.begin().await?;
        store::calls::add_device(&mut tx, &self.tenant, &device).await?;
        self.note(&mut tx, scope, of_device(id, "add-device"), at).await?;
        tx.commit().await?;
        self.tell_devices().await;
        let registrar = telephone.registrar.clone();
        Ok(NewDevice { device: view(device), secret, registrar })
    }

    /// Takes one's own desk telephone out of use.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when there is none such.
    pub async fn revoke_device(&self, scope: &Scope, id: Id<kind::Device>) -> Outcome<()> {
        let person = scope.person().ok_or(Problem::SignedOut)?;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        if !store::calls::revoke_device(&mut tx, &self.tenant, person, id, at).await? {
            return Err(Problem::NotFound);
        }
        self.note(&mut tx, scope, of_device(id, "revoke-device"), at).await?;
        tx.commit().await?;
        self.tell_devices().await;
        Ok(())
    }

    /// The exchange knows at once which telephones there are; should the database be away just now, in a few
    /// seconds.
    async fn tell_devices(&self) {
        if let Ok(numbering) = self.numbering().await {
            self.order(Order::Know(numbering));
        }
    }
}

fn of_device(id: Id<kind::Device>, action: &'static str) -> Act<'static> {
    let subject = format!("device/{id}");
    Act { ground: None, municipality: None, action, subject, purpose: "telephone" }
}

fn view(device: store::calls::Device) -> Device {
    let store::calls::Device { id, name, login, made_at, .. } = device;
    Device { id, name, login, made_at, weak: false }
}

fn letters(random: &[u8]) -> String {
    let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
    random.iter().map(letter).collect()
}
