//! Forms of values and the shape of the help.

use super::*;
use clap::CommandFactory;

#[test]
fn the_definition_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn shards_count_from_one() {
    assert_eq!(shard("1/1"), Ok((1, 1)));
    assert_eq!(shard("8/8"), Ok((8, 8)));
    for wrong in [
        "0/8", "9/8", "3", "3/", "/8", "3/0", "-1/8", "1/8/2", "a/b", "",
    ] {
        assert!(shard(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn seed_ranges_include_both_ends() {
    assert_eq!(seeds("1..500"), Ok((1, 500)));
    assert_eq!(seeds("1..=500"), Ok((1, 500)));
    assert_eq!(seeds("7"), Ok((7, 7)));
    for wrong in ["5..1", "..", "1..", "..5", "a..b", "", "1...3"] {
        assert!(seeds(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn every_command_shows_an_example() {
    for command in Arguments::command().get_subcommands() {
        let name = command.get_name();
        if matches!(name, "schema" | "help") {
            continue;
        }
        let help = command.clone().render_long_help().to_string();
        assert!(help.contains(&format!("seedbed {name}")), "{name}: {help}");
        assert!(help.contains("Examples:"), "{name}");
    }
}
