// The page as a whole: what is drawn when, and in which language.

function draw() {
  select();
  drawMix();
  drawMap();
  drawConfidence();
  drawDisagreements();
  drawPhrases();
  drawGroups();
  drawTable();
  const isFiltered = filter.role !== null || filter.bin !== null || filter.group !== null || filter.disagree || filter.query !== "";
  put("active", say("active", count(shown.length), postings(ROWS)));
  document.getElementById("clear").hidden = !isFiltered;
}

/** Changes filters, draws anew, and keeps the focus on what was used. */
function change(to, focused) {
  Object.assign(filter, to);
  page = 0;
  const search = document.getElementById("search");
  if (search.value !== filter.query) search.value = filter.query;
  draw();
  if (focused) document.querySelector(focused)?.focus();
}

/** Puts the words of the language on everything that is there from the beginning. */
function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const element of document.querySelectorAll("[data-language]")) element.setAttribute("aria-pressed", String(element.dataset.language === language));
  document.getElementById("search").placeholder = say("search");
}

function drawSingle() {
  document.title = `${DATA.file} – rolecall`;
  put("single", ...describe(0));
  put("program", `rolecall ${DATA.program} · ${say("model", DATA.models[0][0])}`);
}

function drawAll() {
  translate();
  if (DATA.single) {
    drawSingle();
    return;
  }
  drawHeader();
  draw();
  if (open !== null) openPosting(open);
}

function begin() {
  document.body.classList.add(DATA.single ? "is-single" : "is-report");
  for (const element of document.querySelectorAll("[data-language]")) {
    element.addEventListener("click", () => {
      language = element.dataset.language;
      drawAll();
    });
  }
  document.getElementById("print").addEventListener("click", () => window.print());
  if (!DATA.single) {
    let waiting = 0;
    document.getElementById("search").addEventListener("input", (event) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => change({ query: event.target.value.trim() }), 120);
    });
    document.getElementById("clear").addEventListener("click", () => change({ role: null, bin: null, group: null, disagree: false, query: "" }, "#search"));
    listenToMap();
    listenToPosting();
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawMap);
    window.matchMedia("print").addEventListener("change", drawMap);
  }
  drawAll();
  document.body.classList.add("is-ready");
  performance.mark("drawn");
}

begin();
