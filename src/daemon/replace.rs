//! Places every public article anew when the config's selections, site or link pattern changed. No one is told.

use super::line::{Intake, Line, Mode, Stopped};
use super::reading::Files;
use crate::article::Order;
use crate::desk::Observation;
use crate::ledger::{ListPage, Listing};

/// How many articles an edition takes.
const PAGE: usize = 500;

/// Goes once over the public articles, if what decides their places changed.
pub(super) async fn replace(line: &mut Line) -> Result<(), Stopped> {
    if !line.is_replaced() {
        return Ok(());
    }
    let mut after: Option<Order> = None;
    loop {
        let entries = match line.ledger.list(Listing::Live { after: after.clone() }, PAGE).await {
            Ok(ListPage::Live(entries)) => entries,
            Ok(ListPage::Attempts(_)) => return Ok(()),
            Err(fault) => {
                line.wait_out(&fault).await?;
                continue;
            }
        };
        let Some(last) = entries.last() else { return Ok(()) };
        after = Some(last.order());
        let articles = line.articles(&entries, Files::Leave).await?;
        let observations = articles.into_iter().map(|(id, article)| Observation::Again(id, article)).collect();
        line.take(Intake { observations, findings: Vec::new() }, Mode::Silent).await?;
    }
}
