//! Places articles anew when the config's selections, site, link pattern or rules, or a folder's defaults changed. No one is told.

use super::line::{Intake, Line, Mode, Stopped};
use super::reading::Files;
use super::reconcile::begins_under;
use crate::article::EntryKey;
use crate::desk::Observation;
use crate::watch::Under;

/// How many articles an edition takes.
const PAGE: usize = 500;

/// Goes once over all articles, if what decides their places changed; says whether it did.
pub(super) async fn replace(line: &mut Line) -> Result<bool, Stopped> {
    let replaced = line.is_replaced();
    if replaced {
        replace_under(line, &Under::Root).await?;
    }
    Ok(replaced)
}

/// Goes once over the articles of a part of the folder.
pub(super) async fn replace_under(line: &mut Line, part: &Under) -> Result<(), Stopped> {
    let mut after = match part {
        Under::Root => None,
        Under::Folder(folder) => Some(folder.clone()),
    };
    loop {
        let rows = match line.ledger.catalogue(after.clone(), PAGE).await {
            Ok(rows) => rows,
            Err(fault) => {
                line.wait_out(&fault).await?;
                continue;
            }
        };
        let Some(last) = rows.last().map(|row| row.path.clone()) else { return Ok(()) };
        let keys: Vec<EntryKey> = rows
            .into_iter()
            .filter(|row| !row.withdrawn && part.holds(&row.path) && !line.folders.uncertain().holds(&row.path))
            .map(|row| EntryKey::Id(row.id))
            .collect();
        let entries = match line.ledger.entries(keys).await {
            Ok(entries) => entries,
            Err(fault) => {
                line.wait_out(&fault).await?;
                continue;
            }
        };
        let articles = line.articles(&entries, Files::Leave).await?;
        let observations = articles.into_iter().map(|(id, article)| Observation::Again(id, article)).collect();
        line.take(Intake { observations, findings: Vec::new() }, Mode::Silent).await?;
        if !begins_under(part, &last) {
            return Ok(());
        }
        after = Some(last);
    }
}
