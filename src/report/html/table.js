// The table of postings, a page at a time.

const COLUMNS = ["row", "id", "title", "role", "probability", "account", "project"];
const SIZES = [25, 50, 100];

let page = 0;
let size = 25;

function pages() {
  return Math.max(1, Math.ceil(shown.length / size));
}

function drawTable() {
  page = Math.min(page, pages() - 1);
  const hasIds = DATA.id.some((id) => id !== "");
  const columns = COLUMNS.filter((key) => key !== "id" || hasIds);
  const rows = [...shown.subarray(page * size, (page + 1) * size)];
  put("table-head", make("tr", "", columns.map(heading)));
  put("table-body", rows.length > 0 ? rows.map((row) => line(row, columns)) : make("tr", "", make("td", "muted", say("no-match"), { colspan: String(columns.length) })));
  drawPager();
}

function heading(key) {
  const isSorted = sorting.key === key;
  const action = () => {
    const falling = isSorted ? !sorting.falling : key === "account" || key === "project";
    Object.assign(sorting, { key, falling });
    page = 0;
    select();
    drawTable();
    document.querySelector(`#table-head .by-${key} button`).focus();
  };
  const arrow = isSorted ? (sorting.falling ? "↓" : "↑") : "";
  const name = say(key);
  const label = [name, make("span", "arrow", arrow, { "aria-hidden": "true" })];
  return make("th", `by-${key}`, button("sort", label, action, { title: say("sort-by", name) }), {
    scope: "col",
    "aria-sort": isSorted ? (sorting.falling ? "descending" : "ascending") : "none",
  });
}

function line(row, columns) {
  const number = (thousandths) => (thousandths < 0 ? say("none") : percent(thousandths / 1000));
  const cells = {
    row: () => count(DATA.number[row]),
    id: () => foreign(DATA.id[row]),
    title: () => titleCell(row),
    role: () => [swatch(ROLE[row]), roleName(ROLE[row]), DISAGREES[row] === 1 ? make("span", "note", say("disagree-short")) : ""],
    probability: () => number(DATA.probability[row]),
    account: () => [bar(DATA.account[row] / 1000, "role-0"), make("span", "", number(DATA.account[row]))],
    project: () => [bar(DATA.project[row] / 1000, "role-1"), make("span", "", number(DATA.project[row]))],
  };
  const element = make("tr", DATA.probability[row] >= 0 && DATA.probability[row] < DOUBT ? "doubtful" : "", columns.map((key) => make("td", `of-${key}`, cells[key]())));
  element.addEventListener("click", (event) => {
    // Whoever selects a text does not want to leave it.
    if (event.target.closest("button") === null && String(window.getSelection()) === "") openPosting(row);
  });
  return element;
}

function titleCell(row) {
  const title = button("link", foreign(DATA.title[row] || say("no-title")), () => openPosting(row), { "data-row": String(row) });
  const notes = [];
  if (PROBLEMS.has(row)) notes.push(make("span", "note", foreign(PROBLEMS.get(row))));
  const first = said(row).find(({ head, weight }) => carries(ROLE[row], head, weight));
  if (first) notes.push(make("span", "note", foreign(first.text)));
  return [title, ...notes.slice(0, 1)];
}

function drawPager() {
  const go = (to, id) => () => {
    page = to;
    drawTable();
    const again = document.getElementById(id);
    (again.disabled ? document.getElementById(id === "page-next" ? "page-back" : "page-next") : again).focus();
    document.getElementById("table").scrollIntoView({ block: "start" });
  };
  const back = button("plain-button", `← ${say("previous-page")}`, go(page - 1, "page-back"), { id: "page-back" });
  const next = button("plain-button", `${say("next-page")} →`, go(page + 1, "page-next"), { id: "page-next" });
  back.disabled = page === 0;
  next.disabled = page >= pages() - 1;
  const sizes = make("select", "", SIZES.map((each) => make("option", "", `${each} ${say("per-page")}`, { value: String(each) })), { "aria-label": say("per-page"), id: "page-size" });
  sizes.value = String(size);
  sizes.addEventListener("change", () => {
    size = Number(sizes.value);
    page = 0;
    drawTable();
    document.getElementById("page-size").focus();
  });
  put("pager", back, make("span", "muted", say("page", count(page + 1), count(pages()))), next, sizes);
}
