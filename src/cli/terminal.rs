//! What the person's terminal can show, and what writes lines to stdout and stderr. (The bars of
//! `progress` are drawn by their library.)
//!
//! A reader that closes the pipe early (`seedbed … | head`) is no error; any other failed
//! write to stdout is one. Nothing here panics, whatever is closed or full.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::text::{steers, visible_lines};

/// Width where none is known: the one that terminals, mails and READMEs share.
const USUAL_WIDTH: usize = 80;
/// Lines longer than this are tiring to read, however wide the window.
const LONGEST_LINE: usize = 120;

/// How long something may wait for a terminal that takes nothing: Ctrl-S, a pipe nobody reads.
pub const MOMENT: Duration = Duration::from_secs(1);

/// What the terminal behind stdout can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Characters per line.
    pub width: usize,
    /// Whether characters outside ASCII can be shown.
    pub unicode: bool,
}

impl Terminal {
    /// The terminal of this process; `ascii` is the user's wish for plain characters.
    pub fn detect(ascii: bool) -> Self {
        let size = terminal_size::terminal_size_of(io::stdout());
        let columns = std::env::var("COLUMNS").ok().and_then(|v| v.parse().ok());
        let width = size.map(|(width, _)| usize::from(width.0)).or(columns);
        Terminal {
            width: width
                .filter(|w| *w > 0)
                .unwrap_or(USUAL_WIDTH)
                .clamp(40, LONGEST_LINE),
            unicode: !ascii && locale_is_utf8(|name| std::env::var(name).ok()),
        }
    }

    /// `fancy` where the terminal can show it, else `plain`.
    pub fn pick<'a>(&self, fancy: &'a str, plain: &'a str) -> &'a str {
        if self.unicode { fancy } else { plain }
    }

    /// Text from a manifest or a file, safe to show: no control character reaches the
    /// terminal, and no character outside ASCII where those can't be shown.
    pub fn clean(&self, text: &str) -> String {
        let shown = |c: char| !steers(c) && (self.unicode || c.is_ascii());
        text.chars()
            .map(|c| if shown(c) { c } else { '?' })
            .collect()
    }

    /// Seedbed's own text: every fancy character has a plain spelling.
    pub fn plain(&self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        let mut plain = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '–' | '−' | '‐' => plain.push('-'),
                '…' => plain.push_str("..."),
                '×' => plain.push('x'),
                '±' => plain.push_str("+-"),
                '≤' => plain.push_str("<="),
                '≥' => plain.push_str(">="),
                '·' => plain.push(';'),
                '→' => plain.push_str("->"),
                '’' => plain.push('\''),
                '“' | '”' => plain.push('"'),
                c if c.is_ascii() => plain.push(c),
                _ => plain.push('?'),
            }
        }
        plain
    }
}

/// POSIX: the first of LC_ALL, LC_CTYPE, LANG that is set and not empty decides.
/// Where none is set, Unix is in the C locale; Windows consoles take Unicode.
fn locale_is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    match locale {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => cfg!(windows),
    }
}

/// Whether stderr is a terminal, and whether it can move its cursor.
pub fn stderr_can_draw() -> (bool, bool) {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    (io::stderr().is_terminal(), !dumb)
}

/// Writes `text` to stdout, with whatever would steer a terminal escaped. A closed pipe is the
/// reader's choice, not a failure.
pub fn say(text: &str) -> Result<()> {
    say_bytes(visible_lines(text).as_bytes())
}

/// Writes exactly these bytes to stdout: what programs read.
pub fn say_bytes(bytes: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(Error::io("write", Path::new("standard output"))),
    }
}

/// Writes one message to stderr, with whatever would steer a terminal escaped, however long that
/// takes; there is nobody left to tell if that fails.
pub fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible_lines(line));
}

/// [`note`], but waits no longer than a [`MOMENT`]: a terminal that takes nothing must not keep
/// a process from ending.
pub fn tell(line: &str) {
    let (done, written) = mpsc::channel();
    let kept = line.to_owned();
    let write = move || {
        note(&kept);
        // Nobody listens any more if it took too long.
        let _ = done.send(());
    };
    match thread::Builder::new().spawn(write) {
        Ok(_) => drop(written.recv_timeout(MOMENT)),
        Err(_) => note(line),
    }
}

/// A word that a POSIX shell takes as it is, and a terminal too.
pub fn shell_word(word: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
    if word.chars().any(steers) {
        format!("$'{}'", word.chars().map(dollar_quoted).collect::<String>())
    } else if !word.is_empty() && word.chars().all(harmless) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A character between `$'` and `'` (POSIX.1-2024, 2.2.4): what steers a terminal as octal bytes.
fn dollar_quoted(letter: char) -> String {
    match letter {
        '\'' | '\\' => format!("\\{letter}"),
        letter if steers(letter) => {
            let mut bytes = [0; 4];
            let bytes = letter.encode_utf8(&mut bytes).bytes();
            bytes.map(|byte| format!("\\{byte:03o}")).collect()
        }
        letter => letter.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(set: &[(&str, &str)]) -> bool {
        locale_is_utf8(|name| {
            let found = set.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        assert!(locale(&[("LANG", "de_DE.UTF-8")]));
        assert!(locale(&[
            ("LC_ALL", ""),
            ("LC_CTYPE", "C.utf8"),
            ("LANG", "C")
        ]));
        assert!(!locale(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]));
        assert!(!locale(&[("LANG", "de_DE.ISO-8859-1")]));
        assert_eq!(locale(&[]), cfg!(windows));
    }

    #[test]
    fn escape_sequences_do_not_pass() {
        let unicode = Terminal {
            width: 80,
            unicode: true,
        };
        let ascii = Terminal {
            width: 80,
            unicode: false,
        };
        assert_eq!(unicode.clean("a\x1b[31mb\u{202e}c\u{9b}é"), "a?[31mb?c?é");
        assert_eq!(ascii.clean("é\n"), "??");
        assert_eq!(ascii.plain("1–2 × 3 …"), "1-2 x 3 ...");
        assert!(ascii.plain("≤ 5 · ± 3 → “x”").is_ascii());
    }

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(shell_word("results/a-b_1.toml"), "results/a-b_1.toml");
        assert_eq!(shell_word("my study"), "'my study'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("a\u{1b}'\\\n"), r"$'a\033\'\\\012'");
        assert_eq!(shell_word("\u{202e}b"), r"$'\342\200\256b'");
    }
}
