//! Names and texts that could do harm outside the manifest.

use super::refused;

#[test]
fn empty() {
    refused(
        &[(r#"name = "t""#, r#"name = """#)],
        r#"
t.toml:1:8: name is ""; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = ""
   |        ^^ the name is empty
"#,
    );
}

#[test]
fn parent() {
    refused(
        &[(r#"name = "t""#, r#"name = "..""#)],
        r#"
t.toml:1:8: name is ".."; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = ".."
   |        ^^^^ begins with . or -, or ends with .
"#,
    );
}

#[test]
fn slash() {
    refused(
        &[(r#"name = "t""#, r#"name = "a/b""#)],
        r#"
t.toml:1:8: name is "a/b"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "a/b"
   |        ^^^^^ "/" can't be in a folder's name
"#,
    );
}

#[test]
fn backslash() {
    refused(
        &[(r#"name = "t""#, r#"name = "a\\b""#)],
        r#"
t.toml:1:8: name is "a\b"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "a\\b"
   |        ^^^^^^ "\" can't be in a folder's name
"#,
    );
}

#[test]
fn hidden() {
    refused(
        &[(r#"name = "t""#, r#"name = ".a""#)],
        r#"
t.toml:1:8: name is ".a"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = ".a"
   |        ^^^^ begins with . or -, or ends with .
"#,
    );
}

#[test]
fn option() {
    refused(
        &[(r#"name = "t""#, r#"name = "-a""#)],
        r#"
t.toml:1:8: name is "-a"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "-a"
   |        ^^^^ begins with . or -, or ends with .
"#,
    );
}

#[test]
fn reserved() {
    refused(
        &[(r#"name = "t""#, r#"name = "nul""#)],
        r#"
t.toml:1:8: name is "nul"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "nul"
   |        ^^^^^ Windows reserves this name for a device
"#,
    );
}

#[test]
fn reserved_with_extension() {
    refused(
        &[(r#"name = "t""#, r#"name = "Com1.x""#)],
        r#"
t.toml:1:8: name is "Com1.x"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "Com1.x"
   |        ^^^^^^^^ Windows reserves this name for a device
"#,
    );
}

#[test]
fn trailing_dot() {
    refused(
        &[(r#"name = "t""#, r#"name = "a.""#)],
        r#"
t.toml:1:8: name is "a."; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "a."
   |        ^^^^ begins with . or -, or ends with .
"#,
    );
}

#[test]
fn space() {
    refused(
        &[(r#"name = "t""#, r#"name = "a b""#)],
        r#"
t.toml:1:8: name is "a b"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "a b"
   |        ^^^^^ " " can't be in a folder's name
"#,
    );
}

#[test]
fn letters_of_other_alphabets() {
    refused(
        &[(r#"name = "t""#, r#"name = "größe""#)],
        r#"
t.toml:1:8: name is "größe"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "größe"
   |        ^^^^^^^ "ö" can't be in a folder's name
"#,
    );
}

#[test]
fn escape() {
    refused(
        &[(r#"name = "t""#, r#"name = "a\u001b[31m""#)],
        r#"
t.toml:1:8: name is "a\u{1b}[31m"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "a\u001b[31m"
   |        ^^^^^^^^^^^^^ "\u{1b}" can't be in a folder's name
"#,
    );
}

#[test]
fn too_long() {
    refused(
        &[(r#"name = "t""#, &format!("name = \"{}\"", "a".repeat(101)))],
        r#"
t.toml:1:8: name is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"; expected letters (a to z), digits, . _ and -, beginning with a letter, digit or _
   |
 1 | name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
   |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ longer than 100 characters
"#,
    );
}

#[test]
fn description_with_escape_sequence() {
    refused(
        &[(
            r#"name = "t""#,
            r#"name = "t"
description = "a\u001b[2Jb""#,
        )],
        r#"
t.toml:2:15: description is "a\u{1b}[2Jb"; expected text of at most 10,000 characters, without control characters
   |
 2 | description = "a\u001b[2Jb"
   |               ^^^^^^^^^^^^^ holds the control character \u{1b}
"#,
    );
}

#[test]
fn description_too_long() {
    refused(
        &[(
            r#"name = "t""#,
            &format!("name = \"t\"\ndescription = \"{}\"", "x".repeat(10_001)),
        )],
        r#"
t.toml:2:15: description is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"; expected text of at most 10,000 characters, without control characters
   |
 2 | description = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
   |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ too long
"#,
    );
}
