//! How the loss falls: quantiles over runs at each kept epoch.

use super::estimate::Simulated;
use super::spread::{simulated_quantile, sorted_worst_last};

/// The loss curves of one model's first runs, epoch by epoch.
#[derive(Debug, Clone, Default)]
pub struct CurveColumns {
    epochs: Vec<u64>,
    /// Per epoch, the loss of each run.
    losses: Vec<Vec<f64>>,
    /// Convergence epoch of each run.
    converged: Vec<Option<u64>>,
}

/// The losses of a model at one epoch: quantiles of the mean squared error over rows and
/// outputs, of type 7 (Hyndman and Fan 1996). A loss that is not finite counts as the worst; a
/// quantile that falls on one is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Epoch, counted from 1, whose forward pass, before its update, the losses are from.
    pub epoch: u64,
    /// Runs whose curve is kept.
    pub runs: u64,
    /// Quantile 0.05.
    pub mse_q05: Option<Simulated>,
    /// Quantile 0.25.
    pub mse_q25: Option<Simulated>,
    /// Quantile 0.5.
    pub mse_median: Option<Simulated>,
    /// Quantile 0.75.
    pub mse_q75: Option<Simulated>,
    /// Quantile 0.95.
    pub mse_q95: Option<Simulated>,
    /// Share of these runs, 0 to 1, that converged at this epoch or before.
    pub share_converged: f64,
    /// Its Monte Carlo standard error √(p(1 − p)/n).
    pub share_converged_mcse: f64,
}

impl CurveColumns {
    /// No curves yet, of losses kept at these ascending epochs.
    pub fn new(epochs: Vec<u64>) -> CurveColumns {
        CurveColumns {
            losses: vec![Vec::new(); epochs.len()],
            epochs,
            converged: Vec::new(),
        }
    }

    /// Adds a run's curve: (epoch, loss) at the kept epochs up to its last. A run that ended
    /// before keeps its `final_mse`.
    pub fn push(&mut self, curve: &[(u64, f64)], final_mse: f64, convergence_epoch: Option<u64>) {
        let mut rest = curve.iter().peekable();
        for (epoch, losses) in self.epochs.iter().zip(&mut self.losses) {
            while rest.peek().is_some_and(|(at, _)| at < epoch) {
                rest.next();
            }
            let kept = rest.peek().filter(|(at, _)| at == epoch);
            losses.push(kept.map_or(final_mse, |(_, mse)| *mse));
        }
        self.converged.push(convergence_epoch);
    }

    /// The quantiles at each kept epoch; nothing if there are no runs.
    pub fn points(&self) -> Vec<CurvePoint> {
        let runs = self.converged.len();
        let point = |(epoch, losses): (&u64, &Vec<f64>)| {
            let sorted = sorted_worst_last(losses.iter().copied())?;
            let so_far = |at: &&Option<u64>| at.is_some_and(|at| at <= *epoch);
            let converged = self.converged.iter().filter(so_far).count();
            let share = converged as f64 / runs as f64;
            Some(CurvePoint {
                epoch: *epoch,
                runs: runs as u64,
                mse_q05: simulated_quantile(&sorted, 0.05),
                mse_q25: simulated_quantile(&sorted, 0.25),
                mse_median: simulated_quantile(&sorted, 0.5),
                mse_q75: simulated_quantile(&sorted, 0.75),
                mse_q95: simulated_quantile(&sorted, 0.95),
                share_converged: share,
                share_converged_mcse: (share * (1.0 - share) / runs as f64).sqrt(),
            })
        };
        self.epochs
            .iter()
            .zip(&self.losses)
            .filter_map(point)
            .collect()
    }
}
