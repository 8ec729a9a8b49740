//! Jupyter notebooks.

use serde_json::json;

use crate::carrier::{At, Carrier};

fn book(source: &str, output: &str) -> Vec<u8> {
    let lines = |text: &str| -> Vec<String> { text.split_inclusive('\n').map(str::to_owned).collect() };
    let cells = json!([
        {"cell_type": "markdown", "metadata": {}, "source": ["# Orders\n", "Of the shop."]},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": lines(source), "outputs": [
            {"output_type": "stream", "name": "stdout", "text": lines(output)},
            {"output_type": "display_data", "data": {"image/png": "aGVsbG8=".repeat(1_000)}}
        ]},
    ]);
    let book = json!({"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4});
    serde_json::to_vec_pretty(&book).unwrap()
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "source.ipynb",
        inner: &[],
        at: At::Cell("cell 2"),
        build: |text| book(&format!("import os\n{}\n", text.replace('=', " = '") + "'"), "ok\n"),
        half: Some("damaged"),
    },
    Carrier {
        name: "output.ipynb",
        inner: &[],
        at: At::Cell("cell 2, output"),
        build: |text| book("print(os.environ)", &format!("HOME=/root\n{text}\n")),
        half: Some("damaged"),
    },
    Carrier {
        name: "traceback.ipynb",
        inner: &[],
        at: At::Cell("cell 1, output"),
        build: |text| {
            let error = json!({"output_type": "error", "traceback": ["\u{1b}[0;31mKeyError\u{1b}[0m", text]});
            let cells = json!([{"cell_type": "code", "input": "run()", "outputs": [error]}]);
            serde_json::to_vec(&json!({"worksheets": [{"cells": cells}], "nbformat": 3})).unwrap()
        },
        half: Some("damaged"),
    },
];

#[test]
fn sources_and_outputs() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    CARRIERS.iter().for_each(crate::hostile::survives);
}
