//! report.html and figures/: gathers what they show, retrains the few runs that are watched
//! step by step, and writes them.

use crate::error::Result;
use crate::plan::{Plan, log_spaced};
use crate::report::figures::{self, Episode, ReportData};
use crate::report::{html, watched};
use crate::results::folder::{FIGURES, REPORT, ResultsFolder};
use crate::training::{Task, trace};

use super::Findings;
use super::derived::Digests;

/// Moments at which a watched network is shown, besides its initial state.
const MOMENTS: u64 = 59;
/// Runs with a longer limit are not watched: retraining them one by one would take too long.
const WATCHED_EPOCHS: u64 = 2_000_000;

/// Writes report.html and the files of figures/, and removes figures of an earlier report.
pub fn write(
    plan: &Plan,
    folder: &ResultsFolder,
    findings: &Findings,
    digests: &mut Digests,
) -> Result<()> {
    let episodes = episodes(plan, findings);
    let data = ReportData {
        plan,
        findings,
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
