// The body that an event was made of, as it was posted: text and nothing else. Each look at one is written down.
import { Failure, get } from "./api.js";
import { copyButton } from "./copy.js";
import { h, swap } from "./dom.js";
import { bytes, time } from "./format.js";
import { indented } from "./indent.js";
import { failedNotice } from "./panel.js";
import { foreign, visibleLines } from "./text.js";

export class BodyView {
  element = h("dialog", { class: "body-view", "aria-labelledby": "body-title" });
  #domain;
  #messageId;
  #latest = 0;

  constructor(domain, messageId) {
    this.#domain = domain;
    this.#messageId = messageId;
  }

  /** A button that opens it for this event. */
  button(event, words) {
    return h("button", { type: "button", class: "small", "data-key": `body-${event.id}`, "aria-label": `Body of the event ${words}`, onclick: () => this.#open(event) }, "Show");
  }

  close() {
    this.element.close();
  }

  async #open(event) {
    const mine = ++this.#latest;
    const at = `${event.rawPartition}:${event.rawOffset}`;
    this.#show(h("p", { class: "quiet" }, "Asking…"));
    this.element.showModal();
    try {
      const found = await get("/v1/bodies", { domain: this.#domain, messageId: this.#messageId, at });
      if (mine === this.#latest) {
        this.#show(facts(found, at), text(found));
      }
    } catch (failure) {
      if (!(failure instanceof Failure)) {
        throw failure;
      }
      if (mine === this.#latest) {
        this.#show(failedNotice(failure));
      }
    }
  }

  #show(...children) {
    swap(
      this.element,
      h("div", { class: "panel-head" }, h("h2", { id: "body-title" }, "Body as it was posted"), h("button", { type: "button", "data-key": "body-close", onclick: () => this.element.close() }, "Close")),
      children,
    );
  }
}

function facts({ receivedAt, source, contentType, receiptId, replayedAt, bodyBytes, unzippedBytes }, at) {
  const rows = [
    ["Received (UTC)", time(receivedAt)],
    ["Posted as", foreign(source, 40)],
    ["Size", [bytes(bodyBytes), unzippedBytes !== undefined && `, with gzip; ${bytes(unzippedBytes)} without`]],
    ["Content type", contentType === undefined ? "none was given" : h("code", {}, foreign(contentType, 80))],
    ["Receipt", h("code", {}, foreign(receiptId, 60))],
    ["Place in the raw topic", h("code", {}, at)],
    replayedAt !== undefined && ["Sent again (UTC)", foreign(replayedAt, 40)],
  ].filter(Boolean);
  return h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function text({ body, isCut }) {
  const spaced = indented(body);
  const shown = h("pre", { class: "body-text", dir: "ltr", tabindex: "0", role: "region", "aria-label": "The body" });
  const button = h("button", { type: "button", "aria-pressed": "true", onclick: () => set(button.getAttribute("aria-pressed") !== "true") }, "Indented");
  const set = (isIndented) => {
    button.setAttribute("aria-pressed", String(isIndented));
    shown.textContent = visibleLines(isIndented ? spaced : body);
  };
  set(true);
  return [
    isCut && h("p", { class: "notice warned" }, h("span", { "aria-hidden": "true" }, "▲ "), "This is its beginning; the whole of it stands in the raw topic."),
    body === "" ? h("p", { class: "quiet" }, "It is empty.") : shown,
    h("p", { class: "buttons" }, button, copyButton(body)),
  ];
}
