//! Recordings of the consortium's own in place of what a machine speaks to callers.

use std::collections::BTreeMap;

use base::{Outcome, Problem, Right, Scope, UnixMillis};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sound::wav::{self, NotPlayable};
use store::prompts::OwnPrompt;
use utoipa::ToSchema;

use super::Order;
use super::voice_mail::seconds_of;
use crate::audit::Act;
use crate::{App, found};

/// Longest recording (s).
const SECONDS: usize = 60;

/// A recording in place of the machine's voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnPromptView {
    #[schema(value_type = i64)]
    pub at: UnixMillis,
    pub seconds: i64,
    /// Name of who uploaded it.
    pub by: String,
}

impl App {
    /// The consortium's own recordings, by language and name (`da/greeting`).
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but the consortium's administrator.
    pub async fn own_prompts(&self, scope: &Scope) -> Outcome<BTreeMap<String, OwnPromptView>> {
        self.may_speak(scope)?;
        let mut views = BTreeMap::new();
        for OwnPrompt { prompt, by, at, bytes } in
            store::prompts::all(&self.database, &self.tenant).await?
        {
            let (seconds, by) = (seconds_of(bytes), self.name_of(by).await?);
            views.insert(prompt, OwnPromptView { at, seconds, by });
        }
        Ok(views)
    }

    /// Puts a recording (a WAV file in base64: 8,000 samples a second, one channel, A-law or 16 bits) in
    /// the place of the machine's voice. Who calls hears it within seconds.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but the consortium's administrator; [`Problem::Invalid`]
    /// `not-wav`, `wrong-format`, `empty`, `recording-too-long`.
    pub async fn set_prompt(&self, scope: &Scope, prompt: &str, file: &str) -> Outcome<()> {
        self.may_speak(scope)?;
        let by = scope.person().ok_or(Problem::SignedOut)?;
        let malformed = Problem::invalid("sound", "not-wav");
        let file = STANDARD.decode(file).map_err(|_| malformed.clone())?;
        let sound = wav::read(&file)
            .map_err(|fault| match fault {
                NotPlayable::Malformed => malformed,
                NotPlayable::Format => Problem::invalid("sound", "wrong-format"),
            })?
            .sound;
        if sound.is_empty() {
            return Err(Problem::invalid("sound", "empty"));
        }
        if sound.len() > SECONDS * sound::RATE as usize {
            let limit = i64::try_from(SECONDS).ok();
            return Err(Problem::Invalid { field: "sound", code: "recording-too-long", limit });
        }
        let at = self.now();
        let mut tx = self.database.begin().await?;
        let sound = STANDARD.encode(sound);
        store::prompts::set(&mut tx, &self.tenant, prompt, &sound, by, at).await?;
        self.note(&mut tx, scope, of_prompt(prompt, "set-prompt"), at).await?;
        Ok(tx.commit().await?)
    }

    /// One of the consortium's own recordings, as a WAV file.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for anybody but the consortium's administrator; [`Problem::NotFound`]
    /// when the machine speaks it.
    pub async fn prompt_sound(&self, scope: &Scope, prompt: &str) -> Outcome<Vec<u8>> {
        self.may_speak(scope)?;
        Ok(wav::write(&found(self.own_sound(prompt).await?)?, None))
    }

    /// Lets the machine speak again.
    ///
    /// # Errors
    /// As [`App::prompt_sound`].
    pub async fn remove_prompt(&self, scope: &Scope, prompt: &str) -> Outcome<()> {
        self.may_speak(scope)?;
        let at = self.now();
        let mut tx = self.database.begin().await?;
        if !store::prompts::remove(&mut tx, &self.tenant, prompt).await? {
            return Err(Problem::NotFound);
        }
        self.note(&mut tx, scope, of_prompt(prompt, "remove-prompt"), at).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the exchange the recordings as they are now, where they are not what it `knows`.
    pub(super) async fn tell_prompts(&self, knows: &mut Vec<OwnPrompt>) -> Outcome<()> {
        let now = store::prompts::all(&self.database, &self.tenant).await?;
        if *knows == now {
            return Ok(());
        }
        let mut sounds = BTreeMap::new();
        for OwnPrompt { prompt, .. } in &now {
            if let Some(sound) = self.own_sound(prompt).await? {
                sounds.insert(prompt.clone(), sound);
            }
        }
        self.order(Order::Speak(sounds));
        *knows = now;
        Ok(())
    }

    async fn own_sound(&self, prompt: &str) -> Outcome<Option<Vec<u8>>> {
        let sound = store::prompts::sound(&self.database, &self.tenant, prompt).await?;
        let damaged = |_| store::StoreError::Damaged("prompt");
        Ok(sound.map(|sound| STANDARD.decode(sound).map_err(damaged)).transpose()?)
    }

    fn may_speak(&self, scope: &Scope) -> Outcome<()> {
        let manages = !scope.municipalities(Right::ManageConsortium).is_empty();
        if manages && scope.holds_at(self.now()) {
            Ok(())
        } else {
            Err(Problem::forbidden("not-your-role"))
        }
    }
}

fn of_prompt(prompt: &str, action: &'static str) -> Act<'static> {
    let subject = format!("prompt/{prompt}");
    Act { ground: None, municipality: None, action, subject, purpose: "telephone" }
}
