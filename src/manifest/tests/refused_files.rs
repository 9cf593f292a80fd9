//! `[data] csv`: what is refused for its meaning, each cause once and with its remedy.

use super::files;
use crate::manifest::Manifest;

/// The first line of the message, without the place, and its hint.
fn refused(content: &[u8], data: &str, predict: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rows.csv"), content).unwrap();
    let text = files::text(data, predict);
    let error = Manifest::parse(&text, "t.toml", folder.path()).unwrap_err();
    error
        .to_string()
        .replace(&folder.path().display().to_string(), "FOLDER")
}

/// The one problem must be in this place, in these words.
#[track_caller]
fn refuses(content: &[u8], data: &str, words: &str) {
    let message = refused(content, data, "");
    let first = message.lines().next().unwrap_or_default();
    let said = first.splitn(4, ':').nth(3).unwrap_or_default();
    assert_eq!(said.trim(), words, "{message}");
    assert!(!message.contains("problems"), "{message}");
}

#[test]
fn text_column() {
    refuses(
        b"a,b,y\n1,red,0\n2,blue,1\n3,4,1\n",
        "target_columns = [\"y\"]",
        "\"red\" and 1 more in column \"b\"; expected a finite number",
    );
}

#[test]
fn unnamed_column() {
    refuses(
        b",a,y\n0,1,0\n1,2,1\n",
        "target_columns = [\"y\"]",
        "a column without a name; expected a name for every column",
    );
}

#[test]
fn first_line_of_data() {
    refuses(
        b"0,1,0\n1,0,1\n",
        "target_columns = [\"y\"]",
        "a first line of numbers; expected the columns' names",
    );
}

#[test]
fn thousands() {
    refuses(
        b"a,y\n\"1,234\",0\n2,1\n",
        "target_columns = [\"y\"]",
        "\"1,234\" in column \"a\"; expected numbers without separated thousands",
    );
}

#[test]
fn thousands_or_fractions() {
    refuses(
        b"a;y\n1,234;0\n2;1\n",
        "target_columns = [\"y\"]",
        "\"1,234\" in column \"a\"; expected numbers without separated thousands",
    );
}

#[test]
fn two_decimal_signs() {
    refuses(
        b"a;b;y\n3,5;1;0\n2;1.5;1\n",
        "target_columns = [\"y\"]",
        "\"1.5\" in column \"b\"; expected one decimal sign in the whole file, which has decimal commas",
    );
}

#[test]
fn an_archive() {
    for (content, kind) in [
        (&b"PK\x03\x04xl/workbook.xml"[..], "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
        (
            b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "an OpenDocument workbook",
        ),
        (b"PK\x03\x04rows.csv", "a ZIP archive"),
        (b"\x1f\x8b\x08\x00", "a file that gzip packed"),
    ] {
        refuses(
            content,
            "target_columns = [\"y\"]",
            &format!("\"rows.csv\" is {kind}; expected a CSV file"),
        );
        let message = refused(content, "target_columns = [\"y\"]", "");
        assert!(message.contains("save the sheet as CSV") || message.contains("unpack it"));
    }
}

#[test]
fn no_set() {
    refuses(
        b"a,s,y\n1,train,0\n2,dev,1\n",
        "target_columns = [\"y\"]\nset_column = \"s\"",
        "\"dev\" in column \"s\"; expected train, validation or test",
    );
}

#[test]
fn nothing_to_train() {
    refuses(
        b"a,s,y\n1,test,0\n2,test,1\n",
        "target_columns = [\"y\"]\nset_column = \"s\"",
        "no training rows in column \"s\"; expected at least one",
    );
}

#[test]
fn class_untrained() {
    refuses(
        b"a,s,y\n1,train,no\n2,test,yes\n",
        "target_columns = [\"y\"]\nset_column = \"s\"",
        "no training row in column \"s\" of class \"yes\"; expected at least one of each class",
    );
}

#[test]
fn set_column_and_split() {
    refuses(
        b"a,s,y\n1,train,0\n",
        "target_columns = [\"y\"]\nset_column = \"s\"\nsplit = { test = 0.5 }",
        "[data] has both set_column and split; expected either a column that has the sets, or a split that makes them",
    );
}

#[test]
fn split_of_nothing() {
    refuses(
        b"a,y\n1,0\n",
        "target_columns = [\"y\"]\nsplit = { seed = 2 }",
        "a split that leaves no row out; expected validation, test or both above 0, such as { validation = 0.25, test = 0.25, seed = 1 }",
    );
}

#[test]
fn split_of_everything() {
    refuses(
        b"a,y\n1,0\n",
        "target_columns = [\"y\"]\nsplit = { validation = 0.5, test = 0.5 }",
        "a split that leaves no row to train on; expected validation and test together below 1, the rest is trained on",
    );
}

#[test]
fn one_class() {
    refuses(
        b"a,y\n1,x\n2,x\n",
        "target_columns = [\"y\"]",
        "only one class, \"x\", in column \"y\"; expected at least 2 classes",
    );
}

#[test]
fn too_many_classes() {
    refuses(b"a,y\n1,n0\n1,n1\n1,n2\n1,n3\n1,n4\n1,n5\n1,n6\n1,n7\n1,n8\n1,n9\n1,n10\n1,n11\n1,n12\n1,n13\n1,n14\n1,n15\n1,n16\n1,n17\n1,n18\n1,n19\n1,n20\n1,n21\n1,n22\n1,n23\n1,n24\n1,n25\n1,n26\n1,n27\n1,n28\n1,n29\n1,n30\n1,n31\n1,n32\n1,n33\n1,n34\n1,n35\n1,n36\n1,n37\n1,n38\n1,n39\n1,n40\n1,n41\n1,n42\n1,n43\n1,n44\n1,n45\n1,n46\n1,n47\n1,n48\n1,n49\n1,n50\n", "target_columns = [\"y\"]", "value 51 of target column \"y\"; expected 2 to 50 classes");
}

#[test]
fn too_many_categories() {
    refuses(b"a,y\nn0,0\nn1,0\nn2,0\nn3,0\nn4,0\nn5,0\nn6,0\nn7,0\nn8,0\nn9,0\nn10,0\nn11,0\nn12,0\nn13,0\nn14,0\nn15,0\nn16,0\nn17,0\nn18,0\nn19,0\nn20,0\nn21,0\nn22,0\nn23,0\nn24,0\nn25,0\nn26,0\nn27,0\nn28,0\nn29,0\nn30,0\nn31,0\nn32,0\nn33,0\nn34,0\nn35,0\nn36,0\nn37,0\nn38,0\nn39,0\nn40,0\nn41,0\nn42,0\nn43,0\nn44,0\nn45,0\nn46,0\nn47,0\nn48,0\nn49,0\nn50,0\nn51,0\nn52,0\nn53,0\nn54,0\nn55,0\nn56,0\nn57,0\nn58,0\nn59,0\nn60,0\nn61,0\nn62,0\nn63,0\nn64,0\nn65,0\nn66,0\nn67,0\nn68,0\nn69,0\nn70,0\nn71,0\nn72,0\nn73,0\nn74,0\nn75,0\nn76,0\nn77,0\nn78,0\nn79,0\nn80,0\nn81,0\nn82,0\nn83,0\nn84,0\nn85,0\nn86,0\nn87,0\nn88,0\nn89,0\nn90,0\nn91,0\nn92,0\nn93,0\nn94,0\nn95,0\nn96,0\nn97,0\nn98,0\nn99,0\nn100,0\n", "target_columns = [\"y\"]\ncategory_columns = [\"a\"]", "value 101 of category column \"a\"; expected at most 100 different values, each an input");
}

#[test]
fn single_output_of_three() {
    refuses(
        b"a,y\n1,u\n2,v\n3,w\n",
        "target_columns = [\"y\"]\nclasses = \"single-output\"",
        "\"single-output\" for 3 classes; expected two classes, or \"one-output-each\"",
    );
}

#[test]
fn two_targets_to_classify() {
    refuses(
        b"a,y,z\n1,u,0\n2,v,1\n",
        "target_columns = [\"y\", \"z\"]",
        "2 target columns to classify by; expected one, whose values are the classes",
    );
}

#[test]
fn class_targets_of_numbers() {
    refuses(
        b"a,y\n1,0\n2,1\n",
        "target_columns = [\"y\"]\nclass_targets = [0.1, 0.9]",
        "class_targets, but targets that are numbers; expected a target column of classes",
    );
}

#[test]
fn class_targets_to_regress() {
    refuses(
        b"a,y\n1,0\n2,1\n",
        "target_columns = [\"y\"]\ntask = \"regress\"\nclass_targets = [0.1, 0.9]",
        "class_targets with task = \"regress\"; expected it only with task = \"classify\" or classes of text",
    );
}

#[test]
fn class_targets_the_wrong_way() {
    refuses(
        b"a,y\n1,u\n2,v\n",
        "target_columns = [\"y\"]\nclass_targets = [1, 0]",
        "class_targets is a list; expected two numbers from 0 to 1, the first below the second, such as [0.1, 0.9]",
    );
}

#[test]
fn misspelt_column() {
    refuses(
        b"colour,y\n1,0\n2,1\n",
        "target_columns = [\"y\"]\nignore_columns = [\"color\"]",
        "no column \"color\"; expected \"colour\" or \"y\"",
    );
}

#[test]
fn target_ignored() {
    refuses(
        b"a,y\n1,0\n2,1\n",
        "target_columns = [\"y\"]\nignore_columns = [\"y\"]",
        "column \"y\" is a target and ignored; expected one of them",
    );
}

#[test]
fn inputs_and_ignored() {
    refuses(
        b"a,y\n1,0\n2,1\n",
        "target_columns = [\"y\"]\ninput_columns = [\"a\"]\nignore_columns = [\"a\"]",
        "[data] has both input_columns and ignore_columns; expected one of them: what is no input is left out",
    );
}

#[test]
fn category_that_is_the_target() {
    refuses(
        b"a,y\n1,0\n2,1\n",
        "target_columns = [\"y\"]\ncategory_columns = [\"y\"]",
        "column \"y\" is a target and a category column; expected a category column that is an input",
    );
}

#[test]
fn leaked_class() {
    refuses(
        b"a,b,y\n0,4,u\n1,5,v\n2,4,u\n3,5,v\n4,4,u\n5,5,v\n6,4,u\n7,5,v\n8,4,u\n9,5,v\n",
        "target_columns = [\"y\"]",
        "input \"b\" has one value for each class of target \"y\"; expected inputs that are known before the answer is",
    );
}

#[test]
fn leaked_number() {
    refuses(b"a,b,y\n0,1.0,0.0\n1,0.9375,0.0625\n2,0.875,0.125\n3,0.8125,0.1875\n4,0.75,0.25\n5,0.6875,0.3125\n6,0.625,0.375\n7,0.5625,0.4375\n8,0.5,0.5\n9,0.4375,0.5625\n", "target_columns = [\"y\"]", "input \"b\" is the complement of target \"y\"; expected inputs that are known before the answer is");
}

#[test]
fn every_row_is_missing() {
    refuses(
        b"a,y\n?,0\n1,\n",
        "target_columns = [\"y\"]\nmissing = \"drop\"",
        "a value is missing in every row, the first in column \"a\"; expected a row with all its values",
    );
}

#[test]
fn scaled_beyond_all_numbers() {
    refuses(
        b"a,y\n-1e308,0\n1e308,1\n",
        "target_columns = [\"y\"]\nscale = \"range\"",
        "input \"a\" has values too far apart for scale = \"range\"; expected values that scaling leaves finite, or scale = \"none\"",
    );
}

#[test]
fn places_and_remedies() {
    let message = refused(
        b"a,b,y\n1,0,0\n2,red,1\n",
        "target_columns = [\"y\"]\nignore_columns = [\"A\"]",
        "",
    );
    assert!(
        message.starts_with("t.toml:6:19: no column \"A\""),
        "{message}"
    );
    assert!(message.contains("did you mean \"a\"?"), "{message}");
    let message = refused(b"a,,y\n1,0,0\n", "target_columns = [\"y\"]", "");
    assert!(
        message.contains("rows.csv:1:3:") && message.contains("ignore_columns = [\"\"]"),
        "{message}"
    );
}

#[test]
fn situations_that_do_not_fit() {
    let rows = b"a,colour,y\n1,red,u\n2,blue,v\n";
    let data = "target_columns = [\"y\"]\ncategory_columns = [\"colour\"]";
    for (predict, words) in [
        (
            "input = [1]",
            "a situation of 1 input; expected 2, one per input column",
        ),
        (
            "input = [1, \"rod\"]",
            "\"rod\" for column \"colour\"; expected \"red\" or \"blue\"",
        ),
        (
            "input = [\"x\", \"red\"]",
            "\"x\" for input \"a\"; expected a number: only category columns are text",
        ),
        (
            "input = [1, \"red\"]\ntarget = \"w\"",
            "no class \"w\"; expected \"u\" or \"v\"",
        ),
        (
            "input = [1, \"red\"]\nname = \"p 1\"\n[[predict]]\ninput = [2, \"red\"]\nname = \"P_1\"",
            "column prediction_P_1_output_1_correct, which [[predict]] 1 has too; expected names that differ in letters or digits",
        ),
        (
            "input = [1, \"red\"]\nname = \"a/b\"",
            "name is \"a/b\"; expected letters (a to z), digits, spaces, _, - and ., beginning and ending with none of the spaces",
        ),
    ] {
        let message = refused(rows, data, &format!("[[predict]]\n{predict}"));
        assert!(
            message.lines().any(|line| line.ends_with(words)),
            "{words}\n{message}"
        );
    }
}
