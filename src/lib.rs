//! Seedbed trains thousands to millions of seeded copies of a small neural network from one
//! manifest and says, with intervals, how often each width learns, how fast, and what it
//! predicts.
//!
//! # As a library
//!
//! A study in memory: parse a manifest, run it, get records and statistics as values.
//!
//! ```
//! use seedbed::study::Study;
//!
//! let study = Study::parse(
//!     r#"
//!     name = "xor"
//!     [data]
//!     inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
//!     targets = [0, 1, 1, 0]
//!     [network]
//!     hidden = [0, 2, 4]
//!     bias = true
//!     [training]
//!     epochs = 2000
//!     learning_rate = 2.0
//!     [seeds]
//!     count = 50
//!     "#,
//! )?;
//! let (runs, findings) = study.run(&|_event| {})?;
//! assert_eq!(runs.len(), 3 * 50);
//! // The single neuron can't learn exclusive or, from any seed.
//! let single = &findings.summaries[0];
//! assert_eq!(single.converged, 0);
//! # Ok::<(), seedbed::Error>(())
//! ```
//!
//! The same into a results folder, watched as it goes and stopped by a flag:
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use seedbed::study::{Event, Study};
//! # let manifest = "name = 'majority'\n[data]\ngenerator = 'majority'\nsize = 3\n[network]\n\
//! #     hidden = 2\n[training]\nepochs = 50\n[seeds]\ncount = 4\n";
//! # let folder = std::env::temp_dir().join(format!("seedbed-doc-{}", std::process::id()));
//!
//! let stop = AtomicBool::new(false);
//! let study = Study::parse(manifest)?.threads(1).interrupted_by(&stop);
//! let done = study.run_in(&folder, &|event| {
//!     if let Event::Progress { model, runs, converged, .. } = event {
//!         eprintln!("model {model}: {converged} of {runs} more runs converged");
//!     }
//! })?;
//! assert_eq!(done.runs, 4);
//! assert!(folder.join("runs.csv").is_file());
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), seedbed::Error>(())
//! ```
//!
//! # Where things live
//!
//! [`study`] is the library: it and the values that it returns are public. The rooms behind it,
//! from the bottom up: `text` and `error`; `network`; `manifest`, `plan`; `training`,
//! `statistics`; `results`; `report`, `runner`; `study`; `cli`. docs/house.md is their map.

#![deny(unsafe_code)]
#![warn(missing_docs)]

#[doc(hidden)]
pub mod cli;
mod error;
mod files;
mod manifest;
mod network;
mod plan;
mod report;
mod results;
mod runner;
mod statistics;
pub mod study;
mod text;
mod training;

pub use error::{Diagnostic, Diagnostics, Error, Excerpt, Result};

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
