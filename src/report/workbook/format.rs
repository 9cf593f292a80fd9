//! How a column looks: number format and width, decided by the column's name alone.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// What kind of number a column holds, for the eye only; the value is never rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text or a setting: as it is.
    General,
    /// A share of runs or rows, as percent.
    Percent,
    /// A whole number with thousands marks.
    Count,
    /// A seed: digits without marks, as they are typed on a command line.
    Seed,
    /// Epochs that may have a fraction.
    Epochs,
    /// A p-value or a loss: scientific, since it spans many magnitudes.
    Scientific,
    /// An output of a network, with the seven decimals that the article prints.
    Output,
}

impl Kind {
    /// The kind of the column called `name` in any of the files.
    pub(super) fn of(name: &str) -> Kind {
        let is_p = name.ends_with("_p") || name.ends_with("_p_holm");
        let bare = strip_interval(name);
        match bare {
            _ if is_p => Kind::Scientific,
            "seed" | "example_seed" => Kind::Seed,
            "epoch"
            | "epochs"
            | "convergence_epoch"
            | "epoch_limit"
            | "best_restart_epoch"
            | "runs"
            | "baseline_runs"
            | "converged"
            | "diverged"
            | "at_risk"
            | "censored"
            | "only_model_converged"
            | "only_baseline_converged" => Kind::Count,
            "rate" | "baseline_rate" | "rate_difference" | "share" | "share_converged"
            | "not_converged" | "accuracy" | "accuracy_mean" => Kind::Percent,
            _ if bare.ends_with("_correct_rate") || bare.ends_with("_probability_better") => {
                Kind::Percent
            }
            _ if bare.contains("epochs") || bare == "restricted_mean_difference" => Kind::Epochs,
            _ if bare.starts_with("mse") || bare.starts_with("gradient_norm") => Kind::Scientific,
            _ if bare.starts_with("prediction_") || bare == "max_abs_error" => Kind::Output,
            _ => Kind::General,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Kind::General => "General",
            Kind::Percent => "0.0%",
            Kind::Count => "#,##0",
            Kind::Seed => "0",
            Kind::Epochs => "#,##0.0",
            Kind::Scientific => "0.00E+00",
            Kind::Output => "0.0000000",
        }
    }

    /// The cell format of this kind.
    pub(super) fn format(self) -> Format {
        Format::new().set_num_format(self.code())
    }
}

/// `rate` for `rate_low` and `rate_high`.
fn strip_interval(name: &str) -> &str {
    name.strip_suffix("_low")
        .or_else(|| name.strip_suffix("_high"))
        .unwrap_or(name)
}

/// The header row of every table.
pub(super) fn header() -> Format {
    Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE8_EE_F4))
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::Top)
}

/// A link to a cell of another sheet.
pub(super) fn link() -> Format {
    Format::new()
        .set_font_color(Color::RGB(0x0B_57_8A))
        .set_underline(rust_xlsxwriter::FormatUnderline::Single)
}

/// Width in characters: the header with its filter button, or the longest cell, within reason.
pub(super) fn width(header: &str, longest_cell: usize) -> f64 {
    let wanted = (header.chars().count() + 4).max(longest_cell + 2);
    wanted.clamp(8, 60) as f64
}

/// Characters that a cell takes on screen in a column of this kind.
pub(super) fn shown_width(kind: Kind, cell: &str) -> usize {
    match kind {
        Kind::General => cell.chars().count(),
        // At most 15 digits, or a fixed number of decimals: wider cells do not occur.
        Kind::Seed | Kind::Count | Kind::Epochs => cell.len().min(16),
        Kind::Percent => 7,
        Kind::Scientific => 10,
        Kind::Output => 10,
    }
}

/// Text that a cell can hold: the format ends at 32,767 characters.
pub(super) fn text(cell: &str) -> String {
    const LONGEST: usize = 32_767;
    if cell.len() <= LONGEST || cell.chars().count() <= LONGEST {
        return cell.to_owned();
    }
    cell.chars().take(LONGEST - 1).chain(['…']).collect()
}
