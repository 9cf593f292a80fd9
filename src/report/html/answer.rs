//! The answer in words: what the single neuron did, which width is enough, how sure that is,
//! and what to do. Every number is a cell of summary.csv.

use crate::report::figures::data::{Reader, ReportData};
use crate::report::figures::rate::RELIABLE;
use crate::report::figures::sweep::Sweep;
use crate::text::{counted, escape, interval, number, percent, title, whole};

/// The answer, as HTML.
pub struct Answer {
    /// One or two sentences.
    pub lead: String,
    /// Headings and sentences: how sure, what to do.
    pub advice: Vec<(&'static str, String)>,
}

/// Reads the answer off the tables.
pub fn answer(data: &ReportData, sweep: &Sweep) -> Answer {
    let words = Words {
        data,
        sweep,
        reader: Reader::new(data.summary),
    };
    let chosen = words.smallest_reliable();
    let mut advice = vec![("How sure", words.how_sure())];
    advice.extend(words.what_to_do(chosen).map(|text| ("What to do", text)));
    advice.extend(words.restart().map(|text| ("Restart", text)));
    Answer {
        lead: words.lead(chosen),
        advice,
    }
}

struct Words<'a> {
    data: &'a ReportData<'a>,
    sweep: &'a Sweep,
    reader: Reader<'a>,
}

impl Words<'_> {
    fn models(&self) -> std::ops::Range<usize> {
        0..self.data.plan.models.len()
    }

    fn neurons(&self, model: usize) -> usize {
        self.data.plan.models[model].choices.hidden.iter().sum()
    }

    /// Whether models differ in their number of hidden neurons.
    fn widths(&self) -> bool {
        self.data.plan.manifest.axes.of("hidden").len() > 1
    }

    /// The model with the fewest hidden neurons whose interval lies above 95%; of equally
    /// small ones that with the highest lower end.
    fn smallest_reliable(&self) -> Option<usize> {
        let low = |model: usize| self.reader.number(model, "rate_low");
        self.models()
            .filter(|model| low(*model).is_some_and(|low| low > RELIABLE))
            .min_by(|a, b| {
                let lows = low(*b).partial_cmp(&low(*a));
                let order = self.neurons(*a).cmp(&self.neurons(*b));
                order.then(lows.unwrap_or(std::cmp::Ordering::Equal))
            })
    }

    /// The model with the highest rate, the first of equals.
    fn best(&self, models: impl Iterator<Item = usize>) -> Option<usize> {
        models
            .filter_map(|model| Some((model, self.reader.number(model, "rate")?)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(model, _)| model)
    }

    /// `998 of 1,000 runs (95% interval 99.3–99.9%)`.
    fn count(&self, model: usize) -> String {
        let converged = self.reader.number(model, "converged").unwrap_or(0.0);
        let runs = self.reader.number(model, "runs").unwrap_or(0.0);
        let interval = self
            .reader
            .interval(model, "rate")
            .map_or_else(String::new, |rate| {
                format!(
                    " ({} interval {})",
                    self.confidence(),
                    interval(rate.1, rate.2)
                )
            });
        format!(
            "<strong>{} of {}</strong>{interval}",
            whole(converged),
            counted(runs as u64, "run")
        )
    }

    fn confidence(&self) -> String {
        percent(self.data.plan.manifest.statistics.confidence)
    }

    fn named(&self, model: usize) -> String {
        let hidden = &self.data.plan.models[model].choices.hidden;
        match (self.sweep.swept, hidden.as_slice()) {
            (0 | 1, []) => "the single neuron".to_owned(),
            (0 | 1, [1]) => "one hidden neuron".to_owned(),
            _ => escape(&self.phrase(model)),
        }
    }

    fn phrase(&self, model: usize) -> String {
        self.sweep
            .phrase(model)
            .replacen(" hidden", " hidden neurons", 1)
    }

    fn lead(&self, chosen: Option<usize>) -> String {
        let single = |model: &usize| self.data.plan.models[*model].choices.hidden.is_empty();
        let mut sentences = Vec::new();
        let alone = self.best(self.models().filter(single));
        if let Some(model) = alone {
            let start = match self.models().filter(single).count() {
                1 => "The single neuron".to_owned(),
                _ => format!("At its best ({}), the single neuron", self.named(model)),
            };
            sentences.push(format!("{start} converged in {}.", self.count(model)));
        }
        let only_single = self.models().all(|model| single(&model));
        match chosen.filter(|model| Some(*model) != alone) {
            Some(model) if !self.widths() => sentences.push(self.surest(model)),
            Some(model) => sentences.push(format!(
                "The smallest network that is sure to learn in more than {} of runs has {}: it \
                 converged in {}.",
                percent(RELIABLE),
                self.named(model),
                self.count(model)
            )),
            None if only_single => {}
            None => {
                if let Some(best) = self.best(self.models()) {
                    sentences.push(format!(
                        "No model is sure to learn in more than {} of runs; the best was {}, \
                         which converged in {}.",
                        percent(RELIABLE),
                        self.named(best),
                        self.count(best)
                    ));
                }
            }
        }
        sentences.join(" ")
    }

    /// The answer where all models are of the same size.
    fn surest(&self, model: usize) -> String {
        let low = |model: &usize| self.reader.number(*model, "rate_low");
        let reliable = self
            .models()
            .filter(|model| low(model).is_some_and(|low| low > RELIABLE));
        let models = self.models().count();
        if models == 1 {
            return format!(
                "{} converged in {}: surely more than {} of runs.",
                title(&self.named(model)),
                self.count(model),
                percent(RELIABLE)
            );
        }
        format!(
            "{} of {} models are sure to learn in more than {} of runs; the surest, {}, converged \
             in {}.",
            reliable.count(),
            models,
            percent(RELIABLE),
            self.named(model),
            self.count(model)
        )
    }

    fn how_sure(&self) -> String {
        let manifest = &self.data.plan.manifest;
        let widths = self.models().filter_map(|model| {
            let (_, low, high) = self.reader.interval(model, "rate")?;
            Some(high - low)
        });
        let widest = widths.fold(0.0, f64::max);
        format!(
            "Each rate rests on {}, one per seed, and its {} interval is at most {} percentage \
             points wide. All of it holds for at most {} of training with these settings: a longer \
             limit can raise a rate, and a prediction can still move after convergence.",
            counted(manifest.seeds.count(), "run"),
            self.confidence(),
            number(100.0 * widest, 2),
            counted(manifest.epochs, "epoch"),
        )
    }

    fn what_to_do(&self, chosen: Option<usize>) -> Option<String> {
        let Some(model) = chosen else {
            return Some(
                "Train more epochs where runs were still improving (see how runs fail), try more \
                 hidden neurons or another setting, or restart failed runs with other seeds."
                    .to_owned(),
            );
        };
        let half = self.reader.number(model, "median_epochs")?;
        let most = self.reader.number(model, "q75_epochs");
        let most = most.map_or_else(String::new, |most| {
            format!(", three quarters within {}", whole(most))
        });
        Some(format!(
            "Use {}. Half of its runs converge within {}{most}.",
            self.named(model),
            counted(half as u64, "epoch")
        ))
    }

    /// The model for which restarting saves most, if it saves at least a tenth.
    fn restart(&self) -> Option<String> {
        let saving = |model: usize| {
            let limit = self.reader.number(model, "restart_at_limit_epochs")?;
            let best = self.reader.number(model, "best_restart_epochs")?;
            let epoch = self.reader.number(model, "best_restart_epoch")?;
            (limit > 1.1 * best && best > 0.0).then_some((model, epoch, best, limit))
        };
        let (model, epoch, best, limit) =
            self.models().filter_map(saving).reduce(|most, next| {
                if next.3 / next.2 > most.3 / most.2 {
                    next
                } else {
                    most
                }
            })?;
        Some(format!(
            "Where failures are common, stop early and start again with another seed. It pays \
             most for {}: stopped after {}, a success costs {} epochs on average; with failed \
             runs going on to the limit it costs {}.",
            self.named(model),
            counted(epoch as u64, "epoch"),
            whole(best),
            whole(limit)
        ))
    }
}
