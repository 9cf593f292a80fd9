//! `seedbed new`, `schema` and `completions`: what is needed before a first study.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use clap::CommandFactory;

use super::arguments::{self, Arguments};
use super::own_file;
use super::summary::folded;
use super::terminal::{self, Terminal};
use crate::error::{Error, Result};
use crate::manifest::{self, Draft};
use crate::text::path_text;

/// The schema's file, which the starter manifest names for editors.
const SCHEMA_FILE: &str = "seedbed.schema.json";

/// Width of the column of labels.
const LABEL: usize = 12;

/// Writes NAME.toml and, beside it, the schema that it names. Replaces no manifest.
pub fn new(arguments: &arguments::New, terminal: Terminal) -> Result<()> {
    let arguments::New { name, from } = arguments;
    let file = format!("{name}.toml");
    let Some(from) = from else {
        write(&file, &manifest::starter(name)?)?;
        return terminal::say(&terminal.plain(&ready(&file, "Next")));
    };
    let draft = manifest::draft(name, from, Path::new(""))?;
    write(&file, &draft.text)?;
    let next = match draft.refused {
        Some(_) => "After that",
        None => "Next",
    };
    terminal::say(&(guessed(from, &draft, terminal) + &terminal.plain(&ready(&file, next))))
}

/// Writes the manifest, which must be new, and its schema.
fn write(file: &str, text: &str) -> Result<()> {
    let schema = Path::new(SCHEMA_FILE);
    own_file::check(schema, is_schema)?;
    create(Path::new(file), text)?;
    own_file::write(schema, manifest::schema().as_bytes())
}

fn ready(file: &str, next: &str) -> String {
    format!(
        "{file} is ready, with {SCHEMA_FILE} beside it for editors. {next}:\n\n  \
         seedbed plan {file}\n  seedbed run {file}\n"
    )
}

/// What was guessed of a data file, line by line, and what keeps it from being trained with.
fn guessed(from: &Path, draft: &Draft, terminal: Terminal) -> String {
    let Draft {
        text: _,
        told,
        refused,
    } = draft;
    let mut text = format!("Guessed from {}:\n", terminal.clean(&path_text(from)));
    for (label, value) in told {
        let value = terminal.clean(&terminal.plain(value));
        let lines = folded(&value, terminal.width.saturating_sub(LABEL));
        for (index, line) in lines.lines().enumerate() {
            let label = if index == 0 { label } else { "" };
            text += &format!("  {label:<width$}{line}\n", width = LABEL - 2);
        }
    }
    text += "\n";
    if let Some(refused) = refused {
        let refused = terminal.clean(&terminal.plain(&format!("Not yet: {refused}.")));
        text += &format!("{}\n", folded(&refused, terminal.width));
    }
    text
}

/// Whether a file is a schema that some version of Seedbed wrote: its title says so.
fn is_schema(text: &[u8]) -> bool {
    let title = |text: &[u8]| {
        let schema: serde_json::Value = serde_json::from_slice(text).ok()?;
        Some(schema.get("title")?.as_str()?.to_owned())
    };
    title(text).is_some_and(|found| Some(found) == title(manifest::schema().as_bytes()))
}

/// Prints the JSON Schema of the manifest.
pub fn schema() -> Result<()> {
    terminal::say_bytes(manifest::schema().as_bytes())
}

/// Prints a shell's completion script.
pub fn completions(arguments: &arguments::Completions) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "seedbed",
        &mut script,
    );
    terminal::say_bytes(&script)
}

/// A new file with this text; an error if there is one already.
fn create(path: &Path, text: &str) -> Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Conflict(format!(
            "{} exists already; choose another name or remove it",
            path_text(path)
        )),
        _ => Error::io("create", path)(error),
    })?;
    file.write_all(text.as_bytes())
        .map_err(Error::io("write", path))
}
