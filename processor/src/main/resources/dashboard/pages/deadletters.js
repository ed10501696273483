// What could not be read, and why; and sending it again, once its reason is gone.
import { get, post } from "../api.js";
import { h, swap } from "../dom.js";
import { bytes, many, time } from "../format.js";
import { failedNotice, Panel } from "../panel.js";
import { go, here, withParameters } from "../router.js";
import { none, pager, table } from "../table.js";
import { foreign } from "../text.js";

const PAGE = 50;
const AT_ONCE_MAX = 1000;
const REASONS = {
  empty: "The body is empty",
  "not-json": "The body is no JSON",
  "not-an-object": "The body is JSON, and no object",
  "unknown-provider": "No reader for this provider",
  "no-event-name": "It names no event",
  "no-payload": "It has no payload",
  "no-sender-domain": "No sender domain can be read",
  "bad-gzip": "It begins like gzip, and does not go on like it",
  "too-large": "Decompressed, it is too large",
  internal: "A mistake of Mailtide: please report it",
};

export class DeadLetters {
  title = "Dead letters";
  #list;
  #reason = h("select", { "aria-label": "Reason" }, h("option", { value: "" }, "Any reason"), Object.keys(REASONS).map((code) => h("option", { value: code }, code)));
  #result = h("div", { role: "status" });
  #selected = new Map();
  #replay = h("button", { type: "button", disabled: true, onclick: () => this.#confirm({ positions: [...this.#selected.values()] }, many(this.#selected.size, "letter")) }, "Replay selected");
  #dialog = h("dialog", { "aria-labelledby": "replay-title" });
  #choose = ({ target }) => {
    const { key, partition, offset } = target.dataset;
    if (target.checked) {
      this.#selected.set(key, { partition: Number(partition), offset: Number(offset) });
    } else {
      this.#selected.delete(key);
    }
    target.toggleAttribute("checked", target.checked);
    this.#label();
  };

  constructor(main) {
    this.#reason.value = here().query.get("reason") ?? "";
    this.#reason.addEventListener("change", () => go(withParameters({ reason: this.#reason.value, cursor: null })));
    const all = h("button", { type: "button", onclick: () => this.#confirm({ filter: this.#filter(), limit: AT_ONCE_MAX }, `all letters${this.#filter().reason ? ` of the reason ${this.#filter().reason}` : ""} that have not come back from a replay, ${AT_ONCE_MAX} at most`) }, "Replay all of them");
    this.#list = new Panel("Letters, the newest first", { wide: true, head: [this.#reason, this.#replay, all] });
    swap(
      main,
      h("div", { class: "page-head" }, h("h1", {}, "Dead letters")),
      h("p", { class: "scope" }, "Bodies that gave no event. They are kept as they came. A replay sends them the whole way again under their old receipt ids, so what has been counted is not counted twice."),
      this.#list.element,
      this.#result,
      this.#dialog,
    );
  }

  update() {
    this.#reason.value = here().query.get("reason") ?? "";
    this.#unselect();
  }

  /** Those that are shown look it, too. */
  #unselect() {
    this.#selected.clear();
    for (const choice of this.#list.element.querySelectorAll("input:checked")) {
      choice.checked = false;
      choice.removeAttribute("checked");
    }
    this.#label();
  }

  async refresh(fresh) {
    const { query } = here();
    this.#list.about(query.toString());
    const asking = get("/v1/dead-letters", { ...this.#filter(), limit: PAGE, cursor: query.get("cursor") }).then(fresh.of.bind(fresh));
    asking.catch((failure) => fresh.failed(failure));
    const words = this.#filter().reason ? "None for this reason." : "None. Everything that came in could be read.";
    const isFirst = !query.get("cursor");
    await this.#list.load(asking, ({ deadLetters, ...answer }) => [
      table({ caption: "Dead letters, the newest first", items: deadLetters, empty: none(answer, isFirst, words), columns: this.#columns() }),
      pager(isFirst, answer.nextCursor && withParameters({ cursor: answer.nextCursor }), withParameters({ cursor: null })),
    ]);
  }

  #filter() {
    const reason = here().query.get("reason");
    return reason ? { reason } : {};
  }

  #columns() {
    return [
      { head: "Received (UTC)", cell: (letter) => time(letter.receivedAt ?? letter.appendedAt) },
      { head: "Replay", cell: (letter) => this.#choice(letter) },
      { head: "Reason", cell: ({ reason }) => [h("code", {}, foreign(reason ?? "unknown", 40)), reason === "internal" && h("span", { class: "mark critical" }, " ■ ours")] },
      { head: "Which means", wide: true, cell: ({ reason, exception }) => [REASONS[reason] ?? "–", exception && [" ", h("code", {}, foreign(exception, 60))]] },
      { head: "Source", cell: ({ source }) => (source ? foreign(source, 40) : "–") },
      { head: "Size", number: true, cell: ({ bodyBytes }) => (bodyBytes === undefined ? "–" : bytes(bodyBytes)) },
      { head: "Raw record", cell: ({ raw }) => (raw ? h("code", {}, `${raw.partition}:${raw.offset}`) : "–") },
      { head: "Replayed (UTC)", cell: ({ replayedAt }) => (replayedAt ? foreign(replayedAt, 30) : "–") },
    ];
  }

  #choice(letter) {
    const { partition, offset } = letter;
    const key = `${partition}:${offset}`;
    return h("input", {
      type: "checkbox",
      "data-key": `letter-${key}`,
      "data-partition": partition,
      "data-offset": offset,
      checked: this.#selected.has(`letter-${key}`),
      "aria-label": `Select the letter at ${key}`,
      onchange: this.#choose,
    });
  }

  #label() {
    this.#replay.disabled = this.#selected.size === 0;
    this.#replay.textContent = this.#selected.size === 0 ? "Replay selected" : `Replay ${this.#selected.size} selected`;
  }

  #confirm(body, words) {
    swap(
      this.#dialog,
      h("h2", { id: "replay-title" }, "Send again?"),
      h("p", {}, `This replays ${words}. Each body goes the whole way again. One that still cannot be read comes back as a new letter.`),
      h(
        "p",
        { class: "buttons" },
        h("button", { type: "button", onclick: () => this.#dialog.close() }, "Cancel"),
        h("button", { type: "button", class: "main", onclick: () => this.#send(body) }, "Replay"),
      ),
    );
    this.#dialog.showModal();
  }

  async #send(body) {
    this.#dialog.close();
    swap(this.#result, h("p", { class: "quiet" }, "Sending…"));
    try {
      const { replayed, missing, nextCursor } = await post("/v1/dead-letters/replay", body);
      this.#unselect();
      swap(
        this.#result,
        h("p", { class: "notice" }, "✓ ", `${many(replayed, "body", "bodies")} sent again.`, missing.length > 0 && ` ${many(missing.length, "letter")} were not there any more.`),
        nextCursor && h("p", {}, h("button", { type: "button", "data-key": "replay-more", onclick: () => this.#send({ ...body, cursor: nextCursor }) }, `Replay the next ${AT_ONCE_MAX}, older ones`)),
      );
    } catch (failure) {
      swap(this.#result, failedNotice(failure));
    }
  }
}
