//! What several sections of the page are made of: tables that scroll and unfold, commands, and
//! models in words.

use maud::{Markup, PreEscaped, html};

use super::kept::Rows;
use crate::plan::Plan;

/// A table that is wide on a narrow screen: it scrolls by itself, also by keyboard.
pub fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(label) { (table) } }
}

/// A table that opens on demand.
pub struct Folded<'a> {
    /// What to open.
    pub title: &'a str,
    /// The files that hold all of it.
    pub file: &'a str,
    /// What the table says.
    pub caption: &'a str,
    /// Names of the columns.
    pub header: &'a [&'a str],
}

impl Folded<'_> {
    /// The table with these rows, the first cell of which names the row, and a note if there
    /// are more than it holds.
    pub fn of(&self, rows: &Rows, cells: impl Fn(usize) -> Vec<String>) -> Markup {
        let table = html! {
            table {
                caption { (self.caption) }
                thead { tr { @for name in self.header { th scope="col" { (name) } } } }
                tbody {
                    @for row in &rows.positions {
                        tr {
                            @for (position, cell) in cells(*row).iter().enumerate() {
                                @if position == 0 { th scope="row" { (cell) } }
                                @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        };
        html! {
            details {
                summary { (self.title) }
                (scrolling(self.caption, &table))
                @if let Some(note) = rows.note(self.file) { p.note { (note) } }
            }
        }
    }
}

/// An empty cell is a dash.
pub fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// The command that retrains one run, with a button that copies it.
pub fn replay(plan: &Plan, model: usize, seed: u64) -> Markup {
    let command = format!(
        "seedbed replay results/{} --model {} --seed {seed}",
        plan.manifest.name, plan.models[model].name
    );
    html! {
        div.replay {
            code { (words(&command)) }
            button.copy type="button" hidden aria-label={ "Copy: " (command) } { "Copy" }
        }
    }
}

/// A command whose lines break between words rather than at a hyphen.
fn words(command: &str) -> Markup {
    let words = command
        .split(' ')
        .map(|word| html! { span { (word) } }.into_string());
    PreEscaped(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::html::kept::Kept;
    use crate::report::shown::MOST_MODELS;

    #[test]
    fn cells_are_escaped() {
        let folded = Folded {
            title: "<t>",
            file: "<f>",
            caption: "<c>",
            header: &["<h>"],
        };
        let row = || vec!["<r>".to_owned(), "<d>".to_owned()];
        let rows = Kept::few(1).rows(std::iter::repeat_n(0, MOST_MODELS + 1));
        let html = folded.of(&rows, |_| row()).into_string();
        for tag in ["<t>", "<f>", "<c>", "<h>", "<r>", "<d>"] {
            assert!(!html.contains(tag), "{tag}");
            assert!(html.contains(&tag.replace('<', "&lt;").replace('>', "&gt;")));
        }
    }
}
