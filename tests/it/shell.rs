//! Completions and man pages.

use std::process::Command;

use crate::support::{arg, refused, run, say};

/// The completions for a shell.
fn script(shell: &str) -> String {
    let output = run(&["completions", shell], b"");
    assert!(output.status.success() && output.stderr.is_empty(), "{shell}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn every_shell_has_completions() {
    for (shell, mark) in [
        ("bash", "complete -F _rolecall"),
        ("zsh", "#compdef rolecall"),
        ("fish", "complete -c rolecall"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer"),
    ] {
        let script = script(shell);
        assert!(script.contains(mark) && script.contains("review") && script.contains("id-column"), "{shell}");
    }
    let output = run(&["completions", "tcsh"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("[possible values: bash, elvish, fish, powershell, zsh]"));
}

/// What bash offers behind `words`, the last of which is being written.
fn offered(words: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rolecall.bash");
    std::fs::write(&file, script("bash")).expect("space");
    let last = words.len() - 1;
    let ask = format!(
        "source {}; COMP_WORDS=({}); COMP_CWORD={last}; _rolecall rolecall '{}' '{}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        file.display(),
        words.join(" "),
        words[last],
        words[last - 1]
    );
    let output = Command::new("bash").args(["--norc", "-c", &ask]).output().expect("bash runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    if Command::new("bash").arg("--version").output().is_err() {
        say("skipped: no bash");
        return;
    }
    assert_eq!(offered(&["rolecall", "rev"]), ["review"]);
    assert_eq!(offered(&["rolecall", "review", "--bl"]), ["--blind"]);
    assert_eq!(offered(&["rolecall", "review", "--order", "r"]), ["random"]);
    assert_eq!(offered(&["rolecall", "completions", "f"]), ["fish"]);
}

#[test]
fn every_command_has_a_man_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = folder.path().join("share/man1");
    let output = run(&["man", arg(&pages)], b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut names: Vec<String> = std::fs::read_dir(&pages)
        .expect("pages")
        .map(|page| page.expect("a page").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    let commands = [
        "-agreement",
        "-classify",
        "-completions",
        "-corpus",
        "-diff",
        "-evaluate",
        "-label",
        "-man",
        "-model",
        "-report",
        "-review",
        "-train",
        "",
    ];
    // A hyphen sorts before a full stop.
    assert_eq!(names, commands.map(|command| format!("rolecall{command}.1")));
    let page = std::fs::read_to_string(pages.join("rolecall-review.1")).expect("a page");
    for part in
        [".TH rolecall-review 1", ".SH EXAMPLES", "\n.nf\nrolecall review labelled.csv \\-o labels.jsonl\n", "\\-\\-blind"]
    {
        assert!(page.contains(part), "{part:?} is not in\n{page}");
    }
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("space");
    refused(&["man", arg(&file.join("below"))], b"", &["below: cannot write"]);
}

/// Where man can show a page, it has nothing to complain of, and lines of examples stand by themselves.
#[test]
fn man_shows_the_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(run(&["man", arg(folder.path())], b"").status.success());
    let mut man = Command::new("man");
    man.args(["--warnings", "-l", arg(&folder.path().join("rolecall-label.1"))]).env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8");
    let Ok(output) = man.output() else {
        say("skipped: no man");
        return;
    };
    let (text, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        say(&format!("skipped: man does not show pages here: {problems}"));
        return;
    }
    assert!(problems.is_empty(), "{problems}");
    assert!(text.lines().any(|line| line.trim() == "rolecall label feed.xml -o labelled.csv"), "{text}");
}
