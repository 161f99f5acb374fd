//! What few articles say of themselves: an episode's number, a place on the map, where a text came from, where it is discussed.

use serde::{Deserialize, Serialize};

use super::Person;

/// All of it. What is not known is left out, never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// What it is as an episode of a podcast.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode: Option<Episode>,
    /// Whether it is unfit for children; said neither way where its source says neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explicit: Option<bool>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Where it was published before it came here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Where it is discussed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<Discussion>,
}

impl Particulars {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An episode of a podcast, beside its recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Episode {
    /// Its number within the season.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// The season.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<u32>,
    /// What kind it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EpisodeKind>,
    /// What is said in it, as files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<Transcript>,
    /// Its chapters: the URL of a JSON file, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chapters: Option<String>,
    /// Who is heard in it beside those who made it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<Person>,
}

/// What kind of episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EpisodeKind {
    /// The show itself.
    Full,
    /// What promises it.
    Trailer,
    /// What comes on top.
    Bonus,
}

impl EpisodeKind {
    /// Every kind with its word.
    pub const WORDS: [(&'static str, Self); 3] = [("full", Self::Full), ("trailer", Self::Trailer), ("bonus", Self::Bonus)];

    /// As `itunes:episodeType` calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Trailer => "trailer",
            Self::Bonus => "bonus",
        }
    }
}

/// The words of a recording as a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// As written in the source: absolute, or relative to the article's link.
    pub url: String,
    /// Its media type.
    #[serde(rename = "type")]
    pub mime: String,
    /// Its language, where it is said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
}

impl Transcript {
    /// The media types that transcripts have by the ends of their files' names.
    pub const TYPES: [(&'static str, &'static str); 6] = [
        ("vtt", "text/vtt"),
        ("srt", "application/x-subrip"),
        ("json", "application/json"),
        ("html", "text/html"),
        ("htm", "text/html"),
        ("txt", "text/plain"),
    ];

    /// The media type of a file of this address, by the end of its name.
    pub fn type_of(url: &str) -> Option<&'static str> {
        let path = &url[..url.find(['?', '#']).unwrap_or(url.len())];
        let (_, end) = path.rsplit_once('.')?;
        Self::TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(end)).map(|(_, mime)| *mime)
    }
}

/// A place on earth by WGS 84, in millionths of a degree: 11 cm, which no dateline is finer than.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// North of the equator.
    latitude: i32,
    /// East of Greenwich.
    longitude: i32,
    /// What people call it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
}

const MILLION: f64 = 1_000_000.0;

impl Location {
    /// The place at these degrees, where there is one: latitude within ±90, longitude within ±180.
    pub fn new(latitude: f64, longitude: f64, name: Option<String>) -> Option<Self> {
        let within = |degrees: f64, most: f64| degrees.is_finite() && degrees.abs() <= most;
        #[allow(clippy::cast_possible_truncation, reason = "at most 180 million")]
        let millionths = |degrees: f64| (degrees * MILLION).round() as i32;
        (within(latitude, 90.0) && within(longitude, 180.0)).then(|| Self {
            latitude: millionths(latitude),
            longitude: millionths(longitude),
            name,
        })
    }

    /// The same place under another name.
    #[must_use]
    pub fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    /// Degrees north.
    pub fn latitude(&self) -> f64 {
        f64::from(self.latitude) / MILLION
    }

    /// Degrees east.
    pub fn longitude(&self) -> f64 {
        f64::from(self.longitude) / MILLION
    }
}

/// Where an article was published before it came here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The page that it came from, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The feed that it came from, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
    /// The page that search engines shall take for the original, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical: Option<String>,
}

impl Origin {
    /// Whether it names any address: a name alone leads nowhere.
    pub fn leads(&self) -> bool {
        self.page.is_some() || self.feed.is_some() || self.canonical.is_some()
    }
}

/// Where an article is discussed, and how much.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Discussion {
    /// How many comments there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The page with the comments, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The feed of the comments, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_keeps_what_was_typed_and_lies_on_earth() {
        let paris = Location::new(48.8566, 2.3522, None).unwrap();
        assert_eq!(format!("{} {}", paris.latitude(), paris.longitude()), "48.8566 2.3522");
        let far = Location::new(-90.0, 180.0, None).unwrap();
        assert_eq!(format!("{} {}", far.latitude(), far.longitude()), "-90 180");
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.5), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Location::new(latitude, longitude, None), None, "{latitude} {longitude}");
        }
    }

    #[test]
    fn transcripts_are_known_by_their_names_ends() {
        assert_eq!(Transcript::type_of("https://example.org/a.VTT?x=1.txt"), Some("text/vtt"));
        assert_eq!(Transcript::type_of("/a.srt#t"), Some("application/x-subrip"));
        assert_eq!(Transcript::type_of("/a.mp3"), None);
        assert_eq!(Transcript::type_of("/a"), None);
    }
}
