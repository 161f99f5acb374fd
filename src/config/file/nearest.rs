//! "Did you mean …?": the known name that is closest to what was typed.

/// Names longer than this are not compared; nobody mistypes one.
const LONGEST: usize = 64;

/// The candidate closest to `typed` without regard to case, if it is close enough to have been meant.
pub(crate) fn nearest<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let typed: Vec<char> = typed.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if typed.len() > LONGEST {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (distance(&typed, &candidate.chars().flat_map(char::to_lowercase).collect::<Vec<_>>()), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count().min(typed.len()) / 3).clamp(1, 3))
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut above_last: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &to) in b.iter().enumerate() {
            let mut cheapest = (above[j] + usize::from(from != to)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from == b[j - 1] && a[i - 1] == to {
                cheapest = cheapest.min(above_last[j - 1] + 1);
            }
            row.push(cheapest);
        }
        above_last = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_understood() {
        let keys = ["title", "url", "language", "timezone"];
        assert_eq!(nearest("titel", keys), Some("title"));
        assert_eq!(nearest("Title", keys), Some("title"));
        assert_eq!(nearest("ulr", keys), Some("url"));
        assert_eq!(nearest("time_zone", keys), Some("timezone"));
        assert_eq!(nearest("lang", keys), None);
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("", keys), None);
        assert_eq!(nearest(&"x".repeat(100_000), keys), None);
    }
}
