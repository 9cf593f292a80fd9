//! `plan`: the size of the work, what it costs, how sure the answer will be.

use std::collections::BTreeMap;
use std::process::Stdio;

use crate::fixture::Workplace;

#[test]
fn the_size_of_the_grid_and_the_certainty_of_its_answer() {
    let place = Workplace::with_small();
    let done = place.seedbed("plan small.toml --no-calibration").succeeds();
    let fact = |label: &str| {
        let line = done.out.lines().find(|line| line.starts_with(label));
        line.unwrap_or_else(|| panic!("{label}: {}", done.out))[label.len()..]
            .trim()
            .to_owned()
    };
    assert_eq!(fact("models"), "3: single-neuron, hidden-2, hidden-4");
    assert_eq!(fact("seeds"), "20");
    assert_eq!(fact("runs"), "60");
    assert_eq!(fact("epochs of a run"), "400");
    assert_eq!(fact("network-epochs"), "24.0 thousand");
    assert!(fact("time").contains("not estimated"));
    // Wilson's interval of 0 of 20 and of 10 of 20.
    assert!(
        done.out.contains("if  0 of 20 runs converge: 0–16.1%"),
        "{}",
        done.out
    );
    assert!(
        done.out.contains("if 10 of 20 runs converge: 29.9–70.1%"),
        "{}",
        done.out
    );
    assert!(!place.path("results").exists(), "plan trains nothing");
}

#[test]
fn the_speed_is_measured_once_and_remembered() {
    let place = Workplace::with_small();
    let cache = place.path(".cache/seedbed/speeds.json");
    place.seedbed("plan small.toml --no-calibration").succeeds();
    assert!(!cache.exists());
    let first = place.seedbed("plan small.toml --threads 2").succeeds();
    first.mentions(&["on 2 threads"]);
    let remembered = || -> BTreeMap<String, serde_json::Value> {
        serde_json::from_slice(&std::fs::read(&cache).unwrap()).unwrap()
    };
    let measured = remembered();
    assert!(!measured.is_empty());
    let second = place.seedbed("plan small.toml --threads 2").succeeds();
    second.mentions(&["about"]);
    // On a busy machine some may be measured only now, but none again.
    let now = remembered();
    assert!(
        measured
            .iter()
            .all(|(shape, speed)| now.get(shape) == Some(speed))
    );
}

#[test]
fn a_broken_or_unwritable_cache_is_no_obstacle() {
    let place = Workplace::with_small();
    place.write(".cache/seedbed/speeds.json", "{ not json");
    place
        .seedbed("plan small.toml")
        .succeeds()
        .mentions(&["time"]);
    place.write("blocked", "");
    let cache = place.path("blocked");
    let variables = [("XDG_CACHE_HOME", cache.to_str().unwrap())];
    place.seedbed_with("plan small.toml", &variables).succeeds();
}

#[test]
fn runs_that_may_stop_early_have_an_upper_limit() {
    let place = Workplace::with_small();
    let text = place.read("small.toml") + "[convergence]\nstop = true\n";
    place.write("small.toml", &text);
    let done = place.seedbed("plan small.toml").succeeds();
    assert_eq!(done.out.matches("at most").count(), 3, "{}", done.out);
}

#[test]
fn huge_grids_are_refused_with_their_size() {
    let place = Workplace::with_small();
    let text = place
        .read("small.toml")
        .replace("count = 20", "count = 900000000000000");
    place.write("small.toml", &text);
    let done = place.seedbed("plan small.toml --no-calibration").exits(2);
    assert_eq!(done.out, "");
    assert_eq!(done.err.matches("error:").count(), 1, "{}", done.err);
}

/// The count of the speeds in the cache is how many shapes were measured.
#[test]
fn of_many_widths_a_few_are_measured() {
    let place = Workplace::with_small();
    let text = place.read("small.toml");
    let widths: Vec<String> = (1..400).map(|width| width.to_string()).collect();
    let many = format!("hidden = [{}]", widths.join(", "));
    place.write("small.toml", &text.replace("hidden = [0, 2, 4]", &many));
    let done = place.seedbed("plan small.toml").succeeds();
    assert!(done.out.contains("about"), "{}", done.out);
    let cache = place.read(".cache/seedbed/speeds.json");
    let speeds: serde_json::Value = serde_json::from_str(&cache).unwrap();
    let measured = speeds.as_object().unwrap().len();
    assert!((1..=8).contains(&measured), "{measured} shapes");
}

#[test]
fn an_epoch_that_takes_hours_is_estimated_from_a_smaller_one() {
    let place = Workplace::with_small();
    let wide = place
        .read("small.toml")
        .replace("[0, 2, 4]", "[[3000, 3000]]");
    place.write(
        "small.toml",
        &wide.replace("epochs = 400", "epochs = 1000000"),
    );
    let done = place.seedbed("plan small.toml --threads 1").succeeds();
    let time = done.out.lines().find(|line| line.starts_with("time"));
    assert!(
        time.is_some_and(|time| time.contains(" d ")),
        "{}",
        done.out
    );
}

/// What can't fit any machine is refused before anything is written, by the sum of `plan`.
#[test]
fn what_cannot_fit_is_refused_by_run_and_told_by_plan() {
    let place = Workplace::with_small();
    let small = place.read("small.toml");
    let queries: String = (0..400)
        .map(|query| format!("[[predict]]\ninput = [1, 1, 0.{query:03}1]\n"))
        .collect();
    let network = small
        .replace("[0, 2, 4]", "[[3000, 3000]]")
        .replace("count = 20", "count = 20000");
    let disk = small
        .replace("[network]", &format!("{queries}[network]"))
        .replace("count = 20", "count = 200000000");
    for (manifest, takes) in [(&network, "of memory"), (&disk, "takes about")] {
        place.write("small.toml", manifest);
        let done = place.seedbed("run small.toml --threads 1000").exits(1);
        assert!(done.err.contains("this study takes about"), "{}", done.err);
        assert!(done.err.contains(takes), "{}", done.err);
        assert_eq!(done.err.matches("error:").count(), 1, "{}", done.err);
        assert!(!place.path("results").exists());
        let planned = place.seedbed("plan small.toml --threads 1000").succeeds();
        planned.mentions(&["`seedbed run` refuses it here", "not estimated"]);
    }
}

/// The number of bytes that a fact tells after `word`.
fn bytes(fact: &str, word: &str) -> f64 {
    let mut words = fact.split_once(word).unwrap().1.split_whitespace();
    let number: f64 = words.next().unwrap().parse().unwrap();
    let unit = words.next().unwrap().trim_end_matches([',', ';']);
    number
        * match unit {
            "kB" => 1e3,
            "MB" => 1e6,
            "GB" => 1e9,
            other => panic!("{other}: {fact}"),
        }
}

/// Studies that are large in one way each.
fn large_studies() -> [(&'static str, String); 4] {
    let place = Workplace::with_small();
    let small = place.read("small.toml");
    let with = |from: &str, to: &str| small.replace(from, to);
    let queries: String = (0..200)
        .map(|query| format!("[[predict]]\ninput = [1, 1, 0.{query:03}1]\n"))
        .collect();
    let rates: Vec<String> = (1..=300).map(|rate| format!("{rate}e-2")).collect();
    let rates = format!("learning_rate = [{}]\n\n[seeds]", rates.join(", "));
    [
        (
            "weights",
            with("[0, 2, 4]", "[[600, 600]]").replace("epochs = 400", "epochs = 2"),
        ),
        ("queries", with("[network]", &format!("{queries}[network]"))),
        ("models", with("[seeds]", &rates)),
        (
            "curves",
            with("seeds = 5", "seeds = 200").replace("count = 20", "count = 200"),
        ),
    ]
}

#[test]
fn the_disk_is_what_was_planned() {
    for (name, manifest) in large_studies() {
        let place = Workplace::new();
        place.write("m.toml", &manifest);
        let planned = place.seedbed("plan m.toml --no-calibration").succeeds();
        let line = planned.out.lines().find(|line| line.starts_with("disk"));
        let planned = bytes(line.unwrap(), "about ");
        place.seedbed("run m.toml --out out").succeeds();
        let files = place.files("out");
        let size: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        // Of little, the page is the most, and hangs on what the runs are like.
        let ratio = (planned + 50_000.0) / (size as f64 + 50_000.0);
        assert!(
            (0.75..1.25).contains(&ratio),
            "{name}: {ratio} of what it is"
        );
    }
}

/// Looked at from outside now and then, so that the last moments are missed.
#[test]
#[cfg(target_os = "linux")]
fn the_memory_is_what_was_planned() {
    for (name, manifest) in large_studies() {
        let place = Workplace::new();
        place.write("m.toml", &manifest);
        let planned = place
            .seedbed("plan m.toml --threads 1 --no-calibration")
            .succeeds();
        let line = planned.out.lines().find(|line| line.starts_with("memory"));
        let planned = bytes(line.unwrap(), "about ");
        let mut command = place.command("run m.toml --out out --threads 1");
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let mut peak = 0.0;
        while child.try_wait().unwrap().is_none() {
            let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
            let status = status.unwrap_or_default();
            let line = status.lines().find(|line| line.starts_with("VmHWM:"));
            let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
            peak = kibibytes.map_or(peak, |kibibytes: f64| 1024.0 * kibibytes);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        let ratio = planned / peak;
        assert!((0.6..1.5).contains(&ratio), "{name}: {ratio} of {peak}");
    }
}
