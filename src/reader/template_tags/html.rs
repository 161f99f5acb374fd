//! Tags in a body of HTML, as Jekyll, Eleventy and Hugo have it under front matter: no code of Markdown's hides them, and nothing of
//! Markdown's may stand in their place.

use super::ending::end_of;
use super::liquid::{self, Content, Outcome};
use super::tag::{Kind, Tag};
use super::walk::Walk;

impl<'b> Walk<'b, '_> {
    /// Goes through the whole body.
    pub(super) fn run_in_html(&mut self) {
        while let Some(next) = self.rest().find('{') {
            self.copy(next);
            match Tag::at(self.rest()) {
                Some(tag) => self.tag_in_html(&tag),
                None => self.copy(1),
            }
        }
        self.copy(self.rest().len());
    }

    fn tag_in_html(&mut self, tag: &Tag<'b>) {
        let liquid = self.page.liquid;
        match tag.kind {
            Kind::Escaped { .. } => drop(self.shows(tag)),
            Kind::Comment if liquid => self.nothing(tag),
            Kind::Output(expression) if liquid => {
                let outcome = liquid::output(expression, self.page.keys);
                self.put(tag, outcome);
            }
            Kind::Liquid { name, arguments } if liquid => self.liquid_in_html(tag, name, arguments),
            Kind::Hugo { closing: true, .. } | Kind::ZolaEnd => self.nothing(tag),
            Kind::Hugo { .. } | Kind::Zola { .. } => self.put(tag, Outcome::Unknown),
            Kind::Attributes | Kind::Comment | Kind::Output(_) | Kind::Liquid { .. } => self.copy(tag.length),
        }
    }

    fn liquid_in_html(&mut self, tag: &Tag<'b>, name: &'b str, arguments: &str) {
        let Some(content) = liquid::content(name) else {
            // Of HTML, links to other articles are not followed.
            let outcome = match liquid::tag(name, arguments) {
                Outcome::Text(_) | Outcome::Unknown => Outcome::Unknown,
                Outcome::Nothing => Outcome::Nothing,
            };
            return self.put(tag, outcome);
        };
        let after = self.body.get(self.at + tag.length..).unwrap_or_default();
        let nests = matches!(content, Content::Conditional | Content::Silent);
        let Some((inner, length)) = self.ending(name, |name| end_of(name, after, nests)) else {
            return self.put(tag, if content == Content::Conditional { Outcome::Unknown } else { Outcome::Nothing });
        };
        let inner = after.get(..inner).unwrap_or_default();
        let whole = Tag { length: tag.length + length, ..tag.clone() };
        match content {
            Content::Raw => self.raw(inner, whole.length),
            Content::Code => {
                let language = arguments.split_whitespace().next().unwrap_or_default();
                let language: String =
                    language.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.')).collect();
                let code = inner.trim_matches('\n').replace('&', "&amp;").replace('<', "&lt;");
                self.put(&whole, Outcome::Text(format!("<pre><code class=\"language-{language}\">{code}</code></pre>")));
            }
            Content::Silent => self.nothing(&whole),
            Content::Conditional => {
                self.note(self.rest().get(..tag.length).unwrap_or_default());
                self.nothing(&whole);
            }
        }
    }
}
