// What is shown stands in the URL, behind its #, so that it can be kept and passed on. An address never stands there.

/** Where we are: the parts of the path, and the parameters. One that may be an address is left out, and so asked for nowhere. */
export function here() {
  const hash = location.hash.startsWith("#/") ? location.hash.slice(2) : "";
  const mark = hash.indexOf("?");
  const path = mark < 0 ? hash : hash.slice(0, mark);
  return {
    path: path.split("/").filter(Boolean).map(decoded),
    query: new URLSearchParams([...new URLSearchParams(mark < 0 ? "" : hash.slice(mark + 1))].filter(([, value]) => !mayBeAddress(value))),
  };
}

function mayBeAddress(value) {
  return String(value).includes("@");
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch (broken) {
    return part;
  }
}

/** A link to a page. Parameters that are empty are left out, and so is one that may be an address. */
export function link(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "" && !mayBeAddress(value)) {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text ? `?${text}` : ""}`;
}

/** The same page with other parameters; null takes one out. */
export function withParameters(changes) {
  const { path, query } = here();
  return link(path, { ...Object.fromEntries(query), ...changes });
}

export function go(href) {
  location.hash = href;
}

/** Does not leave a step to go back to: for what changes with every key. */
export function become(href) {
  history.replaceState(null, "", href);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
