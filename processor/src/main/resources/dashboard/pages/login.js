// Lets somebody in with a token, which becomes a cookie that scripts cannot read. It is kept nowhere else.
import { post } from "../api.js";
import { h, swap } from "../dom.js";
import { failedNotice } from "../panel.js";

export class Login {
  title = "Sign in";

  /** @param onSession is told of the session when there is one */
  constructor(main, onSession) {
    const token = h("input", { id: "token", name: "token", type: "password", required: true, autocomplete: "current-password", spellcheck: "false", placeholder: "mt_…" });
    // For programs that keep passwords.
    const user = h("input", { type: "text", name: "username", autocomplete: "username", value: "api-token", hidden: true });
    const problem = h("div", { role: "alert" });
    const form = h(
      "form",
      { class: "login", onsubmit: async (event) => {
        event.preventDefault();
        swap(problem);
        try {
          onSession(await post("/v1/session", { token: token.value.trim() }));
        } catch (failure) {
          token.select();
          swap(problem, failure.status === 401 || failure.status === 400 ? h("p", { class: "notice failed" }, "✕ This token opens nothing here.") : failedNotice(failure));
        }
      } },
      h("h1", {}, "Sign in"),
      h("p", {}, h("label", { for: "token" }, "API token")),
      h("p", {}, user, token),
      h("p", {}, h("button", { type: "submit", class: "main" }, "Sign in")),
      problem,
      h("p", { class: "note" }, "Where ", h("code", {}, "./mailtide up"), " runs, it stands in ", h("code", {}, "data/up.json"), " as ", h("code", {}, "apiToken"), ". An administrator makes others with ", h("code", {}, "mailtide tokens create"), "."),
    );
    swap(main, form);
    token.focus();
  }

  async refresh() {}
}
