//! report.html and figures/: gathers what they show, retrains the few runs that are watched
//! step by step, and writes them.

use crate::error::Result;
use crate::plan::{Plan, log_spaced};
use crate::report::figures::{self, Dots, Episode, ReportData};
use crate::report::table::Table;
use crate::report::{html, survival, watched};
use crate::results::folder::{FIGURES, REPORT, ResultsFolder};
use crate::training::{Task, trace};

use super::Findings;
use super::derived::Digests;

/// Moments at which a watched network is shown, besides its initial state.
const MOMENTS: u64 = 59;
/// Runs with a longer limit are not watched: retraining them one by one would take too long.
const WATCHED_EPOCHS: u64 = 2_000_000;

/// The tables that the pages show.
pub struct Tables<'a> {
    /// summary.csv.
    pub summary: &'a Table,
    /// comparisons.csv.
    pub comparisons: &'a Table,
    /// failures.csv.
    pub failures: &'a Table,
    /// curves.csv.
    pub curves: &'a Table,
}

/// Writes report.html and the files of figures/, and removes figures of an earlier report.
pub fn write(
    plan: &Plan,
    folder: &ResultsFolder,
    findings: &Findings,
    tables: &Tables,
    digests: &mut Digests,
) -> Result<()> {
    let survival = Table::of(
        &survival::columns(plan),
        survival::rows(plan, &findings.survival),
    );
    let predictions = predictions(findings);
    let episodes = episodes(plan, findings);
    let data = ReportData {
        plan,
        findings,
        summary: tables.summary,
        comparisons: tables.comparisons,
        survival: &survival,
        failures: tables.failures,
        curves: tables.curves,
        predictions: &predictions,
        episodes: &episodes,
    };
    let digest = folder.write(REPORT, html::html(&data).as_bytes())?;
    digests.insert(REPORT.to_owned(), digest);
    let figures = figures::figures(&data);
    for (name, svg) in &figures {
        let name = format!("{FIGURES}/{name}");
        let digest = folder.write(&name, svg.as_bytes())?;
        digests.insert(name, digest);
    }
    folder.keep_figures(|name| figures.iter().any(|(known, _)| known == name))
}

fn predictions(findings: &Findings) -> Vec<Dots<'_>> {
    let models = findings.summaries.iter().zip(&findings.dots);
    models
        .flat_map(|(summary, columns)| {
            columns.iter().map(|values| Dots {
                values,
                runs: summary.runs,
            })
        })
        .collect()
}

/// The runs that the report wants to watch, retrained.
fn episodes(plan: &Plan, findings: &Findings) -> Vec<Episode> {
    if plan.manifest.epochs > WATCHED_EPOCHS {
        return Vec::new();
    }
    watched::wanted(plan, findings)
        .into_iter()
        .map(|run| {
            let task = Task::new(plan, run.model, &[]);
            let mut moments = vec![0];
            moments.extend(log_spaced(plan.manifest.epochs, MOMENTS));
            let mut trace = trace(&task, run.seed, &moments);
            // A run that stopped ends with the weights that met the criterion; of one that
            // went on, the moments asked for are enough.
            if !plan.manifest.stop {
                trace.snapshots.retain(|at| moments.contains(&at.epoch));
            }
            Episode::new(run.model, trace)
        })
        .collect()
}
