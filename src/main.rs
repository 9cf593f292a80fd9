//! The `seedbed` command: read the arguments, do what they say, end with a code that says how.

use std::process::ExitCode;

use seedbed::cli::{self, Arguments, Terminal};

fn main() -> ExitCode {
    cli::report_panics_briefly();
    cli::heed_limits();
    let arguments = Arguments::from_command_line();
    let terminal = Terminal::detect(arguments.ascii);
    let result = cli::execute(arguments.command, terminal);
    cli::exit_code(result)
}
