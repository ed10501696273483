// Asks the query API, and keeps what every answer says about itself: how fresh it is, and whether something is missing.

const PATIENCE_MILLIS = 20_000;
const CHANGES = { "Mailtide-Request": "dashboard", "Content-Type": "application/json" };

/** No answer, or one that says no. A page shows it as what it is, and never as a number. */
export class Failure extends Error {
  constructor(status, title, detail, code = "") {
    super(title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.code = code;
  }
}

let clockAheadMillis = 0;

/** The server's time. */
export function now() {
  return new Date(Date.now() + clockAheadMillis);
}

export function get(path, parameters = {}) {
  return json(fetched("GET", withQuery(path, parameters)));
}

export function post(path, body) {
  return json(fetched("POST", path, body));
}

export async function remove(path) {
  await fetched("DELETE", path);
}

/** So many pages of a list at most, as one CSV; and whether that is all of it, and something is missing or old. */
export async function csv(path, parameters, pagesMax) {
  const whole = { text: "", rows: 0, isWhole: false, partial: false, stale: false };
  let cursor = null;
  for (let page = 0; page < pagesMax && !whole.isWhole; page++) {
    const answer = await fetched("GET", withQuery(path, { ...parameters, cursor }), undefined, "text/csv");
    const text = await read(answer, "text");
    const rows = text.slice(text.indexOf("\r\n") + 2);
    whole.text += page === 0 ? text : rows;
    whole.rows += rows.split("\r\n").length - 1;
    whole.partial ||= answer.headers.get("Mailtide-Partial") === "true";
    whole.stale ||= answer.headers.get("Mailtide-Stale") === "true";
    cursor = answer.headers.get("Mailtide-Next-Cursor");
    whole.isWhole = !cursor;
  }
  return whole;
}

function withQuery(path, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

async function fetched(method, path, body, accept = "application/json") {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { Accept: accept, ...(method === "GET" ? {} : CHANGES) },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
  } catch (unreachable) {
    throw new Failure(0, "The server does not answer", "It is asked again.");
  }
  const date = Date.parse(answer.headers.get("Date") ?? "");
  if (!Number.isNaN(date) && method === "GET") {
    setClock(date);
  }
  if (!answer.ok) {
    throw await failure(answer);
  }
  return answer;
}

/** The header has whole seconds: only a clock that is off by more is corrected. */
function setClock(serverMillis) {
  const ahead = serverMillis + 500 - Date.now();
  clockAheadMillis = Math.abs(ahead) > 2_000 ? ahead : 0;
}

async function failure(answer) {
  if (answer.status === 401) {
    window.dispatchEvent(new Event("mailtide-no-session"));
  }
  try {
    const problem = await answer.json();
    const code = String(problem.type ?? "").replace("urn:mailtide:problem:", "");
    return new Failure(answer.status, problem.title, problem.detail, code);
  } catch (noProblem) {
    return new Failure(answer.status, `The server answered ${answer.status}`, "");
  }
}

async function json(fetching) {
  return read(await fetching, "json");
}

async function read(answer, form) {
  try {
    return await answer[form]();
  } catch (broken) {
    throw new Failure(answer.status, "The answer broke off", "It is asked again.");
  }
}
