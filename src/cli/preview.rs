//! `newswire preview FILE`

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::ValueEnum;

use super::exit::Exit;
use super::{Common, files};
use crate::article::{FeedName, Person, State};
use crate::config::{Config, Format};
use crate::daemon::{self, Preview};
use crate::desk::Applied;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// As what to show it
    #[arg(long = "as", value_name = "FORM", default_value = "text")]
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// What was understood, for people.
    Text,
    /// Its articles as JSON, one after the other.
    Json,
    /// A feed with its articles alone.
    Rss,
    /// A feed with its articles alone.
    Atom,
    /// The sanitised HTML.
    Html,
}

pub(super) fn preview(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let config = common.load_without_secrets()?.config;
    let place = files::place(&arguments.file, &config.articles.path);
    let (root, path) = place.ok_or_else(|| Exit::config(format!("{}: not a file's path", arguments.file.display())))?;
    let (previews, findings) = daemon::preview(&config, &root, &path);
    for finding in &findings {
        eprintln!("{}: {finding}", finding.severity);
    }
    if previews.is_empty() {
        if findings.is_empty() {
            eprintln!("newswire: {}: empty, so not an article yet", arguments.file.display());
        }
        return Err(Exit::Found);
    }
    let mut out = std::io::stdout().lock();
    match arguments.form {
        Form::Text => {
            for (at, preview) in previews.iter().enumerate() {
                let between = if at == 0 { "" } else { "\n" };
                write!(out, "{between}{}", text(preview, &config))?;
            }
        }
        Form::Html => {
            for preview in &previews {
                writeln!(out, "{}", preview.rendered.html)?;
            }
        }
        Form::Json => {
            for preview in &previews {
                serde_json::to_writer_pretty(&mut out, &*preview.article).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Form::Rss => out.write_all(&daemon::preview_feed(&previews, &config, Format::Rss))?,
        Form::Atom => out.write_all(&daemon::preview_feed(&previews, &config, Format::Atom))?,
    }
    Ok(())
}

fn text(preview: &Preview, config: &Config) -> String {
    let Preview { article, applied, entry, rendered, source: _ } = preview;
    let mut lines: Vec<(&str, String)> = vec![("headline", rendered.headline.clone()), ("summary", rendered.summary.clone())];
    let names = |people: &[Person]| people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
    lines.push(("authors", names(&rendered.authors)));
    lines.push(("contributors", names(&article.contributors)));
    lines.push(("author note", article.author_note.clone().unwrap_or_default()));
    lines.push(("dateline", article.dateline.clone().unwrap_or_default()));
    lines.push(("section", article.section.clone().unwrap_or_default()));
    lines.push(("tags", article.tags.join(", ")));
    lines.push(("language", entry.facts.language.clone().unwrap_or_default()));
    lines.push(("licence", article.licence.clone().unwrap_or_default()));
    lines.push(("breaking", if entry.facts.breaking { "yes".to_owned() } else { String::new() }));
    lines.push(("published", entry.published.rfc3339()));
    lines.push(("updated", entry.updated.rfc3339()));
    lines.push(("state", state(&entry.state)));
    lines.push(("link", entry.link.to_string()));
    lines.push(("id", entry.id.to_string()));
    lines.push(("feeds", entry.feeds.iter().map(FeedName::as_str).collect::<Vec<_>>().join(", ")));
    for media in &rendered.media {
        let about = [media.caption.as_deref().or(media.alt.as_deref()), media.credit.as_deref()].into_iter().flatten().collect::<Vec<_>>();
        lines.push(("media", [vec![media.url.as_str()], about].concat().join(" · ")));
    }
    for Applied { by, changed } in applied {
        let changed = if changed.is_empty() { "nothing".to_owned() } else { changed.join(", ") };
        lines.push(("applied", format!("{by}: {changed}")));
    }
    let unused: Vec<&str> = article.metadata.keys().map(String::as_str).collect();
    lines.push(("not used", unused.join(", ")));
    let mut shown = String::new();
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a string cannot fail.
        let _ = writeln!(shown, "{name:>13}  {value}");
    }
    if config.feed.is_empty() {
        shown.push_str("  (no feed is configured)\n");
    }
    shown.push('\n');
    shown.push_str(rendered.text.trim_end());
    shown.push('\n');
    shown
}

fn state(state: &State) -> String {
    match state {
        State::Live | State::RemovalPending { .. } => "live".to_owned(),
        State::Held { why } => format!("held: {why:?}").to_lowercase(),
        State::Expired => "expired".to_owned(),
        State::Withdrawn { reason, .. } => format!("withdrawn: {}", reason.as_deref().unwrap_or("no reason given")),
    }
}
