//! The IPTC's publishing status, urgency and embargo.

use crate::article::Article;
use crate::reader::findings::{Findings, Place};

/// Does what the publishing status says (the IPTC's code list `pubstatusg2`): a bare code, a `QCode` (`stat:canceled`) or a URI.
///
/// An unknown one holds the article: what was to be withheld must not go out.
pub(in crate::reader) fn publishing(article: &mut Article, status: &str, place: impl Into<Place>, findings: &mut Findings<'_>) {
    let code = status.trim().rsplit([':', '/', '#']).next().unwrap_or_default().to_ascii_lowercase();
    match code.as_str() {
        // An embargo has its own date; NITF names it here too.
        "usable" | "embargoed" | "" => {}
        "withheld" => article.hold = Some(String::new()),
        "canceled" | "cancelled" => article.withdrawn = Some(String::new()),
        _ => {
            let shown: String = status.chars().filter(|c| !c.is_control()).take(60).collect();
            let message = format!("the publishing status '{shown}' is none of usable, withheld and canceled; the article is held");
            findings.warn(place.into(), "unknown-status", message, "have the item made with one of them");
            article.hold = Some(String::new());
        }
    }
}

/// IPTC urgency: 1 is most urgent, 1 and 2 are the flash and the bulletin of old.
pub(in crate::reader) fn urgency(article: &mut Article, urgency: &str) {
    if matches!(urgency.trim(), "1" | "2") {
        article.breaking = true;
    }
}

/// An embargo without an end.
pub(in crate::reader) fn hold_until_told(article: &mut Article, place: Place, findings: &mut Findings<'_>) {
    findings.warn(place, "embargo-without-end", "the item is under an embargo without an end; the article is held", "");
    article.hold = Some(String::new());
}

/// What a message to editors does: a KILL withdraws, a WITHHOLD holds. Only the capitals in which wires write it count.
pub(in crate::reader) fn message(article: &mut Article, message: &str, place: Place, findings: &mut Findings<'_>) {
    let mut words = message.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(8);
    match words.find(|word| matches!(*word, "KILL" | "KILLED" | "WITHHOLD" | "WITHHELD")) {
        Some("KILL" | "KILLED") if article.withdrawn.is_none() => {
            findings.warn(place, "killed-by-message", "the message to editors says KILL: the article is withdrawn", "");
            article.withdrawn = Some(String::new());
        }
        Some("WITHHOLD" | "WITHHELD") if article.hold.is_none() => {
            findings.warn(place, "held-by-message", "the message to editors says WITHHOLD: the article is held", "");
            article.hold = Some(String::new());
        }
        Some(_) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::SourcePath;

    fn with(act: impl FnOnce(&mut Article, &mut Findings<'_>)) -> (bool, bool, usize) {
        let path = SourcePath::new(std::path::Path::new("a.xml")).unwrap();
        let mut findings = Findings::new(&path);
        let mut article = Article::default();
        act(&mut article, &mut findings);
        (article.hold.is_some(), article.withdrawn.is_some(), findings.into_diagnostics().len())
    }

    #[test]
    fn a_status_in_every_notation() {
        let of = |status: &str| with(|article, findings| publishing(article, status, Place::new(1, 1), findings));
        for usable in ["usable", "stat:usable", "http://cv.iptc.org/newscodes/pubstatusg2/usable", " Usable "] {
            assert_eq!(of(usable), (false, false, 0), "{usable}");
        }
        assert_eq!(of("stat:withheld"), (true, false, 0));
        assert_eq!(of("canceled"), (false, true, 0));
        assert_eq!(of("http://cv.iptc.org/newscodes/pubstatusg2/canceled"), (false, true, 0));
        assert_eq!(of("spiked"), (true, false, 1), "better held than out");
    }

    #[test]
    fn a_kill_is_shouted() {
        let of = |text: &str| with(|article, findings| message(article, text, Place::new(1, 1), findings));
        assert_eq!(of("Eds: MANDATORY KILL. The story is wrong."), (false, true, 1));
        assert_eq!(of("WITHHOLD until further notice"), (true, false, 1));
        assert_eq!(of("Adds details of the kill list, KILLS nothing"), (false, false, 0));
    }
}
