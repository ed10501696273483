// What the numbers mean, in the words of the API: on hover, on focus, and on the page that lists them.
import { get } from "./api.js";
import { h, swap } from "./dom.js";
import { limit } from "./format.js";

let known = null;

/** Asked for once; after a failure the next refresh asks again. */
export async function load() {
  if (known === null) {
    known = await get("/v1/definitions");
    swap(
      document.getElementById("definitions"),
      known.definitions.map((definition) => h("p", { id: `means-${definition.name}` }, sentences(definition))),
    );
  }
  return known;
}

export function isKnown() {
  return known !== null;
}

export function all() {
  return known ?? { definitions: [], views: {}, verdicts: {}, judgement: "", nothing: "" };
}

function named(name) {
  return all().definitions.find((definition) => definition.name === name);
}

/** The limits of a rate; none if it has none, or if they could not be asked for. */
export function limitsOf(rate) {
  return all().definitions.find((definition) => definition.judged === rate)?.limits;
}

/** What a number means, with the limits that are set here. */
export function sentences(definition) {
  const parts = [`${definition.label} = ${definition.formula} (${definition.view} view).`, definition.text];
  if (definition.judged) {
    parts.push(all().judgement);
  }
  if (definition.limits) {
    parts.push(`Here: warn above ${limit(definition.limits.warn)}, critical above ${limit(definition.limits.critical)}.`);
  }
  return parts.join(" ");
}

/** The name of a number, with what it means on hover, on focus and on a tap. */
export function term(name, label = named(name)?.label ?? name) {
  return named(name)
    ? h("button", { type: "button", class: "term", "data-means": name, "data-key": `term-${name}-${label}`, "aria-describedby": `means-${name}` }, label)
    : h("span", {}, label);
}

/** What makes an element say what a number means, as a term does; nothing if that is not known. */
export function meaning(name) {
  return named(name) ? { "data-means": name, "aria-describedby": `means-${name}` } : {};
}

/** Shows and hides the meaning beside its term; Escape hides it. */
export function startTips() {
  const tip = document.getElementById("tip");
  const hide = () => {
    tip.hidden = true;
  };
  const show = (event) => {
    const asked = event.target.closest?.("[data-means]");
    if (!asked) {
      return;
    }
    const definition = named(asked.dataset.means);
    if (definition) {
      tip.textContent = sentences(definition);
      tip.hidden = false;
      place(tip, asked.getBoundingClientRect());
    }
  };
  for (const kind of ["pointerover", "focusin", "click"]) {
    document.addEventListener(kind, show);
  }
  document.addEventListener("pointerout", (event) => event.target.closest?.("[data-means]") && hide());
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  window.addEventListener("scroll", hide, { passive: true });
  window.addEventListener("hashchange", hide);
}

function place(tip, beside) {
  const margin = 8;
  const left = Math.min(beside.left, document.documentElement.clientWidth - tip.offsetWidth - margin);
  const below = beside.bottom + 6;
  const fits = below + tip.offsetHeight + margin < window.innerHeight;
  tip.style.left = `${Math.max(margin, left)}px`;
  tip.style.top = `${fits ? below : Math.max(margin, beside.top - tip.offsetHeight - 6)}px`;
}
