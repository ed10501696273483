// Looks up messages: by message id, or by the address of a recipient, which goes in a body and stands in no URL.
import { get, post } from "../api.js";
import { announce, h, swap } from "../dom.js";
import { columns } from "../events.js";
import { askUpToWhen } from "../freshness.js";
import { failedNotice, warning } from "../panel.js";
import { many } from "../format.js";
import { become, go, here, link, withParameters } from "../router.js";
import { table } from "../table.js";

const PAGE = 100;

export class Messages {
  title = "Messages";
  #result = h("div", { class: "result" });
  #domains = h("datalist", { id: "domains-known" });

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
    swap(this.#result, h("p", { class: "quiet" }, "Loading…"));
    try {
      const answer = await post("/v1/events/search", { domain, address, limit: PAGE, ...(messageId ? { messageId } : {}) });
      swap(
        this.#result,
        table({ caption: "Events that were found, the newest first", columns: columns(answer.events, { withDomain: false }), items: answer.events, empty: "No event of this recipient is kept for this domain." }),
        answer.nextCursor && h("p", { class: "note" }, `These are the latest ${PAGE}; there are older ones.`),
        answer.partial && h("p", { class: "notice warned" }, "▲ Partial: some of it could not be read now."),
      );
      announce(`${many(answer.events.length, "event")} found.`);
    } catch (failure) {
      swap(this.#result, failedNotice(failure));
      announce(failure.title);
    }
  }
}

function field(name, words, attributes) {
  const input = h("input", { id: `field-${name}`, name, type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
  return { input, element: h("p", { class: "form-field" }, h("label", { for: `field-${name}` }, words), input) };
}
