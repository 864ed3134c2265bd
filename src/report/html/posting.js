// One posting: its role and why, and its text with the phrases marked.

/** Phrases of a head and sign are drawn in so many strengths. */
const STRENGTHS = 4;
/** So many phrases are listed beside the text, the strongest; the others are told where they stand. */
const LISTED = 24;
const HEADS = ["account", "project"];

let open = null;

function openPosting(row) {
  open = row;
  put("posting-body", ...describe(row));
  const at = shown.indexOf(row);
  put("posting-place", `${say("row")} ${count(DATA.number[row])}`, DATA.id[row] ? [" · ", foreign(DATA.id[row])] : "");
  document.getElementById("posting-back").disabled = at <= 0;
  document.getElementById("posting-next").disabled = at < 0 || at >= shown.length - 1;
  const dialog = document.getElementById("posting");
  if (!dialog.open) dialog.showModal();
  document.getElementById("posting-body").scrollTop = 0;
  document.getElementById("posting-title").focus();
  document.body.classList.add("has-posting");
}

/** Opens the neighbour of the posting that is open. */
function step(by) {
  const at = shown.indexOf(open) + by;
  if (open !== null && at >= 0 && at < shown.length) openPosting(shown[at]);
}

function listenToPosting() {
  const dialog = document.getElementById("posting");
  document.getElementById("posting-close").addEventListener("click", () => dialog.close());
  document.getElementById("posting-back").addEventListener("click", () => step(-1));
  document.getElementById("posting-next").addEventListener("click", () => step(1));
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => {
    const again = document.querySelector(`#table-body [data-row="${open}"]`);
    open = null;
    document.body.classList.remove("has-posting");
    if (again !== null) again.focus();
  });
}

/** The parts of a posting's page. */
function describe(row) {
  const whole = posting(row);
  const heading = make("h2", "posting-title", whole === null ? foreign(DATA.title[row] || say("no-title")) : marked(whole, 0), { id: "posting-title", tabindex: "-1", dir: "auto" });
  const call = make("div", "posting-call", verdict(row));
  const side = make("div", "posting-side", [probabilities(whole), votes(row), phrases(row, whole), profile(whole)].flat());
  const text = make("div", "posting-text", [], { lang: whole?.language === "de" || whole?.language === "en" ? whole.language : "", dir: "auto" });
  if (whole === null) text.append(make("p", "muted", say(DATA.noText === null ? "choose-text" : "no-text")));
  else text.append(legend(), ...paragraphs(whole), whole.cut ? make("p", "muted", say("cut")) : "");
  if (whole !== null) explainMarks(heading, text, side, standing(whole));
  return [heading, make("div", "posting-columns", [call, text, side])];
}

function verdict(row) {
  const role = ROLE[row];
  const probability = DATA.probability[row];
  const parts = [make("p", "posting-role", [swatch(role), make("strong", "", roleName(role)), probability < 0 ? "" : ` ${percent(probability / 1000)}`])];
  if (DATA.reason[row] !== null) parts.push(make("p", "", because(DATA.reason[row])));
  if (PROBLEMS.has(row)) parts.push(make("p", "", foreign(PROBLEMS.get(row))));
  return parts;
}

/** How likely each role is. */
function probabilities(whole) {
  if (!whole?.roles) return [];
  return [make("h3", "", say("probabilities")), bars(whole.roles.map((share, each) => [roleName(each), share / 1000, `role-${each}`, percent(share / 1000)]))];
}

/** Names, bars and numbers as a list. */
function bars(lines) {
  return make("dl", "bars", lines.flatMap(([name, share, className, number]) => [
    make("dt", "", name),
    make("dd", "", [bar(share, className), make("span", "small-number", number)]),
  ]));
}

function because([kind, detail, share]) {
  switch (kind) {
    case "other": return foreign(detail);
    case "short": return say("reason-short", count(detail));
    case "title": return say(`reason-title-${detail}`);
    case "side": return say(`reason-side-${detail}`, percent(share / 1000));
    default: return say(`reason-${kind}`);
  }
}

function votes(row) {
  const parts = [];
  const own = [DATA.account[row], DATA.project[row]];
  if (own[0] >= 0) parts.push(make("h3", "", say("questions")), bars([[say("account-share"), own[0] / 1000, "role-0", percent(own[0] / 1000)], [say("project-share"), own[1] / 1000, "role-1", percent(own[1] / 1000)]]));
  if (DATA.votes[row] === null) return parts;
  const [a, b, c, d] = DATA.votes[row];
  const vote = (name, account, project, missing) => [make("dt", "", name), make("dd", "", account < 0 ? say(missing) : pair(account, project))];
  parts.push(make("h3", "", say("votes")), make("dl", "bars", [vote(say("titled"), a, b, "without-title"), vote(say("duties"), c, d, "without-text")].flat()));
  if (DISAGREES[row] === 1) parts.push(make("p", "", say("disagree-note")));
  return parts;
}

/** What a phrase says: its weight, its words, for or against what it speaks. */
function wording({ text, head, weight }) {
  return [
    make("span", `weight for-${head}`, weighed(weight)),
    make("span", "phrase-text", [foreign(text), make("span", "note", say(`${weight > 0 ? "for" : "against"}-${HEADS[head]}`))]),
  ];
}

/** The phrases of a posting: those that stand in its text, where a click shows them, or where that is not there, those of the row. */
function phrases(row, whole) {
  const stands = whole !== null && whole.marks.length > 0;
  const list = stands ? standing(whole).sort(byStrength).slice(0, LISTED) : said(row);
  const role = ROLE[row];
  const item = (phrase) => make("li", "", stands
    ? button("phrase-said", wording(phrase), () => findPhrase(phrase.place), { "data-phrase": String(phrase.place) })
    : make("span", "phrase-said", wording(phrase)));
  const [pro, contra] = [list.filter(({ head, weight }) => carries(role, head, weight)), list.filter(({ head, weight }) => !carries(role, head, weight))];
  const parts = [];
  if (pro.length > 0) parts.push(make("h3", "", say(role === 3 ? "either" : "carries")), make("ul", "plain weights", pro.map(item)));
  if (contra.length > 0) parts.push(make("h3", "", say("against")), make("ul", "plain weights", contra.map(item)));
  return parts;
}

function profile(whole) {
  if (whole === null || whole.profile.length === 0) return [];
  const most = Math.max(1e-9, ...whole.profile.flatMap(([, account, project]) => [account, project]));
  const cellOf = (value, head) => make("td", "", [bar(value / most, `role-${head}`), make("span", "small-number", value.toLocaleString(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }))]);
  const line = ([dimension, account, project]) => make("tr", "", [make("th", "", say(dimension === "department" ? "dimension-department" : dimension), { scope: "row" }), cellOf(account, 0), cellOf(project, 1)]);
  const head = make("tr", "", [make("td", ""), make("th", "", say("account"), { scope: "col" }), make("th", "", say("project"), { scope: "col" })]);
  return [make("h3", "", say("profile")), make("p", "muted", say("profile-help")), make("table", "profile", [make("thead", "", head), make("tbody", "", whole.profile.map(line))])];
}

function legend() {
  const sample = (head) => make("span", "legend-head", [...Array.from({ length: STRENGTHS }, (_, at) => make("mark", `head-${head} strength-${at + 1}`, " ", { "aria-hidden": "true" })), ` ${say(`for-${HEADS[head]}`)}`]);
  return make("p", "legend", [sample(0), sample(1), make("span", "legend-head", [make("mark", "head-0 opposed", "abc", { "aria-hidden": "true" }), ` ${say("against")}`])]);
}

/** The phrases that stand in a posting, by their place in its list: { place, field, start, end, head, weight, text, strength }. */
function standing(whole) {
  const most = Math.max(1, ...whole.marks.map((mark) => Math.abs(mark[4])));
  return whole.marks.map(([field, start, end, head, weight], place) => ({
    place, field, start, end, head, weight,
    text: (field === 0 ? whole.title : whole.text).slice(start, end).replace(/\s+/g, " "),
    strength: Math.min(STRENGTHS, Math.ceil((STRENGTHS * Math.abs(weight)) / most)),
  }));
}

/** The strongest first. */
function byStrength(one, other) {
  return Math.abs(other.weight) - Math.abs(one.weight) || one.place - other.place;
}

/** The text of a field, cut wherever a phrase begins or ends: [text, the phrases on it]. */
function stretches(whole, field) {
  const text = field === 0 ? whole.title : whole.text;
  const phrases = standing(whole).filter((phrase) => phrase.field === field);
  const cuts = [...new Set([0, text.length, ...phrases.flatMap(({ start, end }) => [start, end])])].filter((cut) => cut <= text.length).sort((one, other) => one - other);
  // Phrases that begin before a cut and end behind it; they come by their beginning, so that none is looked at again that has ended.
  const waiting = [...phrases].sort((one, other) => one.start - other.start);
  let active = [];
  return cuts.slice(0, -1).map((from, at) => {
    while (waiting.length > 0 && waiting[0].start <= from) active = [...active, waiting.shift()];
    active = active.filter(({ end }) => end > from);
    return [text.slice(from, cuts[at + 1]), active];
  });
}

/** A stretch of text as it is shown: as it is, or marked by head and strength of the strongest phrase on it. It knows the places of them all. */
function stretch(text, on) {
  if (on.length === 0) return document.createTextNode(text);
  const [main, ...others] = [...on].sort(byStrength);
  const both = main.weight > 0 && others.some((phrase) => phrase.head !== main.head && phrase.weight > 0) ? " both" : "";
  const places = on.map(({ place }) => place).sort((one, other) => one - other).join(" ");
  return make("mark", `head-${main.head} ${main.weight > 0 ? `strength-${main.strength}` : "opposed"}${both}`, text, { "data-phrases": places });
}

function marked(whole, field) {
  const parts = stretches(whole, field).map(([text, on]) => stretch(text, on));
  return parts.length > 0 ? parts : say("no-title");
}

/** Whether a line stands by itself and is as short as headings are. */
function isHeading(lines, at) {
  const isBlank = (line) => line === undefined || line.length === 0;
  const text = lines[at].map(([piece]) => piece).join("").trim();
  const opensList = /^\s*[•*–·-]\s/.test(lines[at + 1]?.[0]?.[0] ?? "");
  return isBlank(lines[at - 1]) && (isBlank(lines[at + 1]) || opensList) && at + 1 < lines.length && text.length <= 50 && !/[.!?,;…]$/.test(text);
}

/** The text line by line: headings, items of lists, paragraphs. */
function paragraphs(whole) {
  const lines = [[]];
  for (const [text, on] of stretches(whole, 1)) {
    text.split("\n").forEach((piece, at) => {
      if (at > 0) lines.push([]);
      if (piece !== "") lines[lines.length - 1].push([piece, on]);
    });
  }
  const blocks = [];
  let list = null;
  for (const [at, pieces] of lines.entries()) {
    const start = pieces.length > 0 ? pieces[0][0] : "";
    const sign = /^\s*(#{1,6}|[•*–·-])\s+/.exec(start);
    if (sign !== null) pieces[0] = [start.slice(sign[0].length), pieces[0][1]];
    const children = pieces.map(([text, on]) => stretch(text, on));
    if (sign !== null && !sign[1].startsWith("#")) {
      if (list === null) blocks.push((list = make("ul", "")));
      list.append(make("li", "", children, { dir: "auto" }));
      continue;
    }
    if (children.length === 0) continue;
    list = null;
    blocks.push(make(sign === null && !isHeading(lines, at) ? "p" : "h4", "", children, { dir: "auto" }));
  }
  return blocks;
}
