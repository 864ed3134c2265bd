// The parts of the page that count.

/** So many phrases of a role, values of a column and titles are shown. */
const PHRASES = 8;
const VALUES = 12;
const TITLES = 6;
/** A call below this probability, in thousandths, is doubtful. */
const DOUBT = 600;

function drawHeader() {
  document.title = `${DATA.file} – rolecall`;
  put("file", foreign(DATA.file));
  const all = byRole(passingAll());
  const parts = all.map((number, role) => (number > 0 ? `${roleName(role)} ${part(number, ROWS)}` : ""));
  const sentence = say("summary", postings(ROWS), parts.filter((text) => text !== "").join(", "));
  let doubtful = 0;
  for (let row = 0; row < ROWS; row++) if (DATA.probability[row] >= 0 && DATA.probability[row] < DOUBT) doubtful++;
  put("summary", sentence, " ", say("doubtful", count(doubtful)));
  const notes = [];
  if (DATA.rows.every > 1) notes.push(say("sample", count(DATA.rows.total), count(DATA.rows.every)));
  if (DATA.rows.moved > 0) notes.push(say("moved", count(DATA.rows.moved)));
  if (DATA.noText !== null) notes.push(say("no-text"));
  put("notes", notes.map((note) => make("p", "", note)));
  const models = DATA.models.map(([model]) => say("model", model)).slice(0, 3).join(", ");
  put("program", `rolecall ${DATA.program}`, models ? ` · ${models}` : "");
}

function passingAll() {
  return Uint32Array.from({ length: ROWS }, (_, row) => row);
}

/** The mix of roles: a bar, and a button for each role. */
function drawMix() {
  const counts = byRole(passing("role"));
  const all = counts.reduce((sum, number) => sum + number, 0);
  put("mix-bar", stack(counts, all));
  const tile = (role) => {
    const help = role === 2 ? say("mixed-help") : role === 3 ? say("neither-help") : "";
    const children = [
      make("span", "tile-name", [swatch(role), roleName(role)]),
      make("span", "tile-share", part(counts[role], all)),
      make("span", "tile-count", [count(counts[role]), help ? ` · ${help}` : ""]),
    ];
    const pressed = filter.role === role;
    const action = () => change({ role: pressed ? null : role }, `#mix-tiles button:nth-child(${role + 1})`);
    return button(filter.role !== null && !pressed ? "tile faded" : "tile", children, action, { "aria-pressed": String(pressed) });
  };
  put("mix-tiles", [0, 1, 2, 3, NO_ROLE].filter((role) => role !== NO_ROLE || counts[role] > 0).map(tile));
}

/** How sure the calls are: ten bars, each cut by roles. */
function drawConfidence() {
  const bins = Array.from({ length: BINS }, () => [0, 0, 0, 0, 0]);
  for (const row of passing("bin")) if (bin(row) >= 0) bins[bin(row)][ROLE[row]]++;
  const sums = bins.map((counts) => counts.reduce((sum, number) => sum + number, 0));
  const most = Math.max(1, ...sums);
  const columns = bins.map((counts, at) => {
    const pieces = counts.map((number, role) => {
      const piece = make("span", `piece role-${role}`);
      piece.style.height = `${(100 * number) / most}%`;
      return number > 0 ? piece : "";
    });
    const from = (100 / BINS) * at;
    const label = `${say("least", from, from + 100 / BINS)}: ${postings(sums[at])}`;
    const pressed = filter.bin === at;
    const faded = filter.bin !== null && !pressed ? " faded" : "";
    const action = () => change({ bin: pressed ? null : at }, `#confidence-bars button:nth-child(${at + 1})`);
    return button(`column${faded}`, [
      make("span", "column-bar", [make("span", "column-count", sums[at] > 0 ? count(sums[at]) : ""), ...pieces.reverse()]),
      make("span", "column-name", `${from}`),
    ], action, {
      "aria-pressed": String(pressed), "aria-label": label, title: label,
    });
  });
  put("confidence-bars", columns);
}

/** Titles whose vote is farthest from that of the duties. */
function drawDisagreements() {
  const rows = passing("disagree").filter((row) => DISAGREES[row] === 1);
  const contrast = (row) => {
    const [a, b, c, d] = DATA.votes[row];
    return Math.max(Math.abs(a - c), Math.abs(b - d));
  };
  // The farthest few of perhaps many: each row is compared with the last of them alone.
  const farthest = [];
  for (const row of rows) {
    const far = contrast(row);
    if (farthest.length === TITLES && far <= farthest[TITLES - 1][0]) continue;
    farthest.push([far, row]);
    farthest.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
    farthest.length = Math.min(TITLES, farthest.length);
  }
  const pressed = filter.disagree;
  const toggle = button("toggle", [make("strong", "", count(rows.length)), " ", say("disagree-filter")], () => change({ disagree: !pressed }, "#disagree button"), {
    "aria-pressed": String(pressed),
  });
  if (rows.length === 0 && !pressed) {
    put("disagree", make("p", "muted", say("disagree-none")));
    return;
  }
  const item = (row) => {
    const [a, b, c, d] = DATA.votes[row];
    const vote = (name, account, project) => make("span", "vote", [make("span", "vote-name", name), pair(account, project)]);
    return make("li", "", [
      button("link", foreign(DATA.title[row] || say("no-title")), () => openPosting(row)),
      make("span", "votes", [vote(say("titled"), a, b), vote(say("duties"), c, d)]),
    ]);
  };
  put("disagree", toggle, make("ul", "plain", farthest.map(([, row]) => item(row))));
}

/** Two small bars, the shares of account and project work. */
function pair(account, project) {
  const one = (thousandths, head) => [
    bar(thousandths / 1000, `role-${head}`),
    make("span", "small-number", percent(thousandths / 1000)),
  ];
  return make("span", "pair-bars", [
    make("span", "pair-bar", [make("span", "unseen", `${say("account")} `), ...one(account, 0)]),
    make("span", "pair-bar", [make("span", "unseen", ` ${say("project")} `), ...one(project, 1)]),
  ]);
}

let same = null;

/** For each phrase, the first one that differs from it by no more than capitals. */
function sameWords() {
  if (same === null) {
    const seen = new Map();
    same = DATA.phrases.map((phrase, at) => {
      const key = phrase.toLowerCase();
      if (!seen.has(key)) seen.set(key, at);
      return seen.get(key);
    });
  }
  return same;
}

/** The phrases that carry most calls of each role. */
function drawPhrases() {
  const counts = [new Map(), new Map(), new Map(), new Map()];
  const first = sameWords();
  const rows = passing("query");
  for (const row of rows) {
    const role = ROLE[row];
    if (role === NO_ROLE) continue;
    const flat = DATA.said[row];
    for (let at = 0; at < flat.length; at += 2) {
      if (carries(role, flat[at] & 1, flat[at + 1])) {
        const key = 2 * first[flat[at] >> 1] + (flat[at] & 1);
        counts[role].set(key, (counts[role].get(key) ?? 0) + 1);
      }
    }
  }
  const list = (role) => {
    const top = [...counts[role]].filter(([, number]) => number > 1).sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, PHRASES);
    const most = top.length > 0 ? top[0][1] : 1;
    const item = ([key, number]) => {
      const text = DATA.phrases[key >> 1];
      const children = [make("span", "phrase-text", foreign(text)), bar(number / most, `role-${key & 1}`), make("span", "small-number", count(number))];
      return make("li", "", button("phrase", children, () => change({ query: text }, "#search")));
    };
    const body = top.length > 0 ? make("ol", "plain", top.map(item)) : make("p", "muted", say("phrases-none"));
    return make("div", "phrase-list", [make("h3", "", [swatch(role), roleName(role), role === 3 ? make("span", "aside", ` ${say("either-aside")}`) : ""]), body]);
  };
  put("phrase-lists", [0, 1, 2, 3].map(list));
}

let column = 0;

/** The mix of roles by the values of a column. */
function drawGroups() {
  const section = document.getElementById("groups");
  section.hidden = DATA.groups.length === 0;
  if (section.hidden) return;
  const name = ({ group, name: title }) => (group === null ? title : say(group));
  put("group-names", DATA.groups.map((group, at) =>
    button("tab", foreign(name(group)), () => { column = at; change({ group: null }, `#group-names button:nth-child(${at + 1})`); }, { "aria-pressed": String(at === column) })));
  const { values } = DATA.groups[column];
  const counts = values.map(() => [0, 0, 0, 0, 0]);
  const of = DATA.grouped[column];
  for (const row of passing("group")) counts[of[row]][ROLE[row]]++;
  const sums = counts.map((each) => each.reduce((sum, number) => sum + number, 0));
  const order = values.map((_, at) => at).filter((at) => sums[at] > 0).sort((one, other) => sums[other] - sums[one] || one - other);
  const item = (at) => {
    const pressed = filter.group !== null && filter.group.column === column && filter.group.value === at;
    const label = `${values[at] || say("none")}: ${postings(sums[at])}. ${counts[at].map((number, role) => (number > 0 ? `${roleName(role)} ${part(number, sums[at])}` : "")).filter((text) => text !== "").join(", ")}`;
    const action = () => change({ group: pressed ? null : { column, value: at } }, "#group-names button");
    return make("li", "", button(filter.group !== null && !pressed ? "group faded" : "group", [
      make("span", "group-name", foreign(values[at] || say("none"))),
      stack(counts[at], sums[at]),
      make("span", "small-number", count(sums[at])),
    ], action, { "aria-pressed": String(pressed), "aria-label": label, title: label }));
  };
  const rest = order.length - VALUES;
  put("group-list", order.slice(0, VALUES).map(item));
  put("group-rest", rest > 0 ? say("others", count(rest)) : "");
}
