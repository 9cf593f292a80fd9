//! Native charts: rate and epochs by model, learning and loss over epochs.
//!
//! A chart draws the cells of a table where they lie; only the lengths of error bars
//! are cells made for it.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartErrorBars, ChartErrorBarsType, ChartFont, ChartFormat,
    ChartLegendPosition, ChartLine, ChartPoint, ChartRange, ChartSolidFill, ChartType, Color,
    Worksheet, XlsxError,
};

use super::sheet::{Sheet, number};
use crate::report::curves::{EPOCH, MSE_MEDIAN, SHARE_CONVERGED};
use crate::report::shared::MODEL;
use crate::report::shown::MOST_MODELS;

/// Lines of one chart: more can't be told apart.
const LINES: usize = 12;
/// Pixels.
pub(super) const SIZE: (u32, u32) = (560, 360);

/// The single neuron's bar; orange and blue differ for colour-blind readers too.
const SINGLE: Color = Color::RGB(0xD5_5E_00);
/// Every other bar.
const HIDDEN: Color = Color::RGB(0x00_72_B2);
/// Okabe and Ito (2008), "Color Universal Design", then the same again dashed.
const PALETTE: [u32; 6] = [0xD55E00, 0x0072B2, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00];

/// A bar chart of one column of the summary, a bar a model.
pub(super) struct Bars<'a> {
    pub(super) title: &'a str,
    pub(super) axis: &'a str,
    /// Of the values' axis.
    pub(super) number_format: &'a str,
    /// Where the values' axis ends, if not where the bars do: error bars count too.
    pub(super) end: Option<f64>,
    pub(super) column: u16,
    /// Sheet, first row, and the columns with the bars' lengths down and up.
    pub(super) errors: Option<(&'a str, u32, u16, u16)>,
}

/// Draws `bars`; `None` if the table has no rows.
pub(super) fn bars(summary: &Sheet, bars: &Bars) -> Option<Chart> {
    let models = summary.rows.len().min(MOST_MODELS);
    let last = models.checked_sub(1)?;
    let model = summary.place(MODEL);
    let mut chart = Chart::new(ChartType::Column);
    let points: Vec<ChartPoint> = (0..models)
        .map(|row| {
            let single = summary.text(row, model).starts_with("single-neuron");
            let color = if single { SINGLE } else { HIDDEN };
            ChartPoint::new().set_format(
                ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color)),
            )
        })
        .collect();
    let series = chart
        .add_series()
        .set_categories(summary.range(model, 0, last))
        .set_values(summary.range(bars.column, 0, last))
        .set_points(&points)
        .set_gap(60);
    if let Some((sheet, first, down, up)) = bars.errors {
        let range =
            |column| ChartRange::new_from_range(sheet, first, column, first + last as u32, column);
        series.set_y_error_bars(
            ChartErrorBars::new().set_type(ChartErrorBarsType::Custom(range(up), range(down))),
        );
    }
    frame(&mut chart, bars.title, models, summary.rows.len());
    chart
        .y_axis()
        .set_name(bars.axis)
        .set_num_format(bars.number_format)
        .set_min(0);
    if let Some(end) = bars.end {
        chart.y_axis().set_max(end);
    }
    chart.legend().set_hidden();
    Some(chart)
}

/// The next of 1, 2, 5, 10, … times a power of ten that no number of a column goes beyond.
pub(super) fn axis_end(table: &Sheet, column: u16) -> Option<f64> {
    let largest = (0..table.rows.len())
        .filter_map(|row| number(table.cell(row, column)))
        .fold(0.0, f64::max);
    // Twenty digits: the largest epoch has sixteen.
    (0..20)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power)))
        .find(|end| *end >= largest && largest > 0.0)
}

/// Share converged by epoch, a line a model, from the curves.
pub(super) fn learning(curves: &Sheet) -> Option<Chart> {
    let mut chart = lines(curves, SHARE_CONVERGED, "Share converged by epoch")?;
    chart
        .y_axis()
        .set_name("share of runs")
        .set_num_format("0%")
        .set_min(0)
        .set_max(1);
    Some(chart)
}

/// Puts the median loss by epoch beside the table it draws.
pub(super) fn losses(sheet: &mut Worksheet, curves: &Sheet) -> Result<(), XlsxError> {
    let Some(mut chart) = lines(curves, MSE_MEDIAN, "Median loss by epoch") else {
        return Ok(());
    };
    chart
        .y_axis()
        .set_name("mean squared error")
        .set_log_base(10);
    let beside = curves.heads.len() as u16 + 1;
    sheet.insert_chart(1, beside, &chart)?;
    Ok(())
}

/// A scatter chart of `column` over `epoch` (log axis), a line for each of the first models.
fn lines(curves: &Sheet, column: &str, name: &str) -> Option<Chart> {
    let (model, epoch, values) = (
        curves.place(MODEL),
        curves.place(EPOCH),
        curves.place(column),
    );
    let blocks = blocks(curves, model);
    if blocks.is_empty() {
        return None;
    }
    let mut chart = Chart::new(ChartType::ScatterStraight);
    for (position, &(first, last)) in blocks.iter().take(LINES).enumerate() {
        chart
            .add_series()
            .set_name(curves.range(model, first, first))
            .set_categories(curves.range(epoch, first, last))
            .set_values(curves.range(values, first, last))
            .set_format(ChartFormat::new().set_line(&line(position)));
    }
    frame(&mut chart, name, blocks.len().min(LINES), blocks.len());
    chart
        .x_axis()
        .set_name("epoch (log scale)")
        .set_log_base(10)
        .set_num_format("#,##0")
        .set_label_position(ChartAxisLabelPosition::Low);
    chart.legend().set_position(ChartLegendPosition::Right);
    Some(chart)
}

/// Colour and dash of the line at `position`: never colour alone once the colours repeat.
fn line(position: usize) -> ChartLine {
    let mut line = ChartLine::new();
    line.set_color(Color::RGB(PALETTE[position % PALETTE.len()]))
        .set_width(1.75);
    if position >= PALETTE.len() {
        line.set_dash_type(rust_xlsxwriter::ChartLineDashType::Dash);
    }
    line
}

/// First and last data row of each run of equal models.
fn blocks(curves: &Sheet, model: u16) -> Vec<(usize, usize)> {
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    for row in 0..curves.rows.len() {
        match blocks.last_mut() {
            Some((first, last)) if curves.cell(*first, model) == curves.cell(row, model) => {
                *last = row;
            }
            _ => blocks.push((row, row)),
        }
    }
    blocks
}

/// Title, its alternative text and size; the title says if models are left out.
fn frame(chart: &mut Chart, name: &str, shown: usize, all: usize) {
    let title = if shown == all {
        name.to_owned()
    } else {
        format!("{name} (first {shown} of {all} models)")
    };
    chart
        .title()
        .set_name(&title)
        .set_font(ChartFont::new().set_size(12));
    chart
        .set_width(SIZE.0)
        .set_height(SIZE.1)
        .set_alt_text(&title);
}
