//! What this machine is: its processor's name and its cores.

use std::num::NonZeroUsize;

/// Cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// The processor as it calls itself, or its architecture where it does not say.
pub fn processor() -> String {
    let listed = std::fs::read_to_string("/proc/cpuinfo").ok();
    listed
        .as_deref()
        .and_then(name_in_cpuinfo)
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// The first "model name" of Linux's /proc/cpuinfo.
fn name_in_cpuinfo(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    let name = line.split_once(':')?.1.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_has_a_name() {
        assert!(cores() >= 1);
        assert!(!processor().is_empty());
        let text = "processor\t: 0\nmodel name\t: Example CPU 3000\n";
        assert_eq!(name_in_cpuinfo(text).as_deref(), Some("Example CPU 3000"));
        assert_eq!(name_in_cpuinfo("model name\t: \n"), None);
        assert_eq!(name_in_cpuinfo("vendor_id : x"), None);
    }
}
