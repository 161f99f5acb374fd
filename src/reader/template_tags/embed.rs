//! Figures, and what other sites show inside a page: videos and posts become links to them.

use super::arguments::Arguments;

/// A link to what a shortcode of this name would embed, as Markdown.
pub(super) fn link(name: &str, arguments: &Arguments) -> Option<String> {
    let id = || arguments.either(&["id", "video", "code", "name"], 0).filter(|id| is_id(id));
    let user = || arguments.either(&["user", "username"], 0).filter(|user| is_id(user));
    let (label, url) = match name {
        "youtube" | "youtubepl" | "youtube_embed" => ("Video on YouTube", format!("https://www.youtube.com/watch?v={}", id()?)),
        "vimeo" => ("Video on Vimeo", format!("https://vimeo.com/{}", id()?)),
        "dailymotion" => ("Video on Dailymotion", format!("https://www.dailymotion.com/video/{}", id()?)),
        "streamable" => ("Video on Streamable", format!("https://streamable.com/{}", id()?)),
        "tweet" | "twitter" | "x" | "tweet_simple" | "twitter_simple" | "x_simple" => {
            let post = arguments.named(&["id"]).or_else(|| arguments.positional(1)).filter(|id| is_id(id));
            (
                "Post on X",
                match (post, user()) {
                    (Some(post), Some(user)) => format!("https://x.com/{user}/status/{post}"),
                    (Some(post), None) => format!("https://x.com/i/status/{post}"),
                    (None, only) => format!("https://x.com/i/status/{}", only?),
                },
            )
        }
        "instagram" | "instagram_simple" => ("Post on Instagram", format!("https://www.instagram.com/p/{}/", id()?)),
        "gist" => {
            let whole = arguments.positional(0).unwrap_or_default();
            let (user, id) = whole.split_once('/').or_else(|| Some((user()?, arguments.either(&["id"], 1)?)))?;
            if !is_id(user) || !is_id(id) {
                return None;
            }
            ("Code on GitHub", format!("https://gist.github.com/{user}/{id}"))
        }
        _ => return None,
    };
    Some(format!("[{label}]({url})"))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A picture that a shortcode shows.
pub(super) struct Figure<'a> {
    src: &'a str,
    alt: &'a str,
    caption: Option<String>,
}

impl<'a> Figure<'a> {
    /// The picture of a shortcode of this name, if it is one for pictures.
    pub(super) fn of(name: &str, arguments: &'a Arguments) -> Option<Self> {
        if !matches!(name, "figure" | "image" | "img" | "picture" | "photo" | "resize_image" | "fig") {
            return None;
        }
        let src = arguments.either(&["src", "url", "path", "image", "file", "link"], 0)?;
        let title = arguments.named(&["caption", "title"]);
        let credit = arguments.named(&["attr", "credit", "attribution"]);
        let caption = match (title, credit) {
            (Some(title), Some(credit)) => Some(format!("{title} ({credit})")),
            (Some(text), None) => Some(text.to_owned()),
            (None, Some(credit)) => Some(format!("({credit})")),
            (None, None) => None,
        };
        Some(Self { src, alt: arguments.named(&["alt"]).unwrap_or_default(), caption })
    }

    /// As a block of HTML, its caption Markdown; each line begins with `indent`.
    pub(super) fn block(&self, indent: &str) -> String {
        let image = format!("<img src=\"{}\" alt=\"{}\">", attribute(self.src), attribute(self.alt));
        let lines = match &self.caption {
            // Between empty lines a caption's emphasis and links are Markdown.
            Some(caption) => {
                let caption = caption.split_whitespace().collect::<Vec<_>>().join(" ");
                vec![
                    "<figure>".to_owned(),
                    image,
                    "<figcaption>".to_owned(),
                    String::new(),
                    caption,
                    String::new(),
                    "</figcaption>".to_owned(),
                ]
            }
            None => vec!["<figure>".to_owned(), image],
        };
        let mut block = String::new();
        for (number, line) in lines.into_iter().chain(["</figure>".to_owned()]).enumerate() {
            if number > 0 {
                block.push('\n');
                block.push_str(if line.is_empty() { "" } else { indent });
            }
            block.push_str(&line);
        }
        block
    }

    /// As a Markdown image in running text.
    pub(super) fn inline(&self) -> String {
        format!("<img src=\"{}\" alt=\"{}\">", attribute(self.src), attribute(self.alt))
    }
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embeds_become_links() {
        let of = |name, arguments| link(name, &Arguments::parse(arguments));
        assert_eq!(of("youtube", "w7Ft2ymGmfc").as_deref(), Some("[Video on YouTube](https://www.youtube.com/watch?v=w7Ft2ymGmfc)"));
        assert_eq!(of("x", "user=\"jane\" id=\"5\"").as_deref(), Some("[Post on X](https://x.com/jane/status/5)"));
        assert_eq!(of("gist", "jane/5").as_deref(), Some("[Code on GitHub](https://gist.github.com/jane/5)"));
        assert_eq!(of("youtube", "\"a)b\""), None);
        assert_eq!(of("chart", "a"), None);
    }

    #[test]
    fn a_figure_is_a_block_with_its_caption() {
        let arguments = Arguments::parse("src=\"a.jpg\" alt=\"A \\\"b\\\"\" caption=\"The *c*\" attr=\"D\"");
        let figure = Figure::of("figure", &arguments).unwrap();
        assert_eq!(
            figure.block("  "),
            "<figure>\n  <img src=\"a.jpg\" alt=\"A &quot;b&quot;\">\n  <figcaption>\n\n  The *c* (D)\n\n  </figcaption>\n  </figure>"
        );
    }
}
