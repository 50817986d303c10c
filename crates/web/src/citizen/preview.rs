//! How a text that is being written looks to citizens.

use app::articles::{ArticleView, Knowledge};
use askama::Template as _;
use base::{Language, MunicipalityKey, Problem};

use super::topic::Shown;
use super::visit::Visit;
use super::{guide, topic};
use crate::AppState;
use crate::problem::Refused;

/// The main part of the page, a guide at its first step, and the addresses of its styles.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown municipality.
pub async fn preview(
    state: &AppState,
    municipality: Option<MunicipalityKey>,
    language: Language,
    mut view: ArticleView,
    knowledge: Knowledge,
) -> Result<(String, Vec<String>), Refused> {
    let site = municipality.unwrap_or_else(|| view.owner.clone());
    let visit = Visit::looking(state, site, language).await?;
    let (html, styles) = if let Some(first) = view.guide.take() {
        let page = guide::lay_out(&visit, &first, &knowledge, &guide::Came::default()).await?;
        (page.as_main().render(), page.frame.styles.clone())
    } else {
        let shown = Shown::drafted(&visit, view, knowledge)?;
        let page = topic::lay_out(&visit, &shown).await?;
        (page.as_main().render(), page.frame.styles.clone())
    };
    let html = html.map_err(|error| {
        tracing::error!(%error, "a preview could not be written");
        Refused(Problem::Unavailable { code: "unexpected" })
    })?;
    Ok((html, styles))
}
