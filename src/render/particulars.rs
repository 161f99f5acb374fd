//! Particulars as feeds show them: addresses absolute, words on one line.

use super::address::Base;
use super::{clean_person, one_line};
use crate::article::{Discussion, Episode, Origin, Particulars, Transcript};

/// What is left of an article's particulars once only what can be published stays.
pub(super) fn finish(given: &Particulars, base: &Base) -> Particulars {
    let words = |text: &Option<String>| text.as_deref().map(one_line).filter(|text| !text.is_empty());
    // What lies beside the article is not published, unless it is a picture or a recording.
    let url = |written: &Option<String>| written.as_deref().and_then(|written| base.frame(written)).map(String::from);
    let episode = |episode: &Episode| Episode {
        transcripts: episode.transcripts.iter().filter_map(|transcript| finish_transcript(transcript, base)).collect(),
        chapters: url(&episode.chapters),
        guests: episode.guests.iter().filter_map(|guest| clean_person(guest, base)).collect(),
        ..*episode
    };
    Particulars {
        episode: given.episode.as_ref().map(episode),
        explicit: given.explicit,
        location: given.location.as_ref().map(|location| location.clone().named(words(&location.name))),
        origin: given
            .origin
            .as_ref()
            .map(|origin| Origin {
                name: words(&origin.name),
                page: url(&origin.page),
                feed: url(&origin.feed),
                canonical: url(&origin.canonical),
            })
            .filter(Origin::leads),
        discussion: given.discussion.as_ref().map(|discussion| Discussion {
            count: discussion.count,
            page: url(&discussion.page),
            feed: url(&discussion.feed),
        }),
    }
}

fn finish_transcript(transcript: &Transcript, base: &Base) -> Option<Transcript> {
    let mime = one_line(&transcript.mime).to_ascii_lowercase();
    Some(Transcript {
        url: base.frame(&transcript.url)?.into(),
        mime: super::is_media_type(&mime).then_some(mime)?,
        language: transcript.language.as_deref().map(one_line).filter(|language| !language.is_empty()),
    })
}
