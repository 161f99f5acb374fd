//! How pages look: templates, styles and one small script, carried in the binary; a house's own files stand before them, one by one.

mod fault;
mod files;
mod policy;
mod specimen;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use axum::http::HeaderValue;
use bytes::Bytes;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;

pub use fault::ThemeFault;
use files::BUILT_IN;
pub use files::Files;
use policy::Policy;

use super::site::Site;

/// Before the name of a template of ours: under it, it can be had where a house's own has taken its place.
const OURS: &str = "newswire/";

/// How many steps filling a page may take; the longest pages of the templates here take a hundredth.
const FUEL: u64 = 2_000_000;
/// How deep templates may include and call each other.
const DEPTH: usize = 32;

/// What may not stand in a `data:` address.
const IN_ADDRESS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'&').add(b'\'');

/// Which page a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// An article.
    Article,
    /// The front page.
    Front,
    /// What stands for a feed in a browser.
    Feed,
    /// Why there is nothing to show.
    Notice,
}

impl Page {
    /// Every page.
    pub(super) const ALL: [Self; 4] = [Self::Article, Self::Front, Self::Feed, Self::Notice];

    /// Its template.
    pub(super) const fn template(self) -> &'static str {
        match self {
            Self::Article => "article.html",
            Self::Front => "front.html",
            Self::Feed => "feed.html",
            Self::Notice => "notice.html",
        }
    }

    /// Whether it runs the theme's script.
    const fn has_script(self) -> bool {
        match self {
            Self::Feed => true,
            Self::Article | Self::Front | Self::Notice => false,
        }
    }
}

/// Templates ready to be filled. The style sheet stands in every page (a page is one request, and one that a cache kept from
/// before an upgrade keeps its own), let through by its hash.
pub struct Theme {
    environment: Environment<'static>,
    policy: Policy,
    icon: Bytes,
    feed_style: Bytes,
}

impl Default for Theme {
    fn default() -> Self {
        let (theme, faults) = Self::build(&Files::default());
        for fault in faults {
            tracing::error!("a page's own template is broken: {fault}");
        }
        theme
    }
}

impl fmt::Debug for Theme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Theme").finish_non_exhaustive()
    }
}

impl Theme {
    /// The theme of these files, by their names; each that is missing is newswire's. Every template is tried on pages made up for that.
    pub fn of(own: &BTreeMap<String, String>) -> Result<Self, Vec<ThemeFault>> {
        let files = Files::of(own)?;
        let (theme, mut faults) = Self::build(&files);
        if faults.is_empty() {
            faults = theme.try_out(&files);
        }
        if faults.is_empty() { Ok(theme) } else { Err(faults) }
    }

    /// One that fills nothing, for pages that are made up.
    fn bare() -> Self {
        Self { environment: Environment::empty(), policy: Policy::new("", ""), icon: Bytes::new(), feed_style: Bytes::new() }
    }

    fn build(files: &Files) -> (Self, Vec<ThemeFault>) {
        let mut environment = Environment::new();
        // Whatever the template is called: everything is escaped unless marked safe.
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(|out, _, value| write::value(out, value).map_err(Into::into));
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH);
        let mut faults = Vec::new();
        for (name, source) in BUILT_IN.iter().filter(|(name, _)| files::is_template(name)) {
            let added = environment.add_template_owned(format!("{OURS}{name}"), *source);
            faults.extend(added.err().map(|error| ThemeFault::of_template(&error)));
        }
        for (name, source) in files.templates() {
            let added = environment.add_template_owned(name.to_owned(), source.to_owned());
            faults.extend(added.err().map(|error| ThemeFault::of_template(&error)));
        }
        let (style, script) = (files.style(), files.text("feed.js"));
        let policy = Policy::new(&style, script);
        environment.add_global("style", style);
        environment.add_global("script", script);
        let bytes = |name| Bytes::from(files.text(name).to_owned());
        (Self { environment, policy, icon: bytes("icon.svg"), feed_style: bytes("feed.css") }, faults)
    }

    /// Fills every page, full and bare.
    fn try_out(&self, files: &Files) -> Vec<ThemeFault> {
        let mut faults: Vec<ThemeFault> = Vec::new();
        for page in Page::ALL {
            for view in specimen::views(page) {
                if let Err(error) = self.filled(page, &view) {
                    let fault = ThemeFault::of_filling(&error, files);
                    if !faults.contains(&fault) {
                        faults.push(fault);
                    }
                }
            }
        }
        faults
    }

    /// What is odd about these files, but hinders nothing.
    pub fn warnings(own: &BTreeMap<String, String>) -> Vec<String> {
        let Ok(files) = Files::of(own) else { return Vec::new() };
        let (theme, _) = Self::build(&files);
        let mut warnings = files.unused();
        for (name, _) in files.own_templates() {
            let Ok(template) = theme.environment.get_template(name) else { continue };
            let known = specimen::variables();
            let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
            unknown.retain(|variable| !known.contains(variable) && !is_global(&theme.environment, variable));
            unknown.sort_unstable();
            warnings.extend(unknown.into_iter().map(|variable| {
                format!("{name}: no page has the variable '{variable}', so nothing stands where it is used; docs/theme.md lists them")
            }));
        }
        warnings
    }

    fn filled(&self, page: Page, view: &impl Serialize) -> Result<String, Error> {
        self.environment.get_template(page.template())?.render(Serde(view))
    }

    /// Fills a page; `None` (and a line in the log) where that fails.
    pub(super) fn fill(&self, page: Page, view: &impl Serialize) -> Option<String> {
        let filled = self.filled(page, view);
        filled.inspect_err(|error| tracing::error!(%error, template = page.template(), "a page cannot be made")).ok()
    }

    /// The Content-Security-Policy of a page: nothing but what stands here, and frames that the operator lets through.
    pub(super) fn content_security_policy(&self, site: &Site, page: Page) -> HeaderValue {
        let policy = format!("{}; frame-ancestors 'none'", self.policy.of(&site.frames, page.has_script()));
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    }

    /// The same for the page itself to say, where nobody sends a header; it knows no `frame-ancestors` (CSP level 3, section 3.3).
    pub(super) fn policy_within(&self, site: &Site, page: Page) -> String {
        self.policy.of(&site.frames, page.has_script())
    }

    /// The icon of browsers' tabs, SVG.
    pub(super) fn icon(&self) -> Bytes {
        self.icon.clone()
    }

    /// The same as an address that holds it, for pages that stand where no icon may.
    pub(super) fn icon_within(&self) -> String {
        format!("data:image/svg+xml,{}", utf8_percent_encode(&String::from_utf8_lossy(&self.icon), IN_ADDRESS))
    }

    /// The style sheet by which browsers show a feed's XML.
    pub fn feed_style(&self) -> Bytes {
        self.feed_style.clone()
    }
}

fn is_global(environment: &Environment<'_>, name: &str) -> bool {
    environment.globals().any(|(global, _)| global == name) || matches!(name, "loop" | "self" | "super" | "caller")
}

/// Whether an error says that a page never came to its end.
fn is_endless(error: &Error) -> bool {
    let endless = |error: &Error| error.kind() == ErrorKind::OutOfFuel || error.to_string().contains("recursion limit");
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<Error>().is_some_and(endless) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
