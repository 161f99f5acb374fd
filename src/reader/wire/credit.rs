//! Who wrote an item, and who else had a hand in it.

use super::MOST;
use crate::article::{Article, Person};
use crate::reader::text;

/// Takes a byline as it is printed; the whole line is kept where it says more than names.
pub(in crate::reader) fn byline(article: &mut Article, line: &str) {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() || line.len() > 2000 {
        return;
    }
    let bare = text::without_opener(&line);
    match text::byline(&line) {
        Some(byline) => {
            byline.authors.into_iter().for_each(|person| add(&mut article.authors, person));
            if let Some(agency) = &byline.credit {
                contributor(article, agency);
            }
            if byline.note.is_some() {
                article.metadata.entry("byline").or_insert_with(|| line.clone().into());
            }
        }
        None => add(&mut article.authors, Person::named(bare)),
    }
}

/// Adds an author by name.
pub(in crate::reader) fn author(article: &mut Article, name: &str) {
    add(&mut article.authors, Person::named(name.trim()));
}

/// Adds a contributor by name, who is no author.
pub(in crate::reader) fn contributor(article: &mut Article, name: &str) {
    let name = name.trim();
    if !article.authors.iter().any(|author| author.name.eq_ignore_ascii_case(name)) {
        add(&mut article.contributors, Person::named(name));
    }
}

fn add(people: &mut Vec<Person>, person: Person) {
    if !person.name.is_empty() && people.len() < MOST && !people.iter().any(|known| known.name == person.name) {
        people.push(person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_as_agencies_print_them() {
        let of = |line: &str| {
            let mut article = Article::default();
            byline(&mut article, line);
            let names = |people: &[Person]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>().join("|");
            (names(&article.authors), names(&article.contributors), article.metadata.contains_key("byline"))
        };
        let says = |authors: &str, contributors: &str, more: bool| (authors.to_owned(), contributors.to_owned(), more);
        assert_eq!(of("By Ada Meyer and Jean d'Arc"), says("Ada Meyer|Jean d'Arc", "", false));
        assert_eq!(of("Ada Meyer, Reuters"), says("Ada Meyer", "Reuters", false));
        assert_eq!(of("Von Ada Meyer, dpa"), says("Ada Meyer", "dpa", false));
        assert_eq!(of("By Ada Meyer, Staff Reporter"), says("Ada Meyer", "", true));
        assert_eq!(of("NTB"), says("NTB", "", false));
        assert_eq!(of("By DopingWatch"), says("DopingWatch", "", false));
        assert_eq!(of(" "), says("", "", false));
    }
}
