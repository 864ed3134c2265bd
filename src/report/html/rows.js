// The rows as they came, which of them are shown, and in which order.

const DATA = JSON.parse(document.getElementById("data").textContent);
const ROLES = ["account-manager", "project-manager", "mixed", "neither"];
const NO_ROLE = 4;
const BINS = 10;
const TEXTS = 64;

/** How many rows there are on the page. */
const ROWS = DATA.number.length;
/** The role of each row, NO_ROLE where it has none. */
const ROLE = Uint8Array.from(DATA.role, (digit) => (digit === "-" ? NO_ROLE : Number(digit)));
const DISAGREES = new Uint8Array(ROWS);
for (const row of DATA.disagree) DISAGREES[row] = 1;
const PROBLEMS = new Map(DATA.problems);

/** What is asked for. A filter that is null lets everything pass. */
const filter = { role: null, bin: null, group: null, disagree: false, query: "" };
/** The rows that pass, in their order; and those that pass all filters but the one of that name. */
let shown = new Uint32Array(0);
const sorting = { key: "row", falling: false };

/** In which tenth the probability of the row's role lies; -1 where nobody knows. */
function bin(row) {
  const probability = DATA.probability[row];
  return probability < 0 ? -1 : Math.min(BINS - 1, Math.floor(probability / (1000 / BINS)));
}

/** The phrases of a row: { text, head, weight }, head 0 for account work and 1 for project work. */
function said(row) {
  const flat = DATA.said[row];
  const phrases = [];
  for (let at = 0; at < flat.length; at += 2) {
    phrases.push({ text: DATA.phrases[flat[at] >> 1], head: flat[at] & 1, weight: flat[at + 1] });
  }
  return phrases;
}

/** Whether a phrase carries the call of `role`: which heads are at its core. */
function carries(role, head, weight) {
  return weight > 0 && (role === 2 || role === 3 || role === head);
}

let haystack = null;

/** What a search looks at, a text for each row, made when it is first needed. */
function searched() {
  if (haystack === null) {
    const phrases = DATA.phrases.map((phrase) => phrase.toLowerCase());
    haystack = DATA.title.map((title, row) => {
      let text = title.toLowerCase() + "\n" + DATA.id[row].toLowerCase();
      const flat = DATA.said[row];
      for (let at = 0; at < flat.length; at += 2) text += "\n" + phrases[flat[at] >> 1];
      for (let at = 0; at < DATA.groups.length; at++) text += "\n" + DATA.groups[at].values[DATA.grouped[at][row]].toLowerCase();
      return text;
    });
  }
  return haystack;
}

/** Whether rows pass each filter, as functions by name; `but` is left out. */
function tests(but) {
  const list = [];
  if (filter.role !== null && but !== "role") list.push((row) => ROLE[row] === filter.role);
  if (filter.bin !== null && but !== "bin") list.push((row) => bin(row) === filter.bin);
  if (filter.disagree && but !== "disagree") list.push((row) => DISAGREES[row] === 1);
  if (filter.group !== null && but !== "group") {
    const { column, value } = filter.group;
    list.push((row) => DATA.grouped[column][row] === value);
  }
  const words = filter.query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length > 0 && but !== "query") {
    const texts = searched();
    list.push((row) => words.every((word) => texts[row].includes(word)));
  }
  return list;
}

/** The rows that pass all filters but `but`, in the order of the file. */
function passing(but) {
  const list = tests(but);
  const rows = new Uint32Array(ROWS);
  let length = 0;
  for (let row = 0; row < ROWS; row++) {
    if (list.every((test) => test(row))) rows[length++] = row;
  }
  return rows.subarray(0, length);
}

const ranks = new Map();

/** A text as it is sorted: blind to capitals and accents. */
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The place of each row where rows are sorted by the text of `key`. Comparing texts is slow, so it is done once. */
function ranked(key, texts) {
  if (!ranks.has(key)) {
    const keyed = texts.map(folded);
    const different = [...new Set(keyed)].sort();
    const places = new Map(different.map((text, at) => [text, at]));
    ranks.set(key, Uint32Array.from(keyed, (text) => places.get(text)));
  }
  return ranks.get(key);
}

/** What rows are sorted by. */
function keys() {
  switch (sorting.key) {
    case "title": return ranked("title", DATA.title);
    case "id": return ranked("id", DATA.id);
    case "role": return ROLE;
    case "probability": return DATA.probability;
    case "account": return DATA.account;
    case "project": return DATA.project;
    default: return null;
  }
}

/** Applies filters and order anew. */
function select() {
  shown = passing(null).slice();
  const by = keys();
  if (by !== null) {
    const turn = sorting.falling ? -1 : 1;
    shown.sort((one, other) => turn * (by[one] - by[other]) || one - other);
  } else if (sorting.falling) {
    shown.reverse();
  }
}

const places = new Map(DATA.texts.map((row, at) => [row, at]));

/** The whole posting of a row; null where it is not on the page. */
function posting(row) {
  const at = places.get(row);
  if (at === undefined) return null;
  const element = document.getElementById(`texts-${Math.floor(at / TEXTS)}`);
  return JSON.parse(element.textContent)[at % TEXTS];
}
