// Makes elements. Whatever comes from outside becomes text, never markup.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "rect", "path", "line", "g"]);
/** What an element does, by the name of the event: two that look the same may do different things. */
const LISTENERS = new WeakMap();

/** An element with attributes, listeners (`onclick`) and children: nodes, texts, lists of them; null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
      LISTENERS.set(element, { ...LISTENERS.get(element), [name]: value });
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

/**
 * Puts these in the place of what is there, unless they look the same and do the same. What has the focus keeps it, by its `data-key`, or
 * where it stands if nothing looks different.
 */
export function swap(place, ...children) {
  const next = place.cloneNode(false);
  append(next, children);
  const looksTheSame = next.isEqualNode(place);
  if (looksTheSame && doesTheSame(all(next), all(place))) {
    return;
  }
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key;
  const at = looksTheSame ? all(place).indexOf(focused) : -1;
  place.replaceChildren(...next.childNodes);
  const successor = key ? place.querySelector(`[data-key="${CSS.escape(key)}"]`) : all(place)[at];
  successor?.focus({ preventScroll: true });
}

function all(place) {
  return [...place.querySelectorAll("*")];
}

/** A listener remembers what it was made for, such as the letters to be sent again: only the very same one does the same. */
function doesTheSame(elements, others) {
  return elements.every((element, place) => {
    const mine = LISTENERS.get(element) ?? {};
    const its = LISTENERS.get(others[place]) ?? {};
    return [...Object.keys(mine), ...Object.keys(its)].every((name) => mine[name] === its[name]);
  });
}

/** Text for screen readers alone. */
export function forReaders(text) {
  return h("span", { class: "for-readers" }, text);
}

/** Says something to screen readers, when they have nothing else to say. */
export function announce(text) {
  document.getElementById("announce").textContent = text;
}
