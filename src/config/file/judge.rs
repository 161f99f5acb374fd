//! Judging single values: texts, durations, numbers, sizes and choices. Each reports what is wrong and goes on with the default, so that
//! one run finds everything.

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;

use super::amount;
use super::findings::Report;
use super::mask::shown;
use super::nearest::nearest;
use super::written::{DurationText, SizeText, Text};

/// Longest text of one line, in characters.
const LONGEST_TEXT: usize = 1000;

impl Report<'_> {
    /// A text of one line that says something.
    pub(super) fn text(&mut self, what: &str, written: Option<Text>) -> Option<String> {
        let written = written?;
        let text = written.get_ref().trim();
        let problem = if text.is_empty() {
            "is empty"
        } else if text.chars().any(char::is_control) {
            "holds a line break or another control character"
        } else if text.chars().count() > LONGEST_TEXT {
            "is longer than 1000 characters"
        } else {
            return Some(text.to_owned());
        };
        self.refuse(written.span(), format!("{what} {problem}"), "write one line of text, or leave the key out");
        None
    }

    /// A duration within bounds.
    pub(super) fn duration(
        &mut self,
        what: &str,
        written: Option<Spanned<DurationText>>,
        default: Duration,
        bounds: &RangeInclusive<Duration>,
    ) -> Duration {
        let Some(written) = written else { return default };
        let span = written.span();
        let text = written.into_inner().0;
        let Some(duration) = amount::duration(&text) else {
            let remedy = "write a whole number and ms, s, m, h or d: \"500ms\", \"30s\", \"5m\", \"2h\", \"7d\"";
            self.refuse(span, format!("{what}: '{}' is not a duration", shown(&text)), remedy);
            return default;
        };
        let shown = [*bounds.start(), *bounds.end()].map(amount::show_duration);
        self.within(what, duration, bounds, default, span, shown)
    }

    /// A number of bytes within bounds.
    pub(super) fn size(&mut self, what: &str, written: Option<Spanned<SizeText>>, default: u64, bounds: &RangeInclusive<u64>) -> u64 {
        let Some(written) = written else { return default };
        let span = written.span();
        let bytes = match written.into_inner() {
            SizeText::Bytes(bytes) => bytes,
            SizeText::Text(text) => {
                let Some(bytes) = amount::size(&text) else {
                    let remedy = "write a whole number and B, kB, MB, GB, KiB, MiB or GiB: \"10MB\"";
                    self.refuse(span, format!("{what}: '{}' is not a size", shown(&text)), remedy);
                    return default;
                };
                bytes
            }
        };
        let shown = [*bounds.start(), *bounds.end()].map(amount::show_size);
        self.within(what, bytes, bounds, default, span, shown)
    }

    /// A number within bounds.
    pub(super) fn number(&mut self, what: &str, written: Option<Spanned<u64>>, default: u64, bounds: &RangeInclusive<u64>) -> u64 {
        let Some(written) = written else { return default };
        self.within(what, *written.get_ref(), bounds, default, written.span(), [*bounds.start(), *bounds.end()])
    }

    fn within<T: PartialOrd>(
        &mut self,
        what: &str,
        value: T,
        bounds: &RangeInclusive<T>,
        default: T,
        span: Range<usize>,
        [least, most]: [impl Display; 2],
    ) -> T {
        if bounds.contains(&value) {
            return value;
        }
        let (side, bound) = if value < *bounds.start() { ("less than the least", &least) } else { ("more than the most", &most) };
        self.refuse(span, format!("{what} is {side} allowed, {bound}"), format!("write something from {least} to {most}"));
        default
    }

    /// One of some names.
    pub(super) fn choice<T: Copy>(&mut self, what: &str, written: &Text, choices: &[(&'static str, T)]) -> Option<T> {
        if let Some((_, value)) = choices.iter().find(|(name, _)| name == written.get_ref()) {
            return Some(*value);
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let remedy = match nearest(written.get_ref(), names.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("known are {}", names.join(", ")),
        };
        self.refuse(written.span(), format!("unknown {what} '{}'", shown(written.get_ref())), remedy);
        None
    }
}
