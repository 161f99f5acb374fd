//! `newswire status`

use std::io::Write as _;

use serde_json::json;

use super::exit::Exit;
use super::{Common, runtime};
use crate::config::LedgerPlace;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{Attempt, EndpointState, EndpointSummary, Ledger as _, Summary};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn status(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let loaded = common.load_without_secrets()?;
    let LedgerPlace::Path(path) = &loaded.config.ledger;
    if !path.exists() {
        return Err(Exit::place(format!("there is no ledger at {}: start 'newswire run' or 'newswire build' first", path.display())));
    }
    let summary = runtime()?.block_on(async {
        let ledger = SqliteLedger::open_read_only(path)?;
        ledger.summary().await
    });
    let summary = summary.map_err(Exit::place)?;
    let mut out = std::io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &as_json(&summary)).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        out.write_all(as_text(&summary).as_bytes())?;
    }
    Ok(())
}

fn as_json(summary: &Summary) -> serde_json::Value {
    json!({
        "articles": {"live": summary.live, "held": summary.held, "withdrawn": summary.withdrawn},
        "feeds": summary.feeds,
        "families": summary.families,
        "deliveries": {"owed": summary.owed, "dead": summary.dead},
        "endpoints": summary.endpoints.iter().map(endpoint_json).collect::<Vec<_>>(),
        "diagnostics": summary.diagnostics,
        "alarms": summary.alarms.iter().map(|(name, message)| json!({"name": name, "message": message})).collect::<Vec<_>>(),
        "audit": summary.audit.map(|audit| json!({"at": audit.at.rfc3339(), "missed": audit.missed})),
    })
}

fn endpoint_json(one: &EndpointSummary) -> serde_json::Value {
    json!({
        "id": one.endpoint.position.id,
        "kind": one.endpoint.kind,
        "state": one.endpoint.state,
        "retired": one.endpoint.until.is_some(),
        "owed": one.owed,
        "dead": one.dead,
        "last": one.last.as_ref().map(attempt_json),
    })
}

fn attempt_json(attempt: &Attempt) -> serde_json::Value {
    json!({
        "at": attempt.at.rfc3339(),
        "sequence": attempt.sequence,
        "number": attempt.number,
        "milliseconds": u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
        "status": attempt.status,
        "error": attempt.error,
    })
}

fn as_text(summary: &Summary) -> String {
    let mut lines = vec![
        format!("articles    {} live, {} held, {} withdrawn", summary.live, summary.held, summary.withdrawn),
        format!("feeds       {}", summary.feeds),
        format!("deliveries  {} owed, {} given up", summary.owed, summary.dead),
    ];
    lines.extend(summary.families.iter().map(|(family, feeds)| format!("family      {family}: {feeds} feeds")));
    // Where events are heard, there is nothing to say.
    if let Some(audit) = summary.audit.filter(|audit| audit.missed > 0) {
        lines.push(format!("audit       {} changes found that no event told of, last looked at {}", audit.missed, audit.at));
    }
    for one in summary.endpoints.iter().filter(|one| one.endpoint.until.is_none()) {
        let state = match &one.endpoint.state {
            EndpointState::Active => String::new(),
            EndpointState::Disabled { reason, at } => format!(", disabled {at}: {reason}"),
        };
        let last = one.last.as_ref().map_or_else(|| ", nothing sent yet".to_owned(), |attempt| format!(", last {}", outcome(attempt)));
        lines.push(format!("endpoint    {}: {} owed, {} given up{last}{state}", one.endpoint.position.id, one.owed, one.dead));
    }
    lines.extend(summary.alarms.values().map(|message| format!("ALARM       {message}")));
    lines.extend(summary.diagnostics.iter().map(|finding| format!("{:<11} {finding}", finding.severity.to_string())));
    lines.join("\n") + "\n"
}

fn outcome(attempt: &Attempt) -> String {
    match (attempt.status, &attempt.error) {
        (Some(status), None) => format!("{status} at {}", attempt.at),
        (Some(status), Some(error)) => format!("{status} at {} ({error})", attempt.at),
        (None, Some(error)) => format!("failed at {} ({error})", attempt.at),
        (None, None) => format!("at {}", attempt.at),
    }
}
