//! Arguments → command: what was typed becomes a job for [`crate::study`], its results become
//! words on the terminal, and its end becomes an exit code.

mod arguments;
mod interrupt;
mod labels;
mod limits;
mod merge;
mod new;
mod outputs;
mod own_file;
mod plan;
mod progress;
mod replay;
mod report;
mod rounding;
mod run;
mod story;
mod summary;
mod table;
mod terminal;
mod verify;

use std::process::ExitCode;

pub use arguments::{Arguments, Command};
pub use limits::heed as heed_limits;
pub use terminal::Terminal;

use crate::error::{Error, Result};
use terminal::tell;

/// Does what a command says; results go to stdout.
///
/// # Errors
/// Every way the command can fail, with the message for the user.
pub fn execute(command: Command, terminal: Terminal) -> Result<()> {
    match command {
        Command::Run(arguments) => run::run(&arguments, terminal),
        Command::Plan(arguments) => plan::plan(&arguments, terminal),
        Command::Replay(arguments) => replay::replay(&arguments, terminal),
        Command::Verify(arguments) => verify::verify(&arguments, terminal),
        Command::Rounding(arguments) => rounding::rounding(&arguments, terminal),
        Command::Report(arguments) => report::report(&arguments, terminal),
        Command::Merge(arguments) => merge::merge(&arguments, terminal),
        Command::New(arguments) => new::new(&arguments, terminal),
        Command::Schema => new::schema(),
        Command::Completions(arguments) => new::completions(&arguments),
    }
}

/// Tells the user what went wrong, if anything, and ends with its code.
pub fn exit_code(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let message = match &error {
                Error::Interrupted(text) => text.clone(),
                Error::Differs(text) => format!("differs: {text}"),
                other => format!("error: {other}"),
            };
            tell(&message);
            ExitCode::from(error.exit_code())
        }
    }
}

/// A panic is a defect of Seedbed. It is told in one message, without a trace that would
/// bury it, and ends the process with code 1 whichever thread it happened on.
pub fn report_panics_briefly() {
    std::panic::set_hook(Box::new(|panic| {
        tell(&format!(
            "error: a defect in Seedbed {}: {panic}; what was finished is kept",
            env!("CARGO_PKG_VERSION")
        ));
        std::process::exit(1);
    }));
}
