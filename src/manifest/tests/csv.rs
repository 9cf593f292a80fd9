//! `[data] csv`: problems are shown with the CSV's own line and column.

use super::refused_csv;

#[test]
fn target_above_one() {
    refused_csv(
        Some(b"a,b,y\n0,1,0\n0,1,1.5\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:3:5: "1.5" in column "y"; expected a number from 0 to 1
   |
 3 | 0,1,1.5
   |     ^^^ if its values are classes, write task = "classify"; else scale it to 0 to 1 in the file
"#,
    );
}

#[test]
fn missing_column() {
    refused_csv(
        Some(b"a,b,Y\n0,0,0\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
t.toml:5:19: no column "y"; expected "a", "b" or "Y"
   |
 5 | target_columns = ["y"]
   |                   ^^^ did you mean "Y"?
"#,
    );
}

#[test]
fn text_cell() {
    refused_csv(
        Some(b"a,b,y\n0,zero,0\n0,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: "zero" in column "b"; expected a finite number
   |
 2 | 0,zero,0
   |   ^^^^ if the column is text, write category_columns = ["b"] or ignore_columns = ["b"]; if it is the answer, target_columns = ["b"]
"#,
    );
}

#[test]
fn empty_cell() {
    refused_csv(
        Some(b"a,b,y\n0,,0\n0,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: 1 missing value in 1 row, the first in column "b"; expected a value in every cell
   |
 2 | 0,,0
   |   ^ missing = "drop" leaves out such rows
"#,
    );
}

#[test]
fn not_a_number() {
    refused_csv(
        Some(b"a,b,y\n0,NaN,0\n0,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: 1 missing value in 1 row, the first in column "b"; expected a value in every cell
   |
 2 | 0,NaN,0
   |   ^^^ missing = "drop" leaves out such rows
"#,
    );
}

#[test]
fn infinite() {
    refused_csv(
        Some(b"a,b,y\n0,1,0\n-inf,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:3:1: "-inf" in column "a"; expected a finite number
   |
 3 | -inf,1,1
   | ^^^^ correct it, or leave out the row
"#,
    );
}

#[test]
fn decimal_comma() {
    refused_csv(
        Some(b"a,b,y\n0,\"1,5\",0\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: "1,5" in column "b"; expected a finite number
   |
 2 | 0,"1,5",0
   |   ^^^^^ write a decimal point
"#,
    );
}

#[test]
fn ragged() {
    refused_csv(
        Some(b"a,b,y\n0,1,0\n0,1\n1,1,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        "
FOLDER/rows.csv:3:1: a row of 2 cells, and 1 more row of another length; expected 3, as in the header
   |
 3 | 0,1
   | ^^^
",
    );
}

#[test]
fn empty() {
    refused_csv(
        Some(b""),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        "
FOLDER/rows.csv:1:1: an empty file; expected a header with the columns' names, then one line per row
   |
 1 |
   | ^
",
    );
}

#[test]
fn header_only() {
    refused_csv(
        Some(b"a,b,y\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        "
FOLDER/rows.csv:2:1: no rows after the header; expected at least one
   |
 2 |
   | ^
",
    );
}

#[test]
fn blank_lines_only() {
    refused_csv(
        Some(b"\r\n\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        "
FOLDER/rows.csv:1:1: an empty file; expected a header with the columns' names, then one line per row
   |
 1 |
   | ^
",
    );
}

#[test]
fn targets_only() {
    refused_csv(
        Some(b"y\n1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        "
FOLDER/rows.csv:1:1: target columns only; expected at least one input column
   |
 1 | y
   | ^
",
    );
}

#[test]
fn column_twice() {
    refused_csv(
        Some(b"a,a,y\n1,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:1:3: a second column "a"; expected columns with different names
   |
 1 | a,a,y
   |   ^ rename one, or leave out both: ignore_columns = ["a"]
"#,
    );
}

#[test]
fn unclosed_quote() {
    refused_csv(
        Some(b"a,b,y\n0,\"1,0\n0,1,1\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: a quote that is never closed; expected a second quote at the cell's end
   |
 2 | 0,"1,0
   |   ^
"#,
    );
}

#[test]
fn text_after_a_quote() {
    refused_csv(
        Some(b"a,b,y\n0,\"1\"2,0\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: text after a closing quote; expected a separator of columns or the line's end
   |
 2 | 0,"1"2,0
   |   ^^^^
"#,
    );
}

#[test]
fn not_utf_8() {
    refused_csv(
        Some(b"a,b,y\n0,\xff,0\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        "\nFOLDER/rows.csv:2:3: bytes that are not UTF-8; expected a CSV in UTF-8\n   |\n 2 | 0,\u{fffd},0\n   |   ^ save it again with that encoding\n",
    );
}

#[test]
fn escape_sequence() {
    refused_csv(
        Some(b"a,b,y\n0,\x1b[31m,0\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: "\u{1b}[31m" in column "b"; expected a finite number
   |
 2 | 0,\u{1b}[31m,0
   |   ^^^^^^^^^^ if the column is text, write category_columns = ["b"] or ignore_columns = ["b"]; if it is the answer, target_columns = ["b"]
"#,
    );
}

#[test]
fn windows_file_with_a_problem() {
    refused_csv(
        Some(b"\xef\xbb\xbfa,b,y\r\n0,1,0\r\n0,x,1\r\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:3:3: "x" in column "b"; expected a finite number
   |
 3 | 0,x,1
   |   ^ if the column is text, write category_columns = ["b"] or ignore_columns = ["b"]; if it is the answer, target_columns = ["b"]
"#,
    );
}

#[test]
fn several() {
    refused_csv(
        Some(b"a,b,y\n0,x,0\n1,2,3\n"),
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
FOLDER/rows.csv:2:3: "x" in column "b"; expected a finite number
   |
 2 | 0,x,0
   |   ^ if the column is text, write category_columns = ["b"] or ignore_columns = ["b"]; if it is the answer, target_columns = ["b"]

FOLDER/rows.csv:3:5: "3" in column "y"; expected a number from 0 to 1
   |
 3 | 1,2,3
   |     ^ if its values are classes, write task = "classify"; else scale it to 0 to 1 in the file

t.toml: 2 problems
"#,
    );
}

#[test]
fn absent() {
    refused_csv(
        None,
        r#"csv = "rows.csv"
target_columns = ["y"]"#,
        r#"
t.toml:4:7: cannot read FOLDER/rows.csv: No such file or directory (os error 2); expected a CSV file, its path as seen from the manifest
   |
 4 | csv = "rows.csv"
   |       ^^^^^^^^^^
"#,
    );
}

#[test]
fn absolute() {
    refused_csv(
        None,
        r#"csv = "/etc/hostname"
target_columns = ["y"]"#,
        r#"
t.toml:4:7: csv is "/etc/hostname"; expected the path of a CSV file as seen from the manifest, such as "patterns.csv"
   |
 4 | csv = "/etc/hostname"
   |       ^^^^^^^^^^^^^^^ write it relative to the manifest, so that both can be moved
"#,
    );
}

#[test]
fn another_drive() {
    refused_csv(
        None,
        r#"csv = "C:rows.csv"
target_columns = ["y"]"#,
        r#"
t.toml:4:7: csv is "C:rows.csv"; expected the path of a CSV file as seen from the manifest, such as "patterns.csv"
   |
 4 | csv = "C:rows.csv"
   |       ^^^^^^^^^^^^ write it relative to the manifest, so that both can be moved
"#,
    );
}

#[test]
fn folder() {
    refused_csv(
        None,
        r#"csv = "."
target_columns = ["y"]"#,
        r#"
t.toml:4:7: FOLDER/. is no file; expected a CSV file, its path as seen from the manifest
   |
 4 | csv = "."
   |       ^^^
"#,
    );
}

#[test]
fn unnamed() {
    refused_csv(
        None,
        r#"csv = ""
target_columns = ["y"]"#,
        r#"
t.toml:4:7: csv is ""; expected the path of a CSV file as seen from the manifest, such as "patterns.csv"
   |
 4 | csv = ""
   |       ^^ no file is named
"#,
    );
}

#[test]
fn target_named_twice() {
    refused_csv(
        Some(b"a,b,y\n0,1,0\n"),
        r#"csv = "rows.csv"
target_columns = ["y", "y"]"#,
        r#"
t.toml:5:24: a column that is named twice; expected each target column once
   |
 5 | target_columns = ["y", "y"]
   |                        ^^^
"#,
    );
}

#[test]
fn without_target_columns() {
    refused_csv(
        Some(b"a,b,y\n0,1,0\n"),
        r#"csv = "rows.csv""#,
        r#"
t.toml:4:7: [data] has csv but no target_columns; expected csv with target_columns
   |
 4 | csv = "rows.csv"
   |       ^^^^^^^^^^
"#,
    );
}

#[test]
fn target_columns_no_list() {
    refused_csv(
        Some(b"a,b,y\n0,1,0\n"),
        r#"csv = "rows.csv"
target_columns = "y""#,
        r#"
t.toml:5:18: target_columns is "y"; expected a list, each entry the name of a column of the CSV, in quotes
   |
 5 | target_columns = "y"
   |                  ^^^
"#,
    );
}
