//! How a network learns, apart from its shape and its rows: loss, criterion and update rule.

/// What training makes small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loss {
    /// Half the sum, over rows and outputs, of (target − output)².
    SquaredError,
}

/// How an epoch's gradient changes the weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Along minus the gradient, and some way along the previous update
    /// ([`Learning::momentum`]).
    GradientDescent,
}

/// A rule and its numbers. Who uses them takes this apart as a whole, so that the compiler asks
/// there for each number that is added.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Learning {
    /// How the gradient changes the weights.
    pub rule: Rule,
    /// Multiplies the gradient of the loss.
    pub learning_rate: f64,
    /// Share of the previous update added to the next.
    pub momentum: f64,
}

impl Default for Learning {
    fn default() -> Learning {
        Learning {
            rule: Rule::GradientDescent,
            learning_rate: 1.0,
            momentum: 0.0,
        }
    }
}

/// When a network has converged: judged on the training rows by the outputs of an epoch's forward
/// pass, before its update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Criterion {
    /// Every |target − output| is below this.
    Tolerance(f64),
    /// The share of rows that are right ([`Right`](super::Right)) is at least this.
    Accuracy(f64),
    /// The mean squared error over rows and outputs is below this.
    Mse(f64),
}

impl Criterion {
    /// The tolerance where nothing else is asked for.
    pub const DEFAULT_TOLERANCE: f64 = 0.4;

    /// Its key in the manifest.
    pub fn key(self) -> &'static str {
        match self {
            Criterion::Tolerance(_) => "tolerance",
            Criterion::Accuracy(_) => "accuracy",
            Criterion::Mse(_) => "mse",
        }
    }
}

impl Default for Criterion {
    fn default() -> Criterion {
        Criterion::Tolerance(Criterion::DEFAULT_TOLERANCE)
    }
}

/// What an epoch needs besides shape and rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What training makes small.
    pub loss: Loss,
    /// How the gradient changes the weights.
    pub learning: Learning,
    /// When a network has converged.
    pub criterion: Criterion,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            loss: Loss::SquaredError,
            learning: Learning::default(),
            criterion: Criterion::default(),
        }
    }
}
