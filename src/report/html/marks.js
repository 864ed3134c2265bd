// Marks that are pointed at: every phrase that stands there, and every stretch of a phrase.

/** The stretches of a phrase. */
function stretchesOf(place) {
  return document.querySelectorAll(`mark[data-phrases~="${place}"]`);
}

/** Sets the stretches of these phrases off from the others; of none, everything is as it was. */
function setOff(places) {
  for (const mark of document.querySelectorAll("mark.meant")) mark.classList.remove("meant");
  for (const place of places) for (const mark of stretchesOf(place)) mark.classList.add("meant");
}

/** Leads to a phrase in the text. */
function findPhrase(place) {
  const [first] = stretchesOf(place);
  if (first === undefined) return;
  first.scrollIntoView({ block: "center", behavior: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  setOff([place]);
}

/** Shows above a mark what is said there, by all phrases that share it. */
function showTip(tip, mark, said) {
  const places = mark.dataset.phrases.split(" ").map(Number);
  tip.replaceChildren(make("ul", "plain weights", places.map((place) => said[place]).sort(byStrength).map((phrase) => make("li", "", make("span", "phrase-said", wording(phrase))))));
  tip.hidden = false;
  const [line, around] = [mark.getClientRects()[0], tip.parentElement.getBoundingClientRect()];
  const roof = tip.closest("#posting-body")?.getBoundingClientRect().top ?? 0;
  const above = line.top - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(0, Math.min(line.left - around.left, around.width - tip.offsetWidth))}px`;
  // Where there is no room above, it stands below.
  tip.style.top = `${(above > roof ? above : mark.getBoundingClientRect().bottom + 8) - around.top}px`;
  setOff(places);
}

/** Makes the marks of a posting tell what they stand for, to a pointer, a finger, and in the list beside the text. */
function explainMarks(heading, text, side, said) {
  const tip = make("div", "tip mark-tip", [], { hidden: "", "aria-hidden": "true" });
  text.append(tip);
  // Where the pointer was last. Text that is scrolled beneath a pointer that rests there is not pointed at.
  let [x, y] = [-1, -1];
  const rests = (event) => event.type !== "click" && event.clientX === x && event.clientY === y;
  const hide = (event) => {
    if (rests(event)) return;
    tip.hidden = true;
    setOff([]);
  };
  const point = (event) => {
    if (rests(event)) return;
    const mark = event.target.closest("mark[data-phrases]");
    if (mark !== null) showTip(tip, mark, said);
    else hide(event);
  };
  for (const part of [heading, text]) {
    // Where a pointer moves onto something, this comes after the event below.
    for (const kind of ["pointermove", "pointerdown"]) part.addEventListener(kind, (event) => { [x, y] = [event.clientX, event.clientY]; });
    part.addEventListener("pointerover", point);
    part.addEventListener("pointerleave", hide);
    // A finger leaves at once; what it meant stays.
    part.addEventListener("click", point);
  }
  const meant = (event) => {
    const item = event.target.closest("[data-phrase]");
    setOff(item === null ? [] : [Number(item.dataset.phrase)]);
  };
  for (const kind of ["pointerover", "focusin"]) side.addEventListener(kind, meant);
  for (const kind of ["pointerleave", "focusout"]) side.addEventListener(kind, () => setOff([]));
}
