//! How a column looks: number format and width, from the format that its table gives it.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::results::columns::{self, Cell};

/// The cell format of a column.
pub(super) fn of(format: columns::Format) -> Format {
    Format::new().set_num_format(code(format))
}

fn code(format: columns::Format) -> &'static str {
    match format {
        columns::Format::General => "General",
        columns::Format::Percent => "0.0%",
        columns::Format::Count => "#,##0",
        columns::Format::Seed => "0",
        columns::Format::Epochs => "#,##0.0",
        columns::Format::Scientific => "0.00E+00",
        columns::Format::Output => "0.0000000",
    }
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

/// Characters that a cell takes on screen in a column of this format.
pub(super) fn shown_width(format: columns::Format, cell: &Cell) -> usize {
    match format {
        columns::Format::General => length(cell),
        // At most 15 digits, or a fixed number of decimals: wider cells do not occur.
        columns::Format::Seed | columns::Format::Count | columns::Format::Epochs => {
            length(cell).min(16)
        }
        columns::Format::Percent => 7,
        columns::Format::Scientific => 10,
        columns::Format::Output => 10,
    }
}

fn length(cell: &Cell) -> usize {
    match cell {
        Cell::Text(text) => text.chars().count(),
        // ASCII.
        Cell::Empty | Cell::Truth(_) | Cell::Whole(_) | Cell::Number(_) => cell.to_csv().len(),
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
