//! What means harm, and what it meets.

use std::io::{self, Write};
use std::path::Path;

use super::inputs as of;

/// How large an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// Large enough to go over the limit.
    Small,
    /// As large as it is called.
    Full,
}

/// What writes an input to the program's standard input.
pub(super) type Feed = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// An input.
pub(super) struct Case {
    /// What it is.
    pub name: &'static str,
    /// What limits it, and the flag that raises the limit, if any.
    pub limit: &'static str,
    /// Writes files to the folder that the program runs in, and says what standard input yields.
    pub make: fn(&Path, Size) -> Option<Feed>,
    /// What is asked of the program.
    pub args: Vec<&'static str>,
    /// The exit code.
    pub code: i32,
    /// What is said.
    pub says: &'static str,
    /// Megabytes of memory that it may cost.
    pub most: f64,
}

/// Makes an input.
type Make = fn(&Path, Size) -> Option<Feed>;

fn case(
    name: &'static str,
    limit: &'static str,
    (args, make): (&'static str, Make),
    (code, says): (i32, &'static str),
    most: f64,
) -> Case {
    Case { name, limit, make, args: args.split(' ').collect(), code, says, most }
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    [single(), rows(), packages(), columns_and_models()].into_iter().flatten().collect()
}

const TEXT: &str = "1 MB of text (`classify --longest-text`)";
const ROW: &str = "16 MB a row (`label --longest-row`)";
const PART: &str = "1000 MB a part, packed 400 to 1 (`--largest-workbook`)";

/// Single postings.
fn single() -> Vec<Case> {
    vec![
        case(
            "60 MB of one-letter words as a posting",
            TEXT,
            ("classify", of::letters_60),
            (2, "a text over 1 MB is no posting"),
            300.0,
        ),
        case("1 MB of one-letter words as a posting", TEXT, ("classify", of::letters_1), (0, ""), 600.0),
        case("1 MB of open tags", TEXT, ("classify", of::open_tags), (0, ""), 300.0),
        case("1 MB of combining marks", TEXT, ("classify", of::marks), (0, ""), 300.0),
        case("65 MB as a posting", "64 MB a document", ("classify", of::too_long), (2, "longer than 64 MB"), 200.0),
        case("NUL bytes", "text has none", ("classify", of::nul), (2, "binary, and no document"), 100.0),
        case(
            "DOCX that unpacks to 1 GB",
            "64 MB of text's markup",
            ("classify in.docx", of::docx_bomb),
            (2, "unpacks to more than 64 MB"),
            400.0,
        ),
        case(
            "DOCX of 300,000 nested elements",
            "64 MB of text's markup",
            ("classify in.docx", of::docx_deep),
            (2, "DOCX"),
            400.0,
        ),
        case("DOCX with entities in entities", "none is expanded", ("classify in.docx", of::docx_entities), (0, ""), 200.0),
        case("PDF that unpacks to 4 GB", "1 GB of memory and 20 s", ("classify in.pdf", of::pdf_bomb), (2, "a PDF "), 1100.0),
        case("PDF of 200,000 nested arrays", "1 GB of memory and 20 s", ("classify in.pdf", of::pdf_deep), (2, "PDF"), 1100.0),
    ]
}

/// Exports in rows.
fn rows() -> Vec<Case> {
    vec![
        case("1 GB in one cell of a CSV", ROW, ("label -", of::one_cell), (1, "longer than 16 MB"), 200.0),
        case(
            "15 MB of one-letter words in one cell",
            "1 MB of text",
            ("label -", of::letters_in_a_cell),
            (1, "a text over 1000 kB"),
            400.0,
        ),
        case(
            "15 MB of title in one cell",
            "1 MB of text",
            ("label -", of::letters_in_a_title),
            (1, "a text over 1000 kB"),
            400.0,
        ),
        case(
            "100,000 columns in a CSV",
            "its header in 1 MB",
            ("label - -q --text-column text", of::columns_csv),
            (0, ""),
            300.0,
        ),
        case(
            "one million columns in a CSV",
            "its header in 1 MB",
            ("label -", of::more_columns_csv),
            (2, "holds no whole row"),
            100.0,
        ),
        case("a million keys in a JSON object", ROW, ("label -", of::keys_json), (1, ""), 1000.0),
        case(
            "JSON of 10 million brackets",
            "128 brackets deep",
            ("label -", of::deep_json),
            (1, "recursion limit exceeded"),
            300.0,
        ),
        case("halves of surrogate pairs in JSON", "read as U+FFFD", ("label -", of::surrogates), (0, ""), 150.0),
        case("NUL bytes in a CSV", "kept as they are", ("label -", of::nul_csv), (0, ""), 150.0),
        case("formulas in cells", "kept; ours never begin as one", ("label -", of::formulas), (0, ""), 150.0),
        case("XML with entities in entities", "none is expanded", ("label -", of::laughs), (0, ""), 150.0),
        case("XML of 200,000 nested elements", "64 deep, 100,000 in all", ("label -", of::deep_xml), (1, "more than 64"), 300.0),
        case("gzip of 1 GB in one cell", ROW, ("label in.csv.gz", of::gzip_bomb), (1, "longer than 16 MB"), 200.0),
        case(
            "xz that asks for a window of 4 GB",
            "128 MB of window",
            ("label in.csv.xz", of::xz_window),
            (2, "takes 4096 MB to unpack"),
            100.0,
        ),
        case(
            "Zstandard that asks for a window of 2 GB",
            "128 MB of window",
            ("label in.csv.zst", of::zstd_window),
            (2, "indow"),
            100.0,
        ),
        case(
            "a labelled file with a line of 65 MB",
            "64 MB a line",
            ("evaluate in.jsonl", of::labelled_line),
            (2, "longer than 64 MB"),
            300.0,
        ),
        case(
            "a folder of 70 folders within each other",
            "64 deep",
            ("label jobs", of::deep_folder),
            (2, "more than 64 folders"),
            100.0,
        ),
        case("links out of a folder", "not followed", ("label jobs", of::links), (2, "a folder without documents"), 100.0),
    ]
}

/// Workbooks.
fn packages() -> Vec<Case> {
    vec![
        case("XLSX with a sheet of 1 GB", PART, ("label in.xlsx", of::xlsx_bomb), (2, "--largest-workbook"), 200.0),
        case("XLSX with shared texts of 1 GB", PART, ("label in.xlsx", of::strings_bomb), (2, "--largest-workbook"), 200.0),
        case(
            "XLSX with entities in entities",
            "no document type",
            ("label in.xlsx", of::xlsx_entities),
            (2, "has a document type"),
            200.0,
        ),
        case("XLSX of 300 nested elements", "256 deep", ("label in.xlsx", of::xlsx_deep), (2, "more than 256 deep"), 200.0),
        case(
            "XLSX whose sheet lies at ../../etc/passwd",
            "parts of the package alone",
            ("label in.xlsx", of::xlsx_path),
            (2, "has no part"),
            200.0,
        ),
        case(
            "a package of 20,000 parts",
            "10,000 parts (`--largest-workbook`)",
            ("label in.xlsx", of::many_parts),
            (2, "has 20000 parts"),
            200.0,
        ),
        case(
            "ODS row that stands for a million",
            PART,
            ("label in.ods --largest-workbook 50 -o out.ods", of::ods_rows),
            (2, "with all that is repeated"),
            400.0,
        ),
    ]
}

/// Parquet, Arrow and models.
fn columns_and_models() -> Vec<Case> {
    vec![
        case(
            "Parquet whose footer lies about its length",
            "256 MB",
            ("label in.parquet", of::parquet_footer),
            (2, "its footer is longer than the file"),
            200.0,
        ),
        case(
            "Arrow message of 2 GB that is not there",
            "1 GB a message",
            ("label in.arrows", of::arrow_message),
            (2, "over 1024 MB"),
            200.0,
        ),
        case(
            "model with a header of 4 GB that is not there",
            "the file's length",
            ("model --model in.rolecall", of::model_header),
            (2, "beyond the end of the file"),
            150.0,
        ),
        case(
            "model with counts that are not there",
            "the file's length",
            ("model --model in.rolecall", of::model_counts),
            (2, "the model cannot be used"),
            150.0,
        ),
        case("model of 300 MB", "256 MB", ("model --model in.rolecall", of::model_long), (2, "longer than 256 MB"), 500.0),
    ]
}
