//! Names that are not articles whatever they end in: what editors, copiers and sync tools leave beside them.

/// Beginnings. Hidden files come first: `.a.md.swp`, emacs' `.#a.md`, rsync's `.a.md.X1b2C3`, `.~lock.a.md#`, `.syncthing.a.md.tmp`,
/// `.nfs0123`, and the `..data` of mounted config maps are all hidden.
const BEGINNINGS: [&str; 4] = [".", "~$", "~syncthing~", "___jb_"];

/// Ends, without regard to case.
const ENDS: [&str; 18] = [
    "~",
    ".swp",
    ".swx",
    ".swo",
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".filepart",
    ".!sync",
    ".!ut",
    ".bak",
    ".orig",
    ".rej",
    "___jb_tmp___",
    "___jb_old___",
];

/// Whole names, without regard to case. `4913` is what vim makes to see whether it may write here.
const NAMES: [&str; 6] = ["", "4913", "thumbs.db", "desktop.ini", "lost+found", "$recycle.bin"];

/// What sync tools put into the name of the second of two versions that they could not merge, without regard to case, and who does.
const CONFLICTS: [(&str, &str); 13] = [
    ("conflicted copy", "Dropbox, Nextcloud or ownCloud"),
    ("(case conflict", "Dropbox"),
    ("(unicode encoding conflict", "Dropbox"),
    ("(whitespace conflict", "Dropbox"),
    ("(selective sync conflict", "Dropbox"),
    (".sync-conflict-", "Syncthing"),
    ("_conflict-", "ownCloud"),
    ("(sfconflict ", "Seafile"),
    ("(conflict on ", "Unison"),
    ("(conflict #", "Unison"),
    ("_conflict.", "Synology Drive"),
    (".conflict.", "Resilio Sync"),
    ("[conflict]", "a sync tool"),
];

/// Whether a file or folder of this name is passed over.
pub(super) fn passed_over(name: &[u8]) -> bool {
    BEGINNINGS.iter().any(|beginning| name.starts_with(beginning.as_bytes()))
        || (name.len() > 1 && name.starts_with(b"#") && name.ends_with(b"#"))
        || ENDS.iter().any(|end| ends_with(name, end.as_bytes()))
        || NAMES.iter().any(|whole| name.eq_ignore_ascii_case(whole.as_bytes()))
}

/// Which sync tool made this file because it could not merge two versions, if one did.
pub(super) fn conflict_copy(name: &[u8]) -> Option<&'static str> {
    CONFLICTS.iter().find(|(mark, _)| contains(name, mark.as_bytes())).map(|(_, tool)| *tool)
}

fn ends_with(name: &[u8], end: &[u8]) -> bool {
    name.len() >= end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

fn contains(name: &[u8], mark: &[u8]) -> bool {
    name.windows(mark.len()).any(|window| window.eq_ignore_ascii_case(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporaries_are_passed_over() {
        for name in [
            ".a.md.swp",
            "a.md~",
            "#a.md#",
            ".#a.md",
            "a.md.SWP",
            "a.md.part",
            "a.md.crdownload",
            ".a.md.X1b2C3",
            "4913",
            ".~lock.a.md#",
            "~$a.md",
            "a.md___jb_tmp___",
            ".syncthing.a.md.tmp",
            "~syncthing~a.md.tmp",
            ".nfs000123",
            "Thumbs.db",
            "..data",
            "",
        ] {
            assert!(passed_over(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn articles_are_not() {
        for name in ["a.md", "4913.md", "part.md", "a.partial.md", "tilde~.md", "#1.md", "#", "download", "tmp"] {
            assert!(!passed_over(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn conflict_copies_are_known() {
        for name in [
            "a (Ann's conflicted copy 2026-01-02).md",
            "a (conflicted copy 2026-01-02 101500).md",
            "a.sync-conflict-20260102-101500-ABCDEFG.md",
            "a (Case Conflict).md",
            "a (SFConflict ann@example.org 2026-01-02-10-15-00).md",
        ] {
            assert!(conflict_copy(name.as_bytes()).is_some(), "{name}");
        }
        for name in ["the-conflict.md", "conflict-in-the-east.md", "copy.md", "(conflict).md"] {
            assert!(conflict_copy(name.as_bytes()).is_none(), "{name}");
        }
    }
}
