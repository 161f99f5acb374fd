//! `newswire verify`

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Common;
use super::exit::Exit;
use crate::config::WebhookSecret;
use crate::dispatch::webhook::signature;
use crate::instant::Instant;

/// Largest headers or body read, in bytes.
const MOST: u64 = 64 * 1024 * 1024;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The received headers, one 'name: value' a line ('-' is standard input)
    #[arg(long, value_name = "FILE")]
    headers: PathBuf,
    /// The received body, byte for byte ('-' is standard input)
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// The environment variable that holds the secret (whsec_…)
    #[arg(long, value_name = "NAME", group = "secret")]
    secret_env: Option<String>,
    /// The file that holds the secret
    #[arg(long, value_name = "FILE", group = "secret")]
    secret_file: Option<PathBuf>,
    /// The webhook of the config whose secrets are meant
    #[arg(long, value_name = "NAME", group = "secret")]
    webhook: Option<String>,
    /// Check as if received at the time that the headers say, for looking into an old message
    #[arg(long)]
    any_age: bool,
}

pub(super) fn verify(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let secrets = secrets(common, arguments)?;
    let text = String::from_utf8_lossy(&read(&arguments.headers)?).into_owned();
    let headers: Vec<(&str, &str)> =
        text.lines().filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim(), value.trim())).collect();
    let body = read(&arguments.body)?;
    let sent =
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("webhook-timestamp")).and_then(|(_, value)| value.parse::<i64>().ok());
    let now = match sent {
        Some(seconds) if arguments.any_age => Instant::from_millis(seconds.saturating_mul(1000)),
        _ => Instant::now(),
    };
    match signature::verify(&secrets, headers, &body, now) {
        Ok(()) => {
            println!("valid: signed with this secret, the body as it was sent");
            Ok(())
        }
        Err(why) => {
            println!("not valid: {why}");
            Err(Exit::Found)
        }
    }
}

fn secrets(common: &Common, arguments: &Arguments) -> Result<Vec<WebhookSecret>, Exit> {
    let text = match (&arguments.secret_env, &arguments.secret_file, &arguments.webhook) {
        (Some(name), _, _) => {
            std::env::var(name).map_err(|_| Exit::config(format!("the environment has no variable {name} that is text")))?
        }
        (_, Some(file), _) => String::from_utf8_lossy(&read(file)?).into_owned(),
        (_, _, Some(name)) => {
            let loaded = common.load()?;
            let webhook = loaded.config.webhooks.into_iter().find(|webhook| webhook.name == *name);
            return webhook.map(|webhook| webhook.secrets).ok_or_else(|| Exit::config(format!("the config has no webhook '{name}'")));
        }
        (None, None, None) => return Err(Exit::config("say whose secret: --secret-env NAME, --secret-file FILE or --webhook NAME")),
    };
    WebhookSecret::parse(&text).map(|secret| vec![secret]).map_err(Exit::config)
}

fn read(path: &Path) -> Result<Vec<u8>, Exit> {
    let fault = |error: std::io::Error| Exit::place(format!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().take(MOST).read_to_end(&mut bytes).map_err(fault)?;
    } else {
        std::fs::File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes)).map_err(fault)?;
    }
    Ok(bytes)
}
