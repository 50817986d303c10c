//! Writing articles, referrals and local variants as content files: what [`super::parse_article`]
//! and [`super::parse_variant`] read again, word for word.

use super::{Article, Competence, Variant};
use crate::content::{Writing, quoted};

/// The file of an article or a referral.
#[must_use]
pub fn write_article(article: &Article) -> String {
    let mut file = Writing::new();
    file.text("slug", article.topic.as_str())
        .text("kind", article.kind.word())
        .number("version", article.version)
        .text("title", &article.title)
        .text("title_en", &article.title_en)
        .text("area", &article.area)
        .text("department", article.department.as_str())
        .text("competence", competence(article.competence))
        .yes("urgent", article.urgent)
        .text("summary", &article.summary)
        .text("summary_en", &article.summary_en)
        .list("words", &article.words)
        .list("words_en", &article.words_en)
        .self_service(article.self_service.as_ref());
    if let Some(year) = article.figures_year {
        file.number("figures_year", year);
    }
    file.list("rules", &article.rules);
    let related: Vec<&str> = article.related.iter().map(|topic| topic.as_str()).collect();
    file.list("related", &related)
        .text("owner", article.owner.as_str())
        .day("reviewed", article.reviewed)
        .day("review", article.review);
    if let Some(authority) = &article.authority {
        let phone = authority
            .phone
            .as_ref()
            .map(|phone| format!("phone = {}, ", quoted(phone)))
            .unwrap_or_default();
        let (name, url) = (quoted(&authority.name), quoted(&authority.url));
        file.table("authority", &format!("{{ name = {name}, {phone}url = {url} }}"));
    }
    file.facts(&article.facts).body();
    for part in &article.parts {
        file.section(&part.heading, &part.id, &part.markdown);
    }
    file.finish()
}

/// The file of a municipality's variant.
#[must_use]
pub fn write_variant(variant: &Variant) -> String {
    let mut file = Writing::new();
    file.text("article", variant.topic.as_str())
        .number("of", variant.of)
        .text("municipality", variant.municipality.as_str())
        .text("department", variant.department.as_str())
        .day("reviewed", variant.reviewed)
        .yes("demo", variant.demo)
        .list("words", &variant.words)
        .self_service(variant.self_service.as_ref())
        .facts(&variant.facts)
        .body();
    for part in &variant.parts {
        file.section(&part.heading, &part.id, &part.markdown);
    }
    file.finish()
}

/// The word of a competence in files.
pub(crate) const fn competence(competence: Competence) -> &'static str {
    match competence {
        Competence::General => "general",
        Competence::Local => "local",
        Competence::Case => "case",
        Competence::OtherAuthority => "other-authority",
    }
}
