//! `straks scim`: the tokens with which municipalities' own directories push their people here.

use app::App;
use base::{Clock, Language, MunicipalityKey, Problem};
use clap::{Args, Subcommand};
use store::scim::TokenId;

use crate::{ConfigFile, check, print, say, serve};

#[derive(Subcommand)]
pub enum ScimCommand {
    /// Make a token for a municipality's own directory; it is shown this once.
    #[command(
        after_help = "Example: straks scim token --config /etc/straks.toml --municipality furesoe --name 'Entra ID'"
    )]
    Token(TokenArgs),
    /// Show every token: whose, when it was used, whether it is revoked.
    #[command(after_help = "Example: straks scim tokens --config /etc/straks.toml --json")]
    Tokens(TokensArgs),
    /// Revoke a token at once.
    #[command(
        after_help = "Example: straks scim revoke --config /etc/straks.toml 0198f0c4-3b5c-7d11-8a11-000000000001"
    )]
    Revoke(RevokeArgs),
}

#[derive(Args)]
pub struct TokenArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Whose directory it is.
    #[arg(long)]
    municipality: MunicipalityKey,
    /// What it is called in the list of tokens.
    #[arg(long, default_value = "")]
    name: String,
}

#[derive(Args)]
pub struct TokensArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// For programs.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct RevokeArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The token's id: what stands before its point.
    id: TokenId,
}

/// # Errors
/// When the municipality or token is not known, or the database is away.
pub async fn run(command: ScimCommand) -> anyhow::Result<()> {
    match command {
        ScimCommand::Token(args) => {
            let app = opened(&args.file).await?;
            let made = app.make_push_token(&args.municipality, &args.name).await;
            let (id, token) = made.map_err(|problem| said("no token was made", &problem))?;
            print(&token)?;
            let address = &app.settings.public_address;
            say(&format!("{id}: give it to the directory with the address {address}/scim/v2"));
        }
        ScimCommand::Tokens(args) => {
            let tokens = opened(&args.file).await?.push_tokens().await;
            let tokens = tokens.map_err(|problem| said("no answer", &problem))?;
            if args.json {
                return Ok(print(&serde_json::to_string(&tokens)?)?);
            }
            for token in tokens {
                let used = token.used_at.map_or_else(|| "never used".to_owned(), at);
                let used = match token.revoked_at {
                    Some(revoked) => format!("revoked {}", at(revoked)),
                    None => used,
                };
                print(&format!("{}  {}  {}  {used}", token.id, token.municipality, token.name))?;
            }
        }
        ScimCommand::Revoke(args) => {
            let revoked = opened(&args.file).await?.revoke_push_token(args.id).await;
            revoked.map_err(|problem| said("nothing was revoked", &problem))?;
            say(&format!("{} is worth nothing now", args.id));
        }
    }
    Ok(())
}

fn said(of: &str, problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{of}: {}", web::problem::detail(problem, Language::En))
}

fn at(at: base::UnixMillis) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| String::new(), |at| at.to_string())
}

async fn opened(file: &ConfigFile) -> anyhow::Result<App> {
    serve::open(&check::load(file.path())?, Clock::system()).await
}
