//! Everything of the knowledge base in open forms: what comes out can be read, checked and brought in
//! again without this program's database.

use base::{Outcome, Right, Scope};
use rules::articles::{write_article, write_variant};
use rules::checks::PlainWords;
use rules::content::AllowedNumbers;
use rules::guides::{write_branches, write_guide};
use rules::members::{
    Consortium, DepartmentKind, write_areas, write_consortium, write_departments, write_member,
};
use rules::workshop::Text;
use store::StoreError;

use crate::App;
use crate::directory::{ALLOWED_NUMBERS, CONSORTIUM, DEPARTMENT_KINDS, PLAIN_WORDS};
use crate::workshop::{kind_of, text_of};

/// The tables that go along as lines of JSON.
const TABLES: [&str; 5] = ["areas", "best_bets", "synonyms", "text_versions", "word_exceptions"];

/// A file of an export: its path, and what stands in it.
pub type Exported = (String, String);

impl App {
    /// Every file of the knowledge base, for somebody who edits it.
    ///
    /// # Errors
    /// [`base::Problem::Forbidden`] for anybody else; [`base::Problem::Unavailable`] when the
    /// database is away.
    pub async fn export_for(&self, scope: &Scope) -> Outcome<Vec<Exported>> {
        let edits = !scope.municipalities(Right::EditKnowledge).is_empty();
        if !edits || !scope.holds_at(self.now()) {
            return Err(base::Problem::forbidden("not-your-role"));
        }
        self.export().await
    }

    /// The export as one packed archive (`.tar.gz`).
    ///
    /// # Errors
    /// As [`App::export_for`].
    pub async fn export_packed(&self, scope: &Scope) -> Outcome<Vec<u8>> {
        let files = self.export_for(scope).await?;
        let at = self.now();
        let packed = tokio::task::spawn_blocking(move || store::backup::packed(&files, at)).await;
        match packed {
            Ok(packed) => Ok(packed?),
            Err(_) => Err(base::Problem::Unavailable { code: "unexpected" }),
        }
    }

    /// Every file of the knowledge base.
    ///
    /// # Errors
    /// [`base::Problem::Unavailable`] when the database is away or a row is damaged.
    pub async fn export(&self) -> Outcome<Vec<Exported>> {
        let mut files = vec![("README.md".to_owned(), include_str!("export-readme.md").to_owned())];
        for entry in store::knowledge::all(&self.database, &self.tenant).await? {
            files.push(file_of(&text_of(kind_of(&entry.kind)?, &entry.body)?));
        }
        let directory = self.directory().await?;
        for place in directory.places() {
            files.push((format!("members/{}.toml", place.member.key), write_member(&place.member)));
        }
        let areas = store::areas::all(&self.database, &self.tenant).await?;
        files.push(("areas.toml".to_owned(), write_areas(&areas)));
        if let Some(consortium) = self.content_setting::<Consortium>(CONSORTIUM).await? {
            files.push(("consortium.toml".to_owned(), write_consortium(&consortium)));
        }
        if let Some(kinds) = self.content_setting::<Vec<DepartmentKind>>(DEPARTMENT_KINDS).await? {
            files.push(("departments.toml".to_owned(), write_departments(&kinds)));
        }
        if let Some(numbers) = self.content_setting::<AllowedNumbers>(ALLOWED_NUMBERS).await? {
            files.push(("allowed-numbers.txt".to_owned(), numbers.write()));
        }
        if let Some(words) = self.content_setting::<PlainWords>(PLAIN_WORDS).await? {
            files.push(("plain-words.txt".to_owned(), words.write()));
        }
        let tables = store::backup::lines_of(&self.database, &self.tenant, &TABLES).await;
        for (table, lines) in tables? {
            files.push((format!("data/{table}.jsonl"), lines));
        }
        files.sort();
        Ok(files)
    }

    /// What a content folder said under a name.
    async fn content_setting<T: serde::de::DeserializeOwned>(
        &self,
        name: &str,
    ) -> Outcome<Option<T>> {
        let value = store::settings::get(&self.database, &self.tenant, name).await?;
        value
            .map(|value| serde_json::from_str(&value))
            .transpose()
            .map_err(|_| StoreError::Damaged("settings").into())
    }
}

/// Where a text stands in a content folder, and how.
fn file_of(text: &Text) -> Exported {
    match text {
        Text::Article(article) => {
            let folder = match article.kind {
                rules::articles::TopicKind::Referral => "referrals",
                _ => "articles",
            };
            (format!("{folder}/{}.md", article.topic), write_article(article))
        }
        Text::Guide(guide) => (format!("guides/{}.md", guide.topic), write_guide(guide)),
        Text::Variant(variant) => {
            (format!("local/{}/{}.md", variant.municipality, variant.topic), write_variant(variant))
        }
        Text::Branches(branches) => (
            format!("branches/{}/{}.md", branches.municipality, branches.topic),
            write_branches(branches),
        ),
    }
}
