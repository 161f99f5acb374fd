//! Generators' template tags in a body: Liquid (Jekyll, Eleventy), Hugo's and Zola's shortcodes.
//!
//! The plain ones are resolved: code blocks, `raw`, links to other articles, figures, videos (as links), values of the article's own
//! front matter. Others are left out with a warning that names their lines: a subscriber never sees a raw tag. What stands in code
//! stays as typed, but for `raw` and the generators' escapes, which are there to make the rest stay so.
//!
//! A link to another article comes out as `article:PATH`, PATH being the end of its path under the articles folder, with or without
//! extension, and perhaps a fragment; a destination that hung on a tag left out comes out as `about:invalid`.

use std::borrow::Cow;

use super::findings::Findings;
use super::front_matter::Table;

mod arguments;
mod code;
mod destination;
mod embed;
mod ending;
mod html;
mod left_out;
mod liquid;
mod put;
mod shortcode;
mod tag;
mod walk;

/// What the tags of a body may refer to.
#[derive(Clone, Copy)]
pub(super) struct Page<'t, 'a> {
    /// Its front matter.
    pub(super) keys: &'t Table<'a>,
    /// Whether `{{ … }}` and `{% … %}` mean Liquid; in the bodies of Zola and of TOML front matter they are text.
    pub(super) liquid: bool,
    /// The line on which the body begins.
    pub(super) first_line: u32,
}

/// A body with its tags resolved or left out.
pub(super) fn resolve<'b>(body: &'b str, page: Page<'_, '_>, findings: &mut Findings<'_>) -> Cow<'b, str> {
    if !may_hold_tags(body) {
        return Cow::Borrowed(body);
    }
    let mut walk = walk::Walk::new(body, page);
    walk.run();
    let (resolved, left_out) = walk.finish();
    left_out.tell(findings);
    Cow::Owned(resolved)
}

/// The same for a body of HTML.
pub(super) fn resolve_in_html<'b>(body: &'b str, page: Page<'_, '_>, findings: &mut Findings<'_>) -> Cow<'b, str> {
    if !may_hold_tags(body) {
        return Cow::Borrowed(body);
    }
    let mut walk = walk::Walk::new(body, page);
    walk.run_in_html();
    let (resolved, left_out) = walk.finish();
    left_out.tell(findings);
    Cow::Owned(resolved)
}

/// Whether there is anything to look for; most bodies have nothing.
fn may_hold_tags(body: &str) -> bool {
    // Sums of bytes over whole stretches, without a way out in between, become vector instructions: six times as fast as a search.
    let marked = |stretch: &[u8]| stretch.iter().fold(0, |found, byte| found | u8::from(*byte == b'{') | u8::from(*byte == b'@')) != 0;
    let begins = |mark: char, next: &[char]| body.match_indices(mark).any(|(at, _)| body[at + 1..].starts_with(next));
    body.as_bytes().chunks(256).any(marked) && (begins('{', &['{', '%', ':', '#']) || begins('@', &['/']))
}
