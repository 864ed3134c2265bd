// The plane of account share and project share, with every posting in it.

const MAP_MARGIN = { left: 62, right: 14, top: 14, bottom: 44 };
/** A pointer this near to a posting, in pixels, means it. */
const REACH = 9;
/** The map as a table has so many steps each way. */
const STEPS = 5;
/** Cells of the index that finds the nearest posting, each way. */
const CELLS = 50;

let cells = null;
/** How wide the map was when it was drawn. */
let drawn = 0;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Where the plane is on the canvas, in pixels of the page. */
function plane(canvas) {
  const width = canvas.clientWidth - MAP_MARGIN.left - MAP_MARGIN.right;
  const height = canvas.clientHeight - MAP_MARGIN.top - MAP_MARGIN.bottom;
  return {
    width,
    height,
    x: (thousandths) => MAP_MARGIN.left + (width * thousandths) / 1000,
    y: (thousandths) => MAP_MARGIN.top + height - (height * thousandths) / 1000,
  };
}

function drawMap() {
  const canvas = document.getElementById("map-canvas");
  const rows = shown.filter((row) => DATA.account[row] >= 0);
  canvas.setAttribute("aria-label", say("map-label", count(rows.length)));
  put("map-note", DATA.borders === null ? say("map-no-lines") : "");
  drawMapTable(rows);
  drawn = canvas.clientWidth;
  if (drawn === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const space = plane(canvas);
  drawAxes(pen, space);
  drawPoints(pen, space, rows);
  drawBorders(pen, space);
  cells = index(rows);
}

function drawAxes(pen, space) {
  pen.strokeStyle = colour("--line");
  pen.fillStyle = colour("--muted");
  pen.lineWidth = 1;
  for (const at of [0, 250, 500, 750, 1000]) {
    pen.beginPath();
    pen.moveTo(Math.round(space.x(at)) + 0.5, space.y(0));
    pen.lineTo(Math.round(space.x(at)) + 0.5, space.y(1000));
    pen.moveTo(space.x(0), Math.round(space.y(at)) + 0.5);
    pen.lineTo(space.x(1000), Math.round(space.y(at)) + 0.5);
    pen.stroke();
    const label = percent(at / 1000);
    pen.textAlign = at === 0 ? "left" : at === 1000 ? "right" : "center";
    pen.textBaseline = "top";
    pen.fillText(label, space.x(at), space.y(0) + 6);
    pen.textAlign = "right";
    pen.textBaseline = at === 0 ? "bottom" : at === 1000 ? "top" : "middle";
    pen.fillText(label, space.x(0) - 6, space.y(at));
  }
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  pen.fillText(say("account-share"), space.x(500), space.y(0) + MAP_MARGIN.bottom);
  pen.save();
  pen.translate(1, space.y(500));
  pen.rotate(-Math.PI / 2);
  pen.textBaseline = "top";
  pen.fillText(say("project-share"), 0, 0);
  pen.restore();
}

/** The fewer there are, the larger and the denser they are drawn. */
function drawPoints(pen, space, rows) {
  const many = rows.length;
  const radius = many > 20000 ? 1.1 : many > 4000 ? 1.7 : many > 800 ? 2.4 : 3.4;
  pen.globalAlpha = many > 20000 ? 0.35 : many > 4000 ? 0.5 : 0.72;
  const colours = [0, 1, 2, 3, 4].map((role) => colour(`--role-${role}`));
  // In the order of the rows, lest the role that is drawn last hide the others.
  let last = -1;
  for (const row of rows.slice().sort()) {
    if (ROLE[row] !== last) {
      last = ROLE[row];
      pen.fillStyle = colours[last];
    }
    const [x, y] = [space.x(DATA.account[row]), space.y(DATA.project[row])];
    if (many > 4000) {
      pen.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    } else {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  pen.globalAlpha = 1;
}

function drawBorders(pen, space) {
  pen.strokeStyle = colour("--ink");
  pen.lineWidth = 1.5;
  for (const line of DATA.borders ?? []) {
    pen.beginPath();
    for (const [account, project] of line) pen.lineTo(space.x(1000 * account), space.y(1000 * project));
    pen.stroke();
  }
  pen.fillStyle = colour("--ink");
  pen.strokeStyle = colour("--paper");
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  const name = (role, align, base, x, y) => {
    pen.textAlign = align;
    pen.textBaseline = base;
    pen.strokeText(roleName(role), x, y);
    pen.fillText(roleName(role), x, y);
  };
  pen.font = `600 ${pen.font}`;
  const [left, right, top, bottom] = [space.x(0) + 10, space.x(1000) - 10, space.y(1000) + 10, space.y(0) - 10];
  name(0, "right", "bottom", right, bottom);
  name(1, "left", "top", left, top);
  name(2, "right", "top", right, top);
  name(3, "left", "bottom", left, bottom);
}

/** Rows by the cell of the plane that they lie in. */
function index(rows) {
  const found = new Map();
  for (const row of rows) {
    const key = cell(DATA.account[row]) * CELLS + cell(DATA.project[row]);
    if (found.has(key)) found.get(key).push(row);
    else found.set(key, [row]);
  }
  return found;
}

function cell(thousandths) {
  return Math.max(0, Math.min(CELLS - 1, Math.floor((thousandths * CELLS) / 1000)));
}

/** The row that is nearest to the pointer; null where none is near. */
function nearest(event) {
  const canvas = document.getElementById("map-canvas");
  if (cells === null) return null;
  const [space, box] = [plane(canvas), canvas.getBoundingClientRect()];
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const account = (1000 * (x - MAP_MARGIN.left)) / space.width;
  const project = 1000 - (1000 * (y - MAP_MARGIN.top)) / space.height;
  let best = null;
  let least = REACH * REACH;
  for (let across = cell(account) - 1; across <= cell(account) + 1; across++) {
    for (let up = cell(project) - 1; up <= cell(project) + 1; up++) {
      for (const row of cells.get(across * CELLS + up) ?? []) {
        const far = (space.x(DATA.account[row]) - x) ** 2 + (space.y(DATA.project[row]) - y) ** 2;
        if (far < least) [best, least] = [row, far];
      }
    }
  }
  return best;
}

function listenToMap() {
  const canvas = document.getElementById("map-canvas");
  const tip = document.getElementById("map-tip");
  canvas.addEventListener("pointermove", (event) => {
    const row = nearest(event);
    tip.hidden = row === null;
    canvas.classList.toggle("over", row !== null);
    if (row === null) return;
    tip.replaceChildren(foreign(DATA.title[row] || say("no-title")), make("span", "muted", `${roleName(ROLE[row])} · ${say("account")} ${percent(DATA.account[row] / 1000)} · ${say("project")} ${percent(DATA.project[row] / 1000)}`));
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    tip.classList.toggle("from-right", x > box.width / 2);
    tip.style.left = x > box.width / 2 ? "auto" : `${x + 14}px`;
    tip.style.right = x > box.width / 2 ? `${box.width - x + 14}px` : "auto";
    tip.style.top = `${Math.max(0, event.clientY - box.top - 10)}px`;
  });
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
  canvas.addEventListener("click", (event) => {
    const row = nearest(event);
    if (row !== null) openPosting(row);
  });
  new ResizeObserver(() => { if (canvas.clientWidth !== drawn) drawMap(); }).observe(canvas);
}

/** How many rows lie in each part of the plane, for those who do not see it. */
function drawMapTable(rows) {
  const step = (thousandths) => Math.min(STEPS - 1, Math.floor((thousandths * STEPS) / 1000));
  const counts = Array.from({ length: STEPS }, () => new Array(STEPS).fill(0));
  for (const row of rows) counts[step(DATA.project[row])][step(DATA.account[row])]++;
  const range = (at) => say("least", (100 / STEPS) * at, (100 / STEPS) * (at + 1));
  const all = [...counts.keys()];
  const head = make("tr", "", [make("td", "", `${say("project")} ↑  ${say("account")} →`), ...all.map((at) => make("th", "", range(at), { scope: "col" }))]);
  const line = (up) => make("tr", "", [make("th", "", range(up), { scope: "row" }), ...all.map((across) => make("td", "", count(counts[up][across])))]);
  put("map-table", make("thead", "", head), make("tbody", "", all.reverse().map(line)));
}
