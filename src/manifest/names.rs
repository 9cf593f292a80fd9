//! Names of the columns that a manifest asks for: checked while it is read, so that no two are the
//! same, and written in runs.csv.

use crate::network::Query;
use crate::text::shortest;

/// The column of what a query's `output` (from 0) of several `outputs` is: `prediction_1_1_0`,
/// `prediction_patient_7`, `prediction_1_1_0_output_2`.
pub fn prediction_column(query: &Query, outputs: usize, output: usize) -> String {
    let whose = match &query.name {
        Some(name) => name.replace(' ', "_"),
        None => {
            let inputs: Vec<String> = query.input.iter().map(|value| shortest(*value)).collect();
            inputs.join("_")
        }
    };
    match outputs {
        1 => format!("prediction_{whose}"),
        _ => format!("prediction_{whose}_output_{}", output + 1),
    }
}
