//! `newswire init [DIR]`

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::exit::Exit;

const CONFIG: &str = include_str!("../../config/newswire.toml");
const ARTICLE: &str = "---\ntitle: It works\nauthor: Newsroom\ntags: [first]\n---\n\nThis is your first article. Change it and save: the feeds follow within milliseconds.\n\nDrop another `.md` or `.txt` file beside it to publish that, too.\n";
const IGNORED: &str = "/state/\n/feeds/*\n!/feeds/.gitkeep\n";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to; made where it is missing
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn init(arguments: &Arguments) -> Result<(), Exit> {
    let root = &arguments.folder;
    let mut made = 0;
    for (path, text) in
        [("config/newswire.toml", CONFIG), ("articles/it-works.md", ARTICLE), ("feeds/.gitkeep", ""), (".gitignore", IGNORED)]
    {
        made += u32::from(create(&root.join(path), text)?);
    }
    if made == 0 {
        println!("everything is there already; nothing was changed");
    } else if root == Path::new(".") {
        println!("now run: newswire");
    } else {
        println!("now run: cd {} && newswire", root.display());
    }
    Ok(())
}

/// Writes a new file; one that is there stays as it is.
fn create(path: &Path, text: &str) -> Result<bool, Exit> {
    let fault = |error: std::io::Error| Exit::place(format!("{} cannot be made: {error}", path.display()));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fault)?;
    }
    match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(fault)?;
            println!("made {}", path.display());
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            println!("kept {}", path.display());
            Ok(false)
        }
        Err(error) => Err(fault(error)),
    }
}
