//! `[ledger]` and `[delivery]`: where newswire remembers, and how it sends.

use std::time::Duration;

use super::findings::Report;
use super::paths::Bases;
use super::written;
use crate::config::{Delivery, LedgerPlace};

/// Waits after the first, second, … failed attempt.
const DEFAULT_RETRY: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(10),
];
const MOST_RETRIES: usize = 50;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);
/// More at once is slower against fast receivers; slow ones are kept apart.
const DEFAULT_CONCURRENCY: u64 = 64;

pub(super) fn ledger(written: &written::Ledger, bases: Bases<'_>, report: &mut Report<'_>) -> LedgerPlace {
    if let Some(url) = &written.url {
        let message = "ledger.url is not supported: only the embedded ledger exists in this version";
        report.refuse(url.span(), message, "give a file with ledger.path, or leave both out for ./state/newswire.db");
    }
    LedgerPlace::Path(bases.resolve(report, "ledger.path", written.path.as_ref(), "state/newswire.db"))
}

pub(super) fn delivery(written: written::Delivery, report: &mut Report<'_>) -> Delivery {
    let retry = match written.retry {
        None => DEFAULT_RETRY.to_vec(),
        Some(list) if list.get_ref().len() > MOST_RETRIES => {
            report.refuse(list.span(), format!("delivery.retry has more than {MOST_RETRIES} waits"), "leave some out");
            Vec::new()
        }
        Some(list) => list
            .into_inner()
            .into_iter()
            .map(|wait| {
                let bounds = Duration::from_millis(1)..=Duration::from_hours(30 * 24);
                report.duration("delivery.retry: a wait", Some(wait), DEFAULT_TIMEOUT, &bounds)
            })
            .collect(),
    };
    let timeouts = Duration::from_millis(10)..=Duration::from_mins(10);
    let concurrency = report.number("delivery.concurrency", written.concurrency, DEFAULT_CONCURRENCY, &(1..=4096));
    Delivery {
        retry,
        timeout: report.duration("delivery.timeout", written.timeout, DEFAULT_TIMEOUT, &timeouts),
        concurrency: usize::try_from(concurrency).unwrap_or(usize::MAX),
    }
}
