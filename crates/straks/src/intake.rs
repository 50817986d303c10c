//! `straks content import`, `straks content export`, `straks crawl`: texts in and out, beside a
//! running node or without one.

use std::path::{Path, PathBuf};

use ::intake::files::{Columns, Form, Given};
use anyhow::{Context as _, bail};
use app::App;
use app::intake::crawl::Slice;
use app::intake::incoming::{ImportView, Wanted};
use base::{Clock, Language, MunicipalityKey, Problem};
use clap::Args;

use crate::{ConfigFile, check, print, say, serve};

#[derive(Args)]
pub struct ImportArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// markdown, html, csv, borger-dk or kle.
    #[arg(long, value_name = "KIND")]
    kind: Form,
    /// The login of the person in whose name it comes in, with that person's rights.
    #[arg(long, value_name = "LOGIN")]
    by: String,
    /// Whose texts they are.
    #[arg(long, value_name = "KEY")]
    municipality: MunicipalityKey,
    /// The knowledge area of texts that do not say theirs.
    #[arg(long, value_name = "KEY", default_value = "")]
    area: String,
    /// The kind of department that owns them.
    #[arg(long, value_name = "KEY", default_value = rules::queues::FRONT_OFFICE)]
    department: base::DepartmentKey,
    /// Say what would come in, and bring nothing in.
    #[arg(long)]
    dry_run: bool,
    /// What came in, as JSON on standard output.
    #[arg(long)]
    json: bool,
    /// A file, or a folder of files.
    path: PathBuf,
}

#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// A folder that is empty or not there yet.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

#[derive(Args)]
pub struct CrawlArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The municipality whose own site is visited.
    #[arg(value_name = "MUNICIPALITY")]
    municipality: MunicipalityKey,
}

/// Brings files in: drafts to be reviewed, imported articles, or subjects.
///
/// # Errors
/// When a file cannot be read, the person may not, or anything of the files is at fault.
pub async fn import(args: &ImportArgs) -> anyhow::Result<()> {
    let app = opened(&args.file).await?;
    let scope = app.scope_of_login(&args.by).await.map_err(|problem| match problem {
        Problem::NotFound => anyhow::anyhow!("nobody signs in as {}", args.by),
        problem => said(&args.by, &problem),
    })?;
    let wanted = Wanted {
        form: args.kind,
        area: args.area.clone(),
        municipality: args.municipality.clone(),
        department: args.department.clone(),
        columns: Columns::default(),
        headings: web::staff_api::import_headings(),
    };
    let files = given(&args.path)?;
    let done = if args.dry_run {
        app.preview_import(&scope, &wanted, files).await
    } else {
        app.import_files(&scope, &wanted, files).await
    };
    let view = done.map_err(|problem| said("nothing came in", &problem))?;
    if args.json {
        print(&serde_json::to_string(&view)?)?;
    }
    told(&view)
}

/// A problem in the words that people on the screens read.
fn said(of: &str, problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{of}: {}", web::problem::detail(problem, Language::En))
}

fn told(view: &ImportView) -> anyhow::Result<()> {
    for fault in &view.faults {
        say(&format!("{}:{}: {} [{}]", fault.file, fault.line, fault.message, fault.code));
    }
    if !view.faults.is_empty() {
        bail!("{} fault(s); nothing came in", view.faults.len());
    }
    let of = |what: &str| view.texts.iter().filter(|text| text.becomes == what).count();
    let verb = if view.done { "came in" } else { "would come in" };
    say(&format!(
        "{verb}: {} draft(s), {} new, {} changed; {} as they were; {} subject(s)",
        of("draft"),
        of("new"),
        of("changed"),
        of("same"),
        view.subjects
    ));
    Ok(())
}

/// A file, or every file of a folder with its path inside it.
fn given(path: &Path) -> anyhow::Result<Vec<Given>> {
    let mut files = Vec::new();
    let mut paths = vec![path.to_path_buf()];
    while let Some(next) = paths.pop() {
        if next.is_dir() {
            let entries = std::fs::read_dir(&next)
                .with_context(|| format!("cannot read the folder {}", next.display()))?;
            for entry in entries {
                paths.push(entry?.path());
            }
            continue;
        }
        let bytes =
            std::fs::read(&next).with_context(|| format!("cannot read {}", next.display()))?;
        let inside = next.strip_prefix(path).unwrap_or(&next);
        let inside = if inside.as_os_str().is_empty() {
            Path::new(next.file_name().unwrap_or_default())
        } else {
            inside
        };
        files.push(Given { name: inside.to_string_lossy().replace('\\', "/"), bytes });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Writes the whole knowledge base as files.
///
/// # Errors
/// When the folder is not empty, or the database is away.
pub async fn export(args: &ExportArgs) -> anyhow::Result<()> {
    let folder = &args.folder;
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty", folder.display());
    }
    let app = opened(&args.file).await?;
    let files = app.export().await.map_err(|problem| said("nothing was written", &problem))?;
    for (path, text) in &files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    say(&format!("{} files in {}", files.len(), folder.display()));
    Ok(())
}

/// Visits a municipality's own site now, to the end of the round.
///
/// # Errors
/// When no site is read, the site cannot be asked or names no page, or the database is away.
pub async fn crawl(args: &CrawlArgs) -> anyhow::Result<()> {
    let app = opened(&args.file).await?;
    loop {
        let slice = app.crawl_slice(&args.municipality).await;
        match slice.map_err(|problem| said("the visit ended", &problem))? {
            Slice::Off => bail!(
                "no site of {} is read: its hosts are chosen on the staff screen “Ind og ud”",
                args.municipality
            ),
            Slice::Through(_) => {
                say(&format!("the site of {} is read to its end", args.municipality));
                return Ok(());
            }
            Slice::Away(_) => {
                let faults = app.site_faults(&args.municipality).await;
                for fault in faults.map_err(|problem| said("the visit ended", &problem))? {
                    say(&format!("{}: [{}]", fault.url, fault.code));
                }
                bail!("the site of {} could not be read, or names no page", args.municipality);
            }
            Slice::More(at) => {
                let wait = u64::try_from(at.0 - app.now().0).unwrap_or(0);
                tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            }
        }
    }
}

pub async fn opened(file: &ConfigFile) -> anyhow::Result<App> {
    serve::open(&check::load(file.path())?, Clock::system()).await
}
