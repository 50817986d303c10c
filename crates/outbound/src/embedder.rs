//! What texts mean, as numbers: any server with the OpenAI form of `/v1/embeddings`. Optional, and
//! never waited for longer than the caller says. The caller has masked what is personal.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Largest answer that is read, in bytes.
const ANSWER_LIMIT: usize = 8 * 1024 * 1024;

/// Where the model is.
#[derive(Clone, PartialEq, Eq)]
pub struct EmbedderSettings {
    /// Whole address, for instance `https://models.example/v1/embeddings`.
    pub url: String,
    pub key: Option<String>,
    pub model: String,
    /// Numbers of a vector.
    pub dim: usize,
}

impl std::fmt::Debug for EmbedderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbedderSettings")
            .field("url", &self.url)
            .field("model", &self.model)
            .field("dim", &self.dim)
            .finish_non_exhaustive()
    }
}

/// Why there are no vectors. None of it stops a search.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    #[error("the model took too long")]
    Slow,
    #[error("the model's server is away: {0}")]
    Away(String),
    #[error("the model's server answered {0}")]
    Refused(u16),
    #[error("the model's answer cannot be read")]
    Garbage,
    #[error("vectors of {got} numbers instead of {wanted}")]
    Dimension { wanted: usize, got: usize },
}

/// A client of one model.
#[derive(Debug, Clone)]
pub struct Embedder {
    client: reqwest::Client,
    settings: EmbedderSettings,
}

#[derive(Serialize)]
struct Asked<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Answered {
    data: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    index: usize,
    embedding: Vec<f32>,
}

impl Embedder {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: EmbedderSettings) -> Result<Self, EmbedError> {
        // The second call in one program finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| EmbedError::Away(error.without_url().to_string()))?;
        Ok(Self { client, settings })
    }

    #[must_use]
    pub fn model(&self) -> &str {
        &self.settings.model
    }

    /// The vectors of texts, in their order, each of length 1; or why not, within the time.
    ///
    /// # Errors
    /// [`EmbedError`]; trying again later may help.
    pub async fn embed(
        &self,
        texts: &[String],
        within: Duration,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        match tokio::time::timeout(within, self.ask(texts)).await {
            Ok(answered) => answered,
            Err(_) => Err(EmbedError::Slow),
        }
    }

    async fn ask(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let away = |error: reqwest::Error| EmbedError::Away(error.without_url().to_string());
        let asked = Asked { model: &self.settings.model, input: texts, encoding_format: "float" };
        let mut request = self.client.post(&self.settings.url).json(&asked);
        if let Some(key) = &self.settings.key {
            request = request.bearer_auth(key);
        }
        let mut answer = request.send().await.map_err(away)?;
        if !answer.status().is_success() {
            return Err(EmbedError::Refused(answer.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(away)? {
            if bytes.len() + piece.len() > ANSWER_LIMIT {
                return Err(EmbedError::Garbage);
            }
            bytes.extend_from_slice(&piece);
        }
        let Answered { mut data } =
            serde_json::from_slice(&bytes).map_err(|_| EmbedError::Garbage)?;
        data.sort_by_key(|one| one.index);
        let in_order = data.iter().enumerate().all(|(at, one)| one.index == at);
        if data.len() != texts.len() || !in_order {
            return Err(EmbedError::Garbage);
        }
        data.into_iter().map(|one| self.unit(one.embedding)).collect()
    }

    fn unit(&self, mut vector: Vec<f32>) -> Result<Vec<f32>, EmbedError> {
        let wanted = self.settings.dim;
        if vector.len() != wanted {
            return Err(EmbedError::Dimension { wanted, got: vector.len() });
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !length.is_finite() || length <= f32::EPSILON {
            return Err(EmbedError::Garbage);
        }
        vector.iter_mut().for_each(|x| *x /= length);
        Ok(vector)
    }
}
