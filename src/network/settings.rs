//! How a network learns, apart from its shape and its rows: loss, update rule and their numbers.

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
    /// ([`Settings::momentum`]).
    GradientDescent,
}

/// What an epoch needs besides shape and rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Multiplies the gradient of the loss.
    pub learning_rate: f64,
    /// Share of the previous update added to the next.
    pub momentum: f64,
    /// Converged: every |target − output| below this.
    pub tolerance: f64,
    /// What training makes small.
    pub loss: Loss,
    /// How the gradient changes the weights.
    pub rule: Rule,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            learning_rate: 1.0,
            momentum: 0.0,
            tolerance: 0.4,
            loss: Loss::SquaredError,
            rule: Rule::GradientDescent,
        }
    }
}
