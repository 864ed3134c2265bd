//! `rolecall label` on XML feeds: every documented shape, encodings, broken feeds and hostile ones.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{data, program};

const DUTIES: &str = "Sie betreuen unsere Großkunden, verhandeln Preise und verlängern Verträge.";

/// A folder with these bytes in `in.xml`.
fn folder(bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.xml"), bytes).expect("space");
    folder
}

/// Labels `in.xml` with further arguments, expects that exit code, and gives what was said.
fn label(folder: &Path, args: &[&str], code: i32) -> String {
    let mut command = program();
    let output =
        command.args(["label", "in.xml"]).args(args).current_dir(folder).stdin(Stdio::null()).output().expect("it starts");
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {talk}");
    talk
}

/// The objects of `out.jsonl`.
fn objects(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("out.jsonl")).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The rows of `out.csv`, without the header.
fn rows(folder: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(folder.join("out.csv")).expect("there");
    reader.records().map(|row| row.expect("a good table").iter().map(str::to_owned).collect()).collect()
}

/// What a feed says of its first posting, and how it was told.
struct Expected {
    file: &'static str,
    says: &'static str,
    rows: usize,
    id: &'static str,
    title: &'static str,
    /// Parts of the text, in this order.
    text: &'static [&'static str],
    /// What is not in the text.
    never: &'static [&'static str],
}

const FEEDS: [Expected; 11] = [
    Expected {
        file: "personio",
        says: "XML feed in the shape of Personio, postings in <position>",
        rows: 2,
        id: "4711",
        title: "Account Manager (m/w/d) Bestandskunden",
        text: &["Deine Aufgaben\n<ul><li>Du betreust", "&amp; Preise", "Dein Profil\n<p>Mehrere"],
        never: &["Festanstellung"],
    },
    Expected {
        file: "indeed",
        says: "XML feed, postings in <job>",
        rows: 1,
        id: "KAM-17",
        title: "Key Account Manager Retail",
        text: &["<p>Your responsibilities</p>", "prices & volumes"],
        never: &["Leeds"],
    },
    Expected {
        file: "stepstone",
        says: "in the shape of StepStone, postings in <joblisting>",
        rows: 1,
        id: "S-1",
        title: "Projektmanager (m/w/d) Anlagenbau",
        text: &["Talwerk", "# Responsibilities\n<ul>", "# Requirements\n<p>Abgeschl", "# We offer\n<p>Dreißig"],
        never: &["Rita", "rita@"],
    },
    Expected {
        file: "hrxml",
        says: "in the shape of HR-XML, postings in <PositionOpening>",
        rows: 1,
        id: "HR-9",
        title: "Trainee Kundenbetreuung",
        text: &["# About us\nWir handeln", "# Responsibilities\nDu betreust", "Du redest gern.", "Du kannst rechnen."],
        never: &["Max", "max@", "Kiesel"],
    },
    Expected {
        file: "successfactors",
        says: "XML feed, postings in <job>",
        rows: 1,
        id: "881-de_DE",
        title: "IT-Projektleiter (m/w/d)",
        text: &["<b>Ihre Aufgaben</b>", "<li>Projektcontrolling"],
        never: &["Eva", "2012"],
    },
    Expected {
        file: "erecruiter",
        says: "in the shape of eRecruiter, postings in <job>",
        rows: 1,
        id: "55",
        title: "Kundenberater:in Agentur\nVollzeit, Graz",
        text: &["<p>Du berätst unsere Kunden, pflegst", "# Requirements\n<p>Du hast"],
        never: &["color", "Ina", "ina@"],
    },
    Expected {
        file: "jobcloud",
        says: "XML feed, postings in <INSERAT>",
        rows: 1,
        id: "90210",
        title: "Projektleiter Größenplanung",
        text: &["Küchen in Zürich", "Änderungen"],
        never: &["Müller"],
    },
    Expected {
        file: "studentjob",
        says: "XML feed, postings in <job>",
        rows: 1,
        id: "3",
        title: "Werkstudent (m/w/d) für unser Kundenteam",
        text: &["<p>Du betreust kleine Kunden"],
        never: &[],
    },
    Expected {
        file: "rss",
        says: "in the shape of RSS or Atom, postings in <item>",
        rows: 1,
        id: "rss-1",
        title: "Project Manager",
        text: &["<h2>Your tasks</h2><p>You plan projects"],
        never: &["We look for"],
    },
    Expected {
        file: "atom",
        says: "in the shape of RSS or Atom, postings in <entry>",
        rows: 1,
        id: "tag:example.org,2026:1",
        title: "Key Account Manager",
        text: &["<h2>Your tasks</h2><p>You look after key accounts, renew <b>contracts</b>"],
        never: &["2026"],
    },
    Expected {
        file: "generic",
        says: "XML feed, postings in <ausschreibung>",
        rows: 2,
        id: "",
        title: "Vertriebsmitarbeiter Großkunden",
        text: &["# Anforderungen\nSie sind gern", "# Aufgaben\nSie gewinnen und betreuen"],
        never: &["Muster", "Ulm"],
    },
];

#[test]
fn every_documented_feed_is_read() {
    for Expected { file, says, rows: count, id, title, text, never } in &FEEDS {
        let feed = fs::read(data(&format!("feeds/{file}.xml"))).expect("there");
        let folder = folder(&feed);
        let code = i32::from(*file == "generic");
        let talk = label(folder.path(), &["-o", "out.csv"], code);
        assert!(talk.contains(says), "{file}: {talk}");
        let rows = rows(folder.path());
        assert_eq!((rows.len(), rows[0][0].as_str(), rows[0][1].as_str()), (*count, *id, *title), "{file}");
        let mut rest = rows[0][2].as_str();
        for part in *text {
            let at = rest.find(part).unwrap_or_else(|| panic!("{file}: no {part:?} in {rest:?}"));
            rest = &rest[at + part.len()..];
        }
        assert!(never.iter().all(|part| !rows[0][2].contains(part)), "{file}: {}", rows[0][2]);
        assert!(!rows[0][3].is_empty(), "{file} has a role");
        label(folder.path(), &["-o", "out.jsonl", "-q"], code);
        let objects = objects(folder.path());
        assert_eq!((objects.len(), objects[0]["rolecall"]["role"].as_str()), (*count, Some(rows[0][3].as_str())), "{file}");
    }
}

#[test]
fn nothing_of_a_record_is_lost() {
    let folder = folder(&fs::read(data("feeds/hrxml.xml")).expect("there"));
    label(folder.path(), &["-o", "out.jsonl", "-q"], 0);
    let object = &objects(folder.path())[0];
    assert_eq!(object["@xml:lang"], "de");
    assert_eq!(object["PositionProfile"]["Organization"]["OrganizationName"], "Kiesel & Sohn");
    assert_eq!(object["PositionProfile"]["FormattedPositionDescription"].as_array().map(Vec::len), Some(5));
    assert_eq!(object["PositionProfile"]["HowToApply"]["PersonName"]["FormattedName"], "Max Muster");
    // What was written is an export again, once its labels are gone.
    let unlabelled = objects(folder.path()).into_iter().map(|mut object| {
        object.as_object_mut().expect("an object").remove("rolecall");
        object.to_string() + "\n"
    });
    fs::write(folder.path().join("in.xml"), unlabelled.collect::<Vec<_>>().concat()).expect("space");
    assert!(label(folder.path(), &["-o", "again.jsonl"], 0).contains("JSON lines in the shape of HR-XML"));
}

#[test]
fn output_is_json_lines_unless_its_name_says_otherwise() {
    let folder = folder(&fs::read(data("feeds/personio.xml")).expect("there"));
    label(folder.path(), &["-o", "out.json", "-q"], 0);
    let array: Vec<Value> = serde_json::from_slice(&fs::read(folder.path().join("out.json")).expect("there")).expect("JSON");
    label(folder.path(), &["-o", "out", "-q"], 0);
    fs::rename(folder.path().join("out"), folder.path().join("out.jsonl")).expect("there");
    assert_eq!(objects(folder.path()), array);
    assert!(label(folder.path(), &["-o", "out.xml"], 2).contains("out.xml: "));
}

#[test]
fn declared_encodings_are_read() {
    let feed = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n<jobs><job><title>Größe – x</title><text>{DUTIES}</text></job></jobs>"
        )
    };
    let narrow = |encoding: &str| -> Vec<u8> {
        let byte = |one: char| if one == '–' { 0x96 } else { u8::try_from(u32::from(one)).expect("in Latin-1") };
        feed(encoding).chars().map(byte).collect()
    };
    let wide = |order: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
        format!("{mark}{}", feed("UTF-16")).encode_utf16().flat_map(order).collect()
    };
    for (name, bytes) in [
        ("UTF-8", feed("UTF-8").into_bytes()),
        ("UTF-8 with mark", format!("\u{feff}{}", feed("utf-8")).into_bytes()),
        ("Windows-1252", narrow("windows-1252")),
        ("ISO-8859-1", narrow("ISO-8859-1")),
        ("UTF-16 LE", wide(u16::to_le_bytes, "\u{feff}")),
        ("UTF-16 BE", wide(u16::to_be_bytes, "\u{feff}")),
        ("UTF-16 without mark", wide(u16::to_le_bytes, "")),
    ] {
        let folder = folder(&bytes);
        label(folder.path(), &["-o", "out.jsonl", "-q"], 0);
        let object = &objects(folder.path())[0];
        assert_eq!((object["title"].as_str(), object["text"].as_str()), (Some("Größe – x"), Some(DUTIES)), "{name}");
    }
    let euro = b"<?xml version='1.0' encoding='iso-8859-15'?><jobs><job><title>50 \xa4</title><text>a \xe4</text></job></jobs>";
    let euros = folder(euro);
    label(euros.path(), &["-o", "out.jsonl", "-q"], 0);
    assert_eq!(objects(euros.path())[0]["title"], "50 €");
    let folder = folder(b"<?xml version='1.0' encoding='Shift_JIS'?><jobs><job><title>a</title></job></jobs>");
    assert!(label(folder.path(), &["-o", "out.jsonl"], 2).contains("in.xml: declares the encoding \"shift_jis\""));
}

#[test]
fn a_broken_record_costs_itself() {
    let good = |id: usize| format!("<job><id>{id}</id><title>Projektleiter</title><text><![CDATA[{DUTIES}]]></text></job>\n");
    let broken = [
        "<job><id>b1</id><title>x</titel></job>\n",
        "<job><id>b2</id><title>x</title>\n",
        "<job><id>b3</id><title>x</title><text><![CDATA[<p>offen</p></text></job>\n",
        "<job><id>b4</id><title>AT&T & &unbekannt;</title><text></text></job>\n",
    ];
    let all: String = (1..).zip(broken).map(|(id, broken)| good(id) + broken).collect();
    let folder = folder(format!("<jobs>\n{all}{}</jobs>", good(9)).as_bytes());
    let talk = label(folder.path(), &["-o", "out.jsonl"], 1);
    assert!(talk.contains("in.xml: row 2: broken XML: </titel> stands where <title> must be closed"), "{talk}");
    assert!(talk.contains("with problems 4"), "{talk}");
    let objects = objects(folder.path());
    assert_eq!(objects.len(), 9);
    let ids: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "b4", "9"]);
    assert!(objects.iter().step_by(2).all(|object| object["rolecall"]["role"].is_string()), "good ones have roles");
    assert_eq!(objects[1]["raw"], broken[0].trim());
    assert!(objects[3]["rolecall"]["problem"].as_str().is_some_and(|problem| problem.contains("nothing closes <job>")));
    assert!(objects[5]["rolecall"]["problem"].as_str().is_some_and(|problem| problem.starts_with("broken XML")));
    // A table has what cannot be read in the column of the text.
    label(folder.path(), &["-o", "out.csv", "-q"], 1);
    assert_eq!(rows(folder.path())[1][2], broken[0].trim());
}

#[test]
fn a_feed_that_is_cut_keeps_what_there_is() {
    let whole = fs::read(data("feeds/personio.xml")).expect("there");
    let folder = folder(&whole[..whole.len() - 300]);
    let talk = label(folder.path(), &["-o", "out.jsonl"], 1);
    assert!(talk.contains("in.xml: row 2: the file ends in the middle of it"), "{talk}");
    let objects = objects(folder.path());
    assert!(objects[0]["rolecall"]["role"].is_string());
    assert!(objects[1]["raw"].as_str().is_some_and(|raw| raw.starts_with("<position>")));
}

#[test]
fn entities_are_not_expanded() {
    let grows = |level: usize| format!(" <!ENTITY lol{level} \"{}\">\n", format!("&lol{};", level - 1).repeat(10));
    let feed = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE jobs [\n <!ENTITY lol0 \"lol\">\n{}\
         <!ENTITY file SYSTEM \"file:///etc/hostname\">\n]>\n\
         <jobs><job><title>&lol29;</title><file>&file;</file><text>{DUTIES}</text></job></jobs>",
        (1..30).map(grows).collect::<String>()
    );
    let folder = folder(feed.as_bytes());
    label(folder.path(), &["-o", "out.jsonl", "-q"], 0);
    let object = &objects(folder.path())[0];
    assert_eq!((object["title"].as_str(), object["file"].as_str()), (Some("&lol29;"), Some("&file;")));
}

#[test]
fn hostile_records_are_problems() {
    let good = format!("<job><title>a</title><text>{DUTIES}</text></job>");
    let deep = format!("<job>{}</job>", "<x>".repeat(200_000));
    let many = format!("<job>{}</job>", "<x/>".repeat(200_000));
    let long = format!("<job><title>a</title><text>{}</text></job>", "lang ".repeat(400_000));
    let feed = format!("<jobs>{good}{deep}{many}{long}{good}</jobs>");
    let folder = folder(feed.as_bytes());
    let talk = label(folder.path(), &["-o", "out.jsonl", "--longest-row", "1"], 1);
    for problem in ["row 2: broken XML: more than 64", "row 3: broken XML: more than 100000", "row 4: longer than 1 MB"] {
        assert!(talk.contains(problem), "{problem}: {talk}");
    }
    let objects = objects(folder.path());
    let roles: Vec<bool> = objects.iter().map(|object| object["rolecall"]["role"].is_string()).collect();
    assert_eq!(roles, [true, false, false, false, true]);
    let talk = label(folder.path(), &["-o", "out.jsonl"], 1);
    assert!(talk.contains("row 4: a text over 1000 kB is no posting"), "{talk}");
}

#[test]
fn what_is_no_feed_is_refused() {
    for (bytes, says) in [
        ("<!DOCTYPE html><html><body>x</body></html>", "HTML, and no export (rolecall classify"),
        ("<svg><g/></svg>", "XML in which no element looks like a posting"),
        (&format!("<jobs><job><title>{}", "x".repeat(1_100_000)), "first megabyte holds no whole posting"),
    ] {
        let talk = label(folder(bytes.as_bytes()).path(), &["-o", "out.jsonl"], 2);
        assert!(talk.contains("in.xml: ") && talk.contains(says), "{talk}");
    }
    let empty = folder(b"<?xml version='1.0'?><workzag-jobs></workzag-jobs>");
    label(empty.path(), &["-o", "out.jsonl"], 0);
    assert_eq!(objects(empty.path()), [] as [Value; 0]);
}

#[test]
fn a_stopped_feed_goes_on() {
    let row = |id: usize| format!("<job><id>{id}</id><title>PM</title><text>{}</text></job>\n", DUTIES.repeat(6));
    let feed = format!("<jobs>\n{}</jobs>", (0..12_000).map(row).collect::<String>());
    let folder = folder(feed.as_bytes());
    let mut child = program()
        .args(["label", "in.xml", "-o", "out.jsonl", "-q", "--threads", "1"])
        .current_dir(folder.path())
        .spawn()
        .expect("it starts");
    let checkpoint = folder.path().join("out.jsonl.checkpoint");
    let record = || -> Option<u64> {
        let state: Value = serde_json::from_slice(&fs::read(&checkpoint).ok()?).ok()?;
        state["state"]["position"]["record"].as_u64()
    };
    while record().is_none_or(|record| record == 0) && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait().expect("it ends");
    assert!(record() > Some(0), "stopped in the middle");
    label(folder.path(), &["-o", "out.jsonl", "--resume", "-q"], 0);
    let objects = objects(folder.path());
    assert!(
        objects.len() == 12_000 && objects.iter().zip(0..).all(|(object, id)| object["id"].as_str() == Some(&*id.to_string()))
    );
}
