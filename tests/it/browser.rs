//! The pages in a real browser: what is on them, how they are used, and what cannot happen on them.
//!
//! `ROLECALL_PICTURES=folder` keeps pictures of them, for people to look at; `docs/report.png` is the one of that name, in 32 colours.

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use rolecall::markup::Plain;
use rolecall::{Classifier, Field, Posting, Verdict};
use serde_json::{Value, json};

use crate::chromium::Browser;
use crate::report::{exits, labelled, postings};
use crate::support;

/// Rows that the table says are shown, of all.
fn shown(browser: &mut Browser) -> (u64, u64) {
    let text = browser.text("document.getElementById('active').textContent");
    let numbers: Vec<u64> = text
        .split(|one: char| !(one.is_ascii_digit() || one == ',' || one == '.'))
        .filter_map(|part| part.replace([',', '.'], "").parse().ok())
        .collect();
    (numbers[0], numbers[1])
}

fn click_on(browser: &mut Browser, selector: &str) {
    browser.eval(&format!("document.querySelector({}).click()", json!(selector)));
}

fn type_in(browser: &mut Browser, query: &str) {
    let set = format!(
        "{{ const search = document.getElementById('search'); search.value = {}; search.dispatchEvent(new Event('input')); }}",
        json!(query)
    );
    browser.eval(&set);
    browser.eval("new Promise((done) => setTimeout(done, 200))");
}

fn is_clean(browser: &Browser) {
    assert_eq!(browser.complaints(), Vec::<String>::new());
    assert_eq!(browser.requests(), Vec::<String>::new(), "the page loads nothing");
}

#[test]
fn a_report_is_filtered_sorted_and_opened() {
    let Some(mut browser) = Browser::start("a report in a browser") else { return };
    let folder = labelled();
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "page.html", "--language", "en", "-q"], 0);
    browser.size(1280, 900);
    browser.open(&folder.path().join("page.html"));
    assert_eq!(shown(&mut browser), (620, 620));
    // A role.
    let of_mixed = browser.eval("ROLE.filter((role) => role === 2).length").as_u64();
    click_on(&mut browser, "#mix-tiles button:nth-child(3)");
    assert_eq!(Some(shown(&mut browser).0), of_mixed);
    assert_eq!(
        browser.eval("[...document.querySelectorAll('.of-role')].every((cell) => cell.textContent.startsWith('Mixed'))"),
        true
    );
    assert_eq!(browser.eval("document.activeElement.getAttribute('aria-pressed')"), "true", "the focus stays");
    // And a source.
    click_on(&mut browser, "#group-list button");
    assert!(shown(&mut browser).0 < of_mixed.expect("a number"));
    click_on(&mut browser, "#clear");
    assert_eq!(shown(&mut browser).0, 620);
    // How sure, and a search.
    click_on(&mut browser, "#confidence-bars button:nth-child(6)");
    let between = browser.eval("[...shown].every((row) => DATA.probability[row] >= 500 && DATA.probability[row] < 600)");
    assert_eq!((between, shown(&mut browser).0 > 0), (json!(true), true));
    click_on(&mut browser, "#clear");
    type_in(&mut browser, "KEY account");
    let found = shown(&mut browser).0;
    let hits = "[...shown].every((row) => { const all = (DATA.title[row] + DATA.id[row] + said(row).map((one) => one.text).join(' ')).toLowerCase(); return all.includes('key') && all.includes('account'); })";
    assert!(found > 5 && found < 300, "{found}");
    assert_eq!(browser.eval(hits), true);
    type_in(&mut browser, "no such thing anywhere");
    assert_eq!(shown(&mut browser).0, 0);
    assert_eq!(browser.text("document.getElementById('table-body').textContent"), "No posting matches.");
    click_on(&mut browser, "#clear");
    // Titles that disagree.
    let disagree = browser.eval("DATA.disagree.length").as_u64();
    click_on(&mut browser, "#disagree .toggle");
    assert_eq!(Some(shown(&mut browser).0), disagree);
    click_on(&mut browser, "#clear");
    // Order.
    for (key, direction) in
        [("probability", "ascending"), ("probability", "descending"), ("account", "descending"), ("title", "ascending")]
    {
        click_on(&mut browser, &format!("#table-head .by-{key} button"));
        assert_eq!(browser.eval(&format!("document.querySelector('.by-{key}').ariaSort")), direction, "{key}");
    }
    let is_sorted = "[...shown].every((row, at) => at === 0 || folded(DATA.title[shown[at - 1]]) <= folded(DATA.title[row]))";
    assert_eq!(browser.eval(is_sorted), true);
    // Pages.
    let first = browser.text("document.querySelector('#table-body .link').textContent");
    click_on(&mut browser, "#page-next");
    assert_ne!(browser.text("document.querySelector('#table-body .link').textContent"), first);
    assert_eq!(browser.eval("document.activeElement.id"), "page-next");
    is_clean(&browser);
    opened_by_keyboard(&mut browser);
    opened_on_the_map(&mut browser);
    is_clean(&browser);
}

/// Enter opens what has the focus, arrows go on, Escape leads back.
fn opened_by_keyboard(browser: &mut Browser) {
    browser.eval("document.querySelector('#table-body .link').focus()");
    let title = browser.text("document.activeElement.textContent");
    browser.press("Enter");
    assert_eq!(browser.eval("document.getElementById('posting').open"), true);
    assert_eq!(browser.text("document.getElementById('posting-title').textContent"), title);
    assert_eq!(browser.eval("document.querySelectorAll('#posting .profile tbody tr').length"), 8);
    assert!(browser.eval("document.querySelectorAll('#posting-body mark').length").as_u64() > Some(3));
    browser.press("ArrowRight");
    assert_ne!(browser.text("document.getElementById('posting-title').textContent"), title);
    browser.press("ArrowLeft");
    assert_eq!(browser.text("document.getElementById('posting-title').textContent"), title);
    browser.press("Escape");
    assert_eq!(browser.eval("document.getElementById('posting').open"), false);
    assert_eq!(browser.text("document.activeElement.textContent"), title, "the focus is where it was");
}

/// A click on a point of the map opens its posting; the table beneath counts what is on it.
fn opened_on_the_map(browser: &mut Browser) {
    browser.eval("document.getElementById('map-canvas').scrollIntoView({ block: 'center' })");
    // A posting by itself, lest another lie nearer.
    let alone = "(() => { const all = [...shown]; const far = (one, other) => Math.hypot(DATA.account[one] - DATA.account[other], DATA.project[one] - DATA.project[other]); const row = all.find((one) => all.every((other) => other === one || far(one, other) > 12)); const canvas = document.getElementById('map-canvas'); const [space, box] = [plane(canvas), canvas.getBoundingClientRect()]; return { row, x: box.left + space.x(DATA.account[row]), y: box.top + space.y(DATA.project[row]) }; })()";
    let place = browser.eval(alone);
    browser.click(place["x"].as_f64().expect("a number"), place["y"].as_f64().expect("a number"));
    assert_eq!(browser.eval("open"), place["row"]);
    browser.press("Escape");
    let sum = "[...document.querySelectorAll('#map-table tbody td')].reduce((sum, cell) => sum + Number(cell.textContent), 0)";
    assert_eq!(browser.eval(sum), 620);
}

/// Phrases that a page marks by itself.
const MARKED: usize = 12;

/// All that stands in `text`, without markup and white space: a line break of the posting is another paragraph of the page.
fn inked(text: &str) -> String {
    Plain::read(text).text.split_whitespace().collect()
}

/// What the page shows of it.
fn bare(shown: &str) -> String {
    shown.split_whitespace().collect()
}

#[test]
fn phrases_are_marked_where_they_stand() {
    let Some(mut browser) = Browser::start("marks in a browser") else { return };
    let folder = labelled();
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "page.html", "--language", "en", "-q"], 0);
    browser.open(&folder.path().join("page.html"));
    let classifier = Classifier::built_in().expect("the model");
    let (mut seen, mut shared) = (0, 0);
    for (row, posting) in postings().iter().enumerate().step_by(7) {
        let text = |key: &str| posting[key].as_str().expect("a text");
        let verdict = classifier.verdict(&Posting::new(text("title"), text("text")), MARKED);
        browser.eval(&format!("openPosting({row})"));
        let marks = browser.eval(
            "[...document.querySelectorAll('#posting-body mark[data-phrases]')].map((mark) => [mark.dataset.phrases.split(' ').map(Number), mark.textContent, mark.closest('h2') !== null])",
        );
        let marks = marks.as_array().expect("marks");
        for (place, phrase) in verdict.phrases.iter().enumerate() {
            let own: Vec<&Value> =
                marks.iter().filter(|mark| mark[0].as_array().expect("places").contains(&json!(place))).collect();
            let joined: String = own.iter().map(|mark| mark[1].as_str().expect("a text")).collect();
            assert_eq!(bare(&joined), inked(&phrase.text), "row {row}, phrase {place}");
            assert!(own.iter().all(|mark| mark[2] == (phrase.field == Field::Title)), "row {row}, phrase {place}");
            seen += 1;
        }
        let beyond = |mark: &&Value| {
            mark[0].as_array().expect("places").iter().any(|place| place.as_u64() >= Some(verdict.phrases.len() as u64))
        };
        assert_eq!(marks.iter().filter(beyond).count(), 0, "row {row}: a mark of no phrase");
        shared += marks.iter().filter(|mark| mark[0].as_array().is_some_and(|places| places.len() > 1)).count();
        beside_the_text(&mut browser, &verdict);
    }
    assert!(seen > 700 && shared > 20, "{seen} phrases, {shared} stretches of several");
    is_clean(&browser);
    pointed_at(&mut browser);
    is_clean(&browser);
}

/// What the list beside the text says of each phrase: its weight, its words, for or against what it speaks.
fn beside_the_text(browser: &mut Browser, verdict: &Verdict) {
    let listed = browser.eval("Object.fromEntries([...document.querySelectorAll('#posting-body [data-phrase]')].map((item) => [item.dataset.phrase, [item.querySelector('.weight').textContent, item.querySelector('bdi').textContent, item.querySelector('.note').textContent]]))");
    assert_eq!(listed.as_object().map(serde_json::Map::len), Some(verdict.phrases.len()));
    for (place, phrase) in verdict.phrases.iter().enumerate() {
        let [weight, words, speaks] = [0, 1, 2].map(|part| listed[place.to_string()][part].as_str().expect("a text"));
        let hundredths = (100.0 * phrase.weight).round() / 100.0;
        let sign = if hundredths < 0.0 { '−' } else { '+' };
        assert_eq!(weight, format!("{sign}{:.2}", hundredths.abs()));
        assert_eq!(bare(words), inked(&phrase.text));
        let which = if hundredths > 0.0 { "for" } else { "against" };
        assert_eq!(speaks, format!("speaks {which} {} work", phrase.head.name()));
    }
}

/// A stretch that is pointed at tells all its phrases; a phrase of the list leads to its stretches.
fn pointed_at(browser: &mut Browser) {
    let row = browser.eval("DATA.texts.find((row) => { const text = posting(row); return [0, 1].some((field) => stretches(text, field).some(([, on]) => on.length > 1)); })");
    browser.size(1280, 900);
    browser.eval(&format!("openPosting({row})"));
    browser.eval("window.both = [...document.querySelectorAll('#posting-body mark')].find((mark) => mark.dataset.phrases?.includes(' ')); both.scrollIntoView({ block: 'center' })");
    let place = browser
        .eval("(() => { const box = both.getClientRects()[0]; return [box.left + box.width / 2, box.top + box.height / 2]; })()");
    let [x, y] = [0, 1].map(|at| place[at].as_f64().expect("a number"));
    browser.click(x, y);
    let tip = "[...document.querySelectorAll('.mark-tip:not([hidden]) .phrase-said bdi')].map((item) => item.textContent).sort()";
    let said = "(() => { const said = standing(posting(open)); return both.dataset.phrases.split(' ').map((place) => said[place].text).sort(); })()";
    let all = browser.eval(said);
    assert!(all.as_array().expect("phrases").len() > 1);
    assert_eq!(browser.eval(tip), all, "every phrase of the stretch is told");
    let inside = "(() => { const tip = document.querySelector('.mark-tip').getBoundingClientRect(); const body = document.getElementById('posting-body').getBoundingClientRect(); return tip.left >= body.left && tip.right <= body.right && tip.top >= body.top && tip.bottom <= body.bottom; })()";
    assert_eq!(browser.eval(inside), true);
    browser.picture("tip.png", false);
    browser.eval("document.querySelector('#posting-body').scrollTop = 0");
    browser.eval("window.item = document.querySelector('#posting-body [data-phrase]'); item.focus()");
    browser.press("Enter");
    let meant = "(() => { const meant = [...document.querySelectorAll('mark.meant')]; return meant.length > 0 && meant.every((mark) => mark.dataset.phrases.split(' ').includes(item.dataset.phrase)) && meant.length === stretchesOf(item.dataset.phrase).length; })()";
    assert_eq!(browser.eval(meant), true, "a phrase leads to its stretches");
    // Another text is under the pointer now, which has not moved.
    browser.point(x, y);
    assert_eq!(browser.eval(meant), true, "text that is scrolled beneath the pointer is pointed at");
    // The strongest phrase of a posting has the strongest colour.
    let strongest = "(() => { const [first] = standing(posting(open)).sort(byStrength); return [...stretchesOf(first.place)].every((mark) => mark.className.includes(first.weight > 0 ? 'strength-4' : 'opposed')); })()";
    assert_eq!(browser.eval(strongest), true, "strength by weight");
}

/// Postings that try to be more than text.
fn hostile() -> Vec<Value> {
    let attacks = [
        "</script><script>window.hit = 1</script>",
        "<!--<script>window.hit = 1</script>-->",
        "<img src=x onerror=\"window.hit = 1\"><svg onload='window.hit=1'>",
        "<a href=\"javascript:window.hit=1\">click</a> javascript:window.hit=1",
        "&lt;/script&gt;&lt;script&gt;window.hit=1&lt;/script&gt;",
        "\u{2028}window.hit = 1\u{2029} \u{0} \u{1} \u{1b}[31m \u{7f}",
        "\u{202e}live si siht\u{202c} \u{2066}\u{2067} \u{200f} \u{e0041}",
        "]]> --> */ \\\" ' ` ${window.hit = 1} {{constructor.constructor('window.hit=1')()}}",
        "<iframe srcdoc='<script>parent.hit=1</script>'></iframe><style>*{display:none}</style><base href=//evil.example>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'><form action=https://evil.example><button>x</button></form>",
    ];
    let mut rows: Vec<Value> = attacks
        .iter()
        .enumerate()
        .map(|(at, attack)| {
            json!({ "id": attack, "title": format!("{attack} Key Account Manager"), "source": attack, "company": attack,
                "text": format!("{attack}\nSie betreuen unsere {attack} Großkunden dauerhaft, verhandeln Verträge und leiten Projekte. {at}") })
        })
        .collect();
    rows.push(json!({ "id": "long", "title": "W".repeat(5_000), "source": "x", "company": "x", "text": "w".repeat(900_000) }));
    rows.push(json!({ "id": "__proto__", "title": "constructor", "source": "__proto__", "company": "toString", "text": "You manage key accounts and lead projects for clients." }));
    rows
}

#[test]
fn nothing_in_a_posting_runs_or_loads() {
    let Some(mut browser) = Browser::start("hostile postings in a browser") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.jsonl"), support::lines(&hostile())).expect("space");
    exits(folder.path(), &["label", "in.jsonl", "-o", "out.jsonl", "-q"], 0);
    // Labels are as untrusted as postings.
    let mut lines = fs::read_to_string(folder.path().join("out.jsonl")).expect("there");
    let attack = "</script><script>window.hit=1</script><img src=x onerror=window.hit=1>";
    let phrase =
        json!({ "text": attack, "head": "account", "weight": 1e308, "field": "text", "start_byte": 1, "end_byte": usize::MAX });
    let forged = json!({ "id": "forged", "title": "forged", "source": "x", "text": "ä", "rolecall": { "role": "mixed", "probability": 7e300,
        "heads": { "account": -1, "project": "x" }, "phrases": [phrase], "reason": attack, "problem": attack, "model": attack } });
    let told = json!({ "id": "told", "title": "t", "source": "x", "text": "ä ö ü", "rolecall": { "role": "neither", "probability": 0.5, "heads": { "account": 0.1, "project": 0.1 },
        "phrases": [{ "text": "ö", "head": "account", "weight": 1.0, "field": "text", "start_byte": 1, "end_byte": 2 }], "reason": attack, "problem": null, "model": attack } });
    writeln!(lines, "{forged}\n{told}").expect("memory");
    fs::write(folder.path().join("out.jsonl"), lines).expect("space");
    // The name of the file is a stranger's, too.
    let name = "a'\"&<img src=x onerror=hit()>.jsonl";
    fs::rename(folder.path().join("out.jsonl"), folder.path().join(name)).expect("a good name");
    exits(folder.path(), &["report", name, "-o", "page.html", "-q"], 0);
    browser.size(1280, 900);
    browser.open(&folder.path().join("page.html"));
    let rows = browser.eval("ROWS").as_u64().expect("a number");
    assert_eq!(rows, 14);
    for row in 0..rows {
        browser.eval(&format!("openPosting({row})"));
        let wide = browser
            .eval("document.getElementById('posting-body').scrollWidth - document.getElementById('posting-body').clientWidth");
        assert_eq!(wide, 0, "row {row}: a long word stays within the page");
    }
    browser.eval("document.getElementById('posting').close()");
    browser.eval("for (const one of document.querySelectorAll('button')) if (!one.disabled && one.id !== 'print') one.click()");
    browser.eval("new Promise((done) => setTimeout(done, 300))");
    assert_eq!(browser.eval("typeof window.hit"), "undefined");
    assert_eq!(browser.eval("document.querySelectorAll('img, iframe, svg, object, embed, base, form, a[href]:not([href^=\"#\"]), [onerror], [onload]').length"), 0);
    assert_eq!(browser.eval("document.querySelectorAll('script:not([type=\"application/json\"])').length"), 1);
    assert_eq!(
        browser.eval("/[\\u0000-\\u0008\\u000b-\\u001f\\u007f\\u202a-\\u202e\\u2066-\\u2069]/.test(document.body.innerText)"),
        false
    );
    is_clean(&browser);
    the_policy_holds(&mut browser);
}

/// Were there a hole, the policy would still stand.
fn the_policy_holds(browser: &mut Browser) {
    let inline = "(() => { try { const script = document.createElement('script'); script.append('window.hit = 1'); document.body.append(script); } catch { } return typeof window.hit; })()";
    assert_eq!(browser.eval(inline), "undefined");
    let markup = "(() => { try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hit = 1\">'); return 'inserted'; } catch (error) { return error.name; } })()";
    assert_eq!(browser.eval(markup), "TypeError", "markup is refused as a whole");
    let fetched = "fetch('https://example.invalid/').then(() => 'loaded', (error) => error.name)";
    assert_eq!(browser.eval(fetched), "TypeError");
    let image = "new Promise((done) => { const image = new Image(); image.onload = () => done('loaded'); image.onerror = () => done('refused'); image.src = document.URL; })";
    assert_eq!(browser.eval(image), "refused");
    let complaints = browser.complaints().join("\n");
    assert!(complaints.contains("Content Security Policy"), "{complaints}");
}

#[test]
fn both_languages_both_colours_paper_and_small_windows() {
    let Some(mut browser) = Browser::start("languages and colours in a browser") else { return };
    let folder = labelled();
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "page.html", "-q"], 0);
    browser.size(1280, 900);
    browser.media("screen", "light");
    browser.open(&folder.path().join("page.html"));
    assert_eq!(browser.eval("document.documentElement.lang"), "de", "that of most postings");
    for (language, heading) in [("de", "Verteilung der Rollen"), ("en", "Mix of roles")] {
        click_on(&mut browser, &format!("[data-language={language}]"));
        assert_eq!(browser.text("document.getElementById('mix-title').textContent"), heading);
        browser.picture(&format!("report-{language}.png"), true);
        has_names(&mut browser);
    }
    browser.size(1200, 1120);
    browser.picture("report.png", false);
    browser.size(1280, 900);
    assert_eq!(
        browser.eval("Object.keys(WORDS.en).join() === Object.keys(WORDS.de).join()"),
        true,
        "the same words in both languages"
    );
    // Every reason that the program has is told in both.
    for reason in [
        "['empty']",
        "['short', 3]",
        "['language']",
        "['none']",
        "['title', 'account']",
        "['title', 'project']",
        "['side', 'account', 310]",
        "['side', 'project', 310]",
    ] {
        assert!(browser.text(&format!("because({reason})")).len() > 10, "{reason}");
    }
    let row = browser.eval("DATA.disagree[0]");
    browser.eval(&format!("openPosting({row})"));
    browser.picture("posting-light.png", false);
    has_names(&mut browser);
    browser.media("screen", "dark");
    browser.picture("posting-dark.png", false);
    // Whatever is printed is printed as paper, unless a medium is forced.
    browser.media("", "dark");
    assert!(browser.print("posting.pdf") > 10_000);
    browser.press("Escape");
    assert!(browser.print("report.pdf") > 10_000);
    browser.media("screen", "dark");
    assert_ne!(browser.text("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    browser.picture("report-dark.png", true);
    // Paper is white whatever the screen is.
    browser.media("print", "dark");
    assert_eq!(browser.text("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    browser.media("screen", "light");
    for width in [360, 700] {
        browser.size(width, 800);
        assert_eq!(browser.eval("document.documentElement.scrollWidth"), width, "nothing sticks out");
        browser.picture(&format!("report-{width}.png"), true);
    }
    browser.size(360, 800);
    browser.eval(&format!("openPosting({row})"));
    browser.picture("posting-360.png", false);
    is_clean(&browser);
}

/// Whatever can be used has a name that a screen reader can say.
fn has_names(browser: &mut Browser) {
    let tree = browser.ask("Accessibility.getFullAXTree", &json!({}));
    let nodes = tree["nodes"].as_array().expect("nodes");
    let used = ["button", "searchbox", "combobox", "image", "link", "dialog", "region"];
    let mut count = 0;
    for node in nodes.iter().filter(|node| node["ignored"] == false) {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if used.contains(&role) {
            count += 1;
            assert!(node["name"]["value"].as_str().is_some_and(|name| !name.trim().is_empty()), "no name: {node}");
        }
    }
    assert!(count > 3, "{count}");
}

#[test]
fn a_single_posting_fills_its_page() {
    let Some(mut browser) = Browser::start("a single posting in a browser") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (page, _) = exits(support::root(), &["classify", "tests/data/kundenprojekt.de.txt", "--format", "html"], 0);
    let file = folder.path().join("one.html");
    fs::write(&file, page).expect("space");
    browser.size(1280, 900);
    browser.open(&file);
    assert_eq!(browser.eval("[...document.querySelectorAll('.only-report')].every((one) => one.offsetParent === null)"), true);
    assert!(browser.eval("document.querySelectorAll('#single mark[data-phrases]').length").as_u64() > Some(4));
    assert!(browser.text("document.querySelector('#single .posting-role').textContent").contains("Gemischt"));
    browser.picture("single.png", true);
    is_clean(&browser);
}

/// Rows that are labelled already, by no model of ours, so that nothing is judged again: this is about the page.
fn many(rows: usize) -> String {
    let postings = postings();
    let mut table = String::from(
        "id;title;company;text;rolecall_role;rolecall_probability;rolecall_account;rolecall_project;rolecall_phrases;rolecall_model\n",
    );
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).expect("31 bits")) / f64::from(1_u32 << 31)
    };
    for at in 0..rows {
        let posting = &postings[at % postings.len()];
        let text = |key: &str| posting[key].as_str().unwrap_or_default().replace('"', "'");
        let [account, project, probability] = [random(), random(), 0.3 + 0.7 * random()];
        let role = ["account-manager", "project-manager", "mixed", "neither"][at % 4];
        let words: Vec<String> = text("text").split_whitespace().skip(at % 40).take(9).map(str::to_owned).collect();
        let phrases =
            format!("account +1.20: {}; project +0.80: {}; account +0.4: {at}", words[..4].join(" "), words[4..].join(" "));
        writeln!(
            table,
            "R{at};\"{} {at}\";\"{}\";\"{}\";{role};{probability:.4};{account:.4};{project:.4};\"{phrases}\";m",
            text("title"),
            text("company"),
            text("text")
        )
        .expect("memory");
    }
    table
}

#[test]
fn a_hundred_thousand_rows_are_no_trouble() {
    let Some(mut browser) = Browser::start("100,000 rows in a browser") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("many.csv"), many(100_000)).expect("space");
    let begin = Instant::now();
    exits(folder.path(), &["report", "many.csv", "-o", "many.html", "--language", "en"], 0);
    let made = begin.elapsed().as_secs_f64();
    let size = fs::metadata(folder.path().join("many.html")).expect("written").len() as f64 / 1e6;
    browser.size(1280, 900);
    let opened = browser.work(|browser| browser.open(&folder.path().join("many.html")));
    let painted =
        browser.eval("performance.getEntriesByName('first-contentful-paint')[0].startTime").as_f64().expect("painted") / 1000.0;
    let drawn = browser.eval("performance.getEntriesByName('drawn')[0].startTime").as_f64().expect("drawn") / 1000.0;
    assert_eq!(shown(&mut browser), (100_000, 100_000));
    let timed = |browser: &mut Browser, action: &str| browser.work(|browser| drop(browser.eval(&format!("{{ {action}; }}"))));
    let filtered = timed(&mut browser, "document.querySelector('#mix-tiles button').click()");
    assert_eq!(shown(&mut browser).0, 25_000);
    let cleared = timed(&mut browser, "document.getElementById('clear').click()");
    let sorted = timed(&mut browser, "document.querySelector('#table-head .by-title button').click()");
    let searched = timed(&mut browser, "change({ query: 'manager 4711' })");
    assert!(shown(&mut browser).0 > 0);
    let found = timed(&mut browser, "openPosting(DATA.texts[DATA.texts.length - 1])");
    assert!(browser.eval("document.querySelector('#posting-body .posting-text').textContent.length").as_u64() > Some(300));
    let memory = browser.memory();
    support::say(&format!(
        "100,000 rows: page of {size:.1} MB made in {made:.1} s; first paint after {painted:.2} s, all drawn after {drawn:.2} s; work of the page: ready {opened:.2} s, filter {filtered:.2} s, \
         clear {cleared:.2} s, sort {sorted:.2} s, search {searched:.2} s, open {found:.2} s; heap {memory:.0} MB"
    ));
    assert!(size < 60.0 && memory < 400.0, "{size} {memory}");
    is_clean(&browser);
}
