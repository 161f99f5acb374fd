//! `newswire build`

use super::exit::Exit;
use super::{Common, runtime};
use crate::daemon;

pub(super) fn build(common: &Common) -> Result<(), Exit> {
    let loaded = common.load_without_secrets()?;
    let place = loaded.config.feeds.path.clone();
    let built = runtime()?.block_on(daemon::build(loaded.config))?;
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    println!(
        "{} article{} in {} feed{} under {}",
        built.articles,
        plural(built.articles),
        built.feeds,
        plural(built.feeds),
        place.display()
    );
    match built.errors {
        0 => Ok(()),
        errors => {
            eprintln!("newswire: {errors} file{} could not be used; see above, or 'newswire check'", plural(errors as u64));
            Err(Exit::Found)
        }
    }
}
