//! Page furniture that clippings drag along, and the wire's own end marks: a table of rules.

use super::shape::{bare, ends_sentence, longer_than};

/// Where a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Unmistakable: wherever it stands.
    Anywhere,
    /// Only behind the text's end.
    End,
    /// Only behind the text's end; titles of other articles may follow it.
    Opener,
}

/// How a rule compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The line is this.
    Whole,
    /// The line begins with this.
    Begins,
    /// The line begins with this and does not end as a sentence.
    Fragment,
}

use How::{Begins, Fragment, Whole};
use Place::{Anywhere, End, Opener};

/// The rules, in small letters with straight apostrophes. A line's bullets, arrows and closing punctuation do not count.
const RULES: &[(How, Place, &str)] = &[
    (Whole, Anywhere, "advertisement"),
    (Whole, Anywhere, "advertisements"),
    (Begins, Anywhere, "article continues after advertisement"),
    (Begins, Anywhere, "article continues below"),
    (Begins, Anywhere, "story continues after advertisement"),
    (Begins, Anywhere, "story continues below"),
    (Whole, Anywhere, "back to top"),
    (Whole, Anywhere, "click here to subscribe"),
    (Whole, Anywhere, "continue reading below"),
    (Whole, Anywhere, "copy link"),
    (Whole, Anywhere, "email this article"),
    (Whole, Anywhere, "for immediate release"),
    (Whole, Anywhere, "get notifications to stay updated"),
    (Whole, Anywhere, "print this article"),
    (Whole, Anywhere, "scroll down to continue"),
    (Fragment, Anywhere, "share on facebook"),
    (Fragment, Anywhere, "share on linkedin"),
    (Fragment, Anywhere, "share on twitter"),
    (Fragment, Anywhere, "share on whatsapp"),
    (Whole, Anywhere, "share on x"),
    (Whole, Anywhere, "share this article"),
    (Whole, Anywhere, "share this story"),
    (Whole, Anywhere, "share via email"),
    (Begins, Anywhere, "sign up for our newsletter"),
    (Begins, Anywhere, "sign up to our newsletter"),
    (Begins, Anywhere, "sign up for our free newsletter"),
    (Begins, Anywhere, "subscribe to our newsletter"),
    (Whole, Anywhere, "skip to content"),
    (Whole, Anywhere, "skip to main content"),
    (Whole, Anywhere, "subscribe now"),
    (Whole, Anywhere, "you're subscribed"),
    (Whole, Opener, "also read"),
    (Begins, End, "also read:"),
    (Begins, End, "already a subscriber"),
    (Fragment, End, "click here"),
    (Begins, End, "click here to"),
    (Begins, End, "click here for"),
    (Whole, End, "comments"),
    (Fragment, End, "comments ("),
    (Begins, End, "download our app"),
    (Fragment, End, "download the"),
    (Whole, End, "email"),
    (Whole, End, "facebook"),
    (Begins, End, "follow us"),
    (Fragment, End, "follow"),
    (Fragment, End, "get breaking news"),
    (Fragment, End, "get notifications"),
    (Fragment, End, "get our"),
    (Begins, End, "get our app"),
    (Begins, End, "get our newsletter"),
    (Fragment, End, "get the latest"),
    (Begins, End, "have a tip"),
    (Whole, Opener, "in other news"),
    (Fragment, End, "join our"),
    (Begins, End, "join our newsletter"),
    (Begins, End, "join our whatsapp"),
    (Begins, End, "join our telegram"),
    (Begins, End, "join the conversation"),
    (Begins, End, "join the discussion"),
    (Begins, End, "leave a comment"),
    (Whole, End, "linkedin"),
    (Fragment, End, "load more"),
    (Fragment, Opener, "more from"),
    (Whole, Opener, "more news"),
    (Whole, Opener, "more on this"),
    (Fragment, Opener, "more on this story"),
    (Whole, Opener, "more stories"),
    (Whole, Opener, "most popular"),
    (Whole, Opener, "most read"),
    (Fragment, End, "never miss"),
    (Begins, End, "never miss a story"),
    (Begins, End, "never miss an"),
    (Begins, End, "never miss our"),
    (Whole, End, "newsletter"),
    (Whole, End, "newsletters"),
    (Whole, End, "print"),
    (Whole, End, "promoted"),
    (Whole, Opener, "read also"),
    (Begins, End, "read also:"),
    (Whole, Opener, "read more"),
    (Begins, End, "read more:"),
    (Fragment, End, "read more"),
    (Whole, Opener, "read next"),
    (Begins, End, "read next:"),
    (Whole, Opener, "recommended"),
    (Fragment, Opener, "recommended for you"),
    (Fragment, Opener, "recommended reading"),
    (Whole, Opener, "related"),
    (Begins, End, "related:"),
    (Whole, Opener, "related articles"),
    (Whole, Opener, "related content"),
    (Whole, Opener, "related coverage"),
    (Whole, Opener, "related links"),
    (Whole, Opener, "related news"),
    (Whole, Opener, "related stories"),
    (Whole, Opener, "related topics"),
    (Whole, Opener, "see also"),
    (Begins, End, "see also:"),
    (Whole, Anywhere, "share"),
    (Fragment, End, "share on"),
    (Begins, End, "share this"),
    (Fragment, End, "share via"),
    (Fragment, End, "sign up"),
    (Begins, End, "sign up for"),
    (Begins, End, "sign up here"),
    (Begins, End, "sign up now"),
    (Begins, End, "sign up to"),
    (Whole, End, "sponsored"),
    (Whole, End, "sponsored content"),
    (Whole, Anywhere, "subscribe"),
    (Begins, End, "subscribe to"),
    (Fragment, End, "subscribe"),
    (Fragment, End, "support"),
    (Begins, End, "support independent"),
    (Begins, End, "support our"),
    (Begins, End, "support quality"),
    (Begins, End, "support us"),
    (Fragment, End, "thank you for reading"),
    (Whole, Opener, "trending"),
    (Whole, Opener, "trending now"),
    (Whole, Anywhere, "tweet"),
    (Whole, End, "twitter"),
    (Fragment, End, "view comments"),
    (Fragment, End, "view all comments"),
    (Whole, End, "whatsapp"),
    (Fragment, End, "write to us"),
    (Begins, End, "you are subscribed"),
    (Begins, End, "you have subscribed"),
    (Begins, End, "you're subscribed"),
    (Fragment, Opener, "you may also like"),
    (Fragment, Opener, "you may also be interested in"),
    (Fragment, Opener, "you might also like"),
];

/// Longer lines are text, whatever they begin with (in characters).
const LONGEST: usize = 160;

/// The rules, the operator's own among them.
#[derive(Debug)]
pub(super) struct Rules {
    own: Vec<String>,
}

impl Rules {
    /// The built-in rules and `own`: beginnings of lines that are left out wherever they stand.
    pub(super) fn new(own: &[String]) -> Self {
        Self { own: own.iter().map(|rule| fold(rule)).filter(|rule| !rule.is_empty()).collect() }
    }

    /// Where this line is furniture, if it is.
    pub(super) fn place(&self, line: &str) -> Option<Place> {
        if self.own.is_empty() && longer_than(line, LONGEST) {
            return None;
        }
        let folded = fold(line.char_indices().nth(LONGEST).map_or(line, |(end, _)| &line[..end]));
        if self.own.iter().any(|rule| folded.starts_with(rule.as_str())) {
            return Some(Anywhere);
        }
        if longer_than(line, LONGEST) {
            return None;
        }
        let whole = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_sentence = ends_sentence(line) && !line.ends_with("...") && !line.ends_with('…');
        let first = folded.bytes().next()?;
        let rule = RULES.iter().filter(|(_, _, text)| text.as_bytes().first() == Some(&first)).find(|(how, _, text)| match how {
            Whole => whole == *text,
            Begins => begins(&folded, text),
            Fragment => !is_sentence && begins(&folded, text),
        });
        rule.map(|(_, place, _)| *place)
    }
}

fn begins(line: &str, rule: &str) -> bool {
    line.strip_prefix(rule).is_some_and(|rest| !rule.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric))
}

/// Small letters, straight apostrophes, single spaces, no bullets or arrows before the first word.
fn fold(line: &str) -> String {
    let line = bare(line).trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '[' | '<' | '#' | '@' | '(' | '{' | '&' | '$'));
    let mut folded = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        for c in word.chars() {
            match c {
                '’' | '‘' | 'ʼ' | '＇' => folded.push('\''),
                _ => folded.extend(c.to_lowercase()),
            }
        }
    }
    folded
}

/// Whether the line is a wire's end mark, or nothing but a rule of punctuation.
pub(super) fn is_end_mark(line: &str) -> bool {
    let line = bare(line);
    if line.len() > 80 || line.is_empty() {
        return false;
    }
    let marks = line.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '–' | '—' | '#' | '*' | '_' | '=' | '~' | '(' | ')' | '[' | ']' | '/')
    });
    let bracketed = marks.len() < line.len();
    match marks {
        "" => line == "--" || line.chars().filter(|c| !c.is_whitespace()).count() >= 3,
        "30" => bracketed,
        "END" | "ENDS" | "Ends" | "MORE" => bracketed || marks == "ENDS" || marks == "END",
        "ends" | "end" | "more" => line.starts_with(['-', '–', '—', '(', '#']),
        _ => false,
    }
}
