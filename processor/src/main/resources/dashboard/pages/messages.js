// Looks up messages: by message id, or by the address of a recipient, which goes in a body and stands in no URL.
import { get, post } from "../api.js";
import { announce, h, swap } from "../dom.js";
import { columns } from "../events.js";
import { askUpToWhen } from "../freshness.js";
import { failedNotice, gaps, warning } from "../panel.js";
import { clock, many } from "../format.js";
import { become, go, here, link, withParameters } from "../router.js";
import { none, table } from "../table.js";

const PAGE = 100;

export class Messages {
  title = "Messages";
  #result = h("div", { class: "result" });
  #domains = h("datalist", { id: "domains-known" });
  #latest = 0;

  constructor(main) {
    const domain = field("domain", "Sender domain", { maxlength: 253, list: "domains-known", placeholder: "clinic.example" });
    const id = field("message-id", "Message id", { maxlength: 1000 });
    const address = field("address", "Recipient's address", { maxlength: 1000, inputmode: "email" });
    const form = h(
      "form",
      { class: "search-form", onsubmit: (event) => {
        event.preventDefault();
        this.#search(domain.input.value.trim(), id.input.value.trim(), address.input.value.trim());
      } },
      domain.element,
      id.element,
      address.element,
      h("button", { type: "submit", class: "main" }, "Look up"),
      this.#domains,
    );
    swap(
      main,
      h("div", { class: "page-head" }, h("h1", {}, "Messages")),
      h("p", { class: "scope" }, "With a message id alone its time line opens. With an address, the events of this recipient are listed; the address is not kept, and stands in no URL."),
      form,
      this.#result,
    );
    domain.input.required = true;
    domain.input.value = here().query.get("domain") ?? "";
    this.#suggest();
  }

  close() {
    this.#latest++;
  }

  refresh(fresh) {
    return askUpToWhen(fresh);
  }

  async #suggest() {
    try {
      const { domains } = await get("/v1/domains", { sort: "volume", limit: 50 });
      swap(this.#domains, domains.map((state) => h("option", { value: state.domain })));
    } catch (failure) {
      // Then nothing is suggested, and can be typed all the same.
    }
  }

  async #search(domain, messageId, address) {
    this.#latest++;
    if (domain.includes("@") || (!messageId && !address)) {
      const words = domain.includes("@") ? "The sender domain is what stands behind the @ of the sender." : "Please give a message id, an address, or both.";
      swap(this.#result, warning(words));
      announce(words);
      return;
    }
    if (!address) {
      go(link(["messages", domain, messageId.replace(/^<|>$/g, "")]));
      return;
    }
    become(withParameters({ domain }));
    await this.#ask({ domain, address, limit: PAGE, ...(messageId ? { messageId } : {}) });
  }

  /** @param question of a search, with the cursor of an earlier answer to it where it goes on */
  async #ask(question) {
    const mine = ++this.#latest;
    swap(this.#result, h("p", { class: "quiet" }, "Loading…"));
    const [shown, words] = await post("/v1/events/search", question).then(
      (answer) => [this.#found(answer, question), `${many(answer.events.length, "event")} found${answer.partial ? "; something is missing" : ""}.`],
      (failure) => [failedNotice(failure), failure.title],
    );
    // The answer to a search that was begun before may be the later one.
    if (mine === this.#latest) {
      swap(this.#result, shown);
      announce(words);
    }
  }

  #found(answer, question) {
    const { events, asOf, nextCursor } = answer;
    const empty = none(answer, !question.cursor, "No event of this recipient is kept for this domain.");
    return [
      gaps(answer),
      table({ caption: "Events that were found, the newest first", columns: columns(events, { withDomain: false }), items: events, empty }),
      h("p", { class: "note" }, `As of ${clock(new Date(asOf))} UTC.`),
      nextCursor && h("p", { class: "pager" }, h("button", { type: "button", onclick: () => this.#ask({ ...question, cursor: nextCursor }) }, "Older")),
    ];
  }
}

function field(name, words, attributes) {
  const input = h("input", { id: `field-${name}`, name, type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
  return { input, element: h("p", { class: "form-field" }, h("label", { for: `field-${name}` }, words), input) };
}
