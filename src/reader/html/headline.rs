//! Which of the page's titles is the article's headline.

/// What may stand between a headline and the site's name in a title.
const SEPARATORS: [&str; 9] = [" | ", " – ", " — ", " - ", " · ", " • ", " :: ", " » ", " « "];

/// Titles by where they were found; plain text on one line each.
pub(super) struct Titles {
    /// What says that it is the headline: JSON-LD, then Open Graph, then microdata and microformats.
    pub(super) stated: Vec<String>,
    /// The article's heading.
    pub(super) heading: Option<String>,
    /// `<title>`.
    pub(super) title: Option<String>,
    /// What the site and its publisher are called.
    pub(super) sites: Vec<String>,
}

/// A headline and how sure it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Headline {
    pub(super) text: String,
    /// What was taken off the end of `<title>` without knowing that it is the site's name.
    pub(super) guessed: Option<String>,
}

impl Titles {
    /// The headline: what is stated, else the heading, else the title without the site's name.
    pub(super) fn headline(&self) -> Option<Headline> {
        let certain = |text: &str| Some(Headline { text: text.to_owned(), guessed: None });
        let is_site = |text: &str| self.sites.iter().any(|site| same(site, text));
        let heading = self.heading.as_deref().filter(|heading| !is_site(heading));
        let mut stated = self.stated.iter().map(|stated| self.without_site(stated)).filter(|stated| !stated.is_empty() && !is_site(stated));
        if let Some(stated) = stated.next() {
            return match heading {
                // Cut short for a search engine's or a card's sake, or with a name after it that is nowhere told to be the site's.
                Some(heading) if continues(stated, heading) || begins_title(stated, heading) => certain(heading),
                _ => certain(stated),
            };
        }
        if let Some(heading) = heading {
            return certain(heading);
        }
        let title = self.title.as_deref()?;
        let known = self.without_site(title);
        if known.is_empty() || is_site(known) {
            return None;
        }
        if known != title {
            return certain(known);
        }
        let (text, rest) = unnamed(title);
        Some(Headline { text: text.to_owned(), guessed: rest.map(str::to_owned) })
    }

    /// A title without the site's name at its end or beginning.
    fn without_site<'t>(&self, title: &'t str) -> &'t str {
        let title = title.trim();
        for separator in SEPARATORS {
            if let Some((rest, name)) = title.rsplit_once(separator)
                && self.sites.iter().any(|site| same(site, name))
            {
                return rest.trim();
            }
            if let Some((name, rest)) = title.split_once(separator)
                && self.sites.iter().any(|site| same(site, name))
            {
                return rest.trim();
            }
        }
        title
    }
}

/// Whether `whole` goes on where `cut` was cut off with an ellipsis.
fn continues(cut: &str, whole: &str) -> bool {
    let stem = cut.strip_suffix('…').or_else(|| cut.strip_suffix("..."));
    stem.is_some_and(|stem| stem.trim_end().len() > 10 && whole.starts_with(stem.trim_end()))
}

/// Whether a title is the heading with a name after it.
fn begins_title(title: &str, heading: &str) -> bool {
    title.strip_prefix(heading).is_some_and(|rest| SEPARATORS.iter().any(|separator| rest.starts_with(separator)))
}

/// A title without what is most likely the site's name, and that: after a bar whatever it is, after a dash a short name.
fn unnamed(title: &str) -> (&str, Option<&str>) {
    for separator in SEPARATORS {
        let Some((text, name)) = title.rsplit_once(separator) else { continue };
        let (text, name) = (text.trim(), name.trim());
        let is_dash = matches!(separator, " – " | " — " | " - ");
        let is_name =
            name.split_whitespace().count() <= 4 && name.chars().next().is_some_and(|first| !first.is_lowercase() && !first.is_numeric());
        let is_shorter = name.chars().count() < text.chars().count();
        if !text.is_empty() && !name.is_empty() && (!is_dash || (is_name && is_shorter && text.split_whitespace().count() >= 2)) {
            return (text, Some(name));
        }
    }
    (title, None)
}

/// A text's letters and digits alone: what stays the same whichever quotation marks and dashes a system makes of those typed.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two names are the same to a reader.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one_plain, other_plain) = (plain(one), plain(other));
    if one_plain.is_empty() { one.trim() == other.trim() } else { one_plain == other_plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stated: &[&str], heading: Option<&str>, title: Option<&str>, sites: &[&str]) -> (String, Option<String>) {
        let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let titles =
            Titles { stated: own(stated), heading: heading.map(str::to_owned), title: title.map(str::to_owned), sites: own(sites) };
        let headline = titles.headline().unwrap();
        (headline.text, headline.guessed)
    }

    fn plain(text: &str) -> (String, Option<String>) {
        (text.to_owned(), None)
    }

    #[test]
    fn the_sites_name_goes() {
        assert_eq!(of(&["Storm hits coast | The Times"], None, None, &["The Times"]), plain("Storm hits coast"));
        assert_eq!(of(&[], None, Some("The Times – Storm – a history"), &["the times"]), plain("Storm – a history"));
        assert_eq!(of(&["Storm hits coast - Unknown Post"], Some("Storm hits coast"), None, &[]), plain("Storm hits coast"));
        assert_eq!(of(&["The Times"], Some("Storm hits"), None, &["The Times"]), plain("Storm hits"));
    }

    #[test]
    fn a_dash_of_its_own_stays() {
        assert_eq!(of(&["Paris – a city at night"], None, None, &["The Times"]), plain("Paris – a city at night"));
        assert_eq!(of(&[], None, Some("Paris – a city at night"), &[]), plain("Paris – a city at night"));
        assert_eq!(of(&[], None, Some("Results 2025 - 2026"), &[]), plain("Results 2025 - 2026"));
    }

    #[test]
    fn a_name_that_is_not_known_is_told() {
        assert_eq!(
            of(&[], None, Some("Storm hits the coast – Eastport Courier"), &[]),
            ("Storm hits the coast".into(), Some("Eastport Courier".into()))
        );
        assert_eq!(of(&[], None, Some("Storm | eastport.example"), &[]), ("Storm".into(), Some("eastport.example".into())));
    }

    #[test]
    fn a_headline_cut_short_is_made_whole() {
        assert_eq!(of(&["Storm hits the whole coa…"], Some("Storm hits the whole coast"), None, &[]), plain("Storm hits the whole coast"));
        assert_eq!(of(&["Storm: what is known"], Some("Storm hits the coast"), None, &[]), plain("Storm: what is known"));
    }
}
