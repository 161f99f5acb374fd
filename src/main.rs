//! The command line; no logic of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    newswire::cli::main()
}
