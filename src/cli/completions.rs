//! `newswire completions SHELL`

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

#[allow(clippy::unnecessary_wraps, reason = "every command has the same shape")]
pub(super) fn completions(arguments: &Arguments) -> Result<(), Exit> {
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "newswire", &mut std::io::stdout());
    Ok(())
}
