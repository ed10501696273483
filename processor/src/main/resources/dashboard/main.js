// Puts the pages together: who is signed in, which page is shown, and when it asks again.
import { Failure, get, remove } from "./api.js";
import { isKnown, load as loadDefinitions, startTips } from "./definitions.js";
import { announce, h, swap } from "./dom.js";
import { Freshness } from "./freshness.js";
import { failedNotice } from "./panel.js";
import { DeadLetters } from "./pages/deadletters.js";
import { Domain } from "./pages/domain.js";
import { Login } from "./pages/login.js";
import { Message } from "./pages/message.js";
import { Messages } from "./pages/messages.js";
import { Numbers } from "./pages/numbers.js";
import { Overview } from "./pages/overview.js";
import { Sources } from "./pages/sources.js";
import { Topics } from "./pages/topics.js";
import { here, link } from "./router.js";
import { Status } from "./status.js";
import { foreign } from "./text.js";

const EVERY_MILLIS = 10_000;
/** After a live event the numbers follow, once for all that come meanwhile. */
const AFTER_EVENT_MILLIS = 1_500;
const AGAIN_MILLIS = 3_000;
/** Set while somebody is signed in: the cookie itself cannot be seen from here. */
const SIGNED_IN = "mailtide-signed-in";

const main = document.getElementById("main");
const nav = document.getElementById("nav");
const status = new Status();
let session = null;
let page = null;
let pageKey = "";
let afterEvent = null;
let refreshing = null;
let isDue = false;

const NAV = [
  { words: "Overview", path: [] },
  { words: "Messages", path: ["messages"] },
  { words: "Sources", path: ["sources"], admin: true },
  { words: "Dead letters", path: ["dead-letters"], admin: true },
  { words: "Topics", path: ["topics"], admin: true },
  { words: "Numbers", path: ["numbers"] },
];

function pageFor(path) {
  const [first, ...rest] = path;
  if (first === undefined) {
    return new Overview(main, soon);
  }
  if (first === "domains" && rest.length === 1) {
    return new Domain(main, rest[0], session);
  }
  if (first === "messages" && rest.length >= 2) {
    return new Message(main, rest[0], rest.slice(1).join("/"), session);
  }
  const pages = { messages: Messages, sources: Sources, "dead-letters": DeadLetters, topics: Topics, numbers: Numbers };
  return Object.hasOwn(pages, first) && rest.length === 0 ? new pages[first](main) : nothingHere();
}

function nothingHere() {
  swap(main, h("h1", {}, "Nothing is here"), h("p", {}, h("a", { href: link([]) }, "To the overview")));
  return { title: "Nothing is here", refresh: async () => {} };
}

function soon() {
  afterEvent ??= setTimeout(() => {
    afterEvent = null;
    refresh();
  }, AFTER_EVENT_MILLIS);
}

function show() {
  if (session === null) {
    return;
  }
  const { path } = here();
  const key = path.join("/");
  if (page === null || key !== pageKey) {
    const isFirst = page === null;
    page?.close?.();
    main.replaceChildren();
    pageKey = key;
    page = pageFor(path);
    if (!isFirst) {
      main.focus({ preventScroll: true });
      window.scrollTo(0, 0);
      announce(page.title);
    }
  } else {
    page.update?.();
  }
  document.title = `${page.title} · Mailtide`;
  showNav(path[0] ?? "");
  refresh();
}

function showNav(first) {
  nav.hidden = false;
  swap(nav, NAV.filter((each) => !each.admin || session.admin).map(({ words, path }) => h("a", { href: link(path), "data-key": `nav-${words}`, "aria-current": (path[0] ?? "") === first && "page" }, words)));
}

/** One after the other: where answers take longer than events come, none would else ever be the latest, and be shown. */
async function refresh() {
  const asked = page;
  if (asked === null || session === null) {
    return;
  }
  if (refreshing === asked) {
    isDue = true;
    return;
  }
  refreshing = asked;
  isDue = false;
  try {
    const fresh = new Freshness();
    const [, hasLearned] = await Promise.all([asked.refresh(fresh), learn(fresh)]);
    if (asked === page && session !== null) {
      status.show(fresh);
      if (hasLearned) {
        showAnew();
      }
    }
  } finally {
    if (refreshing === asked) {
      refreshing = null;
      if (isDue) {
        refresh();
      }
    }
  }
}

/** Asks what the numbers mean, if that was not answered before; says whether it is now. */
async function learn(fresh) {
  if (isKnown()) {
    return false;
  }
  return loadDefinitions().then(() => true, (failure) => {
    fresh.failed(failure);
    return false;
  });
}

/** What was made without limits and meanings does not have them. */
function showAnew() {
  page.close?.();
  page = null;
  show();
}

async function begin(found) {
  session = found;
  keep("yes");
  page?.close?.();
  page = null;
  showSession(h("span", { class: "who", title: found.recipients ? "Addresses are shown in full" : "Addresses are masked" }, foreign(found.name, 24)), signOutButton());
  try {
    await loadDefinitions();
  } catch (failure) {
    // The numbers are shown without what they mean, and unjudged; each refresh asks again.
  }
  if (session !== found) {
    // Signed out meanwhile.
    return;
  }
  show();
  await status.begin(found);
}

async function signOut() {
  const leaving = session;
  if (leaving === null) {
    return;
  }
  // Nothing is asked meanwhile: once the cookie is gone, that would be refused.
  session = null;
  status.pause();
  showSession(h("span", { class: "who" }, "Signing out…"));
  const failure = await remove("/v1/session").then(() => null, (found) => found);
  if (session !== null || page instanceof Login) {
    // Somebody has been asked for a token meanwhile, and may have given one.
    return;
  }
  if (failure === null || failure.status === 401) {
    askToken();
    return;
  }
  // The cookie is still good: who walks away now must know.
  session = leaving;
  show();
  status.begin(session);
  announce(`You are still signed in: ${failure.title}.`);
  showSession(h("strong", { class: "mark critical" }, "Still signed in: the server did not answer "), signOutButton());
}

function showSession(...what) {
  swap(document.getElementById("session"), ...what);
}

function signOutButton() {
  return h("button", { type: "button", onclick: signOut }, "Sign out");
}

function askToken() {
  keep("");
  page?.close?.();
  session = null;
  nav.hidden = true;
  status.end();
  showSession();
  document.title = "Sign in · Mailtide";
  page = new Login(main, begin);
  pageKey = "";
}

function keep(value) {
  try {
    localStorage.setItem(SIGNED_IN, value);
  } catch (refused) {
    // Then the token is asked for after each reload.
  }
}

function isSignedIn() {
  try {
    return localStorage.getItem(SIGNED_IN) === "yes";
  } catch (refused) {
    return false;
  }
}

async function start() {
  if (!isSignedIn()) {
    askToken();
    return;
  }
  try {
    await begin(await get("/v1/session"));
  } catch (failure) {
    if (!(failure instanceof Failure)) {
      throw failure;
    }
    if (failure.status !== 401) {
      swap(main, failedNotice(failure));
      setTimeout(start, AGAIN_MILLIS);
    }
  }
}

startTips();
window.addEventListener("hashchange", show);
window.addEventListener("mailtide-no-session", () => !(page instanceof Login) && askToken());
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener("visibilitychange", () => !document.hidden && refresh());
setInterval(() => !document.hidden && refresh(), EVERY_MILLIS);
start();
