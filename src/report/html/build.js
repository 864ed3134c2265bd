// Elements, made of text and never of markup.

/** An element with a class, its children, and its attributes. */
function make(name, className, children = [], attributes = {}) {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...[children].flat());
  return element;
}

/** A text of a stranger: whatever its direction, it stays within itself. */
function foreign(text, className = "") {
  return make("bdi", className, text);
}

/** A button that does `action`. */
function button(className, children, action, attributes = {}) {
  const element = make("button", className, children, { type: "button", ...attributes });
  element.addEventListener("click", action);
  return element;
}

/** A square in the colour and the pattern of a role; for the eye alone, as its name stands beside it. */
function swatch(role) {
  return make("span", `swatch role-${role}`, [], { "aria-hidden": "true" });
}

function roleName(role) {
  return role === NO_ROLE ? say("no-role") : say(ROLES[role]);
}

/** A bar of so much, for the eye alone. */
function bar(share, className) {
  const fill = make("span", `fill ${className}`);
  fill.style.width = `${100 * Math.min(1, Math.max(0, share))}%`;
  return make("span", "bar", fill, { "aria-hidden": "true" });
}

/** Puts `children` in place of what is in the element with this id. */
function put(id, ...children) {
  const element = document.getElementById(id);
  element.replaceChildren(...children.flat());
  return element;
}

/** How many of `rows` each role has, and in the last place how many none. */
function byRole(rows) {
  const counts = [0, 0, 0, 0, 0];
  for (const row of rows) counts[ROLE[row]]++;
  return counts;
}

/** A bar cut by roles. */
function stack(counts, all) {
  const parts = counts.map((number, role) => {
    const piece = make("span", `piece role-${role}`);
    piece.style.width = `${(100 * number) / Math.max(1, all)}%`;
    return number > 0 ? piece : "";
  });
  return make("span", "stack", parts, { "aria-hidden": "true" });
}
