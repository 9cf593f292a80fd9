mod fixture;

use super::*;
use fixture::{Fixture, grid, widths};

#[test]
fn dump() {
    if let Ok(dir) = std::env::var("DUMP") {
        for (name, fixture) in [("widths", widths()), ("grid", grid())] {
            let data = fixture.data();
            std::fs::write(format!("{dir}/{name}.html"), html(&data)).unwrap();
            for (file, svg) in crate::report::figures::figures(&data) {
                std::fs::write(format!("{dir}/{name}-{file}"), svg).unwrap();
            }
        }
    }
}
