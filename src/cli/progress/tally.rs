//! Adds up what has been trained and what is left: pure arithmetic, no clock, no drawing.
//!
//! Work is weighted by what it costs: an epoch of a wide network counts for more than one of
//! a narrow network, so that the share done and the time left are those of the clock.

use std::time::Duration;

/// What is known of one model.
#[derive(Debug, Clone)]
pub struct ModelTally {
    /// The model's name.
    pub name: String,
    /// Cost of one epoch of one network, in any unit that all models share.
    pub cost: f64,
    /// Runs to have in the end.
    pub runs: u64,
    /// Runs that are there.
    pub done: u64,
    /// Of these, trained by this process.
    pub trained: u64,
    /// Of the runs trained by this process, those that converged.
    pub converged: u64,
    /// Epochs trained by this process, summed over networks, also of runs that are under way.
    pub network_epochs: u64,
}

impl ModelTally {
    /// Whether this process has begun it and not finished it.
    pub fn active(&self) -> bool {
        self.network_epochs > 0 && self.done < self.runs
    }

    /// Share of the runs trained so far that converged.
    pub fn rate(&self) -> Option<f64> {
        (self.trained > 0).then(|| self.converged as f64 / self.trained as f64)
    }
}

/// The whole run.
#[derive(Debug, Clone)]
pub struct Tally {
    /// One entry per model, in grid order.
    pub models: Vec<ModelTally>,
    /// By model, what tells how far the runs under way are.
    epochs: Vec<Epochs>,
    /// Epochs of a run that does not stop early.
    limit: u64,
}

/// Epochs of a model's runs.
#[derive(Debug, Clone, Copy, Default)]
struct Epochs {
    /// Of runs that this process finished, whoever trained them.
    finished: u64,
    /// Of runs that go on here, trained by an earlier process.
    resumed: u64,
}

impl Tally {
    /// Nothing trained yet; every run may take `limit` epochs.
    pub fn new(models: Vec<ModelTally>, limit: u64) -> Self {
        let epochs = vec![Epochs::default(); models.len()];
        Tally {
            models,
            epochs,
            limit,
        }
    }

    /// Adds epochs of one model that this process has trained, and such as runs had that it
    /// goes on with.
    pub fn advance(&mut self, model: usize, network_epochs: u64, resumed: u64) {
        if let (Some(tally), Some(epochs)) =
            (self.models.get_mut(model), self.epochs.get_mut(model))
        {
            tally.network_epochs += network_epochs;
            epochs.resumed += resumed;
        }
    }

    /// Adds finished runs of one model, and the epochs of these.
    pub fn finish(&mut self, model: usize, runs: u64, converged: u64, finished: u64) {
        if let (Some(tally), Some(epochs)) =
            (self.models.get_mut(model), self.epochs.get_mut(model))
        {
            tally.done += runs;
            tally.trained += runs;
            tally.converged += converged;
            epochs.finished += finished;
        }
    }

    /// Adds runs of one model that this process has trained from beginning to end.
    #[cfg(test)]
    pub fn add(&mut self, model: usize, runs: u64, converged: u64, network_epochs: u64) {
        self.advance(model, network_epochs, 0);
        self.finish(model, runs, converged, network_epochs);
    }

    /// Runs to have in the end, and runs that are there.
    pub fn runs(&self) -> (u64, u64) {
        let sum = |field: fn(&ModelTally) -> u64| self.models.iter().map(field).sum();
        (sum(|m| m.runs), sum(|m| m.done))
    }

    /// Epochs trained by this process, summed over networks.
    pub fn network_epochs(&self) -> u64 {
        self.models.iter().map(|m| m.network_epochs).sum()
    }

    /// Cost of what this process has trained, and of what is left. A model whose runs stop early
    /// is expected to go on as it began; what its runs under way have is not left any more.
    fn work(&self) -> (f64, f64) {
        let mut done = 0.0;
        let mut left = 0.0;
        for (model, epochs) in self.models.iter().zip(&self.epochs) {
            let epochs_per_run = match model.trained {
                0 => self.limit as f64,
                trained => epochs.finished as f64 / trained as f64,
            };
            done += model.cost * model.network_epochs as f64;
            let open = model.runs.saturating_sub(model.done) as f64;
            let under_way = (model.network_epochs + epochs.resumed).saturating_sub(epochs.finished);
            left += model.cost * (epochs_per_run * open - under_way as f64).max(0.0);
        }
        (done, left)
    }

    /// Share of this process's work that is done, from 0 to 1; 1 only when every run is there.
    pub fn share(&self) -> f64 {
        let (done, left) = self.work();
        let most = if self.is_done() { 1.0 } else { 0.99 };
        if done + left > 0.0 {
            (done / (done + left)).min(most)
        } else {
            most
        }
    }

    fn is_done(&self) -> bool {
        let (runs, done) = self.runs();
        done >= runs
    }

    /// Time left, if the work left goes as fast as the work done in `elapsed`; nobody knows it
    /// when runs take longer than those before them.
    pub fn time_left(&self, elapsed: Duration) -> Option<Duration> {
        let (done, left) = self.work();
        if left == 0.0 && !self.is_done() {
            return None;
        }
        let seconds = elapsed.as_secs_f64() * left / done;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Network-epochs per second over `elapsed`.
    pub fn speed(&self, elapsed: Duration) -> Option<f64> {
        let speed = self.network_epochs() as f64 / elapsed.as_secs_f64();
        // Less is not known before some epochs have been trained.
        (speed.is_finite() && speed >= 0.005).then_some(speed)
    }
}

/// `23.4 million`, `950 thousand`, `12`, `0.25`: three digits are what an eye can use.
pub fn large(number: f64) -> String {
    let (scaled, unit) = match number {
        n if n >= 999.5e9 => (n / 1e12, " trillion"),
        n if n >= 999.5e6 => (n / 1e9, " billion"),
        n if n >= 999.5e3 => (n / 1e6, " million"),
        n if n >= 10_000.0 => (n / 1e3, " thousand"),
        n if n > 0.0 && n < 0.995 => return format!("{n:.2}"),
        n => return format!("{n:.0}"),
    };
    let decimals = match scaled {
        s if s >= 99.95 => 0,
        s if s >= 9.995 => 1,
        _ => 2,
    };
    format!("{scaled:.decimals$}{unit}")
}

/// `0.34 s`, `12 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let whole = seconds.round() as u64;
    match whole {
        _ if seconds < 9.95 => format!("{seconds:.2} s"),
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        3600..86_400 => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
        _ => format!("{} d {} h", whole / 86_400, whole % 86_400 / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally() -> Tally {
        let model = |name: &str, cost| ModelTally {
            name: name.to_owned(),
            cost,
            runs: 100,
            done: 0,
            trained: 0,
            converged: 0,
            network_epochs: 0,
        };
        Tally::new(vec![model("narrow", 1.0), model("wide", 9.0)], 1000)
    }

    #[test]
    fn the_time_left_weighs_wide_networks() {
        let mut tally = tally();
        assert_eq!(tally.share(), 0.0);
        assert_eq!(tally.time_left(Duration::from_secs(5)), None);
        tally.add(0, 100, 50, 100_000);
        assert!((tally.share() - 0.1).abs() < 1e-12);
        assert_eq!(
            tally.time_left(Duration::from_secs(1)),
            Some(Duration::from_secs(9))
        );
        assert_eq!(tally.runs(), (200, 100));
        assert_eq!(tally.speed(Duration::from_secs(2)), Some(50_000.0));
        tally.add(1, 100, 100, 100_000);
        assert_eq!(tally.share(), 1.0);
        assert_eq!(
            tally.time_left(Duration::from_secs(10)),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn runs_that_stop_early_are_expected_to_go_on_doing_so() {
        let mut tally = tally();
        tally.models.truncate(1);
        tally.add(0, 50, 50, 5_000);
        assert!((tally.share() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn long_runs_half_way_are_half_of_the_work() {
        let mut tally = tally();
        tally.models.truncate(1);
        tally.models[0].runs = 2;
        // Two runs of 1000 epochs at 500 each, none finished.
        tally.advance(0, 1000, 0);
        assert_eq!(tally.share(), 0.5);
        let ten = Duration::from_secs(10);
        assert_eq!(tally.time_left(ten), Some(ten));
        assert_eq!(tally.speed(ten), Some(100.0));
        assert!(tally.models[0].active());
    }

    #[test]
    fn the_last_runs_take_what_they_still_lack() {
        let mut tally = tally();
        tally.models.truncate(1);
        tally.add(0, 98, 0, 98_000);
        tally.advance(0, 1_500, 0);
        let elapsed = Duration::from_secs(199);
        assert_eq!(tally.time_left(elapsed), Some(Duration::from_secs(1)));
        // They finish: nothing is counted twice.
        tally.advance(0, 500, 0);
        tally.finish(0, 2, 0, 2_000);
        assert_eq!((tally.share(), tally.network_epochs()), (1.0, 100_000));
        assert_eq!(tally.time_left(elapsed), Some(Duration::ZERO));
    }

    #[test]
    fn a_run_that_goes_on_lacks_only_the_rest() {
        let mut tally = tally();
        tally.models.truncate(1);
        tally.models[0].runs = 1;
        tally.advance(0, 50, 900);
        // 50 epochs were trained here, 50 are left.
        assert_eq!(tally.share(), 0.5);
        let second = Duration::from_secs(1);
        assert_eq!(tally.time_left(second), Some(second));
        tally.advance(0, 50, 0);
        tally.finish(0, 1, 0, 1_000);
        assert_eq!((tally.share(), tally.network_epochs()), (1.0, 100));
    }

    #[test]
    fn runs_that_outlast_those_before_them_leave_nothing_negative() {
        let mut tally = tally();
        tally.models.truncate(1);
        tally.add(0, 99, 99, 990);
        tally.advance(0, 500, 0);
        assert_eq!(tally.share(), 0.99);
        assert_eq!(tally.time_left(Duration::from_secs(1)), None);
    }

    #[test]
    fn rates_count_what_this_process_trained() {
        let mut tally = tally();
        tally.models[0].done = 40;
        assert_eq!(tally.models[0].rate(), None);
        assert!(!tally.models[0].active());
        tally.add(0, 10, 5, 10_000);
        assert_eq!(tally.models[0].rate(), Some(0.5));
        assert!(tally.models[0].active());
        assert_eq!(tally.runs().1, 50);
    }

    #[test]
    fn nothing_to_do_is_all_done() {
        let mut tally = tally();
        tally.models.iter_mut().for_each(|m| m.done = m.runs);
        assert_eq!(tally.share(), 1.0);
        assert_eq!(tally.speed(Duration::ZERO), None);
    }

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(large(12.0), "12");
        assert_eq!(
            (large(0.0), large(0.25)),
            ("0".to_owned(), "0.25".to_owned())
        );
        assert_eq!(large(9_999.0), "9999");
        assert_eq!(large(950_000.0), "950 thousand");
        assert_eq!(large(999_600.0), "1.00 million");
        assert_eq!(large(23_412_000.0), "23.4 million");
        assert_eq!(large(1.5e9), "1.50 billion");
        assert_eq!(large(480e12), "480 trillion");
        assert_eq!(duration(Duration::from_millis(340)), "0.34 s");
        assert_eq!(duration(Duration::from_millis(59_400)), "59 s");
        assert_eq!(duration(Duration::from_millis(59_600)), "1 min 00 s");
        assert_eq!(duration(Duration::from_secs(7_500)), "2 h 05 min");
        assert_eq!(duration(Duration::from_secs(273_600)), "3 d 4 h");
    }
}
