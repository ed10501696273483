// Makes elements. Whatever comes from outside becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "rect", "path", "line", "g"]);

/** An element with attributes, listeners (`onclick`) and children: nodes, texts, lists of them; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

/** Puts these in the place of what is there; what has the focus keeps it, by its `data-key`. */
export function swap(place, ...children) {
  const next = place.cloneNode(false);
  append(next, children);
  if (next.isEqualNode(place)) {
    return;
  }
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  place.replaceChildren(...next.childNodes);
  if (focused) {
    place.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

/** Text for screen readers alone. */
export function forReaders(text) {
  return h("span", { class: "for-readers" }, text);
}

/** Says something to screen readers, when they have nothing else to say. */
export function announce(text) {
  document.getElementById("announce").textContent = text;
}
