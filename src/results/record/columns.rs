//! The columns of runs.csv for one plan, and how a record becomes a line of text.

use std::collections::HashMap;
use std::fmt::Write;

use super::{Record, write_number};
use crate::manifest::Word;
use crate::text::shortest;
use crate::plan::{Model, Plan};

/// The columns before the predictions.
pub const FIXED_COLUMNS: [&str; 19] = [
    "model",
    "hidden",
    "activation",
    "bias",
    "range",
    "learning_rate",
    "momentum",
    "tolerance",
    "seed",
    "status",
    "epochs",
    "converged",
    "convergence_epoch",
    "mse",
    "mse_at_90_percent",
    "max_abs_error",
    "accuracy",
    "wrong_rows",
    "gradient_norm",
];

/// How many of [`FIXED_COLUMNS`] say which model it is.
pub(super) const MODEL_COLUMNS: usize = 8;

/// What a plan's runs.csv looks like: column names, and the cells that are the same for every
/// run of a model. Made once, used for every row.
#[derive(Debug, Clone)]
pub struct Columns {
    names: Vec<String>,
    /// Per model, its first eight cells.
    pub(super) model_cells: Vec<[String; MODEL_COLUMNS]>,
    /// Position of a model by its name.
    pub(super) models: HashMap<String, usize>,
    /// Per prediction column, the right answer if it is known.
    pub(super) targets: Vec<Option<f64>>,
    /// R.
    pub(super) rows: usize,
    /// Epoch limit.
    pub(super) limit: u64,
}

impl Columns {
    /// The columns of a plan.
    pub fn new(plan: &Plan) -> Columns {
        let mut names: Vec<String> = FIXED_COLUMNS.iter().map(|name| name.to_string()).collect();
        for prediction in plan.prediction_columns() {
            names.push(format!("{prediction}_correct"));
            let correct = names.len() - 1;
            names.insert(correct, prediction);
        }
        names.push("weights_hash".to_string());
        let outputs = plan.manifest.dataset.targets.ncols();
        let targets = plan.manifest.queries.iter().flat_map(|query| {
            (0..outputs).map(|output| query.target.as_ref().map(|target| target[output]))
        });
        Columns {
            names,
            model_cells: plan.models.iter().map(model_cells).collect(),
            models: plan
                .models
                .iter()
                .map(|model| (model.name.clone(), model.index))
                .collect(),
            targets: targets.collect(),
            rows: plan.manifest.dataset.inputs.nrows(),
            limit: plan.manifest.epochs,
        }
    }

    /// The column names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many prediction columns there are: Q × O.
    pub fn predictions(&self) -> usize {
        self.targets.len()
    }

    /// The position of the model of that name.
    pub fn model(&self, name: &str) -> Option<usize> {
        self.models.get(name).copied()
    }

    /// The name of a model.
    pub fn model_name(&self, model: usize) -> &str {
        &self.model_cells[model][0]
    }

    /// R.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The header line with its CRLF.
    pub fn header_line(&self) -> String {
        self.names.join(",") + "\r\n"
    }

    /// Appends the record's line with its CRLF. No cell needs quotes: none holds a comma, a
    /// quote or a line end, and none starts like a formula.
    pub fn write_line(&self, record: &Record, out: &mut String) {
        let outcome = &record.outcome;
        for cell in &self.model_cells[record.model] {
            out.push_str(cell);
            out.push(',');
        }
        let status = record.status().word();
        // Writing to a String can't fail.
        let _ = write!(out, "{},{status},{},", outcome.seed, outcome.epochs);
        match outcome.convergence_epoch {
            Some(epoch) => {
                let _ = write!(out, "TRUE,{epoch},");
            }
            None => out.push_str("FALSE,,"),
        }
        write_number(out, outcome.mse);
        out.push(',');
        write_number(out, outcome.mse_at_90_percent.unwrap_or(f64::NAN));
        out.push(',');
        write_number(out, outcome.max_abs_error);
        out.push(',');
        write_number(out, record.accuracy(self.rows));
        out.push(',');
        write_wrong_rows(out, &outcome.wrong_rows);
        out.push(',');
        write_number(out, outcome.gradient_norm);
        out.push(',');
        for (&prediction, &target) in outcome.predictions.iter().zip(&self.targets) {
            write_number(out, prediction);
            out.push(',');
            out.push_str(correct(prediction, target));
            out.push(',');
        }
        let _ = write!(out, "w{:016x}\r\n", outcome.weights_hash);
    }

    /// The record's cells, as they stand in its line.
    pub fn cells(&self, record: &Record) -> Vec<String> {
        let mut line = String::new();
        self.write_line(record, &mut line);
        line.trim_end().split(',').map(str::to_string).collect()
    }
}

/// The cell that says whether a prediction is within 0.5 of its target; empty without a target.
pub(super) fn correct(prediction: f64, target: Option<f64>) -> &'static str {
    match target {
        None => "",
        Some(target) if (target - prediction).abs() < 0.5 => "TRUE",
        Some(_) => "FALSE",
    }
}

fn write_wrong_rows(out: &mut String, rows: &[u32]) {
    for (position, row) in rows.iter().enumerate() {
        let gap = if position == 0 { "" } else { " " };
        let _ = write!(out, "{gap}r{}", row + 1);
    }
}

fn model_cells(model: &Model) -> [String; MODEL_COLUMNS] {
    [
        model.name.clone(),
        model.hidden_cell(),
        model.activation.word().to_string(),
        if model.bias { "TRUE" } else { "FALSE" }.to_string(),
        shortest(model.range),
        shortest(model.learning_rate),
        shortest(model.momentum),
        shortest(model.tolerance),
    ]
}
