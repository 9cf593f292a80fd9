//! How often the faults that come at random moments are done: docs/guarantees.md says the same.

/// Kills of a run, each followed by another that goes on.
pub const KILLS: u32 = 50;
/// Kills of a run that adds seeds to a finished folder.
pub const KILLS_WHILE_GROWING: u32 = 20;
/// Kills of a merge.
pub const KILLS_OF_MERGE: u32 = 20;

#[test]
fn the_docs_promise_what_is_done() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guarantees.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let promised = |fault: &str, often: String| {
        let row = docs
            .lines()
            .find(|line| line.starts_with(&format!("| {fault}")));
        let row = row.unwrap_or_else(|| panic!("no row about {fault}"));
        assert!(row.contains(&format!("| {often}")), "{row}");
    };
    promised("`kill -9` at random moments", format!("{KILLS} moments"));
    promised(
        "the same while a finished study grows",
        format!("{KILLS_WHILE_GROWING} moments"),
    );
    promised("`merge` killed", format!("{KILLS_OF_MERGE} moments"));
}
