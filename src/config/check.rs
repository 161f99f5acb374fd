//! `[check]`: what `newswire check` asks of articles beside what they cannot do without.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};

/// `[check]`. It concerns `check` alone: what the daemon logs and counts keeps its own weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What rules weigh, where it is not what they weigh by themselves.
    pub rules: BTreeMap<String, Weight>,
    /// Whose demands are checked.
    pub profiles: Vec<Profile>,
    /// The longest headline, in characters.
    pub headline_limit: usize,
    /// The tags that there are; empty where any will do.
    pub tags: Vec<String>,
    /// The sections that there are; empty where any will do.
    pub sections: Vec<String>,
}

impl Check {
    /// The finding as heavy as the house has it, or nothing where its rule is off.
    pub fn weigh(&self, mut finding: Diagnostic) -> Option<Diagnostic> {
        match self.rules.get(finding.rule.as_ref()) {
            Some(Weight::Off) => return None,
            Some(Weight::At(severity)) => finding.severity = *severity,
            None => {}
        }
        Some(finding)
    }
}

/// What a rule's findings weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Nothing: they are not shown.
    Off,
    /// This.
    At(Severity),
}

impl Weight {
    /// Every word for it.
    pub const WORDS: [&'static str; 4] = ["off", "note", "warning", "error"];

    /// The weight of a word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "off" => Some(Self::Off),
            "note" => Some(Self::At(Severity::Note)),
            "warning" => Some(Self::At(Severity::Warning)),
            "error" => Some(Self::At(Severity::Error)),
            _ => None,
        }
    }
}

/// An aggregator whose published demands are checked. docs/check.md names the sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Profile {
    /// Google News.
    GoogleNews,
    /// MSN, by its Partner Hub.
    Msn,
    /// Flipboard.
    Flipboard,
    /// Apple News.
    AppleNews,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::GoogleNews, Self::Msn, Self::Flipboard, Self::AppleNews];

    /// How the configuration and the command line call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoogleNews => "google-news",
            Self::Msn => "msn",
            Self::Flipboard => "flipboard",
            Self::AppleNews => "apple-news",
        }
    }

    /// How it calls itself.
    pub const fn title(self) -> &'static str {
        match self {
            Self::GoogleNews => "Google News",
            Self::Msn => "MSN",
            Self::Flipboard => "Flipboard",
            Self::AppleNews => "Apple News",
        }
    }

    /// The profile of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == name)
    }
}
