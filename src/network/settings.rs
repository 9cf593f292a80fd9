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

/// What an epoch needs besides shape and rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What training makes small.
    pub loss: Loss,
    /// How the gradient changes the weights.
    pub learning: Learning,
    /// Converged: every |target − output| below this.
    pub tolerance: f64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            loss: Loss::SquaredError,
            learning: Learning::default(),
            tolerance: 0.4,
        }
    }
}
