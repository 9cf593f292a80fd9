//! The answer on the page. What it is and how it is said is decided in `report::answer`.

use maud::{Markup, html};

use crate::plan::Plan;
use crate::report::answer::words::Words;
use crate::statistics::Findings;

/// The sentences of the answer, then how sure they are and what to do.
pub fn answer(plan: &Plan, findings: &Findings) -> Markup {
    let Some(words) = Words::new(plan, findings) else {
        return html! { p.lead { "There are no runs yet." } };
    };
    let sure = format!("{} {}", words.how_sure, words.tests);
    let advice = [
        ("How sure", Some(&sure)),
        ("What to do", Some(&words.what_to_do)),
        ("Restart", words.restart.as_ref()),
    ];
    html! {
        p.lead { (words.lead.join(" ")) }
        @for sentence in &words.beside { p { (sentence) } }
        dl.advice {
            @for (head, text) in advice {
                @if let Some(text) = text { dt { (head) } dd { (text) } }
            }
        }
    }
}
