// What somebody who is woken up wants to know first: which of the listed domains are above a limit, and with whom.
import { Failure, get } from "./api.js";
import { h, swap } from "./dom.js";
import { count, limit, many, percent } from "./format.js";
import { limitsOf, term } from "./definitions.js";
import { byTrouble, nameOf } from "./providers.js";
import { levelOf, mark } from "./rates.js";
import { here, link } from "./router.js";
import { messagesOf, ratesOf } from "./series.js";
import { foreign } from "./text.js";

const SHOWN_MAX = 5;
const ASKED_MAX = 3;
const TERMS = { hardBounce: ["hardBounceRate", "hard-bounce rate"], complaint: ["complaintRate", "complaint rate"] };

export class Trouble {
  element = h("section", { class: "trouble", "aria-label": "Domains above a limit" });
  /** Groups of recipients of a domain, asked for after the domain was listed. */
  #groups = new Map();

  /** @param listed the `rows`, each with the state of a domain, and the series of the span if that was answered; and whether the list is `partial` */
  async show(listed, span, fresh) {
    const troubled = worstFirst(listed.rows, span);
    this.#draw(troubled, listed, span);
    await Promise.all(troubled.slice(0, ASKED_MAX).map(({ state }) => this.#ask(state.domain, fresh)));
    this.#draw(troubled, listed, span);
  }

  /** That nothing is known must not look as if nothing were wrong. */
  failed() {
    this.element.className = "trouble";
    swap(this.element, h("p", { class: "quiet" }, "Whether a domain is above a limit is not known now."));
  }

  async #ask(domain, fresh) {
    try {
      this.#groups.set(domain, fresh.of(await get(`/v1/domains/${encodeURIComponent(domain)}`)).recipientGroups);
    } catch (failure) {
      if (!(failure instanceof Failure)) {
        throw failure;
      }
      fresh.failed(failure);
      this.#groups.delete(domain);
    }
  }

  #draw(troubled, listed, span) {
    const more = troubled.length - SHOWN_MAX;
    const words = unknown(listed) ?? (troubled.length === 0 && nobody(listed.rows, span));
    this.element.className = `trouble ${troubled[0]?.level ?? ""}`;
    swap(
      this.element,
      troubled.length > 0 && h("ul", {}, troubled.slice(0, SHOWN_MAX).map((one) => this.#line(one, span))),
      more > 0 && h("p", { class: "quiet" }, `and ${count(more)} more below`),
      words && h("p", { class: "quiet" }, words),
    );
  }

  #line({ state, name, rate, level, whole }) {
    const limits = limitsOf(name);
    const concerned = name === "hardBounce" ? byTrouble(this.#groups.get(state.domain) ?? []).filter((group) => levelOf(group.rates.hardBounce) !== "") : [];
    // Of most of them it says nothing.
    const all = this.#groups.get(state.domain)?.length ?? 0;
    return h(
      "li",
      {},
      mark(rate),
      " ",
      h("a", { href: link(["domains", state.domain], { range: here().query.get("range"), from: here().query.get("from"), to: here().query.get("to") }), "data-key": `trouble-${state.domain}-${name}` }, foreign(state.domain, 60)),
      ": ",
      term(...TERMS[name]),
      " ",
      h("strong", {}, percent(rate.value)),
      ` (${count(rate.of)} of ${count(rate.over)}; limit ${limit(limits[level])}), ${whole}`,
      concerned.length > 0 && concerned.length <= all / 2 && ["; the mail to ", concerned.map((group, place) => [place > 0 && ", ", h("strong", {}, nameOf(group)), ` (${percent(group.rates.hardBounce.value)})`])],
    );
  }
}

/** Why nobody can say that there is nobody above a limit, beside those that are named; null if somebody can. */
function unknown({ rows, partial }) {
  if (limitsOf("hardBounce") === undefined) {
    return "The limits are not known now, and so not which domain is above one.";
  }
  const failed = rows.filter(({ series }) => !series).length;
  if (failed > 0) {
    return `Whether ${count(failed)} of ${many(rows.length, "listed domain")} ${failed === 1 ? "is" : "are"} above a limit is not known now: there was no answer.`;
  }
  return partial ? "Whether a domain that is missing from the list is above a limit is not known now." : null;
}

function nobody(rows, span) {
  const judged = rows.filter(({ series, state }) => ratesOf(messagesOf([series], [state])).hardBounce.judged).length;
  return judged === 0
    ? `No listed domain has enough messages in ${span.whole} to be judged.`
    : `✓ None of the ${many(judged, "listed domain")} with enough messages is above a limit in ${span.whole}.`;
}

/** Those above a limit: critical before warn, then by rate. */
function worstFirst(rows, span) {
  const found = [];
  for (const { state, series } of rows) {
    if (series) {
      found.push({ state, name: "hardBounce", rate: ratesOf(messagesOf([series], [state])).hardBounce, whole: span.whole });
    }
    found.push({ state, name: "complaint", rate: state.rates.complaint, whole: "since counting began" });
  }
  const rank = { critical: 0, warn: 1 };
  return found
    .filter(({ name, rate }) => rate && rate.judged && levelOf(rate) !== "" && limitsOf(name))
    .map((one) => ({ ...one, level: levelOf(one.rate) }))
    .sort((one, other) => rank[one.level] - rank[other.level] || other.rate.value - one.rate.value);
}
